import type { ColumnShape, ScalarField } from '../schema/fields.js'
import type { ColumnsByName } from './columns.js'
import type { Component } from './component.js'

type ScalarNames<S> = { [K in keyof S]: S[K] extends ScalarField ? K : never }[keyof S]
/**
 * One row of a component as an object: reading and writing its properties reads and writes the columns. Fields of
 * several values a row (`each`) are not in it.
 */
export type Row<C> =
  C extends Component<string, infer S, boolean> ? { -readonly [K in ScalarNames<S>]: number } & { slot: number } : never

/** A movable view on one row at a time: set `slot`, then use the fields. Only for components that are not marked. */
export function createRow<C extends Component<string, ColumnShape, false>>(component: C, columns: ColumnsByName): Row<C> {
  const row = { slot: 0 }
  for (const [name, field] of Object.entries(component.fields)) {
    if (field.kind === 'each') continue
    const column = columns[name]
    Object.defineProperty(row, name, {
      enumerable: true,
      get(): number {
        return column[row.slot]
      },
      set(value: number) {
        column[row.slot] = value
      },
    })
  }
  return row as Row<C>
}
