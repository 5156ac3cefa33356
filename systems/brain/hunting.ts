import { distanceSquared } from '../../src/ecs/maths.js'
import type { Place, QuestKind } from '../content/types.js'
import { pursue } from './fight.js'
import { failQuest } from './goal-steps.js'
import { forgetTravel, travel } from './travel.js'
import { type Acts, type BotView, type Draw, NOTHING, seconds } from './view.js'

const SCAN_EVERY_S = 0.5
export const PREY_M = 40
/** A place without luck is left after this, and so are its quests after some places. */
const LUCK_S = 20
const MOVES_MAX = 3
const ASIDE_S = 150
const SPOT_M = 4

/** The index of a place that is not far, and not `but`: distances are shaken, so that not everybody goes to the same. */
export function nearPlace(view: BotView, places: readonly Place[], draw: Draw, but = -1): number {
  let best = 0
  let bestScore = Number.POSITIVE_INFINITY
  for (let i = 0; i < places.length; i += 1) {
    const score = distanceSquared(view.x, view.z, places[i].x, places[i].z) * (0.3 + draw(400 + i))
    if (score >= bestScore || i === but) continue
    best = i
    bestScore = score
  }
  return best
}

/**
 * Goes about an area and looks around now and then; what `look` finds there is its own affair. Undefined when there was no luck for
 * too long.
 */
export function roam(view: BotView, area: Place, draw: Draw, look: () => Acts | undefined): Acts | undefined {
  const chance = chanceIn(view, area)
  if (chance === 'none') return undefined
  return (chance === 'look' ? look() : undefined) ?? goAbout(view, area, draw)
}

/** What to do about an area now: look around, go on through it, or leave it, where there was no luck for too long. */
function chanceIn(view: BotView, area: Place): 'look' | 'go' | 'none' {
  const { mind, tick } = view
  const reachM = area.radiusM + PREY_M / 2
  const inside = distanceSquared(view.x, view.z, area.x, area.z) <= reachM * reachM
  if (!inside) mind.luckTick = tick
  else if (tick - mind.luckTick > seconds(view, LUCK_S)) return 'none'
  if (!inside || tick < mind.scanTick) return 'go'
  mind.scanTick = tick + seconds(view, SCAN_EVERY_S)
  return 'look'
}

/** To where it is going in the area, or somewhere else there. */
function goAbout(view: BotView, area: Place, draw: Draw): Acts {
  const { mind } = view
  if (mind.hasDest === 1) {
    const onTheWay = travel(view, mind.destX, mind.destZ, SPOT_M)
    if (onTheWay !== undefined) return onTheWay
  }
  const spread = area.radiusM * 0.7
  return travel(view, area.x + (draw(310) * 2 - 1) * spread, area.z + (draw(311) * 2 - 1) * spread, SPOT_M) ?? NOTHING
}

/** What a hunter is after. */
export interface Prey {
  readonly kinds: readonly number[]
  readonly levelMin: number
  readonly levelMax: number
}

/** Goes about an area and falls upon the prey it sees there; undefined when there is none to be had. As `roam`, without a function made at every step. */
export function hunt(view: BotView, area: Place, { kinds, levelMin, levelMax }: Prey, draw: Draw): Acts | undefined {
  const chance = chanceIn(view, area)
  if (chance === 'none') return undefined
  const found = chance === 'look' ? view.findPrey(kinds, levelMin, levelMax, PREY_M, view.mind.avoid) : 0
  if (found === 0) return goAbout(view, area, draw)
  pursue(view, found)
  return NOTHING
}

/** Tries another place of the objective; after some, leaves quests aside for a while. */
export function moveOn(view: BotView, quest: QuestKind, places: readonly Place[], draw: Draw): Acts {
  const { mind } = view
  forgetTravel(view)
  mind.moves += 1
  mind.luckTick = view.tick
  if (mind.moves <= MOVES_MAX && places.length > 1) {
    mind.areaIndex = nearPlace(view, places, draw, mind.areaIndex % places.length)
    return NOTHING
  }
  mind.asideTick = view.tick + seconds(view, ASIDE_S)
  return failQuest(view, quest)
}
