import { describe, expect, it } from 'vitest'
import { TURN } from '../../src/ecs/maths.js'
import { isFacing } from '../../systems/combat-rules.js'

describe('facing', () => {
  const towards = (degrees: number, distanceM: number): readonly [number, number] => [
    Math.cos((degrees * Math.PI) / 180) * distanceM,
    Math.sin((degrees * Math.PI) / 180) * distanceM,
  ]

  it.each([0.1, 1, 5, 60, 1_000])('is a matter of the direction alone, at %d m as anywhere', (distanceM) => {
    for (const [arcDegrees, degrees, isIn] of [
      [180, 89, true],
      [180, 91, false],
      [90, -44, true],
      [90, -46, false],
      [270, 134, true],
      [270, 136, false],
    ] as const) {
      const [dx, dz] = towards(degrees, distanceM)
      expect(isFacing(0, dx, dz, arcDegrees)).toBe(isIn)
      // A quarter turn to the left: what was ahead is along +z.
      expect(isFacing(TURN / 4, -dz, dx, arcDegrees)).toBe(isIn)
    }
  })

  it('includes the edge of the arc', () => {
    expect(isFacing(0, 7, 0, 0)).toBe(true)
  })
})
