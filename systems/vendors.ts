import { BAG_SLOTS, Bag, BUY_BACKS, BuyBack, GOLD_MAX, Purse } from '../components/bag.js'
import { EQUIP_SLOTS, Equipment } from '../components/equipment.js'
import { Kind } from '../components/kind.js'
import { Interaction } from '../components/loot.js'
import { Place, Position } from '../components/motion.js'
import { Casting } from '../components/spells.js'
import { Status } from '../components/status.js'
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
import { addItem, commitPlan, freePlace, planAdd, planOf, planPut, planRemoveAt, type Thing, thingAt } from './bag-rules.js'
import { ContentResource } from './content/resource.js'
import type { Content, NpcKind, Service } from './content/types.js'
import { CountersResource } from './counters.js'
import { ItemCast, ItemGained, ItemLost, StatsChanged, Talked } from './events.js'
import { npcGate } from './interaction-rules.js'
import { isLocked, repairPrice } from './item-rules.js'
import { UidsResource } from './uids.js'
import { priceOf, Stock, sellCode } from './vendor-rules.js'

export const StockResource = defineResource('Stock', {
  create: ({ content, tickHz }) => new Stock(content as Content, tickHz),
  hash: (stock) => stock.hash(),
})

const needs = {
  name: 'vendors',
  reads: { position: Position, place: Place, kind: Kind, status: Status, casting: Casting },
  writes: { bag: Bag, purse: Purse, buyBack: BuyBack, equipment: Equipment, interaction: Interaction },
  resources: { content: ContentResource, counters: CountersResource, uids: UidsResource, stock: StockResource },
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

/** Whether the use of that place is under way, or was asked for in this tick. */
function isInUse(world: VendorsWorld, slot: Slot, place: number): boolean {
  const character = world.entityOf(slot)
  return isLocked(world.casting, slot, place) || world.uses.some((u) => u.character === character && u.bagSlot === place)
}

function gain({ purse, counters }: VendorsWorld, slot: Slot, gold: number): void {
  purse.set(slot, 'gold', purse.gold[slot] + gold)
  counters.add('goldMinted', gold)
}

function spend({ purse, counters }: VendorsWorld, slot: Slot, gold: number): void {
  purse.set(slot, 'gold', purse.gold[slot] - gold)
  counters.add('goldBurned', gold)
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

function buy(world: VendorsWorld, slot: Slot, npc: Entity, index: number, item: number, count: number): ResultCode {
  const { content, stock, purse, bag, tick } = world
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
  if (!addItem(bag, slot, item, count, world)) return result.bagFull
  stock.take(vendor.id, index, entry, count, tick)
  spend(world, slot, price)
  world.counters.add('bought', count)
  world.counters.add('itemsGained', count)
  world.emit(ItemGained, { character: world.entityOf(slot), item, count })
  return result.ok
}

/** The oldest sale is forgotten when there is no room for another. */
function remember({ buyBack }: VendorsWorld, slot: Slot, thing: Thing): void {
  const place = buyBack.next[slot]
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

function sell(world: VendorsWorld, slot: Slot, npc: Entity, place: number, count: number): ResultCode {
  const { bag, content, purse } = world
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
  if (!planRemoveAt(plan, place, count)) return result.stale
  const price = priceOf(kind.sellPrice, count)
  if (purse.gold[slot] + price > goldLimit(world)) return result.limit
  commitPlan(bag, slot, plan)
  gain(world, slot, price)
  remember(world, slot, { ...thing, count })
  world.counters.add('sold', count)
  world.emit(ItemLost, { character: world.entityOf(slot), item: thing.item, count })
  return result.ok
}

/**
 * For what it brought, which its kind says. Without an item named (0) it is whatever lies there. A unique thing comes back as the
 * one that it was.
 */
function buyBack(world: VendorsWorld, slot: Slot, index: number, item: number): ResultCode {
  const { content, purse, bag, buyBack: sales } = world
  const vendor = approach(world, slot, world.interaction.npc[slot], 'vendor')
  if (typeof vendor === 'number') return vendor
  if (index >= BUY_BACKS) return result.noSuchTarget
  const at = slot * BUY_BACKS + index
  const thing: Thing = { item: sales.item[at], count: sales.count[at], uid: sales.uid[at], durability: sales.durability[at] }
  if (thing.item === 0) return result.alreadyDone
  if (item !== 0 && item !== thing.item) return result.stale
  const price = priceOf(content.items[thing.item]?.sellPrice ?? 0, thing.count)
  if (price > purse.gold[slot]) return result.cannotPay
  const plan = planOf(bag, slot, content.rates.bagSlots)
  if (thing.uid === 0) {
    if (!planAdd(plan, thing.item, thing.count, world)) return result.bagFull
  } else {
    const place = freePlace(plan)
    if (place < 0) return result.bagFull
    planPut(plan, place, thing)
  }
  commitPlan(bag, slot, plan)
  setBuyBack(sales, slot, index, { item: 0, count: 0, uid: 0, durability: 0 })
  spend(world, slot, price)
  world.emit(ItemGained, { character: world.entityOf(slot), item: thing.item, count: thing.count })
  return result.ok
}

/** Coins for what is missing of one thing; 0 for an empty place and for what does not wear out. */
function mendingPrice({ content }: VendorsWorld, item: number, durability: number): number {
  const kind = content.items[item]
  return kind === undefined ? 0 : repairPrice(kind, durability, content.rates.durability.repairFraction)
}

function repairBag(world: VendorsWorld, slot: Slot, place: number): ResultCode {
  const { bag, content, purse } = world
  if (place >= BAG_SLOTS || bag.item[slot * BAG_SLOTS + place] === 0) return result.noSuchTarget
  const item = bag.item[slot * BAG_SLOTS + place]
  const price = mendingPrice(world, item, bag.durability[slot * BAG_SLOTS + place])
  if (price === 0) return result.alreadyDone
  if (price > purse.gold[slot]) return result.cannotPay
  bag.setAt(slot, 'durability', place, content.items[item]?.durabilityMax ?? 0)
  spend(world, slot, price)
  world.counters.add('repaired', 1)
  return result.ok
}

/** All or nothing: whoever cannot pay for everything has nothing mended. */
function repairWorn(world: VendorsWorld, slot: Slot): ResultCode {
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
  spend(world, slot, price)
  if (wasBroken) world.emit(StatsChanged, { entity: world.entityOf(slot) })
  return result.ok
}

function repair(world: VendorsWorld, slot: Slot, npc: Entity, place: number): ResultCode {
  const smith = approach(world, slot, npc, 'repair')
  if (typeof smith === 'number') return smith
  return place === ALL_WORN ? repairWorn(world, slot) : repairBag(world, slot, place)
}

function judge(world: VendorsWorld, intent: VendorsWorld['intents'][number]): ResultCode {
  const { actor } = intent
  switch (intent.name) {
    case 'vendor.list':
      return list(world, actor, intent.payload.npc)
    case 'vendor.buy':
      return buy(world, actor, intent.payload.npc, intent.payload.index, intent.payload.item, intent.payload.count)
    case 'vendor.sell':
      return sell(world, actor, intent.payload.npc, intent.payload.bagSlot, intent.payload.count)
    case 'vendor.buyBack':
      return buyBack(world, actor, intent.payload.index, intent.payload.item)
    case 'vendor.repair':
      return repair(world, actor, intent.payload.npc, intent.payload.bagSlot)
  }
}

/** Traders and smiths: what they sell, what they take, what they mend. */
export const vendors = defineSystem({
  ...needs,
  run(world) {
    for (const intent of world.intents) world.answer(intent, judge(world, intent))
  },
})
