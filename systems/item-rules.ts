import { result } from '../protocol/result-codes.js'
import type { ResultCode } from '../src/protocol/result-codes.js'
import type { ItemKind } from './content/types-items.js'
import { type EquipSlot, equipSlots, type Quality, type Stat, stats } from './content/words.js'

/**
 * What an item may add grows evenly with its level, so that every level's gear is better than the last by the same step, and is never
 * nothing at level 1. A whole set of common gear has some six points a level, half of which go into the class's chief stat: what the
 * curves of stat-rules.ts count on. Common is the measure; each other quality is worth about four levels at level 10.
 */
export const BUDGET_BASE = 2
export const BUDGET_PER_LEVEL = 0.7
export const qualityFactors: Readonly<Record<Quality, number>> = Object.freeze({
  poor: 0.7,
  common: 1,
  uncommon: 1.3,
  rare: 1.6,
})
/** By how much of the body it covers; a weapon and the other hand count for what they are held for. In all 7.4. */
export const slotFactors: Readonly<Record<EquipSlot, number>> = Object.freeze({
  head: 0.85,
  shoulders: 0.75,
  back: 0.5,
  chest: 1,
  hands: 0.65,
  waist: 0.55,
  legs: 0.95,
  feet: 0.65,
  mainHand: 0.9,
  offHand: 0.6,
})
/** A point of the budget buys this many points of a stat: armour counts in the hundreds where the others count in tens. */
export const pointsPerStat: Readonly<Record<Stat, number>> = Object.freeze({
  might: 1,
  finesse: 1,
  wits: 1,
  stamina: 1,
  spirit: 1,
  armour: 4,
})

/** What wearing it adds: the budget of its level, quality and slot, shared by `mix` (parts of 1), each rounded; nothing for what is not worn. */
export function itemStats(
  itemLevel: number,
  quality: Quality,
  slot: EquipSlot | undefined,
  mix: Readonly<Partial<Record<Stat, number>>>,
): Readonly<Record<Stat, number>> {
  const budget =
    slot === undefined ? 0 : (BUDGET_BASE + BUDGET_PER_LEVEL * itemLevel) * qualityFactors[quality] * slotFactors[slot]
  const share = (stat: Stat): number => Math.floor(budget * (mix[stat] ?? 0) * pointsPerStat[stat] + 0.5)
  return Object.fromEntries(stats.map((stat) => [stat, share(stat)])) as Record<Stat, number>
}

/** Whether what is worn lends its stats and its weapon: at durability 0 it does not, unless it never wears out. */
export const lends = (kind: ItemKind, durability: number): boolean => kind.durabilityMax === 0 || durability > 0

/** Class and level: `ok`, `wrongClass` or `levelTooLow`. */
function ownerCode(kind: ItemKind, classId: number, level: number): ResultCode {
  if (kind.classes.length > 0 && !kind.classes.includes(classId)) return result.wrongClass
  return level < kind.levelMin ? result.levelTooLow : result.ok
}

/** Whether a character may wear it in that slot (a place in `equipSlots`): `noSuchTarget` where it does not fit. */
export function wearCode(kind: ItemKind | undefined, equipSlot: number, classId: number, level: number): ResultCode {
  if (kind?.slot === undefined || equipSlots[equipSlot] !== kind.slot) return result.noSuchTarget
  return ownerCode(kind, classId, level)
}

/** What the use of an item depends on, beside what its spell does. */
export interface UseFacts {
  readonly kind: ItemKind | undefined
  readonly classId: number
  readonly level: number
  readonly inCombat: boolean
  /** Another cast, or another use, is under way. */
  readonly busy: boolean
  /** The category of its spell is off cooldown. */
  readonly ready: boolean
}

/** Of whoever can act at all, in the order in which a player wants to hear it. */
export function useCode(facts: UseFacts): ResultCode {
  const { kind } = facts
  if (kind?.use === undefined) return result.noSuchTarget
  const owner = ownerCode(kind, facts.classId, facts.level)
  if (owner !== result.ok) return owner
  if (facts.inCombat && kind.use.outOfCombat) return result.inCombat
  if (facts.busy) return result.busy
  return facts.ready ? result.ok : result.notReady
}

/** What is left after a death: a part of the whole is gone, at least 1, and never more than there was. */
export function afterDeath(durability: number, durabilityMax: number, fraction: number): number {
  return Math.max(0, durability - Math.max(1, Math.floor(durabilityMax * fraction + 0.5)))
}

/** Coins for making it whole: the missing part of `repairFraction` of what it sells for, rounded up; 0 for what is whole. */
export function repairPrice(kind: ItemKind, durability: number, repairFraction: number): number {
  const lost = kind.durabilityMax - durability
  return lost <= 0 ? 0 : Math.max(1, Math.ceil((kind.sellPrice * repairFraction * lost) / kind.durabilityMax))
}
