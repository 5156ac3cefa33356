import { describe, expect, it } from 'vitest'
import { BotMind } from '../../components/bot-mind.js'
import { standardGame } from '../../game.js'
import { objectCount } from '../../systems/content/object-placement.js'
import { FleetResource } from '../../systems/fleet.js'
import { broken } from './invariants.js'
import { content, countersOf, populatedWorld, run } from './worlds.js'

const BOTS = 60
const CREATURES = 700
const TICKS = 3_000

describe('a world of sixty bots', () => {
  it('stays whole for 3,000 ticks, leaks nobody, and comes to the same end again', () => {
    const simulation = populatedWorld({ seed: 21, bots: BOTS, creatures: CREATURES })
    const { world } = simulation
    const hashes: string[] = []
    let entitiesMax = 0
    while (world.tick < TICKS) {
      run(simulation, 100)
      expect(broken(world)).toEqual([])
      entitiesMax = Math.max(entitiesMax, world.entities.count)
      if (world.tick % 1_000 === 0) hashes.push(world.stateHash())
    }
    const counters = countersOf(simulation)
    for (const name of ['casts', 'swings', 'kills', 'loots', 'itemsGained', 'questsAccepted', 'questsCompleted', 'decisions'])
      expect(counters[name], name).toBeGreaterThan(0)
    // Whoever died makes room again: beyond the living there are the corpses of the last minute at the most.
    const objects = content.objectList.flatMap(({ places }) => places).reduce((sum, { count }) => sum + count, 0)
    const living = BOTS + CREATURES + content.npcList.length + objects
    expect(entitiesMax).toBeLessThanOrEqual(living + Math.min(counters.kills, CREATURES))
    expect(world.entities.count).toBeLessThan(living + 100)
    expect(world.mindIntents).toEqual([])
    expect(standardGame.report(world)).toMatchObject({ bots: BOTS, stuckBots: 0, idleBots: 0 })

    const again = populatedWorld({ seed: 21, bots: BOTS, creatures: CREATURES })
    for (const hash of hashes) {
      run(again, 1_000)
      expect(again.world.stateHash(), `tick ${again.world.tick}`).toBe(hash)
    }
    expect([...again.world.digests]).toEqual([...world.digests])
    expect(countersOf(again)).toEqual(counters)
  })

  it('goes another way by another seed', () => {
    const hashes = [1, 2, 3].map((seed) => {
      const simulation = populatedWorld({ seed, bots: 10, creatures: 50 })
      run(simulation, 200)
      return simulation.world.stateHash()
    })
    expect(new Set(hashes).size).toBe(3)
  })

  it('changes no marked column past its editor', () => {
    const simulation = populatedWorld({ seed: 5, bots: 12, creatures: 150, shadow: true })
    run(simulation, 2_000)
    const { kills, questsAccepted, loots } = countersOf(simulation)
    expect(Math.min(kills, questsAccepted, loots)).toBeGreaterThan(0)
  })
})

describe('slots that are used again at once', () => {
  it('carry nothing over from who was there before', () => {
    const bots = 40
    const creatures = 200
    const capacity = bots + 2 * creatures + content.npcList.length + objectCount(content)
    const simulation = populatedWorld({ seed: 8, bots, creatures, capacity })
    const { world } = simulation
    const generations = new Set<number>()
    for (let round = 0; round < 30; round += 1) {
      const target = round % 2 === 0 ? bots : bots - 25
      run(simulation, 100, target)
      expect(broken(world)).toEqual([])
      const { slots } = world.resource(FleetResource)
      expect(slots).toHaveLength(target)
      for (const slot of slots) generations.add(world.entities.generation[slot])
      const mind = world.columns(BotMind)
      for (const slot of slots)
        expect(mind.gainTick[slot] <= world.tick && mind.nextTick[slot] <= world.tick + 40, `slot ${slot}`).toBe(true)
    }
    expect(world.entities.slotMax).toBeLessThanOrEqual(capacity)
    expect(generations.size).toBeGreaterThan(1)
  })
})
