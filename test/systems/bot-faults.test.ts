import { afterEach, describe, expect, it, vi } from 'vitest'
import { BotMind } from '../../components/bot-mind.js'
import { standardGame } from '../../game.js'
import { FaultsResource } from '../../src/net/faults.js'
import type { BotView } from '../../systems/brain/view.js'
import { FleetResource } from '../../systems/fleet.js'
import { populatedWorld, run } from '../scenarios/worlds.js'

const { trouble } = vi.hoisted(() => ({
  trouble: { of: (_view: { readonly entity: number; readonly tick: number }): boolean => false },
}))

vi.mock('../../systems/brain/decide.js', async (load) => {
  const real = await load<typeof import('../../systems/brain/decide.js')>()
  return {
    ...real,
    decide: (view: BotView, ...rest: [never, never]) => {
      if (trouble.of(view)) throw new Error('the brain of this test threw')
      return real.decide(view, ...rest)
    },
  }
})

afterEach(() => {
  trouble.of = () => false
})

const BOTS = 20

function world(seed: number) {
  const simulation = populatedWorld({ seed, bots: BOTS, creatures: 100, shadow: true })
  const { world: w } = simulation
  return { simulation, faults: w.resource(FaultsResource), fleet: w.resource(FleetResource), minds: w.columns(BotMind), w }
}

describe('a brain that throws', () => {
  it.each([3, 11])('costs its own decision alone, is counted, and is told of once with its id and the seed %i', (seed) => {
    const { simulation, faults, fleet, minds, w } = world(seed)
    run(simulation, 60)
    const [poor] = fleet.slots
    const entity = w.entityOf(poor)
    const before = minds.nextTick.slice()
    // Every second decision of one bot: never twice in a row.
    let turn = 0
    trouble.of = (view) => view.entity === entity && turn++ % 2 === 0
    run(simulation, 200)
    expect(faults.total).toBe(minds.faults[poor])
    expect(faults.total).toBeGreaterThan(2)
    expect(faults.total).toBe(Math.ceil(turn / 2))
    expect(faults.drain()).toMatchObject([{ entity, seed, error: expect.stringContaining('the brain of this test threw') }])
    expect(faults.drain()).toEqual([])
    expect(fleet.slots).toContain(poor)
    for (const slot of fleet.slots) expect(minds.nextTick[slot]).toBeGreaterThan(before[slot])
    expect(standardGame.report(w).counters.brainFaults).toBe(faults.total)
  })

  it('is replaced, with its bot, after three in a row', () => {
    const { simulation, faults, fleet, minds, w } = world(5)
    run(simulation, 60)
    const poor = w.entityOf(fleet.slots[3])
    trouble.of = (view) => view.entity === poor
    run(simulation, 200)
    expect(faults.total).toBe(3)
    expect(w.entities.slotOf(poor)).toBe(0)
    expect(fleet.slots).toHaveLength(BOTS)
    expect(fleet.nextNumber).toBe(BOTS + 1)
    for (const slot of fleet.slots) expect(minds.faults[slot]).toBe(0)
  })

  it('is replayed: the same troubles give the same world', () => {
    const hashes = [1, 2].map(() => {
      const { simulation, w } = world(9)
      trouble.of = ({ entity, tick }) => (entity * 31 + tick) % 7 === 0
      run(simulation, 300)
      expect(w.resource(FaultsResource).total).toBeGreaterThan(20)
      return w.stateHash()
    })
    expect(hashes[0]).toBe(hashes[1])
  })
})
