import { afterEach, describe, expect, it } from 'vitest'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import { FRAME_BYTES_MAX, SessionCreateCharacter, SessionEnter, SessionHello } from '../../src/net/opcodes.js'
import { createServer, type Server } from '../../src/server/server.js'
import { openWs, readHttp } from '../ports/ws-client.js'
import { connectSocket, type SocketClient } from '../server/socket-client.js'
import { TinyAdd, TinyFlood, tinyGame } from '../server/tiny-game.js'
import { liveBytes, openRaw, openRawWs, type RawSocket, wsFrame } from './raw-socket.js'

const TICK_HZ = 60
const CLIENTS_MAX = 8
const running: Server[] = []
const raws: RawSocket[] = []
afterEach(async () => {
  for (const { socket } of raws.splice(0)) socket.destroy()
  for (const server of running.splice(0)) await server.stop()
})

/** A server with one player who plays by the rules; the rest of the test does not. */
async function stage() {
  const server = createServer({
    game: tinyGame,
    config: { port: 0, bots: 5, clientsMax: CLIENTS_MAX, tickHz: TICK_HZ },
    ports: { log: createMemoryLog() },
  })
  running.push(server)
  const port = await server.start()
  const player = await connectSocket(port)
  player.request(SessionHello, { token: 'guest:good', resume: '', protocolHash: '' })
  await player.until('session.welcome')
  player.request(SessionCreateCharacter, { name: 'Good', class: 1 })
  const { list } = (await player.until('session.characters')) as { list: { characterId: number }[] }
  player.request(SessionEnter, { characterId: list[0].characterId })
  await player.until('session.entered')
  const raw = (first: string | Uint8Array = ''): RawSocket => {
    const opened = openRaw(port, first)
    raws.push(opened)
    return opened
  }
  const rawWs = async (): Promise<RawSocket> => {
    const opened = await openRawWs(port)
    raws.push(opened)
    return opened
  }
  return { server, port, player, raw, rawWs }
}

const served = async (player: SocketClient): Promise<string> => await player.resultOf(player.request(TinyAdd, { amount: 1 }))

/** Ticks run meanwhile, as a part of what is due. */
async function pace(server: Server, work: Promise<unknown>): Promise<number> {
  const startMs = performance.now()
  const before = server.statistics().ticks
  await work
  return (server.statistics().ticks - before) / (((performance.now() - startMs) * TICK_HZ) / 1000)
}

/** A few turns of the server's loop: what a closed socket leaves behind is gone then. */
async function settled(server: Server, sockets: number): Promise<void> {
  while (server.statistics().sockets !== sockets) await new Promise((resolve) => setImmediate(resolve))
}

describe('who does not come to the point', () => {
  it('half-open connections, slow handshakes and silent sessions are cut while the world goes on', async () => {
    const { server, port, player, raw } = await stage()
    const silent = Array.from({ length: 100 }, () => raw())
    const half = Array.from({ length: 10 }, () => raw('GET / HTTP/1.1\r\nHost: half\r\n'))
    const slow = raw('GET / HTTP/1.1\r\n')
    // A byte each half second never is a header that ends.
    const dribble = setInterval(() => slow.socket.write('a'), 500)
    const wordless = await Promise.all([1, 2, 3].map(() => openWs(port)))
    const ended = Promise.all([...silent, ...half, slow].map(({ closed }) => closed))
    expect(await pace(server, ended)).toBeGreaterThan(0.5)
    clearInterval(dribble)
    for (const { end } of wordless) expect(await end.closed).toEqual({ code: 1008, reason: 'helloTimeout' })
    expect(server.statistics()).toMatchObject({ sockets: 1, closed: { helloTimeout: 3 } })
    expect(await served(player)).toBe('ok')
  }, 40_000)

  it('two hundred connections at once are let in up to the limit, and told why not beyond it', async () => {
    const { server, port, player } = await stage()
    const all = await Promise.all(Array.from({ length: 200 }, () => openWs(port)))
    const refused: string[] = []
    let open = all.length
    for (const { end } of all) {
      void end.closed.then(({ code, reason }) => {
        open -= 1
        refused.push(`${code} ${reason}`)
      })
    }
    while (open > CLIENTS_MAX - 1) await new Promise((resolve) => setImmediate(resolve))
    expect(new Set(refused)).toEqual(new Set([`1013 the server has its ${CLIENTS_MAX} clients`]))
    expect(server.statistics().closed).toEqual({ serverFull: 200 - (CLIENTS_MAX - 1) })
    expect(await served(player)).toBe('ok')
    for (const { ws } of all) ws.terminate()
    await settled(server, 1)
  })
})

describe('what is no protocol of ours', () => {
  it('text, frames too long, and longer in pieces close their own sockets only', async () => {
    const { server, port, player } = await stage()
    const text = await openWs(port)
    text.ws.send('{"hello": true}')
    expect(await text.end.closed).toEqual({ code: 1003, reason: 'binary frames only' })
    const long = await openWs(port)
    long.ws.send(new Uint8Array(FRAME_BYTES_MAX + 1))
    expect((await long.end.closed).code).toBe(1006)
    const pieces = await openWs(port)
    for (let piece = 0; piece < 4; piece += 1) pieces.ws.send(new Uint8Array(FRAME_BYTES_MAX / 3), { fin: piece === 3 })
    expect((await pieces.end.closed).code).toBe(1006)
    const whole = await openWs(port)
    whole.ws.send(new Uint8Array(FRAME_BYTES_MAX))
    await settled(server, 2)
    expect(await served(player)).toBe('ok')
    whole.ws.terminate()
  })

  it.each([
    ['a reserved bit', Uint8Array.from([0xf2, 0x82, 0, 0, 0, 0, 1, 2])],
    ['a reserved opcode', wsFrame(3, new Uint8Array())],
    ['a ping that is too long', wsFrame(9, new Uint8Array(200))],
    ['a continuation of nothing', wsFrame(0, new Uint8Array(2))],
    ['a frame that claims 4 GB', wsFrame(2, new Uint8Array(8), { length: 0xffffffff })],
  ])('%s ends the connection', async (_what, bytes) => {
    const { server, player, rawWs } = await stage()
    const { socket, closed } = await rawWs()
    socket.write(bytes)
    await closed
    await settled(server, 1)
    expect(await served(player)).toBe('ok')
  })

  it('a socket that closes in the middle of a frame leaves nothing behind', async () => {
    const { server, player, rawWs } = await stage()
    for (let turn = 0; turn < 5; turn += 1) {
      const { socket } = await rawWs()
      await settled(server, 2)
      socket.write(wsFrame(2, new Uint8Array(100), { length: 10_000 }))
      socket.resetAndDestroy()
      await settled(server, 1)
    }
    expect(await served(player)).toBe('ok')
    const { sessionList } = server.simulation.net
    while (sessionList.roster.bySocket.size > 1) await new Promise((resolve) => setImmediate(resolve))
  })

  it.each([
    ['bytes of every value', Uint8Array.from({ length: 2_000 }, (_, i) => (i * 37) % 256), /^HTTP\/1\.1 [45]/],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      /^HTTP\/1\.1 4/,
    ],
    ['a length below nothing', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n', /^HTTP\/1\.1 4/],
    [
      'a body without end',
      `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n${'z'.repeat(9_000)}`,
      /^HTTP\/1\.1 4/,
    ],
    ['a method of its own', 'FROB / HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1\.1 4/],
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n\r\n', /^(HTTP\/1\.1 [45]|$)/],
  ])('%s on the port is refused and cut', async (_what, bytes, answer) => {
    const { port, player, raw } = await stage()
    expect(await raw(bytes).closed).toMatch(answer)
    expect(await served(player)).toBe('ok')
    expect((await readHttp(port, '/livez')).status).toBe(200)
  })
})

describe('who sends or takes too much or too little', () => {
  it('pings by the thousand hold up no tick', async () => {
    const { server, player, rawWs } = await stage()
    const flooders = await Promise.all([rawWs(), rawWs()])
    const pings = Buffer.concat(new Array(5_000).fill(wsFrame(9, new Uint8Array(40))))
    const flood = async (): Promise<void> => {
      for (let turn = 0; turn < 10; turn += 1) {
        for (const { socket } of flooders) socket.write(pings)
        expect(await served(player)).toBe('ok')
      }
    }
    expect(await pace(server, flood())).toBeGreaterThan(0.5)
    for (const { socket } of flooders) socket.destroy()
    await settled(server, 1)
  })

  it('a client that never reads is closed, pings or not, and the others are served', async () => {
    const { server, port, player } = await stage()
    const slow = await connectSocket(port)
    slow.request(SessionHello, { token: 'guest:slow', resume: '', protocolHash: '' })
    await slow.until('session.welcome')
    slow.request(SessionCreateCharacter, { name: 'Slow', class: 1 })
    const { list } = (await slow.until('session.characters')) as { list: { characterId: number }[] }
    slow.request(SessionEnter, { characterId: list[0].characterId })
    await slow.until('session.entered')
    slow.end.pause()
    slow.request(TinyFlood, { texts: 6_000 })
    while (server.statistics().closed.stalled !== 1) expect((await readHttp(port, '/livez')).status).toBe(200)
    expect(await served(player)).toBe('ok')
    expect(server.statistics().sockets).toBe(1)
    slow.end.resume()
    expect((await slow.end.closed).code).toBeGreaterThan(1_000)
  })

  it('five hundred connections that come with rubbish and go leave no memory behind', async () => {
    const { server, player, rawWs } = await stage()
    const churn = async (times: number): Promise<number> => {
      for (let turn = 0; turn < times; turn += 1) {
        const { socket, closed } = await rawWs()
        socket.end(
          Buffer.concat([
            wsFrame(
              2,
              Uint8Array.from({ length: 500 }, (_, i) => (i * turn) % 256),
            ),
            wsFrame(8, new Uint8Array()),
          ]),
        )
        await closed
        raws.length = 0
      }
      await settled(server, 1)
      return liveBytes()
    }
    const before = await churn(100)
    const after = await churn(400)
    expect(after - before).toBeLessThan(2_000_000)
    expect(server.simulation.net.sessionList.roster.bySocket.size).toBeLessThanOrEqual(2)
    expect(await served(player)).toBe('ok')
  })
})
