import { rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, describe, expect, it } from 'vitest'
import { createMemoryAccounts } from '../../src/adapters/memory-accounts.js'
import { migrations, sqliteDialect } from '../../src/adapters/sql-schema.js'
import { openAccounts } from '../../src/adapters/sqlite-accounts.js'
import { createSqliteStore } from '../../src/adapters/sqlite-store.js'
import type { AccountRow } from '../../src/ports/accounts.js'
import type { Store } from '../../src/ports/store.js'
import { tempDirs } from '../server/temp-dir.js'
import { accountsContract } from './accounts.contract.js'
import { compiledThread } from './sqlite-thread.js'

const worker = compiledThread()
afterAll(() => rmSync(worker))
const directory = tempDirs()

accountsContract('memory', () => {
  const rows = new Map<string, AccountRow>()
  return { open: () => createMemoryAccounts(rows), close: async () => undefined }
})

accountsContract('sqlite', () => {
  const path = join(directory(), 'world.db')
  const stores: Store[] = []
  return {
    open() {
      const store = createSqliteStore(path, { worker })
      stores.push(store)
      return store.accounts
    },
    async close() {
      for (const store of stores.splice(0)) await store.close()
    },
  }
})

describe('accounts in an SQLite file', () => {
  it('are changed by a command while a server owns the world, which sees it at once', async () => {
    const path = join(directory(), 'world.db')
    const store = createSqliteStore(path, { worker })
    await store.open()
    await store.accounts.createAccount('Ada', 'h1')
    const { accounts, close } = openAccounts(path)
    expect(accounts.changeAccount('ada', { isLocked: true })).toMatchObject({ name: 'Ada', isLocked: true })
    close()
    expect(await store.accounts.findAccount('Ada')).toMatchObject({ isLocked: true, generation: 2 })
    await store.close()
  })

  it('come into a file of the version before them, and leave what it has', async () => {
    const path = join(directory(), 'world.db')
    const old = new Database(path)
    old.pragma(`application_id = ${0x4d595244}`)
    for (const query of migrations[0]!(sqliteDialect)) old.prepare(query.sql).run()
    old.exec('create table schema_version (only integer primary key, version integer not null)')
    old.exec('insert into schema_version values (1, 1)')
    old.exec("insert into characters values (1, 'guest:ada', 'Ada', 'ada', 1, 7)")
    old.close()
    const store = createSqliteStore(path, { worker })
    await store.open()
    expect(await store.charactersOf('guest:ada')).toMatchObject([{ name: 'Ada', level: 7 }])
    expect(await store.accounts.createAccount('Ada', 'h1')).toMatchObject({ name: 'Ada' })
    await store.close()
  })

  it('are asked for no more once the store is closed', async () => {
    const store = createSqliteStore(join(directory(), 'world.db'), { worker })
    await store.open()
    await store.close()
    await expect(store.accounts.findAccount('Ada')).rejects.toMatchObject({ code: 'STORE_FAILED' })
  })
})
