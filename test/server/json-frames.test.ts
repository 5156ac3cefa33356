import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FRAME_BYTES_MAX } from '../../src/net/opcodes.js'
import { DEPTH_MAX, decodeFrame, encode, ITEMS_MAX, isPlainFrame } from '../../src/protocol/codec.js'
import { frameOfJson, jsonOfMessage } from '../../src/server/json-frames.js'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
const zeros = (count: number): string => `[${Array.from({ length: count }, () => '0').join(',')}]`

/** Nine bytes each as msgpack, and with the array's own three and one more number just what a frame may hold. */
const HALVES = '0.5,'.repeat((FRAME_BYTES_MAX - 4) / 9)

describe('a frame of JSON', () => {
  it.each([
    ['an empty array', '[]'],
    ['a message', '[258, 7, "guest:ada", "", ""]'],
    ['a batch', '[[1, 1, 12.25, -3e-2], [1, 2, true, null, false]]'],
    ['large numbers and texts', ' [ 4294967296, 1e300, "\u00e4\ud83d\ude00", "\\u00e4\\n" ] '],
    ['arrays as deep as allowed', nested(DEPTH_MAX)],
    ['items as many as allowed', zeros(ITEMS_MAX - 1)],
    ['bytes as many as allowed', `[${HALVES}1]`],
  ])('is the msgpack that another client would have sent: %s', (_, text) => {
    const frame = frameOfJson(utf8(text))
    expect([...frame]).toEqual([...encode(JSON.parse(text))])
    expect(decodeFrame(frame)).toEqual(JSON.parse(text))
  })

  it.each([
    ['no JSON', '[1,'],
    ['nothing', ''],
    ['two values', '[1][2]'],
    ['a byte order mark', '\ufeff[1]'],
    ['NaN', '[NaN]'],
    ['a number', '5'],
    ['null', 'null'],
    ['a text', '"[1]"'],
    ['an object', '{"length":1,"0":1}'],
    ['an object within', '[1,1,{}]'],
    ['an object deep within', '[1,1,[[{"__proto__":[]}]]]'],
    ['an array too deep', nested(DEPTH_MAX + 1)],
    ['arrays as deep as a frame can hold', nested(FRAME_BYTES_MAX / 2)],
    ['an item too many', zeros(ITEMS_MAX)],
    ['numbers over the limit of a frame as msgpack', `[${HALVES}1,1]`],
  ])('is empty, and so malformed, where it is %s', (_, text) => {
    expect(text.length).toBeLessThanOrEqual(FRAME_BYTES_MAX)
    const frame = frameOfJson(utf8(text))
    expect(frame.length).toBe(0)
    expect(decodeFrame(frame)).toBeUndefined()
  })

  it('that holds a number beyond all numbers, or half a character, is still plain msgpack, for the gate to judge', () => {
    expect(decodeFrame(frameOfJson(utf8('[1e999]')))).toEqual([Number.POSITIVE_INFINITY])
    expect(isPlainFrame(frameOfJson(utf8('["\\ud800"]')))).toBe(true)
  })

  it('keeps nothing of the bytes, which the transport uses again', () => {
    const text = utf8('["abc"]')
    const frame = frameOfJson(text)
    text.fill(0)
    encode(['something else that is longer'])
    expect(decodeFrame(frame)).toEqual(['abc'])
    expect(frame.buffer.byteLength).toBe(frame.length)
  })

  it('is judged as the same values in msgpack are', () => {
    const { value } = fc.letrec<{ value: unknown; list: unknown[] }>((tie) => ({
      value: fc.oneof(
        { maxDepth: DEPTH_MAX + 2 },
        fc.oneof(fc.integer(), fc.double(), fc.string({ unit: 'binary' }), fc.boolean(), fc.constant(null)),
        tie('list'),
      ),
      list: fc.array(tie('value'), { maxLength: 6 }),
    }))
    const judged = { taken: 0, refused: 0 }
    const property = fc.property(fc.array(value, { maxLength: 6 }), (values) => {
      const text = JSON.stringify(values)
      const plain: unknown = JSON.parse(text)
      const frame = frameOfJson(utf8(text))
      const msgpack = encode(plain)
      const isTaken = isPlainFrame(msgpack) && msgpack.length <= FRAME_BYTES_MAX
      judged[isTaken ? 'taken' : 'refused'] += 1
      expect([...frame]).toEqual(isTaken ? [...msgpack] : [])
    })
    fc.assert(property, { numRuns: 2_000 })
    expect(Math.min(judged.taken, judged.refused)).toBeGreaterThan(20)
  })

  it('may be any bytes at all', () => {
    const pieces = fc.constantFrom('[', ']', '{', '}', ',', ':', '"', '1', '-', 'e', '\\u', 'null', ' ', '\u0000')
    const text = fc.oneof(
      fc.array(pieces, { maxLength: 40 }).map((list) => utf8(list.join(''))),
      fc.uint8Array({ maxLength: 60 }),
    )
    fc.assert(
      fc.property(text, (bytes) => {
        const frame = frameOfJson(bytes)
        expect(frame.length === 0 || isPlainFrame(frame)).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('a message as JSON', () => {
  it('is the same arrays, with bytes as base64 at any depth', () => {
    const message = [7, [0x8001, Uint8Array.of(251, 255, 254, 0)], [1, 'ä"', null, true, [[new Uint8Array(0)]], 0.5]]
    expect(jsonOfMessage(encode(message))).toBe('[7,[32769,"+//+AA=="],[1,"ä\\"",null,true,[[""]],0.5]]')
  })
})
