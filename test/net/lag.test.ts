import { describe, expect, it } from 'vitest'
import { BEHIND_BYTES_MAX, Lag } from '../../src/net/lag.js'
import { CellFrame } from '../../src/net/opcodes.js'
import { testServer } from '../../src/testing/index.js'
import { TinyFlood, tinyGame } from '../server/tiny-game.js'

const HZ = 20

describe('how far a session is behind', () => {
  it('is the age of the oldest message that it has not acknowledged', () => {
    const lag = new Lag()
    expect(lag.behindTicks(1_000)).toBe(0)
    for (const tick of [10, 11, 60]) lag.sent(tick)
    expect(lag.behindTicks(70)).toBe(60)
    lag.acked(11)
    expect(lag.behindTicks(70)).toBe(10)
    lag.acked(60)
    expect(lag.behindTicks(5_000)).toBe(0)
  })

  it('takes it off its cells over 2 s and back at 1 s', () => {
    const lag = new Lag()
    for (let tick = 1; tick <= 60; tick += 1) lag.sent(tick)
    expect(lag.judge(41, HZ)).toBe(false)
    expect(lag.judge(42, HZ)).toBe(true)
    lag.acked(30)
    expect(lag.judge(60, HZ)).toBe(true)
    lag.acked(40)
    expect(lag.judge(61, HZ)).toBe(false)
  })

  it('takes it off over 64 KiB and back when nothing waits any more', () => {
    const lag = new Lag()
    lag.waitingBytes = BEHIND_BYTES_MAX
    expect(lag.judge(1, HZ)).toBe(false)
    lag.waitingBytes += 1
    expect(lag.judge(1, HZ)).toBe(true)
    lag.waitingBytes = 1
    expect(lag.judge(1, HZ)).toBe(true)
    lag.waitingBytes = 0
    expect(lag.judge(1, HZ)).toBe(false)
  })

  it('is not forgotten when more is owed than is kept', () => {
    const lag = new Lag()
    for (let tick = 1; tick <= 1_000; tick += 1) lag.sent(tick)
    lag.acked(900)
    expect(lag.behindTicks(1_050)).toBe(50)
    lag.acked(1_000)
    expect(lag.behindTicks(1_050)).toBe(0)
  })

  it('asks for something to be sent while an acknowledgement is due, four times a second at most', () => {
    const lag = new Lag()
    lag.sent(10)
    expect(lag.needsNudge(29, HZ)).toBe(false)
    let nudges = 0
    for (let tick = 30; tick < 70; tick += 1) {
      if (!lag.needsNudge(tick, HZ)) continue
      nudges += 1
      lag.sent(tick)
    }
    expect(nudges).toBe(8)
    lag.acked(69)
    expect(lag.needsNudge(200, HZ)).toBe(false)
  })
})

describe('a client that is behind', () => {
  const framesOf = (client: { received: readonly { name: string }[] }): number =>
    client.received.filter(({ name }) => name === CellFrame.name).length

  it('gets private messages only, and everything anew once it acknowledges again', async () => {
    const server = await testServer({ game: tinyGame, settings: { bots: 20 } })
    const { client, slot } = await server.enter('Alice')
    await server.step(40)
    expect(framesOf(client)).toBeGreaterThan(0)
    client.acks = false
    await server.step(70)
    const session = server.net.sessionList.roster.bySlot.get(slot)!
    expect(session.lag.isBehind).toBe(true)
    client.received.length = 0
    client.request(TinyFlood, { texts: 1 })
    await server.step(20)
    expect(framesOf(client)).toBe(0)
    expect(client.take('tiny.text')).toBeDefined()
    client.acks = true
    await server.step(10)
    expect(session.lag.isBehind).toBe(false)
    const first = client.take(CellFrame)!
    expect(new DataView(first.bytes.buffer, first.bytes.byteOffset).getUint32(0, true)).toBe(0)
    const second = client.take(CellFrame)!
    expect(new DataView(second.bytes.buffer, second.bytes.byteOffset).getUint32(0, true)).toBeGreaterThan(0)
  })

  it('is known by what waits for it, too: by one entry over the limit and one when it is drained', async () => {
    const server = await testServer({ game: tinyGame })
    const { client, slot } = await server.enter('Alice')
    const session = server.net.sessionList.roster.bySlot.get(slot)!
    client.pause()
    client.request(TinyFlood, { texts: 10 })
    await server.step(2)
    expect(session.lag.waitingBytes).toBe(0)
    client.request(TinyFlood, { texts: 10 })
    await server.step(2)
    expect(session.lag.waitingBytes).toBeGreaterThan(BEHIND_BYTES_MAX)
    expect(session.lag.isBehind).toBe(true)
    client.resume()
    await server.step(2)
    expect(session.lag.waitingBytes).toBe(0)
    await server.step(4)
    expect(session.lag.isBehind).toBe(false)
  })

  it('does not come to be who has nothing to acknowledge', async () => {
    const server = await testServer({ game: tinyGame })
    const { slot } = await server.enter('Alice')
    const session = server.net.sessionList.roster.bySlot.get(slot)!
    for (let tick = 0; tick < 600; tick += 1) {
      await server.step()
      expect(session.lag.isBehind).toBe(false)
    }
  })
})
