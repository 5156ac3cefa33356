import { flag } from '../../components/status.js'
import { DeathReclaim, DeathRelease, DeathSpiritHealer } from '../../protocol/death.js'
import { distanceSquared } from '../../src/ecs/maths.js'
import type { Content, NpcKind } from '../content/types.js'
import { halt, travel } from './travel.js'
import { type Acts, act, type BotView, NOTHING } from './view.js'

/** Nearer to the corpse than its range, so that rounding cannot keep the ghost out, and as far from what killed it as that allows. */
const NEAR_CORPSE_M = 36
const NEAR_HEALER_M = 4
/** Who dies this often in a row does not go back to the same place alive. */
const DEATHS_FOR_HEALER = 3
/** Nobody weak is brought back where hunters of a higher level live this near. */
const SAFE_M = 150

/** Whether somebody who attacks first and is above the bot's level lives around the place. */
function isPerilous(view: BotView, content: Content, place: NpcKind): boolean {
  for (let i = 0; i < content.huntingAreas.length; i += 1) {
    const { x, z, radiusM, creature, levelMax } = content.huntingAreas[i]
    if (levelMax <= view.level || content.creatures[creature]?.aggroRadiusM === 0) continue
    const reachM = radiusM + SAFE_M
    if (distanceSquared(place.x, place.z, x, z) < reachM * reachM) return true
  }
  return false
}

/** The nearest spirit healer whose surroundings the bot can live in; the nearest at all where none is such. */
function nearestHealer(view: BotView, content: Content): NpcKind | undefined {
  let best: NpcKind | undefined
  let bestScore = Number.POSITIVE_INFINITY
  for (const npc of content.npcsByService.spiritHealer) {
    const squared = distanceSquared(view.x, view.z, npc.x, npc.z)
    const score = isPerilous(view, content, npc) ? squared + content.zone.sizeM * content.zone.sizeM * 2 : squared
    if (score >= bestScore) continue
    best = npc
    bestScore = score
  }
  return best
}

/** What the dead do: leave the body, run to it, live again; or let a healer do it. */
export function revive(view: BotView, content: Content): Acts {
  const { mind } = view
  mind.target = 0
  mind.corpse = 0
  if ((view.flags & flag.dead) !== 0) return [act(DeathRelease, {})]
  const healer = view.recentDeaths >= DEATHS_FOR_HEALER ? nearestHealer(view, content) : undefined
  if (healer !== undefined) {
    const onTheWay = travel(view, healer.x, healer.z, NEAR_HEALER_M)
    if (onTheWay !== undefined) return onTheWay
    const npc = view.findNpc(healer.id)
    return npc === 0 ? NOTHING : [act(DeathSpiritHealer, { npc })]
  }
  const onTheWay = travel(view, view.corpseX, view.corpseZ, NEAR_CORPSE_M)
  if (onTheWay !== undefined) return onTheWay
  // It would walk on into those that killed it.
  if (view.isMoving) return halt(view)
  return view.tick < view.reclaimTick ? NOTHING : [act(DeathReclaim, {})]
}
