import { describe, expect, it } from 'vitest'
import { CreatureMind, creatureState } from '../../components/creature.js'
import { Motion, moveMode } from '../../components/motion.js'
import { flag, Status } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import { CombatAttack } from '../../protocol/combat.js'
import { MoveTo } from '../../protocol/move.js'
import type { Slot } from '../../src/ecs/entities.js'
import { Arena, content, FIELD, keyed, plainBlows } from './arena.js'

const { rates } = content
const fierce = content.creatureList.filter((kind) => kind.aggroRadiusM > 0)[0]
const meek = keyed(content.creatureList, 'bristle-hare')

const state = (arena: Arena, slot: Slot): number => arena.column(CreatureMind, 'state')[slot]
const attack = (arena: Arena, by: Slot, on: Slot): string | undefined => arena.now(by, CombatAttack, { target: arena.entity(on) })

/** Hard to kill, so that a fight can be watched. */
function hardy(arena: Arena, slot: Slot): Slot {
  arena.setHealth(slot, 60_000)
  return slot
}

describe('the leash', () => {
  it('breaks off, makes immune, leads home, heals, and forgets', () => {
    const arena = new Arena()
    const hero = hardy(arena, arena.character())
    const hare = arena.creature(meek.key, { x: FIELD.x + 2 })
    arena.setHealth(hare, 5_000)
    attack(arena, hero, hare)
    arena.step(2)
    expect(arena.health(hare)).toBeLessThan(5_000)
    // It is led away beyond its leash.
    arena.column(Motion, 'speedMps')[hero] = 6
    arena.now(hero, MoveTo, { x: FIELD.x + 100, z: FIELD.z })
    arena.until(() => arena.has(hare, flag.evading), 400, 'the leash')
    const home = { x: FIELD.x + 2, z: FIELD.z }
    const away = Math.hypot(arena.at(hare).x - home.x, arena.at(hare).z - home.z)
    expect(away).toBeGreaterThan(rates.leashM - 1)
    expect(away).toBeLessThan(rates.leashM + 4)
    expect(arena.threat(hare)).toEqual({})
    expect(arena.column(Status, 'tap')[hare]).toBe(0)
    const health = arena.health(hare)
    arena.face(hero, 32_768)
    arena.move(hero, arena.at(hare).x + 1, arena.at(hare).z)
    expect(attack(arena, hero, hare)).toBe('immune')
    arena.step(20)
    expect(arena.health(hare)).toBe(health)
    for (let tick = 0; tick < 400 && arena.has(hare, flag.evading); tick += 1) {
      // What it recovers on the way is not what heals it at home.
      arena.setHealth(hare, 1)
      arena.step()
    }
    expect(arena.has(hare, flag.evading)).toBe(false)
    expect(Math.hypot(arena.at(hare).x - home.x, arena.at(hare).z - home.z)).toBeLessThan(1.5)
    expect(arena.health(hare)).toBe(arena.column(Vitals, 'healthMax')[hare])
    expect(state(arena, hare)).toBe(creatureState.idle)
    expect(arena.has(hare, flag.inCombat)).toBe(false)
    expect(arena.column(Motion, 'speedMps')[hare]).toBe(rates.walkSpeedMps)
  })

  it('is gone home from by whoever lost his enemy', () => {
    const arena = new Arena()
    const hero = arena.character()
    const hare = hardy(arena, arena.creature(meek.key, { x: FIELD.x + 2 }))
    attack(arena, hero, hare)
    arena.step(5)
    arena.despawn(hero)
    arena.step(120)
    expect(state(arena, hare)).toBe(creatureState.idle)
    expect(arena.flags(hare)).toBe(0)
    expect(arena.target(hare)).toBe(0)
  })

  it('never keeps anybody away for ever, whatever is done to it', () => {
    const seed = 5
    let dice = seed
    const roll = (below: number): number => {
      dice = (Math.imul(dice, 1_664_525) + 1_013_904_223) >>> 0
      return Math.floor((dice / 4_294_967_296) * below)
    }
    const arena = new Arena({ content: plainBlows, shadow: false })
    const kinds = [fierce.key, meek.key]
    const beasts = Array.from({ length: 20 }, (_, i) =>
      arena.creature(kinds[i % 2], { x: FIELD.x + roll(60), z: FIELD.z + roll(60) }),
    )
    for (const beast of beasts) hardy(arena, beast)
    let heroes = Array.from({ length: 6 }, () => hardy(arena, arena.character({ x: FIELD.x + roll(60), z: FIELD.z + roll(60) })))
    const since = new Map<Slot, number>()
    for (let tick = 0; tick < 2_000; tick += 1) {
      for (const hero of heroes) {
        if (roll(40) === 0) arena.ask(hero, MoveTo, { x: FIELD.x + roll(300) - 120, z: FIELD.z + roll(300) - 120 })
        if (roll(30) === 0) arena.ask(hero, CombatAttack, { target: arena.entity(beasts[roll(beasts.length)]) })
        if (roll(400) === 0) arena.column(Status, 'flags')[hero] = roll(2) === 0 ? 0 : flag.ghost
      }
      if (roll(300) === 0) {
        arena.despawn(heroes[0])
        heroes = [...heroes.slice(1), hardy(arena, arena.character({ x: FIELD.x + roll(60), z: FIELD.z + roll(60) }))]
      }
      arena.step()
      for (const beast of beasts) {
        if (!arena.has(beast, flag.evading)) since.delete(beast)
        else if (!since.has(beast)) since.set(beast, tick)
        expect(tick - (since.get(beast) ?? tick), `seed ${seed}, tick ${tick}, beast ${beast}`).toBeLessThan(400)
        const home = Math.hypot(
          arena.at(beast).x - arena.column(CreatureMind, 'homeX')[beast],
          arena.at(beast).z - arena.column(CreatureMind, 'homeZ')[beast],
        )
        expect(home, `seed ${seed}, tick ${tick}, beast ${beast}`).toBeLessThan(rates.leashM + 6)
      }
    }
  })
})

describe('leisure', () => {
  it('is spent near home', () => {
    const arena = new Arena()
    const hare = arena.creature(meek.key)
    arena.column(CreatureMind, 'wanderTick')[hare] = 0
    let moved = 0
    for (let tick = 0; tick < 2_000; tick += 1) {
      arena.step()
      if (arena.column(Motion, 'moved')[hare] === 1) moved += 1
      const { x, z } = arena.at(hare)
      expect(Math.abs(x - FIELD.x)).toBeLessThanOrEqual(meek.wanderRadiusM + 0.01)
      expect(Math.abs(z - FIELD.z)).toBeLessThanOrEqual(meek.wanderRadiusM + 0.01)
    }
    expect(moved).toBeGreaterThan(100)
  })

  it('leaves nobody a right to a creature that nobody fights', () => {
    const arena = new Arena()
    const hare = arena.creature(meek.key)
    const hero = arena.character({ x: FIELD.x + 100 })
    arena.column(Status, 'tap')[hare] = arena.entity(hero)
    arena.step(25)
    expect(arena.column(Status, 'tap')[hare]).toBe(0)
  })

  it('is over for the dead', () => {
    const arena = new Arena()
    const wolf = arena.creature(fierce.key)
    arena.column(Status, 'flags')[wolf] = flag.dead
    arena.column(Vitals, 'health')[wolf] = 0
    arena.character({ x: FIELD.x + 2 })
    arena.step(50)
    expect(arena.target(wolf)).toBe(0)
    expect(arena.column(Motion, 'mode')[wolf]).toBe(moveMode.stand)
  })
})
