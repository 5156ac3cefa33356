import { afterEach, describe, expect, it } from 'vitest'
import { createManualClock } from '../../src/adapters/manual-clock.js'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import { createMemoryStore, MemoryDisk } from '../../src/adapters/memory-store.js'
import { createMemoryTransport } from '../../src/adapters/memory-transport.js'
import { MyriadError } from '../../src/errors.js'
import { SessionCreateCharacter, SessionEnter, SessionHello } from '../../src/net/opcodes.js'
import { BOT_CHARACTER_ID_MIN, type Store } from '../../src/ports/store.js'
import { FAR_BEHIND_MS } from '../../src/server/commit-queue.js'
import { createServer, type Server, type ServerOptions } from '../../src/server/server.js'
import { gatedStore } from '../ports/store-gate.js'
import { storeWith } from '../ports/store-with.js'
import { readHttp } from '../ports/ws-client.js'
import { connectSocket } from './socket-client.js'
import { tempDirs } from './temp-dir.js'
import { TinyAdd, tinyGame } from './tiny-game.js'

const directory = tempDirs()
const running: Server[] = []
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop()
})

function create(store: Store, options: Partial<ServerOptions> = {}) {
  const log = createMemoryLog()
  const config = { port: 0, bots: 0, tickHz: 60, crashDir: directory(), ...options.config }
  const server = createServer({ game: tinyGame, ...options, config, ports: { log, store } })
  running.push(server)
  return { server, log }
}

async function enter(server: Server, name: string) {
  const client = await connectSocket(server.port)
  client.request(SessionHello, { token: `guest:${name}`, resume: '', protocolHash: '' })
  await client.until('session.welcome')
  client.request(SessionCreateCharacter, { name, class: 1 })
  const { list } = (await client.until('session.characters')) as { list: { characterId: number }[] }
  client.request(SessionEnter, { characterId: list[0].characterId })
  await client.until('session.entered')
  return client
}

describe('a server over a store', () => {
  it('goes on where the one before it ended: what its characters have, and the tick', async () => {
    const disk = new MemoryDisk()
    const first = create(createMemoryStore(disk)).server
    await first.start()
    const client = await enter(first, 'Alice')
    client.request(TinyAdd, { amount: 7 })
    await client.until('tiny.total')
    await first.stop()
    const { tick } = first.simulation.world
    const second = create(createMemoryStore(disk)).server
    await second.start()
    expect(second.simulation.world.tick).toBeGreaterThanOrEqual(tick)
    expect((await createMemoryStore(disk).loadCharacter('guest:alice', 1))?.components.Score).toEqual({ points: [7] })
  })

  it('that another owns does not start, and leaves the world and the port to the other', async () => {
    const disk = new MemoryDisk()
    const owner = create(createMemoryStore(disk)).server
    const port = await owner.start()
    const second = create(createMemoryStore(disk), { config: { port: port + 1 } }).server
    await expect(second.start()).rejects.toMatchObject({ code: 'WORLD_TAKEN' })
    await enter(owner, 'Alice')
  })

  it('gives the world up when its port is taken', async () => {
    const disk = new MemoryDisk()
    const other = create(createMemoryStore()).server
    const port = await other.start()
    const blocked = create(createMemoryStore(disk), { config: { port } }).server
    await expect(blocked.start()).rejects.toMatchObject({ code: 'PORT_TAKEN' })
    await create(createMemoryStore(disk)).server.start()
  })

  it('ends when another takes its world, says so, and writes nothing more', async () => {
    const disk = new MemoryDisk()
    let lost: (error: MyriadError) => void = () => undefined
    const ended = new Promise<MyriadError>((resolve) => {
      lost = resolve
    })
    const { server, log } = create(createMemoryStore(disk), { onTaken: (error) => lost(error) })
    await server.start()
    const client = await enter(server, 'Alice')
    disk.holder = ''
    await createMemoryStore(disk).open()
    const { tick } = disk
    client.request(TinyAdd, { amount: 7 })
    expect(await ended).toMatchObject({ code: 'WORLD_TAKEN' })
    expect(disk.tick).toBe(tick)
    expect(log.lines.some(({ level, text }) => level === 'error' && text === 'the world has another owner')).toBe(true)
  })

  it('says in its metrics how the store fares', async () => {
    const memory = createMemoryStore()
    const { server } = create(storeWith(memory, { loadCharacter: () => Promise.reject(new MyriadError('STORE_FAILED', 'gone')) }))
    await server.start()
    const client = await connectSocket(server.port)
    client.request(SessionHello, { token: 'guest:alice', resume: '', protocolHash: '' })
    await client.until('session.welcome')
    client.request(SessionCreateCharacter, { name: 'Alice', class: 1 })
    await client.until('session.characters')
    expect(await client.resultOf(client.request(SessionEnter, { characterId: 1 }))).toBe('storeBehind')
    const metrics = (await readHttp(server.port, '/metrics')).body
    expect(metrics).toMatch(/^myriad_store_call_duration_seconds_count\{call="createCharacter"\} 1$/m)
    expect(metrics).toMatch(/^myriad_store_failures_total\{call="loadCharacter"\} 1$/m)
    expect(metrics).toMatch(/^myriad_store_level 0$/m)
  })

  it('is not ready while the store is far behind, and ready again afterwards', async () => {
    const gate = gatedStore()
    const [transport, clock] = [createMemoryTransport(), createManualClock()]
    const config = { port: 0, bots: 0, crashDir: directory() }
    const server = createServer({
      game: tinyGame,
      config,
      ports: { transport, clock, log: createMemoryLog(), store: gate.store },
    })
    await server.start()
    gate.hold()
    server.simulation.net.journal.botRemoved(BOT_CHARACTER_ID_MIN)
    const turn = () => new Promise((resolve) => setImmediate(resolve))
    clock.advance(1_000)
    await turn()
    expect(await transport.get('/readyz')).toMatchObject({ status: 200, body: 'ready\n' })
    clock.advance(FAR_BEHIND_MS)
    expect(await transport.get('/readyz')).toMatchObject({
      status: 503,
      body: expect.stringMatching(/^not ready: the store is 3[01] s behind, and nobody is let in\n$/),
    })
    gate.release()
    await turn()
    clock.advance(100)
    expect((await transport.get('/readyz')).status).toBe(200)
    await server.stop()
  })
})
