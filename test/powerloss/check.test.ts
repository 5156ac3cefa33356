import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { checkImage } from '../../scripts/powerloss/check.js'
import { CHARACTERS, play, statesUpTo } from '../../scripts/powerloss/scene.js'
import { keeperStore } from '../ports/keeper-store.js'
import { tempDirs } from '../server/temp-dir.js'

const directory = tempDirs()
const TICKS = 40
const promised = { isOpen: true, characters: CHARACTERS, tick: TICKS }

/** What the check says of the whole scene on a disk, with something changed in it. */
async function checked(change: (database: Database.Database) => void = () => undefined): Promise<string> {
  const path = join(directory(), 'world.db')
  const store = keeperStore(path)
  await play(store, TICKS, () => undefined)
  await store.close()
  const database = new Database(path)
  change(database)
  database.close()
  return checkImage(directory(), new Map([['world.db', readFileSync(path)]]), 'world.db', promised, statesUpTo(TICKS))
}

describe('the check of what a power cut left', () => {
  it('finds nothing where all is there, with entries in the ledger and others folded away', async () => {
    let figures: unknown
    const said = await checked((database) => {
      figures = database
        .prepare('select (select min(entry) from ledger) > 1 as folded, (select count(*) from ledger_openings) > 24 as opened')
        .get()
    })
    expect(said).toBe('')
    expect(figures).toEqual({ folded: 1, opened: 1 })
  })

  it.each([
    ['a transfer that is not there', 'delete from ledger where entry = (select max(entry) from ledger)', /: chain: link \d+ has/],
    [
      'the last commit’s link and entries',
      'delete from ledger where tick = (select max(tick) from ledger); delete from ledger_links where link = (select max(link) from ledger_links)',
      /: chain: the chain ends with link/,
    ],
    ['an opening balance', 'delete from ledger_openings where party = 1 and item = 0', /: chain: the \d+ opening balances/],
  ])('finds in the ledger what is lost alone: %s', async (_, sql, says) => {
    const said = await checked((database) => database.exec(sql))
    expect(said).toMatch(/^the audit says: /)
    expect(said).toMatch(says)
  })
})
