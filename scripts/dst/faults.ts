import type { FoldTerms } from '../../src/ports/ledger.js'
import type { Dice } from '../fuzz/dice.js'
import type { StoreFaults } from './faulty-store.js'
import type { LineFaults } from './line.js'

/** A run is so long. */
export const RUN_S = 300
const CRASHES_MAX = 4
const TAKEOVERS_MAX = 2
const OUTAGE_PERCENT = 30
const OUTAGE_S_MAX = 10
/** For so long all are as busy as each other; then they are busier, or less so. */
const WAVE_S = 10
const FOLD_TICKS_MAX = 100

/** What goes wrong in a run, from its seed. */
export interface Faults extends StoreFaults, LineFaults {
  /** Of 10,000 players, a second: who drop, and who log out. */
  dropRate: number
  logoutRate: number
}

/** When a life of the server ends: before the world's step or after it, or because another server takes the world. */
export type End = 'before' | 'after' | 'takenOver'

export interface Plan {
  readonly tickHz: number
  readonly faults: Faults
  /** By tick. */
  readonly ends: ReadonlyMap<number, End>
  /** The last tick at which a life ends; 0 without any. */
  readonly lastEndTick: number
  /** Ticks in which every call of the store fails, in some runs: long enough for it to be behind. */
  readonly outage: { readonly fromTick: number; readonly untilTick: number }
  /** Requests of 10,000 players, in a tick of each wave. */
  readonly waves: readonly number[]
}

/** Of a ledger that folds all the time, in small pieces and in large ones. */
export function drawFolds(dice: Dice): { readonly keepTicks: number; readonly folds: FoldTerms } {
  const everyTicks = dice.between(1, FOLD_TICKS_MAX)
  const pieces = { entriesMax: dice.between(1, 50), timesMax: dice.between(1, 5), linksMax: dice.between(1, 20) }
  return { keepTicks: dice.between(1, FOLD_TICKS_MAX), folds: { ...pieces, everyTicks, againTicks: dice.between(1, everyTicks) } }
}

/** All that a run is to suffer within `seconds`. */
export function drawPlan(dice: Dice, seconds: number): Plan {
  const tickHz = dice.pick([5, 5, 10, 20])
  const ticks = (ms: number): number => Math.round((ms * tickHz) / 1_000)
  const faults: Faults = {
    errorPercent: dice.below(11),
    latencyTicksMax: ticks(dice.pick([0, 50, 200, 600])),
    lossPercent: dice.pick([0, 2, 10, 30]),
    repeatPercent: dice.below(51),
    reorderPercent: dice.pick([0, 2, 10]),
    delayTicksMax: ticks(dice.pick([0, 100, 400])),
    dropRate: dice.below(300),
    logoutRate: dice.below(100),
  }
  const at = (): number => dice.between(2 * tickHz, (seconds - 2) * tickHz)
  const ends = new Map<number, End>()
  for (let n = dice.below(CRASHES_MAX + 1); n > 0; n -= 1) ends.set(at(), dice.pick(['before', 'after']))
  for (let n = dice.below(TAKEOVERS_MAX + 1); n > 0; n -= 1) ends.set(at(), 'takenOver')
  const fromTick = at()
  const untilTick = dice.chance(OUTAGE_PERCENT) ? fromTick + dice.between(1, OUTAGE_S_MAX * tickHz) : fromTick
  const waves = Array.from({ length: Math.ceil(seconds / WAVE_S) }, () => Math.ceil(dice.pick(BUSY_RATES) / tickHz))
  return { tickHz, faults, ends, lastEndTick: Math.max(0, ...ends.keys()), outage: { fromTick, untilTick }, waves }
}
/** Requests of 10,000 players, a second. */
const BUSY_RATES = [500, 1_000, 4_000]

/** Requests of 10,000 players in that tick; the last wave does not end. */
export const busyRate = ({ waves, tickHz }: Plan, tick: number): number =>
  waves[Math.min(waves.length - 1, Math.floor(tick / (WAVE_S * tickHz)))]
