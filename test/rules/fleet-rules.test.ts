import { describe, expect, it } from 'vitest'
import { gearScore } from '../../systems/brain/classify.js'
import { equipSlots } from '../../systems/content/words.js'
import {
  arrivalPlace,
  classShares,
  drawLevel,
  gearBehind,
  goldBehind,
  levelShares,
  questsBehind,
  weighted,
} from '../../systems/fleet-rules.js'
import { content } from '../systems/small-world.js'

describe('shares of levels', () => {
  it.each([
    ['1', [{ from: 1, to: 1, weight: 1 }]],
    ['1-20', [{ from: 1, to: 20, weight: 1 }]],
    [
      '1:40,2-5:30,10',
      [
        { from: 1, to: 1, weight: 40 },
        { from: 2, to: 5, weight: 30 },
        { from: 10, to: 10, weight: 1 },
      ],
    ],
    ['20-20:0', [{ from: 20, to: 20, weight: 0 }]],
  ])('%s', (text, shares) => {
    expect(levelShares(text, 20)).toEqual(shares)
  })

  it.each(['0', '0-99', '15-99:2', '21', '9-3', '1:40,9-3', '3,0:2'])(
    'are refused for %s, with what is wrong, limit and remedy',
    (text) => {
      const wrong = text.split(',').map((part) => part.split(':')[0])
      const named = expect.stringMatching(
        new RegExp(`^botLevels names "(${wrong.join('|')})", but levels are 1 to 20, .*; correct it`),
      )
      expect(() => levelShares(text, 20)).toThrow(expect.objectContaining({ code: 'BAD_CONFIG', message: named }))
    },
  )

  it('are spread over all the levels that there are, each once', () => {
    for (let levelMax = 1; levelMax <= 60; levelMax += 1) {
      const levels = levelShares('spread', levelMax).flatMap(({ from, to }) =>
        Array.from({ length: to - from + 1 }, (_, i) => from + i),
      )
      expect(levels).toEqual(Array.from({ length: levelMax }, (_, i) => i + 1))
    }
    expect(levelShares('spread', 20)).toEqual(levelShares('1:25,2-4:25,5-9:25,10-19:24,20:1', 20))
  })

  it('are drawn by weight, and evenly within', () => {
    const shares = levelShares('1:3,5-6:1', 20)
    const draws = [0, 0.5, 0.74, 0.76, 0.99]
    expect(draws.map((draw) => drawLevel(shares, draw, 0))).toEqual([1, 1, 1, 5, 5])
    expect(drawLevel(shares, 0.9, 0.49)).toBe(5)
    expect(drawLevel(shares, 0.9, 0.51)).toBe(6)
  })
})

describe('shares of classes', () => {
  it('are weights in the order of the classes', () => {
    const [first, , third] = content.classList
    expect(classShares(`${third.key}:3,${first.key}`, content.classList)).toEqual([1, 0, 3, 0])
    expect(weighted([1, 0, 3, 0], 0.2)).toBe(0)
    expect(weighted([1, 0, 3, 0], 0.3)).toBe(2)
    expect(weighted([0, 0], 0.5)).toBe(1)
  })

  it('are refused for what is no class', () => {
    expect(() => classShares('juggler', content.classList)).toThrow(/juggler.*known are/)
  })
})

describe('where a bot appears', () => {
  it('is a start at level 1, and grounds with prey of its level above', () => {
    expect(content.zone.starts).toContain(arrivalPlace(content, 'auto', 1, 0.3))
    for (const level of [2, 7, 13, 20])
      for (const draw of [0, 0.4, 0.99]) {
        const { x, z } = arrivalPlace(content, 'auto', level, draw)
        const area = content.huntingAreas.find((ground) => ground.x === x && ground.z === z)
        expect(area?.levelMin).toBeLessThanOrEqual(level)
        expect(area?.levelMax).toBeGreaterThanOrEqual(level - 2)
      }
    expect(content.zone.starts).toContain(arrivalPlace(content, 'starts', 12, 0.3))
    expect(content.zone.starts).not.toContain(arrivalPlace(content, 'grounds', 1, 0.3))
  })
})

describe('what a bot of a higher level has behind it', () => {
  it('is every quest below its level that it could have done, with all that it requires', () => {
    expect(questsBehind(content, 1, 1)).toEqual([])
    for (const level of [2, 5, 10, 20]) {
      const quests = questsBehind(content, 1, level)
      const ids = quests.map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      for (const quest of quests) {
        expect(quest.level).toBeLessThan(level)
        expect(quest.repeatable).toBe(false)
        for (const required of quest.requires) expect(ids).toContain(required)
      }
    }
    expect(goldBehind(questsBehind(content, 1, 10))).toBeGreaterThan(goldBehind(questsBehind(content, 1, 5)))
  })

  it('is gear that traders sell and it may wear, better at a higher level', () => {
    for (const classKind of content.classList) {
      const scores = [3, 8, 20].map((level) => {
        const gear = gearBehind(content, classKind, level)
        expect(gear).toHaveLength(equipSlots.length)
        gear.forEach((item, i) => {
          if (item === undefined) return
          expect(item.slot).toBe(equipSlots[i])
          expect(item.levelMin).toBeLessThanOrEqual(level)
          expect(item.classes.length === 0 || item.classes.includes(classKind.id)).toBe(true)
        })
        return gear.reduce((sum, item) => sum + (item === undefined ? 0 : gearScore(item, classKind)), 0)
      })
      expect(scores[0]).toBeGreaterThan(0)
      expect(scores[1]).toBeGreaterThan(scores[0])
      expect(scores[2]).toBeGreaterThanOrEqual(scores[1])
    }
  })
})
