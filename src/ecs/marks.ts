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
  /** Slots of which something is to be saved; each once. */
  readonly rows: Slot[] = []
  readonly ownerChanges: OwnerChange[] = []
  /** By slot, a bit for each component that lasts. */
  private readonly rowBits: Uint32Array
  /** 1 for slots that a session owns: others' changes need no message. */
  readonly owned: Uint8Array
  overflow = false

  /** `lasting`: by component as numbered in the world, its bit's place; components that do not last have none. */
  constructor(
    capacity: number,
    private readonly lasting: readonly number[] = [0],
  ) {
    this.rowBits = new Uint32Array(capacity + 1)
    this.owned = new Uint8Array(capacity + 1)
  }

  /** The bit of a component that lasts. */
  bitOf(component: number): number {
    return 1 << this.lasting[component]
  }

  mark(slot: Slot, bits: number): void {
    if (this.rowBits[slot] === 0) this.rows.push(slot)
    this.rowBits[slot] |= bits
  }

  bitsOf(slot: Slot): number {
    return this.rowBits[slot]
  }

  /** The slot stays in `rows` until these are drained, with no bits. */
  forgetRow(slot: Slot): void {
    this.rowBits[slot] = 0
  }

  ownerChange(slot: Slot, component: number, field: number, index: number): void {
    if (!this.owned[slot]) return
    if (this.ownerChanges.length >= OWNER_CHANGES_MAX) this.overflow = true
    else this.ownerChanges.push({ slot, component, field, index })
  }

  drainRows(): void {
    for (const slot of this.rows) this.rowBits[slot] = 0
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
  const bit = component.persist === 'tick' ? marks.bitOf(componentIndex) : 0
  const note = (slot: Slot, field: number, index: number): void => {
    if (bit !== 0) marks.mark(slot, bit)
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
