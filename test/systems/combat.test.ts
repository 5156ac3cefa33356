import { describe, expect, it } from 'vitest'
import { Combat } from '../../components/combat.js'
import { CreatureMind } from '../../components/creature.js'
import { Place } from '../../components/motion.js'
import { Progress } from '../../components/progress.js'
import { flag, Status } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import {
  CombatAttack,
  CombatDied,
  CombatStarted,
  CombatStopAttack,
  CombatStopped,
  CombatSwing,
  CombatUnable,
} from '../../protocol/combat.js'
import { SpellCast } from '../../protocol/spell.js'
import type { Slot } from '../../src/ecs/entities.js'
import { CountersResource } from '../../systems/counters.js'
import { rageForHarm } from '../../systems/recovery-rules.js'
import { SpawnsResource } from '../../systems/spawn-table.js'
import { Arena, contentWith, FIELD, keyed, plainBlows, TICK_HZ } from './arena.js'

const guardian = keyed(plainBlows.classList, 'guardian')
const SWING_TICKS = (guardian.weapon.swingMs * TICK_HZ) / 1_000
const REACH_M = guardian.weapon.reachM + 1

/** A guardian who looks along +x, and something to hit in front of him. */
function duel(distanceM = 2, arena = new Arena()): { arena: Arena; hero: Slot; dummy: Slot } {
  const hero = arena.character()
  const dummy = arena.dummy({ x: FIELD.x + distanceM })
  return { arena, hero, dummy }
}
const attack = (arena: Arena, by: Slot, on: Slot): string | undefined => arena.now(by, CombatAttack, { target: arena.entity(on) })

describe('attacking', () => {
  it('swings at once and then whenever the weapon is ready', () => {
    const { arena, hero, dummy } = duel()
    expect(attack(arena, hero, dummy)).toBe('ok')
    arena.step(3 * SWING_TICKS)
    const swings = arena.shownOf(CombatSwing)
    expect(swings.map(({ atTick }) => atTick - swings[0].atTick)).toEqual([0, 1, 2, 3].map((n) => n * SWING_TICKS))
    expect(swings[0].atTick).toBe(2)
    const lost = 60_000 - arena.health(dummy)
    expect(lost).toBe(swings.reduce((sum, { amount }) => sum + amount, 0))
  })

  it('is an intent: asking again changes nothing, stopping stops', () => {
    const { arena, hero, dummy } = duel()
    for (let tick = 0; tick < SWING_TICKS; tick += 1) expect(attack(arena, hero, dummy)).toBe('ok')
    expect(arena.shownOf(CombatSwing)).toHaveLength(1)
    expect(arena.shownOf(CombatStarted)).toHaveLength(1)
    expect(arena.now(hero, CombatStopAttack, {})).toBe('ok')
    expect(arena.now(hero, CombatStopAttack, {})).toBe('ok')
    arena.step(2 * SWING_TICKS)
    expect(arena.shownOf(CombatSwing)).toHaveLength(1)
    expect(arena.shownOf(CombatStopped)).toHaveLength(1)
  })

  it('is shown at most once a tick, as what it has come to, however often it changes', () => {
    const { arena, hero, dummy } = duel()
    const other = arena.dummy({ x: FIELD.x + 3 })
    const flip = (...targets: readonly Slot[]): void => {
      for (const target of targets) {
        if (target === 0) arena.ask(hero, CombatStopAttack, {})
        else arena.ask(hero, CombatAttack, { target: arena.entity(target) })
      }
      arena.step()
    }
    const said = () => [
      ...arena.shownOf(CombatStarted).map(({ atTick, attacker, target }) => [atTick, attacker, target]),
      ...arena.shownOf(CombatStopped).map(({ atTick, attacker }) => [atTick, attacker, 0]),
    ]
    const shown: number[][] = []
    const expectShown = (target: Slot): void => {
      shown.push([arena.world.tick, arena.entity(hero), target === 0 ? 0 : arena.entity(target)])
      expect(said().sort(([a], [b]) => a - b)).toEqual(shown)
    }
    flip(dummy, other, 0, dummy, other)
    expectShown(other)
    flip(dummy, 0, other)
    flip(0, other, 0)
    expectShown(0)
    flip(dummy, 0)
    flip(other, dummy, other, dummy)
    expectShown(dummy)
  })

  it('cannot be hurried by stopping and starting', () => {
    const { arena, hero, dummy } = duel()
    for (let tick = 0; tick < 2 * SWING_TICKS; tick += 1) {
      arena.ask(hero, CombatStopAttack, {})
      attack(arena, hero, dummy)
    }
    expect(arena.shownOf(CombatSwing)).toHaveLength(2)
  })

  it('chooses whom: not oneself, one’s own kind, the dead, the evading, those who are gone', () => {
    const { arena, hero, dummy } = duel()
    const friend = arena.character()
    expect(attack(arena, hero, hero)).toBe('noSuchTarget')
    expect(attack(arena, hero, friend)).toBe('noSuchTarget')
    expect(arena.now(hero, CombatAttack, { target: 0 })).toBe('noSuchTarget')
    const npc = arena.world.resource(SpawnsResource).npcEntity.find((entity) => entity > 0)
    expect(arena.now(hero, CombatAttack, { target: npc ?? 0 })).toBe('noSuchTarget')
    const gone = arena.entity(dummy)
    arena.column(Status, 'flags')[dummy] = flag.dead
    expect(attack(arena, hero, dummy)).toBe('dead')
    arena.column(Status, 'flags')[dummy] = flag.evading
    expect(attack(arena, hero, dummy)).toBe('immune')
    arena.despawn(dummy)
    expect(arena.now(hero, CombatAttack, { target: gone })).toBe('noSuchTarget')
  })

  it('ends with its target', () => {
    const { arena, hero, dummy } = duel()
    arena.setHealth(dummy, 5)
    attack(arena, hero, dummy)
    arena.step(SWING_TICKS)
    expect(arena.target(hero)).toBe(0)
    expect(arena.shownOf(CombatDied)).toMatchObject([{ victim: arena.entity(dummy), killer: arena.entity(hero) }])
    expect(arena.shownOf(CombatSwing)).toHaveLength(1)
  })
})

describe('a swing', () => {
  it(`reaches the weapon’s length and both bodies: ${REACH_M} m`, () => {
    for (const [away, swings] of [
      [REACH_M - 0.01, 1],
      [REACH_M + 0.01, 0],
    ]) {
      const { arena, hero, dummy } = duel(away)
      attack(arena, hero, dummy)
      expect(arena.shownOf(CombatSwing)).toHaveLength(swings)
    }
  })

  it('goes within 60° to each side', () => {
    for (const [degrees, swings] of [
      [0, 1],
      [59, 1],
      [61, 0],
      [180, 0],
      [299, 0],
      [301, 1],
    ]) {
      const { arena, hero, dummy } = duel()
      arena.face(hero, Math.floor((degrees * 65_536) / 360))
      attack(arena, hero, dummy)
      expect(arena.shownOf(CombatSwing), `${degrees}°`).toHaveLength(swings)
    }
  })

  it('does not reach into another copy of the zone', () => {
    const { arena, hero, dummy } = duel()
    arena.column(Place, 'instance')[dummy] = 1
    attack(arena, hero, dummy)
    arena.step(10)
    expect(arena.shownOf(CombatSwing)).toEqual([])
    expect(arena.health(dummy)).toBe(60_000)
  })

  it('that cannot land is tried again every 100 ms, and told once', () => {
    const { arena, hero, dummy } = duel(10)
    attack(arena, hero, dummy)
    arena.step(61)
    expect(arena.toldOf(hero, CombatUnable)).toHaveLength(1)
    arena.move(dummy, FIELD.x + 2, FIELD.z)
    arena.step(2)
    expect(arena.shownOf(CombatSwing)).toHaveLength(1)
    // A swing that landed makes the next hindrance worth telling again.
    arena.face(hero, 32_768)
    arena.step(2 * SWING_TICKS)
    const told = arena.toldOf(hero, CombatUnable).map(({ code }) => code)
    expect(told).toHaveLength(2)
    expect(told[0]).not.toBe(told[1])
  })

  it('does what the table says: miss, dodge, crit', () => {
    for (const [chance, outcome] of [
      ['missChance', 'miss'],
      ['dodgeChance', 'dodge'],
      ['critChance', 'crit'],
    ] as const) {
      const content = contentWith((files) => {
        Object.assign(files['rates.json'].combat, { missChance: 0, dodgeChance: 0, critChance: 0, [chance]: 1 })
      })
      const { arena, hero, dummy } = duel(2, new Arena({ content }))
      attack(arena, hero, dummy)
      arena.step(5 * SWING_TICKS)
      const swings = arena.shownOf(CombatSwing)
      expect(swings.length).toBeGreaterThan(4)
      expect(swings.every((swing) => swing.outcome === outcome)).toBe(true)
      const { damageMin, damageMax } = guardian.weapon
      for (const { amount } of swings) {
        if (outcome !== 'crit') expect(amount).toBe(0)
        else {
          expect(amount).toBeGreaterThanOrEqual(Math.floor(2 * damageMin * 0.8))
          expect(amount).toBeLessThanOrEqual(2 * damageMax)
        }
      }
      // Even a blow that misses begins a fight.
      expect(arena.has(dummy, flag.inCombat)).toBe(true)
      expect(arena.column(Status, 'tap')[dummy]).toBe(arena.entity(hero))
    }
  })

  it('gives rage to who strikes, and to who is struck by the part of his health that it takes', () => {
    const { arena, hero, dummy } = duel()
    arena.column(Vitals, 'power')[hero] = 0
    attack(arena, hero, dummy)
    const gain = plainBlows.rates.regeneration.rageGainPerSwing
    expect(arena.power(hero)).toBe(gain)
    arena.face(dummy, 32_768)
    expect(attack(arena, dummy, hero)).toBe('ok')
    const [, { amount }] = arena.shownOf(CombatSwing)
    const taken = rageForHarm(plainBlows.rates.regeneration, amount, arena.column(Vitals, 'healthMax')[hero])
    expect(taken).toBeGreaterThan(1)
    expect(arena.power(hero)).toBe(Math.floor(gain + taken))
  })
})

describe('being in combat', () => {
  it('begins for both with a blow and ends 5 s after the last', () => {
    const { arena, hero, dummy } = duel()
    attack(arena, hero, dummy)
    arena.now(hero, CombatStopAttack, {})
    const struckTick = arena.shownOf(CombatSwing)[0].atTick
    expect(arena.has(hero, flag.inCombat) && arena.has(dummy, flag.inCombat)).toBe(true)
    arena.step(struckTick + 99 - arena.tick)
    expect(arena.has(hero, flag.inCombat)).toBe(true)
    arena.step(2)
    expect(arena.has(hero, flag.inCombat)).toBe(false)
    expect(arena.has(dummy, flag.inCombat)).toBe(false)
  })

  it('is not left while blows fall', () => {
    const { arena, hero, dummy } = duel()
    attack(arena, hero, dummy)
    for (let tick = 0; tick < 300; tick += 1) {
      arena.step()
      expect(arena.has(hero, flag.inCombat)).toBe(true)
    }
  })
})

describe('the right to a creature', () => {
  it('belongs to whoever strikes it first', () => {
    const { arena, hero, dummy } = duel()
    const second = arena.character({ x: FIELD.x, z: FIELD.z + 1 })
    attack(arena, hero, dummy)
    attack(arena, second, dummy)
    expect(arena.column(Status, 'tap')[dummy]).toBe(arena.entity(hero))
    expect(arena.health(dummy)).toBeLessThan(60_000)
  })

  it('passes on when he has left the world', () => {
    const { arena, hero, dummy } = duel()
    attack(arena, hero, dummy)
    arena.despawn(hero)
    const second = arena.character()
    attack(arena, second, dummy)
    expect(arena.column(Status, 'tap')[dummy]).toBe(arena.entity(second))
  })
})

describe('one death', () => {
  it('is one death, however many blows fall in its tick', () => {
    const arena = new Arena()
    const victim = arena.creature('bristle-hare', { x: FIELD.x + 1 })
    arena.column(CreatureMind, 'nextTick')[victim] = 1_000_000
    const heroes = [0, 0.5, 1, 1.5].map((z) => arena.character({ z: FIELD.z + z }))
    arena.setHealth(victim, 1)
    for (const hero of heroes) arena.ask(hero, CombatAttack, { target: arena.entity(victim) })
    arena.step()
    arena.step(3)
    expect(arena.shownOf(CombatSwing)).toHaveLength(1)
    expect(arena.shownOf(CombatDied)).toHaveLength(1)
    expect(arena.world.resource(CountersResource).get('kills')).toBe(1)
    const earned = heroes.map((hero) => arena.column(Progress, 'experience')[hero])
    expect(earned.filter((experience) => experience > 0)).toHaveLength(1)
  })

  it('by a spell and a swing of the same tick is one, too', () => {
    const arena = new Arena()
    const victim = arena.creature('bristle-hare', { x: FIELD.x + 1 })
    arena.column(CreatureMind, 'nextTick')[victim] = 1_000_000
    const hero = arena.character()
    arena.setHealth(victim, 1)
    arena.ask(hero, SpellCast, { spell: guardian.spells[0].spell, target: arena.entity(victim), x: 0, z: 0 })
    arena.ask(hero, CombatAttack, { target: arena.entity(victim) })
    arena.step(3)
    expect(arena.world.resource(CountersResource).get('kills')).toBe(1)
    expect(arena.health(victim)).toBe(0)
  })

  it('ends what the dead would still have done in that tick', () => {
    const { arena, hero, dummy } = duel()
    arena.face(dummy, 32_768)
    // The dummy has the higher slot: its turn comes after the hero's blow has killed it.
    arena.setHealth(dummy, 1)
    arena.setHealth(hero, 50)
    arena.ask(dummy, CombatAttack, { target: arena.entity(hero) })
    arena.ask(hero, CombatAttack, { target: arena.entity(dummy) })
    arena.step(5)
    expect(arena.has(dummy, flag.dead)).toBe(true)
    expect(arena.health(hero)).toBe(50)
    expect(arena.column(Combat, 'target')[dummy]).toBe(0)
  })
})
