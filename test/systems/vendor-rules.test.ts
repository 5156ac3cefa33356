import { describe, expect, it } from 'vitest'
import { GOLD_MAX } from '../../components/bag.js'
import { resultCodes } from '../../protocol/result-codes.js'
import { UNLIMITED } from '../../protocol/vendor.js'
import type { Content } from '../../systems/content/types.js'
import { priceOf, refill, type Shelf, Stock, sellCode, takeFromShelf } from '../../systems/vendor-rules.js'
import { content, keyed } from './small-world.js'

const MAX = 5
const REFILL_TICKS = 10

describe('a shelf', () => {
  const rows: readonly [string, Shelf, tick: number, Shelf][] = [
    ['stays full', { left: 5, refillTick: 0 }, 100, { left: 5, refillTick: 0 }],
    ['waits for its time', { left: 3, refillTick: 100 }, 99, { left: 3, refillTick: 100 }],
    ['gains one when it has come', { left: 3, refillTick: 100 }, 100, { left: 4, refillTick: 110 }],
    ['gains one a time', { left: 1, refillTick: 100 }, 119, { left: 3, refillTick: 120 }],
    ['is never over its most', { left: 1, refillTick: 100 }, 100_000, { left: 5, refillTick: 100_010 }],
  ]
  it.each(rows)('%s', (_name, shelf, tick, after) => {
    const at = { ...shelf }
    refill(at, MAX, REFILL_TICKS, tick)
    expect(at).toEqual(after)
  })

  it('begins to refill when something is first taken, and goes on so when more is', () => {
    const shelf: Shelf = { left: MAX, refillTick: 0 }
    takeFromShelf(shelf, 2, MAX, REFILL_TICKS, 50)
    expect(shelf).toEqual({ left: 3, refillTick: 60 })
    takeFromShelf(shelf, 3, MAX, REFILL_TICKS, 55)
    expect(shelf).toEqual({ left: 0, refillTick: 60 })
  })

  it('never lends: whatever is asked when, as many come as time has passed', () => {
    const shelf: Shelf = { left: MAX, refillTick: 0 }
    let taken = 0
    for (let tick = 1; tick <= 1_000; tick += 1) {
      refill(shelf, MAX, REFILL_TICKS, tick)
      if (shelf.left === 0) continue
      takeFromShelf(shelf, 1, MAX, REFILL_TICKS, tick)
      taken += 1
    }
    expect(taken).toBe(MAX + Math.floor((1_000 - 1) / REFILL_TICKS))
  })
})

describe('prices', () => {
  it('stay exact at the largest count and price', () => {
    expect(priceOf(4_294_967_295, 65_535)).toBe(281_470_681_677_825)
    expect(priceOf(4_294_967_295, 65_535)).toBeGreaterThan(GOLD_MAX)
    expect(Number.isSafeInteger(priceOf(4_294_967_295, 65_535) + GOLD_MAX)).toBe(true)
  })

  it('are paid for what has one, and never for quest items', () => {
    const name = (key: string) => resultCodes.list[sellCode(keyed(content.itemList, key))].name
    expect([name('torn-pelt'), name('lacquered-shell')]).toEqual(['ok', 'notTradable'])
    expect(resultCodes.list[sellCode(undefined)].name).toBe('notTradable')
  })
})

describe('the stock of a world', () => {
  const npc = keyed(content.npcList, 'corvin')
  const index = npc.stock.findIndex(({ countMax }) => countMax > 0)
  const entry = npc.stock[index]

  it('has an end only where the content says so, and hashes what is left', () => {
    const stock = new Stock(content as Content, 20)
    expect(stock.left(npc.id, index, entry, 1)).toBe(entry.countMax)
    const endless = npc.stock.findIndex(({ countMax }) => countMax === 0)
    expect(stock.left(npc.id, endless, npc.stock[endless], 1)).toBe(UNLIMITED)
    const before = stock.hash()
    stock.take(npc.id, index, entry, 1, 1)
    expect(stock.hash()).not.toBe(before)
    expect(stock.left(npc.id, index, entry, 2)).toBe(entry.countMax - 1)
    expect(stock.left(npc.id, index, entry, 2 + (entry.refillMs * 20) / 1000)).toBe(entry.countMax)
  })
})
