import { describe, expect, it } from 'vitest'
import { Auras } from '../../components/auras.js'
import { EQUIP_SLOTS, Equipment } from '../../components/equipment.js'
import { Stats } from '../../components/stats.js'
import { flag } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import { CombatAttack, CombatSwing, CombatUnable } from '../../protocol/combat.js'
import type { Slot } from '../../src/ecs/entities.js'
import { swingMs, weaponBlow, weaponOf } from '../../systems/combat-rules.js'
import type { ItemKind, Weapon } from '../../systems/content/types.js'
import { equipSlots } from '../../systems/content/words.js'
import { Killed, Struck } from '../../systems/events.js'
import { Arena, FIELD, keyed, plainBlows, TICK_HZ } from './arena.js'
import { aurasOn, lay, withAuras } from './aura-scene.js'

const MAIN = equipSlots.indexOf('mainHand')
const guardian = keyed(plainBlows.classList, 'guardian')
const weapon: Weapon = { damageMin: 40, damageMax: 40, damagePerLevel: 0, swingMs: 1_000, reachM: 3 }

/** One more sword, with nothing but its weapon, whatever the content's own are like. */
const SWORD = 60_000
const sword = {
  ...plainBlows.itemList[0],
  id: SWORD,
  key: 'test-sword',
  kind: 'weapon',
  slot: 'mainHand',
  durabilityMax: 10,
  weapon,
}
const none = { might: 0, finesse: 0, wits: 0, stamina: 0, spirit: 0, armour: 0 }
const items = plainBlows.items.slice()
items[SWORD] = { ...sword, classes: [], stats: none, use: undefined } as ItemKind
const armed = withAuras({ ...plainBlows, items })

/** A guardian and something to hit that keeps none of it off, so that a blow is what the weapon says. */
function duel(isArmed = false): { arena: Arena; hero: Slot; dummy: Slot } {
  const arena = new Arena({ content: armed })
  const hero = arena.character()
  const dummy = arena.dummy({ x: FIELD.x + 2 })
  arena.edit(Stats).set(dummy, 'armour', 0)
  if (isArmed) {
    arena.edit(Equipment).setAt(hero, 'item', MAIN, SWORD)
    arena.edit(Equipment).setAt(hero, 'durability', MAIN, 1)
  }
  return { arena, hero, dummy }
}
const attack = (arena: Arena, by: Slot, on: Slot): string | undefined => arena.now(by, CombatAttack, { target: arena.entity(on) })
const swings = (arena: Arena, by: Slot) => arena.shownOf(CombatSwing).filter(({ attacker }) => attacker === arena.entity(by))

describe('a weapon’s blow', () => {
  it.each([
    // [level, attack power, roll, blow]
    [1, 0, 0, 10],
    [1, 0, 1, 20],
    [5, 0, 0.5, 15 + 8],
    [1, 14, 0, 12],
    [1, 140, 0.5, 35],
  ])('at level %i with %i attack power and a roll of %f is %f', (level, attackPower, roll, blow) => {
    const long: Weapon = { damageMin: 10, damageMax: 20, damagePerLevel: 2, swingMs: 2_000, reachM: 3 }
    expect(weaponBlow(long, level, attackPower, roll)).toBeCloseTo(blow, 9)
  })

  it.each([
    [1, 1_000],
    [1.25, 800],
    [0.5, 2_000],
  ])('comes, with haste %f, every %i ms', (haste, ms) => {
    expect(swingMs(weapon, haste)).toBe(ms)
  })
})

describe('the weapon', () => {
  const item = new Uint16Array(3 * EQUIP_SLOTS)
  const durability = new Uint16Array(3 * EQUIP_SLOTS)
  const worn = { item, durability }
  const own = armed.classList[0]

  it('is what is worn and whole, else the class’s own', () => {
    expect(weaponOf(armed, own, worn, 1)).toBe(own.weapon)
    item[EQUIP_SLOTS + MAIN] = SWORD
    expect(weaponOf(armed, own, worn, 1)).toBe(own.weapon)
    durability[EQUIP_SLOTS + MAIN] = 1
    expect(weaponOf(armed, own, worn, 1)).toEqual(weapon)
    // It is this row's alone.
    expect(weaponOf(armed, own, worn, 0)).toBe(own.weapon)
  })

  it('that never wears out is never broken', () => {
    const lasting = { ...armed, items: [undefined, { durabilityMax: 0, weapon } as ItemKind] }
    item[MAIN] = 1
    expect(weaponOf(lasting, own, worn, 0)).toBe(weapon)
  })
})

describe('the columns of Stats', () => {
  it('say how a blow goes: attack power, armour, factors', () => {
    for (const [on, field, value, amount] of [
      ['hero', 'attackPower', 140, 50],
      ['hero', 'damageDoneFactor', 1.5, 60],
      ['dummy', 'damageTakenFactor', 0.5, 20],
      ['dummy', 'armour', 60, 20],
    ] as const) {
      const { arena, hero, dummy } = duel(true)
      arena.edit(Stats).set(on === 'hero' ? hero : dummy, field, value)
      attack(arena, hero, dummy)
      expect(swings(arena, hero)[0].amount, field).toBe(amount)
    }
  })

  it('say how it ends: the target’s dodge, the attacker’s crit', () => {
    for (const [on, field, outcome, amount] of [
      ['dummy', 'dodgeChance', 'dodge', 0],
      ['hero', 'critChance', 'crit', 80],
      ['dummy', 'critChance', 'hit', 40],
      ['hero', 'dodgeChance', 'hit', 40],
    ] as const) {
      const { arena, hero, dummy } = duel(true)
      arena.edit(Stats).set(on === 'hero' ? hero : dummy, field, 1)
      attack(arena, hero, dummy)
      expect(swings(arena, hero)[0], field).toMatchObject({ outcome, amount })
    }
  })

  it('say how fast it comes', () => {
    const { arena, hero, dummy } = duel(true)
    arena.edit(Stats).set(hero, 'hasteFactor', 2)
    attack(arena, hero, dummy)
    arena.step(TICK_HZ)
    const ticks = swings(arena, hero).map(({ atTick }) => atTick)
    expect(ticks.map((tick) => tick - ticks[0])).toEqual([0, 10, 20])
  })

  it('say how much it is hated', () => {
    const { arena, hero, dummy } = duel(true)
    arena.edit(Stats).set(hero, 'threatFactor', 2)
    attack(arena, hero, dummy)
    expect(arena.threat(dummy)[arena.entity(hero)]).toBe(80)
  })
})

describe('shields', () => {
  it('take a blow before health does, the oldest first, and end when they are used up', () => {
    const { arena, hero, dummy } = duel()
    lay(arena, dummy, 'test-shield', { amount: 5 })
    lay(arena, dummy, 'test-boon')
    lay(arena, dummy, 'test-shield', { amount: 1_000, ticks: 500 })
    arena.edit(Stats).set(dummy, 'armour', 0)
    const before = arena.health(dummy)
    attack(arena, hero, dummy)
    expect(swings(arena, hero)[0]).toMatchObject({ outcome: 'absorb', amount: 0 })
    expect(arena.health(dummy)).toBe(before)
    const left = arena.column(Auras, 'amount')
    expect(left[dummy * 12]).toBe(0)
    expect(left[dummy * 12 + 2]).toBeGreaterThan(980)
    expect(left[dummy * 12 + 2]).toBeLessThan(1_000)
    // Even a blow that a shield takes begins a fight.
    expect(arena.has(dummy, flag.inCombat)).toBe(true)
    arena.step()
    expect(aurasOn(arena, dummy)).toEqual(['test-boon', 'test-shield'])
  })

  it('let through what they cannot hold', () => {
    const { arena, hero, dummy } = duel(true)
    attack(arena, hero, dummy)
    const bare = swings(arena, hero)[0].amount
    const shielded = duel()
    lay(shielded.arena, shielded.dummy, 'test-shield', { amount: 3 })
    shielded.arena.edit(Stats).set(shielded.dummy, 'armour', 0)
    attack(shielded.arena, shielded.hero, shielded.dummy)
    const [swing] = swings(shielded.arena, shielded.hero)
    expect(bare).toBe(40)
    expect(swing.outcome).toBe('hit')
    expect(swing.amount).toBeGreaterThanOrEqual(guardian.weapon.damageMin - 3)
    expect(swing.amount).toBeLessThanOrEqual(guardian.weapon.damageMax - 3)
    shielded.arena.step()
    expect(aurasOn(shielded.arena, shielded.dummy)).toEqual([])
  })
})

describe('who is stunned or feared', () => {
  it.each(['stun', 'fear'] as const)('by %s neither starts to attack nor swings, and is told why once', (control) => {
    const { arena, hero, dummy } = duel()
    attack(arena, hero, dummy)
    expect(swings(arena, hero)).toHaveLength(1)
    lay(arena, hero, `test-${control}`, { ticks: 200, caster: dummy })
    arena.step(100)
    expect(swings(arena, hero)).toHaveLength(1)
    expect(arena.toldOf(hero, CombatUnable)).toHaveLength(1)
    const { arena: second, hero: held, dummy: other } = duel()
    lay(second, held, `test-${control}`, { caster: other })
    expect(attack(second, held, other)).toBe(control === 'stun' ? 'stunned' : 'feared')
    expect(second.target(held)).toBe(0)
  })

  it('by a root or silence swings on', () => {
    const { arena, hero, dummy } = duel()
    lay(arena, hero, 'test-root')
    lay(arena, hero, 'test-silence')
    expect(attack(arena, hero, dummy)).toBe('ok')
    expect(swings(arena, hero)).toHaveLength(1)
  })
})

describe('harm by spells and auras', () => {
  const struck = (arena: Arena, attacker: number, victim: Slot, amount: number, how = 0): void => {
    arena.world.eventLog(Struck).push({ attacker, victim: arena.entity(victim), amount, spell: 0, how }, 0)
    arena.step()
  }

  it('goes on when who gave it has died or left the world, and is hated no more', () => {
    const { arena, hero, dummy } = duel()
    const entity = arena.entity(hero)
    const before = arena.health(dummy)
    arena.setHealth(hero, 0)
    struck(arena, entity, dummy, 10)
    expect(arena.health(dummy)).toBe(before - 10)
    expect(arena.threat(dummy)).toEqual({})
    expect(arena.has(hero, flag.inCombat)).toBe(false)
    arena.despawn(hero)
    struck(arena, entity, dummy, 10)
    expect(arena.health(dummy)).toBe(before - 20)
    arena.setHealth(dummy, 5)
    struck(arena, entity, dummy, 10)
    expect(arena.has(dummy, flag.dead)).toBe(true)
    expect(arena.world.eventLog(Killed).end).toBe(1)
  })

  it('gives rage by the part of health that it takes, but not by periods', () => {
    const { arena, hero, dummy } = duel()
    const max = 1_000
    arena.setHealth(hero, max, max)
    arena.column(Vitals, 'power')[hero] = 0
    struck(arena, arena.entity(dummy), hero, 50)
    expect(arena.power(hero)).toBe(arena.content.rates.regeneration.rageGainPerSwing)
    struck(arena, arena.entity(dummy), hero, 50, 2)
    expect(arena.power(hero)).toBe(arena.content.rates.regeneration.rageGainPerSwing)
  })
})
