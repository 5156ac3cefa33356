import { describe, expect, it } from 'vitest'
import { BAG_SLOTS, Bag, BUY_BACKS, BuyBack, Purse } from '../../components/bag.js'
import { Equipment } from '../../components/equipment.js'
import { protocol } from '../../protocol/index.js'
import { ItemEquip } from '../../protocol/item.js'
import { ALL_WORN, VendorBuyBack, VendorRepair } from '../../protocol/vendor.js'
import { StatsChanged } from '../../systems/events.js'
import { CHEST, idOf } from './item-scene.js'
import { content, keyed } from './small-world.js'
import { RICH, vendorScene as scene } from './vendor-scene.js'

describe('vendor.buyBack', () => {
  it('gives the thing itself back, for what it brought', () => {
    const { small, hero, give, sell, inBag, gold, counted } = scene()
    give('patched-jerkin')
    small.edit(Bag).setAt(hero, 'durability', 0, 33)
    const thing = inBag(0)
    sell(0)
    give('torn-pelt')
    expect(small.now(hero, VendorBuyBack, { index: 0, item: 0 })).toBe('ok')
    expect(inBag(1)).toEqual(thing)
    expect(gold()).toBe(RICH)
    expect(counted('goldBurned')).toBe(counted('goldMinted'))
    expect(small.now(hero, VendorBuyBack, { index: 0, item: 0 })).toBe('alreadyDone')
  })

  it('gives a stack back to the stacks', () => {
    const { small, hero, give, sell, inBag } = scene()
    give('torn-pelt', 9)
    sell(0, 4)
    expect(small.now(hero, VendorBuyBack, { index: 0, item: 0 })).toBe('ok')
    expect(inBag(0).count).toBe(9)
  })

  it('twice in one tick gives it once', () => {
    const { small, hero, give, sell, inBag, gold } = scene()
    give('torn-pelt', 9)
    sell(0, 9)
    const both = [0, 1].map(() => small.ask(hero, VendorBuyBack, { index: 0, item: 0 }))
    small.step()
    expect(both.map(({ code }) => code)).toEqual(['ok', 'alreadyDone'])
    expect([inBag(0).count, gold()]).toEqual([9, RICH])
  })

  it('remembers the last twelve, and forgets the oldest first', () => {
    const { small, hero, give, sell } = scene()
    give('torn-pelt', 20)
    for (let i = 1; i <= BUY_BACKS + 2; i += 1) sell(0, 1)
    give('barley-loaf')
    sell(1)
    const sold = Array.from({ length: BUY_BACKS }, (_, i) => small.edit(BuyBack).item[hero * BUY_BACKS + i])
    expect(sold.map((item) => item === idOf('barley-loaf'))).toEqual(sold.map((_, i) => i === 2))
  })

  it('gives nothing but the item that is named, where one is', () => {
    const { small, hero, give, sell, inBag, gold } = scene()
    give('torn-pelt', 3)
    sell(0, 3)
    const paid = gold()
    expect(small.now(hero, VendorBuyBack, { index: 0, item: idOf('barley-loaf') })).toBe('stale')
    expect([inBag(0).item, gold()]).toEqual([0, paid])
    expect(small.now(hero, VendorBuyBack, { index: 0, item: idOf('torn-pelt') })).toBe('ok')
    expect(inBag(0)).toMatchObject({ item: idOf('torn-pelt'), count: 3 })
  })

  it('may be asked by place alone', () => {
    expect(protocol.byId.get(VendorBuyBack.id)?.read([7], 0)).toEqual({ index: 7, item: 0 })
  })

  it('is refused with the code that says why', () => {
    const poor = scene()
    poor.give('torn-pelt', 5)
    poor.sell(0, 5)
    poor.small.edit(Purse).set(poor.hero, 'gold', 9)
    expect(poor.small.now(poor.hero, VendorBuyBack, { index: 0, item: 0 })).toBe('cannotPay')
    expect(poor.small.now(poor.hero, VendorBuyBack, { index: BUY_BACKS, item: 0 })).toBe('noSuchTarget')
    poor.give('barley-loaf', 20 * BAG_SLOTS)
    poor.small.edit(Purse).set(poor.hero, 'gold', 10)
    expect(poor.small.now(poor.hero, VendorBuyBack, { index: 0, item: 0 })).toBe('bagFull')
    const stranger = scene()
    expect(stranger.small.now(stranger.hero, VendorBuyBack, { index: 0, item: 0 })).toBe('noSuchTarget')
  })
})

describe('vendor.repair', () => {
  function torn(durability: number, gold = RICH) {
    const all = scene('hessa', gold)
    all.give('patched-jerkin')
    all.give('patched-jerkin')
    all.small.now(all.hero, ItemEquip, { bagSlot: 0, equipSlot: CHEST })
    all.small.edit(Equipment).setAt(all.hero, 'durability', CHEST, durability)
    all.small.edit(Bag).setAt(all.hero, 'durability', 1, durability)
    all.small.seen.length = 0
    const repair = (bagSlot: number) => all.small.now(all.hero, VendorRepair, { npc: all.npc, bagSlot })
    return { ...all, repair }
  }
  const jerkin = keyed(content.itemList, 'patched-jerkin')
  const PRICE = Math.ceil((jerkin.sellPrice * content.rates.durability.repairFraction * 40) / jerkin.durabilityMax)

  it('makes all that is worn whole, for a price, and nothing else', () => {
    const { repair, worn, inBag, gold, counted, small } = torn(40)
    expect(repair(ALL_WORN)).toBe('ok')
    expect([worn(CHEST).durability, inBag(1).durability]).toEqual([80, 40])
    expect(gold()).toBe(RICH - PRICE)
    expect([counted('repaired'), counted('goldBurned')]).toEqual([1, PRICE])
    expect(small.seenOf(StatsChanged)).toEqual([])
    expect(repair(ALL_WORN)).toBe('alreadyDone')
  })

  it('lets the stats follow when something was broken', () => {
    const { repair, small, hero } = torn(0)
    repair(ALL_WORN)
    expect(small.seenOf(StatsChanged)).toEqual([{ entity: small.entity(hero) }])
  })

  it('makes one thing in the bag whole', () => {
    const { repair, worn, inBag, gold } = torn(40)
    expect(repair(1)).toBe('ok')
    expect([worn(CHEST).durability, inBag(1).durability]).toEqual([40, 80])
    expect(gold()).toBe(RICH - PRICE)
    expect(repair(1)).toBe('alreadyDone')
    expect(repair(0)).toBe('noSuchTarget')
    expect(repair(99)).toBe('noSuchTarget')
  })

  it('is all or nothing', () => {
    const { repair, worn, gold } = torn(40, PRICE - 1)
    expect([repair(ALL_WORN), repair(1)]).toEqual(['cannotPay', 'cannotPay'])
    expect([worn(CHEST).durability, gold()]).toEqual([40, PRICE - 1])
  })

  it('is a smith’s work', () => {
    const { small, hero, npc } = scene('corvin')
    expect(small.now(hero, VendorRepair, { npc, bagSlot: ALL_WORN })).toBe('noSuchTarget')
  })
})
