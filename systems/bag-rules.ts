import { BAG_SLOTS, type Bag } from '../components/bag.js'
import type { Editor, ReadColumns } from '../src/ecs/columns.js'
import type { Slot } from '../src/ecs/entities.js'
import type { Content } from './content/types.js'

type BagFields = (typeof Bag)['fields']
export type BagReader = ReadColumns<BagFields>
export type BagEditor = Editor<BagFields>

/**
 * What a bag would be after some changes: a copy of its row. Plan everything first, then `commitPlan` once; a plan that
 * is dropped has changed nothing. `places` is how many of the row's places may be filled.
 */
export interface BagPlan {
  readonly places: number
  readonly item: number[]
  readonly count: number[]
  readonly uid: number[]
}

/** `places`: content's `rates.bagSlots`; never over `BAG_SLOTS`. */
export function planOf(bag: BagReader, slot: Slot, places: number): BagPlan {
  const plan: BagPlan = { places: Math.min(places, BAG_SLOTS), item: [], count: [], uid: [] }
  for (let i = slot * BAG_SLOTS; i < (slot + 1) * BAG_SLOTS; i += 1) {
    plan.item.push(bag.item[i])
    plan.count.push(bag.count[i])
    plan.uid.push(bag.uid[i])
  }
  return plan
}

/** How many of the item a place can still take. A unique item (`uid` not 0) shares its place with nothing. */
function roomAt(plan: BagPlan, place: number, item: number, stackMax: number): number {
  if (plan.item[place] === 0) return stackMax
  return plan.item[place] === item && plan.uid[place] === 0 ? Math.max(0, stackMax - plan.count[place]) : 0
}

function planRoom(plan: BagPlan, item: number, stackMax: number): number {
  let room = 0
  for (let place = 0; place < plan.places; place += 1) room += roomAt(plan, place, item, stackMax)
  return room
}

/** Adds all of it, to stacks that are begun first, then to empty places; false, and nothing added, when it has no room. */
export function planAdd(plan: BagPlan, item: number, count: number, stackMax: number): boolean {
  if (planRoom(plan, item, stackMax) < count) return false
  let left = count
  for (const wantsEmpty of [false, true]) {
    for (let place = 0; place < plan.places && left > 0; place += 1) {
      if ((plan.item[place] === 0) !== wantsEmpty) continue
      const put = Math.min(left, roomAt(plan, place, item, stackMax))
      if (put === 0) continue
      plan.item[place] = item
      plan.count[place] += put
      left -= put
    }
  }
  return true
}

function takeFrom(plan: BagPlan, place: number, count: number): void {
  plan.count[place] -= count
  if (plan.count[place] > 0) return
  plan.item[place] = 0
  plan.uid[place] = 0
}

/** Takes all of it, from the last places first; false, and nothing taken, when there is less. */
export function planRemove(plan: BagPlan, item: number, count: number): boolean {
  let held = 0
  for (let place = 0; place < BAG_SLOTS; place += 1) if (plan.item[place] === item) held += plan.count[place]
  if (held < count) return false
  let left = count
  for (let place = BAG_SLOTS - 1; place >= 0 && left > 0; place -= 1) {
    if (plan.item[place] !== item) continue
    const taken = Math.min(left, plan.count[place])
    takeFrom(plan, place, taken)
    left -= taken
  }
  return true
}

/** Makes the bag what the plan says. The editor marks only what differs. */
export function commitPlan(bag: BagEditor, slot: Slot, plan: BagPlan): void {
  for (let place = 0; place < BAG_SLOTS; place += 1) {
    bag.setAt(slot, 'item', place, plan.item[place])
    bag.setAt(slot, 'count', place, plan.count[place])
    bag.setAt(slot, 'uid', place, plan.uid[place])
  }
}

/** How many of the item the bag holds. */
export function countOf(bag: BagReader, slot: Slot, item: number): number {
  let count = 0
  for (let i = slot * BAG_SLOTS; i < (slot + 1) * BAG_SLOTS; i += 1) if (bag.item[i] === item) count += bag.count[i]
  return count
}

/** How many more of the item the bag can take. */
export function roomFor(bag: BagReader, slot: Slot, item: number, stackMax: number, places: number): number {
  return planRoom(planOf(bag, slot, places), item, stackMax)
}

/** All or nothing: false when the bag has no room for `count`. */
export function addItem(bag: BagEditor, slot: Slot, item: number, count: number, stackMax: number, places: number): boolean {
  const plan = planOf(bag, slot, places)
  if (!planAdd(plan, item, count, stackMax)) return false
  commitPlan(bag, slot, plan)
  return true
}

/** All or nothing: false when the bag holds fewer than `count`. */
export function removeItem(bag: BagEditor, slot: Slot, item: number, count: number): boolean {
  const plan = planOf(bag, slot, BAG_SLOTS)
  if (!planRemove(plan, item, count)) return false
  commitPlan(bag, slot, plan)
  return true
}

/** Takes from one place; false, and nothing taken, when it holds fewer than `count`. */
export function removeAt(bag: BagEditor, slot: Slot, place: number, count: number): boolean {
  const plan = planOf(bag, slot, BAG_SLOTS)
  if (place < 0 || place >= BAG_SLOTS || plan.item[place] === 0 || plan.count[place] < count) return false
  takeFrom(plan, place, count)
  commitPlan(bag, slot, plan)
  return true
}

/** 1 for an item that the content does not know (any more): it is never merged. */
export const stackMaxOf = (content: Content, item: number): number => content.items[item]?.stackMax ?? 1
