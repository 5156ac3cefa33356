import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defineEvent, EventLog, type GameEvent } from '../../src/ecs/event.js'
import { HASH_START } from '../../src/ecs/hash.js'
import { defineSystem } from '../../src/ecs/system.js'
import { bool, u32 } from '../../src/schema/fields.js'
import { makeWorld, step } from './make-world.js'

const Happened = defineEvent('Happened', { tick: u32, n: u32 })
const Other = defineEvent('Other', { tick: u32, n: u32 })

interface Sighting {
  readonly reader: string
  readonly at: number
  readonly tick: number
  readonly n: number
}

const noter = (name: string, into: Sighting[]) =>
  defineSystem({
    name,
    events: { happened: Happened },
    run({ happened, tick }) {
      for (const event of happened) into.push({ reader: name, at: tick, ...event })
    },
  })

const emitter = (count: (tick: number) => number) =>
  defineSystem({
    name: 'emitter',
    emits: [Happened],
    run({ emit, tick }) {
      for (let n = 0; n < count(tick); n += 1) emit(Happened, { tick, n })
    },
  })

describe('events', () => {
  it('are seen by later systems in the same tick, by earlier ones in the next, once each and in order', () => {
    const seen: Sighting[] = []
    const pipeline = { enter: [noter('before', seen)], simulate: [emitter(() => 2)], resolve: [noter('after', seen)] }
    step(makeWorld(pipeline), 3)
    const of = (reader: string) => seen.filter((s) => s.reader === reader).map(({ at, tick, n }) => [at, tick, n])
    expect(of('after')).toEqual([
      [1, 1, 0],
      [1, 1, 1],
      [2, 2, 0],
      [2, 2, 1],
      [3, 3, 0],
      [3, 3, 1],
    ])
    expect(of('before')).toEqual([
      [2, 1, 0],
      [2, 1, 1],
      [3, 2, 0],
      [3, 2, 1],
    ])
  })

  it('reach every reader exactly once, whatever stands before and behind it and however many there are a tick', () => {
    const counts = fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(counts, fc.nat({ max: 3 }), fc.nat({ max: 3 }), (perTick, before, after) => {
        const seen: Sighting[] = []
        const readers = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => noter(`${prefix}${i}`, seen))
        const world = makeWorld({
          enter: readers('before', before),
          simulate: [emitter((tick) => perTick[tick - 1] ?? 0)],
          resolve: readers('after', after),
        })
        step(world, perTick.length + 1)
        const all = perTick.flatMap((count, i) => Array.from({ length: count }, (_, n) => `${i + 1} ${n}`))
        for (const reader of [...readers('before', before), ...readers('after', after)]) {
          const late = reader.name.startsWith('before') ? 1 : 0
          const mine = seen.filter((s) => s.reader === reader.name)
          expect(mine.map(({ tick, n }) => `${tick} ${n}`)).toEqual(all)
          expect(mine.every(({ at, tick }) => at === tick + late)).toBe(true)
        }
      }),
    )
  })

  it('come back to their own emitter in the next tick', () => {
    const seen: number[] = []
    const echo = defineSystem({
      name: 'echo',
      events: { happened: Happened },
      emits: [Happened],
      run({ happened, emit, tick }) {
        for (const { n } of happened) seen.push(n)
        if (tick === 1) emit(Happened, { tick, n: 8 })
      },
    })
    step(makeWorld({ simulate: [echo] }), 3)
    expect(seen).toEqual([8])
  })

  it('that nobody reads are forgotten after the tick', () => {
    const world = makeWorld({ simulate: [emitter(() => 3)] })
    step(world, 4)
    expect(world.eventLog(Happened).end).toBe(12)
    expect(world.eventLog(Happened).since(0)).toEqual([])
  })

  it('over the limit are an assert, never a silent loss', () => {
    const world = makeWorld({ simulate: [emitter(() => 100_000)] }, { capacity: 10 })
    expect(() => step(world)).toThrow(/event Happened: over 1044 in two ticks; raise the capacity or emit fewer/)
  })
})

describe('an event log', () => {
  it('fits its limit exactly', () => {
    const log = new EventLog(Happened, 2)
    log.push({ tick: 1, n: 1 }, 0)
    log.push({ tick: 1, n: 2 }, 0)
    expect(() => log.push({ tick: 1, n: 3 }, 0)).toThrow(/over 2/)
    log.trim(1)
    log.push({ tick: 1, n: 3 }, 0)
    expect(log.since(0)).toEqual([
      { tick: 1, n: 2 },
      { tick: 1, n: 3 },
    ])
    expect(log.since(2)).toEqual([{ tick: 1, n: 3 }])
    expect(log.since(3)).toEqual([])
  })

  it('gives digests that tell kinds, values and order apart', () => {
    const Flag = defineEvent('Flag', { on: bool })
    const digest = (event: GameEvent, ...values: object[]) => {
      const log = new EventLog(event, 8)
      return values.reduce((h, value) => log.push(value, h), HASH_START)
    }
    const one = { tick: 1, n: 1 }
    const two = { tick: 1, n: 2 }
    const digests = [
      digest(Happened),
      digest(Happened, one),
      digest(Happened, two),
      digest(Happened, one, two),
      digest(Happened, two, one),
      digest(Other, one),
      digest(Flag, { on: true }),
      digest(Flag, { on: false }),
    ]
    expect(new Set(digests).size).toBe(digests.length)
    expect(digest(Happened, { tick: 1, n: 1 })).toBe(digests[1])
  })
})
