import { MoveStop, MoveTo } from '../../protocol/move.js'
import { distance } from '../../src/ecs/maths.js'
import { type Acts, act, type BotView, NOTHING, seconds } from './view.js'

/** A traveller that has not come 2 m nearer in this time gives its goal up. */
export const STUCK_S = 120
const PROGRESS_M = 2
/** An order to move is given again after this, should the last one have been lost. */
const REPEAT_S = 5

export function forgetTravel(view: BotView): void {
  view.mind.hasDest = 0
}

/** True when the traveller has come no nearer for `STUCK_S`. */
export function isStuck(view: BotView): boolean {
  const { mind } = view
  return mind.hasDest === 1 && view.tick - mind.progressTick > seconds(view, STUCK_S)
}

/** Walks to a point; NOTHING while it is on its way, undefined when it is within `withinM`. */
export function travel(view: BotView, x: number, z: number, withinM: number): Acts | undefined {
  const { mind, tick } = view
  const leftM = distance(view.x, view.z, x, z)
  if (leftM <= withinM) {
    mind.hasDest = 0
    return undefined
  }
  const sameDest = mind.hasDest === 1 && Math.fround(x) === mind.destX && Math.fround(z) === mind.destZ
  if (!sameDest) {
    mind.hasDest = 1
    mind.destX = x
    mind.destZ = z
    mind.progressM = leftM
    mind.progressTick = tick
  } else if (leftM < mind.progressM - PROGRESS_M) {
    mind.progressM = leftM
    mind.progressTick = tick
  }
  if (sameDest && view.isMoving && tick - mind.moveTick < seconds(view, REPEAT_S)) return NOTHING
  mind.moveTick = tick
  return [act(MoveTo, { x, z })]
}

/** Stands still. */
export function halt(view: BotView): Acts {
  view.mind.hasDest = 0
  return view.isMoving ? [act(MoveStop, {})] : NOTHING
}
