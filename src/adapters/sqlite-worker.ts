/** The thread of the SQLite store: takes one call after the other and answers each. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { ErrorCode } from '../errors.js'
import type { Accounts } from '../ports/accounts.js'
import type { SavedLayout } from '../ports/packed-rows.js'
import type { Store } from '../ports/store.js'
import { storeError } from './sqlite-file.js'
import { LEASE_MS, SqliteKeeper } from './sqlite-keeper.js'
import type { Owner } from './store-owner.js'

export interface WorkerSetup {
  readonly path: string
  readonly owner: Owner
}

export interface Call {
  readonly id: number
  readonly method: keyof Store | keyof Accounts
  readonly args: readonly unknown[]
  /** Of a commit, when they are not those of the one before. */
  readonly layouts?: readonly SavedLayout[]
}

export interface Answer {
  readonly id: number
  readonly value?: unknown
  readonly error?: { readonly code: ErrorCode; readonly message: string }
}

type Asked = (...args: readonly unknown[]) => unknown
const accountCalls: readonly string[] = ['findAccount', 'createAccount', 'changeAccount'] satisfies readonly (keyof Accounts)[]
const isOfAccounts = (method: Call['method']): method is keyof Accounts => accountCalls.includes(method)

class StoreThread {
  private keeper: SqliteKeeper | undefined
  private layouts: readonly SavedLayout[] = []
  private readonly renewal = setInterval(() => this.renew(), LEASE_MS / 3)

  constructor(
    private readonly setup: WorkerSetup,
    private readonly port: MessagePort,
  ) {
    port.on('message', (call: Call) => this.take(call))
  }

  private take(call: Call): void {
    try {
      this.port.postMessage({ id: call.id, value: this.answer(call) } satisfies Answer)
    } catch (error) {
      const { code, message } = storeError(this.setup.path, error)
      this.port.postMessage({ id: call.id, error: { code, message } } satisfies Answer)
    }
    if (call.method === 'close') this.port.close()
  }

  private answer(call: Call): unknown {
    if (call.method === 'close') {
      clearInterval(this.renewal)
      this.keeper?.close()
      return undefined
    }
    this.keeper ??= new SqliteKeeper(this.setup.path, this.setup.owner)
    if (call.layouts !== undefined) this.layouts = call.layouts
    const { keeper } = this
    if (isOfAccounts(call.method)) return (keeper.accounts[call.method] as Asked)(...call.args)
    if (call.method !== 'commit') return (keeper[call.method] as Asked)(...call.args)
    const [{ rows, ...batch }] = call.args as Parameters<Store['commit']>
    return keeper.commit({ ...batch, rows: { ...rows, layouts: this.layouts } })
  }

  private renew(): void {
    try {
      this.keeper?.renew()
    } catch {
      // The next commit meets the same error, and is there to tell it.
    }
  }
}

if (parentPort !== null) new StoreThread(workerData as WorkerSetup, parentPort)
