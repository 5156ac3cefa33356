import { describe, expect, it } from 'vitest'
import { Purse } from '../../components/bag.js'
import { standardGame } from '../../game.js'
import { createMemoryStore, MemoryDisk } from '../../src/adapters/memory-store.js'
import type { Editor } from '../../src/ecs/columns.js'
import { SessionLogout } from '../../src/net/opcodes.js'
import { PresenceResource } from '../../src/net/presence.js'
import { MOVED_VALUES_MAX, WaitingMovements } from '../../src/persist/movements.js'
import { testServer } from '../../src/testing/index.js'
import { LedgerResource, type Moved } from '../../systems/ledger.js'
import { quietServer } from '../net/players.js'
import { gatedStore } from '../ports/store-gate.js'
import { storeWith } from '../ports/store-with.js'

describe('the bytes of a batch', () => {
  it('stay as they are until the store has answered, whoever leaves meanwhile', async () => {
    const gate = gatedStore()
    const server = await quietServer({ graceS: 600 }, { store: gate.store })
    const alice = await server.enter('Alice')
    const bert = await server.enter('Bert')
    await server.step(40)
    const purse = server.world.editor(Purse) as Editor<(typeof Purse)['fields']>
    gate.hold()
    for (const { slot } of [bert, alice]) purse.set(slot, 'gold', 77)
    await server.step(40)
    alice.client.request(SessionLogout, {})
    await server.step(2)
    gate.release()
    await server.step(60)
    expect(server.host.storage.commits.failures).toBe(0)
    for (const [account, { characterId }] of [
      ['guest:alice', alice],
      ['guest:bert', bert],
    ] as const)
      expect((await server.store.loadCharacter(account, characterId))?.components.Purse).toEqual({ gold: [77] })
  })
})

describe('a bot that departs while the commit with its creation is under way', () => {
  it.each(['not stored', 'stored, but its answer lost'] as const)(
    'is not in the store afterwards: the commit is %s',
    async (end) => {
      const memory = createMemoryStore()
      let fails = true
      const gate = gatedStore(
        storeWith(memory, {
          commit: async (batch) => {
            if (!fails || end === 'stored, but its answer lost') await memory.commit(batch)
            if (fails) throw new Error(end)
          },
        }),
      )
      const server = await testServer({ game: standardGame, settings: { bots: 6, creatures: 0 }, store: gate.store })
      const bots = () => [...server.world.resource(PresenceResource).slotByBot.keys()].sort((a, b) => a - b)
      gate.hold()
      await server.step()
      expect(bots()).toHaveLength(6)
      server.simulation.step({ elapsedMs: 50, calendarMs: 0, entries: [{ kind: 'control', name: 'fleetTarget', value: 2 }] })
      await server.step(2)
      const left = bots()
      expect(left).toHaveLength(2)
      gate.release()
      await server.host.storage.commits.settle()
      expect(server.host.storage.commits.failures).toBe(1)
      fails = false
      await server.host.storage.finish()
      expect((await memory.loadBots(0, 10)).heads.map(({ characterId }) => characterId)).toEqual(left)
    },
  )
})

describe('movements of value', () => {
  it('wait while the store fails, and are in its ledger once afterwards, those whose answer was lost as well', async () => {
    const disk = new MemoryDisk()
    const memory = createMemoryStore(disk)
    let fails: 'never' | 'before' | 'after' = 'never'
    const store = storeWith(memory, {
      commit: async (batch) => {
        if (fails === 'before') throw new Error('the disk is full')
        await memory.commit(batch)
        if (fails === 'after') throw new Error('the answer was lost')
      },
    })
    const server = await testServer({ game: standardGame, settings: { bots: 30, creatures: 300, botLevels: '2-6' }, store })
    const expected: Moved[] = []
    for (const mode of ['never', 'before', 'after', 'never'] as const) {
      fails = mode
      for (let i = 0; i < 60; i += 1) {
        await server.step()
        expected.push(...server.world.resource(LedgerResource).rowsOf(server.world.tick))
      }
    }
    server.host.storage.beforeLastTick()
    await server.step()
    expected.push(...server.world.resource(LedgerResource).rowsOf(server.world.tick))
    await server.host.storage.finish()
    expect(server.host.storage.commits.failures).toBeGreaterThan(3)
    expect(expected.length).toBeGreaterThan(30)
    expect([...disk.entries()].map(({ movement }) => movement)).toEqual(expected)
  }, 60_000)

  it('that wait up to the limit end the world: none is dropped', () => {
    const waiting = new WaitingMovements()
    const words = { kinds: [], reasons: [] }
    waiting.add({ ...words, values: new Float64Array(MOVED_VALUES_MAX) })
    expect(() => waiting.add({ ...words, values: new Float64Array(11) })).toThrow(
      /wait for the store, of at most .*; mend the store/,
    )
  })
})
