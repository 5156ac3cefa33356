import { describe, expect, it } from 'vitest'
import { defineResource } from '../../src/ecs/resource.js'
import { defineSystem } from '../../src/ecs/system.js'
import { makeWorld, step } from './make-world.js'

describe('a resource', () => {
  const Shelf = defineResource('Shelf', {
    create: ({ capacity, seed, tickHz, content, settings }) => ({ capacity, seed, tickHz, content, settings, books: 0 }),
    hash: ({ books }) => books,
  })

  it('is made once a world, from the world’s setup', () => {
    const setup = { capacity: 9, seed: 3, tickHz: 10, content: { a: 1 }, settings: { graceS: 60 } }
    const world = makeWorld({}, setup)
    expect(world.resource(Shelf)).toEqual({ ...setup, books: 0 })
    expect(world.resource(Shelf)).toBe(world.resource(Shelf))
    expect(makeWorld({}, setup).resource(Shelf)).not.toBe(world.resource(Shelf))
  })

  it('is the same for every system that declares it', () => {
    const writer = defineSystem({
      name: 'writer',
      resources: { shelf: Shelf },
      run({ shelf }) {
        shelf.books += 1
      },
    })
    let seen = 0
    const reader = defineSystem({
      name: 'reader',
      resources: { library: Shelf },
      run({ library }) {
        seen = library.books
      },
    })
    step(makeWorld({ simulate: [writer, reader] }), 3)
    expect(seen).toBe(3)
  })

  it('is a frozen description: importing it makes nothing', () => {
    expect(Object.isFrozen(Shelf)).toBe(true)
    expect(Shelf.name).toBe('Shelf')
  })
})
