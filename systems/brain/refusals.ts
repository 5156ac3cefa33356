import { goal } from '../../components/bot-mind.js'
import { result } from '../../protocol/result-codes.js'
import { forgetTravel } from './travel.js'
import { type BotView, seconds } from './view.js'

/** So many refusals of late that are the bot's own mistake, and it does something else. */
const REFUSALS_MAX = 5
const ASIDE_S = 60

/** What passes by itself, or has its own answer where it was asked for. */
const passing: ReadonlySet<number> = new Set([
  result.ok,
  result.tooFast,
  result.outOfRange,
  result.stunned,
  result.silenced,
  result.busy,
  result.notReady,
  result.noPower,
  result.notFacing,
  result.moving,
  result.bagFull,
  result.interrupted,
  result.immune,
  result.inCombat,
  result.rooted,
  result.feared,
])

/** Counts what was refused; true when it is time to let everything go and to choose another goal. */
export function mustBackOff(view: BotView): boolean {
  const { mind } = view
  if (view.refusedCode === 0 && mind.refusals === 0) return false
  if (passing.has(view.refusedCode)) {
    if (mind.refusals > 0) mind.refusals -= 1
    return false
  }
  mind.refusals += 2
  return mind.refusals >= 2 * REFUSALS_MAX
}

/** Leaves alone what it was about. Counted as a give-up. */
export function backOff(view: BotView): void {
  const { mind } = view
  mind.refusals = 0
  mind.giveUps += 1
  if (mind.target !== 0) mind.avoid = mind.target
  mind.target = 0
  mind.corpse = 0
  mind.step = 0
  mind.goal = goal.none
  mind.asideTick = view.tick + seconds(view, ASIDE_S)
  forgetTravel(view)
}
