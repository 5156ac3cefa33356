import {
  type CompiledQuery,
  DummyDriver,
  type Generated,
  Kysely,
  type RawBuilder,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely'

/** The tables, as every database has them. Bytes come back as some kind of `Uint8Array`. */
export interface Tables {
  /** One row: the version of the schema. */
  schema_version: { only: number; version: number }
  /** Who owns a world and how far it is saved. `expires_ms` is calendar time; 0 when nobody owns it. */
  worlds: { world: string; epoch: number; tick: number; holder: string; expires_ms: number }
  /** `name_key` is what names are compared by. */
  characters: {
    id: Generated<number>
    account_id: string
    name: string
    name_key: string
    class_id: number
    level: number
  }
  /** Each shape that a component's saved bytes ever had. `fields` is JSON. */
  layouts: { id: Generated<number>; component: string; fields: string }
  /** What lasts of one component of one character: bytes in the shape of the layout. */
  parts: { character_id: number; component: string; layout_id: number; bytes: Uint8Array }
  /** What lasts of a resource: JSON. */
  resources: { name: string; saved: string }
  /** Sessions that players may come back to. `token_hash` is of the resume token; `results` are JSON: pairs of a seq and its code. `generation` is of the account's login. */
  sessions: {
    id: number
    account_id: string
    role: string
    character_id: number
    last_seq: number
    token_hash: string
    results: string
    generation: number
  }
  /** Accounts with passwords. `name_key` is what names are compared by; `is_locked` is 0 or 1. */
  accounts: { name_key: string; name: string; password_hash: string; role: string; is_locked: number; generation: number }
  /** One row: where the ledger's chain begins and ends, as in `LedgerState`. */
  ledger_state: {
    only: number
    head: number
    head_hash: Uint8Array
    base: number
    base_hash: Uint8Array
    first_entry: number
    next_entry: number
    fold_tick: number
  }
  /** As in `LedgerLink`; `opening` is 0 or 1. */
  ledger_links: {
    link: number
    opening: number
    epoch: number
    tick: number
    count: number
    base: number
    digest: Uint8Array
    hash: Uint8Array
  }
  ledger_reasons: { id: Generated<number>; name: string }
  /** Every movement of value that is not folded. A link has the `count` entries after those of the link before. `kind`: 0 mint, 1 burn, 2 transfer. */
  ledger: {
    entry: number
    tick: number
    kind: number
    reason: number
    from_id: number
    to_id: number
    item: number
    count: number
    uid: number
    gold: number
    session: number
    seq: number
  }
  /** What each party had when the entries before the first began; `item` 0 is gold, `uid` 0 what stacks. */
  ledger_openings: { party: number; item: number; uid: number; amount: number }
}

/** What differs between databases: how SQL is written, and the names of types. */
export interface SqlDialect {
  readonly compiler: Kysely<Tables>
  /** Ends the declaration of a table whose rows lie in the order of its key, where that has to be said. */
  readonly clustered: RawBuilder<unknown>
  readonly types: { readonly id: RawBuilder<unknown>; readonly integer: RawBuilder<unknown>; readonly bytes: RawBuilder<unknown> }
}

/** kysely only writes SQL here, and SQLite runs it: without promises between the statements of a transaction. */
export const sqliteDialect: SqlDialect = Object.freeze({
  compiler: new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  }),
  clustered: sql`without rowid`,
  types: { id: sql`integer`, integer: sql`integer`, bytes: sql`blob` },
})

type Migration = (dialect: SqlDialect) => readonly CompiledQuery[]

/** Each brings the schema from its place in this list to the next version. What has been released is never changed: append. */
export const migrations: readonly Migration[] = Object.freeze([
  tablesOfVersion1,
  sessionsTable,
  tableOfAccounts,
  tablesOfLedger,
  generationOfSessions,
])

/** The version that this program reads and writes. */
export const SCHEMA_VERSION = migrations.length

function tablesOfVersion1({ compiler: { schema }, clustered, types }: SqlDialect): readonly CompiledQuery[] {
  return [
    schema
      .createTable('worlds')
      .addColumn('world', 'text', (column) => column.primaryKey())
      .addColumn('epoch', types.integer, (column) => column.notNull())
      .addColumn('tick', types.integer, (column) => column.notNull())
      .addColumn('holder', 'text', (column) => column.notNull())
      .addColumn('expires_ms', types.id, (column) => column.notNull())
      .compile(),
    schema
      .createTable('characters')
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('account_id', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('name_key', 'text', (column) => column.notNull())
      .addColumn('class_id', types.integer, (column) => column.notNull())
      .addColumn('level', types.integer, (column) => column.notNull())
      .compile(),
    // Not unique: two bots may share a name, as two people may. Players' names are checked where characters are created.
    schema.createIndex('characters_by_name').on('characters').column('name_key').compile(),
    schema.createIndex('characters_by_account').on('characters').columns(['account_id', 'id']).compile(),
    schema
      .createTable('layouts')
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('component', 'text', (column) => column.notNull())
      .addColumn('fields', 'text', (column) => column.notNull())
      .addUniqueConstraint('layouts_once', ['component', 'fields'])
      .compile(),
    schema
      .createTable('parts')
      .addColumn('character_id', types.id, (column) => column.notNull())
      .addColumn('component', 'text', (column) => column.notNull())
      .addColumn('layout_id', types.id, (column) => column.notNull())
      .addColumn('bytes', types.bytes, (column) => column.notNull())
      .addPrimaryKeyConstraint('parts_once', ['character_id', 'component'])
      .modifyEnd(clustered)
      .compile(),
    schema
      .createTable('resources')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('saved', 'text', (column) => column.notNull())
      .compile(),
  ]
}

function sessionsTable({ compiler: { schema }, types }: SqlDialect): readonly CompiledQuery[] {
  return [
    schema
      .createTable('sessions')
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('account_id', 'text', (column) => column.notNull())
      .addColumn('role', 'text', (column) => column.notNull())
      .addColumn('character_id', types.id, (column) => column.notNull())
      .addColumn('last_seq', types.id, (column) => column.notNull())
      .addColumn('token_hash', 'text', (column) => column.notNull())
      .addColumn('results', 'text', (column) => column.notNull())
      .compile(),
  ]
}

function tableOfAccounts({ compiler: { schema }, types }: SqlDialect): readonly CompiledQuery[] {
  return [
    schema
      .createTable('accounts')
      .addColumn('name_key', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('password_hash', 'text', (column) => column.notNull())
      .addColumn('role', 'text', (column) => column.notNull())
      .addColumn('is_locked', types.integer, (column) => column.notNull())
      .addColumn('generation', types.integer, (column) => column.notNull())
      .compile(),
  ]
}

function tablesOfLedger({ compiler: { schema }, clustered, types }: SqlDialect): readonly CompiledQuery[] {
  let state = schema.createTable('ledger_state').addColumn('only', types.integer, (column) => column.primaryKey())
  for (const name of ['head', 'base', 'first_entry', 'next_entry', 'fold_tick'])
    state = state.addColumn(name, types.id, (column) => column.notNull())
  for (const name of ['head_hash', 'base_hash']) state = state.addColumn(name, types.bytes, (column) => column.notNull())
  let links = schema.createTable('ledger_links').addColumn('link', types.id, (column) => column.primaryKey())
  for (const name of ['opening', 'epoch', 'tick', 'count', 'base'])
    links = links.addColumn(name, types.id, (column) => column.notNull())
  for (const name of ['digest', 'hash']) links = links.addColumn(name, types.bytes, (column) => column.notNull())
  let ledger = schema.createTable('ledger').addColumn('entry', types.id, (column) => column.primaryKey())
  for (const name of ['tick', 'kind', 'reason', 'from_id', 'to_id', 'item', 'count', 'uid', 'gold', 'session', 'seq'])
    ledger = ledger.addColumn(name, types.id, (column) => column.notNull())
  const openings = schema
    .createTable('ledger_openings')
    .addColumn('party', types.id, (column) => column.notNull())
    .addColumn('item', types.id, (column) => column.notNull())
    .addColumn('uid', types.id, (column) => column.notNull())
    .addColumn('amount', types.id, (column) => column.notNull())
  const reasons = schema
    .createTable('ledger_reasons')
    .addColumn('id', types.id, (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull().unique())
  const balances = openings.addPrimaryKeyConstraint('ledger_openings_once', ['party', 'item', 'uid']).modifyEnd(clustered)
  return [state, links, ledger, reasons, balances].map((table) => table.compile())
}

/** Sessions saved before have 0, as those without a login: an account with a password, which begins at 1, is asked to log in again. */
function generationOfSessions({ compiler: { schema }, types }: SqlDialect): readonly CompiledQuery[] {
  const notNull = schema.alterTable('sessions').addColumn('generation', types.integer, (column) => column.notNull().defaultTo(0))
  return [notNull.compile()]
}

/** Makes the table of the version, which every later version must be able to read. */
export const createVersionTable = ({ compiler: { schema }, types }: SqlDialect): CompiledQuery =>
  schema
    .createTable('schema_version')
    .ifNotExists()
    .addColumn('only', types.integer, (column) => column.primaryKey())
    .addColumn('version', types.integer, (column) => column.notNull())
    .compile()
