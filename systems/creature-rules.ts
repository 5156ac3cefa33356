import type { SpellKind } from './content/types.js'

/**
 * A creature leaves a fight this far from its home (`rates.leashM`). The leash is tied to its home, not to where the fight began: a
 * creature that could be led from fight to fight would end up anywhere, and where it belongs would be empty.
 */
export const isOverLeash = (awaySquared: number, leashM: number): boolean => awaySquared > leashM * leashM

/** Living members of a pack within this of one that is engaged come to its help. */
export const PACK_HELP_M = 25

/** Out of reach of its target, free to move and yet not moving for so long, a creature gives up: there is no way to him. */
export const UNREACHABLE_MS = 10_000

/** Going home, it is so much faster than in a chase: nobody keeps up with it, and it is soon whole again. */
export const EVADE_SPEED_FACTOR = 1.5

/** Below this part of its health a creature heals itself. */
const HEAL_BELOW = 0.6

/** What a creature's cast depends on. */
export interface BeastCastFacts {
  readonly spell: SpellKind
  /** To its target, from body to body. */
  readonly distanceM: number
  readonly healthFraction: number
}

/**
 * Whether it makes sense now: in range of its target; what lies around the caster only when somebody stands in it; what heals only
 * when it is wounded.
 */
export function wantsCast({ spell, distanceM, healthFraction }: BeastCastFacts): boolean {
  const heals = spell.effects.some((effect) => effect.kind === 'heal')
  if (heals && healthFraction >= HEAL_BELOW) return false
  if (spell.area !== undefined && spell.area.around === 'caster') return distanceM <= spell.area.radiusM
  return spell.target === 'self' || spell.target === 'friend' || distanceM <= spell.rangeM
}

/** Whether it must stand still for it. */
export const needsStand = (spell: SpellKind): boolean => spell.castMs > 0 || spell.channelMs > 0

/**
 * From when on it may cast a spell again, in ms: the kind's own rhythm, or the spell's cooldown where that is longer. The first time
 * in a fight it waits a part of that (`roll` in [0, 1)), so that a pack does not cast as one.
 */
export const castPauseMs = (spell: SpellKind, everyMs: number): number => Math.max(everyMs, spell.cooldownMs)
export const firstCastMs = (spell: SpellKind, everyMs: number, roll: number): number => castPauseMs(spell, everyMs) * 0.5 * roll
