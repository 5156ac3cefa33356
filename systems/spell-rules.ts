import { result } from '../protocol/result-codes.js'
import type { SpellKind } from './content/types.js'

/** What a cast depends on; all ticks are world ticks. */
export interface CastFacts {
  readonly spell: SpellKind | undefined
  readonly actorDead: boolean
  /** The spell stands in the caster's book. */
  readonly known: boolean
  readonly power: number
  readonly moving: boolean
  /** 0 when nobody is named or that entity is gone. */
  readonly target: number
  readonly targetDead: boolean
  readonly targetImmune: boolean
  /** The target is one of those the spell may be cast at. */
  readonly targetFits: boolean
  readonly distanceM: number
  readonly facing: boolean
}

/** Everything but cooldowns, in the order in which a player wants to hear it. The same at the start and at the end of a cast. */
export function castCode(facts: CastFacts): number {
  const { spell } = facts
  if (spell === undefined || !facts.known) return result.noSuchTarget
  if (facts.actorDead) return result.dead
  if (facts.power < spell.cost) return result.noPower
  if (facts.target === 0 || !facts.targetFits) return result.noSuchTarget
  if (facts.targetDead) return result.dead
  if (facts.targetImmune) return result.immune
  if (facts.distanceM > spell.rangeM && spell.target !== 'self') return result.outOfRange
  if (spell.target === 'enemy' && !facts.facing) return result.notFacing
  if (spell.castMs > 0 && facts.moving) return result.moving
  return result.ok
}

/** A request up to this long before the spell is ready waits for it. */
export const QUEUE_MS = 400
/** Each blow puts a cast back by this, at most so many times. */
export const PUSHBACK_MS = 500
export const PUSHBACKS_MAX = 2
/** An enemy must be in the half before the caster. */
export const FACING_DEGREES = 180
