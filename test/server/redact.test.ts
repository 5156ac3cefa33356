import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { InboxEntry } from '../../src/net/inbox.js'
import { SessionHello, SessionPing } from '../../src/net/opcodes.js'
import { decodeFrame, encode } from '../../src/protocol/codec.js'
import { redacted } from '../../src/server/redact.js'
import { tinyProtocol } from './tiny-game.js'

const TOKEN = 'guest:secret-name'
const SECRET = Buffer.from('secret-name')

const frame = (value: unknown): InboxEntry => ({ kind: 'frame', session: 7, bytes: Uint8Array.from(encode(value)) })
const bytesOf = (entry: InboxEntry): Uint8Array => (entry.kind === 'frame' ? entry.bytes : new Uint8Array(0))
const holdsToken = (entry: InboxEntry) => Buffer.from(bytesOf(entry)).includes(SECRET)

/** What the gate would do with each message, token aside. */
function judged(bytes: Uint8Array): unknown {
  const value = decodeFrame(bytes)
  if (value === undefined || value.length === 0) return 'unreadable'
  const messages = Array.isArray(value[0]) ? value : [value]
  return messages.map((message) => {
    const [id, seq] = Array.isArray(message) ? message : []
    const compiled = typeof id === 'number' ? tinyProtocol.byId.get(id) : undefined
    const validSeq = typeof seq === 'number' && Number.isInteger(seq) && seq > 0 && seq <= 0xffffffff ? seq : 0
    if (compiled === undefined || validSeq === 0) return [compiled?.opcode.name, validSeq, 'malformed']
    const payload = compiled.read(message as unknown[], 2)
    if (payload === undefined) return [compiled.opcode.name, validSeq, 'malformed']
    return [compiled.opcode.name, validSeq, id === SessionHello.id ? payload.protocolHash : payload]
  })
}

describe('redacted', () => {
  it('leaves frames without a hello as they are', () => {
    const ping = frame([SessionPing.id, 1, 5])
    expect(redacted(ping)).toBe(ping)
    const gone: InboxEntry = { kind: 'gone', session: 7 }
    expect(redacted(gone)).toBe(gone)
  })

  it.each([
    ['a hello', [SessionHello.id, 1, TOKEN, '', 'abc']],
    ['a resume token', [SessionHello.id, 1, '', 'secret-name', '']],
    [
      'a hello within a batch',
      [
        [SessionPing.id, 1, 5],
        [SessionHello.id, 2, TOKEN, '', ''],
        [SessionHello.id, 3, TOKEN, '', ''],
      ],
    ],
    ['too few fields', [SessionHello.id, 1, TOKEN]],
    ['surplus fields', [SessionHello.id, 1, TOKEN, '', '', 4]],
    ['a token that is too long', [SessionHello.id, 1, TOKEN + 'x'.repeat(600), '', '']],
    ['a token in place of the seq', [SessionHello.id, TOKEN]],
    ['a token within the seq', [SessionHello.id, [TOKEN]]],
    ['a token of the wrong type', [SessionHello.id, 1, [TOKEN], '', '']],
  ])('takes the token out of %s, and the gate judges it as before', (_, value) => {
    const before = frame(value)
    const after = redacted(before)
    expect(holdsToken(before)).toBe(true)
    expect(holdsToken(after)).toBe(false)
    expect(judged(bytesOf(after))).toEqual(judged(bytesOf(before)))
  })

  it('empties a frame that cannot be decoded', () => {
    const before: InboxEntry = {
      kind: 'frame',
      session: 1,
      bytes: Uint8Array.from([...encode([SessionHello.id, 1, TOKEN, '', '']), 0]),
    }
    expect(judged(bytesOf(before))).toBe('unreadable')
    expect(judged(bytesOf(redacted(before)))).toBe('unreadable')
    expect(holdsToken(redacted(before))).toBe(false)
  })

  it('changes no judgement of any frame', () => {
    const field = fc.oneof(
      fc.constant(TOKEN),
      fc.string(),
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.string()),
    )
    const id = fc.oneof(fc.constant(SessionHello.id as number), fc.constant(SessionPing.id as number), fc.integer())
    const message = fc.tuple(id, field, fc.array(field, { maxLength: 5 })).map(([a, b, c]) => [a, b, ...c])
    const value = fc.oneof(message, fc.array(fc.oneof(message, fc.array(field)), { maxLength: 40 }))
    fc.assert(
      fc.property(value, (one) => {
        const before = frame(one)
        expect(judged(bytesOf(redacted(before)))).toEqual(judged(bytesOf(before)))
      }),
      { numRuns: 2_000 },
    )
  })
})
