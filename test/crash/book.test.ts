import { describe, expect, it } from 'vitest'
import { Book, type Claim } from '../../scripts/crash/book.js'
import { applied, type Effect, type Holding, NOTHING } from '../../scripts/crash/holding.js'

const JERKIN = 120
const holding = (gold: number, ...uids: number[]): Holding => ({
  gold,
  items: new Map(uids.length === 0 ? [] : [[JERKIN, uids.length]]),
  uids: new Map(uids.map((uid) => [uid, JERKIN])),
})
const opening = new Map([
  [1, holding(100, 11)],
  [2, holding(50)],
])
/** Character 1 gives its thing for 30 gold of character 2. */
const given: Effect = { gold: 30, items: [[JERKIN, -1]], gone: [11], come: [] }
const taken: Effect = { gold: -30, items: [[JERKIN, 1]], gone: [], come: [[11, JERKIN]] }
const trade: Claim = {
  name: 'trade.accept',
  text: 'a trade',
  sides: [
    { characterId: 1, effect: given },
    { characterId: 2, effect: taken },
  ],
}
const traded = new Map([
  [1, holding(130)],
  [2, holding(20, 11)],
])
const found = (book: Book, stored: ReadonlyMap<number, Holding>): string => {
  book.recovered('start 2', stored)
  return book.violations.join('\n')
}

describe('the book of what was promised', () => {
  it('takes a command without an answer as done or as not done, of a trade both sides alike', () => {
    for (const [stored, kept] of [
      [opening, 0],
      [traded, 1],
    ] as const) {
      const book = new Book(opening)
      book.begin(trade)
      expect(book.recovered('start 2', stored)).toEqual({ kept, undone: 1 - kept })
      expect(book.violations).toEqual([])
      expect(book.of(2)).toBe(stored.get(2))
    }
  })

  it('finds a trade of which only one side was saved', () => {
    const half = new Map([
      [1, traded.get(1)!],
      [2, opening.get(2)!],
    ])
    const book = new Book(opening)
    book.begin(trade)
    expect(found(book, half)).toMatch(/a trade, without an answer, has neither happened whole nor not at all/)
  })

  it('finds what was answered ok and is not there: gold, a thing, another thing in its place, a whole character', () => {
    const lost: readonly (readonly [ReadonlyMap<number, Holding>, RegExp])[] = [
      [new Map(opening).set(2, holding(50)), /character 2, what was answered ok is not there: 50 gold; expected 20 gold/],
      [new Map(traded).set(2, holding(20)), /character 2, .*: 20 gold; expected 20 gold, 1 of 120/],
      [new Map(traded).set(2, holding(20, 12)), /character 2, .*: the thing 11 of item 120 is not there/],
      [new Map([[1, traded.get(1)!]]), /character 2, .*: it is gone/],
    ]
    for (const [stored, says] of lost) {
      const book = new Book(opening)
      book.confirm(book.begin(trade), [traded.get(1)!, traded.get(2)!])
      expect(found(book, stored)).toMatch(says)
    }
  })

  it('finds an ok of which the owner is shown something else, and a refusal that moved something', () => {
    const book = new Book(opening)
    book.confirm(book.begin(trade), [traded.get(1)!, holding(19, 11)])
    expect(book.violations).toEqual(['character 2 after a trade, answered ok: 19 gold, 1 of 120; expected 20 gold, 1 of 120'])
    const other = new Book(opening)
    other.refuse(other.begin(trade), [traded.get(1)!, opening.get(2)!])
    expect(other.violations).toEqual(['character 1 after a trade, which was refused: 130 gold; expected 100 gold, 1 of 120'])
  })

  it('lets new things have uids that nobody knew, but only of a command that makes them', () => {
    const bought = { ...NOTHING, gold: -10, items: [[JERKIN, 1]] } as const
    const claim: Claim = { name: 'vendor.buy', text: 'a jerkin', sides: [{ characterId: 2, effect: bought }] }
    const after = { ...applied(holding(50), bought), uids: new Map([[77, JERKIN]]) }
    const book = new Book(opening)
    book.confirm(book.begin(claim), [after])
    expect(book.violations).toEqual([])
    expect(found(book, new Map(opening).set(2, { ...after, uids: new Map() }))).toMatch(/the thing 77 of item 120 is not there/)
  })
})
