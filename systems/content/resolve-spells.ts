import { type AllIds, idOrNone } from './ids.js'
import type { RawSpell } from './schema-spells.js'
import type { SpellKind } from './types-spells.js'

/** The names of all cooldown categories, in the order in which the spells name them first. */
export function categoriesOf(spells: readonly RawSpell[]): readonly string[] {
  return [...new Set(spells.flatMap(({ category }) => (category === undefined ? [] : [category])))]
}

export function resolveSpell(raw: RawSpell, ids: AllIds, categories: readonly string[]): SpellKind {
  const effects = raw.effects.map((effect) => ({
    ...effect,
    aura: idOrNone(ids.auras, effect.aura),
    item: idOrNone(ids.items, effect.item),
    creature: idOrNone(ids.creatures, effect.creature),
  }))
  return { ...raw, area: raw.area, category: raw.category === undefined ? -1 : categories.indexOf(raw.category), effects }
}
