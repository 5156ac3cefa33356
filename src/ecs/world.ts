import { assert } from '../assert.js'
import { MyriadError } from '../errors.js'
import type { AnyIntent, ToCell, ToClient, ToServer } from '../protocol/opcode.js'
import type { ResultCode } from '../protocol/result-codes.js'
import { allocateColumns, type ColumnsByName, rowLength } from './columns.js'
import { CommandBuffer, type StructureListener } from './commands.js'
import type { Component } from './component.js'
import { Entities, type Entity, type Slot } from './entities.js'
import { EventLog, type GameEvent } from './event.js'
import { HASH_START, mix, mixNumber, mixText } from './hash.js'
import { createEditor, Marks } from './marks.js'
import type { Pipeline } from './pipeline.js'
import type { Resource, ResourceSetup, ResourceValue } from './resource.js'
import { Runner } from './runner.js'
import type { Commands, Stopwatch, System } from './system.js'

/** Where messages go: `net` provides it; a world alone drops them. */
export interface Outlet {
  tell(slot: Slot, opcode: ToClient, payload: Readonly<Record<string, unknown>>): void
  show(slot: Slot, opcode: ToCell, payload: Readonly<Record<string, unknown>>): void
  answer(intent: AnyIntent, code: ResultCode): void
}

/** One intent of a mind, before the gate has judged it. */
export interface MindIntent {
  readonly opcode: ToServer
  readonly slot: Slot
  readonly payload: Readonly<Record<string, unknown>>
}

export interface WorldSetup extends ResourceSetup {
  readonly components: readonly Component[]
  readonly pipeline: Pipeline
  /** Keep shadow copies of marked columns and fail on a change that went around its editor. */
  readonly shadow?: boolean
}

/** What the tick header says about time outside. */
export interface TickHeader {
  readonly elapsedMs: number
  readonly calendarMs: number
}

/** Components that can last: what changed of a row is noted in one word. */
const LASTING_MAX = 31
/** Minds' intents waiting for one dispatch; more than this many an entity is a broken mind. */
const MIND_INTENTS_PER_ENTITY_MAX = 8

/**
 * Events of one kind that one client's requests of one tick can bring about: the tokens of all rate classes (two seconds' worth, 146),
 * four events each. A limit by entities alone could be reached by clients, and it is an assert.
 */
const EVENTS_PER_CLIENT_MAX = 600

/**
 * Entities, columns, resources, events and the systems' order: everything that a tick may change. It has no clock, no
 * socket and no file; `src/server` feeds it.
 */
export class World {
  readonly entities: Entities
  readonly marks: Marks
  readonly components: readonly Component[]
  /** Those of them that last, in their order. */
  readonly lasting: readonly Component[]
  /** The resources of its systems that last, each once, in the order of the pipeline. */
  readonly lastingResources: readonly Resource[]
  readonly pipeline: Pipeline
  readonly tickHz: number
  readonly seed: number
  readonly setup: WorldSetup
  readonly commandBuffer: CommandBuffer
  readonly listeners: StructureListener[] = []
  readonly runner: Runner
  tick = 0
  header: TickHeader = { elapsedMs: 0, calendarMs: 0 }
  outlet: Outlet = { tell: () => undefined, show: () => undefined, answer: () => undefined }
  mindIntents: MindIntent[] = []
  /** Set by whoever profiles; no part of the state. */
  stopwatch: Stopwatch | undefined
  /** What each system's digest of this tick is, by its place in the pipeline. */
  readonly digests: Uint32Array
  private readonly columnsByComponent = new Map<Component, ColumnsByName>()
  private readonly shadows = new Map<Component, ColumnsByName>()
  private readonly editors = new Map<Component, unknown>()
  private readonly resourceValues = new Map<Resource, unknown>()
  private readonly eventLogs = new Map<GameEvent, EventLog>()

  constructor(setup: WorldSetup) {
    checkComponents(setup)
    this.setup = setup
    this.components = setup.components
    this.lasting = setup.components.filter(({ persist }) => persist !== 'none')
    this.pipeline = setup.pipeline
    const resources = setup.pipeline.order.flatMap((system) => Object.values(system.resources))
    this.lastingResources = [...new Set(resources)].filter(({ lasting }) => lasting !== undefined)
    this.tickHz = setup.tickHz
    this.seed = setup.seed
    for (const component of setup.components) {
      this.columnsByComponent.set(component, allocateColumns(component.fields, setup.capacity + 1))
      if (setup.shadow && component.marked) this.shadows.set(component, allocateColumns(component.fields, setup.capacity + 1))
    }
    this.entities = new Entities(
      setup.capacity,
      setup.components.map((component) => ({ component, columns: this.columns(component) })),
    )
    const lastingPlaces = setup.components.map((component) => this.lasting.indexOf(component))
    this.marks = new Marks(setup.capacity, lastingPlaces)
    this.commandBuffer = new CommandBuffer(this.entities, (slot, component) => this.reset(slot, component), this.listeners)
    this.digests = new Uint32Array(setup.pipeline.order.length)
    this.runner = new Runner(this)
  }

  get commands(): Commands {
    return this.commandBuffer
  }

  columns<C extends Component>(component: C): ColumnsByName {
    const columns = this.columnsByComponent.get(component)
    assert(columns !== undefined, () => `component ${component.name} is not in the game's list; add it there`)
    return columns
  }

  editor(component: Component): unknown {
    let editor = this.editors.get(component)
    if (editor === undefined) {
      const index = this.entities.componentIndex(component)
      editor = createEditor(component, this.columns(component), index, this.marks, this.shadows.get(component))
      this.editors.set(component, editor)
    }
    return editor
  }

  /**
   * The world's own value of a resource, created on first use, and part of the state hash from then on: from outside a
   * tick ask only for what a system or the framework has.
   */
  resource<R extends Resource>(resource: R): ResourceValue<R> {
    if (!this.resourceValues.has(resource)) this.resourceValues.set(resource, resource.create(this.setup))
    return this.resourceValues.get(resource) as ResourceValue<R>
  }

  eventLog(event: GameEvent): EventLog {
    let log = this.eventLogs.get(event)
    if (log === undefined) {
      const asked = (this.setup.settings.clientsMax ?? 0) * EVENTS_PER_CLIENT_MAX
      log = new EventLog(event, this.setup.capacity * 2 + 1_024 + asked)
      this.eventLogs.set(event, log)
    }
    return log
  }

  get nowMs(): number {
    return (this.tick * 1000) / this.tickHz
  }

  queueMindIntent(opcode: ToServer, slot: Slot, payload: Readonly<Record<string, unknown>>): void {
    assert(
      this.mindIntents.length < (this.setup.capacity + 1) * MIND_INTENTS_PER_ENTITY_MAX,
      () => `minds emitted over ${MIND_INTENTS_PER_ENTITY_MAX} intents an entity in one tick; the last is ${opcode.name}`,
    )
    this.mindIntents.push({ opcode, slot, payload })
  }

  /** One tick, all systems in order. `nowMs` is for measuring only. */
  step(header: TickHeader, nowMs?: () => number): void {
    this.tick += 1
    this.header = header
    this.runner.run(nowMs)
    if (this.shadows.size > 0) this.checkShadows()
  }

  /** Runs what the framework does in place of the pipeline's system of that name. */
  provide(name: string, run: () => void): void {
    this.runner.provide(name, run)
  }

  private reset(slot: Slot, component: Component): void {
    this.entities.reset(slot, component)
    const shadow = this.shadows.get(component)
    if (shadow === undefined) return
    for (const [name, field] of Object.entries(component.fields)) {
      const length = rowLength(field)
      shadow[name].fill(0, slot * length, (slot + 1) * length)
    }
  }

  private checkShadows(): void {
    for (const [component, shadow] of this.shadows) {
      const columns = this.columns(component)
      for (const [name, field] of Object.entries(component.fields)) {
        const length = rowLength(field)
        const column = columns[name]
        const copy = shadow[name]
        const end = (this.entities.slotMax + 1) * length
        let i = length
        while (i < end && column[i] === copy[i]) i += 1
        assert(i >= end, () => {
          const what = `${component.name}.${name} of slot ${Math.floor(i / length)}`
          return `${what} changed without its mark in tick ${this.tick}; write through the editor`
        })
      }
    }
  }

  /** A system's place in the tick; its random draws and digests are keyed by it. */
  systemIndex(system: System): number {
    return this.pipeline.order.indexOf(system)
  }

  entityOf(slot: Slot): Entity {
    return this.entities.entityOf(slot)
  }

  /** 16 hex digits over every live row, every resource and the tick; equal worlds give equal hashes. */
  stateHash(): string {
    let a = mix(HASH_START, this.tick)
    let b = mix(HASH_START ^ 0x5bd1e995, this.seed)
    const { entities } = this
    const columns = this.components.map((component) => ({
      component,
      arrays: Object.entries(component.fields).map(([name, field]) => ({
        name,
        column: this.columns(component)[name],
        length: rowLength(field),
      })),
    }))
    for (let slot = 1; slot <= entities.slotMax; slot += 1) {
      if (entities.alive[slot] !== 1) continue
      a = mix(mix(a, slot), entities.generation[slot])
      for (let c = 0; c < columns.length; c += 1) {
        if (!entities.has(slot, columns[c].component)) continue
        a = mix(a, c)
        for (const { name, column, length } of columns[c].arrays) {
          for (let i = slot * length; i < (slot + 1) * length; i += 1) {
            const value = column[i]
            // `mix` would cut fractions and larger whole numbers; `a` says where among the others such a number stands.
            if ((value | 0) === value || value >>> 0 === value) a = mix(a, value)
            else {
              assert(!Number.isNaN(value), () => `${columns[c].component.name}.${name} of slot ${slot} is not a number`)
              b = mixNumber(b ^ a, value)
            }
          }
        }
      }
      b = mix(b, a)
    }
    // In the order of their names: which was asked for first is no part of the state.
    const byName = [...this.resourceValues].sort(([one], [other]) => (one.name < other.name ? -1 : 1))
    for (const [resource, value] of byName) b = mix(mixText(b, resource.name), resource.hash(value))
    const hex = (n: number) => (n >>> 0).toString(16).padStart(8, '0')
    return hex(a) + hex(b)
  }
}

function checkComponents(setup: WorldSetup): void {
  const problems: string[] = []
  const names = new Set<string>()
  for (const component of setup.components) {
    if (names.has(component.name)) problems.push(`two components are called ${component.name}; rename one`)
    names.add(component.name)
  }
  const lasting = setup.components.filter(({ persist }) => persist !== 'none').length
  if (lasting > LASTING_MAX) problems.push(`${lasting} components last, but at most ${LASTING_MAX} can; join some`)
  const resources = new Map<string, Resource>()
  for (const resource of setup.pipeline.order.flatMap((system) => Object.values(system.resources))) {
    const other = resources.get(resource.name)
    if (other !== undefined && other !== resource) problems.push(`two resources are called ${resource.name}; rename one`)
    resources.set(resource.name, resource)
  }
  const known = new Set(setup.components)
  for (const system of setup.pipeline.order) {
    const used = [...Object.values(system.reads), ...Object.values(system.writes), ...Object.values(system.queries).flat()]
    for (const component of used) {
      if (!known.has(component))
        problems.push(`${system.name} uses ${component.name}, which is not in the game's components; add it`)
    }
  }
  if (problems.length > 0) throw new MyriadError('BAD_DECLARATION', `components: ${problems.join('; ')}`)
}
