import { assert } from '../assert.js'
import type { Component } from '../ecs/component.js'
import type { World } from '../ecs/world.js'
import type { CellLayout } from '../protocol/cell-layout.js'
import { ReplicatedField } from './cell-fields.js'
import { type Trace, traceOf } from './cell-traces.js'

interface ReplicatedColumns {
  readonly bit: number
  /** Its place among the world's components. */
  readonly index: number
  readonly fields: readonly ReplicatedField[]
}

/** The columns that travel in cells, as the layout numbers them. */
export class CellColumns {
  readonly components: readonly ReplicatedColumns[]
  /** The updatable fields by their bit. */
  readonly updates: readonly ReplicatedField[]
  /** What each of them is made of, by its bit. */
  readonly traces: readonly Trace[]
  /** The bits of those that wait for their turn in a crowd. */
  readonly motionBits: number
  /** Bytes of every field of an entity that has them all. */
  readonly fieldBytes: number
  /** The fields of each group's mask that has come up. */
  private readonly fieldsByMask = new Map<number, readonly ReplicatedField[]>()
  /** By component mask: the bits of the fields that an entity of those components has. */
  private readonly bitsByMask: Uint16Array

  constructor(
    private readonly world: World,
    layout: CellLayout,
  ) {
    const updates: ReplicatedField[] = []
    const traces: Trace[] = []
    this.components = layout.components.map((c) => {
      const component = world.components.find((known) => known.name === c.name)
      assert(component !== undefined, () => `the layout names ${c.name}, which is no component of this world`)
      const columns = world.columns(component)
      const fields = c.fields.map(({ name, form, bit }) => {
        const field = new ReplicatedField(columns[name], form, name === 'z', bit, world.setup.capacity)
        if (bit < 0) return field
        updates[bit] = field
        traces[bit] = traceOf(columns[name])
        return field
      })
      return { bit: c.bit, index: world.components.indexOf(component), fields }
    })
    this.updates = updates
    this.traces = traces
    this.motionBits = updates.reduce((bits, { bit, isMotion }) => (isMotion ? bits | (1 << bit) : bits), 0)
    this.bitsByMask = new Uint16Array(1 << this.components.length)
    for (let mask = 0; mask < this.bitsByMask.length; mask += 1)
      for (const { bit, fields } of this.components)
        if ((mask & (1 << bit)) !== 0) for (const field of fields) if (field.bit >= 0) this.bitsByMask[mask] |= 1 << field.bit
    this.fieldBytes = this.components.flatMap((c) => c.fields).reduce((sum, f) => sum + f.bytes, 0)
  }

  /** One bit for each replicated component that the slot has. */
  maskOf(slot: number): number {
    const { entities } = this.world
    let mask = 0
    for (const { bit, index } of this.components) if (entities.hasAt(slot, index)) mask |= 1 << bit
    return mask
  }

  /** Whether its coming or going is one that watchers are told of. */
  isReplicated(component: Component): boolean {
    const index = this.world.entities.componentIndex(component)
    return this.components.some((replicated) => replicated.index === index)
  }

  /** The bits of the fields that an entity with these components has. */
  bitsOf(mask: number): number {
    return this.bitsByMask[mask]
  }

  /** Notes the slot's values in these fields as sent. Returns the bits of those that differ from what was sent before. */
  update(slot: number, bits: number, cx: number, cz: number, sideM: number): number {
    let changed = 0
    for (let left = bits; left !== 0; left &= left - 1) {
      const bit = 31 - Math.clz32(left & -left)
      if (this.updates[bit].update(slot, cx, cz, sideM)) changed |= 1 << bit
    }
    return changed
  }

  fieldsOf(mask: number): readonly ReplicatedField[] {
    let fields = this.fieldsByMask.get(mask)
    if (fields === undefined) {
      fields = this.updates.filter((field) => (mask & (1 << field.bit)) !== 0)
      this.fieldsByMask.set(mask, fields)
    }
    return fields
  }
}
