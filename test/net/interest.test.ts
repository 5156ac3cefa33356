import { describe, expect, it } from 'vitest'
import type { CellState } from '../../src/net/cell-state.js'
import { HYSTERESIS, Interest, NEAR_CELLS, Watch } from '../../src/net/interest.js'
import { Grid } from '../../src/space/grid.js'

const SIDE_M = 40
const ZONE = 1

function scene() {
  const interest = new Interest(new Grid(8, SIDE_M))
  const watch = new Watch()
  const stand = (x: number, z: number, zone = ZONE, instance = 0) => interest.follow(watch, zone, instance, x, z, 0)
  return { interest, watch, stand }
}

const EVERY = 10

/** With a ring of two, and a tick for each step. */
function ringed() {
  const interest = new Interest(new Grid(8, SIDE_M), { rings: 2, everyTicks: EVERY })
  const watch = new Watch()
  let last = 0
  const ring = (x: number, z: number): void => {
    last += 1
    interest.follow(watch, ZONE, 0, x, z, last)
  }
  return { interest, watch, ring, tick: () => last }
}

const columns = (cells: Iterable<CellState>): string[] => [...cells].map((c) => `${c.cx},${c.cz}`).sort()

/** Every cell of the rectangle, by corner. */
function rectangle(x0: number, z0: number, x1: number, z1: number): string[] {
  const names: string[] = []
  for (let x = x0; x <= x1; x += 1) for (let z = z0; z <= z1; z += 1) names.push(`${x},${z}`)
  return names.sort()
}

describe('interest', () => {
  it('is the square of cells around the one that the character stands in', () => {
    const { watch, stand } = scene()
    stand(410, 410)
    expect(columns(watch.cells)).toEqual(rectangle(8, 8, 12, 12))
    expect(columns(watch.fresh)).toEqual(rectangle(8, 8, 12, 12))
    expect((2 * NEAR_CELLS + 1) ** 2).toBe(watch.cells.size)
  })

  it('ends at the zone’s corner', () => {
    const { watch, stand } = scene()
    stand(0, 45)
    expect(columns(watch.cells)).toEqual(rectangle(0, 0, 2, 3))
  })

  it('stays until the character is a fifth of a side into the next cell', () => {
    const { watch, stand } = scene()
    stand(419.9, 410)
    const edge = 440 + SIDE_M * HYSTERESIS
    for (const x of [440, edge - 0.1, 400 - SIDE_M * HYSTERESIS]) {
      stand(x, 410)
      expect(watch.fresh.size + watch.forgotten.length).toBe(0)
    }
    stand(edge, 410)
    expect(columns(watch.fresh)).toEqual(rectangle(13, 8, 13, 12))
    expect(columns(watch.forgotten)).toEqual(rectangle(8, 8, 8, 12))
    expect(columns(watch.cells)).toEqual(rectangle(9, 8, 13, 12))
    // Back over the same edge it does not flicker.
    stand(edge - 1, 410)
    stand(439, 410)
    expect(watch.fresh.size + watch.forgotten.length).toBe(0)
  })

  it('moves on diagonally, and to anywhere at once', () => {
    const { watch, stand } = scene()
    stand(410, 410)
    stand(450, 450)
    expect(watch.fresh.size).toBe(9)
    expect(watch.forgotten).toHaveLength(9)
    stand(1_810, 210)
    expect(columns(watch.cells)).toEqual(rectangle(43, 3, 47, 7))
    expect(watch.forgotten).toHaveLength(25)
  })

  it('is of one zone and one copy of it', () => {
    const { watch, stand, interest } = scene()
    stand(410, 410)
    stand(410, 410, ZONE, 3)
    expect(watch.fresh.size).toBe(25)
    expect(watch.forgotten).toHaveLength(25)
    expect(interest.watched(ZONE, 0, 10, 10)).toBeUndefined()
    expect(interest.watched(ZONE, 3, 10, 10)?.watchers).toBe(1)
  })

  it('counts watchers, and forgets what was sent to a cell that nobody watches any more', () => {
    const { watch, stand, interest } = scene()
    const other = new Watch()
    stand(410, 410)
    interest.follow(other, ZONE, 0, 490, 410, 0)
    const shared = interest.state(ZONE, 0, 12, 10)
    const own = interest.state(ZONE, 0, 8, 10)
    expect([shared.watchers, own.watchers]).toEqual([2, 1])
    shared.fresh = false
    own.fresh = false
    interest.leave(watch)
    expect([shared.watchers, own.watchers]).toEqual([1, 0])
    expect([shared.fresh, own.fresh]).toEqual([false, true])
    expect(watch.cells.size).toBe(0)
    interest.leave(other)
    expect(interest.watchedCells).toEqual([])
  })

  it('has an outer ring around it, if there is to be one', () => {
    const { watch, ring } = ringed()
    ring(410, 410)
    expect(columns(watch.cells)).toEqual(rectangle(6, 6, 14, 14))
    const near = rectangle(8, 8, 12, 12)
    expect(columns(watch.outer)).toEqual(rectangle(6, 6, 14, 14).filter((name) => !near.includes(name)))
    expect([watch.fresh.size, watch.nearer.size, watch.farther.size]).toEqual([81, 0, 0])
  })

  it('moves near cells ahead at once, and those behind when their turn comes', () => {
    const { watch, ring, interest, tick } = ringed()
    ring(410, 410)
    ring(447.9, 410)
    expect(watch.fresh.size).toBe(0)
    ring(448, 410)
    expect(columns(watch.nearer)).toEqual(rectangle(13, 8, 13, 12))
    expect(columns(watch.fresh)).toEqual([...rectangle(13, 8, 13, 12), ...rectangle(15, 6, 15, 14)].sort())
    expect(columns(watch.forgotten)).toEqual(rectangle(6, 6, 6, 14))
    const behind = rectangle(8, 8, 8, 12)
    const turned = new Map<string, number>()
    for (let i = 0; i < EVERY; i += 1) {
      for (const state of watch.farther) {
        turned.set(columns([state])[0], i)
        expect([watch.outer.has(state), state.nearCount, state.isNearIdle]).toEqual([true, 0, true])
        expect(interest.isOuterTurn(state, tick())).toBe(true)
      }
      ring(450, 410)
    }
    expect([...turned.keys()].sort()).toEqual(behind)
    // Neighbours take turns.
    expect(new Set(turned.values()).size).toBeGreaterThan(1)
    expect([watch.outer.size, watch.cells.size, watch.late.size]).toEqual([56, 81, 0])
  })

  it('keeps near what comes back before its turn, and drops it when it goes out of view', () => {
    const { watch, ring } = ringed()
    ring(410, 410)
    ring(450, 410)
    const due = watch.late.size
    expect(due).toBeGreaterThan(0)
    ring(410, 410)
    // Now column 13 is behind.
    expect(columns(watch.late).filter((name) => !name.startsWith('13,'))).toEqual([])
    expect(columns(watch.nearer).filter((name) => !name.startsWith('8,'))).toEqual([])
    expect(watch.cells.size - watch.outer.size).toBeGreaterThanOrEqual(25)
    ring(450, 410)
    const states = [...watch.cells]
    ring(2_000, 2_000)
    expect([watch.late.size, watch.cells.size, watch.forgotten.length]).toEqual([0, 81, 81])
    expect(states.every(({ nearCount, outerCount, fresh }) => nearCount === 0 && outerCount === 0 && fresh)).toBe(true)
  })

  it('lists watched cells row by row, also as watches come and go', () => {
    const { stand, interest } = scene()
    const other = new Watch()
    const order = (): number[] => interest.watchedCells.map(({ zone, cx, cz }) => (zone * 1_000 + cz) * 1_000 + cx)
    const inOrder = (): number[] => [...new Set(order())].sort((a, b) => a - b)
    stand(410, 410)
    expect(order()).toHaveLength(25)
    expect(order()).toEqual(inOrder())
    // Before, behind and between those that are listed; some go, and come back before anybody asks.
    for (const [x, z, count] of [
      [250, 250, 49],
      [410, 490, 35],
      [2_000, 250, 50],
    ] as const) {
      interest.follow(other, 1, 0, x, z, 1)
      interest.leave(other)
      interest.follow(other, 1, 0, x, z, 1)
      expect(order()).toHaveLength(count)
      expect(order()).toEqual(inOrder())
    }
    interest.follow(other, 0, 0, 410, 410, 1)
    expect(order().slice(0, 25)).toEqual(inOrder().slice(25))
  })
})
