import { describe, expect, it } from 'vitest'
import {
  healthPerSecond,
  manaPerSecond,
  rageForBlow,
  rageForHarm,
  ragePerSecond,
  spiritFactor,
} from '../../systems/recovery-rules.js'

const rates = {
  healthPerSecondFraction: 0.04,
  manaPerSecondFraction: 0.04,
  energyPerSecond: 10,
  rageDecayPerSecond: 2,
  rageGainPerSwing: 8,
}

describe('recovery by the second', () => {
  it.each([
    [0, 1],
    [25, 1.25],
    [100, 2],
    [300, 4],
  ])('%i spirit makes it %f times as quick', (spirit, factor) => {
    expect(spiritFactor(spirit)).toBe(factor)
  })

  it.each([
    [100, 0, 4],
    [100, 50, 6],
    [500, 0, 20],
    [500, 100, 40],
  ])('of %i health with %i spirit is %f', (healthMax, spirit, perSecond) => {
    expect(healthPerSecond(rates, healthMax, spirit)).toBeCloseTo(perSecond, 9)
  })

  it.each([
    // [mana, spirit, spent lately, in combat, mana a second]
    [1_000, 0, false, false, 42],
    [1_000, 100, false, false, 82],
    [1_000, 0, false, true, 12],
    [1_000, 100, false, true, 22],
    [1_000, 0, true, false, 2],
    [1_000, 100, true, true, 2],
  ])('of %i mana with %i spirit, spent lately %s, in combat %s, is %f', (powerMax, spirit, spent, inCombat, perSecond) => {
    expect(manaPerSecond(rates, powerMax, spirit, spent, inCombat)).toBeCloseTo(perSecond, 9)
  })

  it('lets rage go out of combat only', () => {
    expect(ragePerSecond(rates, true)).toBe(0)
    expect(ragePerSecond(rates, false)).toBe(-2)
  })
})

describe('rage', () => {
  it.each([
    [2_200, 8],
    [1_100, 4],
    [3_300, 12],
  ])('for a blow with a weapon of %i ms is %f', (weaponMs, gain) => {
    expect(rageForBlow(rates, weaponMs)).toBeCloseTo(gain, 9)
  })

  it.each([
    // [lost, of health, gain]
    [0, 100, 0],
    [1, 100, 1.6],
    [5, 100, 8],
    [25, 500, 8],
    [10, 100, 16],
    [90, 100, 16],
  ])('for losing %i of %i health is %f', (lost, healthMax, gain) => {
    expect(rageForHarm(rates, lost, healthMax)).toBeCloseTo(gain, 9)
  })
})
