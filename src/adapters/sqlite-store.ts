import { Worker } from 'node:worker_threads'
import { MyriadError } from '../errors.js'
import type { Accounts } from '../ports/accounts.js'
import type { LedgerTerms } from '../ports/ledger.js'
import type { SavedLayout } from '../ports/packed-rows.js'
import type { Batch, Store } from '../ports/store.js'
import type { Answer, Call, WorkerSetup } from './sqlite-worker.js'
import { type Owner, thisProcess } from './store-owner.js'

export interface SqliteOptions {
  /** The compiled thread; the one beside this file unless given. */
  readonly worker?: URL
  /** Who the world belongs to from `open` on: this process unless given. */
  readonly owner?: Owner
}

/** A world's store, and the accounts that last in the same file. */
export type SqliteStores = Store & { readonly accounts: Accounts }

interface Waiting {
  readonly resolve: (value: never) => void
  readonly reject: (error: Error) => void
}

/**
 * A store in one SQLite file, in a thread of its own. A commit is answered when it is on the disk. The thread starts with the first call;
 * every call after `close` is rejected with `STORE_FAILED`.
 */
export function createSqliteStore(path: string, options: SqliteOptions = {}): SqliteStores {
  return new SqliteStore(path, options)
}

class SqliteStore implements SqliteStores {
  readonly accounts: Accounts = {
    findAccount: (name) => this.send({ method: 'findAccount', args: [name] }),
    createAccount: (...args) => this.send({ method: 'createAccount', args }),
    changeAccount: (...args) => this.send({ method: 'changeAccount', args }),
  }
  private worker: Worker | undefined
  private readonly waiting = new Map<number, Waiting>()
  private lastId = 0
  private toldLayouts: readonly SavedLayout[] | undefined
  private closing: Promise<void> | undefined
  /** Set when the thread has ended. */
  private ended: MyriadError | undefined

  constructor(
    private readonly path: string,
    private readonly options: SqliteOptions,
  ) {}

  open(ledger?: LedgerTerms): ReturnType<Store['open']> {
    return this.ask('open', ledger)
  }

  charactersOf(accountId: string): ReturnType<Store['charactersOf']> {
    return this.ask('charactersOf', accountId)
  }

  createCharacter(accountId: string, name: string, classId: number): ReturnType<Store['createCharacter']> {
    return this.ask('createCharacter', accountId, name, classId)
  }

  loadCharacter(accountId: string, characterId: number): ReturnType<Store['loadCharacter']> {
    return this.ask('loadCharacter', accountId, characterId)
  }

  loadBots(afterId: number, count: number): ReturnType<Store['loadBots']> {
    return this.ask('loadBots', afterId, count)
  }

  commit(batch: Batch): Promise<void> {
    const { layouts, bytes, count } = batch.rows
    const isNew = layouts !== this.toldLayouts
    this.toldLayouts = layouts
    // A copy of its own goes over to the thread; the list of layouts is the same all the time, and the thread keeps it.
    const rows = { layouts: [], bytes: bytes.slice(), count }
    const moved = { ...batch.moved, values: batch.moved.values.slice() }
    const call = { method: 'commit', args: [{ ...batch, rows, moved }], ...(isNew ? { layouts } : {}) } as const
    return this.send(call, [rows.bytes.buffer, moved.values.buffer])
  }

  close(): Promise<void> {
    this.closing ??= this.end()
    return this.closing
  }

  private async end(): Promise<void> {
    const { worker } = this
    if (worker === undefined || this.ended !== undefined) return
    const gone = new Promise<void>((resolve) => void worker.once('exit', () => resolve()))
    await this.post<void>({ method: 'close', args: [] })
    await gone
  }

  private ask<K extends keyof Store>(method: K, ...args: Parameters<Store[K]>): ReturnType<Store[K]> {
    return this.send({ method, args }) as ReturnType<Store[K]>
  }

  private send<T>(call: Omit<Call, 'id'>, given: readonly ArrayBuffer[] = []): Promise<T> {
    if (this.closing !== undefined)
      return Promise.reject(new MyriadError('STORE_FAILED', 'the store is closed; nothing may be asked of it after close()'))
    return this.post(call, given)
  }

  private post<T>(call: Omit<Call, 'id'>, given: readonly ArrayBuffer[] = []): Promise<T> {
    if (this.ended !== undefined) return Promise.reject(this.ended)
    this.worker ??= this.start()
    const { worker } = this
    this.lastId += 1
    const id = this.lastId
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as Waiting['resolve'], reject })
      // Only while an answer is awaited does the thread keep the process alive.
      worker.ref()
      worker.postMessage({ id, ...call } satisfies Call, given)
    })
  }

  private start(): Worker {
    const setup: WorkerSetup = { path: this.path, owner: this.options.owner ?? thisProcess() }
    const worker = new Worker(this.options.worker ?? new URL('./sqlite-worker.js', import.meta.url), { workerData: setup })
    worker.on('message', (answer: Answer) => this.answered(answer))
    worker.on('error', (error) => this.stopped(`its thread broke: ${error.message}`))
    worker.on('exit', () => this.stopped('its thread has ended'))
    return worker
  }

  private answered({ id, value, error }: Answer): void {
    const waiting = this.waiting.get(id)
    this.waiting.delete(id)
    if (this.waiting.size === 0 && this.closing === undefined) this.worker?.unref()
    if (error === undefined) waiting?.resolve(value as never)
    else waiting?.reject(new MyriadError(error.code, error.message))
  }

  private stopped(why: string): void {
    this.ended ??= new MyriadError('STORE_FAILED', `the store ${this.path} is gone: ${why}; restart the server`)
    for (const { reject } of this.waiting.values()) reject(this.ended)
    this.waiting.clear()
  }
}
