import { type AllIds, idOrNone } from './ids.js'
import type { RawItem } from './schema-items.js'
import type { ItemKind } from './types-items.js'
import { type Stat, stats } from './words.js'

export function resolveItem(raw: RawItem, ids: AllIds): ItemKind {
  const { mix, use, classes, slot, weapon, ...rest } = raw
  return {
    ...rest,
    slot,
    weapon,
    classes: classes.map((key) => ids.classes.get(key)!),
    stats: Object.fromEntries(stats.map((stat) => [stat, Math.floor(raw.itemLevel * (mix[stat] ?? 0) + 0.5)])) as Record<
      Stat,
      number
    >,
    use: use === undefined ? undefined : { spell: idOrNone(ids.spells, use.spell), consumed: use.consumed },
  }
}
