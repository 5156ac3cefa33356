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
  // Scratch: of one tick. Who is due, how long each has waited, and whether it fights.
  private readonly due: Int32Array
  private readonly ages: Uint16Array
  private readonly fights: Uint8Array
  private readonly waits: Uint8Array
  // Scratch: how many have waited for so many ticks, of all and of the fighters, as far as they have no turn yet.
  private readonly all = new Int32Array(WAITS_MAX)
  private readonly fighters = new Int32Array(WAITS_MAX)
  private dueCount = 0

  /** `ceiling`: decisions in one tick, above 0. */
  constructor(
    capacity: number,
    private readonly ceiling: number,
    private readonly tickHz: number,
  ) {
    this.due = new Int32Array(capacity + 1)
    this.ages = new Uint16Array(capacity + 1)
    this.fights = new Uint8Array(capacity + 1)
    this.waits = new Uint8Array(capacity + 1)
  }

  /** Turns of one tick, for so many bots, that go to those who have waited longest. */
  private fairTurns(bots: number): number {
    return Math.max(Math.floor(this.ceiling / FAIR_PART), Math.ceil(bots / (WAIT_S_MAX * this.tickHz)))
  }

  /** By slot: 1 for who is due in this tick and has to wait. Undefined when nobody has to. */
  choose(bots: ArrayLike<Slot>, waiting: Waiting, tick: number): Uint8Array | undefined {
    this.collect(bots, waiting, tick)
    const { due, waits, dueCount } = this
    const fair = this.fairTurns(bots.length)
    const turns = Math.max(this.ceiling, fair)
    if (dueCount <= turns) return undefined
    this.weigh(waiting)
    for (let d = 0; d < dueCount; d += 1) waits[due[d]] = 1
    let left = turns - this.give(fair, this.all, false)
    left -= this.give(left, this.fighters, true)
    this.give(left, this.all, false)
    this.putOff += dueCount - turns
    return waits
  }

  /** Who is due, and for how long. */
  private collect(bots: ArrayLike<Slot>, { nextTick }: Waiting, tick: number): void {
    const { due, ages } = this
    let dueCount = 0
    let longest = this.longestTicks
    for (let i = 0; i < bots.length; i += 1) {
      const slot = bots[i]
      const waited = tick - nextTick[slot]
      if (waited < 0) continue
      if (waited > longest) longest = waited
      due[dueCount] = slot
      ages[dueCount] = Math.min(WAITS_MAX - 1, waited)
      dueCount += 1
    }
    this.dueCount = dueCount
    this.longestTicks = longest
  }

  /** Who of them fights, and how many have waited for how long. */
  private weigh({ tier: tiers, flags }: Waiting): void {
    const { due, ages, fights, all, fighters, dueCount } = this
    all.fill(0)
    fighters.fill(0)
    for (let d = 0; d < dueCount; d += 1) {
      const slot = due[d]
      const isFighting = tiers[slot] === tier.combat || (flags[slot] & flag.inCombat) !== 0
      fights[d] = isFighting ? 1 : 0
      all[ages[d]] += 1
      if (isFighting) fighters[ages[d]] += 1
    }
  }

  /** Gives at most so many turns to those who have waited longest, of all or of the fighters, which `counts` has. Returns how many. */
  private give(turns: number, counts: Int32Array, isForFighters: boolean): number {
    if (turns === 0) return 0
    const { due, ages, fights, waits, all, fighters, dueCount } = this
    let age = WAITS_MAX - 1
    let left = turns
    for (; age > 0 && counts[age] <= left; age -= 1) left -= counts[age]
    // All who have waited longer get theirs; of those who have waited just so long, as many as turns are left.
    let given = 0
    for (let d = 0; d < dueCount; d += 1) {
      const own = ages[d]
      const slot = due[d]
      if (own < age || waits[slot] === 0 || (isForFighters && fights[d] === 0)) continue
      if (own === age) {
        if (left === 0) continue
        left -= 1
      }
      waits[slot] = 0
      all[own] -= 1
      fighters[own] -= fights[d]
      given += 1
    }
    return given
  }
}
