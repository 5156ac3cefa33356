import { type Expression, sql } from 'kysely'
import { BOT_CHARACTER_ID_MIN } from '../ports/store.js'
import { ledgerStatementsFor } from './sql-ledger-statements.js'
import type { SqlDialect } from './sql-schema.js'
import { bytes, compiled, number, type Statement, text } from './sql-statement.js'

/** Literal numbers of ours, which need no parameter. */
const botIdMin = sql.lit(BOT_CHARACTER_ID_MIN)
const zero: Expression<number> = sql.lit(0)

const head = ['id', 'account_id', 'name', 'class_id', 'level'] as const
type Builder = SqlDialect['compiler']

function readingCharacters(db: Builder) {
  return {
    charactersOf: compiled(
      db.selectFrom('characters').select(head).where('account_id', '=', text('account')).orderBy('id').limit(number('count')),
    ),
    character: compiled(
      db.selectFrom('characters').select(head).where('id', '=', number('id')).where('account_id', '=', text('account')),
    ),
    bots: compiled(
      db
        .selectFrom('characters')
        .select(head)
        .where('id', '>', number('after'))
        .where('id', '>=', botIdMin)
        .orderBy('id')
        .limit(number('count')),
    ),
    countBots: compiled(db.selectFrom('characters').select(db.fn.countAll<number>().as('count')).where('id', '>=', botIdMin)),
    nameTaken: compiled(db.selectFrom('characters').select('id').where('name_key', '=', text('key')).limit(sql.lit(1))),
    lastPlayer: compiled(db.selectFrom('characters').select(db.fn.max('id').as('last')).where('id', '<', botIdMin)),
    allCharacters: compiled(db.selectFrom('characters').select(head).orderBy('id')),
    lostParts: compiled(
      db
        .selectFrom('parts')
        .select(db.fn.countAll<number>().as('count'))
        .where('character_id', 'not in', db.selectFrom('characters').select('id')),
    ),
    partsOf: compiled(
      db
        .selectFrom('parts')
        .select(['character_id', 'layout_id', 'bytes'])
        .where('character_id', '=', number('id'))
        .orderBy('component'),
    ),
    partsBetween: compiled(
      db
        .selectFrom('parts')
        .select(['character_id', 'layout_id', 'bytes'])
        .where('character_id', '>=', number('from'))
        .where('character_id', '<=', number('to'))
        .orderBy('character_id')
        .orderBy('component'),
    ),
  }
}

function writingCharacters(db: Builder) {
  return {
    addCharacter: compiled(
      db.insertInto('characters').values({
        id: number('id'),
        account_id: text('account'),
        name: text('name'),
        name_key: text('key'),
        class_id: number('class'),
        level: number('level'),
      }),
    ),
    putCharacter: compiled(
      db
        .insertInto('characters')
        .values({
          id: number('id'),
          account_id: text('account'),
          name: text('name'),
          name_key: text('key'),
          class_id: number('class'),
          level: number('level'),
        })
        .onConflict((conflict) =>
          conflict.column('id').doUpdateSet(({ ref }) => ({
            account_id: ref('excluded.account_id'),
            name: ref('excluded.name'),
            name_key: ref('excluded.name_key'),
            class_id: ref('excluded.class_id'),
          })),
        ),
    ),
    setLevel: compiled(
      db
        .updateTable('characters')
        .set({ level: number('level') })
        .where('id', '=', number('id')),
    ),
    removeCharacter: compiled(db.deleteFrom('characters').where('id', '=', number('id'))),
    removeParts: compiled(db.deleteFrom('parts').where('character_id', '=', number('id'))),
    putPart: compiled(
      db
        .insertInto('parts')
        .values({
          character_id: number('id'),
          component: text('component'),
          layout_id: number('layout'),
          bytes: bytes('bytes'),
        })
        .onConflict((conflict) =>
          conflict
            .columns(['character_id', 'component'])
            .doUpdateSet(({ ref }) => ({ layout_id: ref('excluded.layout_id'), bytes: ref('excluded.bytes') })),
        ),
    ),
  }
}

function aboutWorlds(db: Builder) {
  return {
    worlds: compiled(db.selectFrom('worlds').selectAll().orderBy('world')),
    world: compiled(db.selectFrom('worlds').selectAll().where('world', '=', text('world'))),
    putWorld: compiled(
      db
        .insertInto('worlds')
        .values({
          world: text('world'),
          epoch: number('epoch'),
          tick: number('tick'),
          holder: text('holder'),
          expires_ms: number('expires'),
        })
        .onConflict((conflict) =>
          conflict.column('world').doUpdateSet(({ ref }) => ({
            epoch: ref('excluded.epoch'),
            tick: ref('excluded.tick'),
            holder: ref('excluded.holder'),
            expires_ms: ref('excluded.expires_ms'),
          })),
        ),
    ),
    /** Changes a row only while its epoch is still the owner's. */
    keepWorld: compiled(
      db
        .updateTable('worlds')
        .set({ tick: number('tick'), expires_ms: number('expires') })
        .where('world', '=', text('world'))
        .where('epoch', '=', number('epoch')),
    ),
    leaveWorld: compiled(
      db.updateTable('worlds').set({ expires_ms: zero }).where('world', '=', text('world')).where('epoch', '=', number('epoch')),
    ),
    layouts: compiled(db.selectFrom('layouts').select(['id', 'component', 'fields'])),
    addLayout: compiled(db.insertInto('layouts').values({ component: text('component'), fields: text('fields') })),
    resources: compiled(db.selectFrom('resources').select(['name', 'saved'])),
    putResource: compiled(
      db
        .insertInto('resources')
        .values({ name: text('name'), saved: text('saved') })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(({ ref }) => ({ saved: ref('excluded.saved') }))),
    ),
  }
}

function aboutSessions(db: Builder) {
  return {
    sessions: compiled(
      db
        .selectFrom('sessions')
        .select(['id', 'account_id', 'role', 'character_id', 'last_seq', 'token_hash', 'results', 'generation'])
        .orderBy('id'),
    ),
    putSession: compiled(
      db
        .insertInto('sessions')
        .values({
          id: number('id'),
          account_id: text('account'),
          role: text('role'),
          character_id: number('character'),
          last_seq: number('seq'),
          token_hash: text('hash'),
          results: text('results'),
          generation: number('generation'),
        })
        .onConflict((conflict) =>
          conflict.column('id').doUpdateSet(({ ref }) => ({
            account_id: ref('excluded.account_id'),
            role: ref('excluded.role'),
            character_id: ref('excluded.character_id'),
            last_seq: ref('excluded.last_seq'),
            token_hash: ref('excluded.token_hash'),
            results: ref('excluded.results'),
            generation: ref('excluded.generation'),
          })),
        ),
    ),
    removeSession: compiled(db.deleteFrom('sessions').where('id', '=', number('id'))),
  }
}

/** The statements about accounts with passwords. */
export function accountStatementsFor({ compiler: db }: SqlDialect) {
  const values = {
    name: text('name'),
    password_hash: text('hash'),
    role: text('role'),
    is_locked: number('locked'),
    generation: number('generation'),
  }
  return Object.freeze({
    account: compiled(db.selectFrom('accounts').selectAll().where('name_key', '=', text('key'))),
    addAccount: compiled(db.insertInto('accounts').values({ name_key: text('key'), ...values })),
    changeAccount: compiled(db.updateTable('accounts').set(values).where('name_key', '=', text('key'))),
  })
}

/** Every statement of the world's store, written once; a database prepares each once. */
export function statementsFor({ compiler: db }: SqlDialect) {
  const world = { ...readingCharacters(db), ...writingCharacters(db), ...aboutWorlds(db), ...aboutSessions(db) }
  return Object.freeze({ ...world, ...ledgerStatementsFor(db) })
}

export type Statements = Readonly<Record<string, Statement>>
export type WorldStatements = ReturnType<typeof statementsFor>
