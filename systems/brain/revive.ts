import { flag } from '../../components/status.js'
import { DeathReclaim, DeathRelease, DeathSpiritHealer } from '../../protocol/death.js'
import { distanceSquared } from '../../src/ecs/maths.js'
import type { Content, NpcKind } from '../content/types.js'
import { travel } from './travel.js'
import { type Acts, act, type BotView, NOTHING } from './view.js'

/** Nearer to the corpse than its range, so that rounding cannot keep the ghost out. */
const NEAR_CORPSE_M = 30
const NEAR_HEALER_M = 4
/** Who dies this often in a row does not go back to the same place alive. */
const DEATHS_FOR_HEALER = 3

function nearestHealer(view: BotView, content: Content): NpcKind | undefined {
  let nearest: NpcKind | undefined
  for (const npc of content.npcsByService.spiritHealer) {
    if (
      nearest === undefined ||
      distanceSquared(view.x, view.z, npc.x, npc.z) < distanceSquared(view.x, view.z, nearest.x, nearest.z)
    )
      nearest = npc
  }
  return nearest
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
  return view.tick < view.reclaimTick ? NOTHING : [act(DeathReclaim, {})]
}
