import { join } from 'node:path'
import type Database from 'better-sqlite3'
import { afterEach, describe, expect, it } from 'vitest'
import { FOLDS, LedgerKeeper } from '../../src/adapters/ledger-keeper.js'
import { MemoryLedger } from '../../src/adapters/memory-ledger.js'
import { SqlLedger } from '../../src/adapters/sql-ledger.js'
import { ledgerStatementsFor } from '../../src/adapters/sql-ledger-statements.js'
import { sqliteDialect } from '../../src/adapters/sql-schema.js'
import { statementsFor } from '../../src/adapters/sql-statements.js'
import { openFile, prepareAll } from '../../src/adapters/sqlite-file.js'
import type { Movement } from '../../src/ports/ledger.js'
import { tempDirs } from '../server/temp-dir.js'

const directory = tempDirs()
const databases: Database.Database[] = []
afterEach(() => {
  for (const database of databases.splice(0)) database.close()
})

function sqlLedger() {
  const database = openFile(join(directory(), 'world.db'))
  databases.push(database)
  return { database, tables: new SqlLedger(prepareAll(database, statementsFor(sqliteDialect))) }
}

const mint = (tick: number): Movement => ({
  ...{ tick, kind: 'mint', reason: 'loot', from: 0, to: 1, item: 0, count: 0, uid: 0, gold: 1, session: 0, seq: 0 },
})

/** The numbers of the links that the database reads from now on. */
function linksRead(database: Database.Database): Set<number> {
  const read = new Set<number>()
  database.function('noted', { deterministic: false }, (link: unknown, tick: unknown) => {
    read.add(Number(link))
    return tick
  })
  const rest = 'opening, epoch, noted(link, tick) as tick, count, base, digest, hash'
  database.exec(`alter table ledger_links rename to kept_links;
    create view ledger_links as select link, ${rest} from kept_links;
    create trigger links_added instead of insert on ledger_links begin
      insert into kept_links (link, opening, epoch, tick, count, base, digest, hash)
      values (new.link, new.opening, new.epoch, new.tick, new.count, new.base, new.digest, new.hash);
    end;
    create trigger links_dropped instead of delete on ledger_links begin delete from kept_links where link = old.link; end;`)
  return read
}

describe('of the links of a ledger', () => {
  const KEEP_TICKS = 200_000
  const LINKS = 500
  /** One in each tick after that one. */
  const addLinks = (database: Database.Database, keeper: LedgerKeeper, tick: number): void => {
    const add = database.transaction(() => {
      for (let at = 1; at <= LINKS; at += 1) keeper.append([mint(tick + at)], tick + at)
    })
    add()
  }

  it.each([
    ['that are all too young, in its first week', LINKS + 1, [1]],
    ['that are all too young, later', KEEP_TICKS, [1]],
    ['of which three are old enough to fold', KEEP_TICKS + 3, [1, 2, 3, 4]],
  ])('%s, a commit reads no more than it folds and one', (_, tick, numbers) => {
    const { database, tables } = sqlLedger()
    const keeper = new LedgerKeeper(tables, KEEP_TICKS, 1)
    addLinks(database, keeper, 0)
    const read = linksRead(database)
    tables.putState({ ...tables.state()!, foldTick: tick - FOLDS.everyTicks })
    keeper.append([], tick)
    expect([...read]).toEqual(numbers)
  })

  it('a commit reads two when the first is an old opening and the next too young to fold into it', () => {
    const { database, tables } = sqlLedger()
    const keeper = new LedgerKeeper(tables, LINKS * 2, 1)
    const folded = FOLDS.everyTicks * 2
    keeper.append([mint(1)], 1)
    keeper.append([], folded)
    const late = folded + FOLDS.everyTicks
    addLinks(database, keeper, late)
    const read = linksRead(database)
    keeper.append([], late + LINKS + 1)
    expect([...read]).toEqual([2, 3])
  })
})

describe('a fold', () => {
  it.each([
    [1, 1],
    [2, 2],
    [4.5, 4],
    [9, 5],
  ])('that is %d hours behind takes %d times what one in time does, so that a fast ledger stays bounded', (hours, times) => {
    const tables = new MemoryLedger()
    const full = new LedgerKeeper(tables, 0, 1)
    const oldest = 7
    for (let hour = 0; hour < 7; hour += 1) {
      const tick = oldest + hour
      full.append(
        Array.from({ length: FOLDS.entriesMax }, () => mint(tick)),
        tick,
      )
    }
    new LedgerKeeper(tables, 100, 2).append([], oldest + hours * FOLDS.everyTicks + 100)
    expect(tables.state()?.firstEntry).toBe(1 + times * FOLDS.entriesMax)
  })

  it('goes through no table but all the opening balances, once, for their digest', () => {
    const { database } = sqlLedger()
    const plans = Object.entries(ledgerStatementsFor(sqliteDialect.compiler)).map(([name, { sql, parameters }]) => {
      const steps = database.prepare(`explain query plan ${sql}`).all(parameters.map(() => 0)) as { detail: string }[]
      return { name, scans: steps.some(({ detail }) => detail.startsWith('SCAN')) }
    })
    const scanning = plans.filter(({ scans }) => scans).map(({ name }) => name)
    // The state has one row, the reasons are a few dozen, and `links` and `entries` are for the audit.
    expect(scanning.sort()).toEqual(['entries', 'ledgerState', 'links', 'openings', 'reasons'])
  })
})
