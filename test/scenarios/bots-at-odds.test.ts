import { describe, expect, it } from 'vitest'
import { BAG_SLOTS, Bag, Purse } from '../../components/bag.js'
import { Status } from '../../components/status.js'
import { standardGame } from '../../game.js'
import type { Editor } from '../../src/ecs/columns.js'
import { FleetResource } from '../../systems/fleet.js'
import { content, countersOf, populatedWorld, run } from './worlds.js'

describe('bots in a difficult place', () => {
  it.each([2, 17])('with full bags go and sell, and throw nothing of worth away (seed %i)', (seed) => {
    const simulation = populatedWorld({ seed, bots: 12, creatures: 2_000 })
    run(simulation, 20)
    const { world } = simulation
    const { slots } = world.resource(FleetResource)
    const bag = world.editor(Bag) as Editor<(typeof Bag)['fields']>
    const junk = content.itemList.filter(({ kind, sellPrice }) => kind === 'junk' && sellPrice > 0)
    let worth = 0
    for (const slot of slots)
      for (let i = 0; i < BAG_SLOTS; i += 1) {
        const item = junk[i % junk.length]
        bag.setAt(slot, 'item', i, item.id)
        bag.setAt(slot, 'count', i, item.stackMax)
        worth += item.sellPrice * item.stackMax
      }
    run(simulation, 4_000)
    const { item } = world.columns(Bag)
    for (const slot of slots) {
      const places = [...item.subarray(slot * BAG_SLOTS, (slot + 1) * BAG_SLOTS)]
      expect(places.filter((place) => place === 0).length).toBeGreaterThan(4)
    }
    const { goldMinted, goldBurned } = countersOf(simulation)
    expect(goldMinted).toBeGreaterThanOrEqual(worth)
    const gold = slots.reduce((sum, slot) => sum + world.columns(Purse).gold[slot], 0)
    expect(gold).toBe(goldMinted - goldBurned)
  })

  it('200 of them after the same few creatures are neither stuck nor idle, and nobody loses his mind', () => {
    const simulation = populatedWorld({ seed: 4, bots: 200, creatures: 60 })
    run(simulation, 6_000)
    const counters = countersOf(simulation)
    expect(counters.kills).toBeGreaterThan(100)
    expect(counters.brainFaults).toBe(0)
    const { stuckBots, measures } = standardGame.report(simulation.world)
    expect(stuckBots).toBe(0)
    expect(measures?.stuckShareMax).toBeLessThan(0.01)
    expect(measures?.giveUpsPerBotHour).toBeLessThan(1)
  })

  it('of a higher level begin where they can live: they fight, win, and mostly survive', () => {
    const simulation = populatedWorld({ seed: 9, bots: 60, creatures: 6_000, botLevels: '5-15', botPlaces: 'grounds' })
    run(simulation, 4_000)
    const { kills, deaths, brainFaults } = countersOf(simulation)
    const { slots } = simulation.world.resource(FleetResource)
    const { level } = simulation.world.columns(Status)
    expect(slots.every((slot) => level[slot] >= 5)).toBe(true)
    expect(brainFaults).toBe(0)
    expect(kills).toBeGreaterThan(200)
    expect(deaths * 8).toBeLessThan(kills)
  })
})
