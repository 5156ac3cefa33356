import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Bag } from '../../components/bag.js'
import { standardGame } from '../../game.js'
import { ItemDestroy } from '../../protocol/item.js'
import { MoveTo } from '../../protocol/move.js'
import { createMemoryStore, MemoryDisk } from '../../src/adapters/memory-store.js'
import type { Editor } from '../../src/ecs/columns.js'
import {
  SessionCreateCharacter,
  SessionEntered,
  SessionHello,
  SessionListCharacters,
  SessionLogout,
  SessionPing,
  SessionWelcome,
} from '../../src/net/opcodes.js'
import { SEQ_OPEN, type Store } from '../../src/ports/store.js'
import { readContent } from '../../src/server/content-files.js'
import { replay } from '../../src/server/replay.js'
import { SESSIONS_PER_EPOCH } from '../../src/server/world-store.js'
import type { TestClient, TestServer } from '../../src/testing/index.js'
import { quietServer } from '../net/players.js'
import { gatedStore } from '../ports/store-gate.js'
import { storeWith } from '../ports/store-with.js'
import { tempDirs } from './temp-dir.js'

const GRACE_S = 5
const TICK_HZ = 20
const directory = tempDirs()

/** A server that takes the world over from one that was killed: that one's commits are refused from then on. */
function start(disk: MemoryDisk, store: Store = createMemoryStore(disk)): Promise<TestServer> {
  disk.holder = ''
  return quietServer({ graceS: GRACE_S }, { store })
}

/** Alice, saved with five of something in her first bag slot. */
async function alice(disk: MemoryDisk, store?: Store) {
  const server = await start(disk, store)
  const entered = await server.enter('Alice')
  const bag = server.world.editor(Bag) as Editor<(typeof Bag)['fields']>
  bag.setAt(entered.slot, 'item', 0, 1)
  bag.setAt(entered.slot, 'count', 0, 5)
  await server.step(25)
  const { id } = server.net.sessionList.roster.bySlot.get(entered.slot)!
  return { server, ...entered, id, token: entered.client.resumeToken }
}

const left = (server: TestServer, slot: number): number => server.world.columns(Bag).count[slot * 24]!

async function comeBack(server: TestServer, resume: string, token = ''): Promise<TestClient> {
  const client = server.connect(null)
  client.request(SessionHello, { token, resume, protocolHash: '' })
  await server.step(5)
  return client
}

/** The session, and the slot, that a connection plays. */
function played(server: TestServer, client: TestClient) {
  const session = server.net.sessionList.roster.bySocket.get(client.socket)!
  return { session, slot: session.slot }
}

describe('a command of a server that was killed, repeated to the next one', () => {
  it('that was committed is answered by what is remembered, and is not applied again', async () => {
    const disk = new MemoryDisk()
    const first = await alice(disk)
    const seq = first.client.request(ItemDestroy, { bagSlot: 0, count: 2 })
    const far = first.client.request(MoveTo, { x: -5, z: 0 })
    await first.server.step(2)
    expect([first.client.results.get(seq), first.client.results.get(far)]).toEqual(['ok', 'outOfRange'])
    const server = await start(disk)
    const again = await comeBack(server, first.token)
    const { session, slot } = played(server, again)
    expect(session.id).toBe(first.id)
    expect(again.take(SessionWelcome)?.lastSeq).toBeGreaterThanOrEqual(far)
    expect(again.take(SessionEntered)).toBeDefined()
    for (let i = 0; i < 3; i += 1) again.sendValue([ItemDestroy.id, seq, 0, 2])
    again.sendValue([MoveTo.id, far, 3, 3])
    await server.step(3)
    expect([again.results.get(seq), again.results.get(far), left(server, slot)]).toEqual(['ok', 'outOfRange', 3])
  })

  it('that was committed, and whose ok never left, is answered so as well', async () => {
    const disk = new MemoryDisk()
    const memory = createMemoryStore(disk)
    let isMute = false
    const commit: Store['commit'] = async (batch) => {
      await memory.commit(batch)
      if (isMute) await new Promise(() => undefined)
    }
    const first = await alice(disk, storeWith(memory, { commit }))
    isMute = true
    const seq = first.client.request(ItemDestroy, { bagSlot: 0, count: 2 })
    await first.server.step(3)
    expect(first.client.results.get(seq)).toBeUndefined()
    const server = await start(disk)
    const again = await comeBack(server, first.token)
    again.sendValue([ItemDestroy.id, seq, 0, 2])
    await server.step(3)
    expect([again.results.get(seq), left(server, played(server, again).slot)]).toEqual(['ok', 3])
  })

  it('that was not committed is applied once', async () => {
    const disk = new MemoryDisk()
    const gate = gatedStore(createMemoryStore(disk))
    const first = await alice(disk, gate.store)
    gate.hold()
    const seq = first.client.request(ItemDestroy, { bagSlot: 0, count: 2 })
    await first.server.step(3)
    expect(left(first.server, first.slot)).toBe(3)
    const server = await start(disk)
    const again = await comeBack(server, first.token)
    const { session, slot } = played(server, again)
    expect([session.id, left(server, slot)]).toEqual([first.id, 5])
    for (let i = 0; i < 3; i += 1) again.sendValue([ItemDestroy.id, seq, 0, 2])
    await server.step(3)
    expect([again.results.get(seq), left(server, slot)]).toEqual(['ok', 3])
  })

  it('that was taken in, and had done nothing yet, is done once', async () => {
    const disk = new MemoryDisk()
    const first = await alice(disk)
    // Sessions are seen to in the tick after: this batch has the seq, and not what it asks for.
    const listing = first.client.request(SessionListCharacters, {})
    const seq = first.client.request(ItemDestroy, { bagSlot: 0, count: 2 })
    await first.server.step(1)
    const server = await start(disk)
    const again = await comeBack(server, first.token)
    expect(again.take(SessionWelcome)?.lastSeq).toBeGreaterThanOrEqual(seq)
    again.sendValue([SessionListCharacters.id, listing])
    again.sendValue([SessionListCharacters.id, listing])
    await server.step(4)
    expect(again.results.get(listing)).toBe('ok')
    expect(again.received.filter(({ name }) => name === 'session.characters')).toHaveLength(1)
    again.results.delete(listing)
    again.sendValue([SessionListCharacters.id, listing])
    await server.step(2)
    expect(again.results.get(listing)).toBe('ok')
    expect(again.received.filter(({ name }) => name === 'session.characters')).toHaveLength(1)
  })

  it('that was answered in a later tick than it was taken in, as a new character is, is not done again', async () => {
    const disk = new MemoryDisk()
    const first = await alice(disk)
    const made = first.client.request(SessionCreateCharacter, { name: 'Bertha', class: 1 })
    first.client.request(ItemDestroy, { bagSlot: 0, count: 2 })
    await first.server.step(1)
    expect(disk.sessions.get(first.id)?.results.slice(-2)).toEqual([made, SEQ_OPEN])
    await first.server.step(25)
    expect(first.client.results.get(made)).toBe('ok')
    const server = await start(disk)
    const again = await comeBack(server, first.token)
    again.sendValue([SessionCreateCharacter.id, made, 'Bertha', 1])
    await server.step(5)
    expect(again.results.get(made)).toBe('ok')
  })

  it('survives a second kill as well, and a commit that failed in between', async () => {
    const disk = new MemoryDisk()
    const first = await alice(disk)
    const seq = first.client.request(ItemDestroy, { bagSlot: 0, count: 1 })
    await first.server.step(2)
    const gate = gatedStore(createMemoryStore(disk))
    const server = await start(disk, gate.store)
    const again = await comeBack(server, first.token)
    gate.broken = true
    const next = seq + 100
    again.sendValue([ItemDestroy.id, next, 0, 1])
    await server.step(3)
    gate.broken = false
    await server.step(20)
    expect(again.results.get(next)).toBe('ok')
    const third = await start(disk)
    const last = await comeBack(third, again.resumeToken)
    const { session, slot } = played(third, last)
    for (const repeated of [seq, next]) last.sendValue([ItemDestroy.id, repeated, 0, 1])
    await third.step(3)
    expect([session.id, last.results.get(seq), last.results.get(next), left(third, slot)]).toEqual([first.id, 'ok', 'ok', 3])
  })
})

describe('the sessions of a server that was killed', () => {
  it('are over when the grace time is, and nothing is left of them', async () => {
    const disk = new MemoryDisk()
    const { token, id } = await alice(disk)
    expect([...disk.sessions.keys()]).toEqual([id])
    const server = await start(disk)
    await server.step(GRACE_S * TICK_HZ + 25)
    expect(disk.sessions.size).toBe(0)
    expect([...(await comeBack(server, token)).results.values()]).toEqual(['notAllowed'])
    const again = await comeBack(server, token, 'guest:alice')
    expect(played(server, again)).toMatchObject({ slot: 0, session: { accountId: 'guest:alice' } })
    expect(played(server, again).session.id).not.toBe(id)
  })

  it('are saved by the hash of their token alone, which no recording has either; the recording replays', async () => {
    const disk = new MemoryDisk()
    const first = await alice(disk)
    const seq = first.client.request(ItemDestroy, { bagSlot: 0, count: 2 })
    await first.server.step(2)
    const server = await start(disk)
    const path = join(directory(), 'second.rec')
    server.host.record(path)
    const again = await comeBack(server, first.token)
    again.sendValue([ItemDestroy.id, seq, 0, 2])
    again.request(ItemDestroy, { bagSlot: 0, count: 1 })
    await server.step(30)
    server.host.endRecording()
    const saved = JSON.stringify([...disk.sessions.values()])
    const recorded = readFileSync(path)
    for (const secret of [first.token, again.resumeToken]) {
      expect(secret).toHaveLength(64)
      expect(saved).not.toContain(secret)
      expect(recorded.includes(secret)).toBe(false)
    }
    for (const { tokenHash } of disk.sessions.values()) {
      expect(tokenHash).toHaveLength(64)
      expect(recorded.includes(tokenHash)).toBe(false)
    }
    expect(replay(path, { game: standardGame, content: readContent(standardGame) })).toMatchObject({ ok: true, ticks: 35 })
  })

  it('keep their ids to themselves: those of the next run are others', async () => {
    const disk = new MemoryDisk()
    const first = await alice(disk)
    const server = await start(disk)
    const bert = await server.enter('Bert')
    const { session } = played(server, bert.client)
    expect(session.id).toBeGreaterThan(SESSIONS_PER_EPOCH)
    expect(first.id).toBeLessThan(SESSIONS_PER_EPOCH)
    await server.step(25)
    expect([...disk.sessions.keys()].sort((a, b) => a - b)).toEqual([first.id, session.id])
  })

  it('are over when they had ended: by a logout, a kick, or another session of the same character', async () => {
    const disk = new MemoryDisk()
    const first = await alice(disk)
    const bert = await first.server.enter('Bert')
    const carl = await first.server.enter('Carl')
    const newer = await first.server.enter('Carl')
    await first.server.step(25)
    expect(disk.sessions.size).toBe(3)
    first.client.request(SessionLogout, {})
    first.server.net.sessionList.kick(bert.slot)
    await first.server.step(25)
    expect([...disk.sessions.keys()]).toEqual([played(first.server, newer.client).session.id])
    const server = await start(disk)
    const tokens = [first.token, bert.client.resumeToken, carl.client.resumeToken]
    for (const token of tokens) expect((await comeBack(server, token)).take(SessionWelcome)).toBeUndefined()
    expect(played(server, await comeBack(server, newer.client.resumeToken)).slot).toBeGreaterThan(0)
  })

  it('are over when the server ended well, which has told its clients so', async () => {
    const disk = new MemoryDisk()
    const { server } = await alice(disk)
    server.host.sayGoodbye()
    await server.host.storage.finish()
    expect(disk.sessions.size).toBe(0)
  })

  it('are over when another session enters with their character', async () => {
    const disk = new MemoryDisk()
    const { token, id } = await alice(disk)
    const server = await start(disk)
    const { client } = await server.enter('Alice')
    expect(server.net.sessionList.roster.find(id)).toBeUndefined()
    const again = await comeBack(server, token)
    expect(played(server, again).slot).toBe(0)
    expect(client.closed).toBeNull()
    await server.step(25)
    expect(disk.sessions.has(id)).toBe(false)
  })

  it('wait on when a connection is lost before the character is in the world', async () => {
    const disk = new MemoryDisk()
    const first = await alice(disk)
    const memory = createMemoryStore(disk)
    let arrive: () => void = () => undefined
    const road = new Promise<void>((resolve) => {
      arrive = resolve
    })
    const store = storeWith(memory, {
      async loadCharacter(accountId, characterId) {
        await road
        return memory.loadCharacter(accountId, characterId)
      },
    })
    const server = await start(disk, store)
    const early = await comeBack(server, first.token)
    expect(early.take(SessionWelcome)).toBeDefined()
    early.close()
    await server.step(2)
    arrive()
    await server.step(2)
    const again = await comeBack(server, early.resumeToken)
    const { session, slot } = played(server, again)
    expect([session.id, left(server, slot)]).toEqual([first.id, 5])
    expect(again.results.get(1)).toBe('ok')
  })

  it('are told why their character cannot come now, and may try again', async () => {
    const disk = new MemoryDisk()
    const first = await alice(disk)
    const gate = gatedStore(createMemoryStore(disk))
    const server = await start(disk, gate.store)
    gate.gone = true
    const early = await comeBack(server, first.token)
    expect([...early.results.values()]).toEqual(['storeBehind'])
    early.close()
    await server.step(2)
    gate.gone = false
    const again = await comeBack(server, early.resumeToken)
    expect(played(server, again).session.id).toBe(first.id)
    expect(played(server, again).slot).toBeGreaterThan(0)
  })
})

describe('a row of a session', () => {
  it('is written when it has done something, not for what is never answered', async () => {
    const disk = new MemoryDisk()
    const gate = gatedStore(createMemoryStore(disk))
    const { server, client } = await alice(disk, gate.store)
    const before = JSON.stringify([...disk.sessions.values()])
    for (let i = 0; i < 30; i += 1) {
      client.request(SessionPing, { clientTimeMs: i })
      await server.step()
    }
    expect(JSON.stringify([...disk.sessions.values()])).toBe(before)
    client.request(MoveTo, { x: -5, z: 0 })
    await server.step(25)
    expect(JSON.stringify([...disk.sessions.values()])).not.toBe(before)
  })
})
