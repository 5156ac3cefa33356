import { cosTurn, sinTurn } from '../src/ecs/maths.js'
import type { Rates } from './content/types.js'

/** Both bodies' half widths: weapons and spells reach this much further than their length. */
export const BODY_M = 1

export type Outcome = 'hit' | 'crit' | 'miss' | 'dodge'

/** Damage after armour: the part armour ÷ (armour + k · the attacker's level) is kept off. The curve of BOTS.md. */
export function afterArmour(amount: number, armour: number, attackerLevel: number, armourK: number): number {
  return amount * (1 - armour / (armour + armourK * attackerLevel))
}

/** One roll in [0, 1) over the table miss, dodge, crit, hit. */
export function swingOutcome(roll: number, combat: Rates['combat']): Outcome {
  if (roll < combat.missChance) return 'miss'
  if (roll < combat.missChance + combat.dodgeChance) return 'dodge'
  if (roll < combat.missChance + combat.dodgeChance + combat.critChance) return 'crit'
  return 'hit'
}

/** A roll in [min, max] plus what the level adds. */
export function amountAt(min: number, max: number, perLevel: number, level: number, roll: number): number {
  return min + (max - min) * roll + perLevel * (level - 1)
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
