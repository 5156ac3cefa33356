import { describe, expect, it } from 'vitest'
import { createGuestIdentity } from '../../src/adapters/guest-identity.js'
import {
  SessionCharacters,
  SessionCreateCharacter,
  SessionEnter,
  SessionEntered,
  SessionHello,
  SessionListCharacters,
  SessionLogout,
  SessionPing,
  SessionWelcome,
  WorldClock,
  WorldNotice,
} from '../../src/net/opcodes.js'
import { PresenceResource } from '../../src/net/presence.js'
import { CLOCK_EVERY_S, HELLO_TIMEOUT_S, STALLED_S } from '../../src/net/sessions.js'
import { answersOf, quietServer, takeAll } from './players.js'

describe('hello', () => {
  it('is answered by welcome and ok, once', async () => {
    const server = await quietServer()
    const client = server.connect('guest:Alice')
    await server.step(4)
    expect(client.take(SessionWelcome)).toEqual({
      accountId: 'guest:alice',
      serverVersion: expect.any(String),
      protocolHash: server.simulation.protocolHash,
      tickHz: 20,
      resumeToken: expect.stringMatching(/^[0-9a-f]{64}$/),
      lastSeq: 1,
    })
    expect(client.results.get(1)).toBe('ok')
    const again = client.hello('guest:bert')
    await server.step(4)
    expect(client.results.get(again)).toBe('alreadyDone')
    expect(client.take(SessionWelcome)).toBeUndefined()
  })

  it('takes the right protocol hash, and closes for a wrong one with answer and reason', async () => {
    const server = await quietServer()
    const right = server.connect(null)
    const wrong = server.connect(null)
    const one = right.hello('guest:alice', server.simulation.protocolHash)
    const two = wrong.hello('guest:bert', 'ffffffffffffffff')
    await server.step(4)
    expect(right.results.get(one)).toBe('ok')
    expect(wrong.results.get(two)).toBe('notAllowed')
    expect(wrong.closed?.reason).toBe('wrongProtocol')
    expect(wrong.received.at(-1)).toMatchObject({ name: 'session.closed', payload: { reason: 'wrongProtocol' } })
  })

  it('lets a guest in only where guests are allowed, and lets who was refused try again', async () => {
    const server = await quietServer({}, { identity: createGuestIdentity({ allowGuests: false }) })
    const client = server.connect('guest:alice')
    await server.step(4)
    expect(client.results.get(1)).toBe('notAllowed')
    expect(client.take(SessionWelcome)).toBeUndefined()
    const again = client.hello('guest:alice')
    await server.step(4)
    expect(client.results.get(again)).toBe('notAllowed')
    expect(client.closed).toBeNull()
  })

  it(`must come within ${HELLO_TIMEOUT_S} s; a ping is none`, async () => {
    const server = await quietServer()
    const silent = server.connect(null)
    const polite = server.connect('guest:polite')
    for (let s = 0; s < HELLO_TIMEOUT_S - 1; s += 1) {
      silent.request(SessionPing, { clientTimeMs: s })
      await server.step(20)
    }
    expect(silent.closed).toBeNull()
    await server.step(45)
    expect(silent.closed?.reason).toBe('helloTimeout')
    expect(polite.closed).toBeNull()
  })
})

describe('characters', () => {
  it('are created with a proper name and class, once a name', async () => {
    const server = await quietServer()
    const client = server.connect('guest:alice')
    await server.step(4)
    const create = async (name: string, classId: number): Promise<string | undefined> => {
      const seq = client.request(SessionCreateCharacter, { name, class: classId })
      await server.step(4)
      return client.results.get(seq)
    }
    expect(await create('Al', 1)).toBe('badName')
    expect(await create('1st', 1)).toBe('badName')
    expect(await create('Two words', 1)).toBe('badName')
    expect(await create('Alice', 0)).toBe('malformed')
    expect(await create('Alice', 5)).toBe('malformed')
    expect(await create('Alice', 2)).toBe('ok')
    expect(await create('aLICE', 2)).toBe('nameTaken')
    const list = client.request(SessionListCharacters, {})
    await server.step(4)
    expect(client.results.get(list)).toBe('ok')
    const lists = takeAll(client, 'session.characters')
    expect(lists).toHaveLength(2)
    expect(lists[1]).toEqual({ list: [{ characterId: 1, name: 'Alice', class: 2, level: 1 }] })
  })

  it('are ten an account at most', async () => {
    const server = await quietServer()
    const client = server.connect('guest:alice')
    await server.step(4)
    const answers: (string | undefined)[] = []
    for (let i = 0; i < 11; i += 1) {
      const seq = client.request(SessionCreateCharacter, { name: `Alice${'abcdefghijk'[i]}`, class: 1 })
      await server.step(4)
      answers.push(client.results.get(seq))
    }
    expect(answers).toEqual([...Array.from({ length: 10 }, () => 'ok'), 'limit'])
  })

  it('are entered by their own account only', async () => {
    const server = await quietServer()
    const { characterId } = await server.enter('Alice')
    const thief = server.connect('guest:thief')
    await server.step(4)
    const online = thief.request(SessionEnter, { characterId })
    await server.step(4)
    const nobody = thief.request(SessionEnter, { characterId: 777 })
    await server.step(4)
    expect(answersOf(thief, [online, nobody])).toEqual(['noSuchTarget', 'noSuchTarget'])
    expect(thief.take(SessionEntered)).toBeUndefined()
    expect(server.net.sessionList.roster.bySlot.size).toBe(1)
  })

  it('cannot be entered twice by one session, nor with a request still under way', async () => {
    const server = await quietServer()
    const { client, characterId, slot } = await server.enter('Alice')
    const again = client.request(SessionEnter, { characterId })
    await server.step(4)
    expect(client.results.get(again)).toBe('alreadyDone')
    expect(server.net.sessionList.roster.bySlot.get(slot)?.characterId).toBe(characterId)

    const other = server.connect('guest:bert')
    await server.step(4)
    const both = [other.request(SessionListCharacters, {}), other.request(SessionListCharacters, {})]
    await server.step(4)
    expect(answersOf(other, both)).toEqual(['ok', 'busy'])
  })

  it('say where they are when they enter', async () => {
    const server = await quietServer()
    const client = server.connect('guest:alice')
    await server.step(4)
    client.request(SessionCreateCharacter, { name: 'Alice', class: 3 })
    await server.step(4)
    const created = client.take(SessionCharacters)?.list[0]
    const enter = client.request(SessionEnter, { characterId: created?.characterId ?? 0 })
    await server.step(4)
    expect(client.results.get(enter)).toBe('ok')
    const entered = client.take(SessionEntered)
    const slot = server.world.entities.slotOf(entered?.entity ?? 0)
    expect(slot).toBeGreaterThan(0)
    expect(entered).toMatchObject({ zone: 1, instance: 0, cellSizeM: 40, tick: expect.any(Number) })
    expect(client.take(WorldClock)).toMatchObject({ ratio: 1 })
  })
})

describe('the end of a session', () => {
  it('is told with a reason, and nothing comes after it', async () => {
    const server = await quietServer()
    const { client, slot } = await server.enter('Alice')
    const session = server.net.sessionList.roster.bySlot.get(slot)
    client.request(SessionLogout, {})
    await server.step(2)
    expect(client.closed?.reason).toBe('logout')
    expect(client.received.at(-1)).toMatchObject({ name: 'session.closed', payload: { reason: 'logout' } })
    expect(session?.closing).toBe(true)
    const late = client.received.length
    await server.step(5)
    expect(client.received.length).toBe(late)
  })

  it(`comes to whoever has acknowledged nothing for ${STALLED_S} s`, async () => {
    const server = await quietServer()
    const { client, slot } = await server.enter('Alice')
    client.acks = false
    await server.step((STALLED_S - 1) * 20)
    expect(client.closed).toBeNull()
    await server.step(3 * 20)
    expect(client.closed?.reason).toBe('stalled')
    // Its character waits for it all the same.
    expect(server.world.entities.alive[slot]).toBe(1)
  })

  it('comes to everybody when the server stops, with a notice', async () => {
    const server = await quietServer()
    const { client } = await server.enter('Alice')
    server.host.sayGoodbye()
    client.read()
    expect(client.take(WorldNotice)).toEqual({ text: 'The server stops in 0 s.' })
    expect(client.take('session.closed')).toMatchObject({ reason: 'shutdown' })
  })

  it('leaves nothing of the session behind', async () => {
    const server = await quietServer({ graceS: 1 })
    const { client, slot, characterId } = await server.enter('Alice')
    client.close()
    await server.step(25)
    const presence = server.world.resource(PresenceResource)
    expect(server.net.sessionList.roster.bySocket.size).toBe(0)
    expect(server.net.sessionList.roster.bySlot.size).toBe(0)
    expect(presence.characters.size).toBe(0)
    expect(presence.slotByCharacter.has(characterId)).toBe(false)
    expect(presence.played[slot]).toBe(0)
    expect(server.world.marks.owned[slot]).toBe(0)
    expect(server.world.entities.alive[slot]).toBe(0)
  })
})

describe('the clock', () => {
  it(`is told each ${CLOCK_EVERY_S} s, and when the world slows down`, async () => {
    const server = await quietServer()
    const { client } = await server.enter('Alice')
    // Once the messages of entering are acknowledged.
    await server.step(60)
    takeAll(client, WorldClock.name)
    await server.step(CLOCK_EVERY_S * 20 * 2)
    expect(takeAll(client, WorldClock.name)).toHaveLength(2)
    const offset = server.world.tick % 20
    await server.step(20 - offset + 5)
    takeAll(client, WorldClock.name)
    server.host.noteRatio(0.5)
    await server.step(1)
    expect(takeAll(client, WorldClock.name)).toMatchObject([{ ratio: 0.5 }])
  })

  it('answers a ping with its number, whoever asks', async () => {
    const server = await quietServer()
    const client = server.connect(null)
    const seq = client.request(SessionPing, { clientTimeMs: 12.5 })
    await server.step(2)
    expect(client.take('session.pong')).toMatchObject({ clientTimeMs: 12.5 })
    expect(client.results.has(seq)).toBe(false)
  })

  it('takes a hello without the fields that may be left out as malformed: they have no default', async () => {
    const server = await quietServer()
    const client = server.connect(null)
    client.sendValue([SessionHello.id, 1, 'guest:alice'])
    await server.step(2)
    expect(client.results.get(1)).toBe('malformed')
  })
})
