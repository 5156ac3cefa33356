import type { ContentIndex } from './content-index.js'
import { checkReference } from './content-index.js'
import type { Problems } from './problems.js'
import type { RawContent } from './schema.js'

/** Spells that somebody can cast: a class, a creature, an item. */
function usedSpells(raw: RawContent): ReadonlySet<string> {
  return new Set([
    ...raw.classes.flatMap((kind) => kind.spells.map(({ spell }) => spell)),
    ...raw.creatures.flatMap((kind) => kind.spells.map(({ spell }) => spell)),
    ...raw.items.flatMap(({ use }) => (use === undefined ? [] : [use.spell])),
  ])
}

/** Every spell is somebody's, what its effects name exists, and its target suits what it does. */
export function checkSpells(raw: RawContent, index: ContentIndex, problems: Problems): void {
  const file = 'spells.json'
  const used = usedSpells(raw)
  for (const { key, effects, target } of raw.spells) {
    const spot = { file, entry: key, field: 'target' }
    if (target === 'enemy' && effects.every((effect) => effect.kind === 'heal')) {
      problems.add(spot, target, 'does not fit the effect heal', 'damage goes to an enemy, heal to a friend or self')
    }
    if ((target === 'friend' || target === 'self') && effects.some((e) => e.kind === 'damage' && e.to === 'target')) {
      problems.add(spot, target, 'does not fit the effect damage', 'damage goes to an enemy, heal to a friend or self')
    }
    if (!used.has(key)) problems.add({ ...spot, field: '' }, undefined, 'nobody can cast this spell', 'teach it or remove it')
    effects.forEach(({ aura, item, creature }, i) => {
      const field = `effects.${i}`
      if (aura !== undefined)
        checkReference(index.auras, 'auras.json', { file, entry: key, field: `${field}.aura` }, aura, problems)
      if (item !== undefined)
        checkReference(index.items, 'items.json', { file, entry: key, field: `${field}.item` }, item, problems)
      if (creature !== undefined)
        checkReference(index.creatures, 'creatures.json', { file, entry: key, field: `${field}.creature` }, creature, problems)
    })
  }
}
