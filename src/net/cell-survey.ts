import type { World } from '../ecs/world.js'
import type { Cell, Grid } from '../space/grid.js'
import type { CellColumns } from './cell-columns.js'
import type { Roll } from './cell-fields.js'
import type { Interest } from './interest.js'

const ALL_BITS = 0xffff
/** From so many in one cell on they are found by going through its members, and not put into order. */
const SORTED_MAX = 32

/**
 * Who in the watched cells may have values that differ from what was sent. It looks once a tick, slot after slot and column after
 * column, since most of the time goes into waiting for memory: cell after cell, each value would be waited for.
 */
export class CellSurvey {
  /** By slot: fields whose value may differ from what was sent. What has no bit here is as it was sent. */
  private readonly due: Uint16Array
  /** By slot: the fields that it has, as its watchers know. */
  private readonly own: Uint16Array
  /** Everybody in cells of which something was sent, by rising slot. */
  private readonly looked: Int32Array
  /** By cell: the first of a chain of those with something due, 0 for none; and how many they are. */
  private firsts = new Int32Array(1_024)
  private counts = new Int32Array(1_024)
  /** By slot: the next one in its cell's chain. */
  private readonly nexts: Int32Array
  /** Cells with a chain. */
  private readonly chained: number[] = []

  constructor(
    private readonly world: World,
    private readonly grid: Grid,
    private readonly columns: CellColumns,
    private readonly interest: Interest,
  ) {
    const length = world.setup.capacity + 1
    this.due = new Uint16Array(length)
    this.own = new Uint16Array(length)
    this.looked = new Int32Array(length)
    this.nexts = new Int32Array(length)
  }

  /** Finds out whose values have moved. Once a tick, before anything is compared. */
  look(): void {
    const { due, looked } = this
    const { traces } = this.columns
    const count = this.gatherShown()
    for (let field = 0; field < traces.length; field += 1) traces[field].look(looked, count, due, 1 << field)
    this.chain(count)
  }

  /** Who stands in a cell of which something was sent. */
  private gatherShown(): number {
    const { grid, looked } = this
    const { shown } = this.interest
    const { slotMax } = this.world.entities
    let count = 0
    for (let slot = 1; slot <= slotMax; slot += 1) {
      const cell = grid.cellIndexOf(slot)
      if (cell < 0 || shown[cell] !== 1) continue
      looked[count] = slot
      count += 1
    }
    return count
  }

  private chain(count: number): void {
    const { grid, looked, due, own, nexts, chained } = this
    for (const cell of chained) this.firsts[cell] = 0
    chained.length = 0
    this.room(grid.cells.length)
    const { firsts, counts } = this
    for (let i = 0; i < count; i += 1) {
      const slot = looked[i]
      if ((due[slot] & own[slot]) === 0) continue
      const cell = grid.cellIndexOf(slot)
      if (firsts[cell] === 0) {
        chained.push(cell)
        counts[cell] = 0
      }
      nexts[slot] = firsts[cell]
      firsts[cell] = slot
      counts[cell] += 1
    }
  }

  private room(cells: number): void {
    if (cells <= this.firsts.length) return
    this.firsts = new Int32Array(cells * 2)
    this.counts = new Int32Array(cells * 2)
  }

  /** How many of the members of the cell of that number, −1 for none, may have something to be told. */
  countIn(cell: number): number {
    return cell >= 0 && this.firsts[cell] !== 0 ? this.counts[cell] : 0
  }

  /** Puts onto the roll who of a cell of which `countIn` told of somebody has something due, and what, by rising local id. */
  gather(cell: Cell, roll: Roll): void {
    const { grid, due, own, nexts } = this
    if (this.counts[cell.index] > SORTED_MAX) {
      const { members, places } = cell
      for (let local = 0; local < places; local += 1) {
        const slot = members[local]
        if (slot >= 0 && (due[slot] & own[slot]) !== 0) roll.add(slot, local, due[slot] & own[slot])
      }
      return
    }
    for (let slot = this.firsts[cell.index]; slot !== 0; slot = nexts[slot])
      roll.insert(slot, grid.localOf(slot), due[slot] & own[slot])
  }

  /** These fields of the slot have been compared. */
  compared(slot: number, bits: number): void {
    this.due[slot] &= ~bits
  }

  /** All values of these fields have been sent as they are in this tick. `isLookedAt`: `look` has seen them in it. */
  allSent(slot: number, fields: number, isLookedAt: boolean): void {
    this.own[slot] = fields
    this.due[slot] = isLookedAt ? 0 : ALL_BITS
  }
}
