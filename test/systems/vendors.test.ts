import { describe, expect, it } from 'vitest'
import { BAG_SLOTS, Purse } from '../../components/bag.js'
import { Casting } from '../../components/spells.js'
import { flag } from '../../components/status.js'
import { ItemUse } from '../../protocol/item.js'
import { ALL_WORN, UNLIMITED, VendorBuy, VendorBuyBack, VendorList, VendorRepair, VendorSell } from '../../protocol/vendor.js'
import { ItemGained, ItemLost, Talked } from '../../systems/events.js'
import { idOf } from './item-scene.js'
import { content, keyed, TICK_HZ } from './small-world.js'
import { RICH, vendorScene as scene } from './vendor-scene.js'

const corvin = keyed(content.npcList, 'corvin')
const SALVE_LINE = corvin.stock.findIndex(({ item }) => item === idOf('knitbone-salve'))
const LOAF_LINE = corvin.stock.findIndex(({ item }) => item === idOf('barley-loaf'))
const JERKIN_LINE = corvin.stock.findIndex(({ item }) => item === idOf('patched-jerkin'))
const SALVE = content.itemList.find(({ key }) => key === 'knitbone-salve')!
const SALVES = corvin.stock[SALVE_LINE].countMax

describe('vendor.list', () => {
  it('tells what there is, for how much, and how much of it', () => {
    const { small, hero, npc, stock } = scene()
    const told = stock()
    expect(told?.npc).toBe(npc)
    expect(told?.entries).toHaveLength(corvin.stock.length)
    expect(told?.entries[SALVE_LINE]).toEqual({ item: SALVE.id, price: SALVE.buyPrice, left: SALVES })
    expect(told?.entries[LOAF_LINE].left).toBe(UNLIMITED)
    expect(small.seenOf(Talked)).toEqual([{ character: small.entity(hero), npc: corvin.id }])
  })
})

describe('every service', () => {
  const MAUL = idOf('oaken-maul')
  const hessa = keyed(content.npcList, 'hessa')
  const away: readonly [string, (all: ReturnType<typeof scene>) => void, string][] = [
    ['the customer has walked away', ({ small, hero }) => small.move(hero, hessa.x + 6, hessa.z), 'outOfRange'],
    ['the customer is dead', ({ small, hero }) => small.setFlags(hero, flag.dead), 'dead'],
    ['the customer is stunned', ({ small, hero }) => small.setFlags(hero, flag.stunned), 'stunned'],
    ['the customer flees', ({ small, hero }) => small.setFlags(hero, flag.feared), 'feared'],
    ['the vendor is dead', ({ small, npcSlot }) => small.setFlags(npcSlot, flag.dead), 'dead'],
    [
      'the vendor is gone',
      ({ small, npcSlot }) => {
        small.world.commands.despawn(npcSlot)
        small.world.commandBuffer.flush()
      },
      'noSuchTarget',
    ],
  ]
  it.each(away)('is refused when %s, and changes nothing', (_name, happen, code) => {
    const all = scene('hessa')
    all.give('barley-loaf', 3)
    all.sell(0)
    const gold = all.gold()
    happen(all)
    const { small, hero, npc } = all
    const index = hessa.stock.findIndex(({ item }) => item === MAUL)
    const replies = [
      small.ask(hero, VendorList, { npc }),
      small.ask(hero, VendorBuy, { npc, index, item: MAUL, count: 1 }),
      small.ask(hero, VendorSell, { npc, bagSlot: 0, count: 1 }),
      small.ask(hero, VendorBuyBack, { index: 0, item: 0 }),
      small.ask(hero, VendorRepair, { npc, bagSlot: ALL_WORN }),
    ]
    small.step()
    expect(replies.map((reply) => reply.code)).toEqual([code, code, code, code, code])
    expect(all.gold()).toBe(gold)
    expect(all.inBag(0).count).toBe(2)
  })

  it('is not every NPC’s', () => {
    const { small, hero } = scene()
    const ysolde = keyed(content.npcList, 'ysolde')
    const npc = small.entity(small.npc('ysolde'))
    small.move(hero, ysolde.x, ysolde.z)
    expect(small.now(hero, VendorList, { npc })).toBe('noSuchTarget')
    expect(small.now(hero, VendorList, { npc: small.entity(hero) })).toBe('noSuchTarget')
  })
})

describe('vendor.buy', () => {
  it('takes the price and gives new things', () => {
    const { small, hero, buy, inBag, gold, counted } = scene()
    expect(buy(JERKIN_LINE, idOf('patched-jerkin'), 2)).toBe('ok')
    expect(inBag(0).durability).toBe(80)
    expect(inBag(0).uid).toBeGreaterThan(0)
    expect(inBag(1).uid).not.toBe(inBag(0).uid)
    expect(gold()).toBe(RICH - 2 * keyed(content.itemList, 'patched-jerkin').buyPrice)
    expect([counted('bought'), counted('goldBurned')]).toEqual([2, RICH - gold()])
    expect(small.seenOf(ItemGained)).toEqual([{ character: small.entity(hero), item: idOf('patched-jerkin'), count: 2 }])
  })

  const refusals: readonly [string, index: number, item: number, count: number, gold: number, string][] = [
    ['an item that the line no longer has', LOAF_LINE, SALVE.id, 1, RICH, 'stale'],
    ['a line that there is not', 200, SALVE.id, 1, RICH, 'noSuchTarget'],
    ['none', LOAF_LINE, idOf('barley-loaf'), 0, RICH, 'malformed'],
    ['more than there is', SALVE_LINE, SALVE.id, SALVES + 1, RICH, 'limit'],
    ['what is too dear', SALVE_LINE, SALVE.id, 1, SALVE.buyPrice - 1, 'cannotPay'],
    ['more than the bag has room for', LOAF_LINE, idOf('barley-loaf'), 20 * BAG_SLOTS + 1, RICH, 'bagFull'],
    ['a price beyond all gold', LOAF_LINE, idOf('barley-loaf'), 65_535, RICH, 'cannotPay'],
  ]
  it.each(refusals)('refuses %s, and changes nothing', (_name, index, item, count, money, code) => {
    const { buy, gold, keys, stock } = scene('corvin', money)
    expect(buy(index, item, count)).toBe(code)
    expect(gold()).toBe(money)
    expect(keys()).toEqual([])
    expect(stock()?.entries[SALVE_LINE].left).toBe(SALVES)
  })

  it('of the last one by two in one tick: one gets it', () => {
    const { small, hero, npc, buy } = scene()
    const other = small.character({ x: corvin.x + 1, z: corvin.z })
    small.edit(Purse).set(other, 'gold', RICH)
    expect(buy(SALVE_LINE, SALVE.id, SALVES - 1)).toBe('ok')
    const both = [hero, other].map((by) => small.ask(by, VendorBuy, { npc, index: SALVE_LINE, item: SALVE.id, count: 1 }))
    small.step()
    expect(both.map(({ code }) => code)).toEqual(['ok', 'limit'])
    expect([small.gold(hero), small.gold(other)]).toEqual([RICH - SALVES * SALVE.buyPrice, RICH])
  })

  it('leaves a stock that fills again with time', () => {
    const { small, buy, stock } = scene()
    const tick = small.world.tick + 1
    buy(SALVE_LINE, SALVE.id, SALVES)
    const refillTicks = (corvin.stock[SALVE_LINE].refillMs * TICK_HZ) / 1000
    expect(stock()?.entries[SALVE_LINE].left).toBe(0)
    small.step(tick + refillTicks - 1 - small.world.tick)
    expect(stock()?.entries[SALVE_LINE].left).toBe(1)
    small.step(refillTicks * SALVES)
    expect(stock()?.entries[SALVE_LINE].left).toBe(SALVES)
  })
})

describe('vendor.sell', () => {
  it('pays for what it takes', () => {
    const { small, hero, give, sell, inBag, gold, counted } = scene()
    give('torn-pelt', 5)
    expect(sell(0, 3)).toBe('ok')
    expect(inBag(0).count).toBe(2)
    expect(gold()).toBe(RICH + 6)
    expect([counted('sold'), counted('goldMinted')]).toEqual([3, 6])
    expect(small.seenOf(ItemLost)).toEqual([{ character: small.entity(hero), item: idOf('torn-pelt'), count: 3 }])
  })

  const refusals: readonly [string, key: string, bagSlot: number, count: number, gold: number, string][] = [
    ['quest items', 'lacquered-shell', 0, 1, RICH, 'notTradable'],
    ['more than there is', 'torn-pelt', 0, 6, RICH, 'stale'],
    ['none', 'torn-pelt', 0, 0, RICH, 'malformed'],
    ['nothing', 'torn-pelt', 1, 1, RICH, 'noSuchTarget'],
    ['what lies in no place', 'torn-pelt', 99, 1, RICH, 'noSuchTarget'],
    ['to a purse that is full', 'torn-pelt', 0, 1, content.rates.goldMax - 1, 'limit'],
  ]
  it.each(refusals)('refuses %s, and changes nothing', (_name, key, bagSlot, count, money, code) => {
    const { give, sell, gold, inBag } = scene('corvin', money)
    give(key, 5)
    expect(sell(bagSlot, count)).toBe(code)
    expect(gold()).toBe(money)
    expect(inBag(0).count).toBe(5)
  })

  it('refuses what is in use, from the tick on in which the use begins', () => {
    const { small, hero, npc, give } = scene()
    give('knitbone-salve', 2)
    small.ask(hero, ItemUse, { bagSlot: 0, item: SALVE.id, target: 0 })
    const sameTick = small.ask(hero, VendorSell, { npc, bagSlot: 0, count: 1 })
    small.step()
    expect(sameTick.code).toBe('busy')
    small.column(Casting, 'item')[hero] = 1
    expect(small.now(hero, VendorSell, { npc, bagSlot: 0, count: 1 })).toBe('busy')
  })

  it('twice in one tick pays once', () => {
    const { small, hero, npc, give, gold } = scene()
    give('torn-pelt', 5)
    const both = [0, 1].map(() => small.ask(hero, VendorSell, { npc, bagSlot: 0, count: 5 }))
    small.step()
    expect(both.map(({ code }) => code)).toEqual(['ok', 'noSuchTarget'])
    expect(gold()).toBe(RICH + 10)
  })
})
