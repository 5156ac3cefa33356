import { chmodSync, copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { standardGame } from '../../game.js'
import { SCHEMA_VERSION } from '../../src/adapters/sql-schema.js'
import { openAccounts } from '../../src/adapters/sqlite-accounts.js'
import type { AuditReport } from '../../src/server/audit/audit.js'
import { keeperStore } from '../ports/keeper-store.js'
import { endWorld, runWorld, startWorld } from '../server/audited-world.js'
import { tempDirs } from '../server/temp-dir.js'
import { cli } from './cli-harness.js'

const directory = tempDirs()
/** The last schema that had none. */
const BEFORE_LEDGER = 3
const folder = mkdtempSync(join(tmpdir(), 'myriad-audit-'))
const world = join(folder, 'world.db')
beforeAll(() => runWorld(world, 120, 20), 60_000)
afterAll(() => rmSync(folder, { recursive: true }))

function copyOf(change: (database: Database.Database) => void = () => undefined): string {
  const path = join(directory(), 'copy.db')
  copyFileSync(world, path)
  const database = new Database(path)
  change(database)
  database.close()
  return path
}

/** Makes of it what an older version left. */
function beforeLedger(database: Database.Database): void {
  const tables = database.prepare("select name from sqlite_master where type = 'table' and name like 'ledger%'").pluck().all()
  for (const name of tables) database.exec(`drop table ${name as string}`)
  database.exec('alter table sessions drop column generation')
  database.prepare('update schema_version set version = ?').run(BEFORE_LEDGER)
}

async function auditing(path: string, ...flags: string[]) {
  const { run, printed } = cli(standardGame)
  return { code: await run('audit', '--db', `sqlite:${path}`, ...flags), printed }
}

describe('myriad audit', () => {
  it('exits with 0 when all holds, and says what it checked and what it cannot check', async () => {
    const { code, printed } = await auditing(world)
    expect([code, printed.err]).toEqual([0, ''])
    expect(printed.out).toMatch(/^1 +holds +gold /m)
    expect(printed.out).toMatch(/^10 +holds +chain /m)
    expect(printed.out).toMatch(/^3 +not checked from a database +promises .*\(checked by npm run dst/m)
    expect(printed.out).toMatch(/\nall that was checked holds\n$/)
  })

  it('prints one object as JSON', async () => {
    const { code, printed } = await auditing(world, '--json')
    const report = JSON.parse(printed.out) as AuditReport
    expect([code, report.ok, report.violations]).toEqual([0, true, []])
    expect(report.checked.map(({ number, holds }) => [number, holds])).toEqual(
      [1, 2, 5, 6, 7, 10].map((number) => [number, true]),
    )
    expect(report.notChecked.map(({ number }) => number)).toEqual([3, 4, 8, 9])
  })

  it('exits with 1 when something does not hold, with its name and the ledger’s lines', async () => {
    const path = copyOf((database) => database.exec('update ledger set gold = gold + 3 where entry = 1'))
    const { code, printed } = await auditing(path)
    expect(code).toBe(1)
    expect(printed.out).toMatch(/^10 +VIOLATED +chain /m)
    expect(printed.out).toMatch(
      /^10 chain: link 1 has a hash that does not follow: .*\n {4}link 1, entry \d+, tick 1: mint \(history\) /m,
    )
    expect(printed.out).toMatch(/\nviolations: \d+\n$/)
    const json = await auditing(path, '--json')
    const { ok, violations } = JSON.parse(json.printed.out) as AuditReport
    expect([json.code, ok]).toEqual([1, false])
    expect(violations[0]).toMatchObject({ invariant: 'chain', number: 10, what: expect.stringContaining('link 1') })
    expect(violations[0]?.history[0]).toMatchObject({ link: 1, kind: 'mint', reason: 'history' })
  })

  it('reads a copy that it may not write, and leaves it as it is', async () => {
    const path = copyOf()
    const before = readFileSync(path)
    chmodSync(path, 0o400)
    expect((await auditing(path)).code).toBe(0)
    expect(readFileSync(path).equals(before)).toBe(true)
  })
})

describe('a database that cannot be audited', () => {
  const refused = async (path: string, line: RegExp) => {
    const { code, printed } = await auditing(path, '--json')
    expect([code, printed.out]).toEqual([2, ''])
    expect(printed.err).toMatch(line)
  }

  it('is one that is not there: it is named, and not made', async () => {
    const path = join(directory(), 'nowhere.db')
    await refused(path, /^myriad: the store .*nowhere\.db is not there; name the file of a world\n$/)
    expect(readdirSync(join(path, '..'))).toEqual([])
  })

  it('is one of a newer version', async () => {
    const path = copyOf((database) => database.prepare('update schema_version set version = ?').run(SCHEMA_VERSION + 1))
    await refused(path, /has schema \d+, but this program knows schemas up to \d+; use the newer program, or a backup/)
  })

  it('is one from before the ledger', async () => {
    const path = copyOf((database) => database.prepare('update schema_version set version = ?').run(SCHEMA_VERSION - 1))
    await refused(
      path,
      /has schema \d+, but this program reads schema \d+; start a server on it once, which brings it up to date\n$/,
    )
  })

  it('is one from before the ledger that was brought up to date by another command than a server', async () => {
    const path = copyOf(beforeLedger)
    openAccounts(path).close()
    await refused(path, /^myriad: the store .*copy\.db has no ledger yet; start a server on it once, which opens one\n$/)
  })

  it('is none whose ledger has lost its state alone: that is a violation', async () => {
    for (const left of ['ledger_links', 'ledger', 'ledger_openings']) {
      const path = copyOf((database) => {
        database.exec('insert into ledger_openings (party, item, uid, amount) values (1, 1, 0, 5)')
        const others = ['ledger_links', 'ledger', 'ledger_openings'].filter((name) => name !== left)
        for (const name of ['ledger_state', ...others]) database.exec(`delete from ${name}`)
      })
      expect((await auditing(path)).code, left).toBe(1)
    }
  })

  it('is one of another program, or none at all', async () => {
    const theirs = join(directory(), 'theirs.db')
    const database = new Database(theirs)
    database.exec('create table notes (text text)')
    database.close()
    await refused(theirs, /theirs\.db is a database of another program/)
    const photo = join(directory(), 'photo.jpg')
    writeFileSync(photo, 'x'.repeat(5_000))
    await refused(photo, /photo\.jpg: file is not a database .*; restore it from a backup, or name another file\n$/)
  })

  it('is one that is damaged', async () => {
    const path = copyOf()
    const bytes = readFileSync(path)
    bytes.fill(0xa5, 4096 * 2, 4096 * 6)
    writeFileSync(path, bytes)
    await refused(path, /is damaged|malformed/)
  })

  it('is no file, or of a game without value', async () => {
    const memory = cli(standardGame)
    expect(await memory.run('audit', '--db', 'memory:')).toBe(2)
    expect(memory.printed.err).toMatch(/^myriad: db is "memory:" \(flag --db\) but must be sqlite:<file>/)
    const tiny = cli()
    expect(await tiny.run('audit', '--db', `sqlite:${world}`)).toBe(2)
    expect(tiny.printed.err).toMatch(/^myriad: the tiny game has no value that could be checked/)
  })
})

describe('a world that was saved before there was a ledger', () => {
  it('opens one with what everybody has, and holds from then on', async () => {
    const path = copyOf(beforeLedger)
    const server = await startWorld(keeperStore(path), 20)
    await server.step(60)
    await endWorld(server)
    const { code, printed } = await auditing(path, '--json')
    const { store, violations } = JSON.parse(printed.out) as AuditReport
    expect([code, violations]).toEqual([0, []])
    expect(store.openings).toBeGreaterThan(20)
  }, 60_000)
})
