import { describe, expect, it } from 'vitest'
import { Bag, Purse } from '../../components/bag.js'
import { BotMind } from '../../components/bot-mind.js'
import { Trade } from '../../components/trade.js'
import type { Simulation } from '../../src/server/simulation.js'
import type { BagEditor } from '../../systems/bag-rules.js'
import { FleetResource } from '../../systems/fleet.js'
import { gainGold, gainItem } from '../../systems/holdings-rules.js'
import { LedgerResource, NO_COMMAND } from '../../systems/ledger.js'
import { UidsResource } from '../../systems/uids.js'
import { broken } from './invariants.js'
import { unbooked, wealthOf } from './wealth.js'
import { content, countersOf, populatedWorld, run } from './worlds.js'

const BOTS = 80
const ITEMS_EACH = 3

/** A town full of bots that have gear for others, food for many and gold. */
function market(seed: number): Simulation {
  const simulation = populatedWorld({ seed, bots: BOTS, creatures: 200, botLevels: '1', botPlaces: 'starts', shadow: true })
  run(simulation, 20)
  const { world } = simulation
  const value = {
    tick: world.tick,
    ledger: world.resource(LedgerResource),
    uids: world.resource(UidsResource),
    bag: world.editor(Bag) as BagEditor,
    purse: world.editor(Purse) as Parameters<typeof gainGold>[0]['purse'],
    content,
  }
  const gear = content.itemList.filter(({ slot, levelMin }) => slot !== undefined && levelMin <= 2)
  const food = content.itemList.filter(({ use, kind, levelMin }) => use !== undefined && kind !== 'quest' && levelMin <= 1)
  world.resource(FleetResource).slots.forEach((slot, i) => {
    gainGold(value, slot, 2_000, 'loot', NO_COMMAND)
    for (let n = 0; n < ITEMS_EACH; n += 1) gainItem(value, slot, gear[(i * 7 + n * 5) % gear.length].id, 1, 'loot', NO_COMMAND)
    gainItem(value, slot, food[i % food.length].id, i % 3 === 0 ? 11 : 1, 'loot', NO_COMMAND)
  })
  return simulation
}

describe('a town full of bots with things to sell', () => {
  it('is a market: they trade, at prices above what vendors pay, and nothing is lost', () => {
    const simulation = market(77)
    const { world } = simulation
    const ledger = world.resource(LedgerResource)
    let traded = 0
    let gold = 0
    let sold = 0
    for (let i = 0; i < 1_200; i += 1) {
      run(simulation, 1)
      for (const { kind, reason, item, count, gold: coins } of ledger.rowsOf(world.tick)) {
        if (reason !== 'trade') continue
        expect(kind).toBe('transfer')
        if (item !== 0) traded += count
        gold += coins
        sold += (content.items[item]?.sellPrice ?? 0) * count
      }
      if (i % 200 === 0) expect([...unbooked(world), ...broken(world)]).toEqual([])
    }
    const counters = countersOf(simulation)
    expect(counters.tradesDone).toBeGreaterThanOrEqual(20)
    expect([counters.tradeItems, counters.tradeGold]).toEqual([traded, gold])
    expect(gold).toBeGreaterThan(sold)
    expect([...unbooked(world), ...broken(world)]).toEqual([])
    expect(wealthOf(world).uids.size).toBeGreaterThan(0)
    expect(counters.brainFaults).toBe(0)
    // Whoever is at the table gets up again.
    const { partner, sinceTick } = world.columns(Trade)
    for (const slot of world.resource(FleetResource).slots)
      if (partner[slot] !== 0) expect(world.tick - sinceTick[slot]).toBeLessThan(20 * 20)
  }, 120_000)

  it('goes the same way for the same seed', () => {
    const hashes = [5, 5, 6].map((seed) => {
      const simulation = market(seed)
      run(simulation, 160)
      expect(simulation.world.columns(BotMind).belief.some((belief) => belief > 0)).toBe(true)
      return simulation.world.stateHash()
    })
    expect(hashes[0]).toBe(hashes[1])
    expect(hashes[0]).not.toBe(hashes[2])
  }, 120_000)
})
