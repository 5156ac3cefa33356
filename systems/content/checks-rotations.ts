import { type ContentIndex, checkReference } from './content-index.js'
import type { Problems } from './problems.js'
import type { RawContent } from './schema.js'

/** Every class has a rotation, and each names spells that its class learns and auras that exist. */
export function checkRotations(raw: RawContent, index: ContentIndex, problems: Problems): void {
  const file = 'rotations.json'
  for (const { key } of raw.classes) {
    if (raw.rotations.some((rotation) => rotation.class === key)) continue
    problems.add({ file, entry: '', field: 'class' }, key, 'has no rotation, so that its bots would not cast', 'add one')
  }
  const roles = new Set<string>()
  for (const { key, class: classKey, role, entries } of raw.rotations) {
    const kind = raw.classes.find((candidate) => candidate.key === classKey)
    const spot = { file, entry: key, field: 'class' }
    if (kind === undefined) {
      problems.add(spot, classKey, 'names no entry of classes.json', 'correct the key or add the entry')
      continue
    }
    if (roles.has(`${classKey} ${role}`)) {
      problems.add({ ...spot, field: 'role' }, role, `is the role of two rotations of ${classKey}`, 'join them')
    }
    roles.add(`${classKey} ${role}`)
    entries.forEach(({ spell, target, when }, i) => {
      const field = `entries.${i}`
      if (!kind.spells.some((known) => known.spell === spell)) {
        problems.add({ ...spot, field: `${field}.spell` }, spell, `is no spell of ${classKey}`, 'name one that it learns')
        return
      }
      const harms = index.spells.get(spell)?.target === 'enemy'
      if (harms !== (target === 'enemy') && index.spells.get(spell)?.target !== 'point') {
        problems.add({ ...spot, field: `${field}.target` }, target, `does not fit the spell ${spell}`, 'aim it at whom it is for')
      }
      for (const name of ['selfLacks', 'targetLacks', 'selfHas'] as const) {
        const aura = when[name]
        if (aura !== undefined)
          checkReference(index.auras, 'auras.json', { ...spot, field: `${field}.when.${name}` }, aura, problems)
      }
    })
  }
}
