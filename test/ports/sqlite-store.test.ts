import { randomBytes } from 'node:crypto'
import { copyFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { createVersionTable, migrations, SCHEMA_VERSION, sqliteDialect } from '../../src/adapters/sql-schema.js'
import { LEASE_MS, SqliteKeeper } from '../../src/adapters/sqlite-keeper.js'
import { readSqlite } from '../../src/adapters/sqlite-reader.js'
import { createSqliteStore } from '../../src/adapters/sqlite-store.js'
import { thisProcess } from '../../src/adapters/store-owner.js'
import type { Store } from '../../src/ports/store.js'
import { tempDirs } from '../server/temp-dir.js'
import { batchOf } from './packed.js'
import { compiledThread } from './sqlite-thread.js'
import { storeContract } from './store.contract.js'
import { sessionOf } from './store-sessions.contract.js'

const worker = compiledThread()
afterAll(() => rmSync(worker))
const directory = tempDirs()
const stores: Store[] = []
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close()
})
const create = (path: string): Store => {
  const store = createSqliteStore(path, { worker })
  stores.push(store)
  return store
}

storeContract('sqlite', () => {
  const path = join(directory(), 'folder', 'world.db')
  const expire = async () => {
    const database = new Database(path)
    database.prepare('update worlds set expires_ms = 1').run()
    database.close()
  }
  return { create: () => createSqliteStore(path, { worker }), expire, look: (at) => readSqlite(path, at) }
})

describe('the file', () => {
  it('is made with its folder, can be read by its owner alone, and is written through before a commit is answered', async () => {
    const path = join(directory(), 'a', 'b', 'world.db')
    await create(path).open()
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const database = new Database(path)
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal')
    database.close()
  })

  it('of another program is refused and stays as it is', async () => {
    const path = join(directory(), 'theirs.db')
    const theirs = new Database(path)
    theirs.exec("create table notes (text text); insert into notes values ('keep me')")
    theirs.close()
    const before = readFileSync(path)
    await expect(create(path).open()).rejects.toMatchObject({
      code: 'BAD_STORE',
      message: `the store ${path} is a database of another program (application id 0, 1 tables); name a file that is not there yet`,
    })
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it('that is no database is refused and stays as it is', async () => {
    const path = join(directory(), 'photo.jpg')
    const bytes = randomBytes(10_000)
    writeFileSync(path, bytes)
    await expect(create(path).open()).rejects.toMatchObject({ code: 'BAD_STORE' })
    expect(readFileSync(path).equals(bytes)).toBe(true)
  })

  it('that is damaged is refused and stays as it is', async () => {
    const path = join(directory(), 'world.db')
    const store = create(path)
    await store.open()
    const created = Array.from({ length: 2_000 }, (_, i) => ({
      characterId: 1_000_000_000 + i,
      accountId: `bot:${i}`,
      name: `B${i}`,
      classId: 1,
    }))
    await store.commit(batchOf(1, [], { created }))
    await store.close()
    const bytes = readFileSync(path)
    const damaged = Buffer.from(bytes)
    damaged.fill(0xa5, 4096 * 3, 4096 * 9)
    writeFileSync(path, damaged)
    await expect(create(path).open()).rejects.toMatchObject({ code: 'BAD_STORE' })
    expect(readFileSync(path).equals(damaged)).toBe(true)
  })

  it('of a newer version is refused with both versions and what to do', async () => {
    const path = join(directory(), 'world.db')
    const store = create(path)
    await store.open()
    await store.close()
    const database = new Database(path)
    database.prepare('update schema_version set version = ?').run(SCHEMA_VERSION + 1)
    database.close()
    await expect(create(path).open()).rejects.toMatchObject({
      code: 'BAD_STORE',
      message: `the store ${path} has schema ${SCHEMA_VERSION + 1}, but this program knows schemas up to ${SCHEMA_VERSION}; use the newer program, or a backup from before it`,
    })
  })

  it('of the first version is brought to this one with all that it has', async () => {
    const path = join(directory(), 'world.db')
    const old = new Database(path)
    old.pragma('application_id = 0x4d595244')
    for (const { sql } of [createVersionTable(sqliteDialect), ...migrations[0](sqliteDialect)]) old.exec(sql)
    old.exec('insert into schema_version (only, version) values (1, 1)')
    old.exec("insert into worlds values ('main', 3, 41, '', 0)")
    old.exec("insert into characters values (1, 'a', 'Ada', 'ada', 3, 7)")
    old.close()
    const store = create(path)
    expect(await store.open()).toMatchObject({ epoch: 4, tick: 41, sessions: [] })
    expect(await store.charactersOf('a')).toEqual([{ characterId: 1, name: 'Ada', classId: 3, level: 7 }])
    await store.commit(batchOf(42, [], { sessions: { changed: [sessionOf(1)], ended: [] } }))
    await store.close()
    expect((await create(path).open()).sessions).toEqual([sessionOf(1)])
  })

  it('of the version before sessions had a generation keeps its sessions, with none', async () => {
    const path = join(directory(), 'world.db')
    const old = new Database(path)
    old.pragma('application_id = 0x4d595244')
    const made = migrations.slice(0, 4).flatMap((migration) => migration(sqliteDialect))
    for (const { sql } of [createVersionTable(sqliteDialect), ...made]) old.exec(sql)
    old.exec('insert into schema_version (only, version) values (1, 4)')
    const { tokenHash } = sessionOf(1)
    old.exec(`insert into sessions values (1, 'guest:1', 'player', 1, 7, '${tokenHash}', '[5,0]')`)
    old.close()
    expect((await create(path).open()).sessions).toEqual([sessionOf(1, { results: [5, 0], generation: 0 })])
  })

  it('in a folder that cannot be made is an error with its path and a remedy', async () => {
    const folder = directory()
    writeFileSync(join(folder, 'file'), '')
    const path = join(folder, 'file', 'world.db')
    await expect(create(path).open()).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringMatching(/^the store .*world\.db: .*; /),
    })
  })

  it('keeps every committed batch when the process ends without closing', async () => {
    const path = join(directory(), 'world.db')
    const keeper = new SqliteKeeper(path, { ...thisProcess(), pid: 1, host: 'elsewhere' })
    keeper.open()
    keeper.createCharacter('a', 'Ada', 1)
    keeper.commit(batchOf(7, [{ characterId: 1, level: 3, components: { Purse: { gold: [5] } } }]))
    // What a killed process leaves behind: the files as they lie there, without a last word to the log beside them.
    const copy = join(directory(), 'copy.db')
    for (const end of ['', '-wal']) copyFileSync(path + end, copy + end)
    keeper.close()
    const database = new Database(copy)
    database.prepare('update worlds set expires_ms = 1').run()
    database.close()
    const store = create(copy)
    expect(await store.open()).toMatchObject({ epoch: 2, tick: 7 })
    expect(await store.loadCharacter('a', 1)).toMatchObject({ level: 3, components: { Purse: { gold: [5] } } })
  })
})

describe('the owner', () => {
  const keep = (path: string, owner = thisProcess(), nowMs = () => Date.now()) => new SqliteKeeper(path, owner, nowMs)

  it('that has died on this machine is taken over at once', () => {
    const path = join(directory(), 'world.db')
    // No process has the id 2^22 or above on Linux.
    const dead = keep(path, { ...thisProcess(), pid: 4_194_305 })
    dead.open()
    const next = keep(path)
    expect(next.open().epoch).toBe(2)
    const reborn = keep(path, { ...thisProcess(), startedMs: 1 })
    expect(reborn.open().epoch).toBe(3)
    for (const keeper of [dead, next, reborn]) keeper.close()
  })

  it('on another machine is waited for until its time has run out, which each sign of life puts off', () => {
    const path = join(directory(), 'world.db')
    let nowMs = 1_000_000
    const far = keep(path, { ...thisProcess(), host: 'elsewhere' }, () => nowMs)
    const near = keep(path, thisProcess(), () => nowMs)
    far.open()
    nowMs += LEASE_MS - 1
    far.renew()
    nowMs += LEASE_MS - 1
    const refused =
      /belongs to process \d+ on elsewhere, running since 2.*Z; stop that server, or, if it is gone, start again in 1 s$/
    expect(() => near.open()).toThrow(refused)
    nowMs += 1
    expect(near.open().epoch).toBe(2)
    expect(() => far.renew()).toThrow(/now belongs to process/)
    far.close()
    // The stale one's end gave nothing away.
    expect(() => keep(path, { ...thisProcess(), host: 'third' }, () => nowMs).open()).toThrow(/belongs to process/)
    near.close()
  })
})

describe('a disk that fails', () => {
  it('is one error for each batch, and nothing is lost of what was committed before', async () => {
    const path = join(directory(), 'world.db')
    const keeper = new SqliteKeeper(path, thisProcess())
    keeper.open()
    keeper.createCharacter('a', 'Ada', 1)
    keeper.commit(batchOf(1, [{ characterId: 1, level: 2, components: { Purse: { gold: [1] } } }]))
    const holder = new Database(path)
    holder.exec('begin immediate')
    expect(() => keeper.commit(batchOf(2, [{ characterId: 1, level: 9, components: { Other: { x: [1] } } }]))).toThrow(
      expect.objectContaining({ code: 'STORE_FAILED', message: expect.stringContaining('SQLITE_BUSY') }),
    )
    holder.exec('rollback')
    holder.close()
    expect(keeper.loadCharacter('a', 1)).toMatchObject({ level: 2, components: { Purse: { gold: [1] } } })
    keeper.commit(batchOf(2, [{ characterId: 1, level: 9, components: { Other: { x: [1] } } }]))
    expect(keeper.loadCharacter('a', 1)?.components).toEqual({ Other: { x: [1] }, Purse: { gold: [1] } })
    keeper.close()
  })
})
