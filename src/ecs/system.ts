import type { Intent, OpcodePayload, ToCell, ToClient, ToServer } from '../protocol/opcode.js'
import type { ResultCode } from '../protocol/result-codes.js'
import type { Readable, Writable } from './columns.js'
import type { Component } from './component.js'
import type { Entity, Slot } from './entities.js'
import type { EventValue, GameEvent } from './event.js'
import type { Resource, ResourceValue } from './resource.js'

export type ComponentMap = { readonly [name: string]: Component }
export type ResourceMap = { readonly [name: string]: Resource }
export type QueryMap = { readonly [name: string]: readonly Component[] }
export type EventMap = { readonly [name: string]: GameEvent }

/** Structural changes. They take effect for queries when the system has ended. */
export interface Commands {
  /** A new entity with these components at zero. Its slot and handle are valid at once; queries see it later. */
  spawn(components: readonly Component[]): Slot
  despawn(slot: Slot): void
  add(slot: Slot, component: Component): void
  remove(slot: Slot, component: Component): void
}

/** Measures for somebody outside. It tells nothing back, so that no system can depend on it. */
export interface Stopwatch {
  start(): void
  stop(): void
}

/** What every system can do, besides what it declared. */
export interface BaseContext {
  /** The tick under way; the first is 1. */
  readonly tick: number
  readonly tickHz: number
  /** Seconds of world time in one tick. */
  readonly dt: number
  /** World time at the start of this tick, in ms: tick × 1000 ÷ tickHz. */
  readonly nowMs: number
  /** Wall-clock time from the inbox's header, in ms since 1970. For show, not for rules. */
  readonly calendarMs: number
  readonly commands: Commands
  readonly entityOf: (slot: Slot) => Entity
  /** 0 when that entity is gone. */
  readonly slotOf: (entity: Entity) => Slot
  readonly has: (slot: Slot, component: Component) => boolean
  /** Uniform in [0, 1): the same for the same seed, tick, system, slot and draw. */
  readonly random: (slot: Slot, draw: number) => number
  /** For single decisions, while somebody profiles. */
  readonly stopwatch: Stopwatch | undefined
}

export type Context<
  R extends ComponentMap,
  W extends ComponentMap,
  Z extends ResourceMap,
  Q extends QueryMap,
  V extends EventMap,
  I extends ToServer,
  E extends GameEvent,
  T extends ToClient,
  S extends ToCell,
  A extends ToServer,
> = BaseContext & { readonly [K in keyof R]: Readable<R[K]> } & { readonly [K in keyof W]: Writable<W[K]> } & {
  readonly [K in keyof Z]: ResourceValue<Z[K]>
} & { readonly [K in keyof Q]: ArrayLike<Slot> } & { readonly [K in keyof V]: readonly EventValue<V[K]>[] } & {
  /** What was asked since this system last ran, in arrival order. */
  readonly intents: readonly Intent<I>[]
  /** Answers an intent: exactly once each, before `run` returns. */
  readonly answer: (intent: Intent<I>, code: ResultCode) => void
  readonly emit: <X extends E>(event: X, value: EventValue<X>) => void
  /** A private message to the client that plays `slot`; nothing happens when none does. */
  readonly tell: <X extends T>(slot: Slot, opcode: X, payload: OpcodePayload<X>) => void
  /** An event for everybody who watches the cell of `slot`. */
  readonly show: <X extends S>(slot: Slot, opcode: X, payload: OpcodePayload<X>) => void
  /** A mind's intent, judged by the gate like a client's. */
  readonly act: <X extends A>(slot: Slot, opcode: X, payload: OpcodePayload<X>) => void
}

export interface SystemOptions<
  R extends ComponentMap,
  W extends ComponentMap,
  Z extends ResourceMap,
  Q extends QueryMap,
  V extends EventMap,
  I extends ToServer,
  E extends GameEvent,
  T extends ToClient,
  S extends ToCell,
  A extends ToServer,
> {
  readonly name: string
  /** Components whose columns it may read. */
  readonly reads?: R
  /** Components it may write; marked ones come as editors. */
  readonly writes?: W
  readonly resources?: Z
  /** Taken once, before it runs. */
  readonly queries?: Q
  /** Events since it last ran. */
  readonly events?: V
  /** The opcodes it consumes: each opcode has exactly one such system. */
  readonly intents?: readonly I[]
  readonly emits?: readonly E[]
  readonly tells?: readonly T[]
  readonly shows?: readonly S[]
  /** The opcodes its minds use. */
  readonly acts?: readonly A[]
  readonly run: (context: Context<R, W, Z, Q, V, I, E, T, S, A>) => void
}

/** A declared system, its types forgotten: what pipelines and worlds handle. */
export interface System {
  readonly name: string
  readonly reads: ComponentMap
  readonly writes: ComponentMap
  readonly resources: { readonly [name: string]: Resource }
  readonly queries: QueryMap
  readonly events: EventMap
  readonly intents: readonly ToServer[]
  readonly emits: readonly GameEvent[]
  readonly tells: readonly ToClient[]
  readonly shows: readonly ToCell[]
  readonly acts: readonly ToServer[]
  /** Set for the framework's own systems, which work on the world itself instead of declared columns. */
  readonly framework: string | undefined
  readonly run: (context: never) => void
}

type None = Record<never, never>

/** Declares a system. It gets exactly what it declares; the compiler refuses the rest. `run` is synchronous. */
export function defineSystem<
  const R extends ComponentMap = None,
  const W extends ComponentMap = None,
  const Z extends ResourceMap = None,
  const Q extends QueryMap = None,
  const V extends EventMap = None,
  I extends ToServer = never,
  E extends GameEvent = never,
  T extends ToClient = never,
  S extends ToCell = never,
  A extends ToServer = never,
>(options: SystemOptions<R, W, Z, Q, V, I, E, T, S, A>): System {
  return Object.freeze({
    reads: {},
    writes: {},
    resources: {},
    queries: {},
    events: {},
    intents: [],
    emits: [],
    tells: [],
    shows: [],
    acts: [],
    ...options,
    framework: undefined,
  }) as unknown as System
}

/** Names a system that the framework runs itself; `net` and `persist` give it its work when the world is built. */
export function frameworkSystem(name: string, intents: readonly ToServer[] = []): System {
  return Object.freeze({
    name,
    reads: {},
    writes: {},
    resources: {},
    queries: {},
    events: {},
    intents,
    emits: [],
    tells: [],
    shows: [],
    acts: [],
    framework: name,
    run: () => undefined,
  })
}

type Part<D, K extends string, Fallback> = D extends { readonly [P in K]: infer V } ? V : Fallback
type Member<D, K extends string> = D extends { readonly [P in K]: readonly (infer V)[] } ? V : never

/**
 * What `run` gets for a declaration written as a constant. A system whose work needs several functions declares
 * `const needs = { … } as const`, types them by `ContextOf<typeof needs>`, and ends with `defineSystem({ ...needs, run })`.
 */
export type ContextOf<D> = Context<
  Extract<Part<D, 'reads', None>, ComponentMap>,
  Extract<Part<D, 'writes', None>, ComponentMap>,
  Extract<Part<D, 'resources', None>, ResourceMap>,
  Extract<Part<D, 'queries', None>, QueryMap>,
  Extract<Part<D, 'events', None>, EventMap>,
  Extract<Member<D, 'intents'>, ToServer>,
  Extract<Member<D, 'emits'>, GameEvent>,
  Extract<Member<D, 'tells'>, ToClient>,
  Extract<Member<D, 'shows'>, ToCell>,
  Extract<Member<D, 'acts'>, ToServer>
>
