import { describe, expect, it } from 'vitest'
import { HYSTERESIS, Interest, Watch } from '../../src/net/interest.js'
import { Grid } from '../../src/space/grid.js'

const SIDE_M = 40
const ZONE = 1
const MARGIN_M = SIDE_M * HYSTERESIS
/** The middle of column and row 10, whose edges are at 400 and 440 m. */
const MIDDLE_M = 420

type CellPlace = readonly [zone: number, instance: number, cx: number, cz: number]

function scene() {
  const interest = new Interest(new Grid(8, SIDE_M))
  const watch = new Watch()
  const stand = (x: number, z: number, zone = ZONE, instance = 0) => interest.follow(watch, zone, instance, x, z, 1)
  return { interest, watch, stand }
}

describe('a watch', () => {
  it('begins with nothing', () => {
    const { watch, interest } = scene()
    expect([watch.cells.size, watch.fresh.size, watch.forgotten]).toEqual([0, 0, []])
    expect(watch.knew(interest.state(ZONE, 0, 1, 1))).toBe(false)
  })

  it.each([
    ['just inside the low edge', 400 - MARGIN_M, false],
    ['just outside the low edge', 400 - MARGIN_M - 0.01, true],
    ['just inside the high edge', 440 + MARGIN_M - 0.01, false],
    ['at the high edge', 440 + MARGIN_M, true],
  ])('follows along either axis past the margin: %s', (_where, to, moves) => {
    for (const isX of [true, false]) {
      const { watch, stand } = scene()
      stand(MIDDLE_M, MIDDLE_M)
      stand(isX ? to : MIDDLE_M, isX ? MIDDLE_M : to)
      expect(watch.fresh.size > 0).toBe(moves)
      const away = to < MIDDLE_M ? 9 : 11
      expect([watch.cx, watch.cz]).toEqual([isX && moves ? away : 10, !isX && moves ? away : 10])
    }
  })

  it('goes to another zone, or another copy, at the same place', () => {
    const { watch, stand } = scene()
    stand(MIDDLE_M, MIDDLE_M)
    for (const [zone, instance] of [
      [ZONE + 1, 0],
      [ZONE + 1, 5],
    ]) {
      stand(MIDDLE_M, MIDDLE_M, zone, instance)
      expect([watch.fresh.size, watch.forgotten.length]).toEqual([25, 25])
      for (const state of watch.cells) expect([state.zone, state.instance]).toEqual([zone, instance])
    }
  })

  it('knew what it watched before this tick, also what it has just forgotten, and not what is new', () => {
    const { watch, stand, interest } = scene()
    stand(MIDDLE_M, MIDDLE_M)
    const [left, middle, right] = [8, 10, 13].map((cx) => interest.state(ZONE, 0, cx, 10))
    expect(watch.knew(middle)).toBe(false)
    stand(MIDDLE_M, MIDDLE_M)
    expect([left, middle, right].map((state) => watch.knew(state))).toEqual([true, true, false])
    stand(MIDDLE_M + SIDE_M, MIDDLE_M)
    expect([left, middle, right].map((state) => watch.knew(state))).toEqual([true, true, false])
    stand(MIDDLE_M + SIDE_M, MIDDLE_M)
    expect([left, middle, right].map((state) => watch.knew(state))).toEqual([false, true, true])
  })

  it('that left watches nothing, and begins anew at the same place', () => {
    const { watch, stand, interest } = scene()
    stand(MIDDLE_M, MIDDLE_M)
    interest.leave(watch)
    expect([watch.cells.size, watch.fresh.size, watch.forgotten.length, watch.zone]).toEqual([0, 0, 0, -1])
    stand(MIDDLE_M, MIDDLE_M)
    expect([watch.cells.size, watch.fresh.size, watch.forgotten.length]).toEqual([25, 25, 0])
  })

  it('of a cell that it was the last to see takes along what happened there', () => {
    const { watch, stand, interest } = scene()
    const other = new Watch()
    stand(MIDDLE_M, MIDDLE_M)
    interest.follow(other, ZONE, 0, MIDDLE_M + SIDE_M, MIDDLE_M, 1)
    const [own, shared] = [8, 9].map((cx) => interest.state(ZONE, 0, cx, 10))
    const event = { opcode: undefined, packed: undefined, payload: {} } as never
    for (const state of [own, shared]) {
      state.events.push(event)
      state.fresh = false
    }
    interest.leave(watch)
    expect([own.events.length, own.fresh, shared.events.length, shared.fresh]).toEqual([0, true, 1, false])
  })
})

describe('cells', () => {
  it('are numbered as they are first asked for, and keep their numbers', () => {
    const { interest } = scene()
    const places: readonly CellPlace[] = [
      [1, 0, 5, 5],
      [1, 0, 6, 5],
      [1, 0, 5, 6],
      [1, 3, 5, 5],
      [2, 0, 5, 5],
    ]
    const states = places.map((place) => interest.state(...place))
    expect(states.map(({ index, zone, instance, cx, cz }) => [index, zone, instance, cx, cz])).toEqual(
      places.map((place, i) => [i, ...place]),
    )
    expect(places.map((place) => interest.state(...place))).toEqual(states)
    expect(states.map(({ index }) => interest.byIndex(index) === states[index])).toEqual(states.map(() => true))
  })

  it('are watched or not, known or not', () => {
    const { interest, stand } = scene()
    stand(MIDDLE_M, MIDDLE_M)
    expect(interest.watched(ZONE, 0, 10, 10)).toBe(interest.state(ZONE, 0, 10, 10))
    interest.state(ZONE, 0, 20, 10)
    const unwatched: readonly CellPlace[] = [
      [ZONE, 0, 20, 10],
      [ZONE, 0, 30, 10],
      [ZONE, 0, 10, 30],
      [ZONE, 1, 10, 10],
      [ZONE + 1, 0, 10, 10],
    ]
    expect(unwatched.map((place) => interest.watched(...place))).toEqual(unwatched.map(() => undefined))
  })

  it('are visited if somebody watches them, and only then', () => {
    const { interest, stand } = scene()
    interest.state(ZONE, 0, 20, 10)
    interest.state(ZONE + 1, 0, 20, 10)
    stand(MIDDLE_M, MIDDLE_M)
    const visited = interest.watchedCells
    expect(visited).toHaveLength(25)
    expect(visited.every(({ watchers }) => watchers === 1)).toBe(true)
  })
})
