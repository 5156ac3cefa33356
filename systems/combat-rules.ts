import { cosTurn, sinTurn } from '../src/ecs/maths.js'
import type { ClassKind, Content, Weapon } from './content/types.js'
import { equipSlots } from './content/words.js'
import { lends } from './item-rules.js'

/** Both bodies' half widths: weapons and spells reach this much further than their length. */
export const BODY_M = 1

export type Outcome = 'hit' | 'crit' | 'miss' | 'dodge' | 'absorb'

/** Damage after armour: the part armour ÷ (armour + k · the attacker's level) is kept off. The curve of BOTS.md. */
export function afterArmour(amount: number, armour: number, attackerLevel: number, armourK: number): number {
  return amount * (1 - armour / (armour + armourK * attackerLevel))
}

/**
 * One roll in [0, 1) over the table miss, dodge, crit, hit: one die for all, so that no chance is a chance of a chance. What
 * comes first goes first: a dodge that leaves no room takes it from the crits, then from the hits.
 */
export function swingOutcome(roll: number, missChance: number, dodgeChance: number, critChance: number): Outcome {
  if (roll < missChance) return 'miss'
  if (roll < missChance + dodgeChance) return 'dodge'
  if (roll < missChance + dodgeChance + critChance) return 'crit'
  return 'hit'
}

/** A roll in [min, max] plus what the level adds. */
export function amountAt(min: number, max: number, perLevel: number, level: number, roll: number): number {
  return min + (max - min) * roll + perLevel * (level - 1)
}

/** So much attack power is one point of damage for each second that a weapon takes to swing. */
export const ATTACK_POWER_PER_DPS = 14

/**
 * A weapon's blow before armour: its own roll, and what attack power adds to each second of its swing. By the second, so that a
 * slow weapon gains no less from it than a quick one; the divisor is the one that fan documentation has long given.
 */
export function weaponBlow(weapon: Weapon, level: number, attackPower: number, roll: number): number {
  const own = amountAt(weapon.damageMin, weapon.damageMax, weapon.damagePerLevel, level, roll)
  return own + (attackPower / ATTACK_POWER_PER_DPS) * (weapon.swingMs / 1_000)
}

/** The time between two swings, in ms: haste 1.25 swings five times where 1 swings four times. */
export const swingMs = (weapon: Weapon, hasteFactor: number): number => weapon.swingMs / hasteFactor

const MAIN_HAND = equipSlots.indexOf('mainHand')

interface Worn {
  readonly item: { readonly [index: number]: number }
  readonly durability: { readonly [index: number]: number }
}

/**
 * What a character swings: what it wears in the main hand (the only one that content gives weapons), or its class's own when it
 * wears none or a broken one. `row` is its slot.
 */
export function weaponOf(content: Content, classKind: ClassKind, worn: Worn, row: number): Weapon {
  const at = row * equipSlots.length + MAIN_HAND
  const item = content.items[worn.item[at]]
  return item?.weapon !== undefined && lends(item, worn.durability[at]) ? item.weapon : classKind.weapon
}

/** Whether (dx, dz) lies within half of `arcDegrees` to each side of the heading. Standing on one another is facing. */
export function isFacing(heading: number, dx: number, dz: number, arcDegrees: number): boolean {
  const length = Math.sqrt(dx * dx + dz * dz)
  if (length < 0.05) return true
  const cosine = (dx * cosTurn(heading) + dz * sinTurn(heading)) / length
  return cosine >= cosTurn(Math.floor((arcDegrees * 65_536) / 720))
}

/** Whether a creature turns to another: above 110 % of the hate for its target in melee reach, 130 % outside (PROTOCOL §3). */
export function shouldSwitch(currentThreat: number, otherThreat: number, otherInReach: boolean): boolean {
  return otherThreat > currentThreat * (otherInReach ? 1.1 : 1.3)
}

/** Hate for damage done, and for healing done, shared by those who see it. */
export const THREAT_PER_DAMAGE = 1
export const THREAT_PER_HEALING = 0.5
