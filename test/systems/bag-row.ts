import { BAG_SLOTS, Bag } from '../../components/bag.js'
import { allocateColumns } from '../../src/ecs/columns.js'
import type { Slot } from '../../src/ecs/entities.js'
import { createEditor, Marks } from '../../src/ecs/marks.js'
import { type BagEditor, commitPlan, type Making, planAdd, planOf, planRemove, planRemoveAt } from '../../systems/bag-rules.js'
import type { Content } from '../../systems/content/types.js'
import { Uids } from '../../systems/uids.js'

export const SLOT = 2
export const STACK = 20

const ITEMS = 10
export const WORN = 9
export const DURABILITY = 40

/** Items 1 to 8 stack as given; item 9 is worn. */
export function makingOf(stackMax = STACK, bagSlots = BAG_SLOTS): Making {
  const items = Array.from({ length: ITEMS }, (_, id) => ({ id, stackMax, slot: undefined, durabilityMax: 0 }) as object)
  items[WORN] = { id: WORN, stackMax: 1, slot: 'chest', durabilityMax: DURABILITY }
  return { content: { items, rates: { bagSlots } } as unknown as Content, uids: new Uids() }
}

export type Stack = readonly [item: number, count: number, uid?: number]

export function bagOf(stacks: readonly Stack[]): { bag: BagEditor; marks: Marks } {
  const marks = new Marks(4)
  const bag = createEditor(Bag, allocateColumns(Bag.fields, 4), 0, marks) as unknown as BagEditor
  stacks.forEach(([item, count, uid = 0], place) => {
    bag.setAt(SLOT, 'item', place, item)
    bag.setAt(SLOT, 'count', place, count)
    bag.setAt(SLOT, 'uid', place, uid)
  })
  marks.drainRows()
  return { bag, marks }
}

export function stacksOf(bag: BagEditor): Stack[] {
  const stacks: Stack[] = []
  for (let place = 0; place < BAG_SLOTS; place += 1)
    stacks.push([bag.item[SLOT * BAG_SLOTS + place], bag.count[SLOT * BAG_SLOTS + place]])
  while (stacks.length > 0 && stacks[stacks.length - 1][0] === 0) stacks.pop()
  return stacks
}

/** Makes things in a bag without a ledger; false without room. */
export function addItem(bag: BagEditor, slot: Slot, item: number, count: number, making: Making): boolean {
  const plan = planOf(bag, slot, making.content.rates.bagSlots)
  if (!planAdd(plan, item, count, making)) return false
  commitPlan(bag, slot, plan)
  return true
}

/** Uses things up without a ledger; false when there are fewer. */
export function removeItem(bag: BagEditor, slot: Slot, item: number, count: number): boolean {
  const plan = planOf(bag, slot, BAG_SLOTS)
  if (!planRemove(plan, item, count)) return false
  commitPlan(bag, slot, plan)
  return true
}

/** The same from one place. */
export function removeAt(bag: BagEditor, slot: Slot, place: number, count: number): boolean {
  const plan = planOf(bag, slot, BAG_SLOTS)
  if (!planRemoveAt(plan, place, count)) return false
  commitPlan(bag, slot, plan)
  return true
}
