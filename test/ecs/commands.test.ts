import { describe, expect, it } from 'vitest'
import type { Component } from '../../src/ecs/component.js'
import type { Slot } from '../../src/ecs/entities.js'
import { type Commands, defineSystem } from '../../src/ecs/system.js'
import { Bag, makeWorld, Position, step, Tag, Velocity } from './make-world.js'

type Act = (commands: Commands, has: (slot: Slot, component: Component) => boolean) => void

/** A world in which each tick does the next act, and a later system notes whom it sees. */
function actingWorld(acts: readonly Act[]) {
  const due = [...acts]
  const seen: { tagged: readonly Slot[]; moving: readonly Slot[] }[] = []
  const actor = defineSystem({
    name: 'actor',
    queries: { tagged: [Tag] },
    run({ commands, has, tagged }) {
      const before = Array.from(tagged)
      due.shift()?.(commands, has)
      expect(Array.from(tagged)).toEqual(before)
    },
  })
  const witness = defineSystem({
    name: 'witness',
    queries: { tagged: [Tag], moving: [Position, Velocity] },
    run({ tagged, moving }) {
      seen.push({ tagged: Array.from(tagged).sort(), moving: Array.from(moving).sort() })
    },
  })
  const world = makeWorld({ simulate: [actor, witness] }, { capacity: 3 })
  return { world, seen }
}

describe('spawn', () => {
  it('gives a slot that is usable at once, with its handle, its components and its columns at zero', () => {
    const first = makeWorld({}, { capacity: 1 })
    const slot = first.commands.spawn([Position, Bag])
    first.columns(Position).x[slot] = 9
    const edit = first.editor(Bag) as {
      set(s: Slot, f: string, v: number): void
      setAt(s: Slot, f: string, i: number, v: number): void
    }
    edit.set(slot, 'gold', 5)
    edit.setAt(slot, 'item', 3, 77)
    const handle = first.entityOf(slot)
    first.commands.despawn(slot)
    first.commandBuffer.flush()
    const again = first.commands.spawn([Position, Bag])
    expect(again).toBe(slot)
    expect(first.entities.slotOf(first.entityOf(again))).toBe(again)
    expect(first.entities.slotOf(handle)).toBe(0)
    expect(first.entities.has(again, Bag)).toBe(true)
    expect(first.entities.has(again, Tag)).toBe(false)
    expect(first.columns(Position).x[again]).toBe(0)
    expect(first.columns(Bag).gold[again]).toBe(0)
    expect(Array.from(first.columns(Bag).item.subarray(again * 4, again * 4 + 4))).toEqual([0, 0, 0, 0])
    step(first)
  })

  it('enters queries when its system has ended, not while it runs', () => {
    const { world, seen } = actingWorld([(commands) => commands.spawn([Tag])])
    step(world)
    expect(seen[0].tagged).toEqual([1])
  })
})

describe('despawn', () => {
  it('leaves the entity whole until the system has ended', () => {
    let whole = false
    const { world, seen } = actingWorld([
      (commands) => commands.spawn([Tag]),
      (commands, has) => {
        commands.despawn(1)
        whole = has(1, Tag)
      },
    ])
    step(world, 2)
    expect(whole).toBe(true)
    expect(seen[1].tagged).toEqual([])
    expect(world.entities.alive[1]).toBe(0)
  })

  it('twice in one system is once: nobody else who gets the slot is harmed', () => {
    const { world } = actingWorld([
      (commands) => commands.spawn([Tag]),
      (commands) => {
        commands.despawn(1)
        commands.despawn(1)
      },
    ])
    step(world, 2)
    expect(world.entities.count).toBe(0)
    expect(world.entities.generation[1]).toBe(2)
    const slots = [1, 2, 3].map(() => world.commands.spawn([]))
    expect(new Set(slots).size).toBe(3)
  })

  it('of somebody spawned in the same system leaves no trace but the used slot', () => {
    const { world, seen } = actingWorld([(commands) => commands.despawn(commands.spawn([Tag, Position]))])
    step(world)
    expect(seen[0].tagged).toEqual([])
    expect(world.entities.count).toBe(0)
  })

  it('undoes what the same system adds afterwards', () => {
    const { world, seen } = actingWorld([
      (commands) => commands.spawn([]),
      (commands) => {
        commands.despawn(1)
        commands.add(1, Tag)
      },
    ])
    step(world, 2)
    expect(seen[1].tagged).toEqual([])
    expect(world.entities.has(1, Tag)).toBe(false)
  })
})

describe('add and remove', () => {
  it('change membership when the system has ended; an added one has its columns at zero at once', () => {
    let hasAtOnce = false
    const { world, seen } = actingWorld([
      (commands) => commands.spawn([Position]),
      (commands, has) => {
        world.columns(Velocity).x[1] = 5
        commands.add(1, Velocity)
        hasAtOnce = has(1, Velocity)
        expect(world.columns(Velocity).x[1]).toBe(0)
        world.columns(Velocity).x[1] = 2
      },
      (commands) => commands.remove(1, Velocity),
    ])
    step(world, 3)
    expect(hasAtOnce).toBe(true)
    expect(seen.map((s) => s.moving)).toEqual([[], [1], []])
    expect(world.columns(Velocity).x[1]).toBe(2)
    expect(world.entities.has(1, Velocity)).toBe(false)
  })

  it('of a component that is there already changes nothing', () => {
    const { world } = actingWorld([(commands) => commands.spawn([Velocity])])
    step(world)
    world.columns(Velocity).x[1] = 4
    world.commands.add(1, Velocity)
    world.commandBuffer.flush()
    expect(world.columns(Velocity).x[1]).toBe(4)
  })

  it.each([
    ['remove, add', ['remove', 'add'], true],
    ['add, remove', ['add', 'remove'], false],
    ['remove, add, remove', ['remove', 'add', 'remove'], false],
    ['remove, add, add', ['remove', 'add', 'add'], true],
    ['remove, remove', ['remove', 'remove'], false],
  ] as const)('in one system: the last word holds (%s)', (_name, words, stays) => {
    const { world, seen } = actingWorld([
      (commands) => commands.spawn([Tag]),
      (commands) => {
        for (const word of words) commands[word](1, Tag)
      },
    ])
    step(world, 2)
    expect(world.entities.has(1, Tag)).toBe(stays)
    expect(seen[1].tagged).toEqual(stays ? [1] : [])
  })
})

describe('order of query results', () => {
  it('does not depend on whether somebody outside the tick asked in between', () => {
    const orders = [false, true].map((asks) => {
      const births = defineSystem({ name: 'births', run: ({ commands }) => void commands.spawn([Tag]) })
      const deaths = defineSystem({ name: 'deaths', run: ({ commands, tick }) => commands.despawn(Math.max(0, tick - 4)) })
      let order: readonly Slot[] = []
      const last = defineSystem({
        name: 'last',
        queries: { tagged: [Tag] },
        run({ tagged, tick }) {
          if (tick === 20) order = Array.from(tagged)
        },
      })
      // The one that despawns runs after the last query of a tick.
      const world = makeWorld({ enter: [births], simulate: [last], resolve: [deaths] })
      for (let i = 0; i < 20; i += 1) {
        step(world)
        if (asks) world.entities.query([Tag])
      }
      return order
    })
    expect(orders[0]).toHaveLength(5)
    expect(orders[1]).toEqual(orders[0])
  })
})

describe('listeners', () => {
  it('hear of each entity once, when it has joined and while it is still whole', () => {
    const heard: string[] = []
    const { world } = actingWorld([
      (commands) => commands.spawn([Tag]),
      (commands) => {
        commands.despawn(1)
        commands.despawn(1)
      },
    ])
    world.listeners.push({
      joined: (slot) => heard.push(`joined ${slot} ${world.entities.query([Tag]).length}`),
      leaving: (slot) => heard.push(`leaving ${slot} ${world.entities.has(slot, Tag)}`),
    })
    step(world, 2)
    expect(heard).toEqual(['joined 1 1', 'leaving 1 true'])
  })
})
