import { expect, test } from 'vitest'
import type { SocketId } from '../../src/ports/transport.js'
import { FRAME_BYTES_MAX, type Stage } from './transport-harness.js'

const BINARY = 'myriad.v1.msgpack'
const TEXT = 'myriad.v1.json'

/** What a handshake chooses, and what it rules out. */
export function subprotocolContract({ start }: Stage): void {
  test('open tells what the handshake chose: the first known of what was offered, binary where nothing was', async () => {
    const { connect, events } = await start()
    for (const offered of [[], [BINARY], [TEXT], ['other.v9', TEXT, BINARY], [BINARY, TEXT]]) await connect(offered)
    const kinds = ['', '', ' text', ' text', '']
    expect(events).toEqual(kinds.map((kind, index) => `open ${index + 1} 127.0.0.1${kind}`))
  })

  test('a handshake that offers only unknown subprotocols is refused and not heard of', async () => {
    const { connect, events } = await start()
    await expect(connect(['myriad.v2.msgpack', 'other'])).rejects.toThrow()
    expect(events).toEqual([])
  })

  test.each([
    { offered: [BINARY], frame: '[1]', reason: 'binary frames only' },
    { offered: [], frame: '[1]', reason: 'binary frames only' },
    { offered: [TEXT], frame: Uint8Array.of(0x91, 1), reason: 'text frames only' },
  ])('a frame of the other kind closes its socket and no other: $offered, $reason', async ({ offered, frame, reason }) => {
    const { connect, events, messages, sockets, heard } = await start()
    const client = await connect(offered)
    const other = await connect()
    client.send(frame)
    expect(await client.closed).toEqual({ code: 1003, reason })
    await heard(`close ${sockets[0]} 1003`)
    other.send(Uint8Array.of(5))
    await heard(`message ${sockets[1]} 1`)
    expect(messages).toEqual([[5]])
    expect(events.filter((event) => event.startsWith('close'))).toEqual([`close ${sockets[0]} 1003`])
  })
}

/** Text frames on a socket that chose them. */
export function textContract({ start }: Stage): void {
  test('a text goes each way, in order, and is heard as its UTF-8', async () => {
    const { transport, connect, handlers, messages } = await start()
    handlers.message = (socket, bytes) => {
      messages.push([...bytes])
      expect(transport.send(socket, `got ${new TextDecoder().decode(bytes)}`)).toBe('sent')
    }
    const client = await connect([TEXT])
    for (const text of ['["ä"]', '', '[2]']) client.send(text)
    expect([await client.nextText(), await client.nextText(), await client.nextText()]).toEqual(['got ["ä"]', 'got ', 'got [2]'])
    expect(messages).toEqual([[0x5b, 0x22, 0xc3, 0xa4, 0x22, 0x5d], [], [0x5b, 0x32, 0x5d]])
  })

  test('the limit of a frame counts the bytes of a text', async () => {
    const { connect, messages, sockets, heard } = await start()
    const client = await connect([TEXT])
    const [socket] = sockets as [SocketId]
    client.send('ä'.repeat(FRAME_BYTES_MAX / 2))
    await heard(`message ${socket} ${FRAME_BYTES_MAX}`)
    client.send(`${'ä'.repeat(FRAME_BYTES_MAX / 2)}x`)
    expect((await client.closed).code).toBe(1006)
    await heard(`close ${socket} 1006`)
    expect(messages).toHaveLength(1)
  })

  test('texts that a client does not read are buffered and counted in bytes, and arrive whole when it reads again', async () => {
    const { transport, connect, sockets } = await start()
    const client = await connect([TEXT])
    const [socket] = sockets as [SocketId]
    client.pause()
    const body = 'ä'.repeat(32 * 1024)
    let sent = 0
    for (; sent < 256 && transport.bufferedBytes(socket) < 96 * 1024; sent += 1) transport.send(socket, `${sent} ${body}`)
    expect(transport.bufferedBytes(socket)).toBeGreaterThanOrEqual(96 * 1024)
    client.resume()
    for (let index = 0; index < sent; index += 1) expect(await client.nextText()).toBe(`${index} ${body}`)
    expect(transport.bufferedBytes(socket)).toBe(0)
  })

  test('a text to a socket that is gone or never was is dropped', async () => {
    const { transport, connect, sockets, heard } = await start()
    const client = await connect([TEXT])
    client.close(1000)
    await heard(`close ${sockets[0]} 1000`)
    for (const socket of [sockets[0]!, 999]) expect(transport.send(socket, '[1]')).toBe('dropped')
  })
}
