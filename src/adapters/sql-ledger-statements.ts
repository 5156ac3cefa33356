import { sql } from 'kysely'
import type { SqlDialect } from './sql-schema.js'
import { bytes, compiled, number, text } from './sql-statement.js'

type Builder = SqlDialect['compiler']

const entryColumns = ['tick', 'kind', 'reason', 'from_id', 'to_id', 'item', 'count', 'uid', 'gold', 'session', 'seq'] as const

function aboutChain(db: Builder) {
  const state = {
    only: number('only'),
    head: number('head'),
    head_hash: bytes('headHash'),
    base: number('base'),
    base_hash: bytes('baseHash'),
    first_entry: number('firstEntry'),
    next_entry: number('nextEntry'),
    fold_tick: number('foldTick'),
  }
  const link = {
    link: number('link'),
    opening: number('opening'),
    epoch: number('epoch'),
    tick: number('tick'),
    count: number('count'),
    base: number('base'),
    digest: bytes('digest'),
    hash: bytes('hash'),
  }
  return {
    ledgerState: compiled(db.selectFrom('ledger_state').selectAll()),
    putLedgerState: compiled(
      db
        .insertInto('ledger_state')
        .values(state)
        .onConflict((conflict) =>
          conflict.column('only').doUpdateSet(({ ref }) => ({
            head: ref('excluded.head'),
            head_hash: ref('excluded.head_hash'),
            base: ref('excluded.base'),
            base_hash: ref('excluded.base_hash'),
            first_entry: ref('excluded.first_entry'),
            next_entry: ref('excluded.next_entry'),
            fold_tick: ref('excluded.fold_tick'),
          })),
        ),
    ),
    addLink: compiled(db.insertInto('ledger_links').values(link)),
    linksAfter: compiled(
      db.selectFrom('ledger_links').selectAll().where('link', '>', number('after')).orderBy('link').limit(number('count')),
    ),
    links: compiled(db.selectFrom('ledger_links').selectAll().orderBy('link')),
    dropLinks: compiled(db.deleteFrom('ledger_links').where('link', '<=', number('link'))),
  }
}

function aboutEntries(db: Builder) {
  return {
    reasons: compiled(db.selectFrom('ledger_reasons').select(['id', 'name'])),
    addReason: compiled(db.insertInto('ledger_reasons').values({ name: text('name') })),
    addEntry: compiled(
      db.insertInto('ledger').values({
        entry: number('entry'),
        tick: number('tick'),
        kind: number('kind'),
        reason: number('reason'),
        from_id: number('from'),
        to_id: number('to'),
        item: number('item'),
        count: number('count'),
        uid: number('uid'),
        gold: number('gold'),
        session: number('session'),
        seq: number('seq'),
      }),
    ),
    entriesFrom: compiled(
      db
        .selectFrom('ledger')
        .select(['entry', ...entryColumns])
        .where('entry', '>=', number('entry'))
        .orderBy('entry')
        .limit(number('count')),
    ),
    entries: compiled(
      db
        .selectFrom('ledger')
        .select(['entry', ...entryColumns])
        .orderBy('entry'),
    ),
    dropEntries: compiled(db.deleteFrom('ledger').where('entry', '<', number('entry'))),
  }
}

function aboutOpenings(db: Builder) {
  return {
    openings: compiled(db.selectFrom('ledger_openings').selectAll().orderBy('party').orderBy('item').orderBy('uid')),
    addOpening: compiled(
      db
        .insertInto('ledger_openings')
        .values({ party: number('party'), item: number('item'), uid: number('uid'), amount: number('amount') })
        .onConflict((conflict) =>
          conflict
            .columns(['party', 'item', 'uid'])
            .doUpdateSet(({ ref, eb }) => ({ amount: eb('ledger_openings.amount', '+', ref('excluded.amount')) })),
        ),
    ),
    dropEmptyOpening: compiled(
      db
        .deleteFrom('ledger_openings')
        .where('party', '=', number('party'))
        .where('item', '=', number('item'))
        .where('uid', '=', number('uid'))
        .where('amount', '=', sql.lit(0)),
    ),
  }
}

/** The statements of the ledger, and of whoever checks it. */
export function ledgerStatementsFor(db: Builder) {
  return { ...aboutChain(db), ...aboutEntries(db), ...aboutOpenings(db) }
}
