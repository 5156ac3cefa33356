import { type AllIds, idOrNone } from './ids.js'
import type { RawRotation } from './schema-rotations.js'
import type { ClassKind } from './types.js'
import type { Rotation } from './types-rotations.js'

export function resolveRotation({ id: _, ...raw }: RawRotation, ids: AllIds, classes: readonly ClassKind[]): Rotation {
  const learnt = classes.find(({ key }) => key === raw.class)!.spells
  const entries = raw.entries.map(({ spell, target, when }) => ({
    spell: ids.spells.get(spell)!,
    place: learnt.findIndex((known) => known.spell === ids.spells.get(spell)),
    target,
    when: {
      ...when,
      selfLacks: idOrNone(ids.auras, when.selfLacks),
      targetLacks: idOrNone(ids.auras, when.targetLacks),
      selfHas: idOrNone(ids.auras, when.selfHas),
    },
  }))
  return { ...raw, class: ids.classes.get(raw.class)!, entries }
}

/** By class id, in file order: the first is what a bot of the class does when it is alone. */
export function rotationsByClass(rotations: readonly Rotation[]): readonly (readonly Rotation[])[] {
  const lists: Rotation[][] = []
  for (const rotation of rotations) {
    lists[rotation.class] ??= []
    lists[rotation.class].push(rotation)
  }
  return Array.from(lists, (list) => list ?? [])
}
