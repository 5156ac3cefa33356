import { BAG_SLOTS, type Bag, BUY_BACKS, type BuyBack, type Purse } from '../components/bag.js'
import { EQUIP_SLOTS, type Equipment } from '../components/equipment.js'
import { assert } from '../src/assert.js'
import type { Editor, Readable } from '../src/ecs/columns.js'
import type { Slot } from '../src/ecs/entities.js'
import {
  type BagEditor,
  type BagPlan,
  commitPlan,
  type Making,
  planAdd,
  planOf,
  planRemove,
  planRemoveAt,
  type Thing,
} from './bag-rules.js'
import type { Command, Ledger, MovedReason } from './ledger.js'

/**
 * The one place where bags and purses change: whatever comes to be, ceases to be or changes hands is written into the ledger in the same
 * call. The context of a system that has what a function asks for, under these names, will do.
 */
interface Booked {
  readonly tick: number
  readonly ledger: Ledger
}
export interface Bags extends Booked {
  readonly bag: BagEditor
}
export interface Purses extends Booked {
  readonly purse: Editor<(typeof Purse)['fields']>
}

/** Where a character's things are. */
export interface Holdings {
  readonly bag: Readable<typeof Bag>
  readonly equipment: Readable<typeof Equipment>
  readonly buyBack: Readable<typeof BuyBack>
}

/** What lies in the bag and is worn: what a character owns, beside gold. */
export function thingsOf({ bag, equipment }: Omit<Holdings, 'buyBack'>, slot: Slot): Thing[] {
  const things: Thing[] = []
  for (let at = slot * BAG_SLOTS; at < (slot + 1) * BAG_SLOTS; at += 1)
    if (bag.item[at] !== 0)
      things.push({ item: bag.item[at], count: bag.count[at], uid: bag.uid[at], durability: bag.durability[at] })
  for (let at = slot * EQUIP_SLOTS; at < (slot + 1) * EQUIP_SLOTS; at += 1)
    if (equipment.item[at] !== 0)
      things.push({ item: equipment.item[at], count: 1, uid: equipment.uid[at], durability: equipment.durability[at] })
  return things
}

/** What the character sold and can still buy back. */
export function soldThingsOf({ buyBack }: Pick<Holdings, 'buyBack'>, slot: Slot): Thing[] {
  const things: Thing[] = []
  for (let at = slot * BUY_BACKS; at < (slot + 1) * BUY_BACKS; at += 1)
    if (buyBack.item[at] !== 0)
      things.push({ item: buyBack.item[at], count: buyBack.count[at], uid: buyBack.uid[at], durability: buyBack.durability[at] })
  return things
}

/** A saved character comes in with what it has (`sign` 1), or takes it along (−1): nothing of it moves. */
export function carry(world: Booked & Holdings & { readonly purse: Readable<typeof Purse> }, slot: Slot, sign: 1 | -1): void {
  world.ledger.carry(sign, { item: 0, count: 0, gold: world.purse.gold[slot] })
  for (const { item, count } of [...thingsOf(world, slot), ...soldThingsOf(world, slot)])
    world.ledger.carry(sign, { item, count, gold: 0 })
}

const COINS = { item: 0, count: 0, uid: 0 } as const
const asValue = ({ item, count, uid }: Thing) => ({ item, count, uid, gold: 0 })

/** Makes the bag what the plan says; what the plan made and used up is minted and burned. */
export function commit({ bag, ledger, tick }: Bags, slot: Slot, plan: BagPlan, reason: MovedReason, by: Command): void {
  commitPlan(bag, slot, plan)
  for (const thing of plan.gone) ledger.burn(tick, reason, slot, asValue(thing), by)
  for (const thing of plan.made) ledger.mint(tick, reason, slot, asValue(thing), by)
}

/** Makes the bag what the plan says, where things have only changed their places. */
export function rearrange(bag: BagEditor, slot: Slot, plan: BagPlan): void {
  assert(plan.made.length + plan.gone.length === 0, 'a plan that makes or uses up things is committed with its reason')
  commitPlan(bag, slot, plan)
}

/** Makes new things. All or nothing: false when the bag has no room for `count`. */
export function gainItem(
  world: Bags & Making,
  slot: Slot,
  item: number,
  count: number,
  reason: MovedReason,
  by: Command,
): boolean {
  const plan = planOf(world.bag, slot, world.content.rates.bagSlots)
  if (!planAdd(plan, item, count, world)) return false
  commit(world, slot, plan, reason, by)
  return true
}

/** Uses things up, but none in a place that is `locked` (bits of `lock-rules.ts`). All or nothing: false when there are fewer. */
export function loseItem(
  world: Bags,
  slot: Slot,
  item: number,
  count: number,
  locked: number,
  reason: MovedReason,
  by: Command,
): boolean {
  const plan = planOf(world.bag, slot, 0, locked)
  if (!planRemove(plan, item, count)) return false
  commit(world, slot, plan, reason, by)
  return true
}

/** Uses up from one place; false, and nothing gone, when it holds fewer than `count`. */
export function loseAt(world: Bags, slot: Slot, place: number, count: number, reason: MovedReason, by: Command): boolean {
  const plan = planOf(world.bag, slot, 0)
  if (!planRemoveAt(plan, place, count)) return false
  commit(world, slot, plan, reason, by)
  return true
}

/** Coins out of nothing. The caller has asked whether the purse can take them. */
export function gainGold({ purse, ledger, tick }: Purses, slot: Slot, gold: number, reason: MovedReason, by: Command): void {
  if (gold === 0) return
  purse.set(slot, 'gold', purse.gold[slot] + gold)
  ledger.mint(tick, reason, slot, { ...COINS, gold }, by)
}

/** Coins that are gone for good. The caller has asked whether the purse has them. */
export function loseGold({ purse, ledger, tick }: Purses, slot: Slot, gold: number, reason: MovedReason, by: Command): void {
  if (gold === 0) return
  purse.set(slot, 'gold', purse.gold[slot] - gold)
  ledger.burn(tick, reason, slot, { ...COINS, gold }, by)
}

/** Coins from one purse into another, both asked before. */
export function moveGold(world: Purses, from: Slot, to: Slot, gold: number, reason: MovedReason, by: Command): void {
  if (gold === 0) return
  const { purse, ledger, tick } = world
  purse.set(from, 'gold', purse.gold[from] - gold)
  purse.set(to, 'gold', purse.gold[to] + gold)
  ledger.transfer(tick, reason, from, to, { ...COINS, gold }, by)
}

/** Something is there that was made for its owner to wear: not by way of the bag. */
export function mintThing({ ledger, tick }: Booked, to: Slot, thing: Thing, reason: MovedReason, by: Command): void {
  ledger.mint(tick, reason, to, asValue(thing), by)
}

/** Something ceases to be that leaves with its owner, or could be bought back. Nothing there is nothing gone. */
export function burnThing({ ledger, tick }: Booked, from: Slot, thing: Thing, reason: MovedReason, by: Command): void {
  if (thing.item !== 0) ledger.burn(tick, reason, from, asValue(thing), by)
}

/** Says that things which two committed plans took and gave have changed hands. */
export function moveThings(
  { ledger, tick }: Booked,
  from: Slot,
  to: Slot,
  things: readonly Thing[],
  reason: MovedReason,
  by: Command,
): void {
  for (const thing of things) ledger.transfer(tick, reason, from, to, asValue(thing), by)
}
