import { BAG_SLOTS, Bag, BUY_BACKS, BuyBack, GOLD_MAX, Purse } from '../components/bag.js'
import { EQUIP_SLOTS, Equipment } from '../components/equipment.js'
import { Kind } from '../components/kind.js'
import { Interaction } from '../components/loot.js'
import { Place, Position } from '../components/motion.js'
import { Casting } from '../components/spells.js'
import { Status } from '../components/status.js'
import { Trade } from '../components/trade.js'
import { result } from '../protocol/result-codes.js'
import {
  ALL_WORN,
  UNLIMITED,
  VendorBuy,
  VendorBuyBack,
  VendorList,
  VendorRepair,
  VendorSell,
  VendorStock,
} from '../protocol/vendor.js'
import type { Entity, Slot } from '../src/ecs/entities.js'
import { defineResource } from '../src/ecs/resource.js'
import { type ContextOf, defineSystem } from '../src/ecs/system.js'
import type { ResultCode } from '../src/protocol/result-codes.js'
import { planGive, planOf, planTake, type Thing, thingAt } from './bag-rules.js'
import { ContentResource } from './content/resource.js'
import type { Content, NpcKind, Service } from './content/types.js'
import { CountersResource } from './counters.js'
import { ItemCast, ItemGained, ItemLost, StatsChanged, Talked } from './events.js'
import { burnThing, commit, gainGold, gainItem, loseGold, moveThings } from './holdings-rules.js'
import { npcGate } from './interaction-rules.js'
import { repairPrice } from './item-rules.js'
import { type Command, LedgerResource, type MovedReason } from './ledger.js'
import { isLocked } from './lock-rules.js'
import { UidsResource } from './uids.js'
import { priceOf, Stock, sellCode } from './vendor-rules.js'

export const StockResource = defineResource('Stock', {
  create: ({ content, tickHz }) => new Stock(content as Content, tickHz),
  hash: (stock) => stock.hash(),
  lasting: { save: (stock) => stock.save(), restore: (stock, saved) => stock.restore(saved) },
})

const needs = {
  name: 'vendors',
  reads: { position: Position, place: Place, kind: Kind, status: Status, casting: Casting, trade: Trade },
  writes: { bag: Bag, purse: Purse, buyBack: BuyBack, equipment: Equipment, interaction: Interaction },
  resources: {
    content: ContentResource,
    counters: CountersResource,
    uids: UidsResource,
    stock: StockResource,
    ledger: LedgerResource,
  },
  events: { uses: ItemCast },
  intents: [VendorList, VendorBuy, VendorSell, VendorBuyBack, VendorRepair],
  emits: [ItemGained, ItemLost, StatsChanged, Talked],
  tells: [VendorStock],
} as const
type VendorsWorld = ContextOf<typeof needs>

/** The NPC's kind once it is known to be within reach and to have the service; its refusal otherwise. It becomes the one that follow-ups mean. */
function approach(world: VendorsWorld, slot: Slot, npc: Entity, service: Service): NpcKind | ResultCode {
  const code = npcGate(world, slot, npc, service)
  if (code !== result.ok) return code
  world.interaction.npc[slot] = npc
  return world.content.npcs[world.kind.look[world.slotOf(npc)]] ?? result.noSuchTarget
}

/** Whether that place is on offer in a trade, or its use is under way, or was asked for in this tick. */
function isInUse(world: VendorsWorld, slot: Slot, place: number): boolean {
  const character = world.entityOf(slot)
  return isLocked(world, slot, place) || world.uses.some((u) => u.character === character && u.bagSlot === place)
}

function spend(world: VendorsWorld, slot: Slot, gold: number, reason: MovedReason, by: Command): void {
  loseGold(world, slot, gold, reason, by)
  world.counters.add('goldBurned', gold)
}

function list(world: VendorsWorld, slot: Slot, npc: Entity): ResultCode {
  const vendor = approach(world, slot, npc, 'vendor')
  if (typeof vendor === 'number') return vendor
  const entries = vendor.stock.map((entry, index) => ({
    item: entry.item,
    price: world.content.items[entry.item]?.buyPrice ?? 0,
    left: world.stock.left(vendor.id, index, entry, world.tick),
  }))
  world.tell(slot, VendorStock, { npc, entries })
  world.emit(Talked, { character: world.entityOf(slot), npc: vendor.id })
  return result.ok
}

type Purchase = Extract<VendorsWorld['intents'][number], { name: 'vendor.buy' }>

function buy(world: VendorsWorld, intent: Purchase): ResultCode {
  const { content, stock, purse, tick } = world
  const { actor: slot } = intent
  const { npc, index, item, count } = intent.payload
  const vendor = approach(world, slot, npc, 'vendor')
  if (typeof vendor === 'number') return vendor
  const entry = vendor.stock[index]
  if (entry === undefined) return result.noSuchTarget
  if (entry.item !== item) return result.stale
  if (count === 0) return result.malformed
  const left = stock.left(vendor.id, index, entry, tick)
  if (left !== UNLIMITED && count > left) return result.limit
  const price = priceOf(content.items[item]?.buyPrice ?? 0, count)
  if (price > purse.gold[slot]) return result.cannotPay
  if (!gainItem(world, slot, item, count, 'bought', intent)) return result.bagFull
  stock.take(vendor.id, index, entry, count, tick)
  spend(world, slot, price, 'bought', intent)
  world.counters.add('bought', count)
  world.counters.add('itemsGained', count)
  world.emit(ItemGained, { character: world.entityOf(slot), item, count })
  return result.ok
}

/** The oldest sale is forgotten when there is no room for another. */
function remember(world: VendorsWorld, slot: Slot, thing: Thing, by: Command): void {
  const { buyBack } = world
  const place = buyBack.next[slot]
  burnThing(world, slot, soldAt(world, slot, place), 'forgotten', by)
  setBuyBack(buyBack, slot, place, thing)
  buyBack.set(slot, 'next', (place + 1) % BUY_BACKS)
}

function setBuyBack(buyBack: VendorsWorld['buyBack'], slot: Slot, place: number, thing: Thing): void {
  buyBack.setAt(slot, 'item', place, thing.item)
  buyBack.setAt(slot, 'count', place, thing.count)
  buyBack.setAt(slot, 'uid', place, thing.uid)
  buyBack.setAt(slot, 'durability', place, thing.durability)
}

const goldLimit = ({ content }: VendorsWorld): number => Math.min(GOLD_MAX, content.rates.goldMax)

type Sale = Extract<VendorsWorld['intents'][number], { name: 'vendor.sell' }>

function sell(world: VendorsWorld, intent: Sale): ResultCode {
  const { bag, content, purse } = world
  const { actor: slot } = intent
  const { npc, bagSlot: place, count } = intent.payload
  const vendor = approach(world, slot, npc, 'vendor')
  if (typeof vendor === 'number') return vendor
  if (place >= BAG_SLOTS) return result.noSuchTarget
  const plan = planOf(bag, slot, content.rates.bagSlots)
  const thing = thingAt(plan, place)
  if (thing.item === 0) return result.noSuchTarget
  if (count === 0) return result.malformed
  if (isInUse(world, slot, place)) return result.busy
  const kind = content.items[thing.item]
  const code = sellCode(kind)
  if (code !== result.ok || kind === undefined) return code
  const sold = planTake(plan, place, count)
  if (sold === undefined) return result.stale
  const price = priceOf(kind.sellPrice, count)
  if (purse.gold[slot] + price > goldLimit(world)) return result.limit
  commit(world, slot, plan, 'sold', intent)
  gainGold(world, slot, price, 'sold', intent)
  world.counters.add('goldMinted', price)
  moveThings(world, slot, slot, [sold], 'sold', intent)
  remember(world, slot, sold, intent)
  world.counters.add('sold', count)
  world.emit(ItemLost, { character: world.entityOf(slot), item: thing.item, count })
  return result.ok
}

function soldAt({ buyBack: sales }: VendorsWorld, slot: Slot, place: number): Thing {
  const at = slot * BUY_BACKS + place
  return { item: sales.item[at], count: sales.count[at], uid: sales.uid[at], durability: sales.durability[at] }
}

/**
 * For what it brought, which its kind says. Without an item named (0) it is whatever lies there. A unique thing comes back as the
 * one that it was.
 */
function buyBack(world: VendorsWorld, slot: Slot, index: number, item: number, by: Command): ResultCode {
  const { content, purse, bag, buyBack: sales } = world
  const vendor = approach(world, slot, world.interaction.npc[slot], 'vendor')
  if (typeof vendor === 'number') return vendor
  if (index >= BUY_BACKS) return result.noSuchTarget
  const thing = soldAt(world, slot, index)
  if (thing.item === 0) return result.alreadyDone
  if (item !== 0 && item !== thing.item) return result.stale
  const price = priceOf(content.items[thing.item]?.sellPrice ?? 0, thing.count)
  if (price > purse.gold[slot]) return result.cannotPay
  const plan = planOf(bag, slot, content.rates.bagSlots)
  if (!planGive(plan, thing, content)) return result.bagFull
  commit(world, slot, plan, 'boughtBack', by)
  moveThings(world, slot, slot, [thing], 'boughtBack', by)
  setBuyBack(sales, slot, index, { item: 0, count: 0, uid: 0, durability: 0 })
  spend(world, slot, price, 'boughtBack', by)
  world.emit(ItemGained, { character: world.entityOf(slot), item: thing.item, count: thing.count })
  return result.ok
}

/** Coins for what is missing of one thing; 0 for an empty place and for what does not wear out. */
function mendingPrice({ content }: VendorsWorld, item: number, durability: number): number {
  const kind = content.items[item]
  return kind === undefined ? 0 : repairPrice(kind, durability, content.rates.durability.repairFraction)
}

function repairBag(world: VendorsWorld, slot: Slot, place: number, by: Command): ResultCode {
  const { bag, content, purse } = world
  if (place >= BAG_SLOTS || bag.item[slot * BAG_SLOTS + place] === 0) return result.noSuchTarget
  const item = bag.item[slot * BAG_SLOTS + place]
  const price = mendingPrice(world, item, bag.durability[slot * BAG_SLOTS + place])
  if (price === 0) return result.alreadyDone
  if (price > purse.gold[slot]) return result.cannotPay
  bag.setAt(slot, 'durability', place, content.items[item]?.durabilityMax ?? 0)
  spend(world, slot, price, 'repaired', by)
  world.counters.add('repaired', 1)
  return result.ok
}

/** All or nothing: whoever cannot pay for everything has nothing mended. */
function repairWorn(world: VendorsWorld, slot: Slot, by: Command): ResultCode {
  const { equipment, content, purse } = world
  let price = 0
  for (let i = slot * EQUIP_SLOTS; i < (slot + 1) * EQUIP_SLOTS; i += 1)
    price += mendingPrice(world, equipment.item[i], equipment.durability[i])
  if (price === 0) return result.alreadyDone
  if (price > purse.gold[slot]) return result.cannotPay
  let wasBroken = false
  for (let i = 0; i < EQUIP_SLOTS; i += 1) {
    const at = slot * EQUIP_SLOTS + i
    if (mendingPrice(world, equipment.item[at], equipment.durability[at]) === 0) continue
    if (equipment.durability[at] === 0) wasBroken = true
    equipment.setAt(slot, 'durability', i, content.items[equipment.item[at]]?.durabilityMax ?? 0)
    world.counters.add('repaired', 1)
  }
  spend(world, slot, price, 'repaired', by)
  if (wasBroken) world.emit(StatsChanged, { entity: world.entityOf(slot) })
  return result.ok
}

function repair(world: VendorsWorld, slot: Slot, npc: Entity, place: number, by: Command): ResultCode {
  const smith = approach(world, slot, npc, 'repair')
  if (typeof smith === 'number') return smith
  return place === ALL_WORN ? repairWorn(world, slot, by) : repairBag(world, slot, place, by)
}

function judge(world: VendorsWorld, intent: VendorsWorld['intents'][number]): ResultCode {
  const { actor } = intent
  switch (intent.name) {
    case 'vendor.list':
      return list(world, actor, intent.payload.npc)
    case 'vendor.buy':
      return buy(world, intent)
    case 'vendor.sell':
      return sell(world, intent)
    case 'vendor.buyBack':
      return buyBack(world, actor, intent.payload.index, intent.payload.item, intent)
    case 'vendor.repair':
      return repair(world, actor, intent.payload.npc, intent.payload.bagSlot, intent)
  }
}

/** Traders and smiths: what they sell, what they take, what they mend. */
export const vendors = defineSystem({
  ...needs,
  run(world) {
    for (const intent of world.intents) world.answer(intent, judge(world, intent))
  },
})
