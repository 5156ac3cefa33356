import { BAG_SLOTS, type Bag } from '../components/bag.js'
import type { Editor, ReadColumns } from '../src/ecs/columns.js'
import type { Slot } from '../src/ecs/entities.js'
import type { Content } from './content/types.js'
import type { Uids } from './uids.js'

type BagFields = (typeof Bag)['fields']
export type BagReader = ReadColumns<BagFields>
export type BagEditor = Editor<BagFields>

/** What making new things takes. The context of a system that has these two resources, under these names, will do. */
export interface Making {
  readonly content: Content
  readonly uids: Uids
}

/** What lies in one place. `uid` is 0 for stackables, `durability` for what does not wear out. */
export interface Thing {
  readonly item: number
  readonly count: number
  readonly uid: number
  readonly durability: number
}

/**
 * What a bag would be after some changes: a copy of its row. Plan everything first, then commit it once (`holdings-rules.ts`); a plan
 * that is dropped has changed nothing (but for uids that nothing will have). `places` is how many of the row's places may be filled,
 * `locked` has a bit for each place that `planRemove` leaves alone. `made` and `gone` are what came to be and what ceased to be: the
 * ledger's part of the plan. What only changes hands is in neither.
 */
export interface BagPlan {
  readonly places: number
  readonly locked: number
  readonly made: Thing[]
  readonly gone: Thing[]
  readonly item: number[]
  readonly count: number[]
  readonly uid: number[]
  readonly durability: number[]
}

/** `places`: content's `rates.bagSlots`; never over `BAG_SLOTS`. `locked`: bits of places, as of `lock-rules.ts`. */
export function planOf(bag: BagReader, slot: Slot, places: number, locked = 0): BagPlan {
  const plan: BagPlan = {
    places: Math.min(places, BAG_SLOTS),
    locked,
    made: [],
    gone: [],
    item: [],
    count: [],
    uid: [],
    durability: [],
  }
  for (let i = slot * BAG_SLOTS; i < (slot + 1) * BAG_SLOTS; i += 1) {
    plan.item.push(bag.item[i])
    plan.count.push(bag.count[i])
    plan.uid.push(bag.uid[i])
    plan.durability.push(bag.durability[i])
  }
  return plan
}

/** 1 for what is worn, and for an item that the content does not know (any more): it is never merged. */
export function stackMaxOf(content: Content, item: number): number {
  const kind = content.items[item]
  return kind === undefined || kind.slot !== undefined ? 1 : kind.stackMax
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

/**
 * Adds all of it, to stacks that are begun first, then to empty places; false, and nothing added, when it has no room. What is worn
 * gets a uid and its full durability: this is the only way in which new things come to be.
 */
export function planAdd(plan: BagPlan, item: number, count: number, making: Making): boolean {
  const stackMax = stackMaxOf(making.content, item)
  if (planRoom(plan, item, stackMax) < count) return false
  const kind = making.content.items[item]
  if (kind?.slot === undefined) {
    plan.made.push({ item, count, uid: 0, durability: 0 })
    stack(plan, item, count, stackMax)
    return true
  }
  for (let left = count; left > 0; left -= 1) {
    const thing = { item, count: 1, uid: making.uids.next(), durability: kind.durabilityMax }
    plan.made.push(thing)
    planPut(plan, freePlace(plan), thing)
  }
  return true
}

/** Lays stackables that have room: on stacks that are begun first, then into empty places. */
function stack(plan: BagPlan, item: number, count: number, stackMax: number): void {
  let left = count
  for (const wantsEmpty of [false, true]) {
    for (let place = 0; place < plan.places && left > 0; place += 1) {
      if ((plan.item[place] === 0) !== wantsEmpty) continue
      const put = Math.min(left, roomAt(plan, place, item, stackMax))
      if (put === 0) continue
      planPut(plan, place, { item, count: plan.count[place] + put, uid: 0, durability: 0 })
      left -= put
    }
  }
}

/** Takes in what is there already, from another bag or a vendor's memory: a unique thing as the one that it is. False, and nothing taken in, without room. */
export function planGive(plan: BagPlan, thing: Thing, content: Content): boolean {
  if (thing.uid === 0 && thing.durability === 0) {
    const stackMax = stackMaxOf(content, thing.item)
    if (planRoom(plan, thing.item, stackMax) < thing.count) return false
    stack(plan, thing.item, thing.count, stackMax)
    return true
  }
  const place = freePlace(plan)
  if (place < 0) return false
  planPut(plan, place, thing)
  return true
}

/** Takes `count` out of a place to be given away: it does not cease to be. Undefined, and nothing taken, when it holds fewer. */
export function planTake(plan: BagPlan, place: number, count: number): Thing | undefined {
  const thing = { ...thingAt(plan, place), count }
  if (!holdsAt(plan, place, count)) return undefined
  takeFrom(plan, place, count)
  return thing
}

/** Puts what is there already, a unique thing or a stack, into one place as it is. */
export function planPut(plan: BagPlan, place: number, thing: Thing): void {
  plan.item[place] = thing.item
  plan.count[place] = thing.count
  plan.uid[place] = thing.uid
  plan.durability[place] = thing.durability
}

const NOTHING: Thing = Object.freeze({ item: 0, count: 0, uid: 0, durability: 0 })

export const thingAt = (plan: BagPlan, place: number): Thing => ({
  item: plan.item[place],
  count: plan.count[place],
  uid: plan.uid[place],
  durability: plan.durability[place],
})

/** The first empty place that may be filled, or −1. */
export function freePlace(plan: BagPlan): number {
  const place = plan.item.indexOf(0)
  return place < plan.places ? place : -1
}

function takeFrom(plan: BagPlan, place: number, count: number): void {
  plan.count[place] -= count
  if (plan.count[place] === 0) planPut(plan, place, NOTHING)
}

const isFree = (plan: BagPlan, place: number, item: number): boolean =>
  plan.item[place] === item && ((plan.locked >>> place) & 1) === 0

/** How many of the item lie in places that are not locked. */
export function planFree(plan: BagPlan, item: number): number {
  let held = 0
  for (let place = 0; place < BAG_SLOTS; place += 1) if (isFree(plan, place, item)) held += plan.count[place]
  return held
}

/** Uses all of it up, from the last places first; false, and nothing gone, when the places that are not locked hold less. */
export function planRemove(plan: BagPlan, item: number, count: number): boolean {
  if (planFree(plan, item) < count) return false
  let left = count
  for (let place = BAG_SLOTS - 1; place >= 0 && left > 0; place -= 1) {
    if (!isFree(plan, place, item)) continue
    const taken = Math.min(left, plan.count[place])
    planRemoveAt(plan, place, taken)
    left -= taken
  }
  return true
}

const holdsAt = (plan: BagPlan, place: number, count: number): boolean =>
  place >= 0 && place < BAG_SLOTS && plan.item[place] !== 0 && plan.count[place] >= count

/** Uses up from one place, locked or not; false, and nothing gone, when it holds fewer than `count`. */
export function planRemoveAt(plan: BagPlan, place: number, count: number): boolean {
  if (!holdsAt(plan, place, count)) return false
  plan.gone.push({ ...thingAt(plan, place), count })
  takeFrom(plan, place, count)
  return true
}

/**
 * Moves `count` of one place to another, both within the bag and not the same: joins a stack as far as that has room, begins one in an
 * empty place, or changes places with something else, which takes the whole stack. False, and nothing moved, when it can do neither.
 */
export function planMove(plan: BagPlan, from: number, to: number, count: number, content: Content): boolean {
  const moved = thingAt(plan, from)
  const there = thingAt(plan, to)
  const room = roomAt(plan, to, moved.item, moved.uid === 0 ? stackMaxOf(content, moved.item) : 1)
  if (there.item === 0 || (room > 0 && moved.uid === 0)) {
    const put = there.item === 0 ? count : Math.min(count, room)
    planPut(plan, to, { ...moved, count: there.count + put })
    takeFrom(plan, from, put)
    return true
  }
  if (there.item === moved.item && moved.uid === 0 && there.uid === 0) return false
  if (count !== moved.count) return false
  planPut(plan, to, moved)
  planPut(plan, from, there)
  return true
}

/** Makes the bag what the plan says, without a word to the ledger: `commit` in `holdings-rules.ts` is for everybody. The editor marks only what differs. */
export function commitPlan(bag: BagEditor, slot: Slot, plan: BagPlan): void {
  for (let place = 0; place < BAG_SLOTS; place += 1) {
    bag.setAt(slot, 'item', place, plan.item[place])
    bag.setAt(slot, 'count', place, plan.count[place])
    bag.setAt(slot, 'uid', place, plan.uid[place])
    bag.setAt(slot, 'durability', place, plan.durability[place])
  }
}

/** How many of the item the bag holds, without what lies in places that are `locked` (bits of `lock-rules.ts`). */
export function countOf(bag: BagReader, slot: Slot, item: number, locked = 0): number {
  let count = 0
  for (let place = 0; place < BAG_SLOTS; place += 1) {
    const at = slot * BAG_SLOTS + place
    if (bag.item[at] === item && ((locked >>> place) & 1) === 0) count += bag.count[at]
  }
  return count
}

/** How many more of the item the bag can take. */
export function roomFor(bag: BagReader, slot: Slot, item: number, content: Content): number {
  return planRoom(planOf(bag, slot, content.rates.bagSlots), item, stackMaxOf(content, item))
}
