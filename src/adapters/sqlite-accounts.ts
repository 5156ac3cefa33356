import type Database from 'better-sqlite3'
import { type AccountChange, type AccountRow, type Accounts, changed } from '../ports/accounts.js'
import type { Role } from '../ports/identity.js'
import { nameKey } from './name-key.js'
import { sqliteDialect } from './sql-schema.js'
import { accountStatementsFor } from './sql-statements.js'
import { openFile, prepareAll, storeError } from './sqlite-file.js'

/** The calls of the port, answered at once. */
export type AccountCalls = {
  readonly [K in keyof Accounts]: (...args: Parameters<Accounts[K]>) => Awaited<ReturnType<Accounts[K]>>
}

interface SavedAccount {
  readonly name: string
  readonly password_hash: string
  readonly role: Role
  readonly is_locked: number
  readonly generation: number
}

const rowOf = ({ name, password_hash, role, is_locked, generation }: SavedAccount): AccountRow => ({
  name,
  passwordHash: password_hash,
  role,
  isLocked: is_locked === 1,
  generation,
})

/** The accounts of one SQLite file, in the thread that calls it. Throws what the port's promises reject with. */
export class SqliteAccounts implements AccountCalls {
  private readonly run

  constructor(
    private readonly path: string,
    private readonly database: Database.Database,
  ) {
    this.run = prepareAll(database, accountStatementsFor(sqliteDialect))
  }

  findAccount(name: string): AccountRow | null {
    return this.told(() => this.find(nameKey(name)))
  }

  createAccount(name: string, passwordHash: string): AccountRow | null {
    return this.whole(() => {
      const key = nameKey(name)
      if (this.find(key) !== null) return null
      const row: AccountRow = { name, passwordHash, role: 'player', isLocked: false, generation: 1 }
      this.run.addAccount.run(valuesOf(key, row))
      return row
    })
  }

  changeAccount(name: string, change: AccountChange): AccountRow | null {
    return this.whole(() => {
      const key = nameKey(name)
      const before = this.find(key)
      if (before === null) return null
      const row = changed(before, change)
      this.run.changeAccount.run(valuesOf(key, row))
      return row
    })
  }

  private find(key: string): AccountRow | null {
    const saved = this.run.account.get<SavedAccount>({ key })
    return saved === undefined ? null : rowOf(saved)
  }

  /** One transaction that has the right to write from its first statement on. */
  private whole<T>(work: () => T): T {
    return this.told(() => this.database.transaction(work).immediate())
  }

  /** What SQLite throws, as one of our errors. */
  private told<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw storeError(this.path, error)
    }
  }
}

const valuesOf = (key: string, { name, passwordHash, role, isLocked, generation }: AccountRow) => ({
  key,
  name,
  hash: passwordHash,
  role,
  locked: isLocked ? 1 : 0,
  generation,
})

/** The accounts of a file that a server may be using at the same time, for a command. Throws `BAD_STORE` or `STORE_FAILED`. */
export function openAccounts(path: string): { readonly accounts: AccountCalls; readonly close: () => void } {
  const database = openFile(path)
  return { accounts: new SqliteAccounts(path, database), close: () => void database.close() }
}
