import { describe, expect, it } from 'vitest'
import { Combat } from '../../components/combat.js'
import { Casting } from '../../components/spells.js'
import { Stats } from '../../components/stats.js'
import { flag, Status } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import type { Slot } from '../../src/ecs/entities.js'
import { healthPerSecond, manaPerSecond } from '../../systems/recovery-rules.js'
import { Arena, content } from './arena.js'

const { regeneration } = content.rates
const SECONDS = 10

function weak(arena: Arena, classKey: string): Slot {
  const slot = arena.character({ classKey, level: 10 })
  arena.column(Vitals, 'health')[slot] = 1
  arena.column(Vitals, 'power')[slot] = 0
  return slot
}
function fight(arena: Arena, slot: Slot): void {
  arena.column(Status, 'flags')[slot] |= flag.inCombat
  arena.column(Combat, 'harmTick')[slot] = arena.tick + 1_000_000
}

describe('recovery', () => {
  it('gives back health out of combat only, to the whole of it and no more', () => {
    const arena = new Arena()
    const resting = weak(arena, 'guardian')
    const fighting = weak(arena, 'guardian')
    fight(arena, fighting)
    arena.step(SECONDS * 20)
    const max = arena.column(Vitals, 'healthMax')[resting]
    const expected = 1 + max * regeneration.healthPerSecondFraction * SECONDS
    expect(Math.abs(arena.health(resting) - expected)).toBeLessThan(max * regeneration.healthPerSecondFraction)
    expect(arena.health(fighting)).toBe(1)
    arena.step(40 * 20)
    expect(arena.health(resting)).toBe(max)
  })

  it('goes by spirit', () => {
    const arena = new Arena()
    const [plain, wise] = [weak(arena, 'mender'), weak(arena, 'mender')]
    arena.edit(Stats).set(plain, 'spirit', 0)
    arena.edit(Stats).set(wise, 'spirit', 50)
    arena.step(5 * 20)
    for (const part of ['health', 'power'])
      expect((arena.column(Vitals, part)[wise] - 1) / (arena.column(Vitals, part)[plain] - 1)).toBeCloseTo(1.5, 0)
    const max = arena.column(Vitals, 'healthMax')[wise]
    expect(Math.abs(arena.health(wise) - 1 - healthPerSecond(regeneration, max, 50) * 5)).toBeLessThan(max * 0.04)
  })

  it('gives mana back, less of it in combat, and a trickle within five seconds of spending', () => {
    const arena = new Arena()
    const resting = weak(arena, 'mender')
    const fighting = weak(arena, 'mender')
    const spent = weak(arena, 'mender')
    fight(arena, fighting)
    arena.column(Casting, 'spentTick')[spent] = arena.tick
    const max = arena.column(Vitals, 'powerMax')[resting]
    const spirit = arena.column(Stats, 'spirit')[resting]
    const expected = (seconds: number, hasSpent: boolean, inCombat: boolean): number =>
      manaPerSecond(regeneration, max, spirit, hasSpent, inCombat) * seconds
    // What a round of recovery may be off by.
    const roundOff = manaPerSecond(regeneration, max, spirit, false, false) / 2 + 1
    arena.step(4.5 * 20)
    expect(Math.abs(arena.power(spent) - expected(4.5, true, false))).toBeLessThanOrEqual(1)
    arena.step(5.5 * 20)
    expect(Math.abs(arena.power(resting) - expected(SECONDS, false, false))).toBeLessThanOrEqual(roundOff)
    expect(Math.abs(arena.power(fighting) - expected(SECONDS, false, true))).toBeLessThanOrEqual(roundOff)
    const late = expected(5, true, false) + expected(5, false, false)
    expect(Math.abs(arena.power(spent) - late)).toBeLessThanOrEqual(roundOff)
  })

  it('gives energy back always', () => {
    const arena = new Arena()
    for (const isFighting of [false, true]) {
      const blade = weak(arena, 'blade')
      if (isFighting) fight(arena, blade)
      arena.step(100)
      expect(Math.abs(arena.power(blade) - regeneration.energyPerSecond * 5)).toBeLessThanOrEqual(
        regeneration.energyPerSecond / 2,
      )
      arena.step(200)
      expect(arena.power(blade)).toBe(100)
    }
  })

  it('lets rage go out of combat, down to nothing', () => {
    const arena = new Arena()
    const calm = weak(arena, 'guardian')
    const fighting = weak(arena, 'guardian')
    fight(arena, fighting)
    arena.column(Vitals, 'power')[calm] = 50
    arena.column(Vitals, 'power')[fighting] = 50
    arena.step(SECONDS * 20)
    expect(Math.abs(arena.power(calm) - (50 - regeneration.rageDecayPerSecond * SECONDS))).toBeLessThanOrEqual(1)
    expect(arena.power(fighting)).toBe(50)
    arena.step(40 * 20)
    expect(arena.power(calm)).toBe(0)
  })

  it('heals wounded creatures, too, and no corpse', () => {
    const arena = new Arena()
    const hare = arena.creature('bristle-hare')
    const corpse = arena.creature('bristle-hare')
    arena.setHealth(hare, 1)
    arena.setHealth(corpse, 0)
    arena.column(Status, 'flags')[corpse] = flag.dead
    arena.step(200)
    expect(arena.health(hare)).toBeGreaterThan(20)
    expect(arena.health(corpse)).toBe(0)
  })
})
