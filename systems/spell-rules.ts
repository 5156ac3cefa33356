import { result } from '../protocol/result-codes.js'
import { cosTurn, sinTurn } from '../src/ecs/maths.js'
import type { AuraKind, SpellEffect, SpellKind } from './content/types.js'
import type { School } from './content/words.js'

/** What a cast depends on; all ticks are world ticks. */
export interface CastFacts {
  readonly spell: SpellKind | undefined
  readonly actorDead: boolean
  readonly stunned: boolean
  readonly feared: boolean
  /** It cannot speak words of power; blows need none. */
  readonly silenced: boolean
  /** The school that an interrupt has closed, or undefined. */
  readonly closedSchool: School | undefined
  /** The spell stands in the caster's book, or it uses an item that has it. */
  readonly known: boolean
  /** The caster is a creature: its sides are those of creatures, and nothing costs it anything. */
  readonly isCreature: boolean
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
  readonly inSight: boolean
  /** The bag has room for what the spell makes. */
  readonly hasRoom: boolean
}

/** Schools that neither silence nor an interrupt closes. */
export const isSpoken = (school: School): boolean => school !== 'physical'

/**
 * Effects that have no way into this world yet: to offer a resurrection and to open locks are other features' work, and what a
 * character called would stand on the creatures' side. Spells with them are refused as not offered.
 */
export function isOffered(spell: SpellKind, isCreature: boolean): boolean {
  return spell.effects.every(({ kind }) => kind !== 'resurrect' && kind !== 'openLock' && (kind !== 'summon' || isCreature))
}

/** Whether standing still is part of it. */
export const needsStand = (spell: SpellKind): boolean => spell.castMs > 0 || spell.channelMs > 0

/** Everything but cooldowns, in the order in which a player wants to hear it. The same at the start and at the end of a cast. */
export function castCode(facts: CastFacts): number {
  const { spell } = facts
  if (spell === undefined || !facts.known) return result.noSuchTarget
  if (facts.actorDead) return result.dead
  const held = heldCode(facts, spell)
  if (held !== result.ok) return held
  if (!isOffered(spell, facts.isCreature)) return result.notOffered
  if (!facts.isCreature && facts.power < spell.cost) return result.noPower
  const aim = aimCode(facts, spell)
  if (aim !== result.ok) return aim
  if (needsStand(spell) && facts.moving) return result.moving
  return facts.hasRoom ? result.ok : result.bagFull
}

function heldCode(facts: CastFacts, spell: SpellKind): number {
  if (facts.stunned) return result.stunned
  if (facts.feared) return result.feared
  const isClosed = facts.silenced || facts.closedSchool === spell.school
  return isClosed && isSpoken(spell.school) ? result.silenced : result.ok
}

function aimCode(facts: CastFacts, spell: SpellKind): number {
  const aimsAtSomebody = spell.target === 'enemy' || spell.target === 'friend'
  if (aimsAtSomebody && (facts.target === 0 || !facts.targetFits)) return result.noSuchTarget
  if (aimsAtSomebody && facts.targetDead) return result.dead
  if (aimsAtSomebody && facts.targetImmune) return result.immune
  if (spell.target !== 'self' && facts.distanceM > spell.rangeM) return result.outOfRange
  if (spell.target === 'enemy' && !facts.facing) return result.notFacing
  return facts.inSight ? result.ok : result.noSight
}

/** A request up to this long before the spell is ready waits for it. */
export const QUEUE_MS = 400
/** Each blow puts a cast back by this, and takes as much off a channel, at most so many times. */
export const PUSHBACK_MS = 500
export const PUSHBACKS_MAX = 2
/** An enemy must be in the half before the caster. */
export const FACING_DEGREES = 180

/** The time of a cast under haste, in ms: 1.25 casts five times where 1 casts four times. */
export const castTimeMs = (spell: SpellKind, hasteFactor: number): number => spell.castMs / hasteFactor

/** How long a missile flies, in whole ticks, at least one; 0 for what has no speed and lands at once. */
export function flightTicks(distanceM: number, speedMps: number, tickHz: number): number {
  return speedMps === 0 ? 0 : Math.max(1, Math.floor((distanceM / speedMps) * tickHz + 0.5))
}

/** Which side an effect is meant for. What a spell takes off goes by whom the spell is aimed at. */
export function isHostile(effect: SpellEffect, spell: SpellKind, auras: readonly (AuraKind | undefined)[]): boolean {
  switch (effect.kind) {
    case 'damage':
    case 'threat':
    case 'taunt':
    case 'interrupt':
    case 'summon':
      return true
    case 'aura':
      return auras[effect.aura]?.harmful === true
    case 'dispel':
      return spell.target === 'enemy'
    default:
      return false
  }
}

/** The point `distanceM` ahead, kept within [0, edgeM] on both axes. */
export function pointAhead(
  x: number,
  z: number,
  heading: number,
  distanceM: number,
  edgeM: number,
): { readonly x: number; readonly z: number } {
  const within = (value: number): number => Math.min(Math.max(value, 0), edgeM)
  return { x: within(x + cosTurn(heading) * distanceM), z: within(z + sinTurn(heading) * distanceM) }
}
