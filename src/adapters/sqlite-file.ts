import { closeSync, existsSync, fsyncSync, mkdirSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import Database from 'better-sqlite3'
import type { CompiledQuery } from 'kysely'
import { MyriadError } from '../errors.js'
import { createVersionTable, migrations, SCHEMA_VERSION, sqliteDialect } from './sql-schema.js'
import type { Statement } from './sql-statement.js'
import type { Statements } from './sql-statements.js'

/** "MYRD", in the header of every file of ours: what has another one, or none and tables, is not ours to write. */
const APPLICATION_ID = 0x4d595244
/** How long a statement waits for another process that writes. */
const BUSY_MS = 2_000
/** Pages of the file that stay in memory, in KiB. */
const CACHE_KIB = 8_192

export type Values = Readonly<Record<string, number | string | Uint8Array>>

/** One prepared statement, run with named values. */
export interface Prepared {
  run(values?: Values): number
  get<T>(values?: Values): T | undefined
  all<T>(values?: Values): T[]
  /** One row after the other; nothing may be changed before the last. */
  each<T>(values?: Values): IterableIterator<T>
}

const remedies: Readonly<Record<string, string>> = {
  SQLITE_FULL: 'make room on the disk',
  SQLITE_READONLY: 'let the server write the file and its folder',
  SQLITE_CANTOPEN: 'let the server write the folder, or name another file',
  SQLITE_BUSY: 'another program holds the file; end it',
}

/** What SQLite threw, as one of our errors. */
export function storeError(path: string, error: unknown): MyriadError {
  if (error instanceof MyriadError) return error
  const code = error instanceof Database.SqliteError ? error.code : ''
  const text = error instanceof Error ? error.message : String(error)
  const what = `the store ${path}: ${text}${code === '' ? '' : ` (${code})`}`
  if (/^SQLITE_(CORRUPT|NOTADB|FORMAT)/.test(code))
    return new MyriadError('BAD_STORE', `${what}; restore it from a backup, or name another file`, { cause: error })
  const remedy = Object.entries(remedies).find(([start]) => code.startsWith(start))?.[1] ?? 'see that the disk works'
  return new MyriadError('STORE_FAILED', `${what}; ${remedy}`, { cause: error })
}

/**
 * Opens a file of ours, or makes one, in write-ahead mode with every commit on the disk before it is answered. Brings its schema to this
 * program's version. Throws `BAD_STORE`, and leaves the file as it is, for one that is not ours, is damaged or is newer.
 */
export function openFile(path: string): Database.Database {
  let database: Database.Database | undefined
  try {
    makeFolder(resolve(dirname(path)))
    // Made here so that nobody else can read it: SQLite would take the mode that the process happens to have.
    closeSync(openSync(path, 'a', 0o600))
    database = new Database(path, { timeout: BUSY_MS })
    checkFile(path, database)
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = FULL')
    database.pragma(`cache_size = -${CACHE_KIB}`)
    migrate(path, database)
    return database
  } catch (error) {
    database?.close()
    throw storeError(path, error)
  }
}

/** SQLite syncs the folder of its files and nothing above: a new folder could be gone after a power cut, with all that was promised. */
function makeFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true })
  if (first === undefined) return
  for (let made = folder; made.length >= resolve(first).length; made = dirname(made)) syncFolder(dirname(made))
}

function syncFolder(folder: string): void {
  // Windows cannot open folders; its file system keeps their names by itself.
  if (process.platform === 'win32') return
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Opens a file of ours to look at it, whoever writes it meanwhile. Throws `BAD_STORE` for one that cannot be looked at, whatever the reason. */
export function openToRead(path: string): Database.Database {
  if (!existsSync(path)) throw new MyriadError('BAD_STORE', `the store ${path} is not there; name the file of a world`)
  let database: Database.Database | undefined
  try {
    database = new Database(path, { timeout: BUSY_MS, readonly: true, fileMustExist: true })
    checkFile(path, database)
    const version = Number(database.prepare('select max(version) from schema_version').pluck().get() ?? 0)
    checkVersion(path, version)
    if (version === SCHEMA_VERSION) return database
    const what = `the store ${path} has schema ${version}, but this program reads schema ${SCHEMA_VERSION}`
    throw new MyriadError('BAD_STORE', `${what}; start a server on it once, which brings it up to date`)
  } catch (error) {
    database?.close()
    const { message } = storeError(path, error)
    throw new MyriadError('BAD_STORE', message, { cause: error })
  }
}

function checkVersion(path: string, version: number): void {
  if (version <= SCHEMA_VERSION) return
  const what = `the store ${path} has schema ${version}, but this program knows schemas up to ${SCHEMA_VERSION}`
  throw new MyriadError('BAD_STORE', `${what}; use the newer program, or a backup from before it`)
}

function checkFile(path: string, database: Database.Database): void {
  const application = database.pragma('application_id', { simple: true })
  const tables = database.prepare('select count(*) from sqlite_master').pluck().get()
  if (application !== APPLICATION_ID && (application !== 0 || tables !== 0)) {
    const what = `the store ${path} is a database of another program (application id ${application}, ${tables} tables)`
    throw new MyriadError('BAD_STORE', `${what}; name a file that is not there yet`)
  }
  const found = database.pragma('quick_check(1)', { simple: true })
  if (found === 'ok') return
  // Its text has a heading on a line of its own.
  const damage = String(found).replace('*** in database main ***', '').replace(/\s+/g, ' ').trim()
  throw new MyriadError('BAD_STORE', `the store ${path} is damaged: ${damage}; restore it from a backup, or name another file`)
}

function migrate(path: string, database: Database.Database): void {
  const run = (query: CompiledQuery): void => void database.prepare(query.sql).run()
  const change = database.transaction(() => {
    database.pragma(`application_id = ${APPLICATION_ID}`)
    run(createVersionTable(sqliteDialect))
    const version = Number(database.prepare('select max(version) from schema_version').pluck().get() ?? 0)
    checkVersion(path, version)
    if (version === SCHEMA_VERSION) return
    for (const migration of migrations.slice(version)) for (const query of migration(sqliteDialect)) run(query)
    database.prepare('delete from schema_version').run()
    database.prepare('insert into schema_version (only, version) values (1, ?)').run(SCHEMA_VERSION)
  })
  change.immediate()
}

/** Prepares every statement once. */
export function prepareAll<S extends Statements>(
  database: Database.Database,
  statements: S,
): Readonly<Record<keyof S, Prepared>> {
  const entries = Object.entries(statements).map(([name, statement]) => [name, prepared(database, statement)] as const)
  return Object.fromEntries(entries) as Record<keyof S, Prepared>
}

function prepared(database: Database.Database, { sql, parameters }: Statement): Prepared {
  const statement = database.prepare(sql)
  const listed = (values: Values): unknown[] => parameters.map((name) => values[name])
  return {
    run: (values = {}) => statement.run(listed(values)).changes,
    get: <T>(values: Values = {}) => statement.get(listed(values)) as T | undefined,
    all: <T>(values: Values = {}) => statement.all(listed(values)) as T[],
    each: <T>(values: Values = {}) => statement.iterate(listed(values)) as IterableIterator<T>,
  }
}
