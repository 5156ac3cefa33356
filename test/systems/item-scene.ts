import { BAG_SLOTS, Bag } from '../../components/bag.js'
import { EQUIP_SLOTS, Equipment } from '../../components/equipment.js'
import type { Slot } from '../../src/ecs/entities.js'
import type { System } from '../../src/ecs/system.js'
import { equipSlots } from '../../systems/content/words.js'
import { UidsResource } from '../../systems/uids.js'
import { addItem } from './bag-row.js'
import { content, keyed, SmallWorld } from './small-world.js'

export const idOf = (key: string): number => keyed(content.itemList, key).id
export const CHEST = equipSlots.indexOf('chest')
export const MAIN_HAND = equipSlots.indexOf('mainHand')

/** A guardian with an empty bag, and short ways to look into it. */
export function itemScene(
  systems: readonly System[],
  options: { level?: number; classKey?: string; x?: number; z?: number } = {},
) {
  const small = new SmallWorld(systems)
  const hero = small.character(options)
  /** Makes things as loot would, into the first places with room. */
  const give = (key: string, count = 1, to: Slot = hero): void => {
    const made = addItem(small.edit(Bag), to, idOf(key), count, { content, uids: small.resource(UidsResource) })
    if (!made) throw new Error(`no room for ${count} ${key}`)
  }
  const inBag = (place: number, of: Slot = hero) => {
    const at = of * BAG_SLOTS + place
    const bag = small.edit(Bag)
    return { item: bag.item[at], count: bag.count[at], uid: bag.uid[at], durability: bag.durability[at] }
  }
  const worn = (slot: number, of: Slot = hero) => {
    const at = of * EQUIP_SLOTS + slot
    const equipment = small.edit(Equipment)
    return { item: equipment.item[at], uid: equipment.uid[at], durability: equipment.durability[at] }
  }
  /** The keys of what lies in the bag, by place, up to the last. */
  const keys = (): string[] => {
    const all = Array.from({ length: BAG_SLOTS }, (_, place) => content.items[inBag(place).item]?.key ?? '')
    while (all.length > 0 && all[all.length - 1] === '') all.pop()
    return all
  }
  return { small, hero, give, inBag, worn, keys }
}
