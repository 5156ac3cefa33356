import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeMessage, encode } from '../../src/protocol/codec.js'
import {
  bool,
  bytes,
  defaulted,
  f32,
  f64,
  fieldName,
  i8,
  i16,
  i32,
  integerBounds,
  list,
  oneOf,
  type PayloadField,
  type PayloadShape,
  record,
  text,
  u8,
  u16,
  u32,
} from '../../src/schema/fields.js'
import { payloadReader, payloadWriter } from '../../src/schema/payload.js'

const wholeKinds = { u8, i8, u16, i16, u32, i32 }

interface Sample {
  readonly field: PayloadField
  readonly value: fc.Arbitrary<unknown>
}

const scalar: fc.Arbitrary<Sample> = fc.constantFrom<Sample>(
  ...Object.entries(wholeKinds).map(([kind, field]) => {
    const [min, max] = integerBounds[kind as keyof typeof wholeKinds]
    return { field, value: fc.integer({ min, max }) }
  }),
  { field: f32, value: fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)) },
  { field: f64, value: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)) },
  { field: bool, value: fc.boolean() },
  {
    field: text(9),
    value: fc.string({ unit: 'binary', maxLength: 9 }).filter((value) => [...value].length <= 9),
  },
  { field: oneOf('red', 'green', 'blue'), value: fc.constantFrom('red', 'green', 'blue') },
  { field: bytes(20), value: fc.uint8Array({ maxLength: 20 }) },
)
const fields = (depth: number): fc.Arbitrary<Sample> =>
  depth === 0
    ? scalar
    : fc.oneof(
        scalar,
        fields(depth - 1).map(({ field, value }) => ({ field: list(field, 5), value: fc.array(value, { maxLength: 5 }) })),
        fc.dictionary(fc.constantFrom('a', 'b', 'c'), fields(depth - 1)).map((samples) => ({
          field: record(Object.fromEntries(Object.entries(samples).map(([name, { field }]) => [name, field]))),
          value: fc.record(Object.fromEntries(Object.entries(samples).map(([name, { value }]) => [name, value]))),
        })),
      )

/** A shape and a payload that fits it. */
const shapes: fc.Arbitrary<{ shape: PayloadShape; payload: Record<string, unknown> }> = fc
  .dictionary(fc.constantFrom('one', 'two', 'three', 'four'), fields(2))
  .chain((samples) =>
    fc.record(Object.fromEntries(Object.entries(samples).map(([name, { value }]) => [name, value]))).map((payload) => ({
      shape: Object.fromEntries(Object.entries(samples).map(([name, { field }]) => [name, field])),
      payload,
    })),
  )

const plain = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return [...value]
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]))
  return value
}

/** What a reader makes of one value of one field. */
const readOne = (field: PayloadField, value: unknown): unknown => payloadReader({ value: field })([value], 0)?.value

describe('payloads', () => {
  it('come back from the wire as they were written', () => {
    fc.assert(
      fc.property(shapes, ({ shape, payload }) => {
        const wire = decodeMessage(encode(payloadWriter(shape)(payload, ['head', 1])))
        expect(wire).toHaveLength(2 + Object.keys(shape).length)
        expect(plain(payloadReader(shape)(wire, 2))).toEqual(plain(payload))
        expect(plain(payloadReader(shape, 'ignore')(wire, 2))).toEqual(plain(payload))
      }),
      { numRuns: 500 },
    )
  })

  it('never throw on other values, and are refused or fit', () => {
    fc.assert(
      fc.property(shapes, fc.array(fc.anything({ withNullPrototype: true, maxDepth: 3 })), ({ shape }, values) => {
        const read = payloadReader(shape)(values, 0)
        if (read === undefined) return
        const again = payloadReader(shape)(payloadWriter(shape)(read, []), 0)
        expect(plain(again)).toEqual(plain(read))
      }),
      { numRuns: 500 },
    )
  })

  it.each(Object.entries(integerBounds))('hold %s between its bounds', (kind, [low, high]) => {
    const field = wholeKinds[kind as keyof typeof wholeKinds]
    expect([readOne(field, low), readOne(field, high)]).toEqual([low, high])
    for (const wrong of [low - 1, high + 1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, '1', null, true, [1], 1n])
      expect(readOne(field, wrong)).toBeUndefined()
  })

  it('hold finite numbers, rounded to what f32 can say', () => {
    expect(readOne(f32, 0.1)).toBe(Math.fround(0.1))
    expect(readOne(f64, 0.1)).toBe(0.1)
    expect(readOne(f64, 1e300)).toBe(1e300)
    for (const wrong of [1e300, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, '0', null])
      expect(readOne(f32, wrong)).toBeUndefined()
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, '0', null, false]) expect(readOne(f64, wrong)).toBeUndefined()
  })

  it('count text in code points, and refuse halves of pairs', () => {
    expect(readOne(text(3), '🦊🦊🦊')).toBe('🦊🦊🦊')
    expect(readOne(text(3), '')).toBe('')
    expect(readOne(text(0), '')).toBe('')
    for (const wrong of ['🦊🦊🦊a', 'abcd', '\ud83e', 'a\ud83e', '\udd8a', '\ud83ea', '\udd8a\ud83e', 5, null, ['a']])
      expect(readOne(text(3), wrong)).toBeUndefined()
  })

  it('hold one of their words by its index', () => {
    const colour = oneOf('red', 'green')
    expect([readOne(colour, 0), readOne(colour, 1)]).toEqual(['red', 'green'])
    for (const wrong of [2, -1, 0.5, 'red', null, true]) expect(readOne(colour, wrong)).toBeUndefined()
    expect(payloadWriter({ colour })({ colour: 'green' }, [])).toEqual([1])
  })

  it('hold booleans, bytes, lists and records of their kind only', () => {
    for (const wrong of [0, 1, 'true', null]) expect(readOne(bool, wrong)).toBeUndefined()
    expect(readOne(bytes(2), new Uint8Array(2))).toEqual(new Uint8Array(2))
    for (const wrong of [new Uint8Array(3), [1, 2], 'ab', null]) expect(readOne(bytes(2), wrong)).toBeUndefined()
    expect(readOne(list(u8, 2), [1, 2])).toEqual([1, 2])
    for (const wrong of [[1, 2, 3], [256], [null], [[1]], { length: 1, 0: 1 }, 'ab', null])
      expect(readOne(list(u8, 2), wrong)).toBeUndefined()
    const pair = record({ a: u8, b: text(2) })
    expect(readOne(pair, [1, 'x'])).toEqual({ a: 1, b: 'x' })
    for (const wrong of [[1], [1, 'x', 2], ['x', 1], { a: 1, b: 'x' }, null]) expect(readOne(pair, wrong)).toBeUndefined()
  })

  it('may leave out trailing fields with a default, and no others', () => {
    const read = payloadReader({ a: u8, b: defaulted(u8, 7), c: defaulted(oneOf('x', 'y'), 'y') })
    expect(read([1], 0)).toEqual({ a: 1, b: 7, c: 'y' })
    expect(read([1, 2], 0)).toEqual({ a: 1, b: 2, c: 'y' })
    expect(read([1, 2, 0], 0)).toEqual({ a: 1, b: 2, c: 'x' })
    for (const wrong of [[], [1, null], [1, 300], [1, 2, 5], [1, 2, 0, 0]]) expect(read(wrong, 0)).toBeUndefined()
  })

  it('are refused with surplus fields by a server, and cut by a client, at every depth', () => {
    const shape = { head: u8, rows: list(record({ a: u8, inner: record({ b: u8 }) }), 3) }
    const surplus = [1, [[2, [3, 'new'], 'new']], 'new']
    expect(payloadReader(shape)(surplus, 0)).toBeUndefined()
    expect(payloadReader(shape)([1, [[2, [3], 'new']]], 0)).toBeUndefined()
    expect(payloadReader(shape, 'ignore')(surplus, 0)).toEqual({ head: 1, rows: [{ a: 2, inner: { b: 3 } }] })
    expect(payloadReader(shape, 'ignore')([1], 0)).toBeUndefined()
  })

  it('name their types as the reference page does', () => {
    const names = [u8, text(5), oneOf('a', 'b'), bytes(3), list(record({ a: u16, b: bool }), 4), defaulted(text(2), 'x')].map(
      fieldName,
    )
    expect(names).toEqual(['u8', 'text(5)', 'oneOf(a, b)', 'bytes(3)', 'list([a: u16, b: bool], 4)', 'text(2) = "x"'])
  })
})
