import { describe, expect, it } from 'vitest'
import { createMemoryIdentity } from '../../src/adapters/memory-identity.js'
import { createMemoryStore } from '../../src/adapters/memory-store.js'
import { type UnpackedRow, unpackRows } from '../../src/ports/packed-rows.js'
import { FINISH_ATTEMPTS_MAX, RETRY_MS } from '../../src/server/commit-queue.js'
import { type TestClient, testServer } from '../../src/testing/index.js'
import { storeWith } from '../ports/store-with.js'
import { TinyAdd, TinyFlood, tinyGame } from './tiny-game.js'

const steady = (client: TestClient, perTick: number) => {
  for (let i = 0; i < perTick; i += 1) client.sendRaw(Uint8Array.of(0))
}

describe('what a socket may send', () => {
  it('is 200 messages a second with a burst of two seconds', async () => {
    // Short ticks: the gate, which closes after 400 refusals, must not come first.
    const server = await testServer({ game: tinyGame, settings: { tickHz: 60 } })
    const good = server.connect(null)
    const bad = server.connect(null)
    for (let tick = 0; tick < 60; tick += 1) {
      steady(good, 3)
      steady(bad, 63)
      await server.step()
    }
    expect(good.closed).toBeNull()
    expect(bad.closed).toEqual({ code: 1008, reason: 'more than 200 messages a second' })
    expect(Object.fromEntries(server.host.closed)).toEqual({ 'flood.messages': 1 })
  })

  it('is 64 messages in one tick', async () => {
    const server = await testServer({ game: tinyGame })
    const good = server.connect(null)
    const bad = server.connect(null)
    steady(good, 64)
    steady(bad, 65)
    await server.step()
    expect(good.closed).toBeNull()
    expect(bad.closed).toMatchObject({ code: 1008, reason: 'more than 64 messages in one tick' })
  })
})

describe('a client that does not read', () => {
  it('is closed once over 1 MiB waits for it', async () => {
    const server = await testServer({ game: tinyGame })
    const { client } = await server.enter('Alice')
    client.pause()
    client.request(TinyFlood, { texts: 200 })
    await server.step()
    expect(server.host.closed.size).toBe(0)
    client.request(TinyFlood, { texts: 100 })
    await server.step()
    expect(Object.fromEntries(server.host.closed)).toEqual({ stalled: 1 })
    expect(server.host.socketCount).toBe(0)
    client.resume()
    expect(client.closed).toEqual({ code: 1013, reason: 'stalled' })
    await server.step(2)
  })
})

describe('the time ratio', () => {
  it('is told to the world, and by it to clients, when it moved by more than 0.05', async () => {
    const server = await testServer({ game: tinyGame })
    const { client } = await server.enter('Alice')
    expect(client.take('world.clock')).toMatchObject({ ratio: 1 })
    server.host.noteRatio(0.96)
    await server.step(2)
    expect(client.take('world.clock')).toBeUndefined()
    server.host.noteRatio(0.5)
    await server.step(2)
    expect(client.take('world.clock')).toMatchObject({ ratio: 0.5 })
  })

  it('is told as 1 when it is as good as that again, however little is missing', async () => {
    const server = await testServer({ game: tinyGame })
    const { client } = await server.enter('Alice')
    client.received.length = 0
    const told = async (ratio: number) => {
      server.host.noteRatio(ratio)
      await server.step(2)
      return client.take('world.clock')?.ratio
    }
    expect([await told(0.94), await told(0.97), await told(0.985), await told(0.99), await told(0.96)]).toEqual([
      Math.fround(0.94),
      undefined,
      1,
      undefined,
      undefined,
    ])
  })
})

describe('an identity that cannot tell', () => {
  it('is answered with storeBehind and a line without the token', async () => {
    const identity = createMemoryIdentity(new Map())
    const broken = { ...identity, verify: () => Promise.reject(new Error('no route to the identity service')) }
    const server = await testServer({ game: tinyGame, identity: broken })
    const client = server.connect('a-secret-token')
    await server.step(3)
    expect(client.results.get(1)).toBe('storeBehind')
    expect(server.log.lines).toHaveLength(1)
    expect(JSON.stringify(server.log.lines)).not.toContain('secret')
  })
})

/** A store whose commits fail while told to, and that writes down the rest. */
function fragileStore() {
  const memory = createMemoryStore()
  const commits: (readonly UnpackedRow[])[] = []
  const state = { broken: false, hold: null as Promise<void> | null, inFlight: 0, inFlightMax: 0 }
  const store = storeWith(memory, {
    async commit(batch) {
      state.inFlight += 1
      state.inFlightMax = Math.max(state.inFlightMax, state.inFlight)
      try {
        await state.hold
        if (state.broken) throw new Error('the disk is full')
        await memory.commit(batch)
        commits.push(unpackRows(batch.rows))
      } finally {
        state.inFlight -= 1
      }
    },
  })
  return { store, state, commits }
}

const pointsOf = (rows: readonly UnpackedRow[]) => rows.map((row) => row.components.Score.points[0])

describe('commits', () => {
  it('go one at a time, and gather what changes meanwhile', async () => {
    const { store, state, commits } = fragileStore()
    const server = await testServer({ game: tinyGame, store })
    const { client } = await server.enter('Alice')
    await server.step()
    commits.length = 0
    let release = () => {}
    state.hold = new Promise((resolve) => {
      release = resolve
    })
    for (let i = 0; i < 5; i += 1) {
      client.request(TinyAdd, { amount: 1 })
      await server.step()
    }
    expect(commits).toHaveLength(0)
    release()
    // It took five ticks, and rests four times as long.
    await server.step(2)
    expect(commits.map(pointsOf)).toEqual([[1]])
    await server.step(20)
    expect(commits.map(pointsOf)).toEqual([[1], [5]])
    expect(state.inFlightMax).toBe(1)
  })

  it('are tried again with the newest rows until the store works', async () => {
    const { store, state, commits } = fragileStore()
    const server = await testServer({ game: tinyGame, store })
    const { client } = await server.enter('Alice')
    await server.step()
    commits.length = 0
    state.broken = true
    client.request(TinyAdd, { amount: 1 })
    await server.step()
    client.request(TinyAdd, { amount: 1 })
    await server.step((RETRY_MS * 20) / 1000 + 20)
    expect(server.host.storage.commits.failures).toBeGreaterThan(2)
    expect(server.host.storage.commits.failures).toBeLessThan(8)
    expect(server.log.lines.every((line) => line.level === 'warn' && line.fields.error === 'the disk is full')).toBe(true)
    state.broken = false
    await server.step(100)
    expect(commits.map(pointsOf)).toEqual([[2]])
    expect(server.log.lines.at(-1)?.text).toBe('the store works again')
  })

  it('that wait are part of a character that comes back before them', async () => {
    const { store, state } = fragileStore()
    const server = await testServer({ game: tinyGame, store, settings: { graceS: 0 } })
    const first = await server.enter('Alice')
    state.broken = true
    first.client.request(TinyAdd, { amount: 7 })
    await server.step()
    first.client.close()
    await server.step(3)
    const again = await server.enter('Alice')
    again.client.request(TinyAdd, { amount: 1 })
    await server.step()
    expect(again.client.take('tiny.total')).toEqual({ points: 8 })
  })

  it('that never succeed are given up when the server stops, and the log says so', async () => {
    const { store, state } = fragileStore()
    const server = await testServer({ game: tinyGame, store })
    const { client } = await server.enter('Alice')
    state.broken = true
    client.request(TinyAdd, { amount: 7 })
    await server.step()
    const before = server.host.storage.commits.failures
    await server.host.storage.commits.finish()
    expect(server.host.storage.commits.failures - before).toBe(FINISH_ATTEMPTS_MAX)
    expect(server.log.lines.at(-1)).toMatchObject({ level: 'error', fields: { characters: 1 } })
    expect(server.clock.pending).toBe(0)
  })
})
