import { expect, test } from 'vitest'
import type { SocketId } from '../../src/ports/transport.js'
import { FRAME_BYTES_MAX, type Stage } from './transport-harness.js'

/** What comes and goes over a socket. */
export function messagesContract({ start }: Stage): void {
  test('a message goes each way, in order, as its own bytes', async () => {
    const { transport, connect, events, messages, sockets, heard, handlers } = await start()
    handlers.message = (socket, bytes) => {
      messages.push([...bytes])
      transport.send(socket, bytes)
    }
    const client = await connect()
    client.send(Uint8Array.of(1, 2, 3))
    client.send(Uint8Array.of())
    client.send(Uint8Array.of(4))
    expect([...(await client.next())]).toEqual([1, 2, 3])
    expect([...(await client.next())]).toEqual([])
    expect([...(await client.next())]).toEqual([4])
    expect(messages).toEqual([[1, 2, 3], [], [4]])
    expect(events).toEqual([`open ${sockets[0]} 127.0.0.1`])
    client.close(1000)
    await heard(`close ${sockets[0]} 1000`)
  })

  test('the bytes of send may be reused as soon as it returns', async () => {
    const { transport, connect, sockets } = await start()
    const client = await connect()
    const bytes = Uint8Array.of(7, 7)
    expect(transport.send(sockets[0]!, bytes)).toBe('sent')
    bytes.fill(0)
    expect([...(await client.next())]).toEqual([7, 7])
  })

  test('the bytes of message do not outlive its call', async () => {
    const { connect, handlers } = await start()
    const kept = new Promise<Uint8Array>((resolve) => {
      handlers.message = (_, bytes) => resolve(bytes)
    })
    const client = await connect()
    client.send(Uint8Array.of(1, 2, 3))
    const bytes = await kept
    await new Promise((resolve) => setImmediate(resolve))
    expect([bytes.length, bytes[0]]).not.toEqual([3, 1])
  })

  test('socket numbers rise and are not used twice', async () => {
    const { connect, sockets, heard } = await start()
    for (let turn = 0; turn < 3; turn += 1) {
      const client = await connect()
      client.close(1000)
      await heard(`close ${sockets[turn]} 1000`)
    }
    expect(sockets).toEqual([1, 2, 3])
  })
}

/** How a socket ends, and what is left of it. */
export function closingContract({ start }: Stage): void {
  test('close of ours reaches the client with code and reason, and is reported exactly once', async () => {
    const { transport, connect, events, sockets } = await start()
    const client = await connect()
    const [socket] = sockets as [SocketId]
    transport.send(socket, Uint8Array.of(9))
    transport.close(socket, 4001, 'too slow')
    transport.close(socket, 4002, 'again')
    expect([...(await client.next())]).toEqual([9])
    expect(await client.closed).toEqual({ code: 4001, reason: 'too slow' })
    expect(events).toEqual([`open ${socket} 127.0.0.1`, `close ${socket} 4001`])
  })

  test('a reason longer than a close frame holds is cut', async () => {
    const { transport, connect, sockets } = await start()
    const client = await connect()
    transport.close(sockets[0]!, 4001, 'ä'.repeat(100))
    expect(await client.closed).toEqual({ code: 4001, reason: 'ä'.repeat(61) })
  })

  test('a socket may be closed from its own open and message', async () => {
    const { transport, connect, events, handlers } = await start()
    const open = handlers.open
    handlers.open = (socket, address, kind) => {
      open(socket, address, kind)
      if (socket === 1) transport.close(socket, 4001, 'full')
    }
    let heard = 0
    handlers.message = (socket) => {
      heard += 1
      transport.close(socket, 4002, 'enough')
    }
    const first = await connect()
    expect(await first.closed).toEqual({ code: 4001, reason: 'full' })
    const second = await connect()
    second.send(Uint8Array.of(1))
    second.send(Uint8Array.of(2))
    expect(await second.closed).toEqual({ code: 4002, reason: 'enough' })
    expect(events).toEqual(['open 1 127.0.0.1', 'close 1 4001', 'open 2 127.0.0.1', 'close 2 4002'])
    expect(heard).toBe(1)
  })

  test('send, close and bufferedBytes do nothing on a socket that is gone or never was', async () => {
    const { transport, connect, events, sockets, heard } = await start()
    const client = await connect()
    client.close(1000)
    await heard(`close ${sockets[0]} 1000`)
    for (const socket of [sockets[0]!, 999]) {
      expect(transport.send(socket, Uint8Array.of(1))).toBe('dropped')
      expect(transport.bufferedBytes(socket)).toBe(0)
      transport.close(socket, 4001, 'late')
    }
    expect(events).toHaveLength(2)
  })
}

/** What happens when one side gives more than the other takes. */
export function limitsContract({ start }: Stage): void {
  test('a frame of the limit is taken; a longer one closes its socket and no other', async () => {
    const { connect, events, messages, sockets, heard } = await start()
    const large = await connect()
    const other = await connect()
    const [first, second] = sockets as [SocketId, SocketId]
    large.send(new Uint8Array(FRAME_BYTES_MAX))
    await heard(`message ${first} ${FRAME_BYTES_MAX}`)
    large.send(new Uint8Array(FRAME_BYTES_MAX + 1))
    expect((await large.closed).code).toBe(1006)
    await heard(`close ${first} 1006`)
    other.send(Uint8Array.of(5))
    await heard(`message ${second} 1`)
    expect(messages.map((message) => message.length)).toEqual([FRAME_BYTES_MAX, 1])
    expect(events.filter((event) => event.startsWith('close'))).toEqual([`close ${first} 1006`])
  })

  test('what a client does not read is buffered and counted, and arrives whole when it reads again', async () => {
    const { transport, connect, sockets } = await start()
    const client = await connect()
    const [socket] = sockets as [SocketId]
    client.pause()
    const frame = new Uint8Array(64 * 1024)
    const outcomes = new Set<string>()
    let sent = 0
    for (; sent < 256 && transport.bufferedBytes(socket) < 128 * 1024; sent += 1) {
      frame[0] = sent
      outcomes.add(transport.send(socket, frame))
    }
    expect(transport.bufferedBytes(socket)).toBeGreaterThanOrEqual(128 * 1024)
    expect(outcomes).toContain('buffered')
    expect(outcomes).not.toContain('dropped')
    client.resume()
    for (let index = 0; index < sent; index += 1) {
      const received = await client.next()
      expect([received.length, received[0]]).toEqual([frame.length, index & 255])
    }
    expect(transport.bufferedBytes(socket)).toBe(0)
  })

  test('a client that never reads is dropped from at a bound', async () => {
    const { transport, connect, sockets } = await start()
    const client = await connect()
    client.pause()
    const frame = new Uint8Array(256 * 1024)
    let outcome = ''
    for (let sent = 0; sent < 64 && outcome !== 'dropped'; sent += 1) outcome = transport.send(sockets[0]!, frame)
    expect(outcome).toBe('dropped')
    expect(transport.bufferedBytes(sockets[0]!)).toBeLessThanOrEqual(5 * 1024 * 1024)
  })
}
