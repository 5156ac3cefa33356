import { oneLine } from '../config.js'
import type { Clock } from '../ports/clock.js'
import type { Identity, Role } from '../ports/identity.js'
import type { Log } from '../ports/log.js'
import type { SocketId } from '../ports/transport.js'
import type { WorldHost } from './world-host.js'

/** Between two rounds. */
export const CHECK_EVERY_MS = 10_000

export interface CheckedSession {
  readonly socket: SocketId
  readonly accountId: string
  readonly role: Role
  /** Of the login that the session began with. */
  readonly generation: number
}

export interface SessionChecksOptions {
  readonly identity: Identity
  readonly clock: Clock
  readonly log: Log
  /** Those that are connected now, each with its account. */
  readonly sessions: () => readonly CheckedSession[]
  /** Called for one whose account may not play any more; its socket may be gone by then. */
  readonly end: (socket: SocketId) => void
}

/**
 * Asks now and then whether the accounts of connected sessions may still play, one after the other, and ends those that may not. An
 * identity that cannot tell ends nobody: the next round asks again.
 */
export class SessionChecks {
  private cancel: () => void = () => undefined
  private isOver = false

  constructor(private readonly options: SessionChecksOptions) {}

  /** Begins the rounds; there are none where the identity has nothing to ask. */
  start(): void {
    if (this.options.identity.stillAllows === undefined || this.isOver) return
    this.cancel = this.options.clock.after(CHECK_EVERY_MS, () => void this.round())
  }

  stop(): void {
    this.isOver = true
    this.cancel()
  }

  private async round(): Promise<void> {
    const { identity, sessions, end, log } = this.options
    try {
      for (const { socket, accountId, role, generation } of sessions()) {
        const outcome = await identity.stillAllows?.(accountId, role, generation)
        if (this.isOver) return
        if (outcome?.ok === false) end(socket)
      }
    } catch (error) {
      log.warn({ error: oneLine(error) }, 'identity could not say who may still play')
    }
    this.start()
  }
}

/** Who is connected and has said who it is. */
export function sessionsOf({ simulation, edge }: Pick<WorldHost, 'simulation' | 'edge'>): readonly CheckedSession[] {
  const known = [...simulation.net.sessionList.roster.bySocket.values()].filter(({ accountId }) => accountId !== '')
  return known.map(({ id, socket, accountId, role }) => {
    const { generation } = edge.tokens.savedOf(id)
    return { socket, accountId, role: role === 'inWorld' ? 'player' : role, generation }
  })
}
