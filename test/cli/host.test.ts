import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryStore } from '../../src/adapters/memory-store.js'
import { createMemoryTransport } from '../../src/adapters/memory-transport.js'
import { SessionCreateCharacter, SessionEnter } from '../../src/net/opcodes.js'
import { TestClient } from '../../src/testing/index.js'
import { storeWith } from '../ports/store-with.js'
import { tempDirs } from '../server/temp-dir.js'
import { TinyBreak, tinyGame, tinyProtocol } from '../server/tiny-game.js'
import { cli } from './cli-harness.js'

const directory = tempDirs()
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const pretty = ['host', '--port', '9000', '--bots', '5', '--log-pretty', 'on']

describe('host', () => {
  it('prints where to look, a line now and then, and stops cleanly at a signal', async () => {
    const c = cli()
    const exit = c.run(...pretty, '--status-every-s', '5')
    await c.seen(/Ctrl-C/)
    expect(c.printed.out).toMatch(/^Myriad .*, the tiny game: 5 bots, seed 1, 20 ticks a second, room for 1,213 entities$/m)
    expect(c.printed.out).toMatch(/^ {2}look +http:\/\/127\.0\.0\.1:9000\/$/m)
    expect(c.printed.out).toMatch(/^ {2}clients +ws:\/\/127\.0\.0\.1:9000\/$/m)
    expect(c.printed.out).toMatch(/^ {2}health +http:\/\/127\.0\.0\.1:9000\/readyz/m)
    expect(c.printed.out).toMatch(/^ {2}metrics +http:\/\/127\.0\.0\.1:9000\/metrics$/m)
    expect((await c.transport.get('/readyz')).status).toBe(503)
    c.clock.advance(5_000)
    expect((await c.transport.get('/readyz')).status).toBe(200)
    vi.advanceTimersByTime(5_000)
    expect(c.printed.out).toMatch(
      /^tick p50 \d+\.\d\d ms p99 \d+\.\d\d ms \| 20\.0 ticks\/s \| 5 bots \| 0 clients \| CPU .* % \| \d+ MB$/m,
    )
    c.signal('SIGTERM')
    expect(await exit).toBe(0)
    expect(c.signals.size).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
    expect(c.clock.pending).toBe(0)
    expect(c.printed.err).toBe('')
  })

  it('logs the same as JSON where nobody looks', async () => {
    const c = cli()
    const exit = c.run('host', '--port', '9000', '--log-pretty', 'off', '--host', '0.0.0.0')
    await vi.waitFor(() => expect(c.log.lines[0]?.text).toBe('listening'))
    expect(c.log.lines[0].fields).toMatchObject({ page: 'http://127.0.0.1:9000/', clients: 'ws://127.0.0.1:9000/' })
    vi.advanceTimersByTime(5_000)
    expect(c.log.lines[1]).toMatchObject({ text: 'status', fields: { clients: 0 } })
    c.signal('SIGINT')
    expect(await exit).toBe(0)
    expect(c.printed.out).toBe('')
  })

  it('ends by itself after --max-seconds', async () => {
    const c = cli()
    const exit = c.run(...pretty, '--max-seconds', '60', '--status-every-s', '0')
    await c.seen(/Ctrl-C/)
    vi.advanceTimersByTime(60_000)
    expect(await exit).toBe(0)
    expect(c.printed.out).not.toMatch(/ticks\/s/)
  })

  it('ends at once at a second signal, but takes an echo of the first for none', async () => {
    const never = storeWith(createMemoryStore(), { close: () => new Promise<void>(() => undefined) })
    const c = cli(tinyGame, { ports: { store: never } })
    void c.run(...pretty)
    await c.seen(/Ctrl-C/)
    c.signal('SIGINT')
    vi.advanceTimersByTime(200)
    c.signal('SIGINT')
    expect(c.exits).toEqual([])
    vi.advanceTimersByTime(200)
    c.signal('SIGINT')
    expect(c.exits).toEqual([130])
  })

  it('says that its port is taken, and exits with 2', async () => {
    const machine = new Set<number>([9_000])
    const { run, printed } = cli(tinyGame, { ports: { transport: createMemoryTransport({}, machine) } })
    expect(await run(...pretty)).toBe(2)
    expect(printed.err).toMatch(/^myriad: port 9000 on 127\.0\.0\.1 is taken by another process; .*\n$/)
    expect(printed.out).toBe('')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('exits with 70 when the world breaks, and says where the crash file is', async () => {
    const c = cli()
    const exit = c.run(...pretty, '--crash-dir', directory())
    await c.seen(/Ctrl-C/)
    const client = new TestClient(c.transport, tinyProtocol, 20)
    const ticks = async (count: number) => {
      for (let i = 0; i < count; i += 1) {
        c.clock.advance(50)
        await new Promise((resolve) => setImmediate(resolve))
        client.read()
      }
    }
    client.hello('guest:alice')
    await ticks(4)
    client.request(SessionCreateCharacter, { name: 'Alice', class: 1 })
    await ticks(4)
    client.request(SessionEnter, { characterId: 1 })
    await ticks(4)
    client.request(TinyBreak, {})
    await ticks(1)
    expect(await exit).toBe(70)
    expect(client.closed).toEqual({ code: 1011, reason: 'the server failed' })
    expect(c.printed.err).toMatch(/^myriad: the world broke in tick \d+: InvariantError: somebody asked.*; see .*\.myr; .*\n$/)
    expect(vi.getTimerCount()).toBe(0)
  })
})
