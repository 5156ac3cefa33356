import { type Column, type ColumnsByName, rowLength } from '../ecs/columns.js'
import type { Component } from '../ecs/component.js'
import type { Slot } from '../ecs/entities.js'
import type { SavedComponent, SavedKind, SavedLayout } from '../ports/packed-rows.js'
import type { ColumnField } from '../schema/fields.js'

const kindOf = (field: ColumnField): SavedKind => {
  const { kind } = field.kind === 'each' ? field.of : field
  return kind === 'bool' ? 'u8' : kind
}

/** The fields of a component that last, in their declared order. */
const savedFields = (component: Component): (readonly [string, ColumnField])[] =>
  Object.entries(component.fields).filter(([name]) => !component.transient.includes(name))

/** How the bytes of the component's rows lie. */
export function layoutOf(component: Component): SavedLayout {
  const fields = savedFields(component).map(([name, field]) =>
    Object.freeze({ name, kind: kindOf(field), length: rowLength(field) }),
  )
  return Object.freeze({ component: component.name, fields: Object.freeze(fields) })
}

/** The same fields as bytes of their columns: row `slot` begins at `slot × rowBytes`. All machines that this runs on are little-endian. */
export function lastingFields(component: Component, columns: ColumnsByName) {
  return savedFields(component).map(([name, field]) => {
    const column = columns[name]
    const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength)
    return { bytes, rowBytes: rowLength(field) * column.BYTES_PER_ELEMENT }
  })
}

/** The write path of a marked component. */
interface RowEditor {
  set(slot: Slot, field: string, value: number): void
  setAt(slot: Slot, field: string, index: number, value: number): void
}
const NONE: readonly number[] = Object.freeze([])
const isEditor = (target: object): target is RowEditor => 'setAt' in target

/**
 * Writes one saved component into a slot's row. `target` is what a system holds of it: columns, or the editor of a
 * marked component. A list that was left out is one of zeros; any other field that was not saved stays as it is. False when
 * nothing was saved.
 */
export function restoreComponent(component: Component, target: object, slot: Slot, saved: SavedComponent | undefined): boolean {
  if (saved === undefined) return false
  for (const [name, field] of savedFields(component)) {
    const length = rowLength(field)
    const values = saved[name] ?? (field.kind === 'each' ? NONE : undefined)
    if (values === undefined) continue
    for (let i = 0; i < length; i += 1) {
      const value = values[i] ?? 0
      const column = (target as Readonly<Record<string, Column>>)[name]
      // Most of a row that is made anew is what it was: zero.
      if (column[slot * length + i] === value) continue
      if (!isEditor(target)) column[slot * length + i] = value
      else if (field.kind === 'each') target.setAt(slot, name, i, value)
      else target.set(slot, name, value)
    }
  }
  return true
}
