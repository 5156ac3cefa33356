import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { Batch, LedgerTerms, Store } from '../ports/store.js'
import { Circuit } from './circuit.js'
import { TimeHistogram } from './tick-times.js'

export type StoreCall = 'charactersOf' | 'createCharacter' | 'loadCharacter' | 'loadBots' | 'commit'
export const storeCalls: readonly StoreCall[] = ['charactersOf', 'createCharacter', 'loadCharacter', 'loadBots', 'commit']

/**
 * A store whose calls are timed from asking to answer, and whose failures are counted. What clients wait for goes through a circuit. Commits
 * do not: whoever makes them waits longer after each failure; but one that succeeds closes the circuit as well.
 */
export class MeasuredStore implements Store {
  readonly histograms: Readonly<Record<StoreCall, TimeHistogram>>
  readonly failures: Record<StoreCall, number>
  /** Rows of characters that were committed. */
  rows = 0
  readonly circuit: Circuit

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    log: Log,
  ) {
    this.circuit = new Circuit(clock, log)
    const each = <T>(value: () => T) => Object.fromEntries(storeCalls.map((call) => [call, value()])) as Record<StoreCall, T>
    this.histograms = each(() => new TimeHistogram())
    this.failures = each(() => 0)
  }

  open(ledger?: LedgerTerms): ReturnType<Store['open']> {
    return this.store.open(ledger)
  }

  charactersOf(accountId: string): ReturnType<Store['charactersOf']> {
    return this.asked('charactersOf', () => this.store.charactersOf(accountId))
  }

  createCharacter(accountId: string, name: string, classId: number): ReturnType<Store['createCharacter']> {
    return this.asked('createCharacter', () => this.store.createCharacter(accountId, name, classId))
  }

  loadCharacter(accountId: string, characterId: number): ReturnType<Store['loadCharacter']> {
    return this.asked('loadCharacter', () => this.store.loadCharacter(accountId, characterId))
  }

  loadBots(afterId: number, count: number): ReturnType<Store['loadBots']> {
    return this.asked('loadBots', () => this.store.loadBots(afterId, count))
  }

  async commit(batch: Batch): Promise<void> {
    await this.timed('commit', () => this.store.commit(batch))
    this.rows += batch.rows.count
    this.circuit.worked()
  }

  close(): Promise<void> {
    return this.store.close()
  }

  private asked<T>(call: StoreCall, ask: () => Promise<T>): Promise<T> {
    return this.circuit.run(() => this.timed(call, ask))
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
