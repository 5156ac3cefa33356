import { describe, expect, it } from 'vitest'
import { step, stepTowards, ZONE_EDGE_M } from '../../systems/movement-rules.js'

const SIZE_M = 1_000
const SPEED_MPS = 8
/** With it a step is 2 m long, and each number below is exact. */
const DT_S = 0.25
const EDGE_M = Math.fround(SIZE_M - ZONE_EDGE_M)
const stepped = (x: number, z: number, dx: number, dz: number) =>
  step({ x, z }, dx, dz, SPEED_MPS, DT_S, SIZE_M, { x: -1, z: -1 })

describe('a step', () => {
  it.each([
    ['east', 127, 0, 102, 100],
    ['west', -127, 0, 98, 100],
    ['north', 0, 127, 100, 102],
    ['south', 0, -127, 100, 98],
    ['nowhere', 0, 0, 100, 100],
  ])('%s goes its whole length along its axis', (_way, dx, dz, x, z) => {
    expect(stepped(100, 100, dx, dz)).toEqual({ x, z })
  })

  it('of half an input goes half as far', () => {
    expect(stepped(100, 100, 63.5, 0)).toEqual({ x: 101, z: 100 })
    expect(stepped(100, 100, 0, -63.5)).toEqual({ x: 100, z: 99 })
  })

  it('aslant is as long as one along an axis, and in the given direction', () => {
    const { x, z } = stepped(100, 100, 127, -127)
    expect(x - 100).toBeCloseTo(Math.SQRT2, 5)
    expect(z - 100).toBeCloseTo(-Math.SQRT2, 5)
    // 3 to 4 to 5, under full length: nothing is cut.
    const short = stepped(100, 100, 0.6 * 63.5, 0.8 * 63.5)
    expect([short.x - 100, short.z - 100].map((d) => Number(d.toFixed(4)))).toEqual([0.6, 0.8])
  })

  it.each([
    ['the low edges', 1, 1, -127, -127, 0, 0],
    ['the high edges', 999.5, 999.5, 127, 127, EDGE_M, EDGE_M],
    ['the low edge of z alone', 50, 0, 0, -127, 50, 0],
    ['the high edge of x alone', EDGE_M, 50, 127, 0, EDGE_M, 50],
  ])('ends at %s', (_what, x, z, dx, dz, toX, toZ) => {
    expect(stepped(x, z, dx, dz)).toEqual({ x: toX, z: toZ })
    expect(EDGE_M).toBeLessThan(SIZE_M)
  })

  it('is rounded to what a column holds', () => {
    const { x, z } = stepped(0.1, 0.2, 127, 127)
    expect([x, z]).toEqual([Math.fround(x), Math.fround(z)])
  })
})

describe('a step towards a point', () => {
  const towards = (x: number, z: number, toX: number, toZ: number, stopM = 0) => {
    const into = { x: -1, z: -1 }
    return { done: stepTowards({ x, z }, toX, toZ, stopM, SPEED_MPS, DT_S, into), ...into }
  }

  it.each([
    ['far away goes one step of the way', [0, 0, 6, 8, 0], { done: false, x: Math.fround(1.2), z: Math.fround(1.6) }],
    ['within reach gets there', [5, 5, 5, 6.5, 0], { done: true, x: 5, z: 6.5 }],
    ['exactly a step away gets there', [5, 5, 7, 5, 0], { done: true, x: 7, z: 5 }],
    ['stops before it', [0, 0, 4, 0, 3], { done: true, x: 1, z: 0 }],
    ['exactly a step before the stop gets there', [0, 0, 5, 0, 3], { done: true, x: 2, z: 0 }],
    ['has further to go than to the stop', [0, 0, 9, 0, 3], { done: false, x: 2, z: 0 }],
    ['closer than the stop stays', [3, 4, 4, 4, 2], { done: true, x: 3, z: 4 }],
    ['at the point stays', [3, 4, 3, 4, 0], { done: true, x: 3, z: 4 }],
    ['goes back as well', [10, 10, 4, 2, 0], { done: false, x: Math.fround(8.8), z: Math.fround(8.4) }],
  ] as const)('%s', (_what, [x, z, toX, toZ, stopM], wanted) => {
    expect(towards(x, z, toX, toZ, stopM)).toEqual(wanted)
  })
})
