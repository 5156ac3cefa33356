import type { Rates } from './content/types.js'

type Regeneration = Rates['regeneration']

/** So much spirit doubles what it speeds. */
export const SPIRIT_DOUBLES = 100
/** Mana spent within this time leaves but a trickle: the five-second rule (PROTOCOL, BOTS.md). */
export const MANA_REST_MS = 5_000
/** The trickle, of the most mana, a second. It never stops, so that a mender without mana is not without hope. */
export const MANA_TRICKLE_FRACTION = 0.002
/** What remains in a fight of the mana that spirit gives. */
export const MANA_IN_COMBAT = 0.25
/** Losing this part of one's health at a blow gives as much rage as giving a blow does. */
export const RAGE_HARM_FRACTION = 0.05
/** No blow taken gives more than so many blows given. */
export const RAGE_HARM_MAX = 2
/** The swing for which content states the rage. Rage goes by time, so that a quick weapon gains no more by it than a slow one. */
export const RAGE_SWING_MS = 2_200

/** 1 without spirit, 2 at `SPIRIT_DOUBLES`, in a straight line. */
export const spiritFactor = (spirit: number): number => 1 + spirit / SPIRIT_DOUBLES

/** Health a second, out of combat; in combat there is none. */
export function healthPerSecond(rates: Regeneration, healthMax: number, spirit: number): number {
  return healthMax * rates.healthPerSecondFraction * spiritFactor(spirit)
}

/** Mana a second. `hasSpent`: within the last `MANA_REST_MS`. */
export function manaPerSecond(
  rates: Regeneration,
  powerMax: number,
  spirit: number,
  hasSpent: boolean,
  inCombat: boolean,
): number {
  const trickle = powerMax * MANA_TRICKLE_FRACTION
  if (hasSpent) return trickle
  return trickle + powerMax * rates.manaPerSecondFraction * spiritFactor(spirit) * (inCombat ? MANA_IN_COMBAT : 1)
}

/** Rage a second: none comes by waiting, and out of combat it goes. */
export const ragePerSecond = (rates: Regeneration, inCombat: boolean): number => (inCombat ? 0 : -rates.rageDecayPerSecond)

/** Rage for a blow that landed, by the weapon's own time. */
export const rageForBlow = (rates: Regeneration, weaponMs: number): number => (rates.rageGainPerSwing * weaponMs) / RAGE_SWING_MS

/** Rage for harm taken, by the part of one's health that it was: the same for a weak blow at level 1 and a strong one at 20. */
export function rageForHarm(rates: Regeneration, lost: number, healthMax: number): number {
  return rates.rageGainPerSwing * Math.min(RAGE_HARM_MAX, lost / (healthMax * RAGE_HARM_FRACTION))
}
