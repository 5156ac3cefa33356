import type { Entity } from '../../src/ecs/entities.js'
import { HASH_START, mix, mixNumber } from '../../src/ecs/hash.js'
import { defineResource } from '../../src/ecs/resource.js'

/** A missile on its way, and where it was sent. */
export interface Flight {
  readonly arriveTick: number
  readonly spell: number
  readonly caster: Entity
  readonly target: Entity
  readonly x: number
  readonly z: number
}

/** Two for each entity that the world can hold: nobody has more under way unless content has no global cooldown. */
const FLIGHTS_PER_ENTITY = 2

/** The missiles in the air, in the order in which they were sent. When there are `most`, a further one lands at once. */
export class Flights {
  private list: Flight[] = []

  constructor(readonly most: number) {}

  get count(): number {
    return this.list.length
  }

  /** False when the air is full. */
  send(flight: Flight): boolean {
    if (this.list.length >= this.most) return false
    this.list.push(flight)
    return true
  }

  /** Takes out those that have arrived, in the order in which they were sent. */
  arrived(tick: number): readonly Flight[] {
    if (this.list.every(({ arriveTick }) => arriveTick > tick)) return NONE
    const there = this.list.filter(({ arriveTick }) => arriveTick <= tick)
    this.list = this.list.filter(({ arriveTick }) => arriveTick > tick)
    return there
  }

  hash(): number {
    return this.list.reduce((h, { arriveTick, spell, caster, target, x, z }) => {
      return mixNumber(mixNumber(mix(mix(mix(mix(h, arriveTick), spell), caster), target), x), z)
    }, HASH_START)
  }
}
const NONE: readonly Flight[] = Object.freeze([])

export const FlightsResource = defineResource('Flights', {
  create: ({ capacity }) => new Flights(capacity * FLIGHTS_PER_ENTITY),
  hash: (flights) => flights.hash(),
})
