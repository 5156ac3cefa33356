import { describe, expect, it } from 'vitest'
import { CONSUMABLES_MAX, classify, gearScore, type Owner } from '../../../systems/brain/classify.js'
import type { ClassKind, ItemKind } from '../../../systems/content/types.js'
import { content, keyed } from '../arena.js'

const classKind: ClassKind = keyed(content.classList, 'guardian')
const noStats = { might: 0, finesse: 0, wits: 0, stamina: 0, spirit: 0, armour: 0 }

const item = (over: Partial<ItemKind>): ItemKind => ({
  ...content.itemList[0],
  id: 900,
  kind: 'armour',
  levelMin: 1,
  sellPrice: 5,
  slot: undefined,
  classes: [],
  stats: noStats,
  use: undefined,
  weapon: undefined,
  ...over,
})
const coat = (might: number, over: Partial<ItemKind> = {}): ItemKind =>
  item({ slot: 'chest', stats: { ...noStats, might }, ...over })
const bread = (over: Partial<ItemKind> = {}): ItemKind =>
  item({ kind: 'consumable', use: { spell: 1, consumed: true, outOfCombat: true, onceAFight: false }, ...over })

const owner = (over: Partial<Owner> = {}): Owner => ({
  classKind,
  level: 5,
  worn: () => undefined,
  needs: () => false,
  held: () => 1,
  ...over,
})
const wears = (worn: ItemKind): Partial<Owner> => ({ worn: () => worn })

describe('the classifier of items', () => {
  it.each<[string, ItemKind, Partial<Owner>, string]>([
    ['what a quest asks for', item({ kind: 'junk' }), { needs: () => true }, 'quest'],
    ['a quest’s thing that no quest asks for any more', item({ kind: 'quest', sellPrice: 0 }), {}, 'destroy'],
    ['junk', item({ kind: 'junk' }), {}, 'sell'],
    ['a material', item({ kind: 'material' }), {}, 'sell'],
    ['what nobody pays for', item({ kind: 'junk', sellPrice: 0 }), {}, 'destroy'],
    ['gear for an empty slot', coat(1), {}, 'equip'],
    ['better gear', coat(5), wears(coat(3)), 'equip'],
    ['the same gear', coat(3), wears(coat(3)), 'sell'],
    ['worse gear', coat(2), wears(coat(3)), 'sell'],
    ['better gear for a level soon reached', coat(5, { levelMin: 7 }), wears(coat(3)), 'upgradeLater'],
    ['better gear for a level far off', coat(5, { levelMin: 12 }), wears(coat(3)), 'sell'],
    ['gear of another class', coat(5, { classes: [99] }), {}, 'sell'],
    ['food', bread(), {}, 'use'],
    ['more food than it will eat', bread(), { held: () => CONSUMABLES_MAX + 1 }, 'sell'],
    ['food for a level soon reached', bread({ levelMin: 6 }), {}, 'keep'],
    ['a drink of another class', bread({ classes: [99] }), {}, 'sell'],
  ])('%s', (_what, thing, who, verdict) => {
    expect(classify(thing, owner(who))).toBe(verdict)
  })

  it('answers for everything in the content, for each class at each level', () => {
    for (const kind of content.classList)
      for (let level = 1; level <= content.rates.levelMax; level += 1)
        for (const thing of content.itemList) {
          const verdict = classify(thing, owner({ classKind: kind, level }))
          if (verdict === 'equip') expect(thing.levelMin).toBeLessThanOrEqual(level)
          if (verdict === 'sell') expect(thing.sellPrice).toBeGreaterThan(0)
          if (verdict === 'equip' || verdict === 'upgradeLater' || verdict === 'use')
            expect(thing.classes.length === 0 || thing.classes.includes(kind.id)).toBe(true)
        }
  })

  it('weighs what each class lives by', () => {
    const strong = coat(4)
    const wise = item({ slot: 'chest', stats: { ...noStats, wits: 4 } })
    const mage = keyed(content.classList, 'arcanist')
    expect(gearScore(strong, classKind)).toBeGreaterThan(gearScore(wise, classKind))
    expect(gearScore(wise, mage)).toBeGreaterThan(gearScore(strong, mage))
  })
})
