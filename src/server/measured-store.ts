import type { Clock } from '../ports/clock.js'
import type { Batch, Store } from '../ports/store.js'
import { TimeHistogram } from './tick-times.js'

export type StoreCall = 'charactersOf' | 'createCharacter' | 'loadCharacter' | 'loadBots' | 'commit'
export const storeCalls: readonly StoreCall[] = ['charactersOf', 'createCharacter', 'loadCharacter', 'loadBots', 'commit']

/** A store whose calls are timed from asking to answer, and whose failures are counted. */
export class MeasuredStore implements Store {
  readonly histograms: Readonly<Record<StoreCall, TimeHistogram>>
  readonly failures: Record<StoreCall, number>
  /** Rows of characters that were committed. */
  rows = 0

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {
    const each = <T>(value: () => T) => Object.fromEntries(storeCalls.map((call) => [call, value()])) as Record<StoreCall, T>
    this.histograms = each(() => new TimeHistogram())
    this.failures = each(() => 0)
  }

  open(): ReturnType<Store['open']> {
    return this.store.open()
  }

  charactersOf(accountId: string): ReturnType<Store['charactersOf']> {
    return this.timed('charactersOf', () => this.store.charactersOf(accountId))
  }

  createCharacter(accountId: string, name: string, classId: number): ReturnType<Store['createCharacter']> {
    return this.timed('createCharacter', () => this.store.createCharacter(accountId, name, classId))
  }

  loadCharacter(accountId: string, characterId: number): ReturnType<Store['loadCharacter']> {
    return this.timed('loadCharacter', () => this.store.loadCharacter(accountId, characterId))
  }

  loadBots(afterId: number, count: number): ReturnType<Store['loadBots']> {
    return this.timed('loadBots', () => this.store.loadBots(afterId, count))
  }

  async commit(batch: Batch): Promise<void> {
    await this.timed('commit', () => this.store.commit(batch))
    this.rows += batch.rows.count
  }

  close(): Promise<void> {
    return this.store.close()
  }

  private async timed<T>(call: StoreCall, ask: () => Promise<T>): Promise<T> {
    const startMs = this.clock.nowMs()
    try {
      return await ask()
    } catch (error) {
      this.failures[call] += 1
      throw error
    } finally {
      this.histograms[call].add(this.clock.nowMs() - startMs)
    }
  }
}
