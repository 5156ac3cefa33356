import { describe, expect, it, vi } from 'vitest'
import { Motion, Position } from '../../components/motion.js'
import { MoveStop, MoveTo } from '../../protocol/move.js'
import { createGuestIdentity } from '../../src/adapters/guest-identity.js'
import {
  CellFrame,
  OwnerState,
  SessionClosed,
  SessionEntered,
  SessionHello,
  SessionLogout,
  SessionWelcome,
} from '../../src/net/opcodes.js'
import type { Identity, Role } from '../../src/ports/identity.js'
import type { TestClient, TestServer } from '../../src/testing/index.js'
import { quietServer } from './players.js'

async function comeBack(server: TestServer, resume: string, token = ''): Promise<TestClient> {
  const client = server.connect(null)
  client.request(SessionHello, { token, resume, protocolHash: '' })
  await server.step(3)
  return client
}

describe('a session that resumes', () => {
  it('is the same session: its seq, its remembered results, its character, and everything in view afresh', async () => {
    const server = await quietServer()
    const { client, slot } = await server.enter('Alice')
    const resume = client.resumeToken
    const stopped = client.request(MoveStop, {})
    const far = client.request(MoveTo, { x: -5, z: 0 })
    await server.step(2)
    const { id } = server.net.sessionList.roster.bySlot.get(slot)!
    client.close()
    await server.step(40)
    expect(server.net.sessionList.roster.bySlot.has(slot)).toBe(false)
    const again = await comeBack(server, resume)
    const session = server.net.sessionList.roster.bySlot.get(slot)!
    expect(session.id).toBe(id)
    expect(session.socket).toBe(again.socket)
    expect(again.take(SessionEntered)?.entity).toBe(server.world.entityOf(slot))
    expect(again.take(OwnerState)).toBeDefined()
    expect(again.received.some(({ name }) => name === CellFrame.name)).toBe(true)
    again.sendValue([MoveStop.id, stopped])
    again.sendValue([MoveTo.id, far, 3, 3])
    await server.step(2)
    expect(again.results.get(stopped)).toBe('ok')
    expect(again.results.get(far)).toBe('outOfRange')
    expect(server.world.columns(Motion).mode[slot]).toBe(0)
  })

  it('says in its welcome up to which seq it has taken requests', async () => {
    const server = await quietServer()
    const { client } = await server.enter('Alice')
    const resume = client.resumeToken
    const last = client.request(MoveStop, {})
    await server.step(2)
    client.close()
    await server.step(1)
    const again = await comeBack(server, resume)
    expect(again.take(SessionWelcome)?.lastSeq).toBe(last)
  })

  it('takes over from a connection that only seems to live', async () => {
    const server = await quietServer()
    const { client, slot } = await server.enter('Alice')
    const again = await comeBack(server, client.resumeToken)
    await server.step(2)
    expect(client.closed).not.toBeNull()
    expect(server.net.sessionList.roster.bySlot.get(slot)?.socket).toBe(again.socket)
    const { x, z } = server.world.columns(Position)
    again.sendValue([MoveTo.id, 100, x[slot] + 5, z[slot]])
    await server.step(3)
    expect(server.world.columns(Motion).moved[slot]).toBe(1)
  })

  it('is over when the grace time is: what resumed it is no login then, what logged in makes a new session', async () => {
    const server = await quietServer({ graceS: 1 })
    const { client, slot, characterId } = await server.enter('Alice')
    const resume = client.resumeToken
    const { id } = server.net.sessionList.roster.bySlot.get(slot)!
    client.close()
    await server.step(30)
    expect([...(await comeBack(server, resume)).results.values()]).toEqual(['notAllowed'])
    const again = await comeBack(server, resume, 'guest:alice')
    const session = server.net.sessionList.roster.bySocket.get(again.socket)!
    expect(session.id).not.toBe(id)
    expect(session.slot).toBe(0)
    expect(session.accountId).toBe('guest:alice')
    expect(characterId).toBeGreaterThan(0)
  })

  it('can be resumed by the same token until its client is heard again: a welcome that is lost loses nothing', async () => {
    const server = await quietServer()
    const { client, slot } = await server.enter('Alice')
    const { id } = server.net.sessionList.roster.bySlot.get(slot)!
    const resume = client.resumeToken
    const far = client.request(MoveTo, { x: -5, z: 0 })
    await server.step(2)
    client.close()
    await server.step(1)
    const lost = server.connect(null)
    lost.acks = false
    lost.request(SessionHello, { token: 'guest:alice', resume, protocolHash: '' })
    await server.step(3)
    expect(lost.take(SessionWelcome)).toBeDefined()
    lost.close()
    await server.step(1)
    const again = await comeBack(server, resume, 'guest:alice')
    expect(server.net.sessionList.roster.bySlot.get(slot)).toMatchObject({ id, socket: again.socket })
    again.sendValue([MoveTo.id, far, 3, 3])
    await server.step(2)
    expect(again.results.get(far)).toBe('outOfRange')
    for (const old of [resume, lost.resumeToken])
      expect([...(await comeBack(server, old)).results.values()]).toEqual(['notAllowed'])
  })

  it('needs a token that works: each is worth nothing once its client was heard over the next connection, and an invented one is worth nothing', async () => {
    const server = await quietServer()
    const { client } = await server.enter('Alice')
    const resume = client.resumeToken
    client.close()
    await server.step(2)
    const first = await comeBack(server, resume)
    expect(first.take(SessionWelcome)).toBeDefined()
    first.request(MoveStop, {})
    await server.step(1)
    const second = await comeBack(server, resume)
    expect(second.take(SessionWelcome)).toBeUndefined()
    expect([...second.results.values()]).toEqual(['notAllowed'])
    const invented = await comeBack(server, 'f'.repeat(64))
    expect([...invented.results.values()]).toEqual(['notAllowed'])
  })

  it('can be resumed by the same token when nobody could tell whether its account may still play', async () => {
    const guests = createGuestIdentity({ allowGuests: true })
    let isAway = false
    const stillAllows: Identity['stillAllows'] = async (accountId, role) => {
      if (isAway) throw new Error('no route to the accounts')
      return { ok: true, accountId, role }
    }
    const server = await quietServer({}, { identity: { verify: guests.verify, stillAllows } })
    const { client, slot } = await server.enter('Alice')
    const { id } = server.net.sessionList.roster.bySlot.get(slot)!
    isAway = true
    const refused = await comeBack(server, client.resumeToken)
    expect([...refused.results.values()]).toEqual(['storeBehind'])
    isAway = false
    const again = await comeBack(server, client.resumeToken)
    again.request(MoveStop, {})
    await server.step(1)
    expect(server.net.sessionList.roster.bySlot.get(slot)?.id).toBe(id)
    const third = await comeBack(server, client.resumeToken)
    expect([...third.results.values()]).toEqual(['notAllowed'])
  })

  it('may do what its account may now, not what it could when it began', async () => {
    let role: Role = 'moderator'
    const identity: Identity = {
      verify: async () => ({ ok: true, accountId: 'guest:alice', role }),
      stillAllows: async (accountId) => ({ ok: true, accountId, role }),
    }
    const server = await quietServer({}, { identity })
    const { client, slot } = await server.enter('Alice')
    const mayModerate = () => server.net.sessionList.roster.bySlot.get(slot)?.allows('moderator')
    expect(mayModerate()).toBe(true)
    role = 'player'
    await comeBack(server, client.resumeToken)
    expect(mayModerate()).toBe(false)
  })

  it('cannot be resumed after a logout or a kick, and its token is no login either', async () => {
    const server = await quietServer()
    const [alice, bert] = [await server.enter('Alice'), await server.enter('Bert')]
    server.net.sessionList.kick(alice.slot)
    bert.client.request(SessionLogout, {})
    await server.step(3)
    expect(alice.client.take(SessionClosed)).toMatchObject({ reason: 'kicked', resumable: 0 })
    for (const { client } of [alice, bert]) {
      const again = await comeBack(server, client.resumeToken)
      expect([...again.results.values()]).toEqual(['notAllowed'])
      expect(again.take(SessionWelcome)).toBeUndefined()
    }
  })

  it('that ends while it is asked for is not resumed, and lets nobody in', async () => {
    const guests = createGuestIdentity({ allowGuests: true })
    let answer: () => void = () => undefined
    const road = new Promise<void>((resolve) => {
      answer = resolve
    })
    const stillAllows: Identity['stillAllows'] = async (accountId, role) => {
      await road
      return { ok: true, accountId, role }
    }
    const server = await quietServer({}, { identity: { verify: guests.verify, stillAllows } })
    const { client } = await server.enter('Alice')
    const again = await comeBack(server, client.resumeToken)
    client.request(SessionLogout, {})
    await server.step(3)
    answer()
    await server.step(3)
    expect([...again.results.values()]).toEqual(['notAllowed'])
  })

  it('that ends in the tick which hears who comes back is not resumed, and lets nobody in', async () => {
    const server = await quietServer()
    const { client, slot } = await server.enter('Alice')
    const again = server.connect(null)
    again.request(SessionHello, { token: '', resume: client.resumeToken, protocolHash: '' })
    await server.step(2)
    server.net.sessionList.kick(slot)
    await server.step(2)
    expect([...again.results.values()]).toEqual(['busy'])
    expect(again.take(SessionWelcome)).toBeUndefined()
    // What was issued for it is forgotten with its connection.
    again.close()
    await server.step(1)
    const { tokens } = server.host.edge
    tokens.name(again.socket, 99)
    expect(tokens.savedOf(99).tokenHash).toBe('')
  })

  it('is issued no token by a connection that is gone when it is known who it was', async () => {
    const guests = createGuestIdentity({ allowGuests: true })
    let answers: (() => void)[] = []
    const wait = () => new Promise<void>((resolve) => void answers.push(resolve))
    let isSlow = false
    const identity: Identity = {
      async verify(token, address) {
        if (isSlow) await wait()
        return guests.verify(token, address)
      },
      async stillAllows(accountId, role) {
        if (isSlow) await wait()
        return { ok: true, accountId, role }
      },
    }
    const server = await quietServer({}, { identity })
    const { client, slot } = await server.enter('Alice')
    const { id } = server.net.sessionList.roster.bySlot.get(slot)!
    isSlow = true
    const issue = vi.spyOn(server.host.edge.tokens, 'issue')
    const lost = [await comeBack(server, client.resumeToken), await comeBack(server, '', 'guest:bert')]
    expect(answers).toHaveLength(2)
    for (const one of lost) one.close()
    await server.step(2)
    for (const answer of answers) answer()
    answers = []
    isSlow = false
    await server.step(2)
    expect(issue).not.toHaveBeenCalled()
    await comeBack(server, client.resumeToken)
    expect(server.net.sessionList.roster.bySlot.get(slot)?.id).toBe(id)
  })

  it('answers what the new connection asked right behind its hello', async () => {
    const server = await quietServer()
    const { client } = await server.enter('Alice')
    const again = server.connect(null)
    again.request(SessionHello, { token: '', resume: client.resumeToken, protocolHash: '' })
    await server.step(1)
    const second = again.request(SessionHello, { token: 'guest:alice', resume: '', protocolHash: '' })
    await server.step(4)
    expect(again.take(SessionWelcome)).toBeDefined()
    expect(again.results.get(second)).toBeDefined()
  })
})
