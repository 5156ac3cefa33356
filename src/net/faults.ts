import type { Entity } from '../ecs/entities.js'
import { HASH_START, mix } from '../ecs/hash.js'
import { defineResource } from '../ecs/resource.js'

/** A mind that threw while it decided. `seed` is the world's: with the entity and the tick it finds the case again. */
export interface Fault {
  readonly tick: number
  readonly entity: Entity
  readonly seed: number
  readonly error: string
}

/** Faults that wait for whoever logs them; further ones of the time are counted only. */
export const FAULTS_KEPT_MAX = 64
const ERROR_CHARS_MAX = 2_000

/**
 * Minds that threw, and were held back from harming the tick. Whoever steps the world takes them with `drain` after a tick and logs
 * them, for systems have no log. What waits is no part of the state, since a replay drains nothing.
 */
export class Faults {
  private kept: Fault[] = []
  private digest = HASH_START
  /** All that ever happened, also those that are not told of. */
  total = 0

  constructor(private readonly seed: number) {}

  /** `isFirst`: this mind has not thrown before, so that it is told of. */
  note(tick: number, entity: Entity, error: unknown, isFirst: boolean): void {
    this.total += 1
    this.digest = mix(mix(this.digest, tick), entity)
    if (!isFirst || this.kept.length >= FAULTS_KEPT_MAX) return
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    this.kept.push(Object.freeze({ tick, entity, seed: this.seed, error: text.slice(0, ERROR_CHARS_MAX) }))
  }

  /** The faults since the last call, oldest first. */
  drain(): readonly Fault[] {
    const { kept } = this
    this.kept = []
    return kept
  }

  hash(): number {
    return this.digest
  }
}

export const FaultsResource = defineResource('Faults', {
  create: ({ seed }) => new Faults(seed),
  hash: (faults) => faults.hash(),
})
