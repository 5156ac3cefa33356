import { describe, expect, it } from 'vitest'
import { REQUEST_SILENCE_S, REQUESTS_PENDING_MAX } from '../../src/client/index.js'
import { BATCH_MAX } from '../../src/client/requests.js'
import * as gate from '../../src/net/gate.js'
import { FRAME_BYTES_MAX, SessionAck, SessionHello, SessionPing, SessionPong, SessionResult } from '../../src/net/opcodes.js'
import { encode } from '../../src/protocol/codec.js'
import { toClient, toServer } from '../../src/protocol/opcode.js'
import { u8 } from '../../src/schema/fields.js'
import { openClient, part, result } from './fake-socket.js'
import { Shout } from './tiny-game.js'

describe('requests', () => {
  it('resolve with the name of their own result, in whatever order the results come', async () => {
    const { client, socket } = await openClient()
    const first = client.request(Shout, { text: 'one' })
    const second = client.request(Shout, { text: 'two' })
    expect(socket.messages.slice(1)).toEqual([
      [Shout.id, 2, 'one'],
      [Shout.id, 3, 'two'],
    ])
    socket.says(2, result(3, 'busy'))
    expect(await second).toBe('busy')
    socket.says(3, result(2, 'ok'))
    expect(await first).toBe('ok')
    expect([...client.statistics.results]).toEqual([
      ['ok', 2],
      ['busy', 1],
    ])
  })

  it('count results that nobody waits for, and name codes that are newer than the protocol by their number', async () => {
    const { client, socket } = await openClient()
    expect(client.send(Shout, { text: 'a' })).toBe(2)
    expect(client.send(Shout, { text: 'b' })).toBe(3)
    const asked = client.request(Shout, { text: 'c' })
    socket.says(2, result(2, 'tooFast'), part(SessionResult, { seq: 4, code: 900 }))
    expect(await asked).toBe('900')
    expect(client.statistics.results.get('tooFast')).toBe(1)
    expect(client.statistics.messagesSent).toBe(4)
  })

  it('are refused for opcodes without a result and for foreign ones', async () => {
    const { client } = await openClient()
    await expect(client.request(SessionPing, { clientTimeMs: 1 })).rejects.toThrow(/session.ping is never answered/)
    const Foreign = toServer({ ...Shout, id: 0x7777, name: 'foreign.ask', payload: { n: u8 } })
    expect(() => client.send(Foreign, { n: 1 })).toThrow(/foreign.ask is not in the protocol/)
    await expect(client.request(Foreign, { n: 1 })).rejects.toMatchObject({ code: 'BAD_DECLARATION' })
    const News = toClient({ id: 0xf777, name: 'foreign.news', payload: { n: u8 }, doc: '' })
    expect(() => client.on(News, () => undefined)).toThrow(/foreign.news is not in the protocol/)
    expect(client.send(Shout, { text: '' })).toBe(2)
  })

  it('settle as tooFast when the server stays silent about them', async () => {
    const { client, socket } = await openClient()
    const asked = client.request(Shout, { text: 'x' })
    let answer: string | undefined
    void asked.then((name) => {
      answer = name
    })
    socket.says(REQUEST_SILENCE_S * 20)
    await Promise.resolve()
    expect(answer).toBeUndefined()
    socket.says(1 + REQUEST_SILENCE_S * 20)
    expect(await asked).toBe('tooFast')
    expect(client.statistics.unanswered).toBe(1)
    expect(client.statistics.results.get('tooFast')).toBeUndefined()
  })

  it('are not even sent while too many wait', async () => {
    const { client, socket } = await openClient()
    const asked = Array.from({ length: REQUESTS_PENDING_MAX }, () => client.request(Shout, { text: 'x' }))
    expect(await client.request(Shout, { text: 'over' })).toBe('tooFast')
    expect(socket.lastSeq).toBe(1 + REQUESTS_PENDING_MAX)
    for (const one of asked) one.catch(() => undefined)
    client.close()
    await expect(asked[0]).rejects.toMatchObject({ code: 'CONNECT_FAILED' })
  })
})

describe('batches', () => {
  it('leave in frames of at most 32 messages', async () => {
    const { client, socket } = await openClient()
    client.batch(() => {
      for (let i = 0; i < 2 * BATCH_MAX + 5; i += 1) client.send(Shout, { text: String(i) })
      client.batch(() => client.send(Shout, { text: 'inner' }))
      expect(socket.frames).toHaveLength(1)
    })
    expect(socket.frames.slice(1).map((frame) => frame.length)).toEqual([BATCH_MAX, BATCH_MAX, 6])
    expect(socket.messages.map((message) => message[1])).toEqual(Array.from({ length: 71 }, (_, i) => i + 1))
    expect(BATCH_MAX).toBe(gate.BATCH_MAX)
  })

  it('of one message are no batch, of none are nothing, and are split by size', async () => {
    const { client, socket } = await openClient()
    client.batch(() => undefined)
    client.batch(() => void client.send(Shout, { text: 'alone' }))
    expect(socket.frames[1]).toEqual([Shout.id, 2, 'alone'])
    client.batch(() => {
      for (let i = 0; i < 40; i += 1) client.send(SessionHello, { token: '€'.repeat(512), resume: '', protocolHash: '' })
    })
    for (const frame of socket.frames) expect(encode(frame).length).toBeLessThanOrEqual(FRAME_BYTES_MAX)
    expect(socket.messages).toHaveLength(42)
    const tooLong = { token: 'x'.repeat(FRAME_BYTES_MAX), resume: '', protocolHash: '' }
    expect(() => client.send(SessionHello, tooLong)).toThrow(/over 16384; send less/)
  })
})

describe('acknowledgements', () => {
  it('go out once a second, when a message comes', async () => {
    const { socket, clock } = await openClient()
    const acks = () => socket.messages.filter(([id]) => id === SessionAck.id).map((message) => message[2])
    clock.ms += 999
    socket.says(20)
    expect(acks()).toEqual([])
    clock.ms += 1
    socket.says(21)
    socket.says(22)
    expect(acks()).toEqual([21])
    clock.ms += 5_000
    socket.says(23)
    expect(acks()).toEqual([21, 23])
  })
})

describe('ping', () => {
  it('measures the round trip by the number that comes back', async () => {
    const { client, socket, clock } = await openClient()
    expect(client.rttMs).toBeNaN()
    const pinging = client.ping()
    const again = client.ping()
    expect(socket.messages.at(-1)).toEqual([SessionPing.id, 3, 1_000])
    clock.ms += 42
    socket.says(2, part(SessionPong, { clientTimeMs: 77, tick: 2, tickFraction: 0 }))
    expect(client.rttMs).toBeNaN()
    socket.says(3, part(SessionPong, { clientTimeMs: 1_000, tick: 3, tickFraction: 0 }))
    expect([await pinging, client.rttMs]).toEqual([42, 42])
    socket.says(4, result(3, 'tooFast'))
    await expect(again).rejects.toMatchObject({ resultCode: 'tooFast' })
    const last = client.ping()
    client.close()
    await expect(last).rejects.toMatchObject({ code: 'CONNECT_FAILED' })
  })
})
