import type { Entity, Slot } from '../../src/ecs/entities.js'
import { finish, mix } from '../../src/ecs/hash.js'
import { defineResource } from '../../src/ecs/resource.js'

/** What a mind remembers of what befell it. `who` is an entity, or for refusals the opcode, for a trade that was done (`dealt`) its other side; `value` an amount, a level, a result code. */
export const mindEvent = Object.freeze({ harmed: 1, refused: 2, levelled: 3, dealt: 4 })
/** The oldest gives way. */
export const EVENTS_KEPT = 64

/** The last events of each of some actors, in columns of a fixed size. */
export class EventRings {
  private readonly kinds: Uint8Array
  private readonly whos: Uint32Array
  private readonly values: Uint16Array
  private readonly ticks: Uint32Array
  /** Events noted since the ring was taken. */
  private readonly counts: Uint32Array

  constructor(rings: number) {
    this.kinds = new Uint8Array(rings * EVENTS_KEPT)
    this.whos = new Uint32Array(rings * EVENTS_KEPT)
    this.values = new Uint16Array(rings * EVENTS_KEPT)
    this.ticks = new Uint32Array(rings * EVENTS_KEPT)
    this.counts = new Uint32Array(rings)
  }

  clear(ring: number): void {
    this.counts[ring] = 0
  }

  note(ring: number, kind: number, who: number, value: number, tick: number): void {
    const at = ring * EVENTS_KEPT + (this.counts[ring] % EVENTS_KEPT)
    this.kinds[at] = kind
    this.whos[at] = who
    this.values[at] = Math.min(value, 0xffff)
    this.ticks[at] = tick
    this.counts[ring] += 1
  }

  /** Who did the latest event of that kind since `sinceTick`; 0 when there was none. */
  latest(ring: number, kind: number, sinceTick: number): Entity {
    const count = this.counts[ring]
    for (let back = 1; back <= Math.min(count, EVENTS_KEPT); back += 1) {
      const at = ring * EVENTS_KEPT + ((count - back) % EVENTS_KEPT)
      if (this.ticks[at] < sinceTick) return 0
      if (this.kinds[at] === kind) return this.whos[at]
    }
    return 0
  }

  hash(ring: number): number {
    const count = this.counts[ring]
    let h = mix(ring, count)
    for (let back = 1; back <= Math.min(count, EVENTS_KEPT); back += 1) {
      const at = ring * EVENTS_KEPT + ((count - back) % EVENTS_KEPT)
      h = mix(mix(mix(h, this.kinds[at]), this.whos[at]), this.ticks[at])
    }
    return finish(h)
  }
}

/** The rings of the in-world bots: one for each that there may be. */
export class MindEvents {
  private readonly rings: EventRings
  /** The ring of each slot; 0 for slots that are no bots. */
  private readonly ringOf: Uint32Array
  private readonly free: number[] = []

  constructor(botsMax: number, capacity: number) {
    this.rings = new EventRings(botsMax + 1)
    this.ringOf = new Uint32Array(capacity + 1)
    for (let ring = botsMax; ring > 0; ring -= 1) this.free.push(ring)
  }

  /** A bot comes; one too many has none and remembers nothing. */
  join(slot: Slot): void {
    const ring = this.free.pop() ?? 0
    this.ringOf[slot] = ring
    this.rings.clear(ring)
  }

  leave(slot: Slot): void {
    const ring = this.ringOf[slot]
    if (ring !== 0) this.free.push(ring)
    this.ringOf[slot] = 0
  }

  has(slot: Slot): boolean {
    return this.ringOf[slot] !== 0
  }

  note(slot: Slot, kind: number, who: number, value: number, tick: number): void {
    const ring = this.ringOf[slot]
    if (ring !== 0) this.rings.note(ring, kind, who, value, tick)
  }

  latest(slot: Slot, kind: number, sinceTick: number): Entity {
    const ring = this.ringOf[slot]
    return ring === 0 ? 0 : this.rings.latest(ring, kind, sinceTick)
  }

  hash(): number {
    let sum = this.free.length
    for (let slot = 1; slot < this.ringOf.length; slot += 1)
      if (this.ringOf[slot] !== 0) sum = (sum + mix(slot, this.rings.hash(this.ringOf[slot]))) >>> 0
    return sum
  }
}

export const MindEventsResource = defineResource('MindEvents', {
  create: ({ settings, capacity }) => new MindEvents(settings.bots ?? 0, capacity),
  hash: (events) => events.hash(),
})
