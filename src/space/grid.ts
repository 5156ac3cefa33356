import { assert } from '../assert.js'
import type { Slot } from '../ecs/entities.js'
import { finish, mix } from '../ecs/hash.js'
import { defineResource } from '../ecs/resource.js'

/** A square of a zone. An entity's local id is its place in `members`; −1 marks a hole. */
export interface Cell {
  /** Its number in this world: cells are numbered as they first come to hold somebody. */
  readonly index: number
  readonly zone: number
  readonly instance: number
  readonly cx: number
  readonly cz: number
  members: Int32Array
  /** Places used so far; the rest of `members` is empty. */
  places: number
  population: number
  readonly holes: number[]
  /** The members of each layer, side by side, for perception. */
  readonly layers: readonly [Crowd, Crowd]
}

interface Crowd {
  slots: Int32Array
  count: number
}

/** Perception looks for one layer at a time: those who play, or the others (creatures, NPCs, things). */
export const layer = Object.freeze({ characters: 0, others: 1 })

/** Most entities one cell can hold: local ids are u16. */
export const CELL_MEMBERS_MAX = 65_535
/** Columns and rows of a zone: cells are named by two u16 on the wire. */
export const CELLS_PER_SIDE_MAX = 65_536

interface Plane {
  readonly zone: number
  readonly instance: number
  readonly rows: (Cell | undefined)[][]
}

const newCrowd = (): Crowd => ({ slots: new Int32Array(8), count: 0 })

const planeKey = (zone: number, instance: number): number => zone * 65_536 + instance

/**
 * Who is where: square cells per (zone, instance). Perception and replication read the same cells. A cell's column is
 * floor(x ÷ cellSizeM), its row floor(z ÷ cellSizeM); coordinates below 0 count as 0.
 */
export class Grid {
  readonly cells: Cell[] = []
  private readonly planes = new Map<number, Plane>()
  private readonly cellOfSlot: Int32Array
  private readonly localOfSlot: Int32Array
  private readonly crowdPlaceOfSlot: Int32Array
  /** Column, row and plane of the slot's cell: most moves end in the cell they began in, and these alone tell so. */
  private readonly columnOfSlot: Uint16Array
  private readonly rowOfSlot: Uint16Array
  private readonly planeOfSlot: Uint32Array
  /** Cells in which somebody came, went or was touched, each once; whom nobody asks for are bounded by the cells. No part of the hash. */
  private readonly noted: number[] = []
  private isNoted = new Uint8Array(1_024)
  /** The layer of each slot; set it before the entity joins. */
  readonly layerOf: Uint8Array

  constructor(
    capacity: number,
    readonly cellSizeM: number,
  ) {
    this.cellOfSlot = new Int32Array(capacity + 1).fill(-1)
    this.localOfSlot = new Int32Array(capacity + 1)
    this.crowdPlaceOfSlot = new Int32Array(capacity + 1)
    this.columnOfSlot = new Uint16Array(capacity + 1)
    this.rowOfSlot = new Uint16Array(capacity + 1)
    this.planeOfSlot = new Uint32Array(capacity + 1)
    this.layerOf = new Uint8Array(capacity + 1)
  }

  /** The cell that holds the slot, or undefined when it is in no cell. */
  cellOf(slot: Slot): Cell | undefined {
    const index = this.cellOfSlot[slot]
    return index < 0 ? undefined : this.cells[index]
  }

  /** The number of that cell, or −1. */
  cellIndexOf(slot: Slot): number {
    return this.cellOfSlot[slot]
  }

  /** The slot's place among the members of its cell. */
  localOf(slot: Slot): number {
    return this.localOfSlot[slot]
  }

  column(metres: number): number {
    return metres <= 0 ? 0 : Math.floor(metres / this.cellSizeM)
  }

  /** Puts the slot where it now is; cheap when that is the cell it was in. */
  put(slot: Slot, zone: number, instance: number, x: number, z: number): void {
    const cx = this.column(x)
    const cz = this.column(z)
    const isIn = this.cellOfSlot[slot] >= 0
    // What is no number, or over the bounds, is equal to none of these: it costs no check where most calls end.
    const isThere =
      this.columnOfSlot[slot] === cx && this.rowOfSlot[slot] === cz && this.planeOfSlot[slot] === planeKey(zone, instance)
    if (isIn && isThere) return
    if (isIn) this.take(slot)
    this.enter(slot, zone, instance, x, z)
  }

  /** Into the cell of that place, for a slot that is in none. Apart from `put`, which would pay for the texts of its asserts. */
  private enter(slot: Slot, zone: number, instance: number, x: number, z: number): void {
    const cx = this.column(x)
    const cz = this.column(z)
    assert(
      cx < CELLS_PER_SIDE_MAX && cz < CELLS_PER_SIDE_MAX,
      () => `slot ${slot} stands at ${x}, ${z} m; a place is a number under ${CELLS_PER_SIDE_MAX * this.cellSizeM} m`,
    )
    const cell = this.ensure(zone, instance, cx, cz)
    const hole = cell.holes.pop()
    const local = hole ?? cell.places
    if (hole === undefined) {
      assert(
        cell.places < CELL_MEMBERS_MAX,
        () => `cell ${cx}, ${cz} of zone ${zone} is full: ${CELL_MEMBERS_MAX} entities; spread them or make cells smaller`,
      )
      if (cell.places === cell.members.length) {
        const wider = new Int32Array(Math.min(cell.places * 2, CELL_MEMBERS_MAX)).fill(-1)
        wider.set(cell.members)
        cell.members = wider
      }
      cell.places += 1
    }
    cell.members[local] = slot
    cell.population += 1
    this.note(cell.index)
    this.join(cell.layers[this.layerOf[slot]], slot)
    this.cellOfSlot[slot] = cell.index
    this.localOfSlot[slot] = local
    this.columnOfSlot[slot] = cx
    this.rowOfSlot[slot] = cz
    this.planeOfSlot[slot] = planeKey(zone, instance)
  }

  /** Takes the slot out of its cell, if it is in one. */
  take(slot: Slot): void {
    const index = this.cellOfSlot[slot]
    if (index < 0) return
    const cell = this.cells[index]
    cell.members[this.localOfSlot[slot]] = -1
    cell.holes.push(this.localOfSlot[slot])
    cell.population -= 1
    this.note(cell.index)
    this.part(cell.layers[this.layerOf[slot]], slot)
    if (cell.population === 0) {
      cell.places = 0
      cell.holes.length = 0
    }
    this.cellOfSlot[slot] = -1
  }

  /** Something else about it has changed that whoever follows its cell must hear of. */
  touch(slot: Slot): void {
    const index = this.cellOfSlot[slot]
    if (index >= 0) this.note(index)
  }

  private note(cell: number): void {
    if (cell >= this.isNoted.length) {
      const wider = new Uint8Array(cell * 2)
      wider.set(this.isNoted)
      this.isNoted = wider
    }
    if (this.isNoted[cell] === 1) return
    this.isNoted[cell] = 1
    this.noted.push(cell)
  }

  /** Tells of each cell in which somebody came, went or was touched since it was asked last. */
  drainTouched(visit: (cell: number) => void): void {
    for (const cell of this.noted) {
      this.isNoted[cell] = 0
      visit(cell)
    }
    this.noted.length = 0
  }

  private join(crowd: Crowd, slot: Slot): void {
    if (crowd.count === crowd.slots.length) {
      const wider = new Int32Array(crowd.count * 2)
      wider.set(crowd.slots)
      crowd.slots = wider
    }
    crowd.slots[crowd.count] = slot
    this.crowdPlaceOfSlot[slot] = crowd.count
    crowd.count += 1
  }

  private part(crowd: Crowd, slot: Slot): void {
    crowd.count -= 1
    const last = crowd.slots[crowd.count]
    crowd.slots[this.crowdPlaceOfSlot[slot]] = last
    this.crowdPlaceOfSlot[last] = this.crowdPlaceOfSlot[slot]
  }

  at(zone: number, instance: number, cx: number, cz: number): Cell | undefined {
    return this.planes.get(planeKey(zone, instance))?.rows[cz]?.[cx]
  }

  /**
   * Gathers into `into` the slots of one layer in every cell that the square of half-side `radiusM` around (x, z)
   * touches; the caller tests distances. Returns how many; stops silently when `into` is full.
   */
  near(which: number, zone: number, instance: number, x: number, z: number, radiusM: number, into: Int32Array): number {
    const plane = this.planes.get(planeKey(zone, instance))
    if (plane === undefined) return 0
    const x0 = this.column(x - radiusM)
    const x1 = this.column(x + radiusM)
    const z0 = this.column(z - radiusM)
    const z1 = this.column(z + radiusM)
    let count = 0
    for (let cz = z0; cz <= z1; cz += 1) {
      const row = plane.rows[cz]
      if (row === undefined) continue
      for (let cx = x0; cx <= x1; cx += 1) {
        const cell = row[cx]
        if (cell === undefined) continue
        const crowd = cell.layers[which]
        for (let i = 0; i < crowd.count; i += 1) {
          if (count === into.length) return count
          into[count] = crowd.slots[i]
          count += 1
        }
      }
    }
    return count
  }

  private ensure(zone: number, instance: number, cx: number, cz: number): Cell {
    const key = planeKey(zone, instance)
    let plane = this.planes.get(key)
    if (plane === undefined) {
      plane = { zone, instance, rows: [] }
      this.planes.set(key, plane)
    }
    plane.rows[cz] ??= []
    let cell = plane.rows[cz][cx]
    if (cell === undefined) {
      const members = new Int32Array(8).fill(-1)
      const layers: [Crowd, Crowd] = [newCrowd(), newCrowd()]
      cell = { index: this.cells.length, zone, instance, cx, cz, members, places: 0, population: 0, holes: [], layers }
      plane.rows[cz][cx] = cell
      this.cells.push(cell)
    }
    return cell
  }

  hash(): number {
    let sum = 0
    for (const cell of this.cells) {
      for (let i = 0; i < cell.places; i += 1)
        if (cell.members[i] >= 0) sum = (sum + finish(mix(mix(cell.index, i), cell.members[i]))) >>> 0
    }
    return sum
  }
}

/** The world's grid; its cell side is the setting `cellSizeM`, in metres. */
export const GridResource = defineResource('Grid', {
  create: ({ capacity, settings }) => new Grid(capacity, settings.cellSizeM ?? 40),
  hash: (grid) => grid.hash(),
})
