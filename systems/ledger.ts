import type { Slot } from '../src/ecs/entities.js'
import { HASH_START, mix, mixNumber } from '../src/ecs/hash.js'
import { defineResource } from '../src/ecs/resource.js'
import type { PackedMovements } from '../src/ports/store.js'
import type { Content } from './content/types.js'

/** `mint`: made out of nothing; `burn`: gone for good; `transfer`: from one to another, or from a bag to what can be bought back. */
export const movedKinds = ['mint', 'burn', 'transfer'] as const
export type MovedKind = (typeof movedKinds)[number]

/**
 * Why value moves. `sold` and `boughtBack`: an item goes to what its own seller can buy back, and returns, for coins that are made and
 * burned; `forgotten`: it cannot be bought back any more; `history`: what a bot of a higher level comes with; `departed`: what a bot
 * takes along that leaves the world.
 */
export const movedReasons = [
  'loot',
  'object',
  'conjured',
  'bought',
  'sold',
  'boughtBack',
  'forgotten',
  'repaired',
  'used',
  'destroyed',
  'questGiven',
  'questTaken',
  'questReward',
  'trade',
  'history',
  'departed',
] as const
export type MovedReason = (typeof movedReasons)[number]

/** The command that moves value: an intent is one. A mind's has neither session nor seq. */
export interface Command {
  readonly session: number
  readonly seq: number
}
export const NO_COMMAND: Command = Object.freeze({ session: 0, seq: 0 })

/** One movement. `from` and `to` are character ids, 0 for nobody. `item` 0 for gold alone; `uid` 0 for stackables. */
export interface Moved {
  readonly tick: number
  readonly kind: MovedKind
  readonly reason: MovedReason
  readonly from: number
  readonly to: number
  readonly item: number
  readonly count: number
  readonly uid: number
  readonly gold: number
  readonly session: number
  readonly seq: number
}

/** What is moved: gold, or so many of an item. */
export interface Value {
  readonly item: number
  readonly count: number
  readonly uid: number
  readonly gold: number
}

/** As `MOVEMENT_VALUES`, in the order that the store wants them in. */
const ROW_VALUES = 11
const ROWS_AT_START = 1_024

/**
 * Every movement of value of the tick under way, and sums since the world's start. The rows of a tick are there until value moves in a
 * later one: whoever keeps them takes them after each tick. What may move in a tick is bounded by what the gate lets in, so that the
 * rows need no other limit.
 */
export class Ledger {
  /** Coins, and pieces by item, that came to be in the world and that ceased to be. */
  goldMinted = 0
  goldBurned = 0
  readonly itemsMinted: Float64Array
  readonly itemsBurned: Float64Array
  /** The same of what characters brought in as they were saved, less what they took along: it moved nowhere, only the sums of the world know it. */
  goldBrought = 0
  readonly itemsBrought: Float64Array
  /** Movements since the world's start. */
  total = 0
  private rows = new Float64Array(ROWS_AT_START * ROW_VALUES)
  private count = 0
  private tick = 0
  private digest = HASH_START
  /** By slot; 0 for those who have none. */
  private readonly characterIds: Float64Array

  constructor(itemsMax: number, capacity: number) {
    this.itemsMinted = new Float64Array(itemsMax)
    this.itemsBurned = new Float64Array(itemsMax)
    this.itemsBrought = new Float64Array(itemsMax)
    this.characterIds = new Float64Array(capacity + 1)
  }

  /** Whose value the slot's is from now on; 0 for somebody without a durable id. */
  owner(slot: Slot, characterId: number): void {
    this.characterIds[slot] = characterId
  }

  /** Coins or things that come in with a saved character (`sign` 1) or go with one (−1). */
  carry(sign: 1 | -1, { item, count, gold }: Omit<Value, 'uid'>): void {
    this.goldBrought += sign * gold
    this.itemsBrought[item] += sign * count
  }

  mint(tick: number, reason: MovedReason, to: Slot, value: Value, by: Command): void {
    this.goldMinted += value.gold
    this.itemsMinted[value.item] += value.count
    this.note(tick, 0, reason, 0, this.characterIds[to], value, by)
  }

  burn(tick: number, reason: MovedReason, from: Slot, value: Value, by: Command): void {
    this.goldBurned += value.gold
    this.itemsBurned[value.item] += value.count
    this.note(tick, 1, reason, this.characterIds[from], 0, value, by)
  }

  transfer(tick: number, reason: MovedReason, from: Slot, to: Slot, value: Value, by: Command): void {
    this.note(tick, 2, reason, this.characterIds[from], this.characterIds[to], value, by)
  }

  private note(tick: number, kind: number, reason: MovedReason, from: number, to: number, value: Value, by: Command): void {
    if (tick !== this.tick) {
      this.tick = tick
      this.count = 0
    }
    const at = this.count * ROW_VALUES
    if (at >= this.rows.length) this.widen()
    const { rows } = this
    rows[at] = tick
    rows[at + 1] = kind
    rows[at + 2] = movedReasons.indexOf(reason)
    rows[at + 3] = from
    rows[at + 4] = to
    rows[at + 5] = value.item
    rows[at + 6] = value.count
    rows[at + 7] = value.uid
    rows[at + 8] = value.gold
    rows[at + 9] = by.session
    rows[at + 10] = by.seq
    this.count += 1
    this.total += 1
    // Sessions are left out: a number of the process, which says nothing of the world.
    let h = mix(mix(mix(this.digest, tick), kind * movedReasons.length + rows[at + 2]), value.item)
    h = mixNumber(mixNumber(mix(h, value.count), value.gold), value.uid)
    this.digest = mixNumber(mixNumber(h, from), to)
  }

  private widen(): void {
    const wider = new Float64Array(this.rows.length * 2)
    wider.set(this.rows)
    this.rows = wider
  }

  /** What moved in that tick, in the order in which it did; empty once value has moved in a later one. */
  rowsOf(tick: number): readonly Moved[] {
    const { rows } = this
    const count = tick === this.tick ? this.count : 0
    return Array.from({ length: count }, (_, i) => {
      const [, kind, reason, from, to, item, many, uid, gold, session, seq] = rows.subarray(i * ROW_VALUES, (i + 1) * ROW_VALUES)
      return { tick, kind: movedKinds[kind], reason: movedReasons[reason], from, to, item, count: many, uid, gold, session, seq }
    })
  }

  /** The same, as it lies here: good until value moves again. */
  packedOf(tick: number): PackedMovements {
    const count = tick === this.tick ? this.count : 0
    return { kinds: movedKinds, reasons: movedReasons, values: this.rows.subarray(0, count * ROW_VALUES) }
  }

  /** Coins that must be in the purses. */
  get gold(): number {
    return this.goldMinted - this.goldBurned + this.goldBrought
  }

  /** Pieces of an item that must be in bags, worn, or ready to be bought back. */
  items(item: number): number {
    return this.itemsMinted[item] - this.itemsBurned[item] + this.itemsBrought[item]
  }

  hash(): number {
    return this.digest
  }
}

export const LedgerResource = defineResource('Ledger', {
  create: ({ content, capacity }) => new Ledger((content as Content).items.length, capacity),
  hash: (ledger) => ledger.hash(),
})
