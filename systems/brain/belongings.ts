import { BAG_SLOTS } from '../../components/bag.js'
import { EQUIP_SLOTS } from '../../components/equipment.js'
import { QUESTS_MAX, questState } from '../../components/quest-log.js'
import { ItemEquip } from '../../protocol/item.js'
import type { Content, ItemKind } from '../content/types.js'
import { equipSlots } from '../content/words.js'
import { classify, type Owner, type Verdict } from './classify.js'
import { type Acts, act, type BotView, seconds } from './view.js'

/** Without a reason to do it sooner, the bag is looked through for better gear this often. */
const GEAR_EVERY_S = 120

export function countHeld(view: BotView, item: number): number {
  let count = 0
  for (let i = 0; i < BAG_SLOTS; i += 1) if (view.bagItem(i) === item) count += view.bagCount(i)
  return count
}

export function freeSlots(view: BotView, content: Content): number {
  let free = 0
  for (let i = 0; i < content.rates.bagSlots; i += 1) if (view.bagItem(i) === 0) free += 1
  return free
}

function isNeeded(view: BotView, content: Content, item: number): boolean {
  for (let i = 0; i < QUESTS_MAX; i += 1) {
    if (view.questState(i) === questState.empty) continue
    const quest = content.quests[view.questAt(i)]
    if (quest?.objectives.some((objective) => 'item' in objective && objective.item === item)) return true
  }
  return false
}

/** The bot as the classifier wants to know it. */
export function ownerOf(view: BotView, content: Content): Owner | undefined {
  const classKind = content.classes[view.classId]
  if (classKind === undefined) return undefined
  return {
    classKind,
    level: view.level,
    worn: (equipSlot) => {
      const kind = content.items[view.wornItem(equipSlot)]
      const isBroken = kind !== undefined && kind.durabilityMax > 0 && view.wornDurability(equipSlot) === 0
      return isBroken ? undefined : kind
    },
    needs: (item) => isNeeded(view, content, item),
    held: (item) => countHeld(view, item),
  }
}

export function verdictOf(view: BotView, content: Content, item: ItemKind): Verdict {
  const owner = ownerOf(view, content)
  return owner === undefined ? 'keep' : classify(item, owner)
}

/** The first bag slot whose item has that verdict; −1 when there is none. */
export function slotWith(view: BotView, content: Content, wanted: Verdict): number {
  const owner = ownerOf(view, content)
  if (owner === undefined) return -1
  for (let i = 0; i < BAG_SLOTS; i += 1) {
    const item = content.items[view.bagItem(i)]
    if (item !== undefined && classify(item, owner) === wanted) return i
  }
  return -1
}

/** Something may have come into the bag that is better than what is worn. */
export function lookAtGearSoon(view: BotView): void {
  view.mind.gearTick = 0
}

/** Puts on what is better; undefined when there is nothing, or it was looked at a short time ago. */
export function wearUpgrade(view: BotView, content: Content): Acts | undefined {
  const { mind, tick } = view
  if (tick < mind.gearTick) return undefined
  const bagSlot = slotWith(view, content, 'equip')
  const slot = bagSlot < 0 ? undefined : content.items[view.bagItem(bagSlot)]?.slot
  // A broken thing in the bag would come back for ever against the broken one that is worn.
  const isWhole = slot !== undefined && isUsable(view, content, bagSlot)
  if (!isWhole || view.refusedOpcode === ItemEquip.id) {
    mind.gearTick = tick + seconds(view, GEAR_EVERY_S)
    return undefined
  }
  return [act(ItemEquip, { bagSlot, equipSlot: equipSlots.indexOf(slot) })]
}

function isUsable(view: BotView, content: Content, bagSlot: number): boolean {
  const kind = content.items[view.bagItem(bagSlot)]
  return kind !== undefined && (kind.durabilityMax === 0 || view.bagDurability(bagSlot) > 0)
}

/** The least part of its durability that anything worn still has; 1 when nothing wears out. */
export function leastDurability(view: BotView, content: Content): number {
  let least = 1
  for (let i = 0; i < EQUIP_SLOTS; i += 1) {
    const kind = content.items[view.wornItem(i)]
    if (kind !== undefined && kind.durabilityMax > 0) least = Math.min(least, view.wornDurability(i) / kind.durabilityMax)
  }
  return least
}
