import { describe, expect, it } from 'vitest'
import { BAG_SLOTS, Bag, Purse } from '../../components/bag.js'
import { standardGame } from '../../game.js'
import { ItemDestroy } from '../../protocol/item.js'
import { SessionLogout } from '../../src/net/opcodes.js'
import { testServer } from '../../src/testing/index.js'
import { LedgerResource, type Moved, type MovedReason } from '../../systems/ledger.js'
import { unbooked, wealthOf } from './wealth.js'
import { populatedWorld, run } from './worlds.js'

const TICKS = 2_000
const CHECK_EVERY = 100

describe('the ledger of a world of 200 bots', () => {
  it('has every coin and every piece that is there, at every check, and its rows add up to its sums', () => {
    const simulation = populatedWorld({ seed: 4_711, bots: 200, creatures: 2_000, botLevels: '1-12', botPlaces: 'auto' })
    const { world } = simulation
    const ledger = world.resource(LedgerResource)
    const reasons = new Map<MovedReason, number>()
    const uids = new Set<number>()
    let gold = 0
    let rows = 0
    const book = ({ kind, reason, gold: coins, uid }: Moved): void => {
      rows += 1
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
      if (kind === 'mint') gold += coins
      if (kind === 'burn') gold -= coins
      if (kind === 'mint' && uid !== 0) {
        expect(uids.has(uid), `uid ${uid} is minted twice`).toBe(false)
        uids.add(uid)
      }
      if (kind === 'burn' && uid !== 0) expect(uids.delete(uid), `uid ${uid} is burned, but was not there`).toBe(true)
    }
    for (let tick = 1; tick <= TICKS; tick += 1) {
      run(simulation, 1)
      ledger.rowsOf(world.tick).forEach(book)
      if (tick % CHECK_EVERY !== 0) continue
      expect(unbooked(world)).toEqual([])
      const wealth = wealthOf(world)
      expect(gold).toBe(wealth.gold)
      expect([...wealth.uids.keys()].sort((a, b) => a - b)).toEqual([...uids].sort((a, b) => a - b))
    }
    expect(rows).toBe(ledger.total)
    for (const reason of ['loot', 'history', 'questGiven', 'questReward', 'bought', 'sold', 'used'] as const)
      expect(reasons.get(reason), reason).toBeGreaterThan(0)
    // Those who leave take what they have out of the world.
    run(simulation, 40, 20)
    expect(unbooked(world)).toEqual([])
    run(simulation, 40, 0)
    expect([wealthOf(world).gold, ledger.gold, wealthOf(world).uids.size]).toEqual([0, 0, 0])
  }, 120_000)
})

describe('a player', () => {
  it('comes in with what was saved, and takes it along: nothing of it moves', async () => {
    const server = await testServer({ game: standardGame })
    const first = await server.enter('alice')
    const { world } = server
    const ledger = world.resource(LedgerResource)
    const purse = world.editor(Purse) as { set(slot: number, field: string, value: number): void }
    purse.set(first.slot, 'gold', 250)
    ledger.goldMinted += 250
    first.client.request(SessionLogout, {})
    await server.step(4)
    expect(unbooked(world)).toEqual([])
    expect(ledger.gold).toBe(0)
    const again = await server.enter('alice')
    expect(world.columns(Purse).gold[again.slot]).toBe(250)
    expect(unbooked(world)).toEqual([])
    expect(ledger.total).toBe(0)
  })

  it('is named in the row, with the session and the seq of the command', async () => {
    const server = await testServer({ game: standardGame })
    const { client, slot, characterId } = await server.enter('bela')
    const { world } = server
    const bag = world.editor(Bag) as { setAt(slot: number, field: string, index: number, value: number): void }
    bag.setAt(slot, 'item', 0, 1)
    bag.setAt(slot, 'count', 0, 9)
    const seq = client.request(ItemDestroy, { bagSlot: 0, count: 4 })
    await server.step()
    const session = server.net.sessionList.roster.bySlot.get(slot)?.id
    expect(world.columns(Bag).count[slot * BAG_SLOTS]).toBe(5)
    expect(world.resource(LedgerResource).rowsOf(world.tick)).toEqual([
      {
        tick: world.tick,
        kind: 'burn',
        reason: 'destroyed',
        from: characterId,
        to: 0,
        item: 1,
        count: 4,
        uid: 0,
        gold: 0,
        session,
        seq,
      },
    ])
  })
})
