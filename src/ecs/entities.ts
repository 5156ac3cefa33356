import { addComponent, addEntity, type World as BitWorld, commitRemovals, createWorld, query, removeComponent } from 'bitecs'
import { assert } from '../assert.js'
import { type Column, type ColumnsByName, rowLength } from './columns.js'
import type { Component } from './component.js'

/** The bitecs id and the row in every column; valid within a tick. 0 is nobody. */
export type Slot = number
/** Generation (11 bits, from 1) above slot (20 bits): may be kept and sent; 0 is nobody. */
export type Entity = number

export const SLOT_BITS = 20
export const SLOT_MASK = (1 << SLOT_BITS) - 1
const GENERATION_MAX = (1 << 11) - 1
/** A freed id rests until this many others have been freed after it, so that a generation cannot wrap in minutes. */
export const REST_COUNT = 4_096

/** The slot part, without asking whether that entity still lives. */
export const slotBits = (entity: Entity): Slot => entity & SLOT_MASK

interface Registered {
  readonly component: Component
  readonly columns: ColumnsByName
  readonly arrays: readonly { readonly column: Column; readonly length: number }[]
}

/**
 * Ids, generations and component masks. bitecs holds ids, masks and queries; it never gets an id back, because it would
 * hand out the last one first. The rested ids wait in our own first-in-first-out list.
 */
export class Entities {
  readonly generation: Uint16Array
  /** 1 while a slot is alive. */
  readonly alive: Uint8Array
  private readonly bits: BitWorld = createWorld()
  private readonly masks: Uint32Array
  private readonly words: number
  private readonly registered: readonly Registered[]
  private readonly index = new Map<Component, number>()
  /** What was asked for last, and its place: most ask for the same one many times over. */
  private lastComponent: Component | undefined
  private lastIndex = 0
  private readonly resting: Uint32Array
  private restingHead = 0
  private restingCount = 0
  private slotsUsed = 0
  private living = 0

  constructor(
    readonly capacity: number,
    components: readonly { readonly component: Component; readonly columns: ColumnsByName }[],
  ) {
    assert(
      capacity < SLOT_MASK,
      () => `world capacity ${capacity} exceeds ${SLOT_MASK - 1} entities; lower the configured counts`,
    )
    this.generation = new Uint16Array(capacity + 1)
    this.alive = new Uint8Array(capacity + 1)
    this.words = Math.ceil(components.length / 32) || 1
    this.masks = new Uint32Array((capacity + 1) * this.words)
    this.resting = new Uint32Array(capacity + 1)
    this.registered = components.map(({ component, columns }, i) => {
      this.index.set(component, i)
      const arrays = Object.entries(component.fields).map(([name, field]) => ({
        column: columns[name],
        length: rowLength(field),
      }))
      return { component, columns, arrays }
    })
  }

  get count(): number {
    return this.living
  }

  /** Slots from 1 to here have been used at least once. */
  get slotMax(): number {
    return this.slotsUsed
  }

  entityOf(slot: Slot): Entity {
    return (this.generation[slot] << SLOT_BITS) | slot
  }

  /** The slot of a living entity, or 0 when it is gone or never was. */
  slotOf(entity: Entity): Slot {
    const slot = entity & SLOT_MASK
    return slot <= this.slotsUsed && this.alive[slot] === 1 && this.generation[slot] === entity >>> SLOT_BITS ? slot : 0
  }

  has(slot: Slot, component: Component): boolean {
    return this.hasAt(slot, this.componentIndex(component))
  }

  /** The same by the component's place in the game's list, for loops that have looked it up. */
  hasAt(slot: Slot, index: number): boolean {
    return (this.masks[slot * this.words + (index >>> 5)] & (1 << (index & 31))) !== 0
  }

  componentIndex(component: Component): number {
    return component === this.lastComponent ? this.lastIndex : this.lookUpIndex(component)
  }

  private lookUpIndex(component: Component): number {
    const i = this.index.get(component)
    assert(i !== undefined, () => `component ${component.name} is not in the game's list; add it there`)
    this.lastComponent = component
    this.lastIndex = i
    return i
  }

  /** A living slot with no component yet. */
  allocate(): Slot {
    let slot: Slot
    if (this.restingCount > REST_COUNT || (this.slotsUsed >= this.capacity && this.restingCount > 0)) {
      slot = this.resting[this.restingHead]
      this.restingHead = (this.restingHead + 1) % this.resting.length
      this.restingCount -= 1
    } else {
      assert(
        this.slotsUsed < this.capacity,
        () => `world is full: ${this.capacity} entities; raise the capacity (bots, creatures, clientsMax)`,
      )
      slot = addEntity(this.bits)
      this.slotsUsed += 1
      assert(
        slot === this.slotsUsed,
        () => `bitecs gave id ${slot} where ${this.slotsUsed} was due; use the version in package.json`,
      )
      this.generation[slot] = 1
    }
    this.alive[slot] = 1
    this.living += 1
    return slot
  }

  /** Puts the slot's row in the component's columns at zero. */
  reset(slot: Slot, component: Component): void {
    for (const { column, length } of this.registered[this.componentIndex(component)].arrays) {
      if (length === 1) column[slot] = 0
      else column.fill(0, slot * length, (slot + 1) * length)
    }
  }

  setMask(slot: Slot, component: Component, on: boolean): void {
    const i = this.componentIndex(component)
    const word = slot * this.words + (i >>> 5)
    if (on) this.masks[word] |= 1 << (i & 31)
    else this.masks[word] &= ~(1 << (i & 31))
  }

  /** Tells bitecs, so that queries see it. */
  join(slot: Slot, component: Component): void {
    addComponent(this.bits, slot, component)
  }

  part(slot: Slot, component: Component): void {
    removeComponent(this.bits, slot, component)
  }

  /**
   * Takes whoever left out of the query results. bitecs would do it at the next query of anybody, and the order of the
   * results would depend on when a reader outside the tick, such as the status line, happened to ask.
   */
  commit(): void {
    commitRemovals(this.bits)
  }

  componentsOf(slot: Slot): Component[] {
    return this.registered.filter((r) => this.has(slot, r.component)).map((r) => r.component)
  }

  release(slot: Slot): void {
    for (const component of this.componentsOf(slot)) {
      this.setMask(slot, component, false)
      this.part(slot, component)
    }
    this.alive[slot] = 0
    this.living -= 1
    this.generation[slot] = this.generation[slot] >= GENERATION_MAX ? 1 : this.generation[slot] + 1
    this.resting[(this.restingHead + this.restingCount) % this.resting.length] = slot
    this.restingCount += 1
  }

  /** The slots that have all of `terms`. Live memory of bitecs: read it before the next structural change. */
  query(terms: readonly Component[]): ArrayLike<Slot> {
    return query(this.bits, terms as Component[])
  }
}
