import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import { SessionCreateCharacter, SessionEnter, SessionHello } from '../../src/net/opcodes.js'
import { noContent, readContent } from '../../src/server/content-files.js'
import type { WorldCrash } from '../../src/server/crash-file.js'
import { replay } from '../../src/server/replay.js'
import { createServer, type Server, type ServerOptions } from '../../src/server/server.js'
import { readHttp } from '../ports/ws-client.js'
import { connectSocket } from './socket-client.js'
import { tempDirs } from './temp-dir.js'
import { makeTinyGame, TinyAdd, TinyBreak, TinyFlood, tinyGame } from './tiny-game.js'

const directory = tempDirs()
const running: Server[] = []
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop()
})

function create(options: Partial<ServerOptions> = {}) {
  const log = createMemoryLog()
  const config = { port: 0, bots: 5, clientsMax: 8, tickHz: 60, crashDir: directory(), ...options.config }
  const server = createServer({ game: tinyGame, ...options, config, ports: { log, ...options.ports } })
  running.push(server)
  return { server, log }
}

async function start(options: Partial<ServerOptions> = {}) {
  const made = create(options)
  await made.server.start()
  return made
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

describe('a server on real sockets', () => {
  it('welcomes a client, lets it play, and tells it when it stops', async () => {
    const { server, log } = await start()
    const client = await enter(server, 'Alice')
    expect(await client.resultOf(client.request(TinyAdd, { amount: 3 }))).toBe('ok')
    expect(server.statistics()).toMatchObject({ sockets: 1, clients: 1, commitFailures: 0 })
    const stopping = server.stop('the test ends')
    expect(await client.until('session.closed')).toMatchObject({ reason: 'shutdown' })
    expect(await client.end.closed).toEqual({ code: 1001, reason: 'shutdown' })
    await stopping
    expect(server.statistics().closed).toEqual({ shutdown: 1 })
    expect(log.lines.map((line) => line.text)).toEqual(['the server stops', 'the server has stopped'])
    const ticks = server.simulation.world.tick
    await new Promise((resolve) => setImmediate(resolve))
    expect(server.simulation.world.tick).toBe(ticks)
  })

  it('saves what a client gained', async () => {
    const { server } = await start({ config: { graceS: 0 } })
    const client = await enter(server, 'Alice')
    await client.resultOf(client.request(TinyAdd, { amount: 3 }))
    client.end.close(1000)
    await client.end.closed
    const again = await connectSocket(server.port)
    again.request(SessionHello, { token: 'guest:alice', resume: '', protocolHash: server.simulation.protocolHash })
    await again.until('session.welcome')
    again.request(SessionEnter, { characterId: 1 })
    await again.until('session.entered')
    again.request(TinyAdd, { amount: 1 })
    expect(await again.until('tiny.total')).toEqual({ points: 4 })
  })

  it('says in one line that its port is taken, and leaves nothing behind', async () => {
    const { server } = await start()
    const { server: second } = create({ config: { port: server.port } })
    await expect(second.start()).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      message: expect.stringContaining(`port ${server.port}`),
    })
    await second.stop()
  })

  it('closes a socket that sends too many bytes', async () => {
    const { server } = await start()
    const client = await connectSocket(server.port)
    for (let i = 0; i < 12; i += 1) client.end.send(new Uint8Array(12_000))
    expect(await client.end.closed).toMatchObject({ code: 1008, reason: 'more than 64 KiB a second' })
    expect(server.statistics().closed).toEqual({ 'flood.bytes': 1 })
  })

  it('closes a socket that sends more than fits into one tick', async () => {
    const { server } = await start({ config: { tickHz: 5 } })
    const client = await connectSocket(server.port)
    for (let i = 0; i < 65; i += 1) client.end.send(Uint8Array.of(0))
    expect(await client.end.closed).toMatchObject({ code: 1008, reason: 'more than 64 messages in one tick' })
    expect(server.statistics().closed).toEqual({ 'flood.places': 1 })
  })

  it('closes a client that does not read, and serves the others on', async () => {
    const { server } = await start()
    const slow = await enter(server, 'Alice')
    const other = await enter(server, 'Bert')
    slow.end.pause()
    slow.request(TinyFlood, { texts: 6_000 })
    while (server.statistics().closed.stalled !== 1) {
      expect(await other.resultOf(other.request(TinyAdd, { amount: 1 }))).toMatch(/^(ok|tooFast)$/)
    }
    slow.end.resume()
    expect(await slow.end.closed).toMatchObject({ code: expect.any(Number) })
    expect(server.statistics().sockets).toBe(1)
  })

  it('refuses a client above clientsMax with a reason', async () => {
    const { server } = await start({ config: { clientsMax: 1 } })
    await enter(server, 'Alice')
    const second = await connectSocket(server.port)
    expect(await second.end.closed).toEqual({ code: 1013, reason: 'the server has its 1 clients' })
  })

  it('writes a crash file when a tick throws, closes its sockets and says so', async () => {
    const crashes: WorldCrash[] = []
    let crashed = () => {}
    const told = new Promise<void>((resolve) => {
      crashed = resolve
    })
    const onCrash = (crash: WorldCrash) => {
      crashes.push(crash)
      crashed()
    }
    const { server, log } = await start({ onCrash, config: { record: join(directory(), 'all.myr') } })
    const client = await enter(server, 'Alice')
    client.request(TinyBreak, {})
    expect(await client.end.closed).toEqual({ code: 1011, reason: 'the server failed' })
    await told
    expect(crashes).toHaveLength(1)
    expect(log.lines.find((line) => line.level === 'error')?.text).toBe('the world broke')
    const notices: string[] = []
    const result = replay(server.config.record, { game: tinyGame, content: noContent, onNotice: (text) => notices.push(text) })
    expect(result).toMatchObject({ ok: true, ticks: crashes[0].tick })
    expect(notices[0]).toMatch(/broke in tick \d+ again/)
    await server.stop()
    expect(crashes).toHaveLength(1)
  })

  it('records what happens, to be replayed', async () => {
    const { server } = await start({ config: { record: join(directory(), 'all.myr') } })
    const client = await enter(server, 'Alice')
    await client.resultOf(client.request(TinyAdd, { amount: 3 }))
    await server.stop()
    const result = replay(server.config.record, { game: tinyGame, content: noContent })
    expect(result).toMatchObject({
      ok: true,
      ticks: server.simulation.world.tick,
      stateHash: server.simulation.world.stateHash(),
    })
  })

  it('frees its port when the recording cannot be written', async () => {
    const { server } = create({ config: { record: join(directory(), 'missing', 'a.myr') } })
    await expect(server.start()).rejects.toMatchObject({ code: 'BAD_CONFIG' })
    await start({ config: { port: server.port } })
  })

  it('refuses settings that cannot be used, all at once', () => {
    const config = { port: -1, bots: 1.5, colour: 'red' }
    expect(() => createServer({ game: tinyGame, config })).toThrow(
      /unknown key colour[\s\S]*config.port is -1 but must be[\s\S]*config.bots is 1.5/,
    )
  })
})

describe('HTTP', () => {
  it('answers what an operator and a page ask for', async () => {
    const contentDirectory = directory()
    writeFileSync(join(contentDirectory, 'tiny.json'), '{ "hello": ["world"] }')
    const game = makeTinyGame({ contentDirectory })
    const content = readContent(game)
    const { server } = await start({ game, content })
    await enter(server, 'Alice')
    const get = (path: string) => readHttp(server.port, path)
    expect(await get('/livez')).toMatchObject({ status: 200 })
    expect(await get('/readyz')).toMatchObject({ status: 200 })
    const tables = await get(`/content/${content.hash}.json`)
    expect(JSON.parse(tables.body)).toEqual({ 'tiny.json': { hello: ['world'] } })
    expect(tables.headers['cache-control']).toContain('immutable')
    const protocol = await get('/protocol.json')
    expect(JSON.parse(protocol.body)).toMatchObject({ protocolHash: server.simulation.protocolHash, cellSizeM: 40 })
    const metrics = await get('/metrics')
    expect(metrics.body).toMatch(/^myriad_ticks_total \d+$/m)
    expect(metrics.body).toMatch(/^myriad_bots\{tier="active"\} 5$/m)
    expect(metrics.body).toMatch(/^myriad_sessions\{state="inWorld"\} 1$/m)
    expect(metrics.body).toMatch(/^myriad_messages_received_total\{opcode="session.hello"\} 1$/m)
    expect(metrics.body).toMatch(/^myriad_system_duration_seconds_count\{system="adder"\} \d+$/m)
    expect(await get('/content/0000.json')).toMatchObject({ status: 404 })
    expect(await get('/etc/passwd')).toMatchObject({ status: 404 })
  })

  it('serves the page where it is built, and says how to build it where not', async () => {
    const built = directory()
    writeFileSync(join(built, 'index.html'), '<p>page</p>')
    const { server: without } = await start({ webDirectory: built })
    expect((await readHttp(without.port, '/')).body).toMatch(/npm run build/)
    expect(await readHttp(without.port, '/app.js')).toMatchObject({ status: 404 })
    writeFileSync(join(built, 'app.js'), 'page()')
    const { server } = await start({ webDirectory: built })
    expect(await readHttp(server.port, '/')).toMatchObject({ status: 200, body: '<p>page</p>' })
    const script = await readHttp(server.port, '/app.js')
    expect(script).toMatchObject({ status: 200, body: 'page()' })
    expect(script.headers['content-type']).toMatch(/^text\/javascript/)
    expect(await readHttp(server.port, '/app.js.map')).toMatchObject({ status: 404 })
  })
})
