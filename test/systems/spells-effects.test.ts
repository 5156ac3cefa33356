import { describe, expect, it } from 'vitest'
import { Bag } from '../../components/bag.js'
import { CreatureMind } from '../../components/creature.js'
import { Kind } from '../../components/kind.js'
import { InputQueue, Motion } from '../../components/motion.js'
import { Casting } from '../../components/spells.js'
import { flag, Status } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import { MoveTeleported } from '../../protocol/move.js'
import { SpellFinished, SpellLanded, SpellStopped } from '../../protocol/spell.js'
import { Arena, FIELD, keyed, NORTH } from './arena.js'
import { cast, contentOf, failures, inTicks, scene, spell, teach } from './spell-scene.js'

describe('an area', () => {
  it('befalls the nearest of the other side within its radius, and no more than it may', () => {
    const stamp = spell('earth-stamp')
    const { arena, caster, foes } = scene('guardian', [7.9, 1, 2, 3, 4, 5, 6, 8.1])
    const friend = arena.character({ x: FIELD.x + 1 })
    const before = arena.health(friend)
    expect(cast(arena, caster, stamp)).toBe('ok')
    const hit = new Set(arena.shownOf(SpellLanded).map(({ target }) => target))
    expect(stamp.area?.targetsMax).toBe(6)
    expect(hit).toEqual(new Set(foes.slice(1, 7).map((foe) => arena.entity(foe))))
    expect(arena.health(friend)).toBe(before)
  })

  it('leaves out the dead, those who evade, and another copy of the zone', () => {
    const { arena, caster, foes } = scene('guardian', [1, 2, 3])
    arena.column(Vitals, 'health')[foes[0]] = 1
    arena.column(Status, 'flags')[foes[0]] |= flag.dead
    arena.column(Status, 'flags')[foes[1]] |= flag.evading
    cast(arena, caster, spell('earth-stamp'))
    expect(arena.shownOf(SpellLanded).map(({ target }) => target)).toEqual([arena.entity(foes[2])])
  })

  it('that is a cone lies along the heading', () => {
    const edge = spell('whirling-edge')
    const { arena, caster } = scene('blade', [])
    const ahead = arena.dummy({ x: FIELD.x + 5 })
    const beside = arena.dummy({ x: FIELD.x, z: FIELD.z + 5 })
    const behind = arena.dummy({ x: FIELD.x - 5 })
    expect(cast(arena, caster, edge)).toBe('ok')
    const [landed] = arena.shownOf(SpellLanded)
    expect(arena.shownOf(SpellLanded).map(({ target }) => target)).toEqual([arena.entity(ahead)])
    expect(arena.health(ahead)).toBe(60_000 - landed.amount)
    arena.face(caster, NORTH)
    arena.step(inTicks(edge.cooldownMs))
    arena.column(Vitals, 'power')[caster] = 100
    expect(cast(arena, caster, edge)).toBe('ok')
    expect(arena.shownOf(SpellLanded).at(-1)?.target).toBe(arena.entity(beside))
    expect(arena.health(behind)).toBe(60_000)
  })

  it('around a friend heals friends alone', () => {
    const dawn = spell('shared-dawn')
    const { arena, caster, foes } = scene('mender', [3])
    const friends = [4, 9, 16].map((x) => arena.character({ x: FIELD.x + x, level: 20 }))
    for (const friend of friends) arena.column(Vitals, 'health')[friend] = 50
    arena.column(Vitals, 'health')[foes[0]] = 50
    expect(cast(arena, caster, dawn, friends[0])).toBe('ok')
    arena.step(inTicks(dawn.castMs))
    const [finished] = arena.shownOf(SpellFinished)
    expect(finished.target).toBe(arena.entity(friends[0]))
    expect(finished.amount).toBeGreaterThan(50)
    expect(arena.shownOf(SpellLanded).map(({ target, outcome }) => [target, outcome])).toEqual([
      [arena.entity(caster), 'heal'],
      [arena.entity(friends[1]), 'heal'],
    ])
  })
})

describe('an interrupt', () => {
  it('breaks a cast of words off and closes its school for a while', () => {
    const { arena, caster } = scene('blade', [])
    const imp = arena.creature('hedge-imp', { x: FIELD.x + 2, level: 3 })
    arena.column(CreatureMind, 'nextTick')[imp] = 1_000_000
    arena.setHealth(imp, 60_000)
    arena.face(imp, 32_768)
    const spit = spell('cinder-spit')
    const jab = spell('throat-jab')
    expect(cast(arena, imp, spit, caster)).toBe('ok')
    expect(cast(arena, caster, jab, imp)).toBe('ok')
    expect(arena.shownOf(SpellStopped).map((shown) => shown.caster)).toEqual([arena.entity(imp)])
    expect(arena.column(Casting, 'spell')[imp]).toBe(0)
    expect(arena.has(imp, flag.casting)).toBe(false)
    expect(arena.health(imp)).toBeLessThan(60_000)
    expect(cast(arena, imp, spit, caster)).toBe('silenced')
    arena.step(inTicks(jab.effects[0].durationMs) - 3)
    expect(cast(arena, imp, spit, caster)).toBe('silenced')
    expect(cast(arena, imp, spit, caster)).toBe('ok')
  })

  it('finds nothing to break in who does not cast, and closes nothing then', () => {
    const { arena, caster, foes } = scene('blade', [2])
    expect(cast(arena, caster, spell('throat-jab'), foes[0])).toBe('ok')
    expect(arena.column(Casting, 'lockedTick')[foes[0]]).toBe(0)
  })
})

describe('threat', () => {
  it('a taunt makes the creature turn to the taunter, and hate him as much as anybody', () => {
    const { arena, caster, foes } = scene('guardian', [2])
    const [foe] = foes
    const mage = arena.character({ classKey: 'arcanist', level: 20, x: FIELD.x - 5 })
    cast(arena, mage, spell('frost-needle'), foe)
    const hated = arena.threat(foe)[arena.entity(mage)]
    expect(hated).toBeGreaterThan(1)
    expect(cast(arena, caster, spell('goad'), foe)).toBe('ok')
    expect(arena.threat(foe)[arena.entity(caster)]).toBeGreaterThanOrEqual(hated)
    expect(arena.target(foe)).toBe(arena.entity(caster))
  })

  it('of a spell comes to its damage’s, and is doubled by a stance', () => {
    const crack = spell('shield-crack')
    const threatOf = (inStance: boolean): number => {
      const { arena, caster, foes } = scene('guardian', [2])
      if (inStance) cast(arena, caster, spell('steadfast-stance'))
      arena.step(40)
      arena.column(Vitals, 'power')[caster] = 100
      expect(cast(arena, caster, crack, foes[0])).toBe('ok')
      const { amount } = arena.shownOf(SpellFinished).at(-1)!
      return arena.threat(foes[0])[arena.entity(caster)] - (inStance ? 2 : 1) * amount
    }
    const bonus = crack.effects[1].amountMin + crack.effects[1].amountPerLevel * 19
    expect(threatOf(false)).toBeCloseTo(bonus, 3)
    expect(threatOf(true)).toBeCloseTo(2 * bonus, 3)
  })
})

describe('a teleport', () => {
  const step = spell('arc-step')

  it('puts its caster ahead, and tells its player, whose inputs wait', () => {
    const arena = new Arena()
    const caster = arena.character({ classKey: 'arcanist', level: 20, isPlayer: true })
    arena.face(caster, NORTH)
    expect(cast(arena, caster, step)).toBe('ok')
    expect(arena.at(caster).x).toBeCloseTo(FIELD.x, 2)
    expect(arena.at(caster).z).toBeCloseTo(FIELD.z + 15, 2)
    expect(arena.toldOf(caster, MoveTeleported)).toMatchObject([{ counter: 1, z: arena.at(caster).z }])
    expect(arena.column(InputQueue, 'awaitsAck')[caster]).toBe(1)
  })

  it('ends at the zone’s edge', () => {
    const { arena, caster } = scene('arcanist', [])
    const { sizeM } = arena.content.zone
    arena.move(caster, sizeM - 4, FIELD.z)
    expect(cast(arena, caster, step)).toBe('ok')
    expect(arena.at(caster).x).toBeGreaterThan(sizeM - 1)
    expect(arena.at(caster).x).toBeLessThan(sizeM)
  })

  it('frees nobody who is stunned to use it', () => {
    const { arena, caster } = scene('arcanist', [])
    arena.column(Status, 'flags')[caster] |= flag.stunned
    expect(cast(arena, caster, step)).toBe('stunned')
    arena.column(Status, 'flags')[caster] = flag.rooted
    expect(cast(arena, caster, step)).toBe('ok')
    expect(arena.column(Motion, 'mode')[caster]).toBe(0)
  })
})

describe('power', () => {
  it('is given back, up to the most', () => {
    const { arena, caster } = scene('blade', [])
    const breath = spell('second-breath')
    arena.column(Vitals, 'power')[caster] = 20
    expect(cast(arena, caster, breath)).toBe('ok')
    expect(arena.power(caster)).toBeGreaterThanOrEqual(70)
    expect(arena.power(caster)).toBeLessThanOrEqual(71)
  })

  it('that was spent is remembered by its tick', () => {
    const { arena, caster, foes } = scene('arcanist', [10])
    cast(arena, caster, spell('frost-needle'), foes[0])
    expect(arena.column(Casting, 'spentTick')[caster]).toBe(arena.tick)
  })
})

const bake = {
  id: 900,
  key: 'bake-loaf',
  name: 'Bake Loaf',
  target: 'self',
  effects: [{ kind: 'createItem', item: 'well-water', count: 2 }],
}
const gift = { ...bake, id: 902, key: 'share-water', name: 'Share Water', target: 'friend', rangeM: 30 }
const helpers = {
  id: 901,
  key: 'call-hares',
  name: 'Call Hares',
  target: 'enemy',
  rangeM: 30,
  effects: [{ kind: 'summon', creature: 'bristle-hare', count: 2, durationMs: 5_000 }],
}

describe('things and creatures', () => {
  const content = contentOf({ spells: [bake, helpers, gift] })

  it('a made thing lies in the bag; a full bag refuses', () => {
    const { arena, caster } = scene('mender', [], content)
    const kind = spell('bake-loaf', content)
    teach(arena, caster, kind)
    expect(cast(arena, caster, kind)).toBe('ok')
    const water = keyed(content.itemList, 'well-water')
    const bag = arena.world.columns(Bag)
    const row = bag.item.subarray(caster * 24, caster * 24 + 24)
    expect([...row].filter((item) => item === water.id)).toHaveLength(1)
    expect(bag.count[caster * 24 + [...row].indexOf(water.id)]).toBe(2)
    const pelt = keyed(content.itemList, 'hare-pelt')
    for (let place = 0; place < 24; place += 1) {
      arena.edit(Bag).setAt(caster, 'item', place, pelt.id)
      arena.edit(Bag).setAt(caster, 'count', place, 1)
    }
    arena.step(40)
    expect(cast(arena, caster, kind)).toBe('bagFull')
  })

  it('a thing that is made for a friend asks for room in his bag', () => {
    const { arena, caster } = scene('mender', [], content)
    const friend = arena.character({ x: FIELD.x + 5 })
    const kind = spell('share-water', content)
    const water = keyed(content.itemList, 'well-water').id
    const pelt = keyed(content.itemList, 'hare-pelt').id
    const fill = (slot: number, item: number): void => {
      for (let place = 0; place < 24; place += 1) {
        arena.edit(Bag).setAt(slot, 'item', place, item)
        arena.edit(Bag).setAt(slot, 'count', place, item === 0 ? 0 : 1)
      }
    }
    const made = (slot: number): boolean =>
      arena.world
        .columns(Bag)
        .item.subarray(slot * 24, slot * 24 + 24)
        .includes(water)
    teach(arena, caster, kind)
    fill(friend, pelt)
    expect(cast(arena, caster, kind, friend)).toBe('bagFull')
    expect([made(caster), made(friend)]).toEqual([false, false])
    fill(caster, pelt)
    fill(friend, 0)
    arena.step(40)
    expect(cast(arena, caster, kind, friend)).toBe('ok')
    expect([made(caster), made(friend)]).toEqual([false, true])
  })

  it('a creature calls others, who fight its enemy for a while and are gone', () => {
    const { arena, caster } = scene('guardian', [], content)
    const kind = spell('call-hares', content)
    const caller = arena.creature('bristle-hare', { x: FIELD.x + 10, level: 1 })
    arena.face(caller, 32_768)
    arena.column(CreatureMind, 'nextTick')[caller] = 1_000_000
    arena.column(CreatureMind, 'state')[caller] = 1
    const hares = (): number[] => {
      const list: number[] = []
      for (let slot = 1; slot <= arena.world.entities.slotMax; slot += 1) {
        const isHere = arena.world.entities.alive[slot] === 1 && slot !== caller
        if (isHere && arena.column(Kind, 'type')[slot] === 2) list.push(slot)
      }
      return list
    }
    expect(cast(arena, caller, kind, caster)).toBe('ok')
    arena.step()
    expect(hares()).toHaveLength(2)
    for (const hare of hares()) expect(arena.threat(hare)).toHaveProperty(String(arena.entity(caster)))
    arena.until(() => arena.has(caster, flag.inCombat), 100, 'a fight')
    expect(arena.world.stateHash()).toHaveLength(16)
    arena.step(inTicks(5_000))
    expect(hares()).toEqual([])
    teach(arena, caster, kind)
    expect(cast(arena, caster, kind, caller)).toBe('notOffered')
    expect(failures(arena, caster)).toEqual([])
  })
})
