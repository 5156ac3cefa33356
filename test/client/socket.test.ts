import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { createUwsTransport } from '../../src/adapters/uws-transport.js'
import { connect } from '../../src/client/index.js'
import { FRAME_BYTES_MAX, SessionClosed, SessionHello, SessionWelcome, WorldNotice } from '../../src/net/opcodes.js'
import type { Transport } from '../../src/ports/transport.js'
import { decodeFrame, encode } from '../../src/protocol/codec.js'
import { part, result } from './fake-socket.js'
import { components, protocol, Shout } from './tiny-game.js'

const about = { accountId: 'ada', serverVersion: '1', protocolHash: 'h', tickHz: 20, resumeToken: '', lastSeq: 0 }

/** Answers like a session: hello with a welcome, anything else with a notice and ok, or by closing. */
function answer(transport: Transport, socket: number, bytes: Uint8Array): void {
  const [id, seq, text] = decodeFrame(bytes) ?? []
  const say = (...parts: (readonly unknown[])[]) => transport.send(socket, encode([2, ...parts]))
  if (id === SessionHello.id && text === 'guest:ada') say(part(SessionWelcome, about), result(Number(seq), 'ok'))
  else if (id === SessionHello.id) say(result(Number(seq), 'notAllowed'))
  else if (text === 'stop') {
    say(part(SessionClosed, { reason: 'shutdown', resumable: 0 }))
    transport.close(socket, 1001, 'shutdown')
  } else say(part(WorldNotice, { text: String(text) }), result(Number(seq), 'ok'))
}

describe('the SDK on the ws package and the real transport', () => {
  let transport: Transport
  let url = ''

  beforeEach(async () => {
    transport = createUwsTransport()
    const port = await transport.listen(
      { host: '127.0.0.1', port: 0, frameBytesMax: FRAME_BYTES_MAX },
      {
        open: () => undefined,
        message: (socket, bytes) => answer(transport, socket, bytes),
        close: () => undefined,
        http: () => undefined,
      },
    )
    url = `ws://127.0.0.1:${port}/`
  })
  afterEach(() => transport.stop())

  it('connects, asks, listens and is told of the end', async () => {
    const client = await connect({ url, token: 'guest:ada', protocol, components, WebSocket })
    const heard: string[] = []
    client.on(WorldNotice, ({ text }) => heard.push(text))
    expect(await client.request(Shout, { text: 'naïve 🦊' })).toBe('ok')
    expect(heard).toEqual(['naïve 🦊'])
    const ended = new Promise((resolve) => client.onClosed(resolve))
    client.send(Shout, { text: 'stop' })
    expect(await ended).toBe('shutdown')
  })

  it('learns of a lost socket', async () => {
    const client = await connect({ url, token: 'guest:ada', protocol, components, WebSocket })
    const ended = new Promise((resolve) => client.onClosed(resolve))
    await transport.stop()
    expect(await ended).toBe('lost')
  })

  it('is refused, or finds nobody', async () => {
    const options = { url, protocol, components, WebSocket }
    await expect(connect({ ...options, token: 'guest:eve' })).rejects.toThrow(/refused the session: notAllowed/)
    await transport.stop()
    await expect(connect({ ...options, token: 'guest:ada' })).rejects.toMatchObject({
      code: 'CONNECT_FAILED',
      message: expect.stringMatching(/ECONNREFUSED/),
    })
  })
})
