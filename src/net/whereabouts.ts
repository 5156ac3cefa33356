import type { CellState } from './cell-state.js'
import type { Interest } from './interest.js'

/**
 * In which watched cell each entity was told of last, so that a crossing can name the cell it came from, and leave out
 * what its watchers know already.
 */
export class Whereabouts {
  private readonly entities: Uint32Array
  private readonly cells: Uint32Array
  private readonly locals: Uint16Array
  private readonly masks: Uint16Array
  private readonly leftTicks: Int32Array

  constructor(
    capacity: number,
    private readonly interest: Interest,
  ) {
    this.entities = new Uint32Array(capacity + 1)
    this.cells = new Uint32Array(capacity + 1)
    this.locals = new Uint16Array(capacity + 1)
    this.masks = new Uint16Array(capacity + 1)
    this.leftTicks = new Int32Array(capacity + 1).fill(-1)
  }

  /** Its enter record, or a full body with it, has been written. */
  entered(slot: number, entity: number, state: CellState, local: number, mask: number): void {
    this.entities[slot] = entity
    this.cells[slot] = state.index
    this.locals[slot] = local
    this.masks[slot] = mask
    this.leftTicks[slot] = -1
  }

  /** Its leave record has been written. */
  left(slot: number, entity: number, tick: number): void {
    if (this.entities[slot] === entity) this.leftTicks[slot] = tick
  }

  /** The cell whose watchers were told of it until this tick; undefined when nobody was. */
  source(slot: number, entity: number, tick: number): CellState | undefined {
    if (this.entities[slot] !== entity) return undefined
    const state = this.interest.byIndex(this.cells[slot])
    // Its leave record may be written already, or be still to come in this tick.
    return this.leftTicks[slot] === tick || state.sent[this.locals[slot]] === entity ? state : undefined
  }

  /** Which replicated components it had when it was told of. */
  maskOf(slot: number): number {
    return this.masks[slot]
  }
}
