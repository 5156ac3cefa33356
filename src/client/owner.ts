import { MyriadError } from '../errors.js'
import type { CellLayout, ReplicatedComponent } from '../protocol/cell-layout.js'

interface OwnedColumn {
  readonly component: string
  readonly field: string
  readonly values: Float64Array
}

export interface OwnerValue {
  readonly component: number
  readonly field: number
  readonly index: number
  readonly value: number
}

export type OwnerListener = (component: string, field: string, index: number, value: number) => void

/** The own character's private columns, from `owner.state` and `owner.changed`. What was never listed is 0. */
export class OwnerValues {
  /** By the numbers that the messages carry. */
  private readonly columns: OwnedColumn[][] = []
  private readonly byName = new Map<string, OwnedColumn>()

  constructor(layout: CellLayout, components: readonly ReplicatedComponent[]) {
    for (const { name, component, fields } of layout.owner) {
      this.columns[component] = fields.map((field) => {
        const type = components[component].fields[field]
        const column = { component: name, field, values: new Float64Array(type.kind === 'each' ? type.length : 1) }
        this.byName.set(`${name}.${field}`, column)
        return column
      })
    }
  }

  /** Throws `BAD_DECLARATION` when the component is not replicated to its owner. `index` counts within an `each` field. */
  get<C extends ReplicatedComponent>(component: C, field: keyof C['fields'] & string, index = 0): number {
    return this.values(component, field)[index] ?? 0
  }

  /** The whole row of a field; it stays the same object and changes with the server's messages. */
  values<C extends ReplicatedComponent>(component: C, field: keyof C['fields'] & string): ArrayLike<number> {
    const column = this.byName.get(`${component.name}.${field}`)
    if (column !== undefined) return column.values
    throw new MyriadError(
      'BAD_DECLARATION',
      `${component.name}.${field} does not travel to its owner; declare the component with replicate: 'owner'`,
    )
  }

  /** Takes over a whole state; tells every value that differs from before. */
  replace(state: readonly OwnerValue[], changed: OwnerListener): void {
    const next = new Map<Float64Array, Float64Array>()
    for (const { values } of this.byName.values()) next.set(values, new Float64Array(values.length))
    for (const { component, field, index, value } of state) {
      const column = this.columns[component]?.[field]
      const row = column === undefined ? undefined : next.get(column.values)
      if (row !== undefined && index < row.length) row[index] = value
    }
    const differing: [OwnedColumn, number][] = []
    for (const column of this.byName.values()) {
      const row = next.get(column.values)
      if (row === undefined) continue
      for (let index = 0; index < row.length; index += 1) if (row[index] !== column.values[index]) differing.push([column, index])
      column.values.set(row)
    }
    for (const [{ component, field, values }, index] of differing) changed(component, field, index, values[index])
  }

  /** Takes over one value. */
  change({ component, field, index, value }: OwnerValue, changed: OwnerListener): void {
    const column = this.columns[component]?.[field]
    if (column === undefined || index >= column.values.length) return
    column.values[index] = value
    changed(column.component, column.field, index, value)
  }
}
