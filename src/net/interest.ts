import type { Cell, Grid } from '../space/grid.js'
import { CellState } from './cell-state.js'

/** A session sees the square of this many cells to each side of the one it stands in: 5 × 5. */
export const NEAR_CELLS = 2
/** It moves on when its character is this far into the next cell, as a part of a side, so that an edge does not flicker. */
export const HYSTERESIS = 0.2

/** Cells beyond the near square, told of at a lower rate. */
export interface OuterRing {
  /** So many cells further to each side; 0: there is no outer ring. */
  readonly rings: number
  /** Ticks between two updates of what changes in such a cell; from 2 to 100. */
  readonly everyTicks: number
}

export const NO_RING: OuterRing = Object.freeze({ rings: 0, everyTicks: 10 })

/** What one session watches. Net state: no system can see it and no hash has it. */
export class Watch {
  zone = -1
  instance = -1
  cx = 0
  cz = 0
  /** All of them, near and outer. */
  readonly cells = new Set<CellState>()
  /** Those of them that are watched at the lower rate. */
  readonly outer = new Set<CellState>()
  /** They get their full state this tick: they came into view, or are near after having been outer. */
  readonly fresh = new Set<CellState>()
  /** Those of `fresh` that were in view before, as outer ones. */
  readonly nearer = new Set<CellState>()
  /** Near until now, and outer from this tick on. */
  readonly farther = new Set<CellState>()
  /** To be outer ones when their turn comes; near until then. */
  readonly late = new Set<CellState>()
  /** Went out of view this tick. */
  readonly forgotten: CellState[] = []
  /** The tick of its last cell frame; 0 before the first. */
  followsTick = 0
  private list: readonly number[] | undefined

  /** The numbers of its cells, in their order. */
  get indexes(): readonly number[] {
    this.list ??= Array.from(this.cells, ({ index }) => index)
    return this.list
  }

  /** Whether it gets the near body of each of its cells, and nothing else. */
  get isPlain(): boolean {
    return this.fresh.size === 0 && this.outer.size === 0
  }

  addCell(state: CellState): void {
    this.cells.add(state)
    this.list = undefined
  }

  deleteCell(state: CellState): void {
    this.cells.delete(state)
    this.list = undefined
  }

  /** Whether the session was told of that cell up to the tick before this one. */
  knew(state: CellState): boolean {
    return this.cells.has(state) ? !this.fresh.has(state) || this.nearer.has(state) : this.forgotten.includes(state)
  }

  /** What happened in the tick before is over. */
  begin(): void {
    // Most have nothing to forget, and even to empty what is empty takes its time.
    if (this.fresh.size > 0) this.fresh.clear()
    if (this.nearer.size > 0) this.nearer.clear()
    if (this.farther.size > 0) this.farther.clear()
    if (this.forgotten.length > 0) this.forgotten.length = 0
  }
}

interface Plane {
  readonly zone: number
  readonly instance: number
  /** As planes came to be. */
  readonly order: number
  readonly rows: (CellState | undefined)[][]
}

/** More than a zone has columns, and rows. */
const RANKS_A_ROW = 131_072

/** Which cells are watched, and by how many. */
export class Interest {
  private readonly planes = new Map<number, Plane>()
  private readonly states: CellState[] = []
  /** By the grid's number of the cell: 1 while something of it has been sent and somebody watches it. */
  shown = new Uint8Array(1_024)
  /** By the grid's number of the cell. */
  private readonly byCell: (CellState | undefined)[] = []
  /** So many of the grid's cells have been looked at for their states. */
  private linked = 0
  private listed: CellState[] = []
  private isListOld = false

  constructor(
    private readonly grid: Grid,
    readonly ring: OuterRing = NO_RING,
  ) {}

  /** In this tick the outer body of the cell has what changed. Cells take turns, so that no tick has them all. */
  isOuterTurn({ index }: CellState, tick: number): boolean {
    return (tick + index) % this.ring.everyTicks === 0
  }

  state(zone: number, instance: number, cx: number, cz: number): CellState {
    const key = zone * 65_536 + instance
    let plane = this.planes.get(key)
    if (plane === undefined) {
      plane = { zone, instance, order: this.planes.size, rows: [] }
      this.planes.set(key, plane)
    }
    plane.rows[cz] ??= []
    let state = plane.rows[cz][cx]
    if (state === undefined) {
      state = new CellState(this.states.length, zone, instance, cx, cz)
      state.rank = (plane.order * RANKS_A_ROW + cz) * RANKS_A_ROW + cx
      const cell = this.grid.at(zone, instance, cx, cz)
      if (cell !== undefined && cell.index < this.linked) this.join(state, cell)
      this.states.push(state)
      plane.rows[cz][cx] = state
    }
    return state
  }

  /** By the number that it was given. */
  byIndex(index: number): CellState {
    return this.states[index]
  }

  /** The state of a cell that somebody watches, or undefined. */
  watched(zone: number, instance: number, cx: number, cz: number): CellState | undefined {
    const state = this.planes.get(zone * 65_536 + instance)?.rows[cz]?.[cx]
    return state !== undefined && state.watchers > 0 ? state : undefined
  }

  /** Every watched cell, row by row, so that neighbours in a row lie side by side in the arena. */
  get watchedCells(): readonly CellState[] {
    if (!this.isListOld) return this.listed
    this.isListOld = false
    this.listed = this.listed.filter((state) => {
      state.isListed = state.watchers > 0
      return state.isListed
    })
    // Those that are new stand at its end: the rest is in order already.
    return this.listed.sort((one, other) => one.rank - other.rank)
  }

  /** Brings together the grid's new cells and their states. Once a tick, before anything is encoded. */
  link(): void {
    const { cells } = this.grid
    for (; this.linked < cells.length; this.linked += 1) {
      const cell = cells[this.linked]
      const state = this.planes.get(cell.zone * 65_536 + cell.instance)?.rows[cell.cz]?.[cell.cx]
      if (state !== undefined) this.join(state, cell)
    }
  }

  private join(state: CellState, cell: Cell): void {
    if (cell.index >= this.shown.length) {
      const wider = new Uint8Array(cell.index * 2)
      wider.set(this.shown)
      this.shown = wider
    }
    this.byCell[cell.index] = state
    this.shown[cell.index] = state.fresh ? 0 : 1
    state.cell = cell
    state.cellIndex = cell.index
  }

  /** Somebody came into that cell of the grid, left it, or got or lost a component there. */
  touched(cell: number): void {
    const state = this.byCell[cell]
    if (state !== undefined) state.isOld = true
  }

  /** All that there is to be seen of the cell has been sent. */
  shownNow(state: CellState): void {
    state.fresh = false
    if (state.cell !== undefined) this.shown[state.cell.index] = 1
  }

  private list(state: CellState): void {
    this.isListOld = true
    if (state.isListed) return
    state.isListed = true
    this.listed.push(state)
  }

  private keeps(watch: Watch, zone: number, instance: number, x: number, z: number): boolean {
    if (watch.zone !== zone || watch.instance !== instance) return false
    const side = this.grid.cellSizeM
    const margin = side * HYSTERESIS
    const left = watch.cx * side - margin
    const low = watch.cz * side - margin
    return x >= left && x < left + side + 2 * margin && z >= low && z < low + side + 2 * margin
  }

  /** Follows the character to (x, z); fills `fresh`, `nearer`, `farther` and `forgotten`. */
  follow(watch: Watch, zone: number, instance: number, x: number, z: number, tick: number): void {
    watch.begin()
    if (!this.keeps(watch, zone, instance, x, z)) {
      watch.zone = zone
      watch.instance = instance
      watch.cx = this.grid.column(x)
      watch.cz = this.grid.column(z)
      this.move(watch)
    }
    // Only with its outer body does a cell say all that whoever has watched it near does not know yet.
    if (watch.late.size > 0) for (const state of watch.late) if (this.isOuterTurn(state, tick)) this.demote(watch, state)
  }

  private move(watch: Watch): void {
    const reach = NEAR_CELLS + this.ring.rings
    const wanted = new Set<CellState>()
    for (let cz = Math.max(0, watch.cz - reach); cz <= watch.cz + reach; cz += 1)
      for (let cx = Math.max(0, watch.cx - reach); cx <= watch.cx + reach; cx += 1)
        wanted.add(this.state(watch.zone, watch.instance, cx, cz))
    for (const state of watch.cells) if (!wanted.has(state)) this.drop(watch, state)
    for (const state of wanted) {
      const isNear = Math.abs(state.cx - watch.cx) <= NEAR_CELLS && Math.abs(state.cz - watch.cz) <= NEAR_CELLS
      if (!watch.cells.has(state)) this.add(watch, state, isNear)
      else if (!isNear && !watch.outer.has(state)) watch.late.add(state)
      else if (isNear && watch.outer.has(state)) this.promote(watch, state)
      else watch.late.delete(state)
    }
  }

  private add(watch: Watch, state: CellState, isNear: boolean): void {
    watch.addCell(state)
    watch.fresh.add(state)
    state.watches.add(watch)
    this.list(state)
    if (isNear) state.nearCount += 1
    else watch.outer.add(state)
  }

  private promote(watch: Watch, state: CellState): void {
    watch.outer.delete(state)
    watch.fresh.add(state)
    watch.nearer.add(state)
    state.isComeNear = true
    state.nearCount += 1
  }

  private demote(watch: Watch, state: CellState): void {
    watch.late.delete(state)
    watch.outer.add(state)
    watch.farther.add(state)
    state.isLeftNear = true
    this.unNear(state)
  }

  private unNear(state: CellState): void {
    state.nearCount -= 1
    if (state.nearCount === 0) state.isNearIdle = true
  }

  private drop(watch: Watch, state: CellState): void {
    watch.deleteCell(state)
    watch.late.delete(state)
    watch.forgotten.push(state)
    state.watches.delete(watch)
    if (!watch.outer.delete(state)) this.unNear(state)
    if (state.watchers === 0) {
      this.isListOld = true
      state.fresh = true
      if (state.cell !== undefined) this.shown[state.cell.index] = 0
      state.events.length = 0
    }
  }

  /** The session is gone or plays nobody any more. */
  leave(watch: Watch): void {
    for (const state of [...watch.cells]) this.drop(watch, state)
    watch.begin()
    watch.zone = -1
  }
}
