import { describe, expect, it } from 'vitest'
import { Bag, Purse } from '../../components/bag.js'
import { GOLD_ONLY } from '../../protocol/trade.js'
import { VendorSell } from '../../protocol/vendor.js'
import { charges } from '../../systems/charges.js'
import { ItemUsed } from '../../systems/events.js'
import { items } from '../../systems/items.js'
import { LedgerResource } from '../../systems/ledger.js'
import { trade } from '../../systems/trade.js'
import { vendors } from '../../systems/vendors.js'
import { idOf } from './item-scene.js'
import { content, keyed } from './small-world.js'
import { GOLD, tradeScene } from './trade-scene.js'

const PELT = idOf('torn-pelt')
const LOAF = idOf('barley-loaf')
const { goldMax } = content.rates

/** The hero has offered 5 pelts and a jerkin for 40 gold. */
function agreed(systems = [items, charges, trade]) {
  const scene = tradeScene(systems)
  const { open, offer, give, hero, other, wealth, small } = scene
  give('torn-pelt', 5)
  give('patched-jerkin')
  open()
  offer(hero, 0, 0, 5)
  offer(hero, 1, 1, 1)
  offer(other, GOLD_ONLY, 0, 0, 40)
  const before = wealth()
  const { uid } = scene.inBag(1)
  return {
    ...scene,
    before,
    /** Whose the goods are: true when they have changed hands, once and whole. */
    isDone: (): boolean => {
      expect(wealth()).toEqual(before)
      const gold = small.gold(hero)
      const uids = (slot: number) => Array.from({ length: 24 }, (_, place) => scene.inBag(place, slot).uid).filter((u) => u !== 0)
      const done = gold === GOLD + 40
      expect(gold).toBe(done ? GOLD + 40 : GOLD)
      expect([scene.held(hero, PELT), scene.held(other, PELT)]).toEqual(done ? [0, 5] : [5, 0])
      expect([uids(hero), uids(other)]).toEqual(done ? [[], [uid]] : [[uid], []])
      return done
    },
  }
}

describe('exactly once', () => {
  it('both accept in one tick: it is done, and each hears of it once', () => {
    const { ask, hero, other, small, isDone, ends } = agreed()
    const replies = [ask.accept(hero), ask.accept(other)]
    small.step()
    expect(replies.map(({ code }) => code)).toEqual(['ok', 'ok'])
    expect(isDone()).toBe(true)
    expect([ends(hero), ends(other)]).toEqual([['done'], ['done']])
  })

  it('an accept that comes twice in one tick pays once, before and after the other’s', () => {
    const { ask, hero, other, small, isDone } = agreed()
    const replies = [ask.accept(hero), ask.accept(hero), ask.accept(other), ask.accept(other), ask.accept(hero)]
    small.step()
    expect(replies.map(({ code }) => code)).toEqual(['ok', 'alreadyDone', 'ok', 'noSuchTarget', 'noSuchTarget'])
    expect(isDone()).toBe(true)
  })

  it('nobody accepts for both sides', () => {
    const { ask, hero, small, isDone, isOpen } = agreed()
    for (let i = 0; i < 3; i += 1) ask.accept(hero)
    small.step()
    expect(isDone()).toBe(false)
    expect(isOpen()).toBe(true)
  })

  it('a cancel before the last accept of its tick undoes the trade; one after it comes too late', () => {
    const early = agreed()
    const replies = [early.ask.accept(early.hero), early.ask.cancel(early.hero), early.ask.accept(early.other)]
    early.small.step()
    expect(replies.map(({ code }) => code)).toEqual(['ok', 'ok', 'noSuchTarget'])
    expect(early.isDone()).toBe(false)
    const late = agreed()
    const others = [late.ask.accept(late.hero), late.ask.accept(late.other), late.ask.cancel(late.hero)]
    late.small.step()
    expect(others.map(({ code }) => code)).toEqual(['ok', 'ok', 'noSuchTarget'])
    expect(late.isDone()).toBe(true)
  })

  it('an offer that changes after an accept is not accepted: not by the one who did, nor blindly by the other', () => {
    const { ask, hero, other, small, isDone, revision, accept } = agreed()
    const seen = revision()
    const replies = [ask.accept(other, seen), ask.offer(hero, 0, 0, 1), ask.accept(hero, seen)]
    small.step()
    expect(replies.map(({ code }) => code)).toEqual(['ok', 'ok', 'stale'])
    expect(accept(hero)).toBe('ok')
    expect(isDone()).toBe(false)
    expect(accept(other, seen)).toBe('stale')
  })

  it('less gold after the accept does not go through either', () => {
    const { ask, hero, other, small, isDone, revision } = agreed()
    const seen = revision()
    const replies = [ask.accept(hero, seen), ask.offer(other, GOLD_ONLY, 0, 0, 1), ask.accept(other, seen)]
    small.step()
    expect(replies.map(({ code }) => code)).toEqual(['ok', 'ok', 'stale'])
    expect(isDone()).toBe(false)
  })

  it('the partner leaves the world in the tick of the accept: nothing changes hands', () => {
    const { ask, hero, other, small, isOpen, ends } = agreed()
    ask.accept(other)
    small.step()
    const reply = ask.accept(hero)
    small.world.commands.despawn(other)
    small.world.commandBuffer.flush()
    small.step()
    expect(reply.code).toBe('noSuchTarget')
    expect([small.gold(hero), isOpen(), ends(hero)]).toEqual([GOLD, false, ['left']])
  })
})

describe('what cannot be carried out', () => {
  it('a bag without room: refused, taken back by both, and possible once there is room', () => {
    const { accept, hero, other, small, isDone, lastChange, isOpen, revision } = agreed()
    for (let place = 0; place < content.rates.bagSlots; place += 1) small.putStack(other, place, LOAF, 20)
    const before = revision()
    expect(accept(other)).toBe('ok')
    expect(accept(hero)).toBe('bagFull')
    expect(small.gold(hero)).toBe(GOLD)
    expect(isOpen()).toBe(true)
    expect(revision()).toBe(before + 1)
    expect([lastChange(hero)?.mine.accepted, lastChange(hero)?.theirs.accepted]).toEqual([false, false])
    for (let place = 0; place < content.rates.bagSlots; place += 1) small.putStack(other, place, 0, 0)
    expect([accept(other), accept(hero)]).toEqual(['ok', 'ok'])
    expect(isDone()).toBe(true)
  })

  it('two full bags can change stack for stack: the outgoing makes room', () => {
    const { open, offer, accept, hero, other, small, held } = tradeScene()
    small.fillBag(hero, PELT, content.rates.bagSlots)
    small.fillBag(other, LOAF, content.rates.bagSlots)
    open()
    offer(hero, 0, 23, 20)
    offer(other, 0, 0, content.items[LOAF]?.stackMax ?? 0)
    expect([accept(hero), accept(other)]).toEqual(['ok', 'ok'])
    expect(held(other, PELT)).toBe(20)
    expect(held(hero, LOAF)).toBe(content.items[LOAF]?.stackMax)
  })

  it('more gold than a purse may hold: `limit`, what goes out counted', () => {
    const { open, offer, accept, hero, other, small } = tradeScene()
    small.edit(Purse).set(hero, 'gold', goldMax - 10)
    open()
    offer(other, GOLD_ONLY, 0, 0, 11)
    expect([accept(other), accept(hero)]).toEqual(['ok', 'limit'])
    expect([small.gold(hero), small.gold(other)]).toEqual([goldMax - 10, GOLD])
    offer(hero, GOLD_ONLY, 0, 0, 1)
    expect([accept(other), accept(hero)]).toEqual(['ok', 'ok'])
    expect([small.gold(hero), small.gold(other)]).toEqual([goldMax, GOLD - 10])
  })

  it('gold that was spent after it was offered', () => {
    const { accept, hero, other, small, isDone } = agreed()
    small.edit(Purse).set(other, 'gold', 39)
    expect([accept(hero), accept(other)]).toEqual(['ok', 'cannotPay'])
    small.edit(Purse).set(other, 'gold', GOLD)
    expect(isDone()).toBe(false)
  })
})

describe('the same thing', () => {
  it('is not offered twice by way of two slots, but may move from one to the other', () => {
    const { open, offer, give, hero, other, accept, held, lastChange } = tradeScene()
    give('torn-pelt', 5)
    open()
    expect(offer(hero, 0, 0, 3)).toBe('ok')
    expect(offer(hero, 1, 0, 2)).toBe('busy')
    expect(offer(hero, 0, 0, 0)).toBe('ok')
    expect(offer(hero, 1, 0, 2)).toBe('ok')
    expect(lastChange(other)?.theirs.things).toEqual([{ slot: 1, item: PELT, count: 2, durability: 0 }])
    expect([accept(hero), accept(other)]).toEqual(['ok', 'ok'])
    expect([held(hero, PELT), held(other, PELT)]).toEqual([3, 2])
  })

  it('is not sold to a vendor while it is on offer', () => {
    const hessa = keyed(content.npcList, 'hessa')
    const { open, offer, give, hero, small, held } = tradeScene([items, vendors, trade], { x: hessa.x + 1, z: hessa.z })
    const npc = small.entity(small.npc('hessa'))
    give('torn-pelt', 5)
    open()
    offer(hero, 0, 0, 1)
    expect(small.now(hero, VendorSell, { npc, bagSlot: 0, count: 4 })).toBe('busy')
    expect(held(hero, PELT)).toBe(5)
  })

  it('is not taken for a use of the same item from elsewhere', () => {
    const { open, offer, give, hero, small, inBag } = tradeScene([items, charges, trade])
    give('torn-pelt', 1)
    give('barley-loaf', 3)
    open()
    offer(hero, 0, 1, 3)
    // The use of another stack of the same, which is gone by the time the charge is taken.
    small.emit(ItemUsed, { character: small.entity(hero), bagSlot: 5, item: LOAF, target: small.entity(hero) })
    small.step()
    expect(inBag(1).count).toBe(3)
  })

  it('that is not there any more is not handed over', () => {
    const { accept, hero, other, small, isOpen } = agreed()
    small.edit(Bag).setAt(hero, 'count', 0, 4)
    expect([accept(hero), accept(other)]).toEqual(['ok', 'stale'])
    expect(isOpen()).toBe(true)
    expect(small.gold(hero)).toBe(GOLD)
  })
})

describe('the ledger of a trade', () => {
  it('says what went from whom to whom, once, by the command that completed it', () => {
    const { ask, hero, other, small, rows, inBag } = agreed()
    const ledger = small.resource(LedgerResource)
    ledger.owner(hero, 11)
    ledger.owner(other, 12)
    const { uid } = inBag(1)
    ask.accept(hero)
    ask.accept(other)
    small.step()
    const { tick } = small.world
    const row = { tick, kind: 'transfer', reason: 'trade', session: 0, seq: 0 }
    expect(rows()).toEqual([
      { ...row, from: 12, to: 11, item: 0, count: 0, uid: 0, gold: 40 },
      { ...row, from: 11, to: 12, item: PELT, count: 5, uid: 0, gold: 0 },
      { ...row, from: 11, to: 12, item: idOf('patched-jerkin'), count: 1, uid, gold: 0 },
    ])
    small.step()
    expect(ledger.rowsOf(tick + 1)).toEqual([])
  })
})
