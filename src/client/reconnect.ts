import type { Client } from './client.js'
import type { EndReason } from './client-types.js'
import { RefusedError } from './errors.js'

/** The first wait is up to this long; each further one up to twice as long as the one before. */
export const RECONNECT_WAIT_MS_MIN = 500
/** No wait is longer. */
export const RECONNECT_WAIT_MS_MAX = 15_000
/** Attempts after which the connection has ended, with the reason for which it was lost: about a minute and a half of waits. */
export const RECONNECT_ATTEMPTS_MAX = 16
/** A connection that has lasted this long begins to count anew when it is lost: one that breaks at once is no success. */
export const RECONNECT_STABLE_MS = 10_000

export interface ReconnectOptions {
  /** Fewer or more than `RECONNECT_ATTEMPTS_MAX`; at least 1. */
  readonly attemptsMax?: number
  /** From 0 to below 1; `Math.random` by default. */
  readonly random?: () => number
}

/**
 * How long to wait before attempt `attempt`, from 0: any time up to a bound that doubles. That the whole of it is drawn by
 * lot keeps the clients of a server that went down from coming back at the same moment.
 */
export function reconnectWaitMs(attempt: number, random: () => number): number {
  return random() * Math.min(RECONNECT_WAIT_MS_MAX, RECONNECT_WAIT_MS_MIN * 2 ** attempt)
}

/** After one of these the same attempt would end the same way, or take a character from whoever plays it by right. */
export const finalReasons: readonly EndReason[] = [
  'logout',
  'kicked',
  'takenOver',
  'wrongProtocol',
  'notAllowed',
  'left',
  'unreadable',
]

/** Answers to `session.hello` and `session.enter` that a later attempt would get as well. */
const finalCodes: readonly string[] = ['notAllowed', 'noSuchTarget', 'malformed']

function isFinal(error: unknown): boolean {
  const refusal = error instanceof Error && error.cause instanceof RefusedError ? error.cause : error
  return refusal instanceof RefusedError && finalCodes.includes(refusal.resultCode)
}

/** How a lost connection is opened again. */
export interface Way {
  /** Resolves with an accepted hello; rejects with the socket closed. */
  dial(): Promise<void>
  /** Whether what was dialled last is still there. */
  isOpen(): boolean
  /** Calls `run` once after `delayMs`; returns what prevents it. */
  after(delayMs: number, run: () => void): () => void
}

/** Brings a lost connection back: waits, dials, resumes the session or else enters the same character again. */
export class Reconnector {
  private attempts = 0
  private attemptsOfLoss = 0
  private connectedMs: number
  private lostMs = 0
  private reason: EndReason = 'lost'
  private cancel: () => void = () => undefined
  private readonly attemptsMax: number
  private readonly random: () => number

  constructor(
    private readonly client: Client,
    private readonly way: Way,
    options: ReconnectOptions,
  ) {
    this.attemptsMax = options.attemptsMax ?? RECONNECT_ATTEMPTS_MAX
    if (!(this.attemptsMax >= 1))
      throw new RangeError(
        `reconnect.attemptsMax is ${this.attemptsMax} but must be at least 1; leave reconnect out to have none`,
      )
    this.random = options.random ?? Math.random
    this.connectedMs = client.nowMs()
    client.onClosed(() => this.cancel())
  }

  /** The connection has just been lost. */
  begin(): void {
    const { client } = this
    if (client.lost === undefined) return
    this.reason = client.lost
    this.lostMs = client.nowMs()
    this.attemptsOfLoss = 0
    if (this.lostMs - this.connectedMs >= RECONNECT_STABLE_MS) this.attempts = 0
    this.wait()
  }

  private wait(): void {
    if (this.attempts >= this.attemptsMax) this.client.end(this.reason)
    else this.cancel = this.way.after(reconnectWaitMs(this.attempts, this.random), () => void this.attempt())
  }

  private async attempt(): Promise<void> {
    const { client } = this
    this.attempts += 1
    this.attemptsOfLoss += 1
    try {
      await this.way.dial()
      if (!client.isSameSession) await client.enterAgain()
    } catch (error) {
      this.failed(error)
      return
    }
    // The connection may have been lost again, or closed by the game, while the last promise was settling.
    if (client.ended !== undefined) return
    if (!this.way.isOpen()) return this.wait()
    this.connectedMs = client.nowMs()
    const lostMs = this.connectedMs - this.lostMs
    client.regain({ sameSession: client.isSameSession, attempts: this.attemptsOfLoss, lostMs })
  }

  private failed(error: unknown): void {
    const { client } = this
    if (client.ended !== undefined) return
    if (isFinal(error)) return client.end(this.reason, error)
    // An accepted session that could not enter is given up, too.
    client.lose(this.reason, error)
    this.wait()
  }
}
