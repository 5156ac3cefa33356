import type { Entity } from '../src/ecs/entities.js'
import { finish, mix } from '../src/ecs/hash.js'
import { defineResource } from '../src/ecs/resource.js'
import { placeSpawns, type SpawnTable } from './content/placement.js'
import type { Content } from './content/types.js'
import { respawnMs } from './spawn-rules.js'

/** In `CreatureMind.spawn`: it was called, and comes from no point. */
export const NO_SPAWN = 0xffffffff

/** Where creatures come from: the placed points, who stands for each, and when the next one is due. */
export class Spawns {
  readonly count: number
  readonly creature: Uint16Array
  readonly level: Uint8Array
  readonly x: Float32Array
  readonly z: Float32Array
  readonly respawnMs: Uint32Array
  /** Points of one pack follow each other and have one number here; 0 stands alone. */
  readonly pack: Uint32Array
  /** The zone's copy that each point is in: the instance of its place. */
  readonly copy: Uint16Array
  /** The living creature of each point; 0 while none stands for it. */
  readonly entity: Uint32Array
  /** The tick from which an empty point may be filled. */
  readonly dueTick: Uint32Array
  npcsPlaced = false
  /** By copy: the entity of each NPC, by its id in the content. */
  readonly npcs: readonly Entity[][]

  /** `count` points in all, as many in each copy of the zone. */
  constructor(
    table: SpawnTable,
    count: number,
    readonly copies = 1,
  ) {
    this.count = count
    this.npcs = Array.from({ length: copies }, () => [])
    this.creature = new Uint16Array(count)
    this.level = new Uint8Array(count)
    this.x = new Float32Array(count)
    this.z = new Float32Array(count)
    this.respawnMs = new Uint32Array(count)
    this.pack = new Uint32Array(count)
    this.entity = new Uint32Array(count)
    this.dueTick = new Uint32Array(count)
    this.copy = new Uint16Array(count)
    const inCopy = Math.ceil(count / copies)
    for (let i = 0; i < count; i += 1) {
      const copy = Math.floor(i / inCopy)
      const from = Math.floor(((i % inCopy) * table.count) / inCopy)
      this.creature[i] = table.creature[from]
      this.level[i] = table.level[from]
      this.x[i] = table.x[from]
      this.z[i] = table.z[from]
      this.respawnMs[i] = table.respawnMs[from]
      this.pack[i] = table.pack[from] === 0 ? 0 : table.pack[from] + copy * table.count
      this.copy[i] = copy
    }
  }

  /** The entity of each NPC of the first copy, by its id in the content. */
  get npcEntity(): Entity[] {
    return this.npcs[0]
  }

  /** Whether the number is a point's: whoever was called by somebody comes from none. */
  has(index: number): boolean {
    return index < this.count
  }

  born(index: number, entity: Entity): void {
    this.entity[index] = entity
  }

  /** Empties a point, which fills again the sooner the more of a crowd (`crowdOf`) is there. True when it hurries. */
  died(index: number, tick: number, tickHz: number, crowd: number): boolean {
    const ms = respawnMs(this.respawnMs[index], crowd)
    this.entity[index] = 0
    this.dueTick[index] = tick + Math.floor((ms * tickHz) / 1000 + 0.5)
    return ms < this.respawnMs[index]
  }

  /** Calls `visit` with the points of the same pack, but not with the point itself. */
  eachOfPack(index: number, visit: (other: number) => void): void {
    const pack = this.has(index) ? this.pack[index] : 0
    if (pack === 0) return
    let first = index
    while (first > 0 && this.pack[first - 1] === pack) first -= 1
    for (let i = first; i < this.count && this.pack[i] === pack; i += 1) if (i !== index) visit(i)
  }

  hash(): number {
    let sum = this.npcsPlaced ? 1 : 0
    for (let i = 0; i < this.count; i += 1) sum = (sum + finish(mix(mix(i, this.entity[i]), this.dueTick[i]))) >>> 0
    return sum
  }
}

/** The setting `creatures` says how many of the content's points there are; beyond them, points are used twice. */
export const SpawnsResource = defineResource('Spawns', {
  create: ({ content, seed, settings }) => {
    const table = placeSpawns(content as Content, seed)
    return new Spawns(table, settings.creatures ?? table.count, settings.zoneCopies)
  },
  hash: (spawns) => spawns.hash(),
})
