import { clamp } from '../src/ecs/maths.js'
import type { ClassKind, Content, CreatureKind } from './content/types.js'

const POINTS_MAX = 0xffff

/** base + perLevel · (level − 1): how content writes what grows with the level. */
const grown = (base: number, perLevel: number, level: number): number => base + perLevel * (level - 1)

/** Rounded half up, and cut to what a u16 column holds; at least `least`. */
const toPoints = (value: number, least = 0): number => clamp(Math.floor(value + 0.5), least, POINTS_MAX)

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

/*
 * What the six stats are worth. A class's own figures (health, power, armour, weapon) already hold what its people are born with, so
 * that a naked character has 0 of each stat; the stats count what is worn and what auras add. A level's worth of common gear is about
 * three points of a class's chief stat a level, and each curve is set so that this is worth a tenth of what the level itself gives.
 */

/** A point of might is one of attack power, a point of wits one of spell power: content's `powerFactor` says what that does. */
export const ATTACK_POWER_PER_MIGHT = 1
export const SPELL_POWER_PER_WITS = 1
/** Classes gain about 20 health a level; three points of stamina, some 2, are a tenth of it. */
export const HEALTH_PER_STAMINA = 0.7
/** Classes of mana gain 6 to 7 a level; three points of wits are a fifth of it, since the cost of spells does not grow. */
export const MANA_PER_WITS = 0.5

/** Chances gained never pass these, however much finesse somebody has. */
export const CRIT_GAIN_MAX = 0.3
export const DODGE_GAIN_MAX = 0.2
/** With this much finesse for each level, half of the most is gained. */
export const FINESSE_HALF_PER_LEVEL = 20

/** max · f ÷ (f + half · level): each further point is worth less, and the same points less at a higher level, as with armour. */
export function chanceOfFinesse(finesse: number, level: number, gainMax: number): number {
  if (finesse <= 0) return 0
  return (gainMax * finesse) / (finesse + FINESSE_HALF_PER_LEVEL * level)
}

export const healthWith = (base: number, stamina: number): number => toPoints(base + stamina * HEALTH_PER_STAMINA, 1)

/** Rage and energy are the same for all; only mana grows with wits. */
export const powerWith = (base: number, wits: number, isMana: boolean): number =>
  isMana ? toPoints(base + wits * MANA_PER_WITS) : base

/** Slowed to a tenth at the most, and never more than three times as fast: what a step and a watcher's eye can follow. */
export const boundedSpeed = (factor: number): number => clamp(factor, 0.1, 3)
/** A blow takes at most four times as long, and at least a quarter. */
export const boundedHaste = (factor: number): number => clamp(factor, 0.25, 4)

/** factor multiplied with itself for each stack. */
export function stacked(factor: number, stacks: number): number {
  let product = 1
  for (let i = 0; i < stacks; i += 1) product *= factor
  return product
}

/** What an aura's `stat` effect adds: amount + perLevel · (its caster's level − 1), for each stack. */
export const statOfAura = (amount: number, perLevel: number, casterLevel: number, stacks: number): number =>
  (amount + perLevel * (casterLevel - 1)) * stacks
