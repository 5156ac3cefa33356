import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../../src/adapters/memory-store.js'
import { SessionEnter, SessionLogout, SessionPing, SessionPong, SessionWelcome } from '../../src/net/opcodes.js'
import { testServer } from '../../src/testing/index.js'
import { storeWith } from '../ports/store-with.js'
import { Score, TinyAdd, TinyBreak, TinyTotal, tinyGame } from '../server/tiny-game.js'

describe('testServer', () => {
  it('stands still until it is stepped', async () => {
    const server = await testServer({ game: tinyGame })
    const client = server.connect()
    expect(server.world.tick).toBe(0)
    await server.step(3)
    expect(server.world.tick).toBe(3)
    expect(server.clock.nowMs()).toBe(150)
    expect(client.take(SessionWelcome)).toMatchObject({ accountId: 'guest:alice', tickHz: 20 })
    expect(client.results.get(1)).toBe('ok')
  })

  it('lets a client play with real bytes', async () => {
    const server = await testServer({ game: tinyGame })
    const { client, slot } = await server.enter('Alice')
    const one = client.request(TinyAdd, { amount: 5 })
    const two = client.request(TinyAdd, { amount: 7 })
    await server.step()
    expect(client.results.get(one)).toBe('ok')
    expect(client.results.get(two)).toBe('ok')
    expect(client.take(TinyTotal)).toEqual({ points: 5 })
    expect(client.take('tiny.total')).toEqual({ points: 12 })
    expect(client.take(TinyTotal)).toBeUndefined()
    expect(server.world.columns(Score).points[slot]).toBe(12)
    expect([...client.resultCounts.values()].every((count) => count === 1)).toBe(true)
  })

  it('answers pings without a result, malformed bytes with one', async () => {
    const server = await testServer({ game: tinyGame })
    const client = server.connect(null)
    const ping = client.request(SessionPing, { clientTimeMs: 1.5 })
    client.sendRaw(Uint8Array.of(0xc1))
    await server.step(2)
    expect(client.take(SessionPong)).toMatchObject({ clientTimeMs: 1.5 })
    expect(client.results.has(ping)).toBe(false)
    expect(client.results.get(0)).toBe('malformed')
  })

  it('keeps acknowledging clients and closes one that stopped', async () => {
    const server = await testServer({ game: tinyGame })
    const { client: good } = await server.enter('Alice')
    const { client: stalled } = await server.enter('Bert')
    stalled.acks = false
    await server.step(50 * 20)
    expect(good.closed).toBeNull()
    expect(stalled.closed).toEqual({ code: 1013, reason: 'stalled' })
    expect(stalled.take('session.closed')).toMatchObject({ reason: 'stalled' })
  })

  it('brings a character back with what it had, and from another account not at all', async () => {
    const server = await testServer({ game: tinyGame, settings: { graceS: 1 } })
    const first = await server.enter('Alice')
    first.client.request(TinyAdd, { amount: 9 })
    await server.step()
    const logout = first.client.request(SessionLogout, {})
    await server.step(2)
    expect(first.client.results.get(logout)).toBe('ok')
    expect(first.client.closed).toEqual({ code: 1000, reason: 'logout' })
    const again = await server.enter('Alice')
    expect(again.characterId).toBe(first.characterId)
    expect(server.world.columns(Score).points[again.slot]).toBe(9)
    const stranger = server.connect('guest:stranger')
    await server.step(3)
    const seq = stranger.request(SessionEnter, { characterId: first.characterId })
    await server.step(3)
    expect(stranger.results.get(seq)).toBe('noSuchTarget')
  })

  it('lets two sessions that load one character at once have one entity between them', async () => {
    const server = await testServer({ game: tinyGame })
    const { client, characterId } = await server.enter('Alice')
    client.request(SessionLogout, {})
    await server.step(3)
    const one = server.connect('guest:alice')
    const two = server.connect('guest:alice')
    await server.step(3)
    const before = server.world.entities.count
    const seqs = [one, two].map((session) => session.request(SessionEnter, { characterId }))
    await server.step(5)
    expect(server.world.entities.count).toBe(before + 1)
    expect([one.results.get(seqs[0]), two.results.get(seqs[1])]).toEqual(['ok', 'busy'])
  })

  it('never holds more characters than clientsMax, lingering ones included', async () => {
    const server = await testServer({ game: tinyGame, settings: { clientsMax: 2 } })
    const { client } = await server.enter('Alice')
    client.close()
    await server.step()
    await server.enter('Bert')
    await expect(server.enter('Carl')).rejects.toThrow('serverFull')
  })

  it('answers a failing store with storeBehind, says so in the log, and goes on', async () => {
    const memory = createMemoryStore()
    let broken = true
    const store = storeWith(memory, {
      charactersOf: (accountId) => (broken ? Promise.reject(new Error('the disk is full')) : memory.charactersOf(accountId)),
    })
    const server = await testServer({ game: tinyGame, store })
    await expect(server.enter('Alice')).rejects.toThrow('storeBehind')
    expect(server.log.lines.some((line) => line.level === 'warn' && line.fields.error === 'the disk is full')).toBe(true)
    broken = false
    await server.enter('Alice')
  })

  it('hands what a system throws to the test', async () => {
    const server = await testServer({ game: tinyGame })
    const { client } = await server.enter('Alice')
    client.request(TinyBreak, {})
    await expect(server.step()).rejects.toThrow('somebody asked for a broken invariant')
  })

  it('is the same world for the same steps', async () => {
    const run = async (seed: number) => {
      const server = await testServer({ game: tinyGame, settings: { seed, bots: 20 } })
      const { client } = await server.enter('Alice')
      client.request(TinyAdd, { amount: 3 })
      await server.step(100)
      return server.world.stateHash()
    }
    expect(await run(1)).toBe(await run(1))
    expect(await run(2)).not.toBe(await run(1))
  })
})
