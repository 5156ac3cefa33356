import { describe, expect, it } from 'vitest'
import { AURAS_MAX, Auras } from '../../components/auras.js'
import { CATEGORIES_MAX, Casting, Spellbook } from '../../components/spells.js'
import { flag } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import { ItemDestroy, ItemEquip, ItemMove, ItemUse } from '../../protocol/item.js'
import { VendorSell } from '../../protocol/vendor.js'
import { auras } from '../../systems/auras.js'
import { charges, FightLocksResource, NEVER_TICK } from '../../systems/charges.js'
import { ItemCast, ItemLost, ItemUsed } from '../../systems/events.js'
import { items } from '../../systems/items.js'
import { spells } from '../../systems/spells.js'
import { vendors } from '../../systems/vendors.js'
import { CHEST, idOf, itemScene } from './item-scene.js'
import { content, keyed, TICK_HZ } from './small-world.js'

const PELT = idOf('torn-pelt')
const SALVE = idOf('knitbone-salve')
const LOAF = idOf('barley-loaf')

describe('item.use', () => {
  const cast = { spell: content.items[SALVE]?.use?.spell ?? 0 }

  function asked(options: { level?: number } = { level: 5 }) {
    const all = itemScene([items, charges], options)
    all.give('knitbone-salve', 3)
    const use = (item = SALVE, bagSlot = 0) => all.small.now(all.hero, ItemUse, { bagSlot, item, target: 0 })
    const ready = (tick: number): void => {
      const category = content.spells[cast.spell]?.category ?? -1
      all.small.edit(Spellbook).setAt(all.hero, 'categoryTick', category, tick)
    }
    const readyTick = (): number =>
      all.small.edit(Spellbook).categoryTick[all.hero * CATEGORIES_MAX + (content.spells[cast.spell]?.category ?? -1)]
    /** The spell system says that the use has taken effect. */
    const takeEffect = (): void => {
      const character = all.small.entity(all.hero)
      all.small.emit(ItemUsed, { character, bagSlot: 0, item: SALVE, target: character })
      all.small.step()
    }
    return { ...all, use, ready, readyTick, takeEffect }
  }

  it('hands the use to the spell system, and takes nothing yet', () => {
    const { small, hero, use, inBag } = asked()
    expect(use()).toBe('ok')
    expect(small.seenOf(ItemCast)).toEqual([
      { character: small.entity(hero), bagSlot: 0, item: SALVE, spell: cast.spell, target: 0 },
    ])
    expect(inBag(0).count).toBe(3)
  })

  it('takes one charge when it has taken effect', () => {
    const { small, hero, inBag, takeEffect } = asked()
    takeEffect()
    expect(inBag(0).count).toBe(2)
    expect(small.seenOf(ItemLost)).toEqual([{ character: small.entity(hero), item: SALVE, count: 1 }])
  })

  it('takes the charge from another place when the stack is gone from its own, and none when there is none', () => {
    const { small, hero, inBag, takeEffect } = asked()
    small.putStack(hero, 0, PELT, 1)
    small.putStack(hero, 7, SALVE, 2)
    takeEffect()
    expect([inBag(0).count, inBag(7).count]).toEqual([1, 1])
    small.putStack(hero, 7, 0, 0)
    takeEffect()
    expect([inBag(0).count, inBag(7).count]).toEqual([1, 0])
  })

  it('is refused with the code that says why', () => {
    expect(asked().use(LOAF)).toBe('stale')
    expect(asked().use(SALVE, 1)).toBe('stale')
    expect(asked().use(SALVE, 30)).toBe('noSuchTarget')
    expect(asked({ level: 1 }).use()).toBe('levelTooLow')
    const cooling = asked()
    cooling.ready(10)
    expect(cooling.use()).toBe('notReady')
    cooling.small.step(9)
    expect(cooling.use()).toBe('ok')
    const casting = asked()
    casting.small.column(Casting, 'spell')[casting.hero] = 1
    expect(casting.use()).toBe('busy')
    const eating = asked()
    eating.give('barley-loaf')
    eating.small.setFlags(eating.hero, flag.inCombat)
    expect(eating.use(LOAF, 1)).toBe('inCombat')
    eating.small.setFlags(eating.hero, flag.stunned)
    expect(eating.use()).toBe('stunned')
  })

  it('twice in one tick begins once', () => {
    const { small, hero } = asked()
    const both = [0, 1].map(() => small.ask(hero, ItemUse, { bagSlot: 0, item: SALVE, target: 0 }))
    small.step()
    expect(both.map(({ code }) => code)).toEqual(['ok', 'busy'])
    expect(small.seenOf(ItemCast)).toHaveLength(1)
  })

  it('locks its place from the same tick on until it is over', () => {
    const { small, hero, inBag, give } = asked()
    give('patched-jerkin')
    const others = () => [
      small.ask(hero, ItemMove, { from: 0, to: 5, count: 1 }),
      small.ask(hero, ItemMove, { from: 1, to: 0, count: 1 }),
      small.ask(hero, ItemDestroy, { bagSlot: 0, count: 1 }),
      small.ask(hero, ItemEquip, { bagSlot: 0, equipSlot: CHEST }),
    ]
    small.ask(hero, ItemUse, { bagSlot: 0, item: SALVE, target: 0 })
    const sameTick = others()
    small.step()
    expect(sameTick.map(({ code }) => code)).toEqual(['busy', 'busy', 'busy', 'busy'])
    small.column(Casting, 'item')[hero] = 1
    const later = others()
    small.step()
    expect(later.map(({ code }) => code)).toEqual(['busy', 'busy', 'busy', 'busy'])
    small.column(Casting, 'item')[hero] = 0
    expect(small.now(hero, ItemDestroy, { bagSlot: 0, count: 1 })).toBe('ok')
    expect(inBag(0).count).toBe(2)
  })

  it('in combat holds its category until the combat ends, and from then for its time', () => {
    const { small, hero, readyTick, takeEffect, use } = asked()
    small.setFlags(hero, flag.inCombat)
    takeEffect()
    expect(readyTick()).toBe(NEVER_TICK)
    small.step(2_000)
    expect(use()).toBe('notReady')
    expect(readyTick()).toBe(NEVER_TICK)
    small.setFlags(hero, 0)
    small.step()
    const waitTicks = ((content.spells[cast.spell]?.categoryMs ?? 0) * TICK_HZ) / 1000
    expect(readyTick()).toBe(small.world.tick + waitTicks)
  })

  it('out of combat leaves the category to the spell', () => {
    const { readyTick, takeEffect } = asked()
    takeEffect()
    expect(readyTick()).toBe(0)
  })

  it('forgets the fight of who has left the world', () => {
    const { small, hero, takeEffect } = asked()
    small.setFlags(hero, flag.inCombat)
    takeEffect()
    expect(small.resource(FightLocksResource).locks).toHaveLength(1)
    small.world.commands.despawn(hero)
    small.world.commandBuffer.flush()
    small.step()
    expect(small.resource(FightLocksResource).locks).toEqual([])
  })
})

/** The whole way of a use, in the order of the pipeline. */
function scene() {
  const all = itemScene([items, vendors, spells, charges, auras], { level: 5 })
  const use = (bagSlot: number, item: number) => all.small.now(all.hero, ItemUse, { bagSlot, item, target: 0 })
  const health = (): number => all.small.column(Vitals, 'health')[all.hero]
  return { ...all, use, health }
}

describe('a use, from the request to what it does', () => {
  it('heals and takes its charge in one tick', () => {
    const { give, use, health, inBag, small, hero } = scene()
    give('knitbone-salve', 3)
    const before = health()
    expect(use(0, SALVE)).toBe('ok')
    expect(health()).toBeGreaterThan(before + 40)
    expect(inBag(0).count).toBe(2)
    expect(small.seenOf(ItemLost)).toEqual([{ character: small.entity(hero), item: SALVE, count: 1 }])
  })

  it('waits for its category, and takes nothing while it does', () => {
    const { give, use, inBag, small } = scene()
    give('knitbone-salve', 3)
    use(0, SALVE)
    expect(use(0, SALVE)).toBe('notReady')
    expect(inBag(0).count).toBe(2)
    const category = keyed(content.spellList, 'item-salve')
    small.step((category.categoryMs * TICK_HZ) / 1000)
    expect(use(0, SALVE)).toBe('ok')
    expect(inBag(0).count).toBe(1)
  })

  it('of the last one in one tick with its sale gives either the effect or the money', () => {
    const { give, small, hero, inBag, health } = scene()
    const corvin = keyed(content.npcList, 'corvin')
    const npc = small.entity(small.npc('corvin'))
    small.move(hero, corvin.x, corvin.z)
    give('knitbone-salve')
    const before = health()
    const use = small.ask(hero, ItemUse, { bagSlot: 0, item: SALVE, target: 0 })
    const sale = small.ask(hero, VendorSell, { npc, bagSlot: 0, count: 1 })
    small.step()
    expect([use.code, sale.code]).toEqual(['ok', 'busy'])
    expect([small.gold(hero), inBag(0).count, health() > before]).toEqual([0, 0, true])
  })

  it('of food feeds over time, out of combat alone', () => {
    const { give, use, small, hero, health } = scene()
    give('barley-loaf', 2)
    small.setFlags(hero, flag.inCombat)
    expect(use(0, LOAF)).toBe('inCombat')
    small.setFlags(hero, 0)
    const before = health()
    expect(use(0, LOAF)).toBe('ok')
    const aura = keyed(content.auraList, 'item-plain-meal').id
    small.step()
    expect(Array.from({ length: AURAS_MAX }, (_, i) => small.column(Auras, 'aura')[hero * AURAS_MAX + i])).toContain(aura)
    small.step(20 * TICK_HZ)
    expect(health()).toBe(before + 6 * 18)
  })
})
