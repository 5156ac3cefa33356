import { itemStats } from '../item-rules.js'
import { type AllIds, idOrNone } from './ids.js'
import type { RawItem } from './schema-items.js'
import type { ItemKind } from './types-items.js'

export function resolveItem(raw: RawItem, ids: AllIds): ItemKind {
  const { mix, use, classes, slot, weapon, ...rest } = raw
  return {
    ...rest,
    slot,
    weapon,
    classes: classes.map((key) => ids.classes.get(key)!),
    stats: itemStats(raw.itemLevel, raw.quality, slot, mix),
    use: use === undefined ? undefined : { ...use, spell: idOrNone(ids.spells, use.spell) },
  }
}
