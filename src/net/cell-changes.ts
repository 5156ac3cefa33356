import type { World } from '../ecs/world.js'
import type { Cell } from '../space/grid.js'
import type { BodyArena } from './body-arena.js'
import type { CellColumns } from './cell-columns.js'
import { motionEvery, Roll } from './cell-fields.js'
import type { CellState } from './cell-state.js'
import type { CellSurvey } from './cell-survey.js'

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
    private readonly survey: CellSurvey,
    private readonly arena: BodyArena,
  ) {
    this.outerDue = new Uint16Array(world.setup.capacity + 1)
  }

  /** All watchers of the slot's cell know all values of these components. */
  allSent(slot: number, components: number, isLookedAt: boolean): void {
    this.survey.allSent(slot, this.columns.bitsOf(components), isLookedAt)
    this.outerDue[slot] = 0
  }

  /**
   * Compares the members with what was sent, and notes the new values as sent. In a crowd motion waits for its turn, unless
   * `isWhole`. Returns how many have changed.
   */
  compare(state: CellState, isWhole: boolean): number {
    const { roll, columns, survey } = this
    const dueCount = survey.countIn(state.cellIndex)
    roll.begin(dueCount)
    const { cell, cx, cz, outerCount } = state
    if (dueCount === 0 || cell === undefined) return 0
    survey.gather(cell, roll)
    const { slots, locals, changed, count } = roll
    const every = isWhole ? 1 : motionEvery(cell.population)
    const { tick } = this.world
    let found = 0
    for (let i = 0; i < count; i += 1) {
      const slot = slots[i]
      const isTurn = every === 1 || (locals[i] + tick) % every === 0
      const bits = isTurn ? changed[i] : changed[i] & ~columns.motionBits
      changed[i] = columns.update(slot, bits, cx, cz, this.cellSizeM)
      survey.compared(slot, bits)
      if (changed[i] !== 0) found += 1
      if (outerCount > 0) this.outerDue[slot] |= changed[i]
    }
    return found
  }

  /** The groups of what `compare` found. Returns how many. */
  near(): number {
    return this.groups(this.roll)
  }

  /** The groups of what the outer body has not said yet. Returns how many. */
  outer(cell: Cell | undefined): number {
    const { outerRoll, outerDue } = this
    const places = cell?.places ?? 0
    outerRoll.begin(places)
    for (let local = 0; local < places; local += 1) {
      const slot = cell?.members[local] ?? -1
      if (slot < 0 || outerDue[slot] === 0) continue
      outerRoll.add(slot, local, outerDue[slot])
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
