import type { World } from '../ecs/world.js'
import type { ToClient } from '../protocol/opcode.js'
import type { ResultCode, ResultCodes } from '../protocol/result-codes.js'
import type { EdgeRequest } from './edge-request.js'
import type { CloseReason } from './opcodes.js'
import type { Presence } from './presence.js'
import type { Roster } from './roster.js'
import type { Session } from './session.js'

export interface SessionsOptions {
  readonly protocolHash: string
  readonly serverVersion: string
  readonly clientsMax: number
  readonly graceS: number
  /** Classes a character can have: 1 to this. */
  readonly classMax: number
  /** Where and in which zone a slot stands. */
  readonly placeOf: (slot: number) => { zone: number; instance: number; x: number; y: number; z: number }
  readonly cellSizeM: number
  /** Gives a session an entity as soon as its account is known, for games without characters. */
  readonly spawnAvatar: (() => number) | undefined
}

export interface SessionsHooks {
  tell(session: Session, opcode: ToClient, payload: Readonly<Record<string, unknown>>): void
  result(session: Session, seq: number, code: ResultCode): void
  close(session: Session, reason: CloseReason): void
  /** The session plays this slot from now on, or no longer plays it. */
  bound(session: Session, slot: number): void
  unbound(session: Session, slot: number): void
  /** What lasts of the session has changed. */
  changed(session: Session): void
  request(request: EdgeRequest): void
}

/** What all that is done about sessions works on. */
export interface SessionsSetup {
  readonly world: World
  readonly code: ResultCodes['code']
  readonly presence: Presence
  readonly roster: Roster
  readonly options: SessionsOptions
  readonly hooks: SessionsHooks
}

/** Asks the edge for something that takes time; until it answers the session is busy. */
export function ask(setup: SessionsSetup, session: Session, request: EdgeRequest): undefined {
  session.pending = true
  setup.hooks.request(request)
  return undefined
}
