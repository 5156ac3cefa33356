import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Column, rowLength } from '../../src/ecs/columns.js'
import { mixNumber } from '../../src/ecs/hash.js'
import { defineResource } from '../../src/ecs/resource.js'
import { defineSystem } from '../../src/ecs/system.js'
import type { World } from '../../src/ecs/world.js'
import { Bag, Mixed, makeWorld, Position, step, Tag, testComponents, Velocity } from './make-world.js'

const shelf = (name: string) => defineResource(name, { create: () => ({ books: 0 }), hash: (value) => mixNumber(1, value.books) })
const Shelf = shelf('Shelf')
const Chest = shelf('Chest')

/** Three entities with every kind of column, filled by a rule of its own for each place. */
function filledWorld(seed = 7): World {
  const world = makeWorld({}, { seed, capacity: 8, shadow: false })
  world.commands.spawn([Position, Velocity])
  world.commands.spawn([Position, Bag, Mixed])
  world.commands.spawn([Mixed, Tag])
  world.commandBuffer.flush()
  let n = 0
  for (const component of testComponents) {
    for (const [name, field] of Object.entries(component.fields)) {
      const column = world.columns(component)[name]
      for (let i = rowLength(field); i < 4 * rowLength(field); i += 1) {
        n += 1
        column[i] = n % 3 === 0 ? n + 0.5 : n
      }
    }
  }
  return world
}

interface Place {
  readonly label: string
  readonly column: (world: World) => Column
  readonly at: number
}
/** Every value of every living row. */
function livePlaces(): readonly Place[] {
  const world = filledWorld()
  return testComponents.flatMap((component) =>
    Object.entries(component.fields).flatMap(([name, field]) =>
      [1, 2, 3]
        .filter((slot) => world.entities.has(slot, component))
        .flatMap((slot) =>
          Array.from({ length: rowLength(field) }, (_, i) => ({
            label: `${component.name}.${name} of ${slot} at ${i}`,
            column: (of: World) => of.columns(component)[name],
            at: slot * rowLength(field) + i,
          })),
        ),
    ),
  )
}
const places = livePlaces()

describe('stateHash', () => {
  it('is 16 hex digits and equal for equal worlds', () => {
    expect(filledWorld().stateHash()).toMatch(/^[0-9a-f]{16}$/)
    expect(filledWorld().stateHash()).toBe(filledWorld().stateHash())
  })

  it('differs when any single value of a living row differs', () => {
    expect(places.length).toBeGreaterThan(20)
    const value = fc.oneof(fc.integer({ min: -(2 ** 31), max: 2 ** 32 }), fc.double({ noNaN: true }), fc.constantFrom(0, 1, 0.5))
    fc.assert(
      fc.property(fc.constantFrom(...places), value, ({ column, at }, changed) => {
        const world = filledWorld()
        const before = column(world)[at]
        column(world)[at] = changed
        if (column(world)[at] === before) expect(world.stateHash()).toBe(filledWorld().stateHash())
        else expect(world.stateHash()).not.toBe(filledWorld().stateHash())
      }),
      { numRuns: 500 },
    )
  })

  it('differs when two values change places, also a fraction and a whole number', () => {
    const pair = fc.tuple(fc.constantFrom(...places), fc.constantFrom(...places))
    const value = fc.constantFrom(0, 1, 2, 0.5, 1.5)
    fc.assert(
      fc.property(pair, value, value, ([one, other], first, second) => {
        const hashWith = (a: number, b: number): readonly [string, boolean] => {
          const world = filledWorld()
          one.column(world)[one.at] = a
          other.column(world)[other.at] = b
          return [world.stateHash(), one.column(world)[one.at] === a && other.column(world)[other.at] === b]
        }
        const [straight, fits] = hashWith(first, second)
        const [crossed, fitsCrossed] = hashWith(second, first)
        fc.pre(one !== other && first !== second && fits && fitsCrossed)
        expect(crossed).not.toBe(straight)
      }),
      { numRuns: 500 },
    )
  })

  it('does not see rows of nobody, nor columns of a component that the entity does not have', () => {
    const world = filledWorld()
    const before = world.stateHash()
    world.columns(Position).x[5] = 3
    world.columns(Velocity).x[2] = 3
    expect(world.stateHash()).toBe(before)
  })

  it('differs by component, generation, population, tick and seed', () => {
    const base = filledWorld().stateHash()
    const removed = filledWorld()
    removed.commands.remove(3, Tag)
    removed.commandBuffer.flush()
    const born = filledWorld()
    born.commands.spawn([])
    born.commandBuffer.flush()
    const dead = filledWorld()
    dead.commands.despawn(1)
    dead.commandBuffer.flush()
    const later = filledWorld()
    step(later)
    const older = filledWorld()
    older.entities.generation[1] += 1
    const hashes = [removed, born, dead, later, older, filledWorld(8)].map((world) => world.stateHash())
    expect(new Set([base, ...hashes]).size).toBe(7)
  })

  it('holds what lies in resources, and not the order in which they were first asked for', () => {
    const withShelves = (order: readonly (typeof Shelf)[], books: number) => {
      const world = filledWorld()
      for (const resource of order) world.resource(resource)
      world.resource(Shelf).books = books
      return world.stateHash()
    }
    expect(withShelves([Shelf, Chest], 1)).not.toBe(withShelves([Shelf, Chest], 2))
    expect(withShelves([Shelf, Chest], 1)).toBe(withShelves([Chest, Shelf], 1))
    const chestFull = filledWorld()
    chestFull.resource(Shelf)
    chestFull.resource(Chest).books = 1
    expect(chestFull.stateHash()).not.toBe(withShelves([Shelf, Chest], 1))
  })

  it('is an assert where a value is not a number', () => {
    const world = filledWorld()
    world.columns(Position).z[2] = Number.NaN
    expect(() => world.stateHash()).toThrow(/Position\.z of slot 2 is not a number/)
  })

  it('is the same after the same ticks from the same seed, and another from another', () => {
    const run = (seed: number): string => {
      const wander = defineSystem({
        name: 'wander',
        writes: { position: Position },
        queries: { all: [Position] },
        run({ position, all, random, commands, tick }) {
          for (let i = 0; i < all.length; i += 1) position.x[all[i]] += random(all[i], 0) - 0.5
          if (tick % 3 === 1) commands.spawn([Position])
          if (tick % 7 === 0) commands.despawn(all[0])
        },
      })
      const world = makeWorld({ simulate: [wander] }, { seed })
      step(world, 40)
      return world.stateHash()
    }
    expect(run(1)).toBe(run(1))
    expect(run(1)).not.toBe(run(2))
  })
})
