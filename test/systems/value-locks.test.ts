import { describe, expect, it } from 'vitest'
import { BUY_BACKS } from '../../components/bag.js'
import { Position } from '../../components/motion.js'
import { questState } from '../../components/quest-log.js'
import { QuestChooseReward } from '../../protocol/quest.js'
import { TradeCancel, TradeOffer, TradeOpen } from '../../protocol/trade.js'
import { VendorBuyBack, VendorSell } from '../../protocol/vendor.js'
import { LedgerResource } from '../../systems/ledger.js'
import { trade } from '../../systems/trade.js'
import { lining, PELT, scene } from './quest-scene.js'
import { vendorScene } from './vendor-scene.js'

describe('what is on offer in a trade', () => {
  /** The horns that the lining asks for are in the bag, and one of them is on offer. */
  function offered() {
    const all = scene(lining, lining.levelMin, [trade])
    const { small, hero, gain, accept } = all
    const need = lining.objectives[0].count
    accept()
    gain(PELT, need)
    small.step()
    const { x, z } = small.world.columns(Position)
    const other = small.character({ x: x[hero] + 1, z: z[hero] })
    small.now(hero, TradeOpen, { target: small.entity(other) })
    expect(small.now(hero, TradeOffer, { slot: 0, bagSlot: 0, count: 1, gold: 0 })).toBe('ok')
    return { ...all, other, need }
  }

  it('is not handed in for a quest until the trade is over', () => {
    const { small, hero, npc, other, held, need, state } = offered()
    const handIn = () => small.now(hero, QuestChooseReward, { giver: npc, quest: lining.id, choice: 0 })
    expect(handIn()).toBe('busy')
    expect([held(PELT), state()]).toEqual([need, questState.complete])
    expect(small.now(other, TradeCancel, {})).toBe('ok')
    expect(handIn()).toBe('ok')
    expect(held(PELT)).toBe(0)
  })
})

describe('the ledger at a vendor’s', () => {
  it('has what is sold as the seller’s until nobody can buy it back', () => {
    const { small, hero, npc, give, inBag } = vendorScene()
    const ledger = small.resource(LedgerResource)
    ledger.owner(hero, 5)
    give('patched-jerkin')
    const { item, uid } = inBag(0)
    expect(small.now(hero, VendorSell, { npc, bagSlot: 0, count: 1 })).toBe('ok')
    const sold = ledger.rowsOf(small.world.tick)
    expect(sold.map(({ kind, reason, from, to }) => [kind, reason, from, to])).toEqual([
      ['mint', 'sold', 0, 5],
      ['transfer', 'sold', 5, 5],
    ])
    expect(sold[1]).toMatchObject({ item, count: 1, uid })
    small.now(hero, VendorBuyBack, { index: 0, item })
    expect(ledger.rowsOf(small.world.tick).map(({ kind, reason, uid: one }) => [kind, reason, one])).toEqual([
      ['transfer', 'boughtBack', uid],
      ['burn', 'boughtBack', 0],
    ])
    expect(ledger.goldMinted).toBe(ledger.goldBurned)
    small.now(hero, VendorSell, { npc, bagSlot: 0, count: 1 })
    give('torn-pelt', BUY_BACKS)
    for (let i = 0; i < BUY_BACKS - 1; i += 1) small.now(hero, VendorSell, { npc, bagSlot: 0, count: 1 })
    expect(ledger.itemsBurned[item]).toBe(0)
    small.now(hero, VendorSell, { npc, bagSlot: 0, count: 1 })
    expect(ledger.rowsOf(small.world.tick).at(-1)).toMatchObject({ kind: 'burn', reason: 'forgotten', from: 5, item, uid })
  })
})
