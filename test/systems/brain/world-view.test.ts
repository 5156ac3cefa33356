import { describe, expect, it } from 'vitest'
import { BotMind } from '../../../components/bot-mind.js'
import { Combat } from '../../../components/combat.js'
import { Motion, moveMode, Place } from '../../../components/motion.js'
import { flag, Status } from '../../../components/status.js'
import type { Slot } from '../../../src/ecs/entities.js'
import { createRow } from '../../../src/ecs/row.js'
import { OutcomesResource } from '../../../src/net/outcomes.js'
import { GridResource } from '../../../src/space/grid.js'
import { viewedComponents, type WorldViewSources } from '../../../systems/brain/world-sources.js'
import { WorldView } from '../../../systems/brain/world-view.js'
import { SpawnsResource } from '../../../systems/spawn-table.js'
import { Arena, content, FIELD } from '../arena.js'

const ANY: readonly number[] = []

function lookout(arena: Arena, slot: Slot): WorldView {
  const { world } = arena
  const columns = Object.fromEntries(Object.entries(viewedComponents).map(([key, component]) => [key, world.columns(component)]))
  const sources = {
    ...columns,
    grid: world.resource(GridResource),
    spawns: world.resource(SpawnsResource),
    outcomes: world.resource(OutcomesResource),
    tickHz: world.tickHz,
    entityOf: (s: Slot) => world.entityOf(s),
    slotOf: (e: number) => world.entities.slotOf(e),
  } as unknown as WorldViewSources
  const row = createRow(BotMind, world.columns(BotMind))
  const view = new WorldView(sources, row)
  view.slot = slot
  view.tick = arena.tick
  row.slot = slot
  return view
}

describe('what a bot sees', () => {
  it('is itself, from the columns', () => {
    const arena = new Arena()
    const bot = arena.character({ classKey: 'blade', level: 4 })
    const view = lookout(arena, bot)
    expect(view).toMatchObject({ entity: arena.entity(bot), classId: 3, level: 4, x: FIELD.x, z: FIELD.z, isMoving: false })
    expect(view.health).toBe(arena.health(bot))
    expect(view.spellAt(0)).toBeGreaterThan(0)
    arena.column(Motion, 'mode')[bot] = moveMode.follow
    arena.column(Motion, 'follow')[bot] = 99
    expect([view.isMoving, view.following]).toEqual([true, 99])
  })

  it('is who stands in the cells that a client would watch, and nobody who is gone', () => {
    const arena = new Arena()
    const bot = arena.character()
    const near = arena.creature('bristle-hare', { x: FIELD.x + 70 })
    const far = arena.creature('bristle-hare', { x: FIELD.x + 140 })
    const elsewhere = arena.creature('bristle-hare', { x: FIELD.x + 1 })
    arena.column(Place, 'instance')[elsewhere] = 1
    const view = lookout(arena, bot)
    expect(view.see(arena.entity(near))).toMatchObject({ entity: arena.entity(near), look: 1, level: 1, x: FIELD.x + 70 })
    expect(view.see(arena.entity(far))).toBeUndefined()
    expect(view.see(arena.entity(elsewhere))).toBeUndefined()
    const gone = arena.entity(near)
    arena.despawn(near)
    expect(view.see(gone)).toBeUndefined()
    expect(view.see(0)).toBeUndefined()
  })

  it('is NPCs by their id, when they are in sight', () => {
    const arena = new Arena()
    const npc = content.npcList[0]
    const view = lookout(arena, arena.character({ x: npc.x + 5, z: npc.z }))
    expect(view.findNpc(npc.id)).toBe(arena.world.resource(SpawnsResource).npcEntity[npc.id])
    expect(view.findNpc(9_999)).toBe(0)
    expect(lookout(arena, arena.character()).findNpc(npc.id)).toBe(0)
  })
})

describe('prey', () => {
  it('is the nearest that suits', () => {
    const arena = new Arena()
    const bot = arena.character()
    const view = lookout(arena, bot)
    expect(view.findPrey(ANY, 0, 99, 40, 0)).toBe(0)
    arena.creature('bristle-hare', { x: FIELD.x + 20 })
    const nearest = arena.creature('furrow-rat', { x: FIELD.x - 10 })
    arena.creature('bristle-hare', { x: FIELD.x + 39 })
    expect(view.findPrey(ANY, 0, 99, 40, 0)).toBe(arena.entity(nearest))
    expect(view.findPrey(ANY, 0, 99, 9, 0)).toBe(0)
    expect(view.findPrey([1], 0, 99, 40, 0)).not.toBe(arena.entity(nearest))
    expect(view.findPrey([12_345], 0, 99, 40, 0)).toBe(0)
    expect(view.findPrey(ANY, 2, 99, 40, 0)).toBe(0)
    expect(view.findPrey(ANY, 0, 99, 40, arena.entity(nearest))).not.toBe(arena.entity(nearest))
  })

  it('is nothing that another has a claim on, that is dead, or that evades', () => {
    const arena = new Arena()
    const bot = arena.character()
    const other = arena.character({ x: FIELD.x + 3 })
    const hare = arena.creature('bristle-hare', { x: FIELD.x + 5 })
    const view = lookout(arena, bot)
    const find = (): number => view.findPrey(ANY, 0, 99, 40, 0)
    const mine = arena.entity(hare)
    const claims: readonly (readonly [() => void, number])[] = [
      [() => (arena.column(Status, 'tap')[hare] = arena.entity(other)), 0],
      [() => (arena.column(Status, 'tap')[hare] = arena.entity(bot)), mine],
      [() => (arena.column(Combat, 'target')[hare] = arena.entity(other)), 0],
      [() => (arena.column(Combat, 'target')[hare] = arena.entity(bot)), mine],
      [() => (arena.column(Status, 'flags')[hare] = flag.evading), 0],
      [() => (arena.column(Status, 'flags')[hare] = flag.dead), 0],
      [() => (arena.column(Status, 'flags')[hare] = flag.inCombat), mine],
    ]
    for (const [change, expected] of claims) {
      change()
      expect(find()).toBe(expected)
    }
  })

  it('is no character and no NPC', () => {
    const arena = new Arena()
    const npc = content.npcList[0]
    const view = lookout(arena, arena.character({ x: npc.x + 1, z: npc.z }))
    arena.character({ x: npc.x + 2, z: npc.z })
    expect(view.findPrey(ANY, 0, 99, 40, 0)).toBe(0)
  })
})

describe('an attacker', () => {
  it('is the nearest living creature that attacks this bot', () => {
    const arena = new Arena()
    const bot = arena.character()
    const view = lookout(arena, bot)
    const [near, far, others] = [3, 8, 1].map((x) => arena.creature('bristle-hare', { x: FIELD.x + x }))
    expect(view.findAttacker(30)).toBe(0)
    arena.column(Combat, 'target')[far] = arena.entity(bot)
    arena.column(Combat, 'target')[others] = 12_345
    expect(view.findAttacker(30)).toBe(arena.entity(far))
    arena.column(Combat, 'target')[near] = arena.entity(bot)
    expect(view.findAttacker(30)).toBe(arena.entity(near))
    arena.column(Status, 'flags')[near] = flag.dead
    expect(view.findAttacker(30)).toBe(arena.entity(far))
  })
})
