import { describe, expect, it } from 'vitest'
import { Combat, THREATS_MAX, Threat } from '../../components/combat.js'
import { CreatureMind, creatureState } from '../../components/creature.js'
import { Motion, moveMode } from '../../components/motion.js'
import { flag, Status } from '../../components/status.js'
import { CombatAttack } from '../../protocol/combat.js'
import { MoveTo } from '../../protocol/move.js'
import { SpellCast } from '../../protocol/spell.js'
import type { Slot } from '../../src/ecs/entities.js'
import { Arena, content, FIELD, keyed } from './arena.js'

const fierce = content.creatureList.filter((kind) => kind.aggroRadiusM > 0)[0]
const meek = keyed(content.creatureList, 'bristle-hare')

const state = (arena: Arena, slot: Slot): number => arena.column(CreatureMind, 'state')[slot]
const attack = (arena: Arena, by: Slot, on: Slot): string | undefined => arena.now(by, CombatAttack, { target: arena.entity(on) })

/** Hard to kill, so that a fight can be watched. */
function hardy(arena: Arena, slot: Slot): Slot {
  arena.setHealth(slot, 60_000)
  return slot
}

describe('noticing', () => {
  it('is of the living within its radius', () => {
    for (const [away, flags, isNoticed] of [
      [fierce.aggroRadiusM - 0.5, 0, true],
      [fierce.aggroRadiusM + 0.5, 0, false],
      [2, flag.dead, false],
      [2, flag.ghost, false],
    ] as const) {
      const arena = new Arena()
      const wolf = arena.creature(fierce.key)
      const hero = arena.character({ x: FIELD.x + away })
      arena.column(Status, 'flags')[hero] = flags
      arena.step(25)
      expect(state(arena, wolf) === creatureState.fight, `${away} m, flags ${flags}`).toBe(isNoticed)
      expect(arena.target(wolf)).toBe(isNoticed ? arena.entity(hero) : 0)
    }
  })

  it('is of the nearest', () => {
    const arena = new Arena()
    const wolf = arena.creature(fierce.key)
    arena.character({ x: FIELD.x + 5 })
    const near = arena.character({ x: FIELD.x - 3 })
    arena.character({ x: FIELD.x, z: FIELD.z + 4 })
    arena.step(25)
    expect(arena.target(wolf)).toBe(arena.entity(near))
  })

  it('is not in everybody’s nature', () => {
    const arena = new Arena()
    const hare = arena.creature(meek.key)
    arena.character({ x: FIELD.x + 1 })
    arena.step(100)
    expect(state(arena, hare)).toBe(creatureState.idle)
    expect(arena.has(hare, flag.inCombat)).toBe(false)
  })
})

describe('being struck', () => {
  it('is answered in the next tick, by chase and blows', () => {
    const arena = new Arena()
    const hare = hardy(arena, arena.creature(meek.key, { x: FIELD.x + 2 }))
    const hero = arena.character()
    hardy(arena, hero)
    arena.step(3)
    attack(arena, hero, hare)
    arena.step()
    expect(arena.target(hare)).toBe(arena.entity(hero))
    expect(arena.column(Motion, 'mode')[hare]).toBe(moveMode.follow)
    arena.now(hero, MoveTo, { x: FIELD.x - 20, z: FIELD.z })
    arena.step(100)
    expect(arena.distance(hare, hero)).toBeLessThan(4)
    expect(arena.health(hero)).toBeLessThan(60_000)
  })

  it('from afar is answered as well', () => {
    const arena = new Arena()
    const mage = arena.character({ classKey: 'arcanist', level: 4 })
    const hare = hardy(arena, arena.creature(meek.key, { x: FIELD.x + 17 }))
    const needle = keyed(content.spellList, 'frost-needle')
    expect(arena.now(mage, SpellCast, { spell: needle.id, target: arena.entity(hare), x: 0, z: 0 })).toBe('ok')
    // However much the spell slows it.
    arena.until(() => arena.distance(hare, mage) < 4, 300, 'the answer')
  })
})

describe('hate', () => {
  /** A creature in a fight with the first of some characters, all in reach. */
  function brawl(count: number): { arena: Arena; wolf: Slot; heroes: Slot[] } {
    const arena = new Arena()
    const wolf = hardy(arena, arena.creature(meek.key))
    const heroes = Array.from({ length: count }, (_, i) => hardy(arena, arena.character({ x: FIELD.x + 1.5 + i / 10 })))
    arena.face(heroes[0], 32_768)
    attack(arena, heroes[0], wolf)
    arena.step(10)
    expect(arena.target(wolf)).toBe(arena.entity(heroes[0]))
    return { arena, wolf, heroes }
  }
  const hate = (arena: Arena, wolf: Slot, list: readonly (readonly [Slot, number])[]): void => {
    list.forEach(([hero, amount], i) => {
      arena.column(Threat, 'entity')[wolf * THREATS_MAX + i] = arena.entity(hero)
      arena.column(Threat, 'amount')[wolf * THREATS_MAX + i] = amount
    })
    arena.step(8)
  }

  it('turns to another in reach above 110 %', () => {
    const { arena, wolf, heroes } = brawl(2)
    arena.column(Combat, 'target')[heroes[0]] = 0
    hate(arena, wolf, [
      [heroes[0], 100],
      [heroes[1], 109],
    ])
    expect(arena.target(wolf)).toBe(arena.entity(heroes[0]))
    hate(arena, wolf, [
      [heroes[0], 100],
      [heroes[1], 111],
    ])
    expect(arena.target(wolf)).toBe(arena.entity(heroes[1]))
    // Back again only for as much more.
    hate(arena, wolf, [
      [heroes[0], 115],
      [heroes[1], 111],
    ])
    expect(arena.target(wolf)).toBe(arena.entity(heroes[1]))
  })

  it('turns to another out of reach above 130 %', () => {
    const { arena, wolf, heroes } = brawl(2)
    arena.column(Combat, 'target')[heroes[0]] = 0
    arena.move(heroes[1], FIELD.x + 15, FIELD.z)
    hate(arena, wolf, [
      [heroes[0], 100],
      [heroes[1], 129],
    ])
    expect(arena.target(wolf)).toBe(arena.entity(heroes[0]))
    hate(arena, wolf, [
      [heroes[0], 100],
      [heroes[1], 131],
    ])
    expect(arena.target(wolf)).toBe(arena.entity(heroes[1]))
  })

  it('finds the one in reach behind another who is hated more, but not enough for his distance', () => {
    const { arena, wolf, heroes } = brawl(3)
    arena.column(Combat, 'target')[heroes[0]] = 0
    arena.move(heroes[1], FIELD.x + 15, FIELD.z)
    hate(arena, wolf, [
      [heroes[0], 100],
      [heroes[1], 125],
      [heroes[2], 115],
    ])
    expect(arena.target(wolf)).toBe(arena.entity(heroes[2]))
  })

  it('forgets the dead, ghosts and those who are gone, and turns to the next', () => {
    const { arena, wolf, heroes } = brawl(3)
    for (const hero of heroes) arena.column(Combat, 'target')[hero] = 0
    hate(arena, wolf, [
      [heroes[0], 300],
      [heroes[1], 200],
      [heroes[2], 100],
    ])
    arena.column(Status, 'flags')[heroes[0]] = flag.ghost
    arena.step(6)
    expect(arena.target(wolf)).toBe(arena.entity(heroes[1]))
    arena.despawn(heroes[1])
    arena.step(6)
    expect(arena.target(wolf)).toBe(arena.entity(heroes[2]))
    expect(Object.keys(arena.threat(wolf))).toEqual([String(arena.entity(heroes[2]))])
    arena.column(Status, 'flags')[heroes[2]] = flag.dead
    arena.step(6)
    expect(state(arena, wolf)).not.toBe(creatureState.fight)
    expect(arena.threat(wolf)).toEqual({})
  })
})
