import { describe, expect, it } from 'vitest'
import { SPELLS_MAX } from '../../components/spells.js'
import { botName, learnSpells, pointIn } from '../../systems/character-rules.js'
import type { ClassKind } from '../../systems/content/types.js'

const disc = { x: 100, z: 200, radiusM: 10 }
/** Draws that come in this order; each may be asked for by its number only. */
const from = (draws: readonly number[]) => (n: number) => draws[n]

describe('a point in a disc', () => {
  it.each([
    ['the middle', [0.5, 0.5], 100, 200],
    ['the edge along +x', [1, 0.5], 110, 200],
    ['the edge along −x', [0, 0.5], 90, 200],
    ['the edge along +z', [0.5, 1], 100, 210],
    ['between', [0.75, 0.25], 105, 195],
  ])('is %s by its first two draws', (_what, draws, x, z) => {
    expect(pointIn(disc, from(draws))).toEqual({ x, z })
  })

  it('passes over what lies in the square and outside of the disc', () => {
    expect(pointIn(disc, from([0.99, 0.99, 0, 1, 0.01, 0.9, 0.75, 0.5]))).toEqual({ x: 105, z: 200 })
  })

  it('is the middle after sixteen that lie outside', () => {
    const asked: number[] = []
    const at = pointIn(disc, (n) => {
      asked.push(n)
      return 1
    })
    expect(at).toEqual({ x: 100, z: 200 })
    expect(asked).toEqual(Array.from({ length: 32 }, (_, i) => i))
  })
})

describe('the spells of a level', () => {
  function learnt(count: number, level: number): readonly unknown[] {
    const spells = Array.from({ length: count }, (_, i) => ({ spell: 50 + i, level: 1 + i }))
    const written: unknown[] = []
    const book = { setAt: (...args: readonly unknown[]) => void written.push(args) }
    learnSpells(book as never as Parameters<typeof learnSpells>[0], 7, { spells } as never as ClassKind, level)
    return written
  }

  it('stand in the book in the order in which they are learnt', () => {
    expect(learnt(5, 3)).toEqual([
      [7, 'spell', 0, 50],
      [7, 'spell', 1, 51],
      [7, 'spell', 2, 52],
    ])
    expect(learnt(5, 0)).toEqual([])
  })

  it('that the book has no place for are left out', () => {
    expect(learnt(SPELLS_MAX + 3, 60)).toHaveLength(SPELLS_MAX)
  })
})

describe('a bot’s name', () => {
  // Recordings and stored bots know it: a bot of a number is called the same in every version.
  it.each([
    [0, 'Peraisenvas'],
    [2, 'Loroth'],
    [3, 'Keliwynla'],
    [10, 'Nelera'],
    [16, 'Giledis'],
    [17, 'Daniawyn'],
    [23, 'Fariafenbran'],
    [25, 'Alawyn'],
    [36, 'Isufenwyn'],
    [49, 'Cororalin'],
    [61, 'Beeifen'],
    [68, 'Maragarnor'],
    [107, 'Eluvasric'],
    [125, 'Halunaten'],
    [128, 'Joreith'],
    [473, 'Oremirdis'],
  ])('of number %d is %s', (number, name) => {
    expect(botName(7, number)).toBe(name)
  })

  it('depends on the seed', () => {
    const names = (seed: number): string[] => Array.from({ length: 20 }, (_, number) => botName(seed, number))
    expect(names(7)).not.toEqual(names(8))
  })
})
