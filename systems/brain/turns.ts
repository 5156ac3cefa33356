import { tier } from '../../components/bot-mind.js'
import { flag } from '../../components/status.js'
import type { Slot } from '../../src/ecs/entities.js'

/** Whatever the ceiling is, nobody waits longer for a turn than this: a lower one gives way. */
export const WAIT_S_MAX = 10
/** One turn in so many goes to whoever has waited longest, fighting or not; the others to those who fight, if any wait. */
const FAIR_PART = 4
/** Waits of this many ticks and more count as one. Above `WAIT_S_MAX` at the highest tick rate. */
const WAITS_MAX = 1_024

export interface Waiting {
  /** Whose turn is due from which tick on. */
  readonly nextTick: ArrayLike<number>
  readonly tier: ArrayLike<number>
  readonly flags: ArrayLike<number>
}

/**
 * Who has to wait when more bots are due in one tick than may decide in it. Part of the turns goes to those who have waited longest, so
 * that everybody gets one within `WAIT_S_MAX`; the rest to the fighters who have waited longest, and then to the others. A pure function
 * of when each was due.
 */
export class Turns {
  /** Decisions that were due and had to wait, counted anew in each tick that they waited. */
  putOff = 0
  /** The longest that anybody has waited, in ticks. */
  longestTicks = 0
  // Scratch: of one tick.
  private readonly due: Int32Array
  private readonly waits: Uint8Array
  private readonly counts = new Int32Array(WAITS_MAX)
  private dueCount = 0

  /** `ceiling`: decisions in one tick, above 0. */
  constructor(
    capacity: number,
    private readonly ceiling: number,
    private readonly tickHz: number,
  ) {
    this.due = new Int32Array(capacity + 1)
    this.waits = new Uint8Array(capacity + 1)
  }

  /** Turns of one tick, for so many bots, that go to those who have waited longest. */
  private fairTurns(bots: number): number {
    return Math.max(Math.floor(this.ceiling / FAIR_PART), Math.ceil(bots / (WAIT_S_MAX * this.tickHz)))
  }

  /** By slot: 1 for who is due in this tick and has to wait. Undefined when nobody has to. */
  choose(bots: ArrayLike<Slot>, waiting: Waiting, tick: number): Uint8Array | undefined {
    const { due, waits } = this
    this.dueCount = 0
    for (let i = 0; i < bots.length; i += 1) {
      const waitedTicks = tick - waiting.nextTick[bots[i]]
      if (waitedTicks < 0) continue
      if (waitedTicks > this.longestTicks) this.longestTicks = waitedTicks
      due[this.dueCount] = bots[i]
      this.dueCount += 1
    }
    const fair = this.fairTurns(bots.length)
    const turns = Math.max(this.ceiling, fair)
    if (this.dueCount <= turns) return undefined
    for (let d = 0; d < this.dueCount; d += 1) waits[due[d]] = 1
    let left = turns - this.give(fair, false, waiting, tick)
    left -= this.give(left, true, waiting, tick)
    this.give(left, false, waiting, tick)
    this.putOff += this.dueCount - turns
    return waits
  }

  /** Gives at most so many turns to those who have waited longest among all, or among the fighters. Returns how many. */
  private give(turns: number, isForFighters: boolean, waiting: Waiting, tick: number): number {
    const { due, waits, counts, dueCount } = this
    const isAsked = (slot: Slot): boolean => waits[slot] === 1 && (!isForFighters || isFighting(waiting, slot))
    const ageOf = (slot: Slot): number => Math.min(WAITS_MAX - 1, tick - waiting.nextTick[slot])
    counts.fill(0)
    for (let d = 0; d < dueCount; d += 1) if (isAsked(due[d])) counts[ageOf(due[d])] += 1
    let age = WAITS_MAX - 1
    let left = turns
    for (; age > 0 && counts[age] <= left; age -= 1) left -= counts[age]
    // All who have waited longer get theirs; of those who have waited just so long, as many as turns are left.
    let given = turns - left
    for (let d = 0; d < dueCount; d += 1) {
      const slot = due[d]
      if (!isAsked(slot)) continue
      const own = ageOf(slot)
      if (own < age || (own === age && left === 0)) continue
      if (own === age) {
        left -= 1
        given += 1
      }
      waits[slot] = 0
    }
    return given
  }
}

function isFighting({ tier: tiers, flags }: Waiting, slot: Slot): boolean {
  return tiers[slot] === tier.combat || (flags[slot] & flag.inCombat) !== 0
}
