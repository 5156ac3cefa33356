import { result } from '../protocol/result-codes.js'
import { UNLIMITED } from '../protocol/vendor.js'
import { HASH_START, mix } from '../src/ecs/hash.js'
import type { ResultCode } from '../src/protocol/result-codes.js'
import type { Content, ItemKind, StockEntry } from './content/types.js'

/** Coins for `count` of them: below 2^48, so that the product is exact. */
export const priceOf = (price: number, count: number): number => price * count

/** Why a vendor does not take it: quest items stay, and so does what it would give nothing for. */
export function sellCode(kind: ItemKind | undefined): ResultCode {
  return kind === undefined || kind.kind === 'quest' || kind.sellPrice === 0 ? result.notTradable : result.ok
}

/** One line of limited stock. */
export interface Shelf {
  left: number
  /** When the next one comes; of no meaning while it is full. */
  refillTick: number
}

/** Brings a shelf up to `tick`: one more for each `refillTicks` that has passed, up to `countMax`. */
export function refill(shelf: Shelf, countMax: number, refillTicks: number, tick: number): void {
  if (shelf.left >= countMax || tick < shelf.refillTick) return
  const due = 1 + Math.floor((tick - shelf.refillTick) / refillTicks)
  shelf.left = Math.min(countMax, shelf.left + due)
  shelf.refillTick += due * refillTicks
}

/** Takes from a shelf that has been brought up to `tick`. What was full begins to refill now. */
export function takeFromShelf(shelf: Shelf, count: number, countMax: number, refillTicks: number, tick: number): void {
  if (shelf.left === countMax) shelf.refillTick = tick + refillTicks
  shelf.left -= count
}

/** The limited stock of all vendors, which all customers share. An endless line has no shelf. */
export class Stock {
  private readonly shelves: (readonly (Shelf | undefined)[] | undefined)[] = []

  constructor(
    content: Content,
    private readonly tickHz: number,
  ) {
    for (const { id, stock } of content.npcList)
      this.shelves[id] = stock.map(({ countMax }) => (countMax === 0 ? undefined : { left: countMax, refillTick: 0 }))
  }

  private refillTicks(entry: StockEntry): number {
    return Math.max(1, Math.floor((entry.refillMs * this.tickHz) / 1000 + 0.5))
  }

  /** What an NPC has of its line `index` now; `UNLIMITED` where there is no end of it. */
  left(npc: number, index: number, entry: StockEntry, tick: number): number {
    const shelf = this.shelves[npc]?.[index]
    if (shelf === undefined) return UNLIMITED
    refill(shelf, entry.countMax, this.refillTicks(entry), tick)
    return shelf.left
  }

  /** The caller has asked `left` in this tick, and takes no more than that. */
  take(npc: number, index: number, entry: StockEntry, count: number, tick: number): void {
    const shelf = this.shelves[npc]?.[index]
    if (shelf !== undefined) takeFromShelf(shelf, count, entry.countMax, this.refillTicks(entry), tick)
  }

  /** What is left of each line with an end, and when there is more of it; by NPC, then line. */
  save(): Readonly<Record<string, readonly number[]>> {
    const saved: Record<string, number[]> = {}
    this.shelves.forEach((lines, npc) => {
      const numbers = (lines ?? []).flatMap((shelf, line) => (shelf === undefined ? [] : [line, shelf.left, shelf.refillTick]))
      if (numbers.length > 0) saved[npc] = numbers
    })
    return saved
  }

  /** Lines that the content no longer has are left out; none has more than it can hold. */
  restore(saved: Readonly<Record<string, readonly number[]>>): void {
    this.shelves.forEach((lines, npc) => {
      const numbers = saved[npc] ?? []
      for (let at = 0; at + 2 < numbers.length; at += 3) {
        const shelf = lines?.[numbers[at]]
        if (shelf === undefined) continue
        // It stands as full as it can be.
        shelf.left = Math.min(shelf.left, numbers[at + 1])
        shelf.refillTick = numbers[at + 2]
      }
    })
  }

  hash(): number {
    let h = HASH_START
    for (const lines of this.shelves)
      for (const shelf of lines ?? []) if (shelf !== undefined) h = mix(mix(h, shelf.left), shelf.refillTick)
    return h
  }
}
