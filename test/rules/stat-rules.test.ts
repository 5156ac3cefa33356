import { describe, expect, it } from 'vitest'
import {
  boundedHaste,
  boundedSpeed,
  CRIT_GAIN_MAX,
  chanceOfFinesse,
  DODGE_GAIN_MAX,
  healthWith,
  powerWith,
  stacked,
  statOfAura,
} from '../../systems/stat-rules.js'

describe('what finesse is worth', () => {
  const cases: readonly [finesse: number, level: number, crit: number, dodge: number][] = [
    [0, 1, 0, 0],
    [-5, 1, 0, 0],
    [3, 1, 0.0391, 0.0261],
    [30, 10, 0.0391, 0.0261],
    [60, 20, 0.0391, 0.0261],
    [20, 1, 0.15, 0.1],
    [200, 10, 0.15, 0.1],
    [20, 20, 0.0143, 0.0095],
    [60_000, 1, 0.2999, 0.1999],
  ]
  for (const [finesse, level, crit, dodge] of cases)
    it(`${finesse} points at level ${level}: ${crit} to crit, ${dodge} to dodge`, () => {
      expect(chanceOfFinesse(finesse, level, CRIT_GAIN_MAX)).toBeCloseTo(crit, 4)
      expect(chanceOfFinesse(finesse, level, DODGE_GAIN_MAX)).toBeCloseTo(dodge, 4)
    })

  it('never reaches the most, and each point is worth less than the one before', () => {
    let before = 0
    let gainBefore = 1
    for (let finesse = 1; finesse < 500; finesse += 1) {
      const chance = chanceOfFinesse(finesse, 5, CRIT_GAIN_MAX)
      expect(chance).toBeLessThan(CRIT_GAIN_MAX)
      expect(chance - before).toBeLessThan(gainBefore)
      gainBefore = chance - before
      before = chance
    }
  })
})

describe('health and power', () => {
  it('grow with stamina and wits, in whole points', () => {
    expect([0, 1, 10, 30].map((stamina) => healthWith(88, stamina))).toEqual([88, 89, 95, 109])
    expect([0, 1, 10, 30].map((wits) => powerWith(120, wits, true))).toEqual([120, 121, 125, 135])
  })

  it('are never nothing, nor more than a column holds; rage and energy do not grow', () => {
    expect(healthWith(88, -500)).toBe(1)
    expect(healthWith(88, 1e9)).toBe(65_535)
    expect(powerWith(100, 50, false)).toBe(100)
    expect(powerWith(100, -500, true)).toBe(0)
  })
})

describe('factors', () => {
  it('multiply once a stack', () => {
    expect([0, 1, 2, 3].map((stacks) => stacked(0.5, stacks))).toEqual([1, 0.5, 0.25, 0.125])
  })

  it('are bounded where a body is: speed 0.1 to 3, haste 0.25 to 4', () => {
    expect([0, 0.05, 1, 2.5, 9].map(boundedSpeed)).toEqual([0.1, 0.1, 1, 2.5, 3])
    expect([0, 0.2, 1, 3.5, 9].map(boundedHaste)).toEqual([0.25, 0.25, 1, 3.5, 4])
  })
})

it('an aura’s stat grows with its caster’s level and its stacks', () => {
  expect(statOfAura(3, 1, 1, 1)).toBe(3)
  expect(statOfAura(3, 1, 10, 1)).toBe(12)
  expect(statOfAura(3, 1, 10, 2)).toBe(24)
  expect(statOfAura(-4, 0, 10, 1)).toBe(-4)
})
