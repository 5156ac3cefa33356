import { describe, expect, it } from 'vitest'
import { advance, greyLevel, killExperience } from '../../systems/experience-rules.js'
import { creditOf, distinctKills } from '../../systems/kill-rules.js'
import { armourAt, armourOf, creatureHealthMax, healthMax, knownSpells, powerMax } from '../../systems/stat-rules.js'
import { content, keyed } from './small-world.js'

const guardian = keyed(content.classList, 'guardian')
const mender = keyed(content.classList, 'mender')
const hare = keyed(content.creatureList, 'bristle-hare')

describe('stats', () => {
  it('grow by class and level, in whole points', () => {
    expect([1, 2, 20].map((level) => healthMax(guardian, level))).toEqual([88, 110, 506])
    expect([1, 2, 20].map((level) => powerMax(mender, level))).toEqual([120, 126, 234])
    expect([1, 2, 3].map((level) => creatureHealthMax(hare, level))).toEqual([125, 153, 182])
  })

  it('never leave what a u16 holds', () => {
    expect(healthMax({ ...guardian, healthBase: 60_000, healthPerLevel: 60_000 }, 20)).toBe(65_535)
  })

  it('finds armour by look, and none for others', () => {
    expect(armourOf(guardian, 3)).toBe(66)
    expect(armourAt(content, false, guardian.id, 3)).toBe(66)
    expect(armourAt(content, true, hare.id, 2)).toBe(10)
    expect(armourAt(content, true, 60_000, 2)).toBe(0)
  })

  it('knows the spells of each level, older ones in front', () => {
    const keys = (level: number) => knownSpells(mender, level).map((id) => content.spells[id]?.key)
    expect(keys(1)).toEqual(['dawnspark'])
    expect(keys(5)).toEqual(['dawnspark', 'sunbrand', 'mending-touch', 'lingering-light'])
    expect(keys(20)).toHaveLength(10)
    expect(keys(20).slice(0, 4)).toEqual(['dawnspark', 'sunbrand', 'mending-touch', 'lingering-light'])
  })
})

describe('experience for a kill', () => {
  const cases: readonly [level: number, creature: number, factor: number, experience: number][] = [
    [1, 1, 1, 50],
    [1, 2, 1, 53],
    [10, 10, 1, 95],
    [10, 14, 1, 114],
    [10, 19, 1, 114],
    [10, 10, 1.05, 100],
    [10, 9, 1, 79],
    [10, 5, 1, 16],
    [10, 4, 1, 0],
    [10, 1, 1, 0],
    [20, 13, 1, 0],
    [20, 14, 1, 21],
    [5, 1, 1, 14],
    [10, 10, 0, 0],
  ]
  for (const [level, creature, factor, expected] of cases)
    it(`level ${level} kills level ${creature} × ${factor}: ${expected}`, () =>
      expect(killExperience(level, creature, factor)).toBe(expected))

  it('has its grey level below one’s own, and never falls with a higher creature', () => {
    for (let level = 1; level <= 60; level += 1) {
      expect(greyLevel(level)).toBeLessThan(level)
      for (let creature = 1; creature < 70; creature += 1)
        expect(killExperience(level, creature + 1, 1)).toBeGreaterThanOrEqual(killExperience(level, creature, 1))
    }
  })
})

describe('advance', () => {
  const toNext = [Number.POSITIVE_INFINITY, 100, 200, 300, Number.POSITIVE_INFINITY]
  const cases: readonly [level: number, had: number, amount: number, toLevel: number, left: number][] = [
    [1, 0, 99, 1, 99],
    [1, 0, 100, 2, 0],
    [1, 50, 60, 2, 10],
    [1, 0, 301, 3, 1],
    [3, 0, 299, 3, 299],
    [3, 0, 300, 4, 0],
    [1, 0, 5_000, 4, 0],
    [4, 0, 50, 4, 0],
  ]
  for (const [level, experience, amount, toLevel, left] of cases)
    it(`level ${level} with ${experience} + ${amount} is level ${toLevel} with ${left}`, () =>
      expect(advance({ level, experience }, amount, toNext, 4)).toEqual({ level: toLevel, experience: left }))
})

describe('kills', () => {
  it('belong to the tap, else to the killer', () => {
    expect([creditOf(5, 9), creditOf(0, 9), creditOf(0, 0)]).toEqual([5, 9, 0])
  })

  it('count each victim once, in order', () => {
    const kills = [7, 8, 7, 9, 8].map((victim, killer) => ({ victim, killer }))
    expect(distinctKills(kills).map((k) => [k.victim, k.killer])).toEqual([
      [7, 0],
      [8, 1],
      [9, 3],
    ])
  })
})
