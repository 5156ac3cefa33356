import { describe, expect, it } from 'vitest'
import { Progress } from '../../components/progress.js'
import { standardGame } from '../../game.js'
import { FleetResource } from '../../systems/fleet.js'
import { broken } from './invariants.js'
import { content, countersOf, populatedWorld, run } from './worlds.js'

/** Twenty minutes of world time; the bots of today need about eight. */
const TICKS_MAX = 24_000
const STEP = 500

describe('a bot alone', () => {
  // The number of the fleet's next bot decides its class: each seed another one.
  it.each([0, 1, 2, 3])('plays its way from level 1 to 3 by itself: class %i', (number) => {
    const seed = 100 + number
    const simulation = populatedWorld({ seed, bots: 1, creatures: 300 })
    const { world } = simulation
    world.resource(FleetResource).nextNumber = number
    run(simulation, 1)
    const [slot] = world.resource(FleetResource).slots
    const { level } = world.columns(Progress)
    expect(world.columns(Progress).class[slot]).toBe(content.classList[number].id)
    const isGrown = (): boolean => level[slot] >= 3 && countersOf(simulation).questsCompleted >= 2
    while (world.tick < TICKS_MAX && !isGrown()) run(simulation, STEP)
    const counters = countersOf(simulation)
    const state = `seed ${seed}, tick ${world.tick}: ${JSON.stringify(counters)}`
    expect(level[slot], state).toBeGreaterThanOrEqual(3)
    expect(counters.questsAccepted, state).toBeGreaterThanOrEqual(2)
    expect(counters.questsCompleted, state).toBeGreaterThanOrEqual(2)
    expect(counters.kills, state).toBeGreaterThan(3)
    expect(counters.loots, state).toBeGreaterThan(3)
    expect(counters.giveUps, state).toBeLessThanOrEqual(1)
    expect(standardGame.report(world)).toMatchObject({ stuckBots: 0, idleBots: 0, experiencedShare: 1 })
    expect(broken(world)).toEqual([])
  })
})
