import type { World } from '../ecs/world.js'
import type { Cell } from '../space/grid.js'
import type { BodyArena } from './body-arena.js'
import type { CellColumns } from './cell-columns.js'
import { Roll } from './cell-fields.js'
import type { CellState } from './cell-state.js'

/**
 * Which values of a cell's members differ from what was sent last. The near body has what differs in this tick. What an
 * outer body must say is gathered until its turn comes.
 */
export class CellChanges {
  private readonly roll = new Roll()
  private readonly outerRoll = new Roll()
  /** By slot: which fields have changed since the outer body of its cell had them last. */
  private readonly outerDue: Uint16Array

  constructor(
    private readonly world: World,
    private readonly cellSizeM: number,
    private readonly columns: CellColumns,
    private readonly arena: BodyArena,
  ) {
    this.outerDue = new Uint16Array(world.setup.capacity + 1)
  }

  /** All watchers of the slot's cell know all its values. */
  allSent(slot: number): void {
    this.outerDue[slot] = 0
  }

  /**
   * Compares the members with what was sent, and notes the new values as sent. In a crowd motion waits for its turn, unless
   * `isWhole`.
   */
  compare(state: CellState, cell: Cell | undefined, isWhole: boolean): void {
    const { roll, outerDue } = this
    const places = cell?.places ?? 0
    roll.begin(places, cell?.population ?? 0, this.world.tick)
    if (isWhole) roll.motionEvery = 1
    for (let local = 0; local < places; local += 1) {
      const slot = cell?.members[local] ?? -1
      if (slot >= 0) roll.add(slot, local, state.sentMask[local])
    }
    for (const field of this.columns.updates) field.compare(roll, state.cx, state.cz, this.cellSizeM)
    if (state.outerCount === 0) return
    for (let i = 0; i < roll.count; i += 1) outerDue[roll.slots[i]] |= roll.changed[i]
  }

  /** The groups of what `compare` found. Returns how many. */
  near(): number {
    return this.groups(this.roll)
  }

  /** The groups of what the outer body has not said yet. Returns how many. */
  outer(cell: Cell | undefined): number {
    const { outerRoll, outerDue } = this
    const places = cell?.places ?? 0
    outerRoll.begin(places, 0, this.world.tick)
    for (let local = 0; local < places; local += 1) {
      const slot = cell?.members[local] ?? -1
      if (slot < 0 || outerDue[slot] === 0) continue
      outerRoll.add(slot, local, 0)
      outerRoll.changed[outerRoll.count - 1] = outerDue[slot]
      outerDue[slot] = 0
    }
    return this.groups(outerRoll)
  }

  /** No groups at all. */
  none(): number {
    this.arena.put(2, 0)
    return 0
  }

  /** Update records, grouped by which fields changed. */
  private groups({ changed, slots, locals, count }: Roll): number {
    const { arena } = this
    const groupsAt = arena.reserve()
    let groups = 0
    for (let first = 0; first < count; first += 1) {
      const mask = changed[first]
      if (mask === 0) continue
      arena.put(2, mask)
      const countAt = arena.reserve()
      const fields = this.columns.fieldsOf(mask)
      let members = 0
      for (let i = first; i < count; i += 1) {
        if (changed[i] !== mask) continue
        changed[i] = 0
        arena.put(2, locals[i])
        for (const field of fields) arena.put(field.bytes, field.last[slots[i]])
        members += 1
      }
      arena.fill(countAt, members)
      groups += 1
    }
    arena.fill(groupsAt, groups)
    return groups
  }
}
