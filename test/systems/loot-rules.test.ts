import { describe, expect, it } from 'vitest'
import { dropOf, goldOf } from '../../systems/loot-rules.js'
import { content, keyed } from './small-world.js'

describe('loot rules', () => {
  const hare = keyed(content.creatureList, 'bristle-hare')
  const entry = { item: 1, chance: 0.4, countMin: 1, countMax: 3, quest: 0 }

  it('roll gold within the range, and more with the level', () => {
    expect([0, 0.5, 0.999].map((roll) => goldOf(hare, 1, roll))).toEqual([1, 3, 4])
    expect(goldOf(hare, 11, 0)).toBe(9)
  })

  it('roll the chance, then the count', () => {
    expect([0, 0.39, 0.4, 0.99].map((roll) => dropOf(entry, roll, 0))).toEqual([1, 1, 0, 0])
    expect([0, 0.34, 0.67, 0.999].map((roll) => dropOf(entry, 0, roll))).toEqual([1, 2, 3, 3])
    expect(dropOf({ ...entry, chance: 0 }, 0, 0)).toBe(0)
    expect(dropOf({ ...entry, countMin: 900, countMax: 900 }, 0, 0)).toBe(255)
  })
})
