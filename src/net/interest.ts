import type { Grid } from '../space/grid.js'
import { CellState } from './cell-state.js'

/** A session sees the square of this many cells to each side of the one it stands in: 5 × 5. */
export const NEAR_CELLS = 2
/** It moves on when its character is this far into the next cell, as a part of a side, so that an edge does not flicker. */
export const HYSTERESIS = 0.2

/** What one session watches. Net state: no system can see it and no hash has it. */
export class Watch {
  zone = -1
  instance = -1
  cx = 0
  cz = 0
  readonly cells = new Set<CellState>()
  /** Came into view this tick: they get their full state. */
  readonly fresh = new Set<CellState>()
  /** Went out of view this tick. */
  readonly forgotten: CellState[] = []

  /** Whether the session was told of that cell up to the tick before this one. */
  knew(state: CellState): boolean {
    return this.cells.has(state) ? !this.fresh.has(state) : this.forgotten.includes(state)
  }
}

interface Plane {
  readonly zone: number
  readonly instance: number
  readonly rows: (CellState | undefined)[][]
}

/** Which cells are watched, and by how many. */
export class Interest {
  private readonly planes = new Map<number, Plane>()
  private readonly states: CellState[] = []

  constructor(private readonly grid: Grid) {}

  state(zone: number, instance: number, cx: number, cz: number): CellState {
    const key = zone * 65_536 + instance
    let plane = this.planes.get(key)
    if (plane === undefined) {
      plane = { zone, instance, rows: [] }
      this.planes.set(key, plane)
    }
    plane.rows[cz] ??= []
    let state = plane.rows[cz][cx]
    if (state === undefined) {
      state = new CellState(this.states.length, zone, instance, cx, cz)
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
  forEachWatched(visit: (state: CellState) => void): void {
    for (const plane of this.planes.values())
      for (const row of plane.rows) {
        if (row === undefined) continue
        for (const state of row) if (state !== undefined && state.watchers > 0) visit(state)
      }
  }

  private keeps(watch: Watch, zone: number, instance: number, x: number, z: number): boolean {
    if (watch.zone !== zone || watch.instance !== instance) return false
    const side = this.grid.cellSizeM
    const margin = side * HYSTERESIS
    const left = watch.cx * side - margin
    const low = watch.cz * side - margin
    return x >= left && x < left + side + 2 * margin && z >= low && z < low + side + 2 * margin
  }

  /** Follows the character to (x, z); fills `fresh` and `forgotten`. */
  follow(watch: Watch, zone: number, instance: number, x: number, z: number): void {
    watch.fresh.clear()
    watch.forgotten.length = 0
    if (this.keeps(watch, zone, instance, x, z)) return
    watch.zone = zone
    watch.instance = instance
    watch.cx = this.grid.column(x)
    watch.cz = this.grid.column(z)
    const wanted = new Set<CellState>()
    for (let cz = Math.max(0, watch.cz - NEAR_CELLS); cz <= watch.cz + NEAR_CELLS; cz += 1)
      for (let cx = Math.max(0, watch.cx - NEAR_CELLS); cx <= watch.cx + NEAR_CELLS; cx += 1)
        wanted.add(this.state(zone, instance, cx, cz))
    for (const state of watch.cells) if (!wanted.has(state)) this.drop(watch, state)
    for (const state of wanted) {
      if (watch.cells.has(state)) continue
      watch.cells.add(state)
      watch.fresh.add(state)
      state.watches.add(watch)
    }
  }

  private drop(watch: Watch, state: CellState): void {
    watch.cells.delete(state)
    watch.forgotten.push(state)
    state.watches.delete(watch)
    if (state.watchers === 0) {
      state.fresh = true
      state.events.length = 0
    }
  }

  /** The session is gone or plays nobody any more. */
  leave(watch: Watch): void {
    for (const state of [...watch.cells]) this.drop(watch, state)
    watch.zone = -1
    watch.fresh.clear()
  }
}
