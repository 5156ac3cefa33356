import { describe, expect, it } from 'vitest'
import type { World } from '../../src/ecs/world.js'
import { CELL_EVENTS_MAX } from '../../src/net/cell-state.js'
import { GridResource } from '../../src/space/grid.js'
import { Bench, Boomed, Facing, Health, Look, Spot, Where } from '../client/tiny-game.js'

/** What the replicator keeps of cells that nobody, or somebody, looks at. */

const LOOKS = [Spot, Where, Facing, Look, Health]
const FAR_M = 2_000

/** One client, and one being beside it that gets older by a tick each tick. */
function watched() {
  let slot = 0
  let deed: (world: World) => void = () => undefined
  const bench = new Bench((world) => {
    if (slot === 0) slot = world.commands.spawn(LOOKS)
    world.columns(Health).now[slot] = world.tick
    deed(world)
    deed = () => undefined
  })
  const { world, net } = bench.simulation
  const client = bench.join()
  const booms: number[] = []
  client.on(Boomed, ({ number }) => void booms.push(number))
  const steps = (count: number): void => {
    for (let i = 0; i < count; i += 1) bench.step()
  }
  steps(5)
  const show = (of: number, number: number): void => world.outlet.show(of, Boomed, { who: 1, sort: 'bang', number, label: '' })
  const next = (what: () => void): void => {
    deed = what
    steps(3)
  }
  return { bench, world, client, booms, steps, show, next, slot: () => slot, written: () => net.replicator.encoder.arena.at }
}

describe('what happens in a cell', () => {
  it('is shown once', () => {
    const { booms, next, show, slot } = watched()
    next(() => show(slot(), 7))
    expect(booms).toEqual([7])
  })

  it('is shown up to so many times a tick, and no further', () => {
    const { booms, next, show, slot } = watched()
    next(() => {
      for (let i = 0; i <= CELL_EVENTS_MAX; i += 1) show(slot(), i)
    })
    expect([booms.length, booms.at(-1)]).toEqual([CELL_EVENTS_MAX, CELL_EVENTS_MAX - 1])
  })

  it('where nobody looks, or in no cell, is shown to nobody, then or later', () => {
    const { booms, next, show, slot, world, steps } = watched()
    let other = 0
    next(() => {
      other = world.commands.spawn(LOOKS)
      world.columns(Spot).x[other] = FAR_M
    })
    world.resource(GridResource).put(other, 0, 0, FAR_M, 0)
    next(() => show(other, 1))
    world.resource(GridResource).take(other)
    next(() => show(other, 2))
    world.columns(Spot).x[other] = 0
    world.resource(GridResource).put(other, 0, 0, 0, 0)
    steps(3)
    expect(booms).toEqual([])
    next(() => show(slot(), 3))
    expect(booms).toEqual([3])
  })
})

it('nothing is encoded for a client that is gone', () => {
  const { bench, client, steps, written } = watched()
  expect(written()).toBeGreaterThan(0)
  bench.drop(client)
  steps(30)
  expect(written()).toBe(0)
})
