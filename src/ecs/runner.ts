import { assert } from '../assert.js'
import type { AnyIntent } from '../protocol/opcode.js'
import type { Component } from './component.js'
import type { EventLog, GameEvent } from './event.js'
import { HASH_START, mix, mixText } from './hash.js'
import { randomFloat } from './random.js'
import type { System } from './system.js'
import type { World } from './world.js'

interface Prepared {
  readonly system: System
  readonly index: number
  readonly context: Record<string, unknown>
  readonly run: (context: never) => void
  readonly queries: readonly (readonly [string, readonly Component[]])[]
  readonly events: { readonly key: string; readonly log: EventLog; cursor: number }[]
  intents: AnyIntent[]
}

const NO_INTENTS: readonly AnyIntent[] = Object.freeze([])

/** Builds each system's context once, and runs the systems in their order. */
export class Runner {
  /** Milliseconds each system took in the last tick that was measured, by its place in the pipeline. */
  readonly durationsMs: Float64Array
  private readonly prepared: Prepared[]
  private readonly byHandler = new Map<string, Prepared>()
  private readonly provided = new Map<string, () => void>()
  private readonly readers = new Map<GameEvent, { cursor: number }[]>()
  private current = 0

  constructor(private readonly world: World) {
    this.durationsMs = new Float64Array(world.pipeline.order.length)
    this.prepared = world.pipeline.order.map((system, index) => this.prepare(system, index))
    for (const p of this.prepared) this.byHandler.set(p.system.name, p)
  }

  provide(name: string, run: () => void): void {
    this.provided.set(name, run)
  }

  /** Puts an accepted intent into its system's list. */
  deliver(intent: AnyIntent): void {
    const target = this.byHandler.get(intent.opcode.handler)
    assert(target !== undefined, () => `${intent.opcode.name} has no handler ${intent.opcode.handler} in the pipeline; list it`)
    target.intents.push(intent)
    this.note(intent.opcode.id)
    this.note(intent.actor)
  }

  /** For framework systems: takes what waits for the system of that name. */
  take(name: string): readonly AnyIntent[] {
    const target = this.byHandler.get(name)
    if (target === undefined || target.intents.length === 0) return NO_INTENTS
    const intents = target.intents
    target.intents = []
    return intents
  }

  run(nowMs?: () => number): void {
    let before = nowMs === undefined ? 0 : nowMs()
    for (const prepared of this.prepared) {
      this.current = prepared.index
      this.world.digests[prepared.index] = HASH_START
      if (prepared.system.framework === undefined) this.runSystem(prepared)
      else this.runFramework(prepared.system.framework)
      this.settle(prepared.index)
      if (nowMs !== undefined) {
        const after = nowMs()
        this.durationsMs[prepared.index] = after - before
        before = after
      }
    }
    this.trimEvents()
  }

  private runFramework(name: string): void {
    const run = this.provided.get(name)
    assert(
      run !== undefined,
      () => `the pipeline lists ${name}, but this world was built without it; build it with createSimulation`,
    )
    run()
  }

  private runSystem(prepared: Prepared): void {
    const { context } = prepared
    const { world } = this
    context.tick = world.tick
    context.nowMs = world.nowMs
    context.calendarMs = world.header.calendarMs
    context.stopwatch = world.stopwatch
    for (const [key, terms] of prepared.queries) context[key] = world.entities.query(terms)
    for (const reader of prepared.events) {
      context[reader.key] = reader.log.since(reader.cursor)
      reader.cursor = reader.log.end
    }
    const intents = prepared.intents
    if (intents.length > 0) prepared.intents = []
    context.intents = intents.length > 0 ? intents : NO_INTENTS
    prepared.run(context as never)
    for (const intent of intents) {
      assert(
        intent.answered || !intent.opcode.result,
        () => `${prepared.system.name} left ${intent.name} unanswered; answer every intent`,
      )
    }
  }

  /** Applies what the system asked for and closes its digest. */
  private settle(index: number): void {
    const { commandBuffer, digests } = this.world
    digests[index] = mix(digests[index], commandBuffer.digest)
    commandBuffer.digest = 0
    commandBuffer.flush()
  }

  private trimEvents(): void {
    for (const [event, readers] of this.readers) {
      let lowest = Number.POSITIVE_INFINITY
      for (const reader of readers) if (reader.cursor < lowest) lowest = reader.cursor
      this.world.eventLog(event).trim(lowest)
    }
  }

  private note(value: number): void {
    this.world.digests[this.current] = mix(this.world.digests[this.current], value)
  }

  private prepare(system: System, index: number): Prepared {
    const { world } = this
    // By name, so that a system that is added shifts nobody else's draws.
    const randomKey = mixText(mix(HASH_START, world.seed), system.name)
    const context: Record<string, unknown> = {
      tick: 0,
      nowMs: 0,
      calendarMs: 0,
      stopwatch: undefined,
      tickHz: world.tickHz,
      dt: 1 / world.tickHz,
      commands: world.commandBuffer,
      entityOf: (slot: number) => world.entities.entityOf(slot),
      slotOf: (entity: number) => world.entities.slotOf(entity),
      has: (slot: number, component: Component) => world.entities.has(slot, component),
      random: (slot: number, draw: number) => randomFloat(randomKey, world.tick, slot, draw),
      intents: NO_INTENTS,
      answer: (intent: AnyIntent, code: number) => {
        assert(!intent.answered, () => `${system.name} answered ${intent.name} twice; answer once`)
        intent.answered = true
        this.note(code + 1)
        world.outlet.answer(intent, code)
      },
      emit: (event: GameEvent, value: unknown) => {
        world.digests[this.current] = world.eventLog(event).push(value, world.digests[this.current])
      },
      tell: (slot: number, opcode: never, payload: never) => world.outlet.tell(slot, opcode, payload),
      show: (slot: number, opcode: never, payload: never) => world.outlet.show(slot, opcode, payload),
      act: (slot: number, opcode: { id: number }, payload: never) => {
        this.note(opcode.id)
        this.note(slot)
        world.queueMindIntent(opcode as never, slot, payload)
      },
    }
    for (const [key, component] of Object.entries(system.reads)) context[key] = world.columns(component)
    for (const [key, component] of Object.entries(system.writes))
      context[key] = component.marked ? world.editor(component) : world.columns(component)
    for (const [key, resource] of Object.entries(system.resources)) context[key] = world.resource(resource)
    // A query's first order is that of the world when it was first asked for: ask before there is anybody.
    for (const terms of Object.values(system.queries)) world.entities.query(terms)
    for (const event of system.emits) if (!this.readers.has(event)) this.readers.set(event, [])
    const events = Object.entries(system.events).map(([key, event]) => {
      const reader = { key, log: world.eventLog(event), cursor: 0 }
      this.readers.set(event, [...(this.readers.get(event) ?? []), reader])
      return reader
    })
    for (const [key] of [...Object.entries(system.queries), ...events.map((reader) => [reader.key])]) context[key] = NO_INTENTS
    // A copy: an object that grew name by name is a hash table to V8, one that is copied whole has a shape that code is made for.
    return {
      system,
      index,
      context: { ...context },
      run: system.run,
      queries: Object.entries(system.queries),
      events,
      intents: [],
    }
  }
}
