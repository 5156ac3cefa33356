import type { Identified } from '../ports/identity.js'
import type {
  CharacterRow,
  CharacterSummary,
  CreateOutcome,
  PackedCharacters,
  SavedResources,
  SessionRow,
} from '../ports/store.js'

/** Everything that can reach the world from outside. A recording is made of these. */
export type InboxEntry =
  | { readonly kind: 'opened'; readonly session: number }
  | { readonly kind: 'frame'; readonly session: number; readonly bytes: Uint8Array }
  | { readonly kind: 'gone'; readonly session: number }
  | {
      readonly kind: 'identified'
      readonly session: number
      readonly seq: number
      readonly outcome: Identified
      /** The id of the session that the client's resume token belongs to; 0 or absent: none. */
      readonly resumes?: number
      /** The secret by which this session can be resumed; recordings have it blank. */
      readonly resumeToken?: string
    }
  | {
      readonly kind: 'characters'
      readonly session: number
      readonly seq: number
      readonly created: CreateOutcome | null
      readonly list: readonly CharacterSummary[]
    }
  | { readonly kind: 'row'; readonly session: number; readonly seq: number; readonly row: CharacterRow | null }
  | { readonly kind: 'failed'; readonly session: number; readonly seq: number }
  /** What lasts of resources, in the first tick of a world that was taken up again. */
  | { readonly kind: 'resources'; readonly saved: SavedResources }
  /** Sessions of earlier runs that may be resumed. Those of this run have their socket's number and `idsAfter` as their ids. */
  | { readonly kind: 'sessions'; readonly saved: readonly SessionRow[]; readonly idsAfter: number }
  /** Some of the bots that were saved; `left` are still to come. */
  | { readonly kind: 'bots'; readonly bots: PackedCharacters; readonly left: number }
  /**
   * So many bytes wait in the server's memory for that socket. Told when they are more than a client may be behind, and
   * again, as 0, when nothing waits any more.
   */
  | { readonly kind: 'lagging'; readonly session: number; readonly bytes: number }
  /** A setting changed from outside: fleet target, load level, stop. */
  | { readonly kind: 'control'; readonly name: ControlName; readonly value: number }

/** `botsToCome`: bots that were saved and are still being loaded. `storeLag`: how far the store is behind, 0 to 2. `storedTick`: it has everything up to the end of that tick. `memoryLevel`: 1: no new bots, 2: no new logins either. */
export type ControlName =
  | 'fleetTarget'
  | 'loadLevel'
  | 'timeRatio'
  | 'shutdown'
  | 'storeLag'
  | 'storedTick'
  | 'botsToCome'
  | 'memoryLevel'

export interface TickInbox {
  readonly elapsedMs: number
  readonly calendarMs: number
  readonly entries: readonly InboxEntry[]
}

/** Bytes and messages a second that a socket may send, with a burst of two seconds, and its places in the inbox. */
export const SOCKET_BYTES_PER_S_MAX = 65_536
export const SOCKET_MESSAGES_PER_S_MAX = 200
export const SOCKET_PLACES_MAX = 64
const BURST_S = 2

const copied = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes)

interface SocketBudget {
  bytes: number
  messages: number
  places: number
  refilledMs: number
}

/** What the edge does with a frame: keep it, or close the socket for the named limit. */
export type Admission = 'taken' | 'bytes' | 'messages' | 'places'

/**
 * Gathers between ticks what came from outside, in the order it came. Bounded per socket before anything is decoded:
 * a socket that passes a limit is to be closed by the caller.
 */
export class Inbox {
  private entries: InboxEntry[] = []
  private readonly budgets = new Map<number, SocketBudget>()

  push(entry: InboxEntry): void {
    this.entries.push(entry)
  }

  opened(session: number, nowMs: number): void {
    this.budgets.set(session, {
      bytes: SOCKET_BYTES_PER_S_MAX * BURST_S,
      messages: SOCKET_MESSAGES_PER_S_MAX * BURST_S,
      places: 0,
      refilledMs: nowMs,
    })
    this.push({ kind: 'opened', session })
  }

  /**
   * `keep` makes what the world is to see of a frame that is taken. It copies, unless given: the transport reuses the bytes. (A
   * Buffer's own `slice` would not.)
   */
  frame(session: number, bytes: Uint8Array, nowMs: number, keep = copied): Admission {
    const budget = this.budgets.get(session)
    if (budget === undefined) return 'taken'
    const elapsedS = Math.max(0, nowMs - budget.refilledMs) / 1000
    budget.refilledMs = nowMs
    budget.bytes = Math.min(SOCKET_BYTES_PER_S_MAX * BURST_S, budget.bytes + elapsedS * SOCKET_BYTES_PER_S_MAX) - bytes.length
    budget.messages = Math.min(SOCKET_MESSAGES_PER_S_MAX * BURST_S, budget.messages + elapsedS * SOCKET_MESSAGES_PER_S_MAX) - 1
    if (budget.bytes < 0) return 'bytes'
    if (budget.messages < 0) return 'messages'
    if (budget.places >= SOCKET_PLACES_MAX) return 'places'
    budget.places += 1
    this.push({ kind: 'frame', session, bytes: keep(bytes) })
    return 'taken'
  }

  gone(session: number): void {
    if (this.budgets.delete(session)) this.push({ kind: 'gone', session })
  }

  /** Everything since the last drain, for the tick that starts now. */
  drain(elapsedMs: number, calendarMs: number): TickInbox {
    const entries = this.entries
    this.entries = []
    for (const budget of this.budgets.values()) budget.places = 0
    return { elapsedMs, calendarMs, entries }
  }
}
