import { describe, expect, it } from 'vitest'
import { BotMind, tier } from '../../components/bot-mind.js'
import { standardGame } from '../../game.js'
import { readContent } from '../../src/server/content-files.js'
import { LOAD_LEVEL_MAX } from '../../src/server/load-level.js'
import type { Simulation } from '../../src/server/simulation.js'
import { testServer } from '../../src/testing/index.js'
import { FleetResource } from '../../systems/fleet.js'
import { countersOf, populatedWorld, run } from '../scenarios/worlds.js'

const BOTS = 60
const TICKS = 400

/** As `run`, with the load level told by the inbox in its first tick. */
function runUnder(simulation: Simulation, load: number): number {
  const before = countersOf(simulation).decisions
  const entries = [{ kind: 'control' as const, name: 'loadLevel' as const, value: load }]
  simulation.step({ elapsedMs: 50, calendarMs: 0, entries })
  run(simulation, TICKS - 1)
  return countersOf(simulation).decisions - before
}

describe('bots under load', () => {
  it('decide less often the higher it is, as much as ever when it is over, and the same in a replay', () => {
    const play = () => {
      const simulation = populatedWorld({ seed: 8, bots: BOTS, creatures: 400 })
      run(simulation, 600)
      const decisions = [0, 1, 2, 3, LOAD_LEVEL_MAX, 0].map((load) => runUnder(simulation, load))
      return { decisions, hash: simulation.world.stateHash(), kills: countersOf(simulation).kills }
    }
    const { decisions, hash, kills } = play()
    expect(decisions[2]).toBeLessThan(decisions[0] * 0.9)
    expect(decisions[3]).toBeLessThan(decisions[2])
    expect(decisions[4]).toBeLessThan(decisions[3])
    expect(decisions[5]).toBeGreaterThan(decisions[4] * 2)
    expect(play()).toEqual({ decisions, hash, kills })
  })

  it('are never frozen: each of them decides within six seconds, and they go on killing', () => {
    const simulation = populatedWorld({ seed: 8, bots: BOTS, creatures: 400 })
    run(simulation, 600)
    runUnder(simulation, LOAD_LEVEL_MAX)
    const { slots } = simulation.world.resource(FleetResource)
    const minds = simulation.world.columns(BotMind)
    const { tick } = simulation.world
    for (const slot of slots) expect(minds.nextTick[slot]).toBeLessThanOrEqual(tick + 6 * 20)
    const { kills } = countersOf(simulation)
    runUnder(simulation, LOAD_LEVEL_MAX)
    expect(countersOf(simulation).kills).toBeGreaterThan(kills)
    expect(slots.some((slot) => minds.tier[slot] === tier.far)).toBe(true)
  })

  it('are not far where a player looks', async () => {
    const settings = { bots: 40, creatures: 0 }
    const server = await testServer({ game: standardGame, settings, content: readContent(standardGame) })
    await server.step(5)
    const { slot } = await server.enter('watcher')
    const { x, z } = server.world.columns(standardGame.space.position)
    const { slots } = server.world.resource(FleetResource)
    server.host.noteLoad(5)
    await server.step(80)
    const minds = server.world.columns(BotMind)
    const isNear = (other: number): boolean => Math.abs(x[other] - x[slot]) < 60 && Math.abs(z[other] - z[slot]) < 60
    for (const other of slots.filter(isNear)) expect(minds.tier[other]).not.toBe(tier.far)
    expect(slots.some((other) => minds.tier[other] === tier.far)).toBe(true)
  })
})
