import { describe, expect, it } from 'vitest'
import { resultCodes } from '../../protocol/result-codes.js'
import type { ItemKind } from '../../systems/content/types.js'
import { equipSlots, type Quality, type Stat } from '../../systems/content/words.js'
import { afterDeath, itemStats, lends, repairPrice, slotFactors, useCode, wearCode } from '../../systems/item-rules.js'
import { Uids } from '../../systems/uids.js'

const nameOf = (code: number): string => resultCodes.list[code].name

const kindOf = (part: Partial<ItemKind>): ItemKind => ({
  id: 1,
  key: 'thing',
  name: 'Thing',
  kind: 'armour',
  quality: 'common',
  stackMax: 1,
  sellPrice: 100,
  buyPrice: 400,
  itemLevel: 1,
  levelMin: 1,
  slot: 'chest',
  classes: [],
  stats: itemStats(0, 'common', undefined, {}),
  durabilityMax: 80,
  weapon: undefined,
  use: undefined,
  ...part,
})

describe('the stats of an item', () => {
  type Row = readonly [
    itemLevel: number,
    quality: Quality,
    slot: ItemKind['slot'],
    mix: Partial<Record<Stat, number>>,
    Partial<Record<Stat, number>>,
  ]
  const rows: readonly Row[] = [
    [1, 'common', 'chest', { might: 1 }, { might: 3 }],
    [1, 'common', 'chest', { might: 0.5, stamina: 0.5 }, { might: 1, stamina: 1 }],
    [10, 'common', 'chest', { might: 0.5, stamina: 0.5 }, { might: 5, stamina: 5 }],
    [10, 'poor', 'chest', { might: 1 }, { might: 6 }],
    [10, 'common', 'chest', { might: 1 }, { might: 9 }],
    [10, 'uncommon', 'chest', { might: 1 }, { might: 12 }],
    [10, 'rare', 'chest', { might: 1 }, { might: 14 }],
    [10, 'common', 'chest', { armour: 1 }, { armour: 36 }],
    [20, 'common', 'chest', { wits: 0.5, armour: 0.5 }, { wits: 8, armour: 32 }],
    [20, 'common', 'back', { wits: 1 }, { wits: 8 }],
    [20, 'common', undefined, { wits: 1 }, {}],
  ]
  it.each(rows)('level %i, %s, %s, %o: %o', (itemLevel, quality, slot, mix, wanted) => {
    const none = { might: 0, finesse: 0, wits: 0, stamina: 0, spirit: 0, armour: 0 }
    expect(itemStats(itemLevel, quality, slot, mix)).toEqual({ ...none, ...wanted })
  })

  it('make of a whole common set some three points of its chief stat a level, as the curves of the stats count on', () => {
    for (const level of [5, 10, 15, 20]) {
      const chief = equipSlots.reduce(
        (sum, slot) => sum + itemStats(level, 'common', slot, { might: 0.5, stamina: 0.5 }).might,
        0,
      )
      expect(chief / level).toBeGreaterThan(2.5)
      expect(chief / level).toBeLessThan(4.5)
    }
  })

  it('grow with every level or stay, and know every slot', () => {
    for (const slot of equipSlots) {
      expect(slotFactors[slot]).toBeGreaterThan(0)
      let before = 0
      for (let level = 1; level <= 60; level += 1) {
        const { wits } = itemStats(level, 'poor', slot, { wits: 1 })
        expect(wits).toBeGreaterThanOrEqual(before)
        before = wits
      }
    }
  })
})

describe('wearing', () => {
  const chest = equipSlots.indexOf('chest')
  const rows: readonly [string, ItemKind | undefined, slot: number, level: number, string][] = [
    ['what fits', kindOf({}), chest, 1, 'ok'],
    ['in another slot', kindOf({}), chest + 1, 1, 'noSuchTarget'],
    ['in no slot', kindOf({}), 200, 1, 'noSuchTarget'],
    ['what is not worn', kindOf({ slot: undefined }), chest, 1, 'noSuchTarget'],
    ['what the content does not know', undefined, chest, 1, 'noSuchTarget'],
    ['what is for the own class', kindOf({ classes: [2, 3] }), chest, 1, 'ok'],
    ['what is for another class', kindOf({ classes: [2, 4] }), chest, 1, 'wrongClass'],
    ['above the own level', kindOf({ levelMin: 5 }), chest, 4, 'levelTooLow'],
    ['at the own level', kindOf({ levelMin: 5 }), chest, 5, 'ok'],
  ]
  it.each(rows)('%s', (_name, kind, slot, level, code) => {
    expect(nameOf(wearCode(kind, slot, 3, level))).toBe(code)
  })
})

describe('using', () => {
  const using = { spell: 1, consumed: true, outOfCombat: false, onceAFight: false }
  const bread = kindOf({ slot: undefined, use: using })
  const meal = kindOf({ slot: undefined, use: { ...using, outOfCombat: true } })
  const facts = { kind: bread, classId: 3, level: 1, inCombat: false, busy: false, ready: true }
  const rows: readonly [string, Partial<typeof facts>, string][] = [
    ['is allowed', {}, 'ok'],
    ['what has no use', { kind: kindOf({}) }, 'noSuchTarget'],
    ['what is for another class', { kind: kindOf({ use: using, classes: [1] }) }, 'wrongClass'],
    ['above the own level', { kind: kindOf({ use: using, levelMin: 2 }) }, 'levelTooLow'],
    ['in combat', { inCombat: true }, 'ok'],
    ['in combat, what needs rest', { kind: meal, inCombat: true }, 'inCombat'],
    ['during a cast', { busy: true }, 'busy'],
    ['on cooldown', { ready: false }, 'notReady'],
  ]
  it.each(rows)('%s', (_name, part, code) => {
    expect(nameOf(useCode({ ...facts, ...part }))).toBe(code)
  })
})

describe('durability', () => {
  it.each([
    [80, 80, 0.1, 72],
    [8, 80, 0.1, 0],
    [3, 80, 0.1, 0],
    [0, 80, 0.1, 0],
    [4, 4, 0.1, 3],
    [80, 80, 0, 79],
  ])('%i of %i after a death that takes %f: %i', (durability, whole, fraction, left) => {
    expect(afterDeath(durability, whole, fraction)).toBe(left)
  })

  it('at 0 lends nothing, unless the thing never wears out', () => {
    expect([lends(kindOf({}), 1), lends(kindOf({}), 0), lends(kindOf({ durabilityMax: 0 }), 0)]).toEqual([true, false, true])
  })

  it.each([
    [80, 0],
    [79, 1],
    [72, 5],
    [40, 25],
    [0, 50],
  ])('mending from %i of 80, of what sells for 100: %i', (durability, price) => {
    expect(repairPrice(kindOf({}), durability, 0.5)).toBe(price)
  })

  it('is never mended for nothing', () => {
    expect(repairPrice(kindOf({ sellPrice: 0 }), 79, 0.5)).toBe(1)
  })
})

describe('uids', () => {
  it('rise one by one, and a later start begins above all of an earlier one', () => {
    const [first, second, undated] = [new Uids(), new Uids(), new Uids()]
    first.begin(1_800_000_000_000)
    second.begin(1_800_000_060_000)
    const one = [first.next(), first.next(), first.next()]
    expect(one).toEqual([one[0], one[0] + 1, one[0] + 2])
    first.begin(1_900_000_000_000)
    expect(first.next()).toBe(one[0] + 3)
    expect(second.next()).toBeGreaterThan(one[0] + 2_000_000)
    expect(undated.next()).toBe(1)
  })

  it('are exact for a century', () => {
    const uids = new Uids()
    uids.begin(Date.UTC(2126, 0, 1))
    for (let i = 0; i < 1_000; i += 1) expect(Number.isSafeInteger(uids.next())).toBe(true)
  })

  it('are part of the state', () => {
    const [one, other] = [new Uids(), new Uids()]
    one.next()
    expect(one.hash()).not.toBe(other.hash())
  })
})
