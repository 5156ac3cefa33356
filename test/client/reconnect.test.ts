import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { connect, type Regained } from '../../src/client/index.js'
import { RECONNECT_WAIT_MS_MAX, RECONNECT_WAIT_MS_MIN, reconnectWaitMs } from '../../src/client/reconnect.js'
import { type CloseReason, closeReasons, SessionClosed, SessionEnter, SessionHello } from '../../src/net/opcodes.js'
import { FakeSocket, part, result } from './fake-socket.js'
import { entered, nextSocket, scene, settle, Timers, welcome } from './reconnect-scene.js'
import { components, protocol, Shout } from './tiny-game.js'

describe('the wait before an attempt', () => {
  it('is any part of a bound that doubles up to its limit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (n, part) => {
        const bound = Math.min(RECONNECT_WAIT_MS_MAX, RECONNECT_WAIT_MS_MIN * 2 ** n)
        expect(reconnectWaitMs(n, () => part)).toBe(part * bound)
      }),
    )
    expect([0, 1, 2, 9].map((n) => reconnectWaitMs(n, () => 0.5))).toEqual([250, 500, 1_000, 7_500])
  })
})

describe('a lost connection', () => {
  it('is over where reconnect was not asked for', async () => {
    const { client, log, socket, timers } = await scene('secret', { reconnect: false })
    socket.closes(1006)
    expect([log, client.ended, client.lost, timers.waiting.length]).toEqual([['closed lost'], 'lost', undefined, 0])
  })

  it('is lost and not ended, and nothing can be sent meanwhile', async () => {
    const given = await scene('secret')
    const { client, log, socket } = given
    socket.closes(1006)
    expect([log, client.ended, client.lost]).toEqual([['lost lost'], undefined, 'lost'])
    expect(client.send(Shout, { text: 'a' })).toBe(0)
    await expect(client.request(Shout, { text: 'a' })).rejects.toThrow(/the connection is lost: lost; wait for onResumed/)
    await expect(client.ping()).rejects.toMatchObject({ code: 'CONNECT_FAILED' })
    expect(client.entities.size).toBe(0)
    expect(client.me).toBe(5)
  })

  it('resumes its session: what has no answer is sent again with its own seq, and seqs go on above', async () => {
    const given = await scene('secret')
    const { client, log, socket } = given
    const done = client.request(Shout, { text: 'done' })
    const unseen = client.request(Shout, { text: 'unseen' })
    const pinging = client.ping()
    client.send(Shout, { text: 'nobody waits' })
    socket.closes(1006)
    await expect(pinging).rejects.toMatchObject({ code: 'CONNECT_FAILED' })
    const next = await nextSocket(given)
    // The hello of a further socket has seq 1: it is none of the session's own.
    expect(next.messages).toEqual([[SessionHello.id, 1, 'guest:ada', 'secret', '']])
    // The server had seen seq 4, and nothing after it.
    next.says(9, welcome('other', 4), entered(5), result(1, 'ok'))
    await settle()
    expect(next.messages.slice(1)).toEqual([
      [Shout.id, 4, 'done'],
      [Shout.id, 5, 'unseen'],
    ])
    expect(log).toEqual(['lost lost', 'resumed session after 1'])
    next.says(10, result(4, 'busy'), result(5, 'ok'))
    expect([await done, await unseen]).toEqual(['busy', 'ok'])
    expect(client.send(Shout, { text: 'on' })).toBe(8)
    expect(client.statistics.reconnects).toBe(1)
    expect([client.lost, client.ended, client.me]).toEqual([undefined, undefined, 5])
  })

  it('continues above the server’s last seq where that is higher', async () => {
    const given = await scene('secret')
    given.socket.closes(1006)
    const next = await nextSocket(given)
    next.says(9, welcome('', 40), entered(5), result(1, 'ok'))
    await settle()
    expect(given.client.send(Shout, { text: 'on' })).toBe(41)
  })

  it('sends a request again in each further connection until it is answered, in batches of 32', async () => {
    const given = await scene('secret')
    const asked = Array.from({ length: 40 }, (_, i) => given.client.request(Shout, { text: `${i}` }))
    given.socket.closes(1006)
    let next = await nextSocket(given)
    next.says(9, welcome('second', 3), entered(5), result(1, 'ok'))
    await settle()
    expect(next.frames.map((frame) => frame.length)).toEqual([5, 32, 8])
    next.says(10, result(4, 'ok'))
    next.closes(1006)
    next = await nextSocket(given)
    expect(next.messages[0]).toEqual([SessionHello.id, 1, 'guest:ada', 'second', ''])
    next.says(11, welcome('third', 43), entered(5), result(1, 'ok'))
    await settle()
    expect(next.messages.slice(1).map((message) => message[1])).toEqual(Array.from({ length: 39 }, (_, i) => i + 5))
    next.says(12, ...asked.slice(1).map((_, i) => result(i + 5, 'ok')))
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['ok']))
    expect(given.client.statistics.unanswered).toBe(0)
  })

  it('does not settle as silence what waited through the loss', async () => {
    const given = await scene('secret')
    const asked = given.client.request(Shout, { text: 'x' })
    given.socket.closes(1006)
    const next = await nextSocket(given)
    next.says(100_000, welcome('', 4), entered(5), result(1, 'ok'))
    await settle()
    next.says(100_001)
    next.says(100_002, result(4, 'busy'))
    expect(await asked).toBe('busy')
  })

  it.each([['secret'], ['']])('enters as the same character where the session is gone (token “%s”)', async (token) => {
    const given = await scene(token)
    const { client, log, socket } = given
    const unknown = client.request(Shout, { text: 'x' })
    const outcome = unknown.catch((error: Error) => error.message)
    socket.closes(1006)
    const next = await nextSocket(given)
    expect(next.messages).toEqual([[SessionHello.id, 1, 'guest:ada', token, '']])
    next.says(9, welcome('other', 1), result(1, 'ok'))
    await settle()
    expect(await outcome).toMatch(/whether it was done is not known/)
    expect(next.messages.slice(1)).toEqual([[SessionEnter.id, 5, 77]])
    expect(log).toEqual(['lost lost'])
    expect(client.send(Shout, { text: 'too early' })).toBe(0)
    next.says(10, entered(6), result(5, 'ok'))
    await settle()
    expect(log).toEqual(['lost lost', 'resumed character after 1'])
    expect([client.me, client.send(Shout, { text: 'on' })]).toEqual([6, 6])
  })

  it('has nobody to enter as before it has entered', async () => {
    const timers = new Timers()
    const options = { url: 'ws://here/', token: 't', protocol, components, WebSocket: FakeSocket, after: timers.after }
    const connecting = connect({ ...options, reconnect: true })
    FakeSocket.last.opens()
    FakeSocket.last.says(1, welcome('', 1), result(1, 'ok'))
    const client = await connecting
    const regained: Regained[] = []
    client.onResumed((how) => regained.push(how))
    FakeSocket.last.closes(1006)
    timers.fire()
    FakeSocket.last.opens()
    FakeSocket.last.says(2, welcome('', 1), result(1, 'ok'))
    await settle()
    expect(regained).toMatchObject([{ sameSession: false, attempts: 1 }])
    expect(FakeSocket.last.messages).toHaveLength(1)
  })

  it('does not resume what the server said cannot be', async () => {
    const given = await scene('secret')
    given.socket.says(9, part(SessionClosed, { reason: 'shutdown', resumable: 0 }))
    expect([given.log, given.socket.closedWith]).toEqual([['lost shutdown'], 1000])
    const next = await nextSocket(given)
    expect(next.messages).toEqual([[SessionHello.id, 1, 'guest:ada', '', '']])
  })

  it('resumes what was closed as stalled', async () => {
    const given = await scene('secret')
    given.socket.says(9, part(SessionClosed, { reason: 'stalled', resumable: 1 }))
    expect((await nextSocket(given)).messages).toEqual([[SessionHello.id, 1, 'guest:ada', 'secret', '']])
  })

  it.each<CloseReason>(['kicked', 'takenOver', 'wrongProtocol', 'logout', 'notAllowed'])('is over after %s', async (reason) => {
    const { client, log, socket, timers } = await scene('secret')
    socket.says(9, part(SessionClosed, { reason, resumable: 1 }))
    expect([log, client.ended, timers.waiting.length]).toEqual([[`closed ${reason}`], reason, 0])
  })

  it('is opened again after every other reason', async () => {
    const others = closeReasons.filter(
      (reason) => !['kicked', 'takenOver', 'wrongProtocol', 'logout', 'notAllowed'].includes(reason),
    )
    expect(others).toEqual(['shutdown', 'helloTimeout', 'flood', 'stalled'])
    for (const reason of others) {
      const { log, socket, timers } = await scene('secret')
      socket.says(9, part(SessionClosed, { reason, resumable: 0 }))
      expect([log, timers.waiting.length]).toEqual([[`lost ${reason}`], 1])
    }
  })

  it('is over when the server sends what cannot be read', async () => {
    const { log, socket } = await scene('secret')
    socket.receives('text')
    expect(log).toEqual(['closed unreadable'])
  })

  it('is over when the game closes it while it is lost, waiting or dialling', async () => {
    const waiting = await scene('secret')
    waiting.socket.closes(1006)
    waiting.client.close()
    expect([waiting.log, waiting.timers.waiting.length]).toEqual([['lost lost', 'closed left'], 0])
    const dialling = await scene('secret')
    dialling.socket.closes(1006)
    dialling.timers.fire()
    const next = FakeSocket.last
    dialling.client.close()
    expect([dialling.timers.waiting.length, next.closedWith]).toEqual([0, 1000])
    next.opens()
    await settle()
    expect([next.frames, dialling.client.ended]).toEqual([[], 'left'])
  })
})
