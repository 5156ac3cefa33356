import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { keeperStore } from '../ports/keeper-store.js'
import { batchOf } from '../ports/packed.js'
import { storeWith } from '../ports/store-with.js'
import { auditOf, endWorld, startWorld } from './audited-world.js'
import { tempDirs } from './temp-dir.js'

const directory = tempDirs()
/** Late enough for a first fold as soon as something is old. */
const START_TICK = 100_000
const KEEP_TICKS = 100

it('a world whose old entries are folded holds, and shows whoever changes its opening balances', async () => {
  const path = join(directory(), 'world.db')
  const empty = keeperStore(path)
  await empty.open()
  await empty.commit(batchOf(START_TICK, []))
  await empty.close()
  const store = keeperStore(path)
  const server = await startWorld(
    storeWith(store, { open: (ledger) => store.open(ledger && { ...ledger, keepTicks: KEEP_TICKS }) }),
    20,
  )
  await server.step(300)
  await endWorld(server)
  const { violations, store: figures } = auditOf(path)
  expect(violations).toEqual([])
  expect(figures.openings).toBeGreaterThan(50)
  const database = new Database(path)
  const first = database.prepare('select min(tick) from ledger').pluck().get() as number
  // What everybody came with is of the first ticks, and folded away.
  expect(first).toBeGreaterThan(START_TICK + 1)
  database.exec('update ledger_openings set amount = amount + 1 where item = 0 and party > 0')
  database.exec(
    'update ledger_openings set amount = (select -sum(amount) from ledger_openings where item = 0 and party > 0) where item = 0 and party = 0',
  )
  database.close()
  const after = auditOf(path)
  expect(new Set(after.violations.map(({ invariant }) => invariant))).toEqual(new Set(['chain', 'gold', 'replay']))
  expect(after.violations[0]?.what).toMatch(
    /opening balances are not the \d+ that link \d+ has the digest of: they were changed$/,
  )
}, 60_000)
