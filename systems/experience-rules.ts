/**
 * A creature of this level, or below it, is worth nothing to a character of `level`: 5 levels below, and one more for
 * every full ten levels of his own. The width is the one that fan documentation of online role-playing games has long
 * given for this kind of formula; up to level 5 everything is worth something.
 */
export function greyLevel(level: number): number {
  return level <= 5 ? 0 : level - 5 - Math.floor(level / 10)
}

/** Levels above one's own that still raise the reward, and by how much each. */
const BONUS_LEVELS_MAX = 4
const BONUS_PER_LEVEL = 0.05

/**
 * Experience for a kill, a whole number: (5·L + 45) · (1 + 0.05 · min(levels above, 4)) at or above one's own level L,
 * falling in a straight line from 5·L + 45 at L to 0 at the grey level; times the creature kind's factor.
 */
export function killExperience(level: number, creatureLevel: number, factor: number): number {
  const base = 5 * level + 45
  const grey = greyLevel(level)
  let part = 0
  if (creatureLevel >= level) part = 1 + BONUS_PER_LEVEL * Math.min(creatureLevel - level, BONUS_LEVELS_MAX)
  else if (creatureLevel > grey) part = (creatureLevel - grey) / (level - grey)
  return Math.floor(base * part * factor + 0.5)
}

export interface Standing {
  readonly level: number
  /** Since that level was reached; 0 at the highest. */
  readonly experience: number
}

/** Where `amount` more leads, by the table of experience from level L to L + 1. At the highest level nothing is gathered. */
export function advance(standing: Standing, amount: number, toNext: ArrayLike<number>, levelMax: number): Standing {
  let { level } = standing
  let experience = standing.experience + amount
  while (level < levelMax && experience >= toNext[level]) {
    experience -= toNext[level]
    level += 1
  }
  return level >= levelMax ? { level, experience: 0 } : { level, experience }
}
