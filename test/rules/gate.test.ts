import { beforeEach, describe, expect, it } from 'vitest'
import { BATCH_MAX, Gate, TOO_FAST_MAX, TOO_FAST_TOLD_EVERY_MS, TOO_FAST_WINDOW_MS } from '../../src/net/gate.js'
import { BURST_S, rateLimits, Session } from '../../src/net/session.js'
import { encode } from '../../src/protocol/codec.js'
import { type AnyIntent, type Auth, type ToServer, toClient, toServer } from '../../src/protocol/opcode.js'
import { defineProtocol } from '../../src/protocol/protocol.js'
import { u8 } from '../../src/schema/fields.js'

/** The gate by itself: what it lets through, what it answers instead, and what it remembers of both. */

const SLOT = 7
const START_MS = 50_000
const opcode = (id: number, name: string, auth: Auth, more: Partial<ToServer> = {}): ToServer =>
  toServer({ id, name, payload: { amount: u8 }, auth, rate: 'action', handler: 'test', doc: '', ...more })
const Act = opcode(1, 'act', 'inWorld')
const Walk = opcode(2, 'walk', 'inWorld', { rate: 'movement', result: false })
const Old = opcode(3, 'old', 'inWorld', { retired: true })
const Judge = opcode(4, 'judge', 'moderator')
const Rule = opcode(5, 'rule', 'gameMaster')
const Strange = opcode(9, 'strange', 'inWorld')
const Told = toClient({ id: 0x8001, name: 'told', payload: { amount: u8 }, doc: '' })
const protocol = defineProtocol({ opcodes: [Act, Walk, Old, Judge, Rule, Told] })
const { code, list } = protocol.resultCodes

let intents: AnyIntent[] = []
let said: string[] = []
let session: Session
let gate: Gate

beforeEach(() => {
  intents = []
  said = []
  session = new Session(3, 1, START_MS)
  session.auth = 'inWorld'
  session.slot = SLOT
  gate = new Gate(protocol, {
    deliver: (intent) => void intents.push(intent),
    // As `net` does: what is refused is remembered, what is repeated is not.
    refuse(to, seq, result) {
      to.remember(seq, result)
      said.push(`refuse ${seq} ${list[result].name}`)
    },
    repeat: (_, seq, result) => void said.push(`repeat ${seq} ${list[result].name}`),
    refuseMind: (slot, of, result) => void said.push(`mind ${slot} ${of.name} ${list[result].name}`),
    flood(of) {
      of.closing = true
      said.push('flood')
    },
  })
})

const send = (value: unknown, nowMs = START_MS): void => gate.frame(session, encode(value), nowMs)
const seqs = (): number[] => intents.map(({ seq }) => seq)

describe('a message', () => {
  it('that is right becomes one intent of the session’s own entity', () => {
    send([Act.id, 5, 9])
    expect(intents).toEqual([
      { name: 'act', opcode: Act, actor: SLOT, session: session.id, seq: 5, payload: { amount: 9 }, answered: false },
    ])
    expect([session.lastSeq, session.isUnderWay(5), said]).toEqual([5, true, []])
    expect([...gate.counters.received]).toEqual([['act', 1]])
    expect([gate.counters.intents, gate.counters.refused.size, gate.counters.malformedFrames]).toEqual([1, 0, 0])
  })

  it('without a result is not waited for', () => {
    send([Walk.id, 5, 9])
    expect([seqs(), session.isUnderWay(5)]).toEqual([[5], false])
  })

  it.each([1, 0xffffffff])('may have the seq %d', (seq) => {
    send([Act.id, seq, 0])
    expect(seqs()).toEqual([seq])
  })

  it.each([0, -1, 1.5, 4_294_967_296, Number.NaN, Number.POSITIVE_INFINITY, '1', true, null, [1]])(
    'with %j for a seq is answered as seq 0, and nothing is remembered',
    (seq) => {
      send([Act.id, seq, 0])
      expect([said, intents, session.lastSeq]).toEqual([['repeat 0 malformed'], [], 0])
      expect([...gate.counters.refused]).toEqual([['act|malformed', 1]])
      expect(gate.counters.received.get('act')).toBe(1)
    },
  )

  it.each([
    ['an unknown id', 999],
    ['a retired one', Old.id],
    ['one to the client', Told.id],
    ['none', null],
    ['a text', '1'],
  ])('of %s is malformed under its seq', (_what, id) => {
    send([id, 4, 0])
    expect([said, intents, session.lastSeq, session.remembered(4)]).toEqual([['refuse 4 malformed'], [], 4, code.malformed])
    expect([...gate.counters.refused]).toEqual([['unknown|malformed', 1]])
    expect(gate.counters.received.size).toBe(0)
  })

  it('above its rights is not allowed, and costs no token', () => {
    for (let seq = 1; seq <= 100; seq += 1) send([Judge.id, seq, 0])
    expect(new Set(said)).toEqual(new Set(Array.from({ length: 100 }, (_, i) => `refuse ${i + 1} notAllowed`)))
    send([Act.id, 101, 0])
    expect(seqs()).toEqual([101])
  })

  it('with fields that do not fit is malformed, and its seq is used up', () => {
    send([Act.id, 4, 256])
    send([Act.id, 5])
    send([Act.id, 6, 1, 1])
    expect(said).toEqual(['refuse 4 malformed', 'refuse 5 malformed', 'refuse 6 malformed'])
    send([Act.id, 6, 1])
    expect(said.at(-1)).toBe('repeat 6 malformed')
    expect(intents).toEqual([])
  })

  it('whose refusal comes after a later seq is answered, but changes nothing', () => {
    send([Act.id, 10, 1])
    send([Judge.id, 7, 1])
    expect(said).toEqual(['repeat 7 notAllowed'])
    expect([session.lastSeq, session.remembered(7)]).toEqual([10, undefined])
    // What is under way gets the answer to what it asked for, and no other.
    send([Judge.id, 10, 1])
    expect([said.length, session.remembered(10)]).toEqual([1, undefined])
    session.remember(10, code.ok)
    send([Judge.id, 10, 1])
    expect(said.slice(1)).toEqual(['repeat 10 ok'])
    expect(session.remembered(10)).toBe(code.ok)
  })
})

describe('a seq again', () => {
  it('gets the answer it had', () => {
    send([Act.id, 5, 1])
    session.remember(5, code.busy)
    send([Act.id, 5, 2])
    send([Walk.id, 5, 2])
    expect([said, intents.length]).toEqual([['repeat 5 busy', 'repeat 5 busy'], 1])
  })

  it('while the first is under way gets none', () => {
    send([Act.id, 5, 1])
    send([Act.id, 5, 2])
    expect([said, intents.length]).toEqual([[], 1])
  })

  it('whose answer is forgotten, or that was skipped, is stale', () => {
    send([Act.id, 5, 1])
    send([Act.id, 4, 1])
    expect([said, intents.length]).toEqual([['repeat 4 stale'], 1])
  })

  it('of a request without results gets none', () => {
    send([Walk.id, 5, 1])
    send([Walk.id, 5, 1])
    send([Walk.id, 4, 1])
    expect([said, intents.length]).toEqual([[], 1])
  })
})

describe('a frame', () => {
  it.each([
    ['no msgpack', Uint8Array.of(0xc1)],
    ['nothing', new Uint8Array()],
    ['an empty batch', encode([])],
    ['a batch of one too many', encode(Array.from({ length: BATCH_MAX + 1 }, (_, i) => [Act.id, i + 1, 0]))],
  ])('of %s is malformed as a whole', (_what, bytes) => {
    gate.frame(session, bytes, START_MS)
    expect([said, intents]).toEqual([['repeat 0 malformed'], []])
    expect([gate.counters.malformedFrames, gate.counters.refused.get('unknown|malformed')]).toEqual([1, 1])
    gate.frame(session, bytes, START_MS)
    expect(gate.counters.malformedFrames).toBe(2)
  })

  it('of a full batch is taken message by message, in order', () => {
    send(Array.from({ length: BATCH_MAX }, (_, i) => [Act.id, i + 1, i]))
    expect(intents.map(({ payload }) => payload.amount)).toEqual(Array.from({ length: BATCH_MAX }, (_, i) => i))
    expect(gate.counters.malformedFrames).toBe(0)
  })

  it('refuses what is wrong in a batch by itself', () => {
    send([[Act.id, 1, 1], 7, null, [], [[Act.id, 2, 1]], [Judge.id, 3, 1], [Act.id, 4, 1]])
    expect(seqs()).toEqual([1, 4])
    expect(said).toEqual([...new Array(4).fill('repeat 0 malformed'), 'refuse 3 notAllowed'])
  })

  it('is not read on once its session is being closed', () => {
    session.closing = true
    send([
      [Act.id, 1, 1],
      [Act.id, 2, 1],
    ])
    send([Act.id, 3, 1])
    expect([intents, said, gate.counters.received.size]).toEqual([[], [], 0])
  })
})

describe('too fast', () => {
  const BURST = rateLimits.action * BURST_S
  const burst = (): void => {
    for (let seq = 1; seq <= BURST; seq += 1) send([Act.id, seq, 0])
    expect([intents.length, said]).toEqual([BURST, []])
  }

  it('is told at once, then once a second; every seq over the rate is remembered as such', () => {
    burst()
    const at = [0, 0, TOO_FAST_TOLD_EVERY_MS - 1]
    // Each from a moment with no token: a token comes each 50 ms, and is used up first.
    at.forEach((afterMs, i) => {
      const nowMs = START_MS + afterMs
      while (session.buckets.take('action', nowMs));
      send([Act.id, 100 + i, 0], nowMs)
    })
    expect(said).toEqual(['refuse 100 tooFast'])
    expect([100, 101, 102].map((seq) => session.remembered(seq))).toEqual([code.tooFast, code.tooFast, code.tooFast])
    expect([session.lastSeq, intents.length]).toEqual([102, BURST])
    const laterMs = START_MS + TOO_FAST_TOLD_EVERY_MS
    while (session.buckets.take('action', laterMs));
    send([Act.id, 103, 0], laterMs)
    expect(said.at(-1)).toBe('refuse 103 tooFast')
    expect(gate.counters.refused.get('act|tooFast')).toBe(4)
  })

  it('a seq that was used before keeps its own answer and is told it, one under way none', () => {
    burst()
    session.remember(BURST, code.ok)
    send([Act.id, BURST, 0])
    expect(said).toEqual([`repeat ${BURST} ok`])
    expect([session.remembered(BURST), session.lastSeq]).toEqual([code.ok, BURST])
    send([Act.id, 3, 0], START_MS)
    expect([session.remembered(3), session.lastSeq, said.length]).toEqual([undefined, BURST, 1])
  })

  it('is a matter of each class by itself', () => {
    burst()
    send([Walk.id, 50, 0])
    expect(seqs().at(-1)).toBe(50)
  })
})

describe('refusals without end', () => {
  const refuse = (count: number, nowMs: number, from: number): void => {
    for (let i = 0; i < count; i += 1) send([Judge.id, from + i, 0], nowMs)
  }

  it('close the session at one over the limit, once', () => {
    refuse(TOO_FAST_MAX, START_MS, 1)
    expect(said).not.toContain('flood')
    refuse(1, START_MS, 1_000)
    expect(said.at(-1)).toBe('flood')
    expect(session.lastSeq).toBe(TOO_FAST_MAX)
    refuse(5, START_MS, 2_000)
    expect(said.filter((line) => line === 'flood')).toHaveLength(1)
  })

  it('count within the window from the first, its end included', () => {
    refuse(1, START_MS, 1)
    refuse(TOO_FAST_MAX - 1, START_MS + TOO_FAST_WINDOW_MS, 2)
    expect(said).not.toContain('flood')
    refuse(1, START_MS + TOO_FAST_WINDOW_MS, 1_000)
    expect(said.at(-1)).toBe('flood')
  })

  it('begin anew after it', () => {
    refuse(TOO_FAST_MAX, START_MS, 1)
    refuse(TOO_FAST_MAX, START_MS + TOO_FAST_WINDOW_MS + 1, 1_000)
    expect(said).not.toContain('flood')
    refuse(1, START_MS + 2 * TOO_FAST_WINDOW_MS + 1, 2_000)
    expect(said.at(-1)).toBe('flood')
  })

  it('of every kind count together, those that are not told too', () => {
    for (let seq = 1; seq <= rateLimits.action * BURST_S; seq += 1) send([Act.id, seq, 0])
    for (let i = 0; i < TOO_FAST_MAX / 2; i += 1) {
      send([Act.id, 1_000 + i, 0])
      send([Act.id, 'x', 0])
    }
    expect(said).not.toContain('flood')
    send([Act.id, 5_000, 0])
    expect(said.at(-1)).toBe('flood')
  })
})

describe('a mind', () => {
  const BURST = rateLimits.bot * BURST_S
  const ENTITY = 0x100007
  const ask = (of: ToServer, payload: Readonly<Record<string, unknown>> = { amount: 1 }, entity = ENTITY, nowMs = 0): void =>
    gate.mind({ opcode: of, slot: SLOT, payload }, entity, nowMs)

  it('has intents without a session', () => {
    ask(Act, { amount: 3 })
    expect(intents).toEqual([
      { name: 'act', opcode: Act, actor: SLOT, session: 0, seq: 0, payload: { amount: 3 }, answered: false },
    ])
    expect(gate.counters.intents).toBe(1)
  })

  it.each([Judge, Rule])('is no moderator: $name', (of) => {
    ask(of)
    expect([said, intents]).toEqual([[`mind ${SLOT} ${of.name} notAllowed`], []])
  })

  it('is paced as a class of its own, and the next one in its place begins afresh', () => {
    for (let i = 0; i < BURST; i += 1) ask(Act)
    expect(said).toEqual([])
    ask(Act)
    expect([said, intents.length]).toEqual([[`mind ${SLOT} act tooFast`], BURST])
    expect(gate.counters.refused.get('act|tooFast')).toBe(1)
    ask(Act, { amount: 1 }, ENTITY + (1 << 20))
    expect(intents).toHaveLength(BURST + 1)
    ask(Act, { amount: 1 }, ENTITY + (1 << 20), 1000)
    expect(intents).toHaveLength(BURST + 2)
  })

  it.each([
    ['a payload that does not fit', Act, { amount: 256 }],
    ['a field too few', Act, {}],
    ['an opcode of another protocol', Strange, { amount: 1 }],
  ])('with %s is malformed', (_what, of, payload) => {
    ask(of, payload)
    expect([said, intents]).toEqual([[`mind ${SLOT} ${of.name} malformed`], []])
    expect(gate.counters.refused.get(`${of.name}|malformed`)).toBe(1)
  })
})
