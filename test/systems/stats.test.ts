import { describe, expect, it } from 'vitest'
import { Equipment } from '../../components/equipment.js'
import { Motion } from '../../components/motion.js'
import { Stats } from '../../components/stats.js'
import { flag, Status } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import type { Slot } from '../../src/ecs/entities.js'
import { stats as statNames } from '../../systems/content/words.js'
import { armourOf, healthMax, powerMax } from '../../systems/stat-rules.js'
import { type Arena, keyed, plainBlows, content as shipped } from './arena.js'
import { refreshBySlot } from './refresh.js'
import { cast, inTicks, scene, spell } from './spell-scene.js'

const statOf = (arena: Arena, slot: Slot, name: string): number => arena.column(Stats, name)[slot]
const worn = plainBlows.itemList.filter((item) => item.slot !== undefined && item.stats.stamina > 0 && item.durabilityMax > 0)

function wear(arena: Arena, slot: Slot, item: number, durability: number): void {
  arena.edit(Equipment).setAt(slot, 'item', 3, item)
  arena.edit(Equipment).setAt(slot, 'durability', 3, durability)
  refreshBySlot(arena.world, slot)
}

describe('a naked character', () => {
  it('is what its class and level say, and nothing changes it', () => {
    for (const classKind of plainBlows.classList) {
      const { arena, caster } = scene(classKind.key, [])
      expect(arena.column(Vitals, 'healthMax')[caster]).toBe(healthMax(classKind, 20))
      expect(arena.column(Vitals, 'powerMax')[caster]).toBe(powerMax(classKind, 20))
      expect(statOf(arena, caster, 'armour')).toBe(Math.fround(armourOf(classKind, 20)))
      for (const name of ['attackPower', 'spellPower', 'spirit']) expect(statOf(arena, caster, name)).toBe(0)
      for (const name of Object.keys(Stats.fields).filter((field) => field.endsWith('Factor')))
        expect(statOf(arena, caster, name), name).toBe(1)
      expect(arena.column(Motion, 'speedMps')[caster]).toBe(plainBlows.rates.runSpeedMps)
    }
  })

  it('strikes and dodges by the rates alone', () => {
    const { arena, caster } = scene('blade', [], shipped)
    expect(statOf(arena, caster, 'critChance')).toBeCloseTo(shipped.rates.combat.critChance, 6)
    expect(statOf(arena, caster, 'dodgeChance')).toBeCloseTo(shipped.rates.combat.dodgeChance, 6)
  })
})

describe('what is worn', () => {
  it('adds its stats, while it is whole', () => {
    const item = worn[0]
    const { arena, caster } = scene('guardian', [])
    const bare = arena.column(Vitals, 'healthMax')[caster]
    const armour = statOf(arena, caster, 'armour')
    wear(arena, caster, item.id, 1)
    expect(arena.column(Vitals, 'healthMax')[caster]).toBeGreaterThan(bare)
    expect(statOf(arena, caster, 'armour')).toBeCloseTo(armour + item.stats.armour, 3)
    expect(statOf(arena, caster, 'attackPower')).toBe(item.stats.might)
    expect(statOf(arena, caster, 'spellPower')).toBe(item.stats.wits)
    wear(arena, caster, item.id, 0)
    expect(arena.column(Vitals, 'healthMax')[caster]).toBe(bare)
    expect(statOf(arena, caster, 'armour')).toBe(armour)
  })

  it('never raises the points there are, and cuts them to the maximum', () => {
    const { arena, caster } = scene('guardian', [])
    const bare = arena.health(caster)
    wear(arena, caster, worn[0].id, 1)
    expect(arena.health(caster)).toBe(bare)
    arena.column(Vitals, 'health')[caster] = arena.column(Vitals, 'healthMax')[caster]
    wear(arena, caster, 0, 0)
    expect(arena.health(caster)).toBe(bare)
  })

  it('has one place for each of the six stats', () => {
    expect(statNames).toEqual(['might', 'finesse', 'wits', 'stamina', 'spirit', 'armour'])
    for (const item of plainBlows.itemList) expect(Object.keys(item.stats)).toEqual([...statNames])
  })
})

describe('auras', () => {
  it('quicken and slow, and let go again', () => {
    const { arena, caster, foes } = scene('blade', [2])
    const { runSpeedMps } = plainBlows.rates
    cast(arena, caster, spell('fleet-foot'))
    expect(arena.column(Motion, 'speedMps')[caster]).toBeCloseTo(runSpeedMps * 1.6, 4)
    // Dummies stand as if they fought.
    const pace = keyed(plainBlows.creatureList, 'bristle-hare').speedMps
    cast(arena, caster, spell('low-sweep'), foes[0])
    expect(arena.column(Motion, 'speedMps')[foes[0]]).toBeCloseTo(pace / 2, 4)
    arena.step(inTicks(8_000))
    expect(arena.column(Motion, 'speedMps')[caster]).toBe(runSpeedMps)
    expect(arena.column(Motion, 'speedMps')[foes[0]]).toBe(pace)
  })

  it('turn aside a part of what strikes', () => {
    const { arena, caster } = scene('guardian', [])
    cast(arena, caster, spell('steadfast-stance'))
    expect(statOf(arena, caster, 'threatFactor')).toBe(2)
    expect(cast(arena, caster, spell('raised-guard'))).toBe('ok')
    expect(statOf(arena, caster, 'damageTakenFactor')).toBeCloseTo(0.95 * 0.6, 5)
  })

  it('finesse for a while is a chance to dodge and to crit', () => {
    const { arena, caster } = scene('blade', [])
    cast(arena, caster, spell('slip-aside'))
    const finesse = 25 + 25 * 19
    expect(statOf(arena, caster, 'dodgeChance')).toBeCloseTo((0.2 * finesse) / (finesse + 400), 4)
    expect(statOf(arena, caster, 'critChance')).toBeCloseTo((0.3 * finesse) / (finesse + 400), 4)
  })
})

it('a ghost keeps its own pace', () => {
  const { arena, caster } = scene('guardian', [])
  arena.column(Status, 'flags')[caster] = flag.ghost
  refreshBySlot(arena.world, caster)
  expect(arena.column(Motion, 'speedMps')[caster]).toBe(plainBlows.rates.ghostSpeedMps)
  expect(arena.flags(caster)).toBe(flag.ghost)
})
