import { assert } from '../assert.js'
import type { World } from '../ecs/world.js'
import { BLOCK_DELTA, BLOCK_FULL, BLOCK_HEADER_BYTES, type CellLayout, NO_CELL } from '../protocol/cell-layout.js'
import { writeText } from '../schema/packed.js'
import type { Cell, Grid } from '../space/grid.js'
import { ReplicatedField, Roll } from './cell-fields.js'
import type { CellState } from './cell-state.js'
import type { Interest } from './interest.js'
import { Whereabouts } from './whereabouts.js'

/** Bytes of an enter record besides its fields: cell it came from, entity, local id, component mask, name. */
const ENTER_BYTES_MAX = 4 + 4 + 2 + 2 + 256
/** Bytes of a leave record, and of an update record in a group of its own, besides its fields. */
const LEAVE_BYTES = 2 + 4
const UPDATE_BYTES_MAX = 4 + 2
const ARENA_BYTES_MAX = 256 * 1024 * 1024

/**
 * Writes each watched cell once a tick into one arena. A delta holds what differs from what was sent last: who left,
 * who entered, which quantised values changed, what happened. It needs no log of changes and cannot forget one.
 */
export class CellEncoder {
  arena = new Uint8Array(1 << 20)
  private view = new DataView(this.arena.buffer)
  at = 0
  private readonly components: { readonly bit: number; readonly index: number; readonly fields: readonly ReplicatedField[] }[]
  /** The updatable fields by their bit. */
  private readonly updates: ReplicatedField[] = []
  /** The fields of each group's mask that has come up. */
  private readonly fieldsByMask = new Map<number, readonly ReplicatedField[]>()
  private readonly fieldBytes: number
  private readonly roll = new Roll()
  private readonly whereabouts: Whereabouts
  /** This cell's places whose enter records go without identity. */
  private readonly crossings: number[] = []

  constructor(
    private readonly world: World,
    private readonly grid: Grid,
    layout: CellLayout,
    private readonly nameOf: (slot: number) => string,
    private readonly interest: Interest,
  ) {
    this.whereabouts = new Whereabouts(world.setup.capacity, interest)
    this.components = layout.components.map((c) => {
      const component = world.components.find((known) => known.name === c.name)
      assert(component !== undefined, () => `the layout names ${c.name}, which is no component of this world`)
      const columns = world.columns(component)
      const fields = c.fields.map(({ name, form, bit }) => {
        const field = new ReplicatedField(columns[name], form, name === 'z', bit, c.bit, world.setup.capacity)
        if (bit >= 0) this.updates[bit] = field
        return field
      })
      return { bit: c.bit, index: world.components.indexOf(component), fields }
    })
    this.fieldBytes = this.components.flatMap((c) => c.fields).reduce((sum, f) => sum + f.bytes, 0)
  }

  begin(): void {
    this.at = 0
  }

  private room(bytes: number): void {
    const needed = this.at + bytes
    if (needed <= this.arena.length) return
    assert(
      needed <= ARENA_BYTES_MAX,
      () => `cell bodies of one tick need ${needed} bytes, over ${ARENA_BYTES_MAX}; lower the density`,
    )
    const wider = new Uint8Array(Math.max(needed, this.arena.length * 2))
    wider.set(this.arena)
    this.arena = wider
    this.view = new DataView(wider.buffer)
  }

  private componentMask(slot: number): number {
    const { entities } = this.world
    let mask = 0
    for (const { bit, index } of this.components) if (entities.hasAt(slot, index)) mask |= 1 << bit
    return mask
  }

  private put(bytes: number, value: number): void {
    if (bytes === 1) this.view.setUint8(this.at, value)
    else if (bytes === 2) this.view.setUint16(this.at, value, true)
    else this.view.setUint32(this.at, value, true)
    this.at += bytes
  }

  /**
   * A record of somebody in this cell. `asSent` writes what the watchers have, which in a crowd may be some ticks old: all
   * watchers must know the same. A crossing has only what can change: its watchers know the rest.
   */
  private member(slot: number, local: number, state: CellState, how: 'now' | 'asSent' | 'crossing'): void {
    const entity = this.world.entities.entityOf(slot)
    const mask = state.sentMask[local]
    this.put(4, entity)
    this.put(2, local)
    this.put(2, mask)
    for (const component of this.components) {
      if ((mask & (1 << component.bit)) === 0) continue
      for (const field of component.fields) {
        if (how === 'crossing' && field.bit < 0) continue
        const isSent = how === 'asSent'
        this.put(field.bytes, isSent ? field.last[slot] : field.take(slot, state.cx, state.cz, this.grid.cellSizeM))
      }
    }
    if (how !== 'crossing') this.at = writeText(this.view, this.at, this.nameOf(slot))
    this.whereabouts.entered(slot, entity, state, local, mask)
  }

  private open(kind: number, state: CellState): number {
    const start = this.at
    this.put(1, kind)
    this.put(4, state.index)
    this.put(4, 0)
    return start
  }

  private close(start: number): void {
    this.view.setUint32(start + 5, this.at - start - BLOCK_HEADER_BYTES, true)
  }

  /** The full state as of this tick, written once however many new watchers there are. */
  full(state: CellState, tick: number): void {
    if (state.fullTick === tick) return
    const cell = this.grid.at(state.zone, state.instance, state.cx, state.cz)
    const places = cell?.places ?? 0
    state.grow(places)
    // Where others watch already, this tick's delta has just brought what was sent up to date.
    const how = state.fresh ? 'now' : 'asSent'
    // What was known of higher local ids when the cell was last watched would hide whoever comes back to them.
    state.sent.fill(0, places)
    this.room(BLOCK_HEADER_BYTES + 12 + places * (ENTER_BYTES_MAX + this.fieldBytes))
    const start = this.open(BLOCK_FULL, state)
    this.put(2, state.zone)
    this.put(2, state.instance)
    this.put(2, state.cx)
    this.put(2, state.cz)
    this.put(2, state.sequence)
    this.put(2, cell?.population ?? 0)
    for (let local = 0; local < places; local += 1) {
      const slot = cell?.members[local] ?? -1
      if (slot < 0) {
        state.sent[local] = 0
        continue
      }
      const mask = this.componentMask(slot)
      state.sent[local] = this.world.entities.entityOf(slot)
      state.sentMask[local] = mask
      this.member(slot, local, state, how)
    }
    this.close(start)
    state.sentPlaces = places
    state.fresh = false
    state.fullAt = start
    state.fullEnd = this.at
    state.fullTick = tick
  }

  /** What changed since the last body; nothing at all when nothing did. */
  delta(state: CellState): void {
    state.deltaAt = this.at
    state.deltaEnd = this.at
    if (state.fresh) return
    const cell = this.grid.at(state.zone, state.instance, state.cx, state.cz)
    const places = Math.max(cell?.places ?? 0, state.sentPlaces)
    state.grow(places)
    let eventBytes = 0
    for (const event of state.events) eventBytes += 2 + event.packed.bytesMax
    this.room(
      BLOCK_HEADER_BYTES + 16 + places * (ENTER_BYTES_MAX + LEAVE_BYTES + UPDATE_BYTES_MAX + 2 * this.fieldBytes) + eventBytes,
    )
    const start = this.open(BLOCK_DELTA, state)
    this.put(2, (state.sequence + 1) & 0xffff)
    const changed = this.membership(state, cell, places) + this.changes(state, cell) + state.events.length
    this.put(2, state.events.length)
    for (const { opcode, packed, payload } of state.events) {
      this.put(2, opcode.id)
      this.at = packed.write(this.view, this.at, payload)
    }
    state.sentPlaces = cell?.places ?? 0
    if (changed === 0) {
      this.at = start
      return
    }
    state.sequence = (state.sequence + 1) & 0xffff
    this.close(start)
    state.deltaEnd = this.at
  }

  /** Leave, enter and crossing records: whoever stands at a local id now is not whom the watchers know there. */
  private membership(state: CellState, cell: Cell | undefined, places: number): number {
    const leaves = this.leaves(state, cell, places)
    const { entities, tick } = this.world
    const entersAt = this.at
    let enters = 0
    this.at += 2
    this.crossings.length = 0
    for (let local = 0; local < places; local += 1) {
      const slot = this.standing(cell, local)
      if (slot <= 0 || state.sent[local] !== 0) continue
      const entity = entities.entityOf(slot)
      const mask = this.componentMask(slot)
      const source = this.whereabouts.source(slot, entity, tick)
      state.sent[local] = entity
      state.sentMask[local] = mask
      if (source !== undefined && this.whereabouts.maskOf(slot) === mask && this.allKnew(state, source)) {
        this.crossings.push(local)
        continue
      }
      this.put(4, source === undefined || source.fresh ? NO_CELL : source.index)
      this.member(slot, local, state, 'now')
      enters += 1
    }
    this.view.setUint16(entersAt, enters, true)
    this.put(2, this.crossings.length)
    for (const local of this.crossings) {
      const slot = this.standing(cell, local)
      this.put(4, this.whereabouts.source(slot, state.sent[local], tick)?.index ?? NO_CELL)
      this.member(slot, local, state, 'crossing')
    }
    return leaves + enters + this.crossings.length
  }

  private leaves(state: CellState, cell: Cell | undefined, places: number): number {
    const { entities, tick } = this.world
    const leavesAt = this.at
    let leaves = 0
    this.at += 2
    for (let local = 0; local < places; local += 1) {
      const entity = state.sent[local]
      if (entity === 0) continue
      const slot = this.standing(cell, local)
      if (slot > 0 && entities.entityOf(slot) === entity && this.componentMask(slot) === state.sentMask[local]) continue
      this.put(2, local)
      const left = entities.slotOf(entity)
      this.put(4, left === 0 ? NO_CELL : this.watchedCellOf(left))
      if (left !== 0) this.whereabouts.left(left, entity, tick)
      state.sent[local] = 0
      leaves += 1
    }
    this.view.setUint16(leavesAt, leaves, true)
    return leaves
  }

  private watchedCellOf(slot: number): number {
    const cell = this.grid.cellOf(slot)
    if (cell === undefined) return NO_CELL
    return this.interest.watched(cell.zone, cell.instance, cell.cx, cell.cz)?.index ?? NO_CELL
  }

  /** Whether whoever gets this cell's delta knows everybody that was in `source`. */
  private allKnew(state: CellState, source: CellState): boolean {
    for (const watch of state.watches) if (!watch.fresh.has(state) && !watch.knew(source)) return false
    return true
  }

  private standing(cell: Cell | undefined, local: number): number {
    return cell === undefined || local >= cell.places ? -1 : cell.members[local]
  }

  /** Update records, grouped by which fields changed. */
  private changes(state: CellState, cell: Cell | undefined): number {
    const { roll } = this
    const groupsAt = this.at
    this.at += 2
    const places = cell?.places ?? 0
    roll.begin(places, cell?.population ?? 0, this.world.tick)
    for (let local = 0; local < places; local += 1) {
      const slot = cell?.members[local] ?? -1
      if (slot >= 0) roll.add(slot, local, state.sentMask[local])
    }
    for (const field of this.updates) field.compare(roll, state.cx, state.cz, this.grid.cellSizeM)
    const groups = this.writeGroups()
    this.view.setUint16(groupsAt, groups, true)
    return groups
  }

  private fieldsOf(mask: number): readonly ReplicatedField[] {
    let fields = this.fieldsByMask.get(mask)
    if (fields === undefined) {
      fields = this.updates.filter((field) => (mask & (1 << field.bit)) !== 0)
      this.fieldsByMask.set(mask, fields)
    }
    return fields
  }

  private writeGroups(): number {
    const { changed, slots, locals, count } = this.roll
    let groups = 0
    for (let first = 0; first < count; first += 1) {
      const mask = changed[first]
      if (mask === 0) continue
      this.put(2, mask)
      const countAt = this.at
      this.at += 2
      const fields = this.fieldsOf(mask)
      let members = 0
      for (let i = first; i < count; i += 1) {
        if (changed[i] !== mask) continue
        changed[i] = 0
        this.put(2, locals[i])
        for (const field of fields) this.put(field.bytes, field.last[slots[i]])
        members += 1
      }
      this.view.setUint16(countAt, members, true)
      groups += 1
    }
    return groups
  }
}
