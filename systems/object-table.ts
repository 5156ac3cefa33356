import type { Entity } from '../src/ecs/entities.js'
import { finish, mix } from '../src/ecs/hash.js'
import { defineResource } from '../src/ecs/resource.js'
import { type ObjectTable, placeObjects } from './content/object-placement.js'
import type { Content } from './content/types.js'

/** Where objects stand, in each copy of the zone, which are there, and when those that were taken come back. */
export class Objects {
  /** The object of each point; 0 while none stands there. */
  readonly entity: Uint32Array
  /** The tick from which an empty point may be filled. */
  readonly dueTick: Uint32Array
  /** How many points are empty: while none is, nobody looks for one. */
  empty: number
  private readonly pointOf = new Map<Entity, number>()

  constructor(
    readonly table: ObjectTable,
    copies = 1,
  ) {
    const count = table.count * copies
    this.entity = new Uint32Array(count)
    this.dueTick = new Uint32Array(count)
    this.empty = count
  }

  /** The point's row in the table, which all copies of the zone have in common. */
  rowOf(point: number): number {
    return point % this.table.count
  }

  copyOf(point: number): number {
    return Math.floor(point / this.table.count)
  }

  /** The point of an object that still stands there, or −1. */
  pointAt(entity: Entity): number {
    return this.pointOf.get(entity) ?? -1
  }

  placed(point: number, entity: Entity): void {
    this.entity[point] = entity
    this.pointOf.set(entity, point)
    this.empty -= 1
  }

  taken(point: number, tick: number, tickHz: number): void {
    this.pointOf.delete(this.entity[point])
    this.entity[point] = 0
    this.dueTick[point] = tick + Math.max(1, Math.floor((this.table.respawnMs[this.rowOf(point)] * tickHz) / 1000 + 0.5))
    this.empty += 1
  }

  hash(): number {
    let sum = this.empty
    for (let i = 0; i < this.entity.length; i += 1) sum = (sum + finish(mix(mix(i, this.entity[i]), this.dueTick[i]))) >>> 0
    return sum
  }
}

export const ObjectsResource = defineResource('Objects', {
  create: ({ content, seed, settings }) => new Objects(placeObjects(content as Content, seed), settings.zoneCopies),
  hash: (objects) => objects.hash(),
})
