import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clamp, cosTurn, distance, distanceSquared, headingOf, sinTurn, TURN } from '../../src/ecs/maths.js'

/** Math's own functions may be used here: nothing of this runs in a tick. */
const radians = (heading: number): number => (heading / TURN) * 2 * Math.PI
/** The shorter way round between two headings, in units of a turn's 65,536. */
const apart = (a: number, b: number): number => Math.abs(((((a - b) % TURN) + TURN + TURN / 2) % TURN) - TURN / 2)

/** Below a centimetre a direction means nothing, and far out nobody walks. */
const coordinate = fc.double({ min: -1e6, max: 1e6, noNaN: true })

describe('sinTurn and cosTurn', () => {
  it('are within 6e-8 of sine and cosine for every heading there is', () => {
    let worst = 0
    for (let heading = 0; heading < TURN; heading += 1) {
      const sine = Math.abs(sinTurn(heading) - Math.sin(radians(heading)))
      const cosine = Math.abs(cosTurn(heading) - Math.cos(radians(heading)))
      worst = Math.max(worst, sine, cosine)
    }
    expect(worst).toBeLessThan(6e-8)
    expect(worst).toBeGreaterThan(0)
  })

  it('go round: any whole number is a heading', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 30), max: 2 ** 30 }), (heading) => {
        expect(sinTurn(heading)).toBe(sinTurn(heading & 0xffff))
        expect(cosTurn(heading)).toBe(cosTurn(heading & 0xffff))
      }),
    )
  })

  it('have their values and signs at the quarters', () => {
    const rounded = (value: number): number => Math.round(value * 1e6) / 1e6 + 0
    expect([0, 16_384, 32_768, 49_152].map(sinTurn).map(rounded)).toEqual([0, 1, 0, -1])
    expect([0, 16_384, 32_768, 49_152].map(cosTurn).map(rounded)).toEqual([1, 0, -1, 0])
  })

  it('stay on the circle', () => {
    fc.assert(
      fc.property(fc.nat({ max: TURN - 1 }), (heading) => {
        expect(Math.abs(sinTurn(heading) ** 2 + cosTurn(heading) ** 2 - 1)).toBeLessThan(2e-7)
      }),
    )
  })
})

describe('headingOf', () => {
  // 0.22° are 40.05 units; half a unit more is rounding.
  const UNITS_MAX = 41

  it('is within 0.22° of the true direction, all round and at any length', () => {
    fc.assert(
      fc.property(coordinate, coordinate, (dx, dz) => {
        fc.pre(dx !== 0 || dz !== 0)
        const heading = headingOf(dx, dz)
        expect(Number.isInteger(heading) && heading >= 0 && heading < TURN).toBe(true)
        expect(apart(heading, (Math.atan2(dz, dx) / (2 * Math.PI)) * TURN)).toBeLessThan(UNITS_MAX)
      }),
      { numRuns: 2_000 },
    )
  })

  it('gives back every heading whose sine and cosine it is asked for', () => {
    let worst = 0
    for (let heading = 0; heading < TURN; heading += 1)
      worst = Math.max(worst, apart(headingOf(cosTurn(heading), sinTurn(heading)), heading))
    expect(worst).toBeLessThan(UNITS_MAX)
  })

  it('is exact on the axes, and 0 for no direction', () => {
    expect([headingOf(3, 0), headingOf(0, 3), headingOf(-3, 0), headingOf(0, -3)]).toEqual([0, 16_384, 32_768, 49_152])
    expect(headingOf(0, 0)).toBe(0)
    expect(headingOf(-0, -0)).toBe(0)
  })
})

describe('distances and bounds', () => {
  it('agree with Pythagoras', () => {
    expect(distance(1, 2, 4, 6)).toBe(5)
    expect(distanceSquared(1, 2, 4, 6)).toBe(25)
  })

  it('keep a value between its bounds', () => {
    fc.assert(
      fc.property(coordinate, coordinate, coordinate, (value, one, other) => {
        const low = Math.min(one, other)
        const high = Math.max(one, other)
        const clamped = clamp(value, low, high)
        expect(clamped).toBe(Math.min(high, Math.max(low, value)))
      }),
    )
  })
})
