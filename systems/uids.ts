import { HASH_START, mixNumber } from '../src/ecs/hash.js'
import { defineResource } from '../src/ecs/resource.js'

/** Uids that one second of the calendar has room for, of which a world starts with the ones of the second it begins in. */
const UIDS_PER_SECOND = 2_097_152
/** 2020-01-01: uids stay below 2^53 until 2156. */
const EPOCH_MS = 1_577_836_800_000

/**
 * Numbers for what is unique, each given once. A world counts on from a block that its start in the calendar gives it, so that
 * one that is started anew over saved characters gives none a second time, without asking the store. (It would have to make two
 * million unique things a second to run into the block of a later start.)
 */
export class Uids {
  private last = 0
  private begun = false

  /** The world's calendar, in ms since 1970, at its first tick; later calls change nothing. */
  begin(calendarMs: number): void {
    if (this.begun) return
    this.begun = true
    this.last = Math.max(this.last, Math.floor(Math.max(0, calendarMs - EPOCH_MS) / 1000) * UIDS_PER_SECOND)
  }

  /** A whole number, above 0 and below 2^53, that was never given before. */
  next(): number {
    this.last += 1
    return this.last
  }

  get latest(): number {
    return this.last
  }

  /** Nothing up to that one is given again, whatever the calendar says. */
  startAfter(last: number): void {
    this.last = Math.max(this.last, last)
  }

  hash(): number {
    return mixNumber(HASH_START, this.last)
  }
}

export const UidsResource = defineResource('Uids', {
  create: () => new Uids(),
  hash: (uids) => uids.hash(),
  lasting: { save: (uids) => ({ last: [uids.latest] }), restore: (uids, { last }) => uids.startAfter(last?.[0] ?? 0) },
})
