import type Database from 'better-sqlite3'
import { MyriadError } from '../errors.js'
import { type LedgerTerms, movementsOf } from '../ports/ledger.js'
import {
  layoutBytes,
  type SavedComponent,
  type SavedField,
  type SavedLayout,
  unpackComponent,
  visitRows,
} from '../ports/packed-rows.js'
import {
  type Batch,
  CHARACTERS_PER_ACCOUNT_MAX,
  type CharacterHead,
  type CharacterRow,
  type CharacterSummary,
  type CreateOutcome,
  type PackedCharacters,
  type SavedSession,
  type SessionChanges,
  type Store,
  type WorldState,
} from '../ports/store.js'
import { Balances, visitValue } from './balances.js'
import { LedgerKeeper } from './ledger-keeper.js'
import { nameKey } from './name-key.js'
import { type HeadRow, type PartRow, RowPacker } from './row-packer.js'
import { SqlLedger } from './sql-ledger.js'
import { sqliteDialect } from './sql-schema.js'
import { statementsFor } from './sql-statements.js'
import { SqliteAccounts } from './sqlite-accounts.js'
import { openFile, type Prepared, prepareAll, storeError } from './sqlite-file.js'
import { isDead, type Owner, ownerText } from './store-owner.js'

/** Without a sign of life for this long, an owner is taken for gone. */
export const LEASE_MS = 15_000
/** A database has one world so far. */
const WORLD = 'main'

interface WorldRow {
  readonly epoch: number
  readonly tick: number
  readonly holder: string
  readonly expires_ms: number
}

interface SessionSaved {
  readonly id: number
  readonly account_id: string
  readonly role: SavedSession['role']
  readonly character_id: number
  readonly last_seq: number
  readonly token_hash: string
  readonly results: string
  readonly generation: number
}

/** The store's calls, answered at once. */
export type StoreCalls = {
  readonly [K in keyof Store]: (...args: Parameters<Store[K]>) => Awaited<ReturnType<Store[K]>>
}

const summaryOf = ({ id, name, class_id, level }: HeadRow): CharacterSummary => ({
  characterId: id,
  name,
  classId: class_id,
  level,
})

/** A store over one SQLite file, in the thread that calls it. Throws what the port's promises reject with. */
export class SqliteKeeper implements StoreCalls {
  /** In the same file. */
  readonly accounts: SqliteAccounts
  private readonly database: Database.Database
  private readonly run: Readonly<Record<keyof ReturnType<typeof statementsFor>, Prepared>>
  private epoch = 0
  /** Of the saved shapes; by their own id. */
  private readonly layoutsById = new Map<number, SavedLayout>()
  private readonly layoutIds = new Map<string, number>()
  /** The ids of the layouts of the batch before: most batches bring the same list. */
  private known: { readonly layouts: readonly SavedLayout[]; readonly ids: ReadonlyMap<SavedLayout, number> } | undefined
  /** What the table has of a character's level: most rows do not change it. */
  private readonly levels = new Map<number, number>()
  private readonly tables: SqlLedger
  private ledger: LedgerKeeper

  /** Opens or makes the file. Throws `BAD_STORE` or `STORE_FAILED`. */
  constructor(
    private readonly path: string,
    private readonly owner: Owner,
    private readonly calendarMs: () => number = Date.now,
  ) {
    this.database = openFile(path)
    this.run = prepareAll(this.database, statementsFor(sqliteDialect))
    this.accounts = new SqliteAccounts(path, this.database)
    this.tables = new SqlLedger(this.run)
    this.ledger = new LedgerKeeper(this.tables, 0, 0)
    this.readLayouts()
  }

  open(terms?: LedgerTerms): WorldState {
    return this.whole(() => {
      const nowMs = this.calendarMs()
      const world = this.run.world.get<WorldRow>({ world: WORLD })
      if (world !== undefined && world.expires_ms > nowMs && !isDead(world.holder, this.owner)) {
        const waitS = Math.ceil((world.expires_ms - nowMs) / 1000)
        const what = `the world of ${this.path} belongs to ${ownerText(world.holder)}`
        throw new MyriadError('WORLD_TAKEN', `${what}; stop that server, or, if it is gone, start again in ${waitS} s`)
      }
      const epoch = (world?.epoch ?? 0) + 1
      const tick = world?.tick ?? -1
      this.run.putWorld.run({ world: WORLD, epoch, tick, holder: JSON.stringify(this.owner), expires: nowMs + LEASE_MS })
      this.epoch = epoch
      this.ledger = new LedgerKeeper(this.tables, terms?.keepTicks ?? 0, epoch, terms?.folds)
      if (terms !== undefined) this.ledger.begin(Math.max(0, tick), () => this.valueOf(terms))
      const rows = this.run.resources.all<{ name: string; saved: string }>()
      const resources = Object.fromEntries(rows.map(({ name, saved }) => [name, JSON.parse(saved) as SavedComponent] as const))
      const bots = this.run.countBots.get<{ count: number }>()?.count ?? 0
      return { epoch, tick: Math.max(0, tick), resources, bots, sessions: this.sessions() }
    })
  }

  charactersOf(accountId: string): readonly CharacterSummary[] {
    return this.run.charactersOf.all<HeadRow>({ account: accountId, count: CHARACTERS_PER_ACCOUNT_MAX }).map(summaryOf)
  }

  createCharacter(accountId: string, name: string, classId: number): CreateOutcome {
    return this.whole(() => {
      this.ownedTick()
      if (this.charactersOf(accountId).length >= CHARACTERS_PER_ACCOUNT_MAX) return { ok: false, code: 'limit' }
      const key = nameKey(name)
      if (this.run.nameTaken.get({ key }) !== undefined) return { ok: false, code: 'nameTaken' }
      const id = (this.run.lastPlayer.get<{ last: number | null }>()?.last ?? 0) + 1
      this.run.addCharacter.run({ id, account: accountId, name, key, class: classId, level: 1 })
      return { ok: true, row: { characterId: id, name, classId, level: 1 } }
    })
  }

  loadCharacter(accountId: string, characterId: number): CharacterRow | null {
    const head = this.run.character.get<HeadRow>({ id: characterId, account: accountId })
    if (head === undefined) return null
    return this.rowOf(head, this.run.partsOf.all<PartRow>({ id: characterId }))
  }

  loadBots(afterId: number, count: number): PackedCharacters {
    const heads = this.run.bots.all<HeadRow>({ after: afterId, count })
    const partsById = new Map<number, PartRow[]>()
    const range = { from: heads[0]?.id ?? 0, to: heads.at(-1)?.id ?? 0 }
    for (const part of this.run.partsBetween.all<PartRow>(range)) {
      const parts = partsById.get(part.character_id)
      if (parts === undefined) partsById.set(part.character_id, [part])
      else parts.push(part)
    }
    const { rows, layouts } = new RowPacker((head, part) => this.layoutOf(head, part)).pack(heads, partsById)
    const known = heads.map(({ id, account_id, name, class_id }) => ({
      characterId: id,
      accountId: account_id,
      name,
      classId: class_id,
    }))
    return { heads: known, rows: { layouts, bytes: rows, count: heads.length } }
  }

  commit(batch: Batch): void {
    this.whole(() => {
      const lastTick = this.ownedTick()
      if (batch.tick <= lastTick) return
      for (const head of batch.created) this.create(head)
      this.putRows(batch)
      for (const id of batch.removed) {
        this.run.removeCharacter.run({ id })
        this.run.removeParts.run({ id })
        this.levels.delete(id)
      }
      for (const [name, saved] of Object.entries(batch.resources))
        this.run.putResource.run({ name, saved: JSON.stringify(saved) })
      this.putSessions(batch.sessions)
      this.ledger.append(movementsOf(batch.moved, lastTick), batch.tick)
      this.run.keepWorld.run({ world: WORLD, epoch: this.epoch, tick: batch.tick, expires: this.calendarMs() + LEASE_MS })
    })
  }

  /** A sign of life, for the time in which nothing is committed. */
  renew(): void {
    if (this.epoch === 0) return
    this.whole(() => {
      const tick = this.ownedTick()
      this.run.keepWorld.run({ world: WORLD, epoch: this.epoch, tick, expires: this.calendarMs() + LEASE_MS })
    })
  }

  close(): void {
    if (!this.database.open) return
    if (this.epoch > 0) this.whole(() => void this.run.leaveWorld.run({ world: WORLD, epoch: this.epoch }))
    this.database.close()
  }

  /** One transaction that has the right to write from its first statement on. */
  private whole<T>(work: () => T): T {
    try {
      return this.database.transaction(work).immediate()
    } catch (error) {
      // What was remembered of this transaction is not in the tables.
      this.levels.clear()
      this.tables.forget()
      this.known = undefined
      this.layoutIds.clear()
      throw storeError(this.path, error)
    }
  }

  /** The last tick of the world, of which this is the owner; throws `WORLD_TAKEN` when it no longer is. */
  private ownedTick(): number {
    const world = this.run.world.get<WorldRow>({ world: WORLD })
    if (world !== undefined && world.epoch === this.epoch) return world.tick
    const what = `the world of ${this.path} now belongs to ${ownerText(world?.holder ?? '')}`
    throw new MyriadError('WORLD_TAKEN', `${what}; this server must stop`)
  }

  /** What all characters have, as it is saved. */
  private valueOf({ places }: LedgerTerms): Balances {
    const had = new Balances()
    for (const head of this.run.allCharacters.all<HeadRow>()) {
      const { components } = this.rowOf(head, this.run.partsOf.all<PartRow>({ id: head.id }))
      visitValue(components, places, (item, uid, amount) => had.give(head.id, item, uid, amount))
    }
    return had
  }

  private create({ characterId, accountId, name, classId }: CharacterHead): void {
    const values = { id: characterId, account: accountId, name, key: nameKey(name), class: classId, level: 1 }
    this.run.putCharacter.run(values)
  }

  private putRows({ rows }: Batch): void {
    const ids = this.idsOf(rows.layouts)
    let id = 0
    visitRows(rows, {
      row: (characterId, level) => {
        id = characterId
        if (this.levels.get(id) === level) return
        if (this.run.setLevel.run({ id, level }) === 0) {
          const what = `character ${id} was never created; create it before its first commit`
          throw new MyriadError('STORE_FAILED', what)
        }
        this.levels.set(id, level)
      },
      part: (layout, bytes) => {
        this.run.putPart.run({ id, component: layout.component, layout: ids.get(layout)!, bytes })
      },
    })
  }

  private sessions(): readonly SavedSession[] {
    return this.run.sessions.all<SessionSaved>().map((row) => ({
      id: row.id,
      accountId: row.account_id,
      role: row.role,
      characterId: row.character_id,
      lastSeq: row.last_seq,
      tokenHash: row.token_hash,
      results: JSON.parse(row.results) as number[],
      generation: row.generation,
    }))
  }

  private putSessions({ changed, ended }: SessionChanges): void {
    for (const { id, accountId, role, characterId, lastSeq, tokenHash, results, generation } of changed)
      this.run.putSession.run({
        id,
        account: accountId,
        role,
        character: characterId,
        seq: lastSeq,
        hash: tokenHash,
        results: JSON.stringify(results),
        generation,
      })
    for (const id of ended) this.run.removeSession.run({ id })
  }

  private idsOf(layouts: readonly SavedLayout[]): ReadonlyMap<SavedLayout, number> {
    if (this.known?.layouts === layouts) return this.known.ids
    const ids = new Map(layouts.map((layout) => [layout, this.idOf(layout)]))
    this.known = { layouts, ids }
    return ids
  }

  private idOf({ component, fields }: SavedLayout): number {
    const text = JSON.stringify(fields)
    const key = `${component}\n${text}`
    if (!this.layoutIds.has(key)) this.readLayouts()
    if (!this.layoutIds.has(key)) {
      this.run.addLayout.run({ component, fields: text })
      this.readLayouts()
    }
    return this.layoutIds.get(key)!
  }

  private readLayouts(): void {
    for (const { id, component, fields } of this.run.layouts.all<{ id: number; component: string; fields: string }>()) {
      this.layoutIds.set(`${component}\n${fields}`, id)
      this.layoutsById.set(id, { component, fields: JSON.parse(fields) as SavedField[] })
    }
  }

  private rowOf(head: HeadRow, parts: readonly PartRow[]): CharacterRow {
    const components = parts.map((part) => {
      const layout = this.layoutOf(head, part)
      return [layout.component, unpackComponent(layout, part.bytes) ?? {}] as const
    })
    return { ...summaryOf(head), accountId: head.account_id, components: Object.fromEntries(components) }
  }

  private layoutOf(head: HeadRow, { layout_id, bytes }: PartRow): SavedLayout {
    const layout = this.layoutsById.get(layout_id)
    if (layout !== undefined && layoutBytes(layout) === bytes.length) return layout
    const what = `the store ${this.path} has ${bytes.length} bytes of character ${head.id} that fit no layout (${layout_id})`
    throw new MyriadError('BAD_STORE', `${what}; restore it from a backup`)
  }
}
