import { afterEach, describe, expect, it, vi } from 'vitest'
import { WebSocket as WsSocket } from 'ws'
import { chooseSubprotocol } from '../../src/adapters/transport-rules.js'
import { type Client, CONNECT_TIMEOUT_MS, connect, type SocketConstructor } from '../../src/client/index.js'
import { SessionClosed, SessionHello, SessionWelcome } from '../../src/net/opcodes.js'
import { SUBPROTOCOL } from '../../src/protocol/subprotocol.js'
import { FakeSocket, part, result } from './fake-socket.js'
import { components, protocol } from './tiny-game.js'

const options = { url: 'ws://127.0.0.1:9/', token: 'guest:ada', protocol, components, WebSocket: FakeSocket }
const welcome = part(SessionWelcome, {
  accountId: 'guest-ada',
  serverVersion: '0.1.0',
  protocolHash: 'abc',
  tickHz: 20,
  resumeToken: '',
  lastSeq: 0,
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

async function refusal(connecting: Promise<Client>): Promise<Error & { code?: string }> {
  try {
    await connecting
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('the connection was opened')
}

describe('connect', () => {
  it('offers the subprotocol, says hello, and resolves after the welcome and its result', async () => {
    let done = false
    const connecting = connect({ ...options, protocolHash: 'abc' }).then((client) => {
      done = true
      return client
    })
    const socket = FakeSocket.last
    expect([socket.url, socket.protocols, socket.binaryType]).toEqual([options.url, [SUBPROTOCOL], 'arraybuffer'])
    expect(socket.frames).toEqual([])
    socket.opens()
    expect(socket.frames).toEqual([[SessionHello.id, 1, 'guest:ada', '', 'abc']])
    socket.says(7, welcome)
    await Promise.resolve()
    expect(done).toBe(false)
    socket.says(8, result(1, 'ok'))
    const client = await connecting
    expect([client.tickHz, client.tick, client.me]).toEqual([20, 8, 0])
    expect(client.welcome?.accountId).toBe('guest-ada')
    expect(socket.closedWith).toBeUndefined()
  })

  it('sends an empty hash when none is given', () => {
    void connect(options).catch(() => undefined)
    FakeSocket.last.opens()
    expect(FakeSocket.last.messages[0]).toEqual([SessionHello.id, 1, 'guest:ada', '', ''])
  })

  it.each<[string, (socket: FakeSocket) => void, RegExp]>([
    ['the server refuses the token', (s) => s.says(1, result(1, 'notAllowed')), /refused the session: notAllowed/],
    ['the protocol differs', (s) => s.says(1, part(SessionClosed, { reason: 'wrongProtocol', resumable: 0 })), /wrongProtocol/],
    ['the socket closes', (s) => s.closes(1006), /closed with code 1006$/],
    ['the socket closes with a reason', (s) => s.closes(1001, 'the server stops'), /code 1001, the server stops/],
    ['the socket fails', (s) => s.fails('connect ECONNREFUSED'), /connect ECONNREFUSED/],
    ['the socket fails as browsers do', (s) => s.fails(), /is a server listening/],
    ['the server sends nonsense', (s) => s.receives(new Uint8Array([0xc1]).buffer), /unreadable/],
    ['the server sends text', (s) => s.receives('hello'), /unreadable/],
    ['the server sends no array', (s) => s.receives(new Uint8Array([0x05]).buffer), /unreadable/],
  ])('rejects with CONNECT_FAILED when %s', async (_case, act, text) => {
    const connecting = connect(options)
    FakeSocket.last.opens()
    act(FakeSocket.last)
    const error = await refusal(connecting)
    expect(error.code).toBe('CONNECT_FAILED')
    expect(error.message).toMatch(text)
    expect(error.message).toContain(options.url)
    expect(error.message).not.toContain('guest:ada')
    expect(FakeSocket.last.closedWith).toBe(1000)
  })

  it('rejects after ten seconds of silence, and not before', async () => {
    vi.useFakeTimers()
    let error: Error | undefined
    void connect(options).catch((cause: Error) => {
      error = cause
    })
    FakeSocket.last.opens()
    await vi.advanceTimersByTimeAsync(CONNECT_TIMEOUT_MS - 1)
    expect(error).toBeUndefined()
    await vi.advanceTimersByTimeAsync(1)
    expect(error?.message).toMatch(/no welcome within 10000 ms/)
    expect(FakeSocket.last.closedWith).toBe(1000)
  })

  it('leaves no timer behind', async () => {
    vi.useFakeTimers()
    const connecting = connect(options)
    FakeSocket.last.opens()
    FakeSocket.last.says(1, welcome, result(1, 'ok'))
    await connecting
    expect(vi.getTimerCount()).toBe(0)
    const failing = refusal(connect(options))
    FakeSocket.last.closes(1006)
    await failing
    expect(vi.getTimerCount()).toBe(0)
  })

  it('rejects when the socket cannot even be made', async () => {
    class Broken extends FakeSocket {
      constructor(url: string) {
        super(url)
        throw new SyntaxError('bad address')
      }
    }
    expect((await refusal(connect({ ...options, WebSocket: Broken }))).message).toMatch(/bad address/)
  })

  it('says what to pass where the runtime has no WebSocket, and takes the global one where it has', async () => {
    const { WebSocket: _, ...withoutSocket } = options
    vi.stubGlobal('WebSocket', undefined)
    expect((await refusal(connect(withoutSocket))).message).toMatch(/pass the ws package/)
    vi.stubGlobal('WebSocket', FakeSocket)
    const connecting = connect(withoutSocket)
    FakeSocket.last.opens()
    FakeSocket.last.says(1, welcome, result(1, 'ok'))
    await connecting
  })

  it('fits the class of the ws package and speaks what the transport offers', () => {
    const fits: SocketConstructor = WsSocket
    expect(fits).toBe(WsSocket)
    expect(chooseSubprotocol(SUBPROTOCOL)).toBe(SUBPROTOCOL)
  })
})
