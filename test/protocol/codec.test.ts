import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEPTH_MAX, decodeFrame, encode, ITEMS_MAX, isPlainFrame } from '../../src/protocol/codec.js'

/** Buffers and the like as plain arrays, so that values can be compared. */
const plain = (value: unknown): unknown =>
  value instanceof Uint8Array ? { bytes: [...value] } : Array.isArray(value) ? value.map(plain) : value

const leaf = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer({ min: -300, max: 300 }),
  fc.integer({ min: -0x80000000, max: 0x7fffffff }),
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.double().map((value) => (value === 0 ? 0 : value)),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.uint8Array({ maxLength: 300 }),
)
const nested = (depth: number): fc.Arbitrary<unknown[]> =>
  fc.array(depth === 1 ? leaf : fc.oneof({ weight: 3, arbitrary: leaf }, { weight: 1, arbitrary: nested(depth - 1) }), {
    maxLength: 40,
  })
const frame = nested(DEPTH_MAX)

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text.split(' ').filter(Boolean), (hex) => Number.parseInt(hex, 16))
const arrays = (depth: number): Uint8Array => Uint8Array.from({ length: depth }, (_, i) => (i + 1 < depth ? 0x91 : 0x90))

/** The same question asked in the plainest way: the oracle for the scanner. */
function oracle(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  let items = 0
  const skip = (count: number): void => {
    at += count
    if (at > bytes.length) throw new RangeError('too short')
  }
  const uint = (width: number): number => {
    skip(width)
    return width === 1 ? view.getUint8(at - 1) : width === 2 ? view.getUint16(at - 2) : view.getUint32(at - 4)
  }
  const many = (count: number, depth: number): void => {
    if (depth === DEPTH_MAX || count > ITEMS_MAX) throw new RangeError('too much')
    for (let i = 0; i < count; i += 1) one(depth + 1)
  }
  const one = (depth: number): void => {
    items += 1
    if (items > ITEMS_MAX) throw new RangeError('too many')
    const first = uint(1)
    const scalars: Record<number, number> = { 192: 0, 194: 0, 195: 0, 202: 4, 203: 8, 204: 1, 205: 2, 206: 4, 207: 8 }
    const signed: Record<number, number> = { 208: 1, 209: 2, 210: 4, 211: 8 }
    const counted: Record<number, number> = { 196: 1, 197: 2, 198: 4, 217: 1, 218: 2, 219: 4 }
    if (first < 0x80 || first >= 0xe0) return
    if (first >= 0x90 && first < 0xa0) many(first - 0x90, depth)
    else if (first >= 0xa0 && first < 0xc0) skip(first - 0xa0)
    else if (first in scalars) skip(scalars[first])
    else if (first in signed) skip(signed[first])
    else if (first in counted) skip(uint(counted[first]))
    else if (first === 0xdc || first === 0xdd) many(uint(first === 0xdc ? 2 : 4), depth)
    else throw new RangeError('not plain')
  }
  try {
    one(0)
    return at === bytes.length
  } catch {
    return false
  }
}

describe('frames', () => {
  it('of plain values pass and come back as they were', () => {
    fc.assert(
      fc.property(frame, (value) => {
        const bytes = encode(value)
        expect(isPlainFrame(bytes)).toBe(true)
        expect(plain(decodeFrame(bytes))).toEqual(plain(value))
      }),
      { numRuns: 300 },
    )
  })

  it('are read where they lie in a larger buffer', () => {
    const bytes = encode([0x0101, 7, 'naïve 🦊', [1, [2.5, null]], true, -3, 0xffffffff])
    const room = new Uint8Array(bytes.length + 20).fill(0xc1)
    room.set(bytes, 9)
    expect(decodeFrame(room.subarray(9, 9 + bytes.length))).toEqual([257, 7, 'naïve 🦊', [1, [2.5, null]], true, -3, 0xffffffff])
    expect(decodeFrame(room.subarray(9, 10 + bytes.length))).toBeUndefined()
    expect(decodeFrame(room.subarray(9, 8 + bytes.length))).toBeUndefined()
  })

  it('may nest as deep as a batch of lists of records, and no deeper', () => {
    expect(isPlainFrame(arrays(DEPTH_MAX))).toBe(true)
    expect(isPlainFrame(arrays(DEPTH_MAX + 1))).toBe(false)
    expect(isPlainFrame(arrays(100_000))).toBe(false)
  })

  it('may hold so many values, and no more', () => {
    const zeros = (count: number) => encode(new Array(count).fill(0))
    expect(isPlainFrame(zeros(ITEMS_MAX - 1))).toBe(true)
    expect(isPlainFrame(zeros(ITEMS_MAX))).toBe(false)
    const rows = (count: number) => encode(Array.from({ length: count }, () => new Array(63).fill(0)))
    expect(isPlainFrame(rows(63))).toBe(true)
    expect(isPlainFrame(rows(64))).toBe(false)
  })

  it.each([
    ['nothing', ''],
    ['a map', '91 81 a1 61 01'],
    ['an empty map', '91 80'],
    ['a map of 16 bits', '91 de 00 01 a1 61 01'],
    ['a map of 32 bits', '91 df 00 00 00 01 a1 61 01'],
    ['a fixed extension', '91 d4 01 00'],
    ['a record definition', '91 d4 72 40 91 a1 61 01'],
    ['a date', '91 d6 ff 00 00 00 00'],
    ['an extension of 8 bits', '91 c7 01 05 00'],
    ['an extension of 16 bits', '91 c8 00 01 05 00'],
    ['an extension of 32 bits', '91 c9 00 00 00 01 05 00'],
    ['the byte that is never used', '91 c1'],
    ['a trailing byte', '91 01 00'],
    ['two frames', '91 01 91 01'],
    ['an array that ends early', '93 01 02'],
    ['an array of 4 billion values', 'dd ff ff ff ff 00'],
    ['nested arrays of 4 billion values', '91 dd ff ff ff ff dd ff ff ff ff'],
    ['a text of 4 billion bytes', '91 db ff ff ff ff 61'],
    ['bytes of 4 billion', '91 c6 ff ff ff ff 00'],
    ['a text that ends early', '91 a5 61 62'],
    ['bytes that end early', '91 c4 03 00'],
    ['a length that ends early', '91 da 00'],
    ['a number that ends early', '91 cb 00 00 00'],
    ['only a first byte', 'dc'],
  ])('refuse %s', (_name, hex) => {
    expect(isPlainFrame(bytesOf(hex))).toBe(false)
    expect(decodeFrame(bytesOf(hex))).toBeUndefined()
  })

  it.each([
    ['a number', '05'],
    ['nil', 'c0'],
    ['a text', 'a1 61'],
    ['bytes', 'c4 01 00'],
  ])('are arrays, not %s', (_name, hex) => {
    expect(decodeFrame(bytesOf(hex))).toBeUndefined()
  })

  it('of random bytes are judged as the oracle judges, and never throw', () => {
    const token = fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(0x90, 0x91, 0x93, 0xa2, 0xc0, 0xc4, 0xd9, 0xdc, 0x01),
    )
    fc.assert(
      fc.property(fc.array(token, { maxLength: 60 }), (values) => {
        const bytes = Uint8Array.from(values)
        expect(isPlainFrame(bytes)).toBe(oracle(bytes))
        decodeFrame(bytes)
      }),
      { numRuns: 5_000 },
    )
  })

  it('that were damaged are judged as the oracle judges, and never throw', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }), fc.constantFrom('set', 'cut', 'insert')), {
      maxLength: 4,
    })
    fc.assert(
      fc.property(nested(3), damage, (value, changes) => {
        const bytes = [...encode(value)]
        for (const [where, byte, kind] of changes) {
          const at = where % (bytes.length + 1)
          if (kind === 'set') bytes[at] = byte
          else if (kind === 'insert') bytes.splice(at, 0, byte)
          else bytes.length = at
        }
        const damaged = Uint8Array.from(bytes)
        expect(isPlainFrame(damaged)).toBe(oracle(damaged))
        const decoded = decodeFrame(damaged)
        expect(decoded === undefined || isPlainFrame(damaged)).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  it('with text that is no UTF-8 neither throw nor stop the frames after them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (raw) => {
        const bytes = Uint8Array.from([0x92, 0xd9, raw.length, ...raw, 0x2a])
        const decoded = decodeFrame(bytes)
        if (decoded !== undefined) expect([typeof decoded[0], decoded[1]]).toEqual(['string', 42])
        expect(decodeFrame(encode([1, 'ok']))).toEqual([1, 'ok'])
      }),
      { numRuns: 1_000 },
    )
  })
})
