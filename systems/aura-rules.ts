import { AURAS_MAX, type Auras } from '../components/auras.js'
import type { Editor, ReadColumns } from '../src/ecs/columns.js'
import type { Entity, Slot } from '../src/ecs/entities.js'
import type { AuraEffect, AuraKind } from './content/types.js'
import type { School } from './content/words.js'

type AuraFields = (typeof Auras)['fields']
export type AuraReader = ReadColumns<AuraFields>
export type AuraEditor = Editor<AuraFields>

/** Control of one kind is forgotten when so much time has passed without another (PROTOCOL §4). */
export const DIMINISH_MS = 15_000
const diminished = [1, 0.5, 0.25, 0]

/** Which part of its time the next control of a kind lasts, when that kind has befallen somebody so often of late; 0: immune. */
export const diminishedPart = (times: number): number => diminished[Math.min(times, diminished.length - 1)]

/** The effect that works each period, or undefined. Content gives an aura one at the most. */
export function periodicOf({ effects }: AuraKind): AuraEffect | undefined {
  for (let i = 0; i < effects.length; i += 1) if (effects[i].everyMs > 0) return effects[i]
  return undefined
}

export function absorbOf({ effects }: AuraKind): AuraEffect | undefined {
  for (let i = 0; i < effects.length; i += 1) if (effects[i].kind === 'absorb') return effects[i]
  return undefined
}

/** Whether its coming and going changes what `refreshStats` computes. */
export const shapesStats = (kind: AuraKind): boolean =>
  kind.control !== 'none' || kind.effects.some((effect) => effect.kind === 'stat' || effect.kind === 'factor')

/** amount + perLevel · (the caster's level − 1) + powerFactor · his attack or spell power, by the aura's school. */
export function auraAmount(effect: AuraEffect, level: number, power: number): number {
  return effect.amount + effect.amountPerLevel * (level - 1) + effect.powerFactor * power
}

export const powerOf = (school: School, attackPower: number, spellPower: number): number =>
  school === 'physical' ? attackPower : spellPower

/**
 * The place of the aura that a new one of this kind takes over, or −1. What works by periods lies on an entity once for each
 * who casts it; anything else once, whoever gave it: ten frost bolts slow no more than one.
 */
export function placeToRenew(auras: AuraReader, slot: Slot, kind: AuraKind, caster: Entity): number {
  const isEachs = periodicOf(kind) !== undefined
  for (let place = 0; place < auras.count[slot]; place += 1) {
    const at = slot * AURAS_MAX + place
    if (auras.aura[at] === kind.id && (!isEachs || auras.caster[at] === caster)) return place
  }
  return -1
}

/** The place of the aura that ends first; of those that never end, the oldest. */
export function endsFirst(auras: AuraReader, slot: Slot): number {
  let best = 0
  let bestTick = Number.POSITIVE_INFINITY
  for (let place = 0; place < auras.count[slot]; place += 1) {
    const untilTick = auras.untilTick[slot * AURAS_MAX + place]
    if (untilTick === 0 || untilTick >= bestTick) continue
    best = place
    bestTick = untilTick
  }
  return best
}

const rows = ['aura', 'caster', 'untilTick', 'nextTick', 'stacks', 'amount', 'level'] as const

/** Takes one away; what came after it moves up, so that the oldest stays in front and no place between is empty. */
export function removePlace(auras: AuraEditor, slot: Slot, place: number): void {
  const last = auras.count[slot] - 1
  for (const field of rows) {
    for (let i = place; i < last; i += 1) auras.setAt(slot, field, i, auras[field][slot * AURAS_MAX + i + 1])
    auras.setAt(slot, field, last, 0)
  }
  auras.set(slot, 'count', last)
}

/** An aura as it is to lie in a place. */
export interface Laid {
  readonly aura: number
  readonly caster: Entity
  readonly untilTick: number
  readonly nextTick: number
  readonly stacks: number
  readonly amount: number
  readonly level: number
}

/** Writes a place: one that is taken, or the one behind the last. */
export function setPlace(auras: AuraEditor, slot: Slot, place: number, laid: Laid): void {
  for (const field of rows) auras.setAt(slot, field, place, laid[field])
  if (place === auras.count[slot]) auras.set(slot, 'count', place + 1)
}
