import { describe, expect, it } from 'vitest'
import { AURAS_MAX } from '../../components/auras.js'
import {
  type AuraReader,
  auraAmount,
  DIMINISH_MS,
  diminishedPart,
  endsFirst,
  periodicOf,
  placeToRenew,
  powerOf,
  shapesStats,
} from '../../systems/aura-rules.js'
import type { AuraEffect, AuraKind } from '../../systems/content/types.js'
import { content, keyed } from '../systems/arena.js'

/** One row: what lies on an entity, oldest first. */
function row(laid: readonly { aura?: number; caster?: number; untilTick?: number }[]): AuraReader {
  const field = (name: 'aura' | 'caster' | 'untilTick'): number[] =>
    Array.from({ length: AURAS_MAX }, (_, i) => laid[i]?.[name] ?? 0)
  const none: number[] = []
  return {
    aura: field('aura'),
    caster: field('caster'),
    untilTick: field('untilTick'),
    nextTick: none,
    stacks: none,
    amount: none,
    level: none,
    count: [laid.length],
  }
}
const aura = (key: string): AuraKind => keyed(content.auraList, key)

describe('control diminishes', () => {
  it('to 100, 50, 25 and 0 % within 15 seconds', () => {
    expect([0, 1, 2, 3, 4, 200].map(diminishedPart)).toEqual([1, 0.5, 0.25, 0, 0, 0])
    expect(DIMINISH_MS).toBe(15_000)
  })
})

describe('amounts', () => {
  const effect: AuraEffect = {
    kind: 'damage',
    stat: 'might',
    of: 'speed',
    factor: 1,
    amount: 5,
    amountPerLevel: 2,
    powerFactor: 0.1,
    everyMs: 3_000,
  }
  const cases: readonly [level: number, power: number, amount: number][] = [
    [1, 0, 5],
    [10, 0, 23],
    [1, 30, 8],
    [20, 60, 49],
  ]
  for (const [level, power, amount] of cases)
    it(`at level ${level} with ${power} power: ${amount}`, () => expect(auraAmount(effect, level, power)).toBeCloseTo(amount, 6))

  it('of the physical school grow with attack power, others with spell power', () => {
    expect([powerOf('physical', 10, 20), powerOf('frost', 10, 20), powerOf('light', 10, 20)]).toEqual([10, 20, 20])
  })
})

describe('which place', () => {
  it('a new aura renews: a periodic one its own caster’s, any other whoever gave it', () => {
    const bleed = aura('deep-gash')
    const slow = aura('chilled')
    const laid = row([
      { aura: bleed.id, caster: 7 },
      { aura: slow.id, caster: 7 },
    ])
    expect(periodicOf(bleed)?.kind).toBe('damage')
    expect([placeToRenew(laid, 0, bleed, 7), placeToRenew(laid, 0, bleed, 8)]).toEqual([0, -1])
    expect([placeToRenew(laid, 0, slow, 7), placeToRenew(laid, 0, slow, 8)]).toEqual([1, 1])
    expect(placeToRenew(row([]), 0, slow, 7)).toBe(-1)
  })

  it('gives way when all are taken: the one that ends first, or the oldest when none ends', () => {
    expect(endsFirst(row([{ untilTick: 90 }, { untilTick: 0 }, { untilTick: 40 }, { untilTick: 41 }]), 0)).toBe(2)
    expect(endsFirst(row([{ untilTick: 0 }, { untilTick: 0 }]), 0)).toBe(0)
  })
})

it('only control, stats and factors change what is computed of somebody', () => {
  const keys = ['staggered', 'rally', 'chilled', 'deep-gash', 'morning-ward']
  expect(keys.filter((key) => shapesStats(aura(key)))).toEqual(['staggered', 'rally', 'chilled'])
})
