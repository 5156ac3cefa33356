import { describe, expect, it } from 'vitest'
import { Auras } from '../../components/auras.js'
import { Bag } from '../../components/bag.js'
import { Casting, Spellbook } from '../../components/spells.js'
import { flag, Status } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import { CombatAttack } from '../../protocol/combat.js'
import { ItemUse } from '../../protocol/item.js'
import { MoveStop, MoveTo } from '../../protocol/move.js'
import { SpellCancel, SpellCast, SpellFinished, SpellLanded, SpellStarted, SpellStopped } from '../../protocol/spell.js'
import { PUSHBACK_MS } from '../../systems/spell-rules.js'
import { FlightsResource } from '../../systems/spells/flights.js'
import { FIELD, keyed, plainBlows } from './arena.js'
import { refreshBySlot } from './refresh.js'
import { cast, contentOf, failures, inTicks, scene, spell, teach } from './spell-scene.js'

const rain = spell('cinder-rain')
const lance = spell('storm-lance')
const dart = spell('ember-dart')
const needle = spell('frost-needle')
const GLOBAL_TICKS = inTicks(plainBlows.rates.globalCooldownMs)

describe('a channel', () => {
  const begin = (at: readonly number[]) => {
    const all = scene('arcanist', at)
    expect(cast(all.arena, all.caster, rain, 0, FIELD.x + 12, FIELD.z)).toBe('ok')
    return { ...all, begun: all.arena.tick }
  }

  it('costs at once and works each period until it ends', () => {
    const { arena, caster, begun } = begin([12])
    expect(arena.power(caster)).toBe(arena.column(Vitals, 'powerMax')[caster] - rain.cost)
    expect(arena.shownOf(SpellStarted)).toMatchObject([{ spell: rain.id, castMs: rain.channelMs, channel: true }])
    expect(arena.has(caster, flag.casting)).toBe(true)
    arena.step(inTicks(rain.channelMs) + 20)
    const times = arena.shownOf(SpellLanded).map(({ atTick }) => atTick - begun)
    expect(times).toEqual([20, 40, 60, 80])
    expect(arena.shownOf(SpellStopped).map(({ atTick }) => atTick - begun)).toEqual([80])
    expect(arena.has(caster, flag.casting)).toBe(false)
    expect(failures(arena, caster)).toEqual([])
  })

  it('finds those who are there at that moment', () => {
    const { arena, foes } = begin([12, 40])
    arena.step(30)
    arena.move(foes[0], FIELD.x + 60, FIELD.z)
    arena.move(foes[1], FIELD.x + 13, FIELD.z)
    arena.step(60)
    const targets = arena.shownOf(SpellLanded).map(({ target }) => target)
    expect(targets).toEqual([foes[0], foes[1], foes[1], foes[1]].map((foe) => arena.entity(foe)))
  })

  it('ends with a step, a stun, or when it is called off', () => {
    const walked = begin([12])
    walked.arena.step(25)
    walked.arena.now(walked.caster, MoveTo, { x: FIELD.x + 3, z: FIELD.z })
    walked.arena.step(60)
    expect(failures(walked.arena, walked.caster)).toEqual(['interrupted'])
    expect(walked.arena.shownOf(SpellLanded)).toHaveLength(1)

    const stunned = begin([12])
    stunned.arena.step(25)
    stunned.arena.column(Status, 'flags')[stunned.caster] |= flag.stunned
    stunned.arena.step(60)
    expect(failures(stunned.arena, stunned.caster)).toEqual(['stunned'])
    expect(stunned.arena.shownOf(SpellLanded)).toHaveLength(1)

    const called = begin([12])
    called.arena.step(25)
    expect(called.arena.now(called.caster, SpellCancel, {})).toBe('ok')
    called.arena.step(60)
    expect(called.arena.shownOf(SpellLanded)).toHaveLength(1)
  })

  it('is made shorter by blows', () => {
    const { arena, caster, begun } = begin([])
    const foe = arena.dummy({ x: FIELD.x + 1 })
    arena.face(foe, 32_768)
    arena.ask(foe, CombatAttack, { target: arena.entity(caster) })
    arena.until(() => arena.shownOf(SpellStopped).length > 0, 100, 'the end')
    const lost = inTicks(rain.channelMs) - (arena.shownOf(SpellStopped)[0].atTick - begun)
    expect([inTicks(PUSHBACK_MS), 2 * inTicks(PUSHBACK_MS)]).toContain(lost)
  })
})

describe('a missile', () => {
  const shoot = (distanceM: number) => {
    const all = scene('arcanist', [distanceM])
    cast(all.arena, all.caster, lance, all.foes[0])
    all.arena.step(inTicks(lance.castMs))
    expect(all.arena.shownOf(SpellFinished)).toMatchObject([{ spell: lance.id, amount: 0 }])
    return { ...all, sent: all.arena.tick }
  }

  it('arrives after its distance and speed, and does its damage there', () => {
    const { arena, foes, sent } = shoot(30)
    const flight = Math.round((30 / lance.projectileMps) * 20)
    arena.step(flight - 1)
    expect(arena.health(foes[0])).toBe(60_000)
    arena.step()
    const [landed] = arena.shownOf(SpellLanded)
    expect(landed).toMatchObject({ atTick: sent + flight, outcome: 'hit' })
    expect(arena.health(foes[0])).toBe(60_000 - landed.amount)
  })

  it('finds nobody when its target has died, evades or left meanwhile', () => {
    for (const state of [flag.dead, flag.evading, 0]) {
      const { arena, foes } = shoot(30)
      if (state === 0) arena.despawn(foes[0])
      else arena.column(Status, 'flags')[foes[0]] |= state
      expect(arena.world.resource(FlightsResource).count).toBe(1)
      arena.step(30)
      expect(arena.shownOf(SpellLanded)).toEqual([])
      expect(arena.world.resource(FlightsResource).count).toBe(0)
    }
  })

  it('gives nothing to a caster who has died meanwhile, and its target what it brings', () => {
    const effects = [
      { kind: 'damage', amountMin: 50, amountMax: 50 },
      { kind: 'heal', to: 'caster', amountMin: 50, amountMax: 50 },
      { kind: 'energise', to: 'caster', amountMin: 50, amountMax: 50 },
    ]
    const siphon = { id: 912, key: 'test-siphon', name: 'Test Siphon', target: 'enemy', rangeM: 40, projectileMps: 20, effects }
    const content = contentOf({ spells: [siphon] })
    for (const state of [0, flag.dead, flag.ghost]) {
      const { arena, caster, foes } = scene('arcanist', [30], content)
      teach(arena, caster, spell('test-siphon', content))
      expect(cast(arena, caster, siphon, foes[0])).toBe('ok')
      arena.column(Vitals, 'health')[caster] = state === 0 ? 1 : 0
      arena.column(Vitals, 'power')[caster] = 0
      arena.column(Status, 'flags')[caster] |= state
      arena.until(() => arena.shownOf(SpellLanded).length > 0, 40, 'the missile')
      expect(arena.health(caster) >= 50, `health with flags ${state}`).toBe(state === 0)
      expect(arena.power(caster) >= 50, `power with flags ${state}`).toBe(state === 0)
      expect(arena.shownOf(SpellLanded)[0].target).toBe(arena.entity(foes[0]))
    }
  })

  it('is part of the state: worlds that differ by one have other hashes', () => {
    const { arena } = shoot(30)
    const other = shoot(30)
    expect(arena.world.stateHash()).toBe(other.arena.world.stateHash())
    other.arena.world.resource(FlightsResource).send({ arriveTick: 9_999, spell: 1, caster: 0, target: 0, x: 0, z: 0 })
    expect(arena.world.stateHash()).not.toBe(other.arena.world.stateHash())
  })
})

describe('haste', () => {
  it('shortens a cast', () => {
    const { arena, caster, foes } = scene('arcanist', [20])
    const swift = keyed(plainBlows.auraList, 'second-breath')
    const auras = arena.edit(Auras)
    auras.setAt(caster, 'aura', 0, swift.id)
    auras.setAt(caster, 'stacks', 0, 1)
    auras.setAt(caster, 'level', 0, 20)
    auras.set(caster, 'count', 1)
    refreshBySlot(arena.world, caster)
    cast(arena, caster, dart, foes[0])
    const [started] = arena.shownOf(SpellStarted)
    expect(started.castMs).toBe(dart.castMs / 1.25)
    arena.step(inTicks(dart.castMs / 1.25))
    expect(arena.shownOf(SpellFinished)[0].atTick - started.atTick).toBe(inTicks(dart.castMs / 1.25))
  })
})

describe('the queue', () => {
  it('holds one: a second takes the place of the first, which fails', () => {
    const { arena, caster, foes } = scene('arcanist', [17])
    cast(arena, caster, lance, foes[0])
    arena.step(inTicks(lance.castMs) - 6)
    expect(cast(arena, caster, dart, foes[0])).toBe('ok')
    expect(failures(arena, caster)).toEqual([])
    expect(cast(arena, caster, needle, foes[0])).toBe('ok')
    expect(failures(arena, caster)).toEqual(['interrupted'])
    arena.step(20)
    expect(arena.shownOf(SpellFinished).map((shown) => shown.spell)).toEqual([lance.id, needle.id])
  })

  it('lets a mind stop and cast in one tick', () => {
    const { arena, caster, foes } = scene('arcanist', [20])
    arena.now(caster, MoveTo, { x: FIELD.x + 10, z: FIELD.z })
    arena.step(5)
    arena.ask(caster, MoveStop, {})
    const reply = arena.ask(caster, SpellCast, { spell: dart.id, target: arena.entity(foes[0]), x: 0, z: 0 })
    arena.step()
    expect(reply.code).toBe('ok')
    arena.step()
    expect(arena.column(Casting, 'spell')[caster]).toBe(dart.id)
    arena.step(inTicks(dart.castMs))
    expect(failures(arena, caster)).toEqual([])
    expect(arena.shownOf(SpellFinished)).toHaveLength(1)
  })
})

describe('cooldowns', () => {
  it('off the global one, a spell neither waits for it nor starts it', () => {
    const { arena, caster, foes } = scene('blade', [2])
    expect(cast(arena, caster, spell('quick-cut'), foes[0])).toBe('ok')
    expect(cast(arena, caster, spell('slip-aside'))).toBe('ok')
    arena.step(GLOBAL_TICKS)
    expect(cast(arena, caster, spell('fleet-foot'))).toBe('ok')
    expect(cast(arena, caster, spell('quick-cut'), foes[0])).toBe('ok')
  })
})

const sip = {
  id: 910,
  key: 'test-sip',
  name: 'Test Sip',
  target: 'self',
  castMs: 1_000,
  category: 'test-flasks',
  categoryMs: 30_000,
  effects: [{ kind: 'heal', amountMin: 40, amountMax: 40 }],
}
const sup = {
  ...sip,
  id: 911,
  key: 'test-sup',
  name: 'Test Sup',
  castMs: 0,
  channelMs: 3_000,
  everyMs: 1_000,
  effects: [{ kind: 'heal', amountMin: 5, amountMax: 5 }],
}
const flask = {
  id: 910,
  key: 'test-flask',
  name: 'Test Flask',
  kind: 'consumable',
  quality: 'common',
  stackMax: 5,
  sellPrice: 1,
  use: { spell: 'test-sip' },
}

const jug = { ...flask, id: 911, key: 'test-jug', name: 'Test Jug', use: { spell: 'test-sup' } }

describe('the use of an item', () => {
  const content = contentOf({ spells: [sip, sup], items: [flask, jug] })
  const drinker = (item = 910, count = 2) => {
    const all = scene('mender', [], content)
    all.arena.edit(Bag).setAt(all.caster, 'item', 3, item)
    all.arena.edit(Bag).setAt(all.caster, 'count', 3, count)
    all.arena.column(Vitals, 'health')[all.caster] = 10
    return all
  }

  it('follows the spell path: cast time, effect, then the charge; its category closes', () => {
    const { arena, caster } = drinker()
    expect(arena.now(caster, ItemUse, { bagSlot: 3, item: 910, target: 0 })).toBe('ok')
    expect(arena.column(Casting, 'item')[caster]).toBe(4)
    expect(arena.column(Bag, 'count')[caster * 24 + 3]).toBe(2)
    arena.step(21)
    expect(arena.health(caster)).toBeGreaterThanOrEqual(50)
    expect(arena.column(Casting, 'item')[caster]).toBe(0)
    arena.step()
    expect(arena.column(Bag, 'count')[caster * 24 + 3]).toBe(1)
    const category = content.categories.indexOf('test-flasks')
    expect(arena.column(Spellbook, 'categoryTick')[caster * 8 + category]).toBeGreaterThan(arena.tick + 500)
  })

  it('may be a channel, which works to its end though the item is used up', () => {
    const { arena, caster } = drinker(911, 1)
    arena.now(caster, ItemUse, { bagSlot: 3, item: 911, target: 0 })
    arena.step(inTicks(sup.channelMs) + 2)
    expect(arena.column(Bag, 'item')[caster * 24 + 3]).toBe(0)
    expect(failures(arena, caster)).toEqual([])
    expect(arena.shownOf(SpellLanded)).toMatchObject([{ amount: 5 }, { amount: 5 }, { amount: 5 }])
    expect(arena.shownOf(SpellStopped)).toHaveLength(1)
  })

  it('that is broken off costs nothing and unlocks the slot', () => {
    const { arena, caster } = drinker()
    arena.now(caster, ItemUse, { bagSlot: 3, item: 910, target: 0 })
    arena.now(caster, MoveTo, { x: FIELD.x + 5, z: FIELD.z })
    arena.step(40)
    expect(failures(arena, caster)).toEqual(['interrupted'])
    expect(arena.column(Casting, 'item')[caster]).toBe(0)
    expect(arena.column(Bag, 'count')[caster * 24 + 3]).toBe(2)
  })
})
