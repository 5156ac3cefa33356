import { describe, expect, it } from 'vitest'
import { CreatureMind, creatureState } from '../../components/creature.js'
import { InputQueue, Motion, moveMode, Place } from '../../components/motion.js'
import { flag, Status } from '../../components/status.js'
import { CombatAttack, CombatSwing } from '../../protocol/combat.js'
import { MoveFollow, MoveInput, MoveStop, MoveTo } from '../../protocol/move.js'
import type { Slot } from '../../src/ecs/entities.js'
import { EVADE_SPEED_FACTOR } from '../../systems/creature-rules.js'
import { Arena, FIELD, keyed, NORTH, plainBlows, TICK_HZ } from './arena.js'
import { aurasOn, lay, lift, withAuras } from './aura-scene.js'

const content = withAuras(plainBlows)
const meek = keyed(content.creatureList, 'bristle-hare')
const { rates } = content

function walker(isPlayer = false): { arena: Arena; hero: Slot; dummy: Slot } {
  const arena = new Arena({ content })
  const hero = arena.character({ isPlayer })
  const dummy = arena.dummy({ x: FIELD.x - 5 })
  return { arena, hero, dummy }
}
const mode = (arena: Arena, slot: Slot): number => arena.column(Motion, 'mode')[slot]
const state = (arena: Arena, slot: Slot): number => arena.column(CreatureMind, 'state')[slot]

describe('a stun', () => {
  it('stops a path, and no other is set out on until it is over', () => {
    const { arena, hero, dummy } = walker()
    arena.now(hero, MoveTo, { x: FIELD.x + 50, z: FIELD.z })
    arena.step(5)
    lay(arena, hero, 'test-stun', { ticks: 40 })
    const { x } = arena.at(hero)
    arena.step(20)
    expect(arena.at(hero).x).toBe(x)
    expect(arena.now(hero, MoveTo, { x: FIELD.x + 50, z: FIELD.z })).toBe('stunned')
    expect(arena.now(hero, MoveFollow, { entity: arena.entity(dummy) })).toBe('stunned')
    expect(arena.now(hero, MoveStop, {})).toBe('ok')
    arena.step(40)
    expect(arena.has(hero, flag.stunned)).toBe(false)
    expect(arena.at(hero).x).toBe(x)
    expect(arena.now(hero, MoveTo, { x: FIELD.x + 50, z: FIELD.z })).toBe('ok')
    arena.step(5)
    expect(arena.at(hero).x).toBeGreaterThan(x)
  })

  it('takes a player’s inputs, which neither move nor turn him', () => {
    const { arena, hero } = walker(true)
    lay(arena, hero, 'test-stun', { ticks: 20 })
    const before = arena.at(hero)
    for (let seq = 1; seq <= 10; seq += 1) {
      arena.ask(hero, MoveInput, { dx: 127, dz: 0, heading: NORTH, jump: false }, 0, seq)
      arena.step()
      expect(arena.column(InputQueue, 'appliedSeq')[hero]).toBe(seq)
    }
    expect(arena.at(hero)).toEqual(before)
    expect(arena.column(Motion, 'heading')[hero]).toBe(0)
    arena.step(15)
    arena.ask(hero, MoveInput, { dx: 127, dz: 0, heading: NORTH, jump: false }, 0, 11)
    arena.step()
    expect(arena.at(hero).x).toBeCloseTo(before.x + rates.runSpeedMps / TICK_HZ, 3)
  })

  it('leaves a creature without a thought', () => {
    const { arena, hero } = walker()
    const hare = arena.creature(meek.key, { x: FIELD.x + 2 })
    arena.setHealth(hare, 5_000)
    lay(arena, hare, 'test-stun', { ticks: 60, caster: hero })
    arena.now(hero, CombatAttack, { target: arena.entity(hare) })
    arena.step(40)
    expect(state(arena, hare)).toBe(creatureState.idle)
    expect(arena.target(hare)).toBe(0)
    arena.step(30)
    expect(arena.target(hare)).toBe(arena.entity(hero))
  })
})

describe('a root', () => {
  it('stops a path, and lets one turn to whom one follows', () => {
    const { arena, hero, dummy } = walker()
    arena.now(hero, MoveTo, { x: FIELD.x + 50, z: FIELD.z })
    arena.step(5)
    lay(arena, hero, 'test-root', { ticks: 60 })
    const { x } = arena.at(hero)
    expect(arena.now(hero, MoveTo, { x: FIELD.x + 50, z: FIELD.z })).toBe('rooted')
    expect(arena.now(hero, MoveFollow, { entity: arena.entity(dummy) })).toBe('ok')
    arena.step(5)
    expect(arena.at(hero).x).toBe(x)
    expect(arena.column(Motion, 'heading')[hero]).toBe(32_768)
    arena.step(80)
    expect(arena.at(hero).x).toBeLessThan(x)
  })

  it('does not keep a creature from turning and striking', () => {
    const { arena, hero } = walker()
    const hare = arena.creature(meek.key, { x: FIELD.x + 2 })
    arena.setHealth(hare, 5_000)
    arena.setHealth(hero, 60_000)
    lay(arena, hare, 'test-root', { caster: hero })
    arena.now(hero, CombatAttack, { target: arena.entity(hare) })
    arena.step(40)
    expect(arena.shownOf(CombatSwing).some(({ attacker }) => attacker === arena.entity(hare))).toBe(true)
    // However far its enemy goes, it is not to blame for staying.
    arena.move(hero, FIELD.x + 30, FIELD.z)
    const { x } = arena.at(hare)
    arena.step(15 * TICK_HZ)
    expect(arena.at(hare).x).toBe(x)
    expect(state(arena, hare)).toBe(creatureState.fight)
  })
})

describe('fear', () => {
  it('drives one straight away from who cast it, until it is over', () => {
    const { arena, hero, dummy } = walker()
    arena.now(hero, MoveTo, { x: FIELD.x - 50, z: FIELD.z })
    lay(arena, hero, 'test-fear', { ticks: 80, caster: dummy })
    const from = arena.at(hero)
    arena.step(60)
    const { x, z } = arena.at(hero)
    const ran = Math.hypot(x - from.x, z - from.z)
    expect(ran).toBeGreaterThan(3 * rates.runSpeedMps * 0.9)
    expect(ran).toBeLessThanOrEqual(3 * rates.runSpeedMps + 0.01)
    expect(x - from.x).toBeGreaterThan(ran * 0.9)
    expect(mode(arena, hero)).toBe(moveMode.flee)
    expect(arena.now(hero, MoveTo, { x: FIELD.x - 50, z: FIELD.z })).toBe('feared')
    arena.until(() => !arena.has(hero, flag.feared), 40, 'the end of fear')
    expect(mode(arena, hero)).toBe(moveMode.stand)
    const there = arena.at(hero)
    arena.step(10)
    expect(arena.at(hero)).toEqual(there)
  })

  it('is the same flight for the same seed, and another for another', () => {
    const flight = (seed: number): { x: number; z: number } => {
      const arena = new Arena({ content, settings: { seed } })
      const dummy = arena.dummy({ x: FIELD.x - 5 })
      const hero = arena.character()
      lay(arena, hero, 'test-fear', { caster: dummy })
      arena.step(30)
      return arena.at(hero)
    }
    expect(flight(5)).toEqual(flight(5))
    expect(flight(5)).not.toEqual(flight(6))
  })

  it('takes a player’s inputs, which come to nothing, and ends at the edge of the zone', () => {
    const { arena, hero, dummy } = walker(true)
    arena.move(hero, content.zone.sizeM - 1, FIELD.z)
    arena.move(dummy, content.zone.sizeM - 5, FIELD.z)
    lay(arena, hero, 'test-fear', { ticks: 100, caster: dummy })
    for (let seq = 1; seq <= 40; seq += 1) {
      arena.ask(hero, MoveInput, { dx: -127, dz: 0, heading: 0, jump: false }, 0, seq)
      arena.step()
      expect(arena.column(InputQueue, 'appliedSeq')[hero]).toBe(seq)
      expect(arena.at(hero).x).toBeGreaterThan(content.zone.sizeM - 1.1)
      expect(arena.at(hero).x).toBeLessThan(content.zone.sizeM)
    }
  })

  it('takes a creature from a fight, to which it returns', () => {
    const { arena, hero } = walker()
    const hare = arena.creature(meek.key, { x: FIELD.x + 2 })
    arena.setHealth(hare, 5_000)
    arena.setHealth(hero, 60_000)
    arena.now(hero, CombatAttack, { target: arena.entity(hare) })
    arena.step(10)
    lay(arena, hare, 'test-fear', { ticks: 60, caster: hero })
    arena.step(50)
    expect(arena.distance(hare, hero)).toBeGreaterThan(12)
    arena.step(80)
    expect(arena.distance(hare, hero)).toBeLessThan(4)
  })
})

describe('who evades', () => {
  it('loses what his enemies laid on him, keeps the rest, and is faster than in the chase', () => {
    const { arena, hero } = walker()
    const hare = arena.creature(meek.key, { x: FIELD.x + 2 })
    arena.setHealth(hare, 5_000)
    arena.now(hero, CombatAttack, { target: arena.entity(hare) })
    arena.step(5)
    expect(arena.column(Motion, 'speedMps')[hare]).toBeCloseTo(meek.speedMps, 4)
    lay(arena, hare, 'test-curse', { caster: hero })
    lay(arena, hare, 'test-boon')
    arena.move(hare, FIELD.x + 2 + rates.leashM + 1, FIELD.z)
    arena.until(() => arena.has(hare, flag.evading), 10, 'the leash')
    arena.step(2)
    expect(aurasOn(arena, hare)).toEqual(['test-boon'])
    expect(arena.column(Motion, 'speedMps')[hare]).toBeCloseTo(meek.speedMps * EVADE_SPEED_FACTOR, 4)
    lift(arena, hare)
    arena.until(() => !arena.has(hare, flag.evading), 200, 'home')
  })

  it('gives up whom it cannot reach for 10 s, standing about', () => {
    const { arena, hero } = walker()
    const hare = arena.creature(meek.key, { x: FIELD.x + 2 })
    arena.setHealth(hare, 5_000)
    arena.now(hero, CombatAttack, { target: arena.entity(hare) })
    arena.step(5)
    arena.column(Place, 'instance')[hero] = 1
    arena.step(9 * TICK_HZ)
    expect(state(arena, hare)).toBe(creatureState.fight)
    arena.until(() => state(arena, hare) !== creatureState.fight, 3 * TICK_HZ, 'giving up')
    arena.step(2 * TICK_HZ)
    expect(state(arena, hare)).toBe(creatureState.idle)
    expect(arena.health(hare)).toBe(5_000)
  })
})

describe('a right to a creature', () => {
  it('passes to whom it fights when its owner has fallen', () => {
    const { arena, hero } = walker()
    const second = arena.character({ z: FIELD.z + 1 })
    const hare = arena.creature(meek.key, { x: FIELD.x + 2 })
    arena.setHealth(hare, 60_000)
    for (const slot of [hero, second]) {
      arena.setHealth(slot, 60_000)
      arena.now(slot, CombatAttack, { target: arena.entity(hare) })
    }
    expect(arena.column(Status, 'tap')[hare]).toBe(arena.entity(hero))
    arena.column(Status, 'flags')[hero] = flag.ghost
    arena.step(10)
    expect(arena.column(Status, 'tap')[hare]).toBe(arena.entity(second))
    arena.column(Status, 'flags')[hero] = 0
    arena.step(10)
    expect(arena.column(Status, 'tap')[hare]).toBe(arena.entity(second))
  })
})
