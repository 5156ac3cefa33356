import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CELL_MEMBERS_MAX, CELLS_PER_SIDE_MAX, Grid, layer } from '../../src/space/grid.js'

const SIDE_M = 40
const CAPACITY = 20

interface Stand {
  readonly zone: number
  readonly instance: number
  readonly x: number
  readonly z: number
}
type Move = { readonly slot: number; readonly to: Stand | undefined }

// Few cells, so that many meet in one and leave it again, and their edges.
const coordinate = fc.oneof(
  { weight: 1, arbitrary: fc.double({ min: -10, max: 400, noNaN: true }) },
  { weight: 4, arbitrary: fc.constantFrom(0, 39.999, 40) },
)
const stand: fc.Arbitrary<Stand> = fc.record({
  zone: fc.constantFrom(1, 1, 1, 2),
  instance: fc.constantFrom(0, 0, 0, 1),
  x: coordinate,
  z: coordinate,
})
const moves: fc.Arbitrary<readonly Move[]> = fc.array(
  fc.record({ slot: fc.integer({ min: 1, max: CAPACITY }), to: fc.option(stand, { nil: undefined }) }),
  { maxLength: 80 },
)

/** Slots of even number are characters. */
const layerOf = (slot: number): number => (slot % 2 === 0 ? layer.characters : layer.others)
const cellOf = (metres: number): number => Math.max(0, Math.floor(metres / SIDE_M))

/** A grid after the moves, and beside it where everybody is by a plain map. */
function play(course: readonly Move[]) {
  const grid = new Grid(CAPACITY, SIDE_M)
  for (let slot = 1; slot <= CAPACITY; slot += 1) grid.layerOf[slot] = layerOf(slot)
  const model = new Map<number, Stand>()
  for (const { slot, to } of course) {
    if (to === undefined) {
      grid.take(slot)
      model.delete(slot)
    } else {
      grid.put(slot, to.zone, to.instance, to.x, to.z)
      model.set(slot, to)
    }
  }
  return { grid, model }
}

describe('the grid', () => {
  it('has everybody in exactly one cell, the right one, whatever they did before', () => {
    fc.assert(
      fc.property(moves, (course) => {
        const { grid, model } = play(course)
        const listed: number[] = []
        for (const cell of grid.cells) {
          const members = Array.from(cell.members.subarray(0, cell.places)).filter((slot) => slot >= 0)
          expect(members.length).toBe(cell.population)
          listed.push(...members)
          cell.layers.forEach(({ slots, count }, which) => {
            const crowd = Array.from(slots.subarray(0, count)).sort()
            expect(crowd).toEqual(members.filter((slot) => layerOf(slot) === which).sort())
          })
          for (const slot of members) {
            const at = model.get(slot)
            expect(at && [at.zone, at.instance, cellOf(at.x), cellOf(at.z)]).toEqual([cell.zone, cell.instance, cell.cx, cell.cz])
            expect(grid.cellOf(slot)).toBe(cell)
          }
        }
        expect(listed.sort()).toEqual([...model.keys()].sort())
      }),
    )
  })

  it('finds nobody twice, and everybody of the layer within the radius', () => {
    fc.assert(
      fc.property(
        moves,
        stand,
        fc.double({ min: 0, max: 150, noNaN: true }),
        fc.nat({ max: 1 }),
        (course, at, radiusM, which) => {
          const { grid, model } = play(course)
          const into = new Int32Array(CAPACITY)
          const found = Array.from(into.subarray(0, grid.near(which, at.zone, at.instance, at.x, at.z, radiusM, into)))
          expect(new Set(found).size).toBe(found.length)
          for (const slot of found) expect(layerOf(slot)).toBe(which)
          for (const [slot, { zone, instance, x, z }] of model) {
            const inside = (x - at.x) ** 2 + (z - at.z) ** 2 <= radiusM ** 2
            if (inside && zone === at.zone && instance === at.instance && layerOf(slot) === which) expect(found).toContain(slot)
          }
        },
      ),
    )
  })

  it('stops gathering when the list is full', () => {
    const { grid } = play([2, 4, 6, 8].map((slot) => ({ slot, to: { zone: 1, instance: 0, x: 5, z: 5 } })))
    const into = new Int32Array(3)
    expect(grid.near(layer.characters, 1, 0, 5, 5, 10, into)).toBe(3)
  })

  it('keeps the local ids of those who stay, and gives a free one to who comes', () => {
    const at = { zone: 1, instance: 0, x: 5, z: 5 }
    const { grid } = play([1, 2, 3].map((slot) => ({ slot, to: at })))
    const cell = grid.cellOf(1)
    if (cell === undefined) throw new Error('the cell is there')
    grid.take(2)
    expect(Array.from(cell.members.subarray(0, 3))).toEqual([1, -1, 3])
    grid.put(4, 1, 0, 6, 6)
    expect(Array.from(cell.members.subarray(0, 3))).toEqual([1, 4, 3])
    expect(cell.places).toBe(3)
  })

  it('has a hash that tells who is in which cell, and not where in it', () => {
    const of = (...course: Move[]) => play(course).grid.hash()
    const to = (x: number): Stand => ({ zone: 1, instance: 0, x, z: 5 })
    expect(of({ slot: 1, to: to(5) })).toBe(of({ slot: 1, to: to(9) }))
    expect(of({ slot: 1, to: to(5) })).not.toBe(of({ slot: 2, to: to(5) }))
    expect(of({ slot: 1, to: to(5) }, { slot: 2, to: to(45) })).not.toBe(of({ slot: 2, to: to(5) }, { slot: 1, to: to(45) }))
    expect(of({ slot: 1, to: to(5) }, { slot: 1, to: undefined })).toBe(of())
  })
})

describe('limits of the grid', () => {
  it('refuses a place that is not a number or out of bounds', () => {
    const grid = new Grid(1, SIDE_M)
    expect(() => grid.put(1, 1, 0, Number.NaN, 5)).toThrow(/slot 1 stands at NaN, 5 m/)
    expect(() => grid.put(1, 1, 0, 5, Number.POSITIVE_INFINITY)).toThrow(/slot 1 stands at 5, Infinity m/)
    expect(() => grid.put(1, 1, 0, CELLS_PER_SIDE_MAX * SIDE_M, 5)).toThrow(/a place is a number under 2621440 m/)
    expect(() => grid.put(1, 1, 0, CELLS_PER_SIDE_MAX * SIDE_M - 1, 5)).not.toThrow()
  })

  it('refuses one more than a cell has local ids for, instead of losing somebody', () => {
    const grid = new Grid(CELL_MEMBERS_MAX + 1, SIDE_M)
    for (let slot = 1; slot <= CELL_MEMBERS_MAX; slot += 1) grid.put(slot, 1, 0, 5, 5)
    expect(grid.cellOf(CELL_MEMBERS_MAX)?.population).toBe(CELL_MEMBERS_MAX)
    expect(() => grid.put(CELL_MEMBERS_MAX + 1, 1, 0, 5, 5)).toThrow(/cell 0, 0 of zone 1 is full: 65535 entities/)
  })
})
