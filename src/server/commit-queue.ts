import { oneLine } from '../config.js'
import { MyriadError } from '../errors.js'
import type { Journal } from '../persist/journal.js'
import { MOVED_VALUES_MAX } from '../persist/movements.js'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { UnpackedRow } from '../ports/packed-rows.js'
import type { Batch, Store } from '../ports/store.js'
import type { CircuitState } from './circuit.js'

/** Characters that left and whose rows may wait for the store. At the limit nobody new is let in, so that no further ones can come to be. */
export const WAITING_ROWS_MAX = 65_536
/** A failed commit is tried again after this, and after twice as long each further time, up to the maximum. */
export const RETRY_MS = 100
export const RETRY_MS_MAX = 5_000
/** Attempts for what still waits when the server stops; then it is given up, and the log says so. */
export const FINISH_ATTEMPTS_MAX = 3
/** With changes that have waited for so long, what moves value is refused; after the longer time logins, too. */
export const BEHIND_MS = 5_000
export const FAR_BEHIND_MS = 30_000
/** Unless somebody waits for it, a commit begins so many times its own length after the one before, but no later than the maximum. */
const REST_FACTOR = 4
const REST_MS_MAX = 1_000

/** 0: the store keeps up. 1: it is behind, and nothing durable is begun. 2: far behind, and nobody is let in. */
export type StoreLevel = 0 | 1 | 2

export interface CommitHooks {
  /** The store has everything up to the end of that tick. */
  stored(tick: number): void
  /** Another server owns the world: this one must end, and saves no more. */
  taken(error: MyriadError): void
}

/**
 * Brings what the journal has to the store, one commit at a time, each as of the end of a tick. What changes meanwhile stays marked in the
 * journal, so that the queue is bounded by the number of characters however long the store fails, but for the movements of value, which
 * wait one by one up to a limit. Nothing is dropped while the server runs.
 */
export class CommitQueue {
  /** Commits that failed since the start. */
  failures = 0
  private tick = 0
  private failuresInARow = 0
  private nextAtMs = 0
  /** Since when something waits that the store does not have; null when nothing does. */
  private waitsSinceMs: number | null = null
  private busy: Promise<void> | null = null
  private isTaken = false

  constructor(
    private readonly journal: Journal,
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly hooks: CommitHooks,
  ) {}

  /** How long the oldest change waits that is on its way, or fails to get there. */
  get lagMs(): number {
    return this.waitsSinceMs === null ? 0 : this.clock.nowMs() - this.waitsSinceMs
  }

  get level(): StoreLevel {
    const { lagMs, journal } = this
    const isFull = journal.waitingRows >= WAITING_ROWS_MAX || journal.moved.waiting >= MOVED_VALUES_MAX / 2
    if (lagMs >= FAR_BEHIND_MS || isFull) return 2
    return lagMs >= BEHIND_MS ? 1 : 0
  }

  /** Of commits: after a failure none is made for a while, and the next one tries whether the store works again. */
  get circuit(): CircuitState {
    if (this.failuresInARow === 0) return 'closed'
    return this.busy === null && this.clock.nowMs() < this.nextAtMs ? 'open' : 'halfOpen'
  }

  /** What of a character is newer than the store, if anything. */
  pending(characterId: number): UnpackedRow | undefined {
    return this.journal.pending(characterId)
  }

  /** A tick has ended; its state is what a batch that begins now is of. `isAwaited`: somebody waits for it to be stored. */
  afterTick(tick: number, isAwaited: boolean): void {
    this.tick = tick
    if (this.busy !== null) return
    // A failing store is not asked more often because many wait.
    const isDue = this.clock.nowMs() >= this.nextAtMs || (isAwaited && this.failuresInARow === 0)
    if (isDue && !this.isTaken && !this.send()) this.hooks.stored(tick)
  }

  /** Tries once to store the last tick. No tick may run meanwhile. */
  async flush(): Promise<void> {
    await this.settle()
    if (this.isTaken) return
    if (this.send()) await this.settle()
    else this.hooks.stored(this.tick)
  }

  /** Tries to commit all that waits, a bounded number of times. No tick may run meanwhile. */
  async finish(): Promise<void> {
    await this.settle()
    for (let attempt = 0; attempt < FINISH_ATTEMPTS_MAX; attempt += 1) {
      if (!this.send()) return
      await this.settle()
    }
    const batch = this.isTaken ? null : this.journal.take(this.tick)
    if (batch === null) return
    this.journal.failed()
    this.log.error({ characters: batch.rows.count }, 'the newest state of these characters was not stored')
  }

  /** Waits until no commit is under way. */
  async settle(): Promise<void> {
    await this.busy
  }

  private send(): boolean {
    const batch = this.isTaken ? null : this.journal.take(this.tick)
    if (batch === null) return false
    const startMs = this.clock.nowMs()
    this.waitsSinceMs ??= startMs
    // Begun a moment later, so that even a store that throws at once finds `busy` set.
    this.busy = Promise.resolve().then(() => this.commit(batch, startMs))
    return true
  }

  private async commit(batch: Batch, startMs: number): Promise<void> {
    try {
      await this.store.commit(batch)
      this.succeeded(batch.tick, startMs)
    } catch (error) {
      this.failed(error, batch)
    }
    this.busy = null
  }

  private succeeded(tick: number, startMs: number): void {
    this.journal.stored()
    if (this.failuresInARow > 0) this.log.info({ failures: this.failuresInARow }, 'the store works again')
    this.failuresInARow = 0
    this.waitsSinceMs = null
    this.nextAtMs = startMs + Math.min(REST_MS_MAX, (this.clock.nowMs() - startMs) * (1 + REST_FACTOR))
    this.hooks.stored(tick)
  }

  private failed(error: unknown, batch: Batch): void {
    this.journal.failed()
    this.failures += 1
    if (error instanceof MyriadError && error.code === 'WORLD_TAKEN') {
      this.isTaken = true
      this.hooks.taken(error)
      return
    }
    const retryMs = Math.min(RETRY_MS * 2 ** Math.min(this.failuresInARow, 16), RETRY_MS_MAX)
    this.failuresInARow += 1
    this.nextAtMs = this.clock.nowMs() + retryMs
    const fields = { characters: batch.rows.count, failures: this.failuresInARow, retryMs, error: oneLine(error) }
    this.log.warn(fields, 'a commit failed; it is tried again')
  }
}
