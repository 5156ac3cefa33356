import type { SessionCharacters, SessionClosed, SessionEntered, SessionWelcome } from '../net/opcodes.js'
import type { ReplicatedComponent } from '../protocol/cell-layout.js'
import type { OpcodePayload } from '../protocol/opcode.js'
import type { Protocol } from '../protocol/protocol.js'

export interface ClientOptions {
  readonly protocol: Protocol
  /** Every component of the game, in the server's order. */
  readonly components: readonly ReplicatedComponent[]
  /** Until the server says its own on entering. */
  readonly cellSizeM?: number
  /** A clock that only rises, in ms; it measures round trips and paces acknowledgements. */
  readonly nowMs?: () => number
  /** Between two `session.ack`; sent with the next message that arrives after it. Some take a `session.ping` along, for the clock. */
  readonly ackEveryMs?: number
}

export type Welcome = OpcodePayload<typeof SessionWelcome>
export type Entered = OpcodePayload<typeof SessionEntered>
export type CharacterSummary = OpcodePayload<typeof SessionCharacters>['list'][number]
/**
 * Why a connection ended: what `session.closed` said, `left` after our own `close`, `lost` when the socket went without a
 * word, `unreadable` when the server sent what no server of this protocol sends.
 */
export type EndReason = OpcodePayload<typeof SessionClosed>['reason'] | 'left' | 'lost' | 'unreadable'

/** How a lost connection came back. */
export interface Regained {
  /**
   * True when the session goes on: what had no answer was sent again with its own seq, and nothing is done twice. False when
   * the character was entered again in a new session: requests without an answer were rejected.
   */
  readonly sameSession: boolean
  /** Sockets that were opened for it. */
  readonly attempts: number
  /** From the loss to now. */
  readonly lostMs: number
}
