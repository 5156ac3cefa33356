import type { ClassKind, Content, CreatureKind } from './content/types.js'

const POINTS_MAX = 0xffff

/** base + perLevel · (level − 1): how content writes what grows with the level. */
const grown = (base: number, perLevel: number, level: number): number => base + perLevel * (level - 1)

/** Rounded half up, and cut to what a u16 column holds. */
const toPoints = (value: number): number => Math.min(POINTS_MAX, Math.floor(value + 0.5))

/** Most health, in whole points. */
export const healthMax = (kind: ClassKind, level: number): number => toPoints(grown(kind.healthBase, kind.healthPerLevel, level))

/** Most rage, mana or energy, in whole points. */
export const powerMax = (kind: ClassKind, level: number): number => toPoints(grown(kind.powerBase, kind.powerPerLevel, level))

/** Most health of a creature, in whole points. */
export const creatureHealthMax = (kind: CreatureKind, level: number): number =>
  toPoints(grown(kind.healthBase, kind.healthPerLevel, level))

/** Armour of a class or a creature. Not rounded: it only ever enters a fraction. */
export const armourOf = (kind: { readonly armourBase: number; readonly armourPerLevel: number }, level: number): number =>
  grown(kind.armourBase, kind.armourPerLevel, level)

/** Armour by look: the id of a creature kind or of a class. What is neither (an NPC) has none. */
export function armourAt(content: Content, isCreature: boolean, look: number, level: number): number {
  const kind = isCreature ? content.creatures[look] : content.classes[look]
  return kind === undefined ? 0 : armourOf(kind, level)
}

/** The spells a class knows at a level, by rising level, so that a spell learnt later comes after those known before. */
export function knownSpells(kind: ClassKind, level: number): readonly number[] {
  return kind.spells.filter((entry) => entry.level <= level).map((entry) => entry.spell)
}
