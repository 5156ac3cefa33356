import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { finish, HASH_START, hashHex, mix, mixNumber, mixText } from '../../src/ecs/hash.js'

const u32 = fc.integer({ min: 0, max: 0xffffffff })

describe('mix', () => {
  it('tells any two whole numbers apart, and any two states: nothing is lost on the way', () => {
    fc.assert(
      fc.property(u32, u32, u32, (state, one, other) => {
        fc.pre(one !== other)
        expect(mix(state, one)).not.toBe(mix(state, other))
        expect(mix(one, state)).not.toBe(mix(other, state))
      }),
    )
  })

  it('minds the order', () => {
    const hashes = [
      [1, 2, 3],
      [1, 3, 2],
      [2, 1, 3],
      [3, 2, 1],
      [1, 2],
      [0, 1, 2, 3],
    ].map((values) => values.reduce(mix, HASH_START))
    expect(new Set(hashes).size).toBe(hashes.length)
  })
})

describe('mixNumber', () => {
  it('tells fractions, sizes and signs apart, and not 0 from −0', () => {
    const values = [0, 1, 1.5, -1, -1.5, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1, 0.1, 0.1 + 2 ** -53, Number.POSITIVE_INFINITY]
    expect(new Set(values.map((value) => mixNumber(HASH_START, value))).size).toBe(values.length)
    expect(mixNumber(HASH_START, -0)).toBe(mixNumber(HASH_START, 0))
  })

  it('is always an unsigned 32-bit number', () => {
    fc.assert(
      fc.property(u32, fc.double(), (state, value) => {
        const hash = mixNumber(state, value)
        expect(hash).toBe(hash >>> 0)
      }),
    )
  })
})

describe('mixText', () => {
  it('tells texts apart by their letters, order and length, also in a row', () => {
    const texts = ['', 'a', 'b', 'ab', 'ba', 'aa', 'a\u0000', 'é', 'e\u0301']
    expect(new Set(texts.map((text) => mixText(HASH_START, text))).size).toBe(texts.length)
    expect(mixText(mixText(HASH_START, 'ab'), 'c')).not.toBe(mixText(mixText(HASH_START, 'a'), 'bc'))
  })
})

describe('finish', () => {
  it('maps different to different, so that a sum of entries rarely cancels out', () => {
    fc.assert(
      fc.property(u32, u32, (one, other) => {
        fc.pre(one !== other)
        expect(finish(one)).not.toBe(finish(other))
        expect(finish(one)).toBe(finish(one) >>> 0)
      }),
    )
  })
})

it('hashHex is eight digits', () => {
  expect([hashHex(0), hashHex(1), hashHex(0xffffffff), hashHex(-1)]).toEqual(['00000000', '00000001', 'ffffffff', 'ffffffff'])
})
