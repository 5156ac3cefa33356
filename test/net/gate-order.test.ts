import { describe, expect, it } from 'vitest'
import { Motion, moveMode } from '../../components/motion.js'
import { AdminKick } from '../../protocol/admin.js'
import { ChatSay } from '../../protocol/chat.js'
import { CombatAttack, CombatStopAttack } from '../../protocol/combat.js'
import { MoveStop, MoveTo } from '../../protocol/move.js'
import { BATCH_MAX } from '../../src/net/gate.js'
import { SessionHello, SessionListCharacters } from '../../src/net/opcodes.js'
import { BURST_S, RESULTS_REMEMBERED_MAX, rateLimits } from '../../src/net/session.js'
import type { Identity, Role } from '../../src/ports/identity.js'
import { answersOf, quietServer, sendMany, takeAll } from './players.js'

const UNKNOWN_ID = 0x7fff

describe('batches', () => {
  it('takes 32 messages in a frame, and of 33 none', async () => {
    const server = await quietServer()
    const { client } = await server.enter('Alice')
    const full = Array.from({ length: BATCH_MAX }, () => client.message(MoveStop, {}))
    client.sendValue(full)
    await server.step()
    expect(
      answersOf(
        client,
        full.map((m) => m[1] as number),
      ),
    ).toEqual(full.map(() => 'ok'))
    const before = server.net.gate.counters.intents
    const over = Array.from({ length: BATCH_MAX + 1 }, () => client.message(CombatStopAttack, {}))
    client.sendValue(over)
    await server.step()
    expect(server.net.gate.counters.intents).toBe(before)
    expect(client.results.get(0)).toBe('malformed')
    expect(over.some((m) => client.results.has(m[1] as number))).toBe(false)
  })

  it('refuses a bad message of a batch alone', async () => {
    const server = await quietServer()
    const { client } = await server.enter('Alice')
    const good = client.message(MoveStop, {})
    const bad = client.message(MoveTo, { x: 1, z: 1 }).slice(0, 3)
    const last = client.message(CombatStopAttack, {})
    client.sendValue([good, bad, 7, [], last])
    await server.step()
    expect(answersOf(client, [good[1] as number, bad[1] as number, last[1] as number])).toEqual(['ok', 'malformed', 'ok'])
    // The 7 and the empty list have no seq that could be read.
    expect(client.resultCounts.get(0)).toBe(2)
  })

  it('keeps the order of what one tick brings', async () => {
    const server = await quietServer()
    const { client, slot } = await server.enter('Alice')
    const mode = () => server.world.columns(Motion).mode[slot]
    client.sendValue([client.message(MoveTo, { x: 900, z: 900 }), client.message(MoveStop, {})])
    await server.step()
    expect(mode()).toBe(moveMode.stand)
    client.sendValue([client.message(MoveStop, {}), client.message(MoveTo, { x: 900, z: 900 })])
    await server.step()
    expect(mode()).toBe(moveMode.to)
  })
})

describe('sequence numbers', () => {
  it('gives a repeated seq its answer again and does nothing', async () => {
    const server = await quietServer()
    const { client } = await server.enter('Alice')
    const say = client.message(ChatSay, { text: 'once' })
    const seq = say[1] as number
    client.sendValue(say)
    await server.step(5)
    const before = server.net.gate.counters.intents
    client.sendValue(say)
    await server.step()
    expect(client.resultCounts.get(seq)).toBe(2)
    expect(client.results.get(seq)).toBe('ok')
    expect(server.net.gate.counters.intents).toBe(before)
    expect(takeAll(client, 'chat.heard')).toHaveLength(1)
  })

  it('answers a seq that is repeated in the same tick once, and truly', async () => {
    const server = await quietServer()
    const { client } = await server.enter('Alice')
    const say = client.message(ChatSay, { text: 'once' })
    client.sendValue([say, say, say])
    await server.step()
    expect(client.results.get(say[1] as number)).toBe('ok')
    expect(client.resultCounts.get(say[1] as number)).toBe(1)
    expect(takeAll(client, 'chat.heard')).toHaveLength(1)
  })

  it('answers a repeated request to the edge once, when the edge has answered', async () => {
    const server = await quietServer()
    const client = server.connect('guest:alice')
    await server.step(4)
    const list = client.message(SessionListCharacters, {})
    client.sendValue(list)
    client.sendValue(list)
    await server.step()
    client.sendValue(list)
    await server.step(5)
    expect(client.results.get(list[1] as number)).toBe('ok')
    expect(takeAll(client, 'session.characters')).toHaveLength(1)
  })

  it('gives a repeated seq its answer however much came with it; repetitions cost pace, and too many close the session', async () => {
    const server = await quietServer()
    const { client } = await server.enter('Alice')
    const stop = client.message(CombatStopAttack, {})
    const seq = stop[1] as number
    client.sendValue(stop)
    await server.step(40)
    const burst = rateLimits.action * BURST_S
    for (let i = 0; i < burst + 5; i += 1) client.sendValue(stop)
    const fresh = client.request(CombatStopAttack, {})
    await server.step()
    expect(client.results.get(seq)).toBe('ok')
    expect(client.resultCounts.get(seq)).toBe(1 + burst + 5)
    expect(client.results.get(fresh)).toBe('tooFast')
    const answers = new Set<string | undefined>()
    for (let tick = 0; tick < 60 && client.closed === null; tick += 1) {
      client.sendValue(Array.from({ length: 20 }, () => stop))
      await server.step()
      answers.add(client.results.get(seq))
    }
    expect([...answers]).toEqual(['ok'])
    expect(client.closed?.reason).toBe('flood')
  })

  it('says nothing of a request under way that is repeated too fast but the answer it gets', async () => {
    const server = await quietServer()
    const client = server.connect('guest:alice')
    await server.step(4)
    const list = client.message(SessionListCharacters, {})
    for (let i = 0; i < rateLimits.query * BURST_S + 5; i += 1) client.sendValue(list)
    await server.step(5)
    expect(client.results.get(list[1] as number)).toBe('ok')
    expect(client.resultCounts.get(list[1] as number)).toBe(1)
  })

  it('gives a repeated seq its answer also when its sender may no longer ask for it', async () => {
    let role: Role = 'moderator'
    const identity: Identity = {
      verify: async () => ({ ok: true, accountId: 'guest:alice', role }),
      stillAllows: async (accountId) => ({ ok: true, accountId, role }),
    }
    const server = await quietServer({}, { identity })
    const { client } = await server.enter('Alice')
    const kick = client.message(AdminKick, { target: 1, reason: '' })
    const seq = kick[1] as number
    client.sendValue(kick)
    await server.step()
    expect(client.results.get(seq)).toBe('noSuchTarget')
    role = 'player'
    const again = server.connect(null)
    again.request(SessionHello, { token: '', resume: client.resumeToken, protocolHash: '' })
    await server.step(3)
    again.sendValue([kick, [AdminKick.id, seq + 1_000, 1, '']])
    await server.step()
    expect(answersOf(again, [seq, seq + 1_000])).toEqual(['noSuchTarget', 'notAllowed'])
  })

  it('does not let a spoilt repetition change the remembered answer', async () => {
    const server = await quietServer()
    const { client } = await server.enter('Alice')
    const stop = client.message(MoveStop, {})
    const seq = stop[1] as number
    client.sendValue(stop)
    await server.step()
    client.sendValue([UNKNOWN_ID, seq])
    client.sendValue([AdminKick.id, seq, 1, ''])
    await server.step()
    client.sendValue(stop)
    await server.step()
    expect(client.results.get(seq)).toBe('ok')
    expect(client.resultCounts.get(seq)).toBe(4)
  })

  it('remembers 64 answers; an older seq is stale, and asking for it forgets none of them', async () => {
    const server = await quietServer()
    const { client } = await server.enter('Alice')
    client.acks = false
    await server.step(5)
    const first = client.message(CombatAttack, { target: 0 })
    client.sendValue(first)
    await server.step(20)
    expect(client.results.get(first[1] as number)).toBe('noSuchTarget')
    const second = client.message(CombatAttack, { target: 0 })
    client.sendValue(second)
    for (let left = RESULTS_REMEMBERED_MAX - 1; left > 0; left -= 9) {
      sendMany(client, Math.min(9, left), MoveStop, {})
      await server.step(10)
    }
    for (let i = 0; i < 5; i += 1) client.sendValue(first)
    await server.step(10)
    expect(client.results.get(first[1] as number)).toBe('stale')
    client.sendValue(second)
    await server.step()
    expect(client.results.get(second[1] as number)).toBe('noSuchTarget')
  })

  it('takes seqs that skip, and none that is lower than before', async () => {
    const server = await quietServer()
    const { client } = await server.enter('Alice')
    client.acks = false
    client.sendValue([MoveStop.id, 5_000])
    await server.step()
    client.sendValue([MoveTo.id, 4_999, 10, 10])
    await server.step()
    expect(answersOf(client, [5_000, 4_999])).toEqual(['ok', 'stale'])
  })

  it.each([[0], [-1], [1.5], ['7'], [null], [4_294_967_296], [[1]]])('answers the unreadable seq %j as 0', async (seq) => {
    const server = await quietServer()
    const { client } = await server.enter('Alice')
    client.sendValue([MoveStop.id, seq])
    await server.step()
    expect(client.results.get(0)).toBe('malformed')
  })
})
