import { describe, expect, it } from 'vitest'
import { BAG_SLOTS, Bag } from '../../components/bag.js'
import { Equipment } from '../../components/equipment.js'
import { flag } from '../../components/status.js'
import { ItemDestroy, ItemEquip, ItemMove, ItemUnequip, ItemUse } from '../../protocol/item.js'
import { countOf } from '../../systems/bag-rules.js'
import { ItemLost, StatsChanged } from '../../systems/events.js'
import { items } from '../../systems/items.js'
import { CHEST, idOf, itemScene, MAIN_HAND } from './item-scene.js'
import { content, SmallWorld } from './small-world.js'

const PELT = idOf('torn-pelt')
const LOAF = idOf('barley-loaf')

describe('item.destroy', () => {
  function scene() {
    const small = new SmallWorld([items])
    const hero = small.character()
    small.putStack(hero, 3, PELT, 5)
    return { small, hero, pelts: () => countOf(small.edit(Bag), hero, PELT) }
  }

  const cases: readonly [name: string, bagSlot: number, count: number, code: string, left: number][] = [
    ['a part', 3, 2, 'ok', 3],
    ['all of it', 3, 5, 'ok', 0],
    ['more than there is', 3, 6, 'stale', 5],
    ['none', 3, 0, 'malformed', 5],
    ['of an empty place', 0, 1, 'noSuchTarget', 5],
    ['of no place', 200, 1, 'noSuchTarget', 5],
  ]
  for (const [name, bagSlot, count, code, left] of cases) {
    it(`${name}: ${code}`, () => {
      const { small, hero, pelts } = scene()
      expect(small.now(hero, ItemDestroy, { bagSlot, count })).toBe(code)
      expect(pelts()).toBe(left)
      const lost = code === 'ok' ? [{ character: small.entity(hero), item: PELT, count }] : []
      expect(small.seenOf(ItemLost)).toEqual(lost)
    })
  }

  it('twice in one tick takes a stack once', () => {
    const { small, hero } = scene()
    const first = small.ask(hero, ItemDestroy, { bagSlot: 3, count: 5 })
    const second = small.ask(hero, ItemDestroy, { bagSlot: 3, count: 5 })
    small.step()
    expect([first.code, second.code]).toEqual(['ok', 'noSuchTarget'])
    expect(small.seenOf(ItemLost)).toHaveLength(1)
  })
})

describe('item.equip', () => {
  it('wears the thing that it was, whole, and lets the stats follow', () => {
    const { small, hero, give, inBag, worn } = itemScene([items])
    give('patched-jerkin')
    const { uid, durability } = inBag(0)
    expect(small.now(hero, ItemEquip, { bagSlot: 0, equipSlot: CHEST })).toBe('ok')
    expect(worn(CHEST)).toEqual({ item: idOf('patched-jerkin'), uid, durability })
    expect(inBag(0)).toEqual({ item: 0, count: 0, uid: 0, durability: 0 })
    expect(small.seenOf(StatsChanged)).toEqual([{ entity: small.entity(hero) }])
  })

  it('changes places with what is worn, in a full bag too', () => {
    const { small, hero, give, inBag, worn } = itemScene([items], { level: 5 })
    give('patched-jerkin')
    give('boarhide-coat')
    give('torn-pelt', 20 * (BAG_SLOTS - 2))
    const [jerkin, coat] = [inBag(0), inBag(1)]
    small.now(hero, ItemEquip, { bagSlot: 0, equipSlot: CHEST })
    give('torn-pelt', 20)
    expect(small.now(hero, ItemEquip, { bagSlot: 1, equipSlot: CHEST })).toBe('ok')
    expect(worn(CHEST).uid).toBe(coat.uid)
    expect(inBag(1)).toEqual(jerkin)
  })

  const refusals: readonly [string, key: string, equipSlot: number, options: { level?: number; classKey?: string }, string][] = [
    ['of another class', 'homespun-robe', CHEST, {}, 'wrongClass'],
    ['above the own level', 'boarhide-coat', CHEST, { level: 3 }, 'levelTooLow'],
    ['in another slot', 'patched-jerkin', MAIN_HAND, {}, 'noSuchTarget'],
    ['in no slot', 'patched-jerkin', 99, {}, 'noSuchTarget'],
    ['that is not worn', 'torn-pelt', CHEST, {}, 'noSuchTarget'],
  ]
  it.each(refusals)('refuses a thing %s', (_name, key, equipSlot, options, code) => {
    const { small, hero, give, inBag, worn } = itemScene([items], options)
    give(key)
    const before = inBag(0)
    expect(small.now(hero, ItemEquip, { bagSlot: 0, equipSlot })).toBe(code)
    expect(inBag(0)).toEqual(before)
    expect(worn(CHEST).item).toBe(0)
    expect(small.seenOf(StatsChanged)).toEqual([])
  })

  it('of an empty place is refused', () => {
    const { small, hero } = itemScene([items])
    expect(small.now(hero, ItemEquip, { bagSlot: 0, equipSlot: CHEST })).toBe('noSuchTarget')
  })
})

describe('item.unequip', () => {
  it('puts the thing into the first empty place', () => {
    const { small, hero, give, inBag, worn, keys } = itemScene([items])
    give('patched-jerkin')
    const thing = inBag(0)
    small.now(hero, ItemEquip, { bagSlot: 0, equipSlot: CHEST })
    give('torn-pelt')
    expect(small.now(hero, ItemUnequip, { equipSlot: CHEST })).toBe('ok')
    expect(keys()).toEqual(['torn-pelt', 'patched-jerkin'])
    expect(inBag(1)).toEqual(thing)
    expect(worn(CHEST)).toEqual({ item: 0, uid: 0, durability: 0 })
    expect(small.seenOf(StatsChanged)).toHaveLength(2)
    expect(small.now(hero, ItemUnequip, { equipSlot: CHEST })).toBe('noSuchTarget')
    expect(small.now(hero, ItemUnequip, { equipSlot: 10 })).toBe('noSuchTarget')
  })

  it('needs room', () => {
    const { small, hero, give, worn } = itemScene([items])
    give('patched-jerkin')
    small.now(hero, ItemEquip, { bagSlot: 0, equipSlot: CHEST })
    give('torn-pelt', 20 * BAG_SLOTS)
    expect(small.now(hero, ItemUnequip, { equipSlot: CHEST })).toBe('bagFull')
    expect(worn(CHEST).item).toBe(idOf('patched-jerkin'))
  })
})

describe('item.move', () => {
  const cases: readonly [string, from: number, to: number, count: number, code: string, keys: readonly string[]][] = [
    ['splits', 0, 2, 3, 'ok', ['torn-pelt', 'barley-loaf', 'torn-pelt']],
    ['moves', 0, 2, 5, 'ok', ['', 'barley-loaf', 'torn-pelt']],
    ['changes places', 0, 1, 5, 'ok', ['barley-loaf', 'torn-pelt']],
    ['cannot change places with a part', 0, 1, 2, 'full', ['torn-pelt', 'barley-loaf']],
    ['cannot move more than there is', 0, 2, 6, 'stale', ['torn-pelt', 'barley-loaf']],
    ['cannot move none', 0, 2, 0, 'malformed', ['torn-pelt', 'barley-loaf']],
    ['cannot move nothing', 5, 2, 1, 'noSuchTarget', ['torn-pelt', 'barley-loaf']],
    ['cannot move out of the bag', 0, BAG_SLOTS, 1, 'noSuchTarget', ['torn-pelt', 'barley-loaf']],
    ['has nothing to do on the spot', 0, 0, 1, 'alreadyDone', ['torn-pelt', 'barley-loaf']],
  ]
  it.each(cases)('%s', (_name, from, to, count, code, after) => {
    const { small, hero, give, keys } = itemScene([items])
    give('torn-pelt', 5)
    give('barley-loaf', 4)
    expect(small.now(hero, ItemMove, { from, to, count })).toBe(code)
    expect(keys()).toEqual(after)
    expect([countOf(small.edit(Bag), hero, PELT), countOf(small.edit(Bag), hero, LOAF)]).toEqual([5, 4])
  })
})

describe('who cannot act', () => {
  it.each([
    ['dead', flag.dead],
    ['dead', flag.ghost],
    ['stunned', flag.stunned],
    ['feared', flag.feared],
  ])('does nothing with things (%s by flags %i)', (code, flags) => {
    const { small, hero, give, keys } = itemScene([items])
    give('patched-jerkin')
    give('barley-loaf')
    small.setFlags(hero, flags)
    const replies = [
      small.ask(hero, ItemUse, { bagSlot: 1, item: LOAF, target: 0 }),
      small.ask(hero, ItemEquip, { bagSlot: 0, equipSlot: CHEST }),
      small.ask(hero, ItemUnequip, { equipSlot: CHEST }),
      small.ask(hero, ItemMove, { from: 0, to: 4, count: 1 }),
      small.ask(hero, ItemDestroy, { bagSlot: 0, count: 1 }),
    ]
    small.step()
    expect(replies.map(({ code }) => code)).toEqual([code, code, code, code, code])
    expect(keys()).toEqual(['patched-jerkin', 'barley-loaf'])
  })
})

describe('wear', () => {
  function dressed() {
    const all = itemScene([items])
    all.give('patched-jerkin')
    all.give('oaken-maul')
    all.small.now(all.hero, ItemEquip, { bagSlot: 0, equipSlot: CHEST })
    all.small.now(all.hero, ItemEquip, { bagSlot: 1, equipSlot: MAIN_HAND })
    all.small.seen.length = 0
    const die = (): void => {
      all.small.kill(all.hero, 0)
      all.small.step()
    }
    return { ...all, die }
  }

  it('takes a tenth of everything worn at a death, told once or twice', () => {
    const { small, hero, worn, die } = dressed()
    small.kill(hero, 0)
    die()
    expect([worn(CHEST).durability, worn(MAIN_HAND).durability]).toEqual([72, 54])
    expect(small.seenOf(StatsChanged)).toEqual([])
  })

  it('lets the stats follow when something breaks, and only then', () => {
    const { small, hero, worn, die } = dressed()
    small.edit(Equipment).setAt(hero, 'durability', CHEST, 5)
    die()
    expect(worn(CHEST).durability).toBe(0)
    expect(small.seenOf(StatsChanged)).toEqual([{ entity: small.entity(hero) }])
    die()
    expect(small.seenOf(StatsChanged)).toHaveLength(1)
  })

  it('takes 1 from the weapon for some kills, as often as the content says', () => {
    const { small, hero, worn } = dressed()
    const kills = 200
    for (let i = 0; i < kills; i += 1) {
      const prey = small.creature('bristle-hare')
      small.kill(prey, hero)
      small.step()
      small.world.commands.despawn(prey)
      small.world.commandBuffer.flush()
    }
    const lost = 60 - worn(MAIN_HAND).durability
    expect(lost).toBeGreaterThan(kills * content.rates.durability.killChance * 0.5)
    expect(lost).toBeLessThan(kills * content.rates.durability.killChance * 1.6)
    expect(worn(CHEST).durability).toBe(80)
  })

  it('leaves alone what is not worn and who wears nothing', () => {
    const { small, hero, give, inBag } = itemScene([items])
    give('patched-jerkin')
    const bare = small.creature('bristle-hare')
    small.kill(hero, 0)
    small.kill(bare, hero)
    small.step()
    expect(inBag(0).durability).toBe(80)
  })
})
