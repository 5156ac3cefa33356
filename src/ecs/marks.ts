import { assert } from '../assert.js'
import type { ColumnShape } from '../schema/fields.js'
import { type ColumnsByName, type Editor, rowLength } from './columns.js'
import type { Component } from './component.js'
import type { Slot } from './entities.js'

/** One changed value of an owner's column. `component` and `field` are places in the declared lists. */
export interface OwnerChange {
  readonly slot: Slot
  readonly component: number
  readonly field: number
  readonly index: number
}

/** More than this in one tick and the entity's owner is sent its whole state instead. */
export const OWNER_CHANGES_MAX = 65_536

/** What the editors noted since it was last drained: rows for the journal, single values for the owners' clients. */
export class Marks {
  /** Slots whose `persist: 'tick'` columns changed; each once. */
  readonly rows: Slot[] = []
  readonly ownerChanges: OwnerChange[] = []
  private readonly rowMarked: Uint8Array
  /** 1 for slots that a session owns: others' changes need no message. */
  readonly owned: Uint8Array
  overflow = false

  constructor(capacity: number) {
    this.rowMarked = new Uint8Array(capacity + 1)
    this.owned = new Uint8Array(capacity + 1)
  }

  row(slot: Slot): void {
    if (this.rowMarked[slot]) return
    this.rowMarked[slot] = 1
    this.rows.push(slot)
  }

  ownerChange(slot: Slot, component: number, field: number, index: number): void {
    if (!this.owned[slot]) return
    if (this.ownerChanges.length >= OWNER_CHANGES_MAX) this.overflow = true
    else this.ownerChanges.push({ slot, component, field, index })
  }

  drainRows(): void {
    for (const slot of this.rows) this.rowMarked[slot] = 0
    this.rows.length = 0
  }

  drainOwnerChanges(): void {
    this.ownerChanges.length = 0
    this.overflow = false
  }
}

/** The only write path of a marked component. `shadow` (tests, simulations) keeps a copy to find writes that went around it. */
export function createEditor(
  component: Component,
  columns: ColumnsByName,
  componentIndex: number,
  marks: Marks,
  shadow?: ColumnsByName,
): Editor<ColumnShape> {
  const names = Object.keys(component.fields)
  const fieldIndex = new Map(names.map((name, i) => [name, i]))
  const lasting = component.persist === 'tick'
  const note = (slot: Slot, field: number, index: number): void => {
    if (lasting) marks.row(slot)
    if (component.owner) marks.ownerChange(slot, componentIndex, field, index)
  }
  const set = (slot: Slot, name: string, value: number): void => {
    const column = columns[name]
    const before = column[slot]
    column[slot] = value
    if (shadow !== undefined) shadow[name][slot] = value
    if (column[slot] !== before) note(slot, fieldIndex.get(name) ?? 0, 0)
  }
  const setAt = (slot: Slot, name: string, index: number, value: number): void => {
    const length = rowLength(component.fields[name])
    assert(index >= 0 && index < length, () => `${component.name}.${name}[${index}] is outside 0..${length - 1}`)
    const column = columns[name]
    const at = slot * length + index
    const before = column[at]
    column[at] = value
    if (shadow !== undefined) shadow[name][at] = value
    if (column[at] !== before) note(slot, fieldIndex.get(name) ?? 0, index)
  }
  return Object.freeze({ ...columns, set, setAt }) as unknown as Editor<ColumnShape>
}
