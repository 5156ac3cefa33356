import { LOOT_ITEMS_MAX, type Loot } from '../components/loot.js'
import type { ReadColumns } from '../src/ecs/columns.js'
import type { Slot } from '../src/ecs/entities.js'
import type { CreatureKind, LootEntry } from './content/types.js'

export type LootReader = ReadColumns<(typeof Loot)['fields']>

/** A stack in a corpse is counted in a u8. */
export const LOOT_COUNT_MAX = 255

/** A whole number in [min, max]; `roll` in [0, 1). */
const rolledWhole = (min: number, max: number, roll: number): number => min + Math.floor(roll * (max - min + 1))

/** The gold of a creature of that level; `roll` in [0, 1). */
export function goldOf(kind: CreatureKind, level: number, roll: number): number {
  return Math.floor(rolledWhole(kind.goldMin, kind.goldMax, roll) + kind.goldPerLevel * (level - 1) + 0.5)
}

/** How many of an entry's item drop, 0 for none; both rolls in [0, 1). */
export function dropOf(entry: LootEntry, chanceRoll: number, countRoll: number): number {
  if (chanceRoll >= entry.chance) return 0
  return Math.min(LOOT_COUNT_MAX, rolledWhole(entry.countMin, entry.countMax, countRoll))
}

/** What still lies in a corpse, as `loot.opened` and `loot.changed` tell it. */
export function itemsIn(loot: LootReader, slot: Slot): { index: number; item: number; count: number }[] {
  const items: { index: number; item: number; count: number }[] = []
  for (let index = 0; index < LOOT_ITEMS_MAX; index += 1) {
    const at = slot * LOOT_ITEMS_MAX + index
    if (loot.item[at] !== 0) items.push({ index, item: loot.item[at], count: loot.count[at] })
  }
  return items
}

export function isEmpty(loot: LootReader, slot: Slot): boolean {
  if (loot.gold[slot] !== 0) return false
  for (let i = slot * LOOT_ITEMS_MAX; i < (slot + 1) * LOOT_ITEMS_MAX; i += 1) if (loot.item[i] !== 0) return false
  return true
}
