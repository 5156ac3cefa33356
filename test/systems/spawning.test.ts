import { describe, expect, it } from 'vitest'
import { CreatureMind } from '../../components/creature.js'
import { Kind, kindType } from '../../components/kind.js'
import { Decay, Loot } from '../../components/loot.js'
import { Motion, Position } from '../../components/motion.js'
import { flag, Status } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import { CombatAttack } from '../../protocol/combat.js'
import { LootOpen, LootTake, LootTakeGold } from '../../protocol/loot.js'
import type { Slot } from '../../src/ecs/entities.js'
import { GridResource } from '../../src/space/grid.js'
import { CountersResource } from '../../systems/counters.js'
import { CROWD_RADIUS_M } from '../../systems/spawn-rules.js'
import { SpawnsResource } from '../../systems/spawn-table.js'
import { BIRTHS_PER_TICK_MAX } from '../../systems/spawning.js'
import { creatureHealthMax } from '../../systems/stat-rules.js'
import { Arena, content, TICK_HZ } from './arena.js'

const inTicks = (ms: number): number => Math.floor((ms * TICK_HZ) / 1_000 + 0.5)
const populated = (creatures: number): Arena => new Arena({ settings: { creatures }, shadow: false })

/** Every living slot of one type. */
function allOf(arena: Arena, type: number): Slot[] {
  const { entities } = arena.world
  const slots: Slot[] = []
  for (let slot = 1; slot <= entities.slotMax; slot += 1)
    if (entities.alive[slot] === 1 && arena.column(Kind, 'type')[slot] === type) slots.push(slot)
  return slots
}

/** Kills a creature by a character that stands beside it; returns the character. */
function slay(arena: Arena, victim: Slot): Slot {
  const { x, z } = arena.at(victim)
  const hero = arena.character({ x: x - 1, z })
  arena.face(hero, 0)
  arena.setHealth(victim, 1, 1)
  arena.setHealth(hero, 60_000)
  arena.now(hero, CombatAttack, { target: arena.entity(victim) })
  arena.until(() => arena.has(victim, flag.dead), 100, 'the kill')
  return hero
}

describe('a world’s first ticks', () => {
  it('place every NPC once, where the content has it', () => {
    const arena = populated(0)
    arena.step(5)
    const npcs = allOf(arena, kindType.npc)
    expect(npcs).toHaveLength(content.npcList.length)
    for (const npc of content.npcList) {
      const slot = arena.world.entities.slotOf(arena.world.resource(SpawnsResource).npcEntity[npc.id])
      expect(arena.column(Kind, 'look')[slot]).toBe(npc.id)
      expect(arena.at(slot)).toEqual({ x: Math.fround(npc.x), z: Math.fround(npc.z) })
      expect(arena.column(Motion, 'heading')[slot]).toBe(npc.heading)
      expect(arena.world.resource(GridResource).cellOf(slot)).toBeDefined()
    }
  })

  it(`bring the creatures in, ${BIRTHS_PER_TICK_MAX} a tick`, () => {
    const arena = populated(1_000)
    expect(allOf(arena, kindType.creature)).toHaveLength(BIRTHS_PER_TICK_MAX)
    arena.step()
    expect(allOf(arena, kindType.creature)).toHaveLength(2 * BIRTHS_PER_TICK_MAX)
    arena.step(5)
    expect(allOf(arena, kindType.creature)).toHaveLength(1_000)
  })

  it('make them what their spawn point says, at home there', () => {
    const arena = populated(300)
    const spawns = arena.world.resource(SpawnsResource)
    expect(spawns.count).toBe(300)
    for (let i = 0; i < spawns.count; i += 1) {
      const slot = arena.world.entities.slotOf(spawns.entity[i])
      expect(slot).toBeGreaterThan(0)
      const kind = content.creatures[spawns.creature[i]]
      expect(arena.column(CreatureMind, 'spawn')[slot]).toBe(i)
      expect(arena.column(Kind, 'look')[slot]).toBe(kind?.id)
      expect(arena.column(Status, 'level')[slot]).toBe(spawns.level[i])
      expect(spawns.level[i]).toBeGreaterThanOrEqual(kind?.levelMin ?? 99)
      expect(spawns.level[i]).toBeLessThanOrEqual(kind?.levelMax ?? 0)
      expect(arena.health(slot)).toBe(kind === undefined ? 0 : creatureHealthMax(kind, spawns.level[i]))
      expect(arena.column(CreatureMind, 'homeX')[slot]).toBe(spawns.x[i])
    }
  })

  it('fill the whole zone, however few there are, and use points again for more than it has', () => {
    const few = populated(40).world.resource(SpawnsResource)
    expect(new Set(few.creature).size).toBeGreaterThan(5)
    const table = populated(0).world.resource(SpawnsResource)
    expect(table.count).toBe(0)
    const many = populated(12_000).world.resource(SpawnsResource)
    expect(many.count).toBe(12_000)
    const places = new Set(Array.from({ length: many.count }, (_, i) => `${many.x[i]} ${many.z[i]}`))
    expect(places.size).toBeLessThan(12_000)
    expect(places.size).toBeGreaterThan(3_000)
  })
})

describe('a death', () => {
  it('is followed by another of its kind at the same point, after its time and not before', () => {
    const arena = populated(30)
    arena.step(3)
    const spawns = arena.world.resource(SpawnsResource)
    const index = 7
    const old = spawns.entity[index]
    const victim = arena.world.entities.slotOf(old)
    slay(arena, victim)
    const dueTick = arena.tick + inTicks(spawns.respawnMs[index])
    expect(spawns.entity[index]).toBe(0)
    expect(spawns.dueTick[index]).toBe(dueTick)
    arena.step(dueTick - 1 - arena.tick)
    expect(spawns.entity[index]).toBe(0)
    arena.step()
    const next = arena.world.entities.slotOf(spawns.entity[index])
    expect(next).toBeGreaterThan(0)
    expect(spawns.entity[index]).not.toBe(old)
    expect(arena.column(Position, 'x')[next]).toBe(spawns.x[index])
    expect(arena.health(next)).toBe(arena.column(Vitals, 'healthMax')[next])
    expect(arena.flags(next)).toBe(0)
  })

  it('is followed the sooner the more hunt there for how few creatures', () => {
    const arena = populated(30)
    arena.step(3)
    const spawns = arena.world.resource(SpawnsResource)
    const counters = arena.world.resource(CountersResource)
    const waits = (): number => {
      const index = spawns.entity.findIndex((entity) => entity !== 0)
      const victim = arena.world.entities.slotOf(spawns.entity[index])
      // Whoever came for the last one is far away by now.
      arena.move(victim, spawns.x[index], spawns.z[index])
      const hunters = Array.from({ length: crowd }, (_, i) => {
        const hunter = arena.character({ x: spawns.x[index] + (i % 7), z: spawns.z[index] + CROWD_RADIUS_M - 10 })
        arena.setHealth(hunter, 60_000)
        return hunter
      })
      const hero = slay(arena, victim)
      for (const hunter of [...hunters, hero]) arena.despawn(hunter)
      return (spawns.dueTick[index] - arena.tick) / inTicks(spawns.respawnMs[index])
    }
    let crowd = 0
    expect(waits()).toBe(1)
    expect(counters.get('respawnsQuickened')).toBe(0)
    crowd = 40
    expect(waits()).toBeLessThan(0.5)
    expect(counters.get('respawnsQuickened')).toBe(1)
  })

  it('leaves a corpse for 60 s while something lies in it', () => {
    const arena = populated(30)
    arena.step(3)
    const spawns = arena.world.resource(SpawnsResource)
    let full: Slot = 0
    for (let i = 0; i < spawns.count && full === 0; i += 1) {
      const victim = arena.world.entities.slotOf(spawns.entity[i])
      slay(arena, victim)
      if (arena.has(victim, flag.lootable)) full = victim
    }
    const entity = arena.entity(full)
    const diedTick = arena.tick
    expect(arena.world.entities.has(full, Loot)).toBe(true)
    expect(arena.column(Decay, 'atTick')[full]).toBe(diedTick + inTicks(content.rates.corpseFullMs))
    arena.step(inTicks(content.rates.corpseFullMs) - 1)
    expect(arena.world.entities.slotOf(entity)).toBe(full)
    arena.step()
    expect(arena.world.entities.slotOf(entity)).toBe(0)
    expect(arena.world.resource(GridResource).cellOf(full)).toBeUndefined()
  })

  it('leaves an emptied corpse for 5 s', () => {
    const arena = populated(30)
    arena.step(3)
    const spawns = arena.world.resource(SpawnsResource)
    for (let i = 0; i < spawns.count; i += 1) {
      const victim = arena.world.entities.slotOf(spawns.entity[i])
      const hero = slay(arena, victim)
      if (!arena.has(victim, flag.lootable)) continue
      const entity = arena.entity(victim)
      expect(arena.now(hero, LootOpen, { corpse: entity })).toBe('ok')
      arena.now(hero, LootTakeGold, {})
      for (let index = 0; index < 6; index += 1)
        arena.now(hero, LootTake, { revision: arena.column(Loot, 'revision')[victim], itemIndex: index })
      expect(arena.has(victim, flag.lootable)).toBe(false)
      const left = arena.column(Decay, 'atTick')[victim] - arena.tick
      expect(left).toBeLessThanOrEqual(inTicks(content.rates.corpseEmptyMs))
      arena.step(left - 1)
      expect(arena.world.entities.slotOf(entity)).toBe(victim)
      arena.step()
      expect(arena.world.entities.slotOf(entity)).toBe(0)
      return
    }
    throw new Error('nobody had anything')
  })
})
