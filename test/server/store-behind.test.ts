import { afterEach, describe, expect, it } from 'vitest'
import { Bag } from '../../components/bag.js'
import { ItemDestroy } from '../../protocol/item.js'
import { MoveStop } from '../../protocol/move.js'
import { createManualClock } from '../../src/adapters/manual-clock.js'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import { createMemoryStore, MemoryDisk } from '../../src/adapters/memory-store.js'
import { createMemoryTransport } from '../../src/adapters/memory-transport.js'
import type { Editor } from '../../src/ecs/columns.js'
import { SessionHello, SessionListCharacters } from '../../src/net/opcodes.js'
import type { Store } from '../../src/ports/store.js'
import { CIRCUIT_FAILURES_MAX, CIRCUIT_REST_MS } from '../../src/server/circuit.js'
import { BEHIND_MS, FAR_BEHIND_MS, RETRY_MS_MAX } from '../../src/server/commit-queue.js'
import { createServer, type Server } from '../../src/server/server.js'
import { TestClient, type TestServer } from '../../src/testing/index.js'
import { answersOf, quietServer } from '../net/players.js'
import { type GatedStore, gatedStore } from '../ports/store-gate.js'
import { tempDirs } from './temp-dir.js'
import { tinyGame } from './tiny-game.js'

const TICK_HZ = 20
const TICK_MS = 1000 / TICK_HZ
const OUTAGE_S = 60
const PIECES = 200

async function alice(store: Store, more: { graceS?: number } = {}) {
  const server = await quietServer({ graceS: 600, ...more }, { store, shadow: false })
  const entered = await server.enter('Alice')
  const bag = server.world.editor(Bag) as Editor<(typeof Bag)['fields']>
  bag.setAt(entered.slot, 'item', 0, 1)
  bag.setAt(entered.slot, 'count', 0, PIECES)
  await server.step(30)
  return { server, ...entered }
}
const left = (server: TestServer, slot: number): number => server.world.columns(Bag).count[slot * 24]!

/** One piece is destroyed in each of that many seconds; the seqs. */
async function destroyEachSecond({ server, client }: Awaited<ReturnType<typeof alice>>, seconds: number): Promise<number[]> {
  const seqs: number[] = []
  for (let s = 0; s < seconds; s += 1) {
    seqs.push(client.request(ItemDestroy, { bagSlot: 0, count: 1 }))
    await server.step(TICK_HZ)
  }
  return seqs
}

/** Ways in which a store is away, and comes back. */
const outages: readonly (readonly [string, (gate: GatedStore) => void, (gate: GatedStore) => void])[] = [
  [
    'fails',
    (gate) => {
      gate.broken = true
    },
    (gate) => {
      gate.broken = false
    },
  ],
  ['does not answer', (gate) => gate.hold(), (gate) => gate.release()],
]

describe.each(outages)('while a store %s for 60 s', (_, away, back) => {
  it('the world goes on, what moves value is refused, and everything that was not is done once it is back', async () => {
    const gate = gatedStore(createMemoryStore())
    const scene = await alice(gate.store)
    const { server, client, slot } = scene
    away(gate)
    const fromTick = server.world.tick
    const seqs = await destroyEachSecond(scene, OUTAGE_S)
    const walk = client.request(MoveStop, {})
    await server.step(2)
    expect(server.world.tick - fromTick).toBe(OUTAGE_S * TICK_HZ + 2)
    expect(client.results.get(walk)).toBe('ok')
    const answers = answersOf(client, seqs)
    const taken = answers.filter((code) => code === 'none').length
    expect(taken).toBeGreaterThanOrEqual(BEHIND_MS / 1000)
    expect(taken).toBeLessThanOrEqual(BEHIND_MS / 1000 + 2)
    expect(answers.slice(taken)).toEqual(Array.from({ length: OUTAGE_S - taken }, () => 'storeBehind'))
    expect(left(server, slot)).toBe(PIECES - taken)
    back(gate)
    await server.step(RETRY_MS_MAX / TICK_MS + 5)
    expect(answersOf(client, seqs.slice(0, taken))).toEqual(Array.from({ length: taken }, () => 'ok'))
    const next = client.request(ItemDestroy, { bagSlot: 0, count: 1 })
    await server.step(3)
    expect([client.results.get(next), left(server, slot), server.host.storage.level]).toEqual(['ok', PIECES - taken - 1, 0])
  })

  it('what waits for it is bounded by what came in the first seconds, and by how many there are', async () => {
    const gate = gatedStore(createMemoryStore())
    const scene = await alice(gate.store, { graceS: 1 })
    const { server, client } = scene
    for (const name of ['Bert', 'Carl']) (await server.enter(name)).client.close()
    away(gate)
    await destroyEachSecond(scene, BEHIND_MS / 1000 + 2)
    const waiting = server.net.durables.count
    for (let i = 0; i < 500; i += 1) {
      client.request(ItemDestroy, { bagSlot: 0, count: 1 })
      await server.step(2)
    }
    expect(server.net.durables.count).toBe(waiting)
    expect(waiting).toBeLessThanOrEqual(BEHIND_MS / 1000 + 2)
    expect(server.net.journal.waitingRows).toBeLessThanOrEqual(2)
    back(gate)
    await server.step(RETRY_MS_MAX / TICK_MS + 40)
    expect([server.net.durables.count, server.net.journal.waitingRows]).toEqual([0, 0])
  })

  it('a kill loses nothing that was acknowledged; the rest is not done, or done when it is asked for again', async () => {
    const disk = new MemoryDisk()
    const gate = gatedStore(createMemoryStore(disk))
    const scene = await alice(gate.store)
    const { client } = scene
    const before = await destroyEachSecond(scene, 5)
    away(gate)
    const during = await destroyEachSecond(scene, OUTAGE_S)
    const answers = answersOf(client, [...before, ...during])
    const done = answers.filter((code) => code === 'ok').length
    expect(done).toBe(before.length)
    disk.holder = ''
    const next = await quietServer({ graceS: 600 }, { store: createMemoryStore(disk) })
    const again = next.connect(null)
    again.request(SessionHello, { token: '', resume: client.resumeToken, protocolHash: '' })
    await next.step(5)
    const { slot } = next.net.sessionList.roster.bySocket.get(again.socket)!
    expect(left(next, slot)).toBe(PIECES - done)
    const unanswered = [...before, ...during].filter((_seq, i) => answers[i] === 'none')
    expect(unanswered.length).toBeGreaterThan(0)
    for (const seq of [...before, ...unanswered, ...unanswered]) again.sendValue([ItemDestroy.id, seq, 0, 1])
    await next.step(3)
    expect(answersOf(again, [...before, ...unanswered]).every((code) => code === 'ok')).toBe(true)
    expect(left(next, slot)).toBe(PIECES - done - unanswered.length)
  })
})

const running: Server[] = []
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop()
})
const directory = tempDirs()

/** A whole server over a store that the test breaks, and a clock that it moves on. */
async function tinyServer() {
  const gate = gatedStore()
  const [transport, clock] = [createMemoryTransport(), createManualClock()]
  const config = { port: 0, bots: 0, crashDir: directory() }
  const server = createServer({ game: tinyGame, config, ports: { transport, clock, log: createMemoryLog(), store: gate.store } })
  running.push(server)
  await server.start()
  const clients: TestClient[] = []
  const pass = async (ms: number) => {
    for (let passedMs = 0; passedMs < ms; passedMs += TICK_MS) {
      clock.advance(TICK_MS)
      await new Promise((resolve) => setImmediate(resolve))
      for (const client of clients) client.read()
    }
  }
  const connect = async (name: string) => {
    const client = new TestClient(transport, tinyGame.protocol, TICK_HZ)
    clients.push(client)
    client.hello(`guest:${name}`)
    await pass(200)
    return client
  }
  const ready = async () => {
    const { status, body } = await transport.get('/readyz')
    return [status, String(body).trim()]
  }
  const metric = async (name: string) => {
    const { body } = await transport.get('/metrics')
    const line = String(body)
      .split('\n')
      .find((text) => text.startsWith(`${name} `))
    return Number(line?.slice(name.length + 1))
  }
  return { gate, server, pass, connect, ready, metric }
}
const requests = 'myriad_store_circuit{circuit="requests"}'
const commits = 'myriad_store_circuit{circuit="commits"}'

describe('a server whose store fails', () => {
  it('asks nothing more for a while, says so to whoever asks whether it is ready, and goes on by itself', async () => {
    const { gate, pass, connect, ready, metric } = await tinyServer()
    const client = await connect('Alice')
    const list = async () => {
      const seq = client.request(SessionListCharacters, {})
      await pass(150)
      return client.results.get(seq)
    }
    expect([await list(), await metric(requests), await ready()]).toEqual(['ok', 0, [200, 'ready']])
    gate.gone = true
    for (let i = 0; i < CIRCUIT_FAILURES_MAX; i += 1) expect(await list()).toBe('storeBehind')
    expect(await metric(requests)).toBe(2)
    expect(await ready()).toEqual([
      503,
      'not ready: the store has failed several times on end, and is asked nothing for a moment',
    ])
    const failures = 'myriad_store_failures_total{call="charactersOf"}'
    const before = await metric(failures)
    expect(await list()).toBe('storeBehind')
    expect([await metric(failures), await metric('myriad_store_refused_total')]).toEqual([before, 1])
    gate.gone = false
    await pass(CIRCUIT_REST_MS)
    expect([await metric(requests), await ready()]).toEqual([1, [200, 'ready']])
    expect([await list(), await metric(requests)]).toEqual(['ok', 0])
  })

  it('shows in metrics and readiness how far its commits are behind, and that they are tried less often', async () => {
    const { gate, server, pass, ready, metric } = await tinyServer()
    server.simulation.net.journal.botRemoved(1_000_000_000)
    gate.broken = true
    await pass(BEHIND_MS + 200)
    expect(await ready()).toEqual([200, 'ready: the store is 5 s behind, and what moves value is refused'])
    expect([await metric('myriad_store_level'), await metric(commits)]).toEqual([1, 2])
    await pass(FAR_BEHIND_MS - BEHIND_MS)
    expect(await ready()).toEqual([503, 'not ready: the store is 30 s behind, and nobody is let in'])
    expect(await metric('myriad_store_failures_total{call="commit"}')).toBeLessThan(15)
    gate.broken = false
    await pass(RETRY_MS_MAX + 200)
    expect([await ready(), await metric('myriad_store_level'), await metric(commits)]).toEqual([[200, 'ready'], 0, 0])
  })
})
