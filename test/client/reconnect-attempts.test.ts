import { describe, expect, it } from 'vitest'
import { standardGame } from '../../game.js'
import { ChatSay } from '../../protocol/chat.js'
import { createPredictor, type Regained } from '../../src/client/index.js'
import { RECONNECT_ATTEMPTS_MAX, RECONNECT_STABLE_MS, reconnectWaitMs } from '../../src/client/reconnect.js'
import { SessionClosed, SessionHello } from '../../src/net/opcodes.js'
import { FakeSocket, part, result } from './fake-socket.js'
import { LaggedWorld } from './lagged-world.js'
import { entered, nextSocket, scene, settle, welcome } from './reconnect-scene.js'

describe('attempts', () => {
  it('wait ever longer, and end with the reason of the loss', async () => {
    const given = await scene('secret')
    given.socket.says(9, part(SessionClosed, { reason: 'shutdown', resumable: 0 }))
    const waits: number[] = []
    for (let attempt = 0; attempt < RECONNECT_ATTEMPTS_MAX; attempt += 1) {
      waits.push(given.timers.fire())
      FakeSocket.last.fails('connect ECONNREFUSED')
      await settle()
    }
    expect(waits).toEqual(Array.from({ length: RECONNECT_ATTEMPTS_MAX }, (_, n) => reconnectWaitMs(n, () => 0.5)))
    expect(given.log).toEqual(['lost shutdown', 'closed shutdown'])
    expect(given.timers.waiting).toEqual([])
  })

  it('are as many as asked for, and each has its own time limit', async () => {
    const given = await scene('secret', { reconnect: { attemptsMax: 2, random: () => 0.3 } })
    given.socket.closes(1006)
    given.timers.fire()
    // Nobody answers: the timer that waits now is the attempt's limit.
    expect(given.timers.waiting).toHaveLength(1)
    expect(given.timers.fire()).toBe(10_000)
    await settle()
    given.timers.fire()
    FakeSocket.last.closes(1006)
    await settle()
    expect(given.log).toEqual(['lost lost', 'closed lost'])
  })

  it('are at least one', async () => {
    await expect(scene('', { reconnect: { attemptsMax: 0 } })).rejects.toThrow(/attemptsMax is 0 but must be at least 1/)
  })

  it('go on where the server is full or too slow, and are over where it knows the token or the character no more', async () => {
    const full = await scene('secret')
    full.socket.closes(1006)
    let next = await nextSocket(full)
    next.says(9, result(1, 'serverFull'))
    await settle()
    expect([next.closedWith, full.timers.waiting.length]).toEqual([1000, 1])
    next = await nextSocket(full)
    // The token is tried until there is another: one that the server does not know is as good as none.
    expect(next.messages).toEqual([[SessionHello.id, 1, 'guest:ada', 'secret', '']])
    next.says(9, welcome('other', 1), result(1, 'ok'))
    await settle()
    next.says(10, result(4, 'storeBehind'))
    await settle()
    expect([next.closedWith, full.timers.waiting.length]).toEqual([1000, 1])
    next = await nextSocket(full)
    next.says(9, welcome('', 1), result(1, 'ok'))
    await settle()
    next.says(10, result(5, 'noSuchTarget'))
    await settle()
    expect([full.log, full.timers.waiting.length]).toEqual([['lost lost', 'closed lost'], 0])
    const forgotten = await scene('secret')
    forgotten.socket.closes(1006)
    next = await nextSocket(forgotten)
    next.says(9, result(1, 'notAllowed'))
    await settle()
    expect(forgotten.log).toEqual(['lost lost', 'closed lost'])
  })

  it('count on where a connection breaks at once, and anew where it has lasted', async () => {
    const given = await scene('secret')
    const lose = async (socket: FakeSocket, lastedMs: number): Promise<number> => {
      given.clock.ms += lastedMs
      socket.closes(1006)
      return given.timers.waiting[0].delayMs
    }
    const back = async (): Promise<FakeSocket> => {
      const next = await nextSocket(given)
      next.says(9, welcome('more', 40), entered(5), result(1, 'ok'))
      await settle()
      return next
    }
    expect(await lose(given.socket, RECONNECT_STABLE_MS)).toBe(250)
    expect(await lose(await back(), 100)).toBe(500)
    expect(await lose(await back(), 100)).toBe(1_000)
    expect(await lose(await back(), RECONNECT_STABLE_MS)).toBe(250)
    expect(given.log.filter((line) => line.startsWith('resumed'))).toHaveLength(3)
  })

  it('go on when the connection breaks while the character is being entered', async () => {
    const given = await scene('')
    given.socket.closes(1006)
    const next = await nextSocket(given)
    next.says(9, welcome('', 1), result(1, 'ok'))
    await settle()
    next.closes(1006)
    await settle()
    expect([given.log, given.timers.waiting.length]).toEqual([['lost lost'], 1])
    // What an earlier socket still says is not heard.
    const { tick } = given.client
    next.says(50)
    expect(given.client.tick).toBe(tick)
  })
})

describe('a client of a real server', () => {
  it('comes back as itself after each of many breaks, and can walk and talk again', async () => {
    const world = await LaggedWorld.start({
      game: standardGame,
      seed: 5,
      up: { delayMs: 60, jitterMs: 20 },
      down: { delayMs: 60, jitterMs: 20 },
    })
    const client = await world.connect({ reconnect: { random: () => world.roll(1_000) / 1_000 } })
    const { entity } = await world.until(client.enterAs('Ada', 1))
    const predictor = createPredictor(client, { step: standardGame.step, sizeM: 2_000, speedMps: 7 })
    const regained: Regained[] = []
    client.onResumed((how) => regained.push(how))
    for (let times = 1; times <= 6; times += 1) {
      world.onFrame = () => void predictor.input(127, 0, 0, false)
      await world.run(1_000 + world.roll(500))
      world.isUnreachable = world.roll(2) === 0
      world.sockets.at(-1)?.drop()
      expect(client.lost).toBe('lost')
      const back = new Promise((resolve) => void client.onResumed(resolve))
      await world.run(1_500)
      world.isUnreachable = false
      await world.until(back)
      await world.run(2_000)
      world.onFrame = () => undefined
      await world.run(1_000)
      expect(regained).toHaveLength(times)
      expect([client.me, client.self?.entity, client.lost]).toEqual([entity, entity, undefined])
      expect(await world.until(client.request(ChatSay, { text: `back ${times}` }))).toBe('ok')
      expect(predictor.pendingInputs).toBe(0)
      expect(client.self?.x).toBeCloseTo(predictor.predicted.x, 2)
      expect(client.self?.z).toBeCloseTo(predictor.predicted.z, 2)
    }
    expect(client.statistics).toMatchObject({ holes: 0, strays: 0, reconnects: 6 })
  })
})
