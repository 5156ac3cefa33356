import { oneLine } from '../config.js'
import type { Journal } from '../persist/journal.js'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { UnpackedRow } from '../ports/packed-rows.js'
import type { Batch, Store } from '../ports/store.js'

/** Characters that left and whose rows may wait for the store. At the limit nobody new is let in, so that no further ones can come to be. */
export const WAITING_ROWS_MAX = 65_536
/** A failed commit is tried again after this, and after twice as long each further time, up to the maximum. */
export const RETRY_MS = 100
export const RETRY_MS_MAX = 5_000
/** Attempts for what still waits when the server stops; then it is given up, and the log says so. */
export const FINISH_ATTEMPTS_MAX = 3

/**
 * Brings what the journal has to the store, one commit at a time, each as of the end of a tick. What changes meanwhile stays marked in the
 * journal, so that the queue is bounded by the number of characters however long the store fails. Nothing is dropped while the server runs.
 */
export class CommitQueue {
  /** Commits that failed since the start. */
  failures = 0
  private tick = 0
  private failuresInARow = 0
  private retryAtMs = 0
  private busy: Promise<void> | null = null

  constructor(
    private readonly journal: Journal,
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** True when so much waits that no further character may be let in. */
  get behind(): boolean {
    return this.journal.waitingRows >= WAITING_ROWS_MAX
  }

  /** What of a character is newer than the store, if anything. */
  pending(characterId: number): UnpackedRow | undefined {
    return this.journal.pending(characterId)
  }

  /** A tick has ended; its state is what a batch that begins now is of. */
  afterTick(tick: number): void {
    this.tick = tick
    if (this.busy === null && this.clock.nowMs() >= this.retryAtMs) this.send()
  }

  /** Tries to commit all that waits, a bounded number of times. No tick may run meanwhile. */
  async finish(): Promise<void> {
    await this.settle()
    for (let attempt = 0; attempt < FINISH_ATTEMPTS_MAX; attempt += 1) {
      if (!this.send()) return
      await this.settle()
    }
    const batch = this.journal.take(this.tick)
    if (batch === null) return
    this.journal.failed()
    this.log.error({ characters: batch.rows.count }, 'the newest state of these characters was not stored')
  }

  /** Waits until no commit is under way. */
  async settle(): Promise<void> {
    await this.busy
  }

  private send(): boolean {
    const batch = this.journal.take(this.tick)
    if (batch === null) return false
    // Begun a moment later, so that even a store that throws at once finds `busy` set.
    this.busy = Promise.resolve().then(() => this.commit(batch))
    return true
  }

  private async commit(batch: Batch): Promise<void> {
    try {
      await this.store.commit(batch)
      this.succeeded()
    } catch (error) {
      this.failed(error, batch)
    }
    this.busy = null
  }

  private succeeded(): void {
    this.journal.stored()
    if (this.failuresInARow > 0) this.log.info({ failures: this.failuresInARow }, 'the store works again')
    this.failuresInARow = 0
    this.retryAtMs = 0
  }

  private failed(error: unknown, batch: Batch): void {
    this.journal.failed()
    this.failures += 1
    const retryMs = Math.min(RETRY_MS * 2 ** Math.min(this.failuresInARow, 16), RETRY_MS_MAX)
    this.failuresInARow += 1
    this.retryAtMs = this.clock.nowMs() + retryMs
    const fields = { characters: batch.rows.count, failures: this.failuresInARow, retryMs, error: oneLine(error) }
    this.log.warn(fields, 'a commit failed; it is tried again')
  }
}
