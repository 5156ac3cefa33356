import { flag } from '../../components/status.js'
import { MoveTo } from '../../protocol/move.js'
import { distance } from '../../src/ecs/maths.js'
import { attackerOf } from './caches.js'
import { mindEvent } from './event-rings.js'
import { type Acts, act, type BotView, NOTHING, seconds } from './view.js'

/** What burns burns again within this time. */
const BURNING_S = 1
/** A step that leads out of most areas, and how long it takes to have made it. */
const STEP_M = 9
const STEP_S = 1.5

/**
 * Harmed by somebody who attacks somebody else, or by the ground: whoever is not attacked steps out of it, away from where it comes
 * from, and goes to the end of that step. Undefined when there is nothing to step out of.
 */
export function stepOut(view: BotView): Acts | undefined {
  const { mind, tick } = view
  if (tick < mind.stepTick) return view.isMoving ? NOTHING : undefined
  if ((view.flags & (flag.inCombat | flag.rooted)) !== flag.inCombat) return undefined
  const source = view.latestEvent(mindEvent.harmed, tick - seconds(view, BURNING_S))
  if (source === 0 || attackerOf(view) !== 0) return undefined
  mind.stepTick = tick + seconds(view, STEP_S)
  mind.hasDest = 0
  const from = view.see(source)
  const awayM = from === undefined ? 0 : distance(view.x, view.z, from.x, from.z)
  if (from === undefined || awayM < 0.1) return [act(MoveTo, { x: Math.max(0, view.x - STEP_M), z: view.z })]
  const part = STEP_M / awayM
  const x = Math.max(0, view.x + (view.x - from.x) * part)
  return [act(MoveTo, { x, z: Math.max(0, view.z + (view.z - from.z) * part) })]
}
