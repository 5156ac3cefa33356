import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bool,
  bytes,
  defaulted,
  f32,
  f64,
  i8,
  i16,
  i32,
  list,
  oneOf,
  record,
  text,
  u8,
  u16,
  u32,
} from '../../src/schema/fields.js'
import { packedForm } from '../../src/schema/packed.js'
import { asIs, cell, dequantise, identity, metres, quantise, turn } from '../../src/schema/wire-forms.js'

const shape = {
  a: u8,
  b: i8,
  c: u16,
  d: i16,
  e: u32,
  f: i32,
  g: f32,
  h: f64,
  i: bool,
  j: oneOf('x', 'y', 'z'),
  k: text(20),
  l: text(63),
}
const utf8 = new TextEncoder()

const payloads = fc.record({
  a: fc.integer({ min: 0, max: 0xff }),
  b: fc.integer({ min: -0x80, max: 0x7f }),
  c: fc.integer({ min: 0, max: 0xffff }),
  d: fc.integer({ min: -0x8000, max: 0x7fff }),
  e: fc.integer({ min: 0, max: 0xffffffff }),
  f: fc.integer({ min: -0x80000000, max: 0x7fffffff }),
  g: fc.float({ noNaN: true }),
  h: fc.double({ noNaN: true }),
  i: fc.boolean(),
  j: fc.constantFrom('x', 'y', 'z'),
  k: fc.string({ unit: 'grapheme', maxLength: 20 }).filter((value) => [...value].length <= 20),
  l: fc.string({ unit: 'grapheme', maxLength: 63 }).filter((value) => [...value].length <= 63),
})

describe('packed payloads', () => {
  it('come back as they were, and need no more room than promised', () => {
    const packed = packedForm(shape)
    if (packed === undefined) throw new Error('the shape has a packed form')
    fc.assert(
      fc.property(payloads, fc.nat({ max: 9 }), (payload, at) => {
        // Exactly the promised room, so that a byte more would throw.
        const view = new DataView(new ArrayBuffer(at + packed.bytesMax))
        const end = packed.write(view, at, payload)
        expect(packed.read(view, at)).toEqual({ payload, next: end })
        const texts = utf8.encode(payload.k).length + utf8.encode(payload.l).length
        expect(end - at).toBe(1 + 1 + 2 + 2 + 4 + 4 + 4 + 8 + 1 + 1 + 1 + 1 + texts)
      }),
      { numRuns: 500 },
    )
  })

  it('take the longest text in the room promised for it', () => {
    const packed = packedForm({ text: text(63) })
    const view = new DataView(new ArrayBuffer(1 + 63 * 4))
    expect(packed?.write(view, 0, { text: '🦊'.repeat(63) })).toBe(253)
    expect(packed?.read(view, 0).payload).toEqual({ text: '🦊'.repeat(63) })
  })

  it('do not exist for lists, records, bytes, defaults and long texts', () => {
    for (const field of [list(u8, 1), record({ a: u8 }), bytes(1), defaulted(u8, 1), text(64)])
      expect(packedForm({ first: u8, field })).toBeUndefined()
    expect(packedForm({})?.bytesMax).toBe(0)
  })
})

describe('wire forms', () => {
  const side = 40
  const inside = (form: { bytes: number }, sent: number): void => {
    expect(Number.isInteger(sent)).toBe(true)
    expect(sent).toBeGreaterThanOrEqual(0)
    expect(sent).toBeLessThan(2 ** (8 * form.bytes))
  }

  it('keep a coordinate within a thousandth of a metre of its cell', () => {
    fc.assert(
      fc.property(fc.nat({ max: 500 }), fc.double({ min: 0, max: side, maxExcluded: true, noNaN: true }), (column, offset) => {
        const value = column * side + offset
        const sent = quantise(cell(16), value, column * side, side)
        inside(cell(16), sent)
        expect(Math.abs(dequantise(cell(16), sent, column * side, side) - value)).toBeLessThan(0.001)
      }),
    )
  })

  it('keep a height within 2 cm, and a heading within 1.5 degrees', () => {
    fc.assert(
      fc.property(fc.double({ min: -1_024, max: 1_023.9, noNaN: true }), fc.nat({ max: 65_535 }), (height, heading) => {
        const sent = quantise(metres(16), height, 0, side)
        inside(metres(16), sent)
        expect(Math.abs(dequantise(metres(16), sent, 0, side) - height)).toBeLessThanOrEqual(0.02)
        const turned = quantise(turn(8), heading, 0, side)
        inside(turn(8), turned)
        const off = (dequantise(turn(8), turned, 0, side) - heading + 65_536 + 32_768) % 65_536
        expect((Math.abs(off - 32_768) / 65_536) * 360).toBeLessThanOrEqual(1.5)
      }),
    )
  })

  it('carry whole numbers as they are, and clamp what does not fit', () => {
    for (const make of [asIs, identity]) {
      expect([0, 255, 256, -1].map((value) => quantise(make(8), value, 0, side))).toEqual([0, 255, 255, 0])
      expect(quantise(make(16), 70_000, 0, side)).toBe(65_535)
      expect(quantise(make(32), 0xffffffff, 0, side)).toBe(0xffffffff)
      expect(dequantise(make(32), 0xffffffff, 7, side)).toBe(0xffffffff)
    }
    expect(quantise(metres(16), 5_000, 0, side)).toBe(65_535)
    expect(quantise(metres(16), -5_000, 0, side)).toBe(0)
    expect(quantise(cell(16), -1, 0, side)).toBe(0)
  })

  it('say nothing new about what has been dequantised', () => {
    fc.assert(
      fc.property(fc.nat({ max: 65_535 }), (sent) => {
        expect(quantise(cell(16), dequantise(cell(16), sent, 400, side), 400, side)).toBe(sent)
        expect(quantise(metres(16), dequantise(metres(16), sent, 0, side), 0, side)).toBe(sent)
        expect(quantise(turn(8), dequantise(turn(8), sent >> 8, 0, side), 0, side)).toBe(sent >> 8)
      }),
    )
  })
})
