import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { standardGame } from '../../game.js'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import { SessionHello } from '../../src/net/opcodes.js'
import { decodeFrame } from '../../src/protocol/codec.js'
import { noContent, readContent } from '../../src/server/content-files.js'
import { readRecording } from '../../src/server/recording-format.js'
import { replay } from '../../src/server/replay.js'
import { createServer, type Server, type ServerOptions } from '../../src/server/server.js'
import { JsonClient } from '../protocol/json-client.js'
import { connectJson, enterJson } from './json-socket.js'
import { connectSocket } from './socket-client.js'
import { tempDirs } from './temp-dir.js'
import { makeTinyGame, tinyGame } from './tiny-game.js'

const directory = tempDirs()
let server: Server | undefined
afterEach(() => server?.stop())

async function host(options: Partial<ServerOptions> = {}): Promise<Server> {
  const config = { port: 0, bots: 0, creatures: 0, clientsMax: 8, tickHz: 60, crashDir: directory(), ...options.config }
  server = createServer({ game: tinyGame, ...options, config, ports: { log: createMemoryLog() } })
  await server.start()
  return server
}

/** Far enough to take some ticks, near enough to take no second of them. */
const WALK_M = 3

describe('a client that speaks JSON', () => {
  it('enters the standard game, walks, and sees results, its own state and the cells', async () => {
    const { port } = await host({ game: standardGame, content: readContent(standardGame), config: { bots: 10 } })
    const client = await connectJson(port)
    const cells = new JsonClient(client.protocol)
    client.request('session.hello', 'guest:ada', '', '')
    await client.until(({ name }) => name === 'session.welcome')
    client.request('session.createCharacter', 'Ada', 1)
    const created = await client.until(({ name }) => name === 'session.characters')
    expect(created.fields).toEqual([[[1, 'Ada', 1, 1]]])
    client.request('session.enter', 1)
    const first = await until(client, 'session.entered')
    const [entity, , , , cellSizeM, x, , z] = fieldsOf(first, 'session.entered') as number[]
    expect(cellSizeM).toBe(client.protocol.cellSizeM)
    const [values] = fieldsOf(first, 'owner.state') as [number[][]]
    expect(values.length).toBeGreaterThan(0)
    expect(values.every((value) => value.length === 4 && value.every(Number.isFinite))).toBe(true)
    const see = (frame: typeof first) => {
      const bytes = fieldsOf(frame, 'cell.frame')[0]
      if (typeof bytes === 'string') cells.frame(new Uint8Array(Buffer.from(bytes, 'base64')))
      return cells.entities.get(entity)?.values
    }
    expect(see(first)?.['Position.x']).toBeCloseTo(x, 1)
    const walk = client.request('move.to', x + WALK_M, z)
    let result: unknown
    let moved = 0
    for (let at = x; at < x + WALK_M - 0.5; ) {
      const frame = await client.frame()
      result ??= frame.find(({ name, fields }) => name === 'session.result' && fields[0] === walk)?.fields[1]
      const seen = see(frame)
      const self = fieldsOf(frame, 'move.self') as number[]
      if (self.length === 0) continue
      moved += 1
      at = self[1]
      // The same tick's place, once as a number of JSON and once out of the packed bytes.
      expect(Math.abs((seen?.['Position.x'] ?? 0) - at)).toBeLessThan(0.02)
    }
    expect(result).toBe(0)
    expect(moved).toBeGreaterThan(2)
  })

  it('is refused what is no frame, and goes on', async () => {
    const { port } = await host()
    const client = await connectJson(port)
    await enterJson(client, 'Ada')
    for (const text of ['{"a":1}', '[513,9,{"amount":1}]', '[513,9', '5', `[513,9,${'['.repeat(6)}${']'.repeat(6)}]`]) {
      client.sendText(text)
      expect([text, await client.resultOf(0)]).toEqual([text, 'malformed'])
    }
    expect(await client.resultOf(client.request('tiny.add', '3'))).toBe('malformed')
    expect(await client.resultOf(client.request('tiny.add', 3))).toBe('ok')
  })

  it('is closed for a binary frame', async () => {
    const { port } = await host()
    const client = await connectJson(port)
    client.end.send(Uint8Array.of(0x91, 1))
    expect(await client.end.closed).toEqual({ code: 1003, reason: 'text frames only' })
  })

  it('is counted by what went over the wire', async () => {
    const { port } = await host()
    const client = await connectJson(port)
    await enterJson(client, 'Ada')
    client.sendText('[  "ä"  ]')
    await client.resultOf(0)
    client.request('session.logout')
    await expect(client.until(() => false)).rejects.toThrow('closed')
    const { bytesReceived, bytesSent, framesSent } = server!.statistics()
    expect({ sent: bytesReceived, received: bytesSent, frames: framesSent }).toEqual(client.counts)
  })

  it('leaves a recording like any other’s, which replays exactly', async () => {
    const record = join(directory(), 'json.myr')
    const running = await host({ config: { record, bots: 5 } })
    const client = await connectJson(running.port)
    await enterJson(client, 'Ada')
    client.sendText('{"token":"guest:Ada"}')
    expect(await client.resultOf(0)).toBe('malformed')
    expect(await client.resultOf(client.request('tiny.add', 3))).toBe('ok')
    await running.stop()
    expect(replay(record, { game: makeTinyGame(), content: noContent })).toMatchObject({ ok: true, firstDifference: null })
    const entries = [...readRecording(record).frames].flatMap((tick) => (tick.kind === 'tick' ? tick.inbox.entries : []))
    const frames = entries.flatMap((entry) => (entry.kind === 'frame' ? [entry.bytes] : []))
    expect(frames.map((bytes) => decodeFrame(bytes)?.slice(0, 4) ?? bytes.length)).toEqual([
      [SessionHello.id, 1, '', ''],
      [0x0102, 2, 'Ada', 1],
      [0x0104, 3, 1],
      0,
      [0x0201, 4, 3],
    ])
  })

  it('plays in one world with a client that speaks msgpack, whom a text frame closes', async () => {
    const { port } = await host()
    const client = await connectJson(port)
    const [entity] = (await enterJson(client, 'Ada')).fields
    const other = await connectSocket(port)
    other.request(SessionHello, { token: 'guest:bert', resume: '', protocolHash: '' })
    expect(await other.until('session.welcome')).toMatchObject({ accountId: 'guest:bert' })
    other.end.send('[513,9,1]')
    expect(await other.end.closed).toEqual({ code: 1003, reason: 'binary frames only' })
    expect(await client.resultOf(client.request('tiny.add', 3))).toBe('ok')
    expect(entity).toBeGreaterThan(0)
  })
})

type Frame = Awaited<ReturnType<Awaited<ReturnType<typeof connectJson>>['frame']>>

/** Those of the first message of that name; none where there is no such message. */
const fieldsOf = (frame: Frame, wanted: string): readonly unknown[] => frame.find(({ name }) => name === wanted)?.fields ?? []

/** The whole of the next frame that has such a message. */
async function until(client: Awaited<ReturnType<typeof connectJson>>, name: string): Promise<Frame> {
  let frame = await client.frame()
  while (!frame.some((message) => message.name === name)) frame = await client.frame()
  return frame
}
