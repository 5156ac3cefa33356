import { BAG_SLOTS, Bag, BuyBack, Purse } from '../../components/bag.js'
import { Equipment } from '../../components/equipment.js'
import { Trade } from '../../components/trade.js'
import { TradeAccept, TradeCancel, TradeChanged, TradeClosed, TradeOffer, TradeOpen } from '../../protocol/trade.js'
import type { Slot } from '../../src/ecs/entities.js'
import type { System } from '../../src/ecs/system.js'
import { soldThingsOf, thingsOf } from '../../systems/holdings-rules.js'
import { items } from '../../systems/items.js'
import { LedgerResource, type Moved } from '../../systems/ledger.js'
import { trade } from '../../systems/trade.js'
import { itemScene } from './item-scene.js'
import type { Reply, SmallWorld } from './small-world.js'

export const GOLD = 1_000

/** What some characters have together: gold, stackables by item, and unique things by uid. */
export function wealthOf(small: SmallWorld, slots: readonly Slot[]) {
  const sources = { bag: small.edit(Bag), equipment: small.edit(Equipment), buyBack: small.edit(BuyBack) }
  const stacks = new Map<number, number>()
  const uids: number[] = []
  let gold = 0
  for (const slot of slots) {
    gold += small.gold(slot)
    for (const { item, count, uid } of [...thingsOf(sources, slot), ...soldThingsOf(sources, slot)]) {
      if (uid !== 0) uids.push(uid)
      else stacks.set(item, (stacks.get(item) ?? 0) + count)
    }
  }
  return { gold, stacks: [...stacks].sort(([a], [b]) => a - b), uids: uids.sort((a, b) => a - b) }
}

/** Two characters side by side with some gold each and empty bags. What is asked for goes into the next step. */
export function tradeScene(
  systems: readonly System[] = [items, trade],
  options: { x?: number; z?: number; level?: number; apartM?: number } = {},
) {
  const { x = 1_000, z = 1_000, apartM = 3 } = options
  const all = itemScene(systems, { ...options, x, z })
  const { small, hero } = all
  const other = small.character({ x: x + apartM, z, classKey: 'mender' })
  for (const slot of [hero, other]) small.edit(Purse).set(slot, 'gold', GOLD)
  const revision = (slot: Slot = hero): number => small.column(Trade, 'revision')[slot]
  const ask = {
    open: (a: Slot = hero, b: Slot = other): Reply => small.ask(a, TradeOpen, { target: small.entity(b) }),
    offer: (by: Slot, slot: number, bagSlot: number, count: number, gold = 0): Reply =>
      small.ask(by, TradeOffer, { slot, bagSlot, count, gold }),
    accept: (by: Slot, seen = revision(by)): Reply => small.ask(by, TradeAccept, { revision: seen }),
    cancel: (by: Slot): Reply => small.ask(by, TradeCancel, {}),
  }
  const stepped = (reply: Reply): string | undefined => {
    small.step()
    return reply.code
  }
  return {
    ...all,
    other,
    ask,
    revision,
    open: (a: Slot = hero, b: Slot = other) => stepped(ask.open(a, b)),
    offer: (by: Slot, slot: number, bagSlot: number, count: number, gold = 0) =>
      stepped(ask.offer(by, slot, bagSlot, count, gold)),
    accept: (by: Slot, seen = revision(by)) => stepped(ask.accept(by, seen)),
    cancel: (by: Slot) => stepped(ask.cancel(by)),
    isOpen: (slot: Slot = hero): boolean => small.column(Trade, 'partner')[slot] !== 0,
    /** How many of the item lie in a bag. */
    held: (slot: Slot, item: number): number => {
      const { item: kinds, count } = small.edit(Bag)
      let many = 0
      for (let at = slot * BAG_SLOTS; at < (slot + 1) * BAG_SLOTS; at += 1) if (kinds[at] === item) many += count[at]
      return many
    },
    wealth: () => wealthOf(small, [hero, other]),
    lastChange: (slot: Slot) => small.toldOf(slot, TradeChanged).at(-1),
    ends: (slot: Slot) => small.toldOf(slot, TradeClosed).map(({ reason }) => reason),
    rows: (): readonly Moved[] => small.resource(LedgerResource).rowsOf(small.world.tick),
  }
}
