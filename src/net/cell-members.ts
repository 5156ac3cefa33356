import type { World } from '../ecs/world.js'
import { NO_CELL } from '../protocol/cell-layout.js'
import type { Cell, Grid } from '../space/grid.js'
import type { BodyArena } from './body-arena.js'
import type { CellChanges } from './cell-changes.js'
import type { CellColumns } from './cell-columns.js'
import type { CellState } from './cell-state.js'
import type { Interest } from './interest.js'
import { Whereabouts } from './whereabouts.js'

/** Who stands in a cell, against whom its watchers know there: leave, enter and crossing records. */
export class CellMembers {
  private readonly whereabouts: Whereabouts
  /** This cell's places whose enter records go without identity. */
  private readonly crossings: number[] = []

  constructor(
    private readonly world: World,
    private readonly grid: Grid,
    private readonly columns: CellColumns,
    private readonly changes: CellChanges,
    private readonly nameOf: (slot: number) => string,
    private readonly interest: Interest,
    private readonly arena: BodyArena,
  ) {
    this.whereabouts = new Whereabouts(world.setup.capacity, interest)
  }

  /** A record for everybody, at the local ids below `places`. What was sent is as it was unless `isNew`. */
  everybody(state: CellState, cell: Cell | undefined, places: number, isNew: boolean): void {
    for (let local = 0; local < places; local += 1) {
      const slot = cell?.members[local] ?? -1
      if (slot < 0) {
        state.sent[local] = 0
        continue
      }
      state.sent[local] = this.world.entities.entityOf(slot)
      state.sentMask[local] = this.columns.maskOf(slot)
      this.member(slot, local, state, isNew ? 'now' : 'asSent')
    }
  }

  /** Leave, enter and crossing records: whoever stands at a local id now is not whom the watchers know there. */
  write(state: CellState, cell: Cell | undefined, places: number): number {
    const { arena, whereabouts } = this
    const { entities, tick } = this.world
    const leaves = this.leaves(state, cell, places)
    const entersAt = arena.reserve()
    let enters = 0
    this.crossings.length = 0
    for (let local = 0; local < places; local += 1) {
      const slot = standing(cell, local)
      if (slot <= 0 || state.sent[local] !== 0) continue
      const entity = entities.entityOf(slot)
      const mask = this.columns.maskOf(slot)
      const source = whereabouts.source(slot, entity, tick)
      state.sent[local] = entity
      state.sentMask[local] = mask
      if (source !== undefined && whereabouts.maskOf(slot) === mask && allKnew(state, source)) {
        this.crossings.push(local)
        continue
      }
      arena.put(4, source === undefined || source.fresh ? NO_CELL : source.index)
      this.member(slot, local, state, 'now')
      enters += 1
    }
    arena.fill(entersAt, enters)
    arena.put(2, this.crossings.length)
    for (const local of this.crossings) {
      const slot = standing(cell, local)
      arena.put(4, whereabouts.source(slot, state.sent[local], tick)?.index ?? NO_CELL)
      this.member(slot, local, state, 'crossing')
    }
    return leaves + enters + this.crossings.length
  }

  private leaves(state: CellState, cell: Cell | undefined, places: number): number {
    const { arena } = this
    const { entities, tick } = this.world
    const leavesAt = arena.reserve()
    let leaves = 0
    for (let local = 0; local < places; local += 1) {
      const entity = state.sent[local]
      if (entity === 0) continue
      const slot = standing(cell, local)
      if (slot > 0 && entities.entityOf(slot) === entity && this.columns.maskOf(slot) === state.sentMask[local]) continue
      arena.put(2, local)
      const left = entities.slotOf(entity)
      arena.put(4, left === 0 ? NO_CELL : this.watchedCellOf(left))
      if (left !== 0) this.whereabouts.left(left, entity, tick)
      state.sent[local] = 0
      leaves += 1
    }
    arena.fill(leavesAt, leaves)
    return leaves
  }

  /**
   * A record of somebody in this cell. `asSent` writes what the watchers have, which in a crowd may be some ticks old: all
   * watchers must know the same. A crossing has only what can change: its watchers know the rest.
   */
  private member(slot: number, local: number, state: CellState, how: 'now' | 'asSent' | 'crossing'): void {
    const { arena } = this
    const entity = this.world.entities.entityOf(slot)
    const mask = state.sentMask[local]
    arena.put(4, entity)
    arena.put(2, local)
    arena.put(2, mask)
    for (const component of this.columns.components) {
      if ((mask & (1 << component.bit)) === 0) continue
      for (const field of component.fields) {
        if (how === 'crossing' && field.bit < 0) continue
        const isSent = how === 'asSent'
        arena.put(field.bytes, isSent ? field.last[slot] : field.take(slot, state.cx, state.cz, this.grid.cellSizeM))
      }
    }
    if (how !== 'crossing') arena.text(this.nameOf(slot))
    // A cell of which nothing was sent before has not been looked at.
    if (how !== 'asSent') this.changes.allSent(slot, mask, !state.fresh)
    this.whereabouts.entered(slot, entity, state, local, mask)
  }

  private watchedCellOf(slot: number): number {
    const cell = this.grid.cellOf(slot)
    if (cell === undefined) return NO_CELL
    return this.interest.watched(cell.zone, cell.instance, cell.cx, cell.cz)?.index ?? NO_CELL
  }
}

/** Whether whoever gets this cell's delta knows everybody that was in `source`. */
function allKnew(state: CellState, source: CellState): boolean {
  for (const watch of state.watches) if (watch.knew(state) && !watch.knew(source)) return false
  return true
}

function standing(cell: Cell | undefined, local: number): number {
  return cell === undefined || local >= cell.places ? -1 : cell.members[local]
}
