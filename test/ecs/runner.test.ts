import { describe, expect, it } from 'vitest'
import { InvariantError } from '../../src/assert.js'
import { defineEvent } from '../../src/ecs/event.js'
import { defineResource } from '../../src/ecs/resource.js'
import { defineSystem, frameworkSystem } from '../../src/ecs/system.js'
import type { World } from '../../src/ecs/world.js'
import { toCell, toClient } from '../../src/protocol/opcode.js'
import { u8 } from '../../src/schema/fields.js'
import { ask, Bag, makeWorld, Nudge, Position, Push, step, Tag } from './make-world.js'

const Told = toClient({ id: 0x8201, name: 'test.told', payload: { n: u8 }, doc: 'Told.' })
const Shown = toCell({ id: 0x8202, name: 'test.shown', payload: { n: u8 }, doc: 'Shown.' })
const Happened = defineEvent('Happened', { n: u8 })

/** A world with one consumer that handles each intent by `handle`. */
function pushingWorld(handle: (answer: () => void, n: number) => void): World {
  const pusher = defineSystem({
    name: 'pusher',
    intents: [Push, Nudge],
    run({ intents, answer }) {
      for (const intent of intents) handle(() => answer(intent, 0), intent.payload.by)
    },
  })
  return makeWorld({ simulate: [pusher] })
}

describe('intents', () => {
  it('come in arrival order across opcodes and actors, once', () => {
    const heard: string[] = []
    const pusher = defineSystem({
      name: 'pusher',
      intents: [Push, Nudge],
      run({ intents, answer }) {
        for (const intent of intents) {
          heard.push(`${intent.name} ${intent.actor} ${intent.payload.by}`)
          answer(intent, 0)
        }
      },
    })
    const world = makeWorld({ simulate: [pusher] })
    ask(world, 1, Push, { by: 1 })
    ask(world, 2, Nudge, { by: 2 })
    ask(world, 1, Push, { by: 3 })
    ask(world, 1, Nudge, { by: 4 })
    step(world, 2)
    expect(heard).toEqual(['test.push 1 1', 'test.nudge 2 2', 'test.push 1 3', 'test.nudge 1 4'])
  })

  it('left unanswered are an assert that names system and opcode', () => {
    const world = pushingWorld((answer, n) => {
      if (n !== 2) answer()
    })
    ask(world, 1, Push, { by: 1 })
    step(world)
    ask(world, 1, Push, { by: 2 })
    expect(() => step(world)).toThrow(InvariantError)
    ask(world, 1, Push, { by: 2 })
    expect(() => step(world)).toThrow(/pusher left test\.push unanswered; answer every intent/)
  })

  it('that get no result may be left unanswered', () => {
    const world = pushingWorld(() => undefined)
    ask(world, 1, Nudge, { by: 1 })
    expect(() => step(world)).not.toThrow()
  })

  it('answered twice are an assert', () => {
    const world = pushingWorld((answer) => {
      answer()
      answer()
    })
    ask(world, 1, Push, { by: 1 })
    expect(() => step(world)).toThrow(/pusher answered test\.push twice; answer once/)
  })

  it('without a consumer in the pipeline are an assert', () => {
    const world = makeWorld()
    expect(() => ask(world, 1, Push, { by: 1 })).toThrow(/test\.push has no handler pusher in the pipeline; list it/)
  })

  it('given to the world while their system runs wait for its next turn', () => {
    const heard: number[] = []
    const world = pushingWorld((answer, n) => {
      heard.push(n)
      answer()
      if (n === 1) ask(world, 1, Push, { by: 2 })
    })
    ask(world, 1, Push, { by: 1 })
    step(world)
    expect(heard).toEqual([1])
    step(world)
    expect(heard).toEqual([1, 2])
  })
})

describe('a context', () => {
  it('knows tick and time', () => {
    const seen: object[] = []
    const clock = defineSystem({
      name: 'clock',
      run: ({ tick, tickHz, dt, nowMs, calendarMs }) => seen.push({ tick, tickHz, dt, nowMs, calendarMs }),
    })
    const world = makeWorld({ enter: [clock] })
    world.step({ elapsedMs: 50, calendarMs: 1_000 })
    world.step({ elapsedMs: 900, calendarMs: 2_000 })
    expect(seen).toEqual([
      { tick: 1, tickHz: 20, dt: 0.05, nowMs: 50, calendarMs: 1_000 },
      { tick: 2, tickHz: 20, dt: 0.05, nowMs: 100, calendarMs: 2_000 },
    ])
  })

  it('has what was declared, and nothing else', () => {
    const Shelf = defineResource('Shelf', { create: () => ({ books: 3 }), hash: (shelf) => shelf.books })
    let keys: string[] = []
    const curious = defineSystem({
      name: 'curious',
      reads: { position: Position },
      writes: { bag: Bag },
      resources: { shelf: Shelf },
      queries: { tagged: [Tag] },
      events: { happened: Happened },
      run(context) {
        keys = Object.keys(context)
        expect(context.shelf.books).toBe(3)
        expect(context.tagged).toHaveLength(0)
        expect(context.happened).toHaveLength(0)
        expect(typeof context.bag.set).toBe('function')
      },
    })
    const world = makeWorld({ enter: [curious] })
    step(world)
    for (const key of ['position', 'bag', 'shelf', 'tagged', 'happened']) expect(keys).toContain(key)
    expect(keys).not.toContain('velocity')
    expect(world.resource(Shelf)).toEqual({ books: 3 })
  })

  it('hands messages to the outlet, and minds’ intents to the gate’s list, in order', () => {
    const out: string[] = []
    const speaker = defineSystem({
      name: 'speaker',
      tells: [Told],
      shows: [Shown],
      acts: [Push],
      run({ tell, show, act }) {
        tell(3, Told, { n: 1 })
        show(4, Shown, { n: 2 })
        act(5, Push, { by: 7 })
        act(6, Push, { by: 8 })
      },
    })
    const world = makeWorld({ think: [speaker] })
    world.outlet = {
      tell: (slot, opcode, payload) => out.push(`tell ${slot} ${opcode.name} ${JSON.stringify(payload)}`),
      show: (slot, opcode, payload) => out.push(`show ${slot} ${opcode.name} ${JSON.stringify(payload)}`),
      answer: () => undefined,
    }
    step(world)
    expect(out).toEqual(['tell 3 test.told {"n":1}', 'show 4 test.shown {"n":2}'])
    expect(world.mindIntents).toEqual([
      { opcode: Push, slot: 5, payload: { by: 7 } },
      { opcode: Push, slot: 6, payload: { by: 8 } },
    ])
  })

  it('stops a mind that never ends', () => {
    const flood = defineSystem({
      name: 'flood',
      acts: [Push],
      run({ act }) {
        for (let i = 0; i < 1_000; i += 1) act(1, Push, { by: 1 })
      },
    })
    expect(() => step(makeWorld({ think: [flood] }, { capacity: 10 }))).toThrow(/over 8 intents an entity in one tick/)
  })

  it('draws the same number for the same place, and another for another system, tick, slot or draw', () => {
    const draws: number[] = []
    const gambler = (name: string) =>
      defineSystem({ name, run: ({ random }) => draws.push(random(1, 0), random(1, 1), random(2, 0)) })
    const run = () => {
      draws.length = 0
      step(makeWorld({ enter: [gambler('one'), gambler('two')] }), 2)
      return [...draws]
    }
    const first = run()
    expect(run()).toEqual(first)
    expect(new Set(first).size).toBe(12)
  })
})

describe('framework systems', () => {
  it('run what the world was given for them, and take the intents of their name once', () => {
    const taken: number[] = []
    const world = makeWorld({ enter: [frameworkSystem('pusher', [Push, Nudge])] })
    world.provide('pusher', () => taken.push(world.runner.take('pusher').length))
    ask(world, 1, Push, { by: 1 })
    step(world, 2)
    expect(taken).toEqual([1, 0])
  })

  it('that nobody provided are an assert', () => {
    const world = makeWorld({ enter: [frameworkSystem('sessions')] })
    expect(() => step(world)).toThrow(/the pipeline lists sessions, but this world was built without it/)
  })
})

describe('digests', () => {
  /** The digests of a tick in which one system does `work` and another does nothing. */
  function digestsOf(work: (world: World, context: Parameters<Parameters<typeof speaking>[0]>[0]) => void): number[] {
    const holder: { world?: World } = {}
    const system = speaking((context) => {
      if (holder.world !== undefined) work(holder.world, context)
    })
    const world = makeWorld({ think: [system], resolve: [defineSystem({ name: 'idle', run: () => undefined })] })
    holder.world = world
    step(world)
    return Array.from(world.digests)
  }
  interface Speaker {
    emit(event: typeof Happened, value: { n: number }): void
    act(slot: number, opcode: typeof Push | typeof Nudge, payload: { by: number }): void
    commands: { spawn(components: readonly []): number; despawn(slot: number): void }
  }
  function speaking(run: (context: Speaker) => void) {
    return defineSystem({ name: 'speaking', emits: [Happened], acts: [Push, Nudge], run })
  }

  it('are equal for equal ticks and differ for the system that did something else', () => {
    const works: ((world: World, context: Speaker) => void)[] = [
      () => undefined,
      (_, { emit }) => emit(Happened, { n: 1 }),
      (_, { emit }) => emit(Happened, { n: 2 }),
      (_, { act }) => act(1, Push, { by: 1 }),
      (_, { act }) => act(2, Push, { by: 1 }),
      (_, { act }) => act(1, Nudge, { by: 1 }),
      (_, { commands }) => void commands.spawn([]),
      (_, { commands }) => commands.despawn(1),
    ]
    const digests = works.map((work) => digestsOf(work))
    expect(new Set(digests.map(([speaker]) => speaker)).size).toBe(works.length)
    expect(new Set(digests.map(([, idle]) => idle)).size).toBe(1)
    expect(works.map((work) => digestsOf(work))).toEqual(digests)
  })
})

describe('durations', () => {
  it('are measured only with a clock, by place in the pipeline', () => {
    let now = 0
    const slow = (name: string, ms: number) =>
      defineSystem({
        name,
        run: () => {
          now += ms
        },
      })
    const world = makeWorld({ enter: [slow('one', 3)], resolve: [slow('two', 5)] })
    world.step({ elapsedMs: 50, calendarMs: 0 })
    expect(Array.from(world.runner.durationsMs)).toEqual([0, 0])
    world.step({ elapsedMs: 50, calendarMs: 0 }, () => now)
    expect(Array.from(world.runner.durationsMs)).toEqual([3, 5])
  })
})
