import { assert } from '../assert.js'
import type { World } from '../ecs/world.js'
import type { CellLayout } from '../protocol/cell-layout.js'
import { ReplicatedField } from './cell-fields.js'

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
  /** Bytes of every field of an entity that has them all. */
  readonly fieldBytes: number
  /** The fields of each group's mask that has come up. */
  private readonly fieldsByMask = new Map<number, readonly ReplicatedField[]>()

  constructor(
    private readonly world: World,
    layout: CellLayout,
  ) {
    const updates: ReplicatedField[] = []
    this.components = layout.components.map((c) => {
      const component = world.components.find((known) => known.name === c.name)
      assert(component !== undefined, () => `the layout names ${c.name}, which is no component of this world`)
      const columns = world.columns(component)
      const fields = c.fields.map(({ name, form, bit }) => {
        const field = new ReplicatedField(columns[name], form, name === 'z', bit, c.bit, world.setup.capacity)
        if (bit >= 0) updates[bit] = field
        return field
      })
      return { bit: c.bit, index: world.components.indexOf(component), fields }
    })
    this.updates = updates
    this.fieldBytes = this.components.flatMap((c) => c.fields).reduce((sum, f) => sum + f.bytes, 0)
  }

  /** One bit for each replicated component that the slot has. */
  maskOf(slot: number): number {
    const { entities } = this.world
    let mask = 0
    for (const { bit, index } of this.components) if (entities.hasAt(slot, index)) mask |= 1 << bit
    return mask
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
