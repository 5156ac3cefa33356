import { oneLine } from '../config.js'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { CharacterRow, Store } from '../ports/store.js'

/** Characters whose rows may wait for the store. At the limit nobody new is let in, so that no further ones can come to be. */
export const WAITING_ROWS_MAX = 65_536
/** A failed commit is tried again after this, and after twice as long each further time, up to the maximum. */
export const RETRY_MS = 100
export const RETRY_MS_MAX = 5_000
/** Attempts for what still waits when the server stops; then it is given up, and the log says so. */
export const FINISH_ATTEMPTS_MAX = 3

type Rows = Map<number, CharacterRow>

/**
 * Brings the rows of each tick to the store, one commit at a time. What changes meanwhile is gathered for the next one; as a
 * row is all that lasts of a character, a newer one replaces an older one, so that the queue is bounded by the number of
 * characters however long the store fails. Nothing is dropped while the server runs.
 */
export class CommitQueue {
  /** Commits that failed since the start. */
  failures = 0
  private waiting: Rows = new Map()
  private sent: Rows = new Map()
  private tick = 0
  private failuresInARow = 0
  private busy: Promise<void> | null = null
  private cancelRetry: (() => void) | null = null

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** True when so much waits that no further character may be let in. */
  get behind(): boolean {
    return this.waiting.size >= WAITING_ROWS_MAX
  }

  /** What of a character is newer than the store, if anything. */
  pending(characterId: number): CharacterRow | undefined {
    return this.waiting.get(characterId) ?? this.sent.get(characterId)
  }

  add(tick: number, rows: readonly CharacterRow[]): void {
    if (rows.length === 0) return
    this.tick = tick
    for (const row of rows) this.waiting.set(row.characterId, row)
    if (this.busy === null && this.cancelRetry === null) this.send()
  }

  /** Tries to commit all that waits, a bounded number of times. */
  async finish(): Promise<void> {
    for (let attempt = 0; attempt < FINISH_ATTEMPTS_MAX && (this.busy !== null || this.waiting.size > 0); attempt += 1) {
      this.stopRetry()
      if (this.busy === null) this.send()
      await this.busy
    }
    this.stopRetry()
    if (this.waiting.size > 0)
      this.log.error({ characters: this.waiting.size }, 'the newest state of these characters was not stored')
  }

  private send(): void {
    this.sent = this.waiting
    this.waiting = new Map()
    const rows = [...this.sent.values()]
    // Begun a moment later, so that even a store that throws at once finds `busy` set.
    this.busy = Promise.resolve().then(() => this.commit(rows))
  }

  private async commit(rows: readonly CharacterRow[]): Promise<void> {
    try {
      await this.store.commit({ tick: this.tick, rows })
      this.succeeded()
    } catch (error) {
      this.failed(error)
    }
  }

  private succeeded(): void {
    if (this.failuresInARow > 0) this.log.info({ failures: this.failuresInARow }, 'the store works again')
    this.failuresInARow = 0
    this.sent = new Map()
    this.busy = null
    if (this.waiting.size > 0) this.send()
  }

  private failed(error: unknown): void {
    for (const [characterId, row] of this.sent) if (!this.waiting.has(characterId)) this.waiting.set(characterId, row)
    this.sent = new Map()
    this.busy = null
    this.failures += 1
    const retryMs = Math.min(RETRY_MS * 2 ** Math.min(this.failuresInARow, 16), RETRY_MS_MAX)
    this.failuresInARow += 1
    const fields = { characters: this.waiting.size, failures: this.failuresInARow, retryMs, error: oneLine(error) }
    this.log.warn(fields, 'a commit failed; it is tried again')
    this.cancelRetry = this.clock.after(retryMs, () => {
      this.cancelRetry = null
      this.send()
    })
  }

  private stopRetry(): void {
    this.cancelRetry?.()
    this.cancelRetry = null
  }
}
