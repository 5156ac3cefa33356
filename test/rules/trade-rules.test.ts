import { describe, expect, it } from 'vitest'
import { Purse } from '../../components/bag.js'
import { flag } from '../../components/status.js'
import { TRADE_SLOTS, Trade } from '../../components/trade.js'
import { resultCodes } from '../../protocol/result-codes.js'
import { GOLD_ONLY } from '../../protocol/trade.js'
import { allocateColumns } from '../../src/ecs/columns.js'
import { offeredPlaces } from '../../systems/lock-rules.js'
import {
  acceptCode,
  begin,
  changed,
  clear,
  type OfferFacts,
  offerCode,
  openCode,
  planSwap,
  putOffer,
  type TradeColumns,
} from '../../systems/trade-rules.js'
import { bagOf, makingOf, SLOT, STACK, type Stack } from '../systems/bag-row.js'

const name = (code: number): string => resultCodes.list[code].name
const OTHER = SLOT + 1
const { content } = makingOf()

const columns = (): TradeColumns => allocateColumns(Trade.fields, 4) as unknown as TradeColumns
const facts = (over: Partial<OfferFacts> = {}): OfferFacts => ({
  item: 5,
  count: 8,
  uid: 0,
  kind: content.items[5],
  isInUse: false,
  gold: 100,
  ...over,
})

describe('openCode', () => {
  const free = { flags: 0, otherFlags: 0, isCharacter: true, isInRange: true, areFree: true }
  it.each([
    ['ok', {}],
    ['ok', { flags: flag.inCombat, otherFlags: flag.casting | flag.stunned }],
    ['stunned', { flags: flag.stunned, isCharacter: false }],
    ['feared', { flags: flag.feared }],
    ['dead', { flags: flag.ghost, isCharacter: false }],
    ['dead', { otherFlags: flag.dead, isInRange: false }],
    ['noSuchTarget', { isCharacter: false, isInRange: false }],
    ['outOfRange', { isInRange: false, areFree: false }],
    ['busy', { areFree: false }],
  ])('%s for %j', (code, over) => {
    expect(name(openCode({ ...free, ...over }))).toBe(code)
  })
})

describe('a side of a trade', () => {
  function opened(): TradeColumns {
    const trade = columns()
    begin(trade, SLOT, OTHER, (slot) => slot + 100, 7)
    return trade
  }

  it('begins with a revision above both, and goes on from there when it is cleared', () => {
    const trade = columns()
    trade.revision[SLOT] = 9
    trade.revision[OTHER] = 3
    begin(trade, SLOT, OTHER, (slot) => slot + 100, 7)
    expect([trade.partner[SLOT], trade.partner[OTHER]]).toEqual([OTHER + 100, SLOT + 100])
    expect([trade.revision[SLOT], trade.revision[OTHER]]).toEqual([10, 10])
    putOffer(trade, SLOT, { slot: 1, bagSlot: 3, count: 2, gold: 4 }, facts())
    expect(offeredPlaces({ trade }, SLOT)).toBe(1 << 3)
    clear(trade, SLOT)
    expect(offeredPlaces({ trade }, SLOT)).toBe(0)
    expect([trade.revision[SLOT], trade.gold[SLOT], trade.partner[SLOT]]).toEqual([10, 0, 0])
  })

  it('loses its accept with every change', () => {
    const trade = opened()
    trade.accepted[SLOT] = 1
    trade.accepted[OTHER] = 1
    trade.revision[SLOT] = 65_535
    trade.revision[OTHER] = 65_535
    changed(trade, SLOT, OTHER, 8)
    expect([trade.accepted[SLOT], trade.accepted[OTHER], trade.revision[SLOT], trade.revision[OTHER]]).toEqual([0, 0, 0, 0])
    expect([trade.sinceTick[SLOT], trade.sinceTick[OTHER]]).toEqual([8, 8])
  })

  it('accepts the revision seen, once', () => {
    const trade = opened()
    expect(name(acceptCode(trade, SLOT, 0))).toBe('stale')
    expect(name(acceptCode(trade, SLOT, 1))).toBe('ok')
    trade.accepted[SLOT] = 1
    expect(name(acceptCode(trade, SLOT, 1))).toBe('alreadyDone')
    expect(name(acceptCode(trade, 0, 0))).toBe('noSuchTarget')
  })

  it.each([
    ['ok', {}, {}],
    ['ok', { slot: TRADE_SLOTS - 1, count: 8, gold: 100 }, {}],
    ['noSuchTarget', { slot: TRADE_SLOTS }, {}],
    ['noSuchTarget', { bagSlot: 24 }, {}],
    ['noSuchTarget', {}, { item: 0 }],
    ['notTradable', {}, { kind: undefined }],
    ['notTradable', {}, { kind: { kind: 'quest' } as never }],
    ['busy', {}, { isInUse: true }],
    ['stale', { count: 9 }, {}],
    ['cannotPay', { gold: 101 }, {}],
    ['cannotPay', { slot: GOLD_ONLY, gold: 101 }, { item: 0 }],
    ['ok', { slot: GOLD_ONLY, gold: 1 }, { item: 0 }],
    ['alreadyDone', { slot: GOLD_ONLY }, {}],
    ['alreadyDone', { count: 0 }, {}],
  ] as const)('is changed: %s for %j where %j', (code, over, there) => {
    const offer = { slot: 0, bagSlot: 2, count: 5, gold: 0, ...over }
    expect(name(offerCode(opened(), SLOT, offer, facts(there)))).toBe(code)
  })
})

describe('planSwap', () => {
  /** Two bags; each offers what is named, by place and count. */
  function swap(mine: readonly Stack[], theirs: readonly Stack[], lines: [number, number][], back: [number, number][], gold = 0) {
    const { bag } = bagOf(mine)
    theirs.forEach(([item, count, uid = 0], place) => {
      bag.setAt(OTHER, 'item', place, item)
      bag.setAt(OTHER, 'count', place, count)
      bag.setAt(OTHER, 'uid', place, uid)
    })
    const trade = columns()
    begin(trade, SLOT, OTHER, (slot) => slot + 100, 0)
    const offers = (slot: number, list: [number, number][]): void =>
      list.forEach(([place, count], index) => {
        const at = slot * 24 + place
        putOffer(
          trade,
          slot,
          { slot: index, bagSlot: place, count, gold: slot === SLOT ? gold : 0 },
          facts({ item: bag.item[at], uid: bag.uid[at] }),
        )
      })
    offers(SLOT, lines)
    offers(OTHER, back)
    const purse = allocateColumns(Purse.fields, 4)
    purse.gold[SLOT] = 50
    const rich = { ...content, rates: { ...content.rates, goldMax: 1_000 } }
    return planSwap(trade, bag, purse as never, SLOT, OTHER, rich)
  }
  const shown = (plan: { item: number[]; count: number[]; uid: number[] }, places: number) =>
    Array.from({ length: places }, (_, i) => [plan.item[i], plan.count[i], plan.uid[i]])

  it('lets go first, so that full bags can change', () => {
    const full = (item: number): Stack[] => Array.from({ length: 24 }, () => [item, STACK])
    const planned = swap(full(3), full(4), [[0, STACK]], [[23, STACK]])
    if (typeof planned === 'number') throw new Error(name(planned))
    expect(shown(planned.a.plan, 1)).toEqual([[4, STACK, 0]])
    expect(planned.b.plan.item[23]).toBe(3)
  })

  it('keeps uids, joins stacks, and makes and uses up nothing', () => {
    const planned = swap(
      [
        [3, 6],
        [9, 1, 77],
      ],
      [[3, 18]],
      [
        [0, 5],
        [1, 1],
      ],
      [],
    )
    if (typeof planned === 'number') throw new Error(name(planned))
    expect(shown(planned.a.plan, 2)).toEqual([
      [3, 1, 0],
      [0, 0, 0],
    ])
    expect(shown(planned.b.plan, 3)).toEqual([
      [3, 20, 0],
      [3, 3, 0],
      [9, 1, 77],
    ])
    expect([planned.a.plan.made, planned.a.plan.gone, planned.b.plan.made, planned.b.plan.gone]).toEqual([[], [], [], []])
    expect(planned.a.given.map(({ item, count, uid }) => [item, count, uid])).toEqual([
      [3, 5, 0],
      [9, 1, 77],
    ])
  })

  it('says why it cannot be', () => {
    const full: Stack[] = Array.from({ length: 24 }, () => [4, STACK])
    const codeOf = (planned: ReturnType<typeof swap>): string => (typeof planned === 'number' ? name(planned) : 'ok')
    expect(codeOf(swap([[3, 6]], full, [[0, 1]], []))).toBe('bagFull')
    expect(codeOf(swap([[3, 6]], [], [[0, 7]], []))).toBe('stale')
    expect(codeOf(swap([[3, 6]], [], [[0, 1]], [], 51))).toBe('cannotPay')
    expect(codeOf(swap([[3, 6]], [], [[0, 1]], [], 50))).toBe('ok')
  })
})
