import {
  BLOCK_DELTA,
  BLOCK_FORGET,
  BLOCK_FULL,
  BLOCK_OUTER,
  BLOCK_OUTER_DELTA,
  type CellLayout,
  type LayoutComponent,
  NO_CELL,
} from '../protocol/cell-layout.js'
import type { Compiled, Protocol } from '../protocol/protocol.js'
import { readScalar, readText } from '../schema/packed.js'
import { dequantise, type WireForm } from '../schema/wire-forms.js'
import { type CellPlace, EntityView, FieldTable } from './entity-view.js'

interface WatchedCell extends CellPlace {
  /** Of the last delta; near and outer ones are numbered apart. */
  sequence: number
  outerEveryTicks: number
  /** By local id. */
  readonly members: (EntityView | undefined)[]
}

export interface CellEventSeen {
  readonly compiled: Compiled
  readonly payload: Readonly<Record<string, unknown>>
}

/** What one `cell.frame` changed. */
export interface FrameChanges {
  /** The tick of the cell frame that this one follows; 0 for the first. */
  readonly followsTick: number
  readonly entered: readonly EntityView[]
  readonly left: readonly EntityView[]
  readonly events: readonly CellEventSeen[]
}

const uintOf = { 1: 'u8', 2: 'u16', 4: 'u32' } as const

/** The counterpart of the server's cell encoder: turns the bytes of `cell.frame` into views of entities. */
export class CellDecoder {
  readonly table: FieldTable
  readonly entities = new Map<number, EntityView>()
  readonly cells = new Map<number, CellPlace>()
  /** Records about what was never entered; see `Statistics`. */
  strays = 0
  /** Deltas that do not follow the one of their cell before. */
  gaps = 0
  cellSizeM: number
  private view: DataView = new DataView(new ArrayBuffer(0))
  private at = 0
  /** Left a cell in this frame, and have not been seen to enter another. */
  private readonly departing = new Set<EntityView>()
  private entered: EntityView[] = []
  private events: CellEventSeen[] = []

  constructor(
    private readonly layout: CellLayout,
    private readonly protocol: Protocol,
  ) {
    this.table = new FieldTable(layout)
    this.cellSizeM = layout.cellSizeM
  }

  /** Throws `RangeError` when the bytes end too early. */
  apply(bytes: Uint8Array): FrameChanges {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.at = 0
    this.entered = []
    this.events = []
    const followsTick = this.take(4)
    // The first one, or the first after the server had taken this client off its cells: what was in them counts no more.
    if (followsTick === 0) for (const cell of [...this.cells.values()]) this.forget(cell as WatchedCell)
    while (this.at < bytes.byteLength) {
      const kind = this.take(1)
      const index = this.take(4)
      const end = this.take(4) + this.at
      this.block(kind, index, end)
      // Whatever a newer server adds to a block, or a block of an unknown kind, is passed over.
      this.at = end
    }
    return { followsTick, entered: this.entered, left: this.settle(), events: this.events }
  }

  /** Forgets every cell; the entities that were in view. */
  clear(): readonly EntityView[] {
    const left = [...this.entities.values()]
    this.entities.clear()
    this.cells.clear()
    return left
  }

  private settle(): EntityView[] {
    const left = [...this.departing]
    for (const view of left) this.entities.delete(view.entity)
    this.departing.clear()
    return left
  }

  private block(kind: number, index: number, end: number): void {
    const cell = this.cells.get(index) as WatchedCell | undefined
    if (kind === BLOCK_FULL) {
      if (cell !== undefined) this.forget(cell)
      this.full(index)
    } else if (cell === undefined) this.strays += 1
    else if (kind === BLOCK_FORGET) this.forget(cell)
    else if (kind === BLOCK_OUTER) this.outer(cell)
    else if (kind === BLOCK_DELTA || kind === BLOCK_OUTER_DELTA) this.delta(cell, end, kind === BLOCK_OUTER_DELTA)
  }

  private forget(cell: WatchedCell): void {
    for (let local = 0; local < cell.members.length; local += 1) if (cell.members[local] !== undefined) this.leave(cell, local)
    this.cells.delete(cell.index)
  }

  private full(index: number): void {
    const cell = {
      index,
      zone: this.take(2),
      instance: this.take(2),
      cx: this.take(2),
      cz: this.take(2),
      sequence: this.take(2),
      outerEveryTicks: 0,
      members: [],
    }
    this.cells.set(index, cell)
    for (let left = this.take(2); left > 0; left -= 1) this.enter(cell, NO_CELL)
  }

  /** From here on the cell's deltas are outer ones. */
  private outer(cell: WatchedCell): void {
    cell.sequence = this.take(2)
    cell.outerEveryTicks = this.take(1)
  }

  private delta(cell: WatchedCell, end: number, isOuter: boolean): void {
    const sequence = this.take(2)
    if (sequence !== ((cell.sequence + 1) & 0xffff) || isOuter !== cell.outerEveryTicks > 0) this.gaps += 1
    cell.sequence = sequence
    for (let left = this.take(2); left > 0; left -= 1) this.leave(cell, this.take(2), this.take(4))
    for (let left = this.take(2); left > 0; left -= 1) this.enter(cell, this.take(4))
    for (let left = this.take(2); left > 0; left -= 1) this.enter(cell, this.take(4), true)
    for (let left = this.take(2); left > 0; left -= 1) this.group(cell)
    for (let left = this.take(2); left > 0; left -= 1) {
      const compiled = this.protocol.byId.get(this.take(2))
      // The length of an unknown event is unknown as well: nothing after it in this block can be read.
      if (compiled?.packed === undefined || this.at > end) return
      const { payload, next } = compiled.packed.read(this.view, this.at)
      this.at = next
      this.events.push({ compiled, payload })
    }
  }

  private leave(cell: WatchedCell, local: number, toCell = NO_CELL): void {
    const view = cell.members[local]
    cell.members[local] = undefined
    if (view === undefined) this.strays += 1
    // A cell that stands earlier in the frame may have taken it in already: then it has moved, not left.
    else if (view.cell === cell && view.local === local) {
      view.toCell = toCell === NO_CELL ? -1 : toCell
      this.departing.add(view)
    }
  }

  /** A crossing is of an entity that has been in view before, and keeps what never changes about it. */
  private enter(cell: WatchedCell, fromCell: number, isCrossing = false): void {
    const entity = this.take(4)
    let view = this.entities.get(entity)
    if (view === undefined) {
      if (isCrossing) this.strays += 1
      view = new EntityView(entity, cell, this.table)
      this.entities.set(entity, view)
      this.entered.push(view)
    } else this.departing.delete(view)
    view.fromCell = fromCell === NO_CELL ? -1 : fromCell
    view.toCell = -1
    view.cell = cell
    view.local = this.take(2)
    view.mask = this.take(2)
    cell.members[view.local] = view
    let index = 0
    for (const component of this.layout.components) {
      if ((view.mask & (1 << component.bit)) !== 0) this.fields(component, view, cell, index, isCrossing)
      else view.values.fill(0, index, index + component.fields.length)
      index += component.fields.length
    }
    if (isCrossing) return
    view.name = readText(this.view, this.at)
    this.at += 1 + this.view.getUint8(this.at)
  }

  private fields(component: LayoutComponent, view: EntityView, cell: CellPlace, first: number, isCrossing: boolean): void {
    for (let i = 0; i < component.fields.length; i += 1) {
      const { form, name, bit } = component.fields[i]
      if (isCrossing && bit < 0) continue
      view.values[first + i] = this.value(form, name, cell)
    }
  }

  private group(cell: WatchedCell): void {
    const mask = this.take(2)
    for (let left = this.take(2); left > 0; left -= 1) {
      const view = cell.members[this.take(2)]
      if (view === undefined) this.strays += 1
      for (const { bit, form, name, component } of this.layout.updates) {
        if ((mask & (1 << bit)) === 0) continue
        const value = this.value(form, name, cell)
        if (view !== undefined) view.values[this.table.indexOf(component, name)] = value
      }
    }
  }

  private value(form: WireForm, name: string, cell: CellPlace): number {
    const low = form.kind === 'cell' ? (name === 'z' ? cell.cz : cell.cx) * this.cellSizeM : 0
    return dequantise(form, this.take(form.bytes), low, this.cellSizeM)
  }

  private take(bytes: 1 | 2 | 4): number {
    const value = readScalar(this.view, this.at, uintOf[bytes])
    this.at += bytes
    return value
  }
}
