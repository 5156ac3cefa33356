import { describe, expect, it } from 'vitest'
import { decodeFrame, decodeMessage, encode, ITEMS_MAX, isPlainFrame } from '../../src/protocol/codec.js'

/** The structure check type by type. `test/protocol/codec.test.ts` asks the same of frames at large. */

const frameOf = (...bytes: number[]): Uint8Array => Uint8Array.from([0x91, ...bytes])
const zeros = (count: number): number[] => new Array<number>(count).fill(0)
const u16 = (value: number): number[] => [value >>> 8, value & 0xff]
const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value & 0xffff)]

const whole: readonly (readonly [what: string, bytes: readonly number[]])[] = [
  ['a small number', [0x7f]],
  ['a small negative number', [0xe0]],
  ['nil', [0xc0]],
  ['false', [0xc2]],
  ['true', [0xc3]],
  ['a float of 32 bits', [0xca, ...zeros(4)]],
  ['a float of 64 bits', [0xcb, ...zeros(8)]],
  ['a u8', [0xcc, 200]],
  ['a u16', [0xcd, ...zeros(2)]],
  ['a u32', [0xce, ...zeros(4)]],
  ['a u64', [0xcf, ...zeros(8)]],
  ['an i8', [0xd0, 200]],
  ['an i16', [0xd1, ...zeros(2)]],
  ['an i32', [0xd2, ...zeros(4)]],
  ['an i64', [0xd3, ...zeros(8)]],
  ['an empty text', [0xa0]],
  ['the longest short text', [0xbf, ...zeros(31)]],
  ['a text of 8 bits', [0xd9, 255, ...zeros(255)]],
  ['a text of 16 bits', [0xda, ...u16(0x0102), ...zeros(0x0102)]],
  ['a text of 32 bits', [0xdb, ...u32(0x010203), ...zeros(0x010203)]],
  ['bytes of 8 bits', [0xc4, 255, ...zeros(255)]],
  ['bytes of 16 bits', [0xc5, ...u16(0x0102), ...zeros(0x0102)]],
  ['bytes of 32 bits', [0xc6, ...u32(0x010203), ...zeros(0x010203)]],
  ['an empty array', [0x90]],
  ['the longest short array', [0x9f, ...zeros(15)]],
  ['an array of 16 bits', [0xdc, ...u16(0x0102), ...zeros(0x0102)]],
  ['an array of 32 bits', [0xdd, ...u32(0x0102), ...zeros(0x0102)]],
]

describe('a value', () => {
  it.each(whole)('%s is plain as long as it says, no shorter and no longer', (_what, bytes) => {
    expect(isPlainFrame(frameOf(...bytes))).toBe(true)
    expect(isPlainFrame(frameOf(...bytes.slice(0, -1)))).toBe(false)
    expect(isPlainFrame(frameOf(...bytes, 0))).toBe(false)
    expect(decodeFrame(frameOf(...bytes))).toHaveLength(1)
  })

  it.each([0xc1, 0xc7, 0xc8, 0xc9, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xde, 0xdf, 0x80, 0x8f])(
    'of type %d is never plain, whatever follows',
    (first) => {
      for (let count = 0; count <= 20; count += 1) expect(isPlainFrame(frameOf(first, ...zeros(count)))).toBe(false)
    },
  )

  it('that is no array is no frame', () => {
    for (const value of [7, 'text', null, true, new Uint8Array(3)]) {
      const bytes = encode(value)
      expect([isPlainFrame(bytes), decodeFrame(bytes)]).toEqual([true, undefined])
    }
  })

  it('of a list with as many items as a frame may have is too many with the list itself', () => {
    expect(isPlainFrame(Uint8Array.from([0xdd, ...u32(ITEMS_MAX - 1), ...zeros(ITEMS_MAX - 1)]))).toBe(true)
    expect(isPlainFrame(Uint8Array.from([0xdd, ...u32(ITEMS_MAX), ...zeros(ITEMS_MAX)]))).toBe(false)
    expect(isPlainFrame(Uint8Array.from([0xdd, ...u32(0xffffffff)]))).toBe(false)
  })
})

describe('numbers', () => {
  it.each([
    ['a u64', [0xcf, 0, 0, 0, 1, 0, 0, 0, 2], 4_294_967_298],
    ['an i64', [0xd3, ...new Array<number>(7).fill(0xff), 0xfe], -2],
  ])('of 64 bits (%s) are numbers here, for clients and server', (_what, bytes, value) => {
    expect(decodeFrame(frameOf(...bytes))).toEqual([value])
    expect(decodeMessage(frameOf(...bytes))).toEqual([value])
  })
})

describe('what the server sends', () => {
  it('has records as maps in the shortest form, every time', () => {
    const bytes = [0x91, 0x82, 0xa1, 0x61, 0x01, 0xa1, 0x62, 0xc0]
    for (let i = 0; i < 3; i += 1) expect([...encode([{ a: 1, b: null }])]).toEqual(bytes)
  })

  it('is read with maps as objects', () => {
    expect(decodeMessage(Uint8Array.of(0x91, 0x82, 0xa1, 0x61, 0x01, 0xa1, 0x62, 0xc0))).toEqual([{ a: 1, b: null }])
    const message = [1, 'two', [3.5, null, true], { deep: [{ er: 4 }] }]
    expect(decodeMessage(encode(message))).toEqual(message)
  })
})
