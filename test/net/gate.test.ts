import { describe, expect, it } from 'vitest'
import { Motion, Position } from '../../components/motion.js'
import { AdminKick } from '../../protocol/admin.js'
import { ChatHeard, ChatSay } from '../../protocol/chat.js'
import { CombatAttack, CombatStopAttack } from '../../protocol/combat.js'
import { MoveFollow, MoveInput, MoveStop, MoveTo } from '../../protocol/move.js'
import { QuestList } from '../../protocol/quest.js'
import { SpellCast } from '../../protocol/spell.js'
import { createGuestIdentity } from '../../src/adapters/guest-identity.js'
import { TOO_FAST_MAX } from '../../src/net/gate.js'
import { SessionAck, SessionListCharacters } from '../../src/net/opcodes.js'
import { BURST_S, rateLimits } from '../../src/net/session.js'
import type { ToServer } from '../../src/protocol/opcode.js'
import { answersOf, countOf, quietServer, sendMany } from './players.js'

const UNKNOWN_ID = 0x7fff

describe('known and allowed', () => {
  it('answers an opcode that no client has as malformed, with its seq', async () => {
    const server = await quietServer()
    const { client } = await server.enter('Alice')
    client.sendValue([UNKNOWN_ID, 900])
    client.sendValue([ChatHeard.id, 901, 1, 'Alice', 'hello'])
    client.sendValue(['chat.say', 902, 'hello'])
    await server.step()
    expect(answersOf(client, [900, 901, 902])).toEqual(['malformed', 'malformed', 'malformed'])
    expect(server.net.gate.counters.refused.get('unknown|malformed')).toBe(3)
  })

  it('lets a session use what its state allows, and nothing above', async () => {
    const server = await quietServer()
    const stranger = server.connect(null)
    const list = stranger.request(SessionListCharacters, {})
    await server.step(2)
    expect(stranger.results.get(list)).toBe('notAllowed')

    const known = server.connect('guest:known')
    await server.step(4)
    const stop = known.request(MoveStop, {})
    const ack = known.request(SessionAck, { tick: 1 })
    await server.step(2)
    expect(known.results.get(stop)).toBe('notAllowed')
    expect(known.results.has(ack)).toBe(false)

    const { client: player } = await server.enter('Alice')
    const kick = player.request(AdminKick, { target: 1, reason: '' })
    const walk = player.request(MoveStop, {})
    await server.step()
    expect(answersOf(player, [kick, walk])).toEqual(['notAllowed', 'ok'])
  })

  it('gives a moderator his rights only while he is in the world', async () => {
    const identity = createGuestIdentity({ allowGuests: true, moderators: ['warden'] })
    const server = await quietServer({}, { identity })
    const outside = server.connect('guest:warden')
    await server.step(4)
    const early = outside.request(AdminKick, { target: 1, reason: '' })
    await server.step()
    expect(outside.results.get(early)).toBe('notAllowed')
    const { client } = await server.enter('Warden')
    const kick = client.request(AdminKick, { target: 1, reason: '' })
    await server.step()
    expect(client.results.get(kick)).toBe('noSuchTarget')
  })
})

describe('pace', () => {
  const classes: readonly (readonly [keyof typeof rateLimits, ToServer, Readonly<Record<string, unknown>>])[] = [
    ['movement', MoveStop, {}],
    ['action', CombatStopAttack, {}],
    ['query', QuestList, { giver: 0 }],
    ['chat', ChatSay, { text: 'hello' }],
  ]

  it.each(classes)('%s: two seconds at once, then as the time passes', async (name, opcode, payload) => {
    const server = await quietServer()
    const { client } = await server.enter('Alice')
    client.acks = false
    await server.step(40)
    const { counters } = server.net.gate
    const rate = rateLimits[name]
    const accepted = async (count: number, steps: number): Promise<number> => {
      const before = counters.intents
      sendMany(client, count, opcode, payload as never)
      await server.step(steps)
      return counters.intents - before
    }
    expect(await accepted(rate * BURST_S + 20, 1)).toBe(rate * BURST_S)
    await server.step(19)
    expect(await accepted(rate + 20, 1)).toBe(rate)
    // Never more saved up than the burst, however long nothing is sent.
    await server.step(200)
    expect(await accepted(rate * BURST_S + 20, 1)).toBe(rate * BURST_S)
  })

  it('paces each class by itself', async () => {
    const server = await quietServer()
    const { client } = await server.enter('Alice')
    sendMany(client, rateLimits.action * BURST_S + 5, CombatStopAttack, {})
    const move = client.request(MoveStop, {})
    await server.step()
    expect(client.results.get(move)).toBe('ok')
  })

  it('says tooFast once a second, and about the rest nothing', async () => {
    const server = await quietServer()
    const { client } = await server.enter('Alice')
    await server.step(40)
    const seqs: number[] = []
    for (let second = 0; second < 3; second += 1) {
      seqs.push(...sendMany(client, 90, CombatStopAttack, {}))
      await server.step(20)
      const answers = answersOf(client, seqs)
      expect(countOf(answers, 'tooFast')).toBe(second + 1)
    }
    expect(countOf(answersOf(client, seqs), 'none')).toBeGreaterThan(100)
  })

  it('closes whoever goes on too fast', async () => {
    const server = await quietServer()
    const { client, slot } = await server.enter('Alice')
    const other = await server.enter('Bert')
    const { x, z } = server.world.columns(Position)
    x[other.slot] = x[slot]
    z[other.slot] = z[slot]
    other.client.request(MoveTo, { x: x[slot] + 30, z: z[slot] })
    for (let tick = 0; tick < 40 && client.closed === null; tick += 1) {
      sendMany(client, 31, CombatStopAttack, {})
      await server.step()
    }
    expect(client.closed?.reason).toBe('flood')
    // Though somebody moves before its eyes.
    expect(client.received.at(-1)).toMatchObject({ name: 'session.closed', payload: { reason: 'flood' } })
    expect(server.world.columns(Motion).moved[other.slot]).toBe(1)
    expect(server.net.gate.counters.refused.get('combat.stopAttack|tooFast')).toBe(TOO_FAST_MAX + 1)
  })

  it.each([
    ['unknown opcodes', [UNKNOWN_ID, 0]],
    ['what is not allowed', [AdminKick.id, 0, 1, '']],
    ['bad payloads', [MoveTo.id, 0, 'x', 'z']],
  ])('closes whoever sends nothing but %s: refusals cost too', async (_what, message) => {
    const server = await quietServer()
    const { client } = await server.enter('Alice')
    let seq = 1_000
    for (let tick = 0; tick < 60 && client.closed === null; tick += 1) {
      client.sendValue(Array.from({ length: 20 }, (_, i) => [message[0], seq + i, ...message.slice(2)]))
      seq += 20
      await server.step()
    }
    expect(client.closed?.reason).toBe('flood')
  })

  it('holds minds to a class of their own and to a player’s rights', async () => {
    const server = await quietServer()
    const { slot } = await server.enter('Alice')
    const { world, net } = server
    const before = net.gate.counters.intents
    for (let i = 0; i < rateLimits.bot * BURST_S + 7; i += 1) world.queueMindIntent(MoveStop, slot, {})
    await server.step()
    expect(net.gate.counters.intents - before).toBe(rateLimits.bot * BURST_S)
    expect(net.gate.counters.refused.get('move.stop|tooFast')).toBe(7)
    await server.step(40)
    const later = net.gate.counters.intents
    world.queueMindIntent(AdminKick, slot, { target: 1, reason: '' })
    world.queueMindIntent(MoveTo, slot, { x: Number.NaN, z: 1 })
    await server.step()
    expect(net.gate.counters.intents - later).toBeLessThanOrEqual(1)
    expect(net.gate.counters.refused.get('move.to|malformed')).toBe(1)
  })
})

describe('well formed', () => {
  const bad: readonly (readonly [string, readonly unknown[]])[] = [
    ['a field is missing', [MoveTo.id, 0, 10]],
    ['a field too many', [MoveTo.id, 0, 10, 10, 10]],
    ['text for a number', [MoveTo.id, 0, '10', 10]],
    ['nothing for a number', [MoveTo.id, 0, null, 10]],
    ['a list for a number', [MoveTo.id, 0, [10], 10]],
    ['not a number', [MoveTo.id, 0, Number.NaN, 10]],
    ['infinite', [MoveTo.id, 0, 10, Number.NEGATIVE_INFINITY]],
    ['beyond what f32 holds', [MoveTo.id, 0, 1e300, 10]],
    ['a fraction for an entity', [CombatAttack.id, 0, 1.5]],
    ['a negative entity', [CombatAttack.id, 0, -1]],
    ['an entity over 32 bits', [MoveFollow.id, 0, 4_294_967_296]],
    ['a spell over 16 bits', [SpellCast.id, 0, 65_536, 0, 0, 0]],
    ['an input out of its 8 bits', [MoveInput.id, 0, 128, 0, 0, false]],
    ['a number for a truth value', [MoveInput.id, 0, 1, 0, 0, 1]],
    ['text too long', [ChatSay.id, 0, 'x'.repeat(256)]],
    ['bytes for text', [ChatSay.id, 0, Uint8Array.of(65)]],
  ]

  it.each(bad)('refuses %s, and no system sees it', async (_what, values) => {
    const server = await quietServer()
    const { client } = await server.enter('Alice')
    client.acks = false
    await server.step()
    const before = server.net.gate.counters.intents
    client.sendValue([values[0], 500, ...values.slice(2)])
    await server.step()
    const name = server.simulation.game.protocol.byId.get(values[0] as number)?.opcode.name
    expect(client.results.get(500)).toBe('malformed')
    expect(server.net.gate.counters.refused.get(`${name}|malformed`)).toBe(1)
    expect(server.net.gate.counters.intents).toBe(before)
  })

  it.each([
    ['no msgpack', Uint8Array.of(0xc1)],
    ['a map', Uint8Array.of(0x81, 0x01, 0x02)],
    ['an extension', Uint8Array.of(0x92, 0xd4, 0x01, 0x02, 0x03)],
    ['a number alone', Uint8Array.of(0x05)],
    ['an empty list', Uint8Array.of(0x90)],
    ['bytes after the end', Uint8Array.of(0x92, 0x01, 0x02, 0x03)],
    ['a list that ends too early', Uint8Array.of(0x93, 0x01)],
    ['nesting without end', new Uint8Array(200).fill(0x91)],
  ])('answers a frame of %s as malformed with seq 0', async (_what, bytes) => {
    const server = await quietServer()
    const client = server.connect(null)
    client.sendRaw(bytes)
    await server.step()
    expect(client.results.get(0)).toBe('malformed')
    expect(client.resultCounts.get(0)).toBe(1)
    expect(server.net.gate.counters.malformedFrames).toBe(1)
  })
})
