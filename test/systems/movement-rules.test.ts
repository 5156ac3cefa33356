import { describe, expect, it } from 'vitest'
import { flag } from '../../components/status.js'
import { result } from '../../protocol/result-codes.js'
import { FLEE_SWERVE, fleeHeading, pathCode } from '../../systems/movement-rules.js'

describe('fleeing', () => {
  it('goes straight away from what is feared, with a swerve of at most 22.5°', () => {
    for (const [dx, dz, away] of [
      [5, 0, 0],
      [0, 3, 16_384],
      [-2, 0, 32_768],
      [0, -7, 49_152],
    ] as const) {
      expect(fleeHeading(dx, dz, 1_234, 0.5)).toBe(away)
      for (let roll = 0; roll < 1; roll += 0.01) {
        const off = ((fleeHeading(dx, dz, 1_234, roll) - away + 98_304) % 65_536) - 32_768
        expect(Math.abs(off)).toBeLessThanOrEqual(FLEE_SWERVE)
      }
    }
  })

  it('goes on as it looks when what is feared is here or gone', () => {
    expect(fleeHeading(0, 0, 20_000, 0.5)).toBe(20_000)
    expect(fleeHeading(0, 0, 65_000, 0.999)).toBeLessThan(65_536)
  })
})

describe('setting out', () => {
  it.each([
    // [order, flags, code]
    ['move.to', 0, 'ok'],
    ['move.to', flag.stunned, 'stunned'],
    ['move.to', flag.rooted, 'rooted'],
    ['move.to', flag.feared, 'feared'],
    ['move.to', flag.silenced | flag.inCombat, 'ok'],
    ['move.follow', flag.rooted, 'ok'],
    ['move.follow', flag.stunned | flag.rooted, 'stunned'],
    ['move.follow', flag.feared, 'feared'],
    ['move.stop', flag.stunned, 'ok'],
    ['move.input', flag.stunned | flag.rooted | flag.feared, 'ok'],
  ] as const)('by %s with flags %i is %s', (order, flags, code) => {
    expect(pathCode(order, flags)).toBe(result[code])
  })
})
