import type { PayloadOf, PayloadShape } from '../schema/fields.js'

/** What a session must be to use an opcode; each includes the ones before it. */
export const authLevels = ['anonymous', 'account', 'inWorld', 'moderator', 'gameMaster'] as const
export type Auth = (typeof authLevels)[number]

export const rateClasses = ['movement', 'action', 'query', 'chat', 'social', 'admin', 'bot'] as const
export type RateClass = (typeof rateClasses)[number]

export type Direction = 'toServer' | 'toClient' | 'toCell'
/** Set in the id of everything that comes from the server. */
export const FROM_SERVER_BIT = 0x8000

export interface ToServer<N extends string = string, S extends PayloadShape = PayloadShape> {
  readonly direction: 'toServer'
  readonly id: number
  readonly name: N
  readonly payload: S
  readonly auth: Auth
  readonly rate: Exclude<RateClass, 'bot'>
  /** The name of the one system that consumes it. */
  readonly handler: string
  /** False for the few that get no `session.result`. */
  readonly result: boolean
  /** Its `ok` promises that what it did lasts: it is answered when the store has it, and refused while the store is behind. */
  readonly durable: boolean
  readonly doc: string
  readonly retired: boolean
}

export interface ToClient<N extends string = string, S extends PayloadShape = PayloadShape> {
  readonly direction: 'toClient'
  readonly id: number
  readonly name: N
  readonly payload: S
  readonly doc: string
  readonly retired: boolean
}

/** Seen by every watcher of the cell it happens in; packed into the cell's body. Numbers, enums and short texts only. */
export interface ToCell<N extends string = string, S extends PayloadShape = PayloadShape> {
  readonly direction: 'toCell'
  readonly id: number
  readonly name: N
  readonly payload: S
  readonly doc: string
  readonly retired: boolean
}

export type Opcode = ToServer | ToClient | ToCell
export type OpcodePayload<O> = O extends { readonly payload: infer S } ? PayloadOf<S> : never

interface ToServerOptions<N, S> {
  readonly id: number
  readonly name: N
  readonly payload: S
  readonly auth: Auth
  readonly rate: Exclude<RateClass, 'bot'>
  readonly handler: string
  readonly result?: boolean
  readonly durable?: boolean
  readonly retired?: boolean
  readonly doc: string
}
interface FromServerOptions<N, S> {
  readonly id: number
  readonly name: N
  readonly payload: S
  readonly retired?: boolean
  readonly doc: string
}

export function toServer<const N extends string, const S extends PayloadShape>(options: ToServerOptions<N, S>): ToServer<N, S> {
  return Object.freeze({ result: true, durable: false, retired: false, ...options, direction: 'toServer' as const })
}

export function toClient<const N extends string, const S extends PayloadShape>(options: FromServerOptions<N, S>): ToClient<N, S> {
  return Object.freeze({ retired: false, ...options, direction: 'toClient' as const })
}

export function toCell<const N extends string, const S extends PayloadShape>(options: FromServerOptions<N, S>): ToCell<N, S> {
  return Object.freeze({ retired: false, ...options, direction: 'toCell' as const })
}

/** An accepted request as the framework handles it, its payload's type forgotten. */
export interface AnyIntent {
  readonly name: string
  readonly opcode: ToServer
  /** The session's (or the mind's) own entity's slot; 0 for a session that is not in the world. */
  readonly actor: number
  /** The session, or 0 for a mind. */
  readonly session: number
  readonly seq: number
  readonly payload: Readonly<Record<string, unknown>>
  /** Set by `answer`; the runner asserts it after the system ran. */
  answered: boolean
}

/** One accepted request on its way to its system. `answer` it exactly once. */
export interface IntentOf<O extends ToServer> extends Omit<AnyIntent, 'name' | 'opcode' | 'payload'> {
  /** The opcode's name: switch on it, and `payload` has that opcode's type. */
  readonly name: O['name']
  readonly opcode: O
  readonly payload: OpcodePayload<O>
}
/** The union over `O`, told apart by `name`. */
export type Intent<O extends ToServer> = O extends ToServer ? IntentOf<O> : never
