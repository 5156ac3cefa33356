import { MyriadError } from '../errors.js'
import { type Balance, type LedgerLink, type LedgerState, type LedgerTerms, movementsOf } from '../ports/ledger.js'
import { packRows, type SavedLayout, unpackComponent, visitRows } from '../ports/packed-rows.js'
import type { NumberedMovement, SavedCharacter, SavedOwner, SavedWorld } from '../ports/saved-world.js'
import {
  type Batch,
  BOT_CHARACTER_ID_MIN,
  CHARACTERS_PER_ACCOUNT_MAX,
  type CharacterRow,
  type CharacterSummary,
  type CreateOutcome,
  type PackedCharacters,
  type SavedComponent,
  type SavedResources,
  type SavedSession,
  type Store,
  type WorldState,
} from '../ports/store.js'
import { Balances, visitValue } from './balances.js'
import { LedgerKeeper } from './ledger-keeper.js'
import { MemoryLedger } from './memory-ledger.js'
import { nameKey } from './name-key.js'

/** A character, and what lasts of each of its components: bytes, which take a fifth of what lists of numbers would. */
interface KeptRow extends CharacterSummary {
  readonly accountId: string
  readonly parts: ReadonlyMap<string, { readonly layout: SavedLayout; readonly bytes: Uint8Array }>
}

/** What stores in memory are opened over: it outlives them, as a file does. */
export class MemoryDisk implements SavedWorld {
  readonly rows = new Map<number, KeptRow>()
  readonly idsByAccount = new Map<string, Set<number>>()
  readonly tables = new MemoryLedger()
  resources: SavedResources = {}
  readonly sessions = new Map<number, SavedSession>()
  lastId = 0
  epoch = 0
  /** The last tick committed; -1 before the first. */
  tick = -1
  /** '' while nobody owns the world. */
  holder = ''
  readonly lostParts = 0

  get owners(): readonly SavedOwner[] {
    return this.epoch === 0 ? [] : [{ world: 'main', epoch: this.epoch, tick: this.tick }]
  }

  get ledger(): LedgerState | undefined {
    return this.tables.state()
  }

  *characters(): Generator<SavedCharacter> {
    for (const id of [...this.rows.keys()].sort((a, b) => a - b)) yield rowOf(this.rows.get(id)!)
  }

  openings(): Iterable<Balance> {
    return this.tables.openings()
  }

  links(): Iterable<LedgerLink> {
    return this.tables.links
  }

  entries(): Iterable<NumberedMovement> {
    return this.tables.entries
  }
}

/**
 * A store that forgets when the process ends, unless it is opened again over the same `disk`. Ids rise from 1. Without `open` it is an
 * owner from the start. Over a disk that nobody else can open it keeps no ledger, which nobody could read.
 *
 * `commit` puts a row's components over the saved ones, one component at a time: what a row does not name stays. It rejects with
 * `STORE_FAILED`, and changes nothing, for a character that was never created. Every call after `close` is rejected with `STORE_FAILED`.
 */
export function createMemoryStore(disk?: MemoryDisk): Store {
  return new MemoryStore(disk ?? new MemoryDisk(), disk !== undefined)
}

class MemoryStore implements Store {
  private epoch: number
  private closed = false
  private ledger: LedgerKeeper

  constructor(
    private readonly disk: MemoryDisk,
    private readonly keepsLedger: boolean,
  ) {
    this.epoch = disk.epoch
    this.ledger = new LedgerKeeper(disk.tables, 0, disk.epoch)
  }

  async open(terms?: LedgerTerms): Promise<WorldState> {
    this.checkOpen()
    const { disk } = this
    if (disk.holder !== '')
      throw new MyriadError('WORLD_TAKEN', `the world belongs to ${disk.holder}, which lives; stop it, then start this server`)
    disk.epoch += 1
    disk.holder = `owner ${disk.epoch} in this process`
    this.epoch = disk.epoch
    if (this.keepsLedger) this.openLedger(terms)
    const bots = [...disk.rows.keys()].filter((id) => id >= BOT_CHARACTER_ID_MIN).length
    const sessions = [...disk.sessions.values()].sort((a, b) => a.id - b.id).map(sessionOf)
    return { epoch: disk.epoch, tick: Math.max(0, disk.tick), resources: copyOf(disk.resources), bots, sessions }
  }

  async charactersOf(accountId: string): Promise<readonly CharacterSummary[]> {
    this.checkOpen()
    return this.ownedBy(accountId)
  }

  async createCharacter(accountId: string, name: string, classId: number): Promise<CreateOutcome> {
    this.checkOwner()
    if (this.ownedBy(accountId).length >= CHARACTERS_PER_ACCOUNT_MAX) return { ok: false, code: 'limit' }
    const key = nameKey(name)
    for (const row of this.disk.rows.values()) if (nameKey(row.name) === key) return { ok: false, code: 'nameTaken' }
    this.disk.lastId += 1
    const row: KeptRow = { characterId: this.disk.lastId, name, classId, level: 1, accountId, parts: new Map() }
    this.put(row)
    return { ok: true, row: summaryOf(row) }
  }

  async loadCharacter(accountId: string, characterId: number): Promise<CharacterRow | null> {
    this.checkOpen()
    const row = this.disk.rows.get(characterId)
    return row === undefined || row.accountId !== accountId ? null : rowOf(row)
  }

  async loadBots(afterId: number, count: number): Promise<PackedCharacters> {
    this.checkOpen()
    const ids = [...this.disk.rows.keys()].filter((id) => id > afterId && id >= BOT_CHARACTER_ID_MIN).sort((a, b) => a - b)
    const rows = ids.slice(0, count).map((id) => this.disk.rows.get(id)!)
    const heads = rows.map(({ characterId, accountId, name, classId }) => ({ characterId, accountId, name, classId }))
    return { heads, rows: packRows(rows.map(rowOf)) }
  }

  async commit(batch: Batch): Promise<void> {
    this.checkOwner()
    const { disk } = this
    if (batch.tick <= disk.tick) return
    const created = new Set(batch.created.map(({ characterId }) => characterId))
    visitRows(batch.rows, {
      row: (characterId) => {
        if (disk.rows.has(characterId) || created.has(characterId)) return
        const what = `character ${characterId} was never created; create it before its first commit`
        throw new MyriadError('STORE_FAILED', what)
      },
      part: () => undefined,
    })
    for (const head of batch.created) this.put({ ...head, level: 1, parts: new Map() })
    let parts = new Map<string, { readonly layout: SavedLayout; readonly bytes: Uint8Array }>()
    visitRows(batch.rows, {
      row: (characterId, level) => {
        const saved = disk.rows.get(characterId)!
        parts = new Map(saved.parts)
        this.put({ ...saved, level, parts })
      },
      part: (layout, bytes) => void parts.set(layout.component, { layout, bytes: bytes.slice() }),
    })
    for (const id of batch.removed) this.remove(id)
    disk.resources = { ...disk.resources, ...copyOf(batch.resources) }
    for (const session of batch.sessions.changed) disk.sessions.set(session.id, sessionOf(session))
    for (const id of batch.sessions.ended) disk.sessions.delete(id)
    if (this.keepsLedger) this.ledger.append(movementsOf(batch.moved, disk.tick), batch.tick)
    disk.tick = batch.tick
  }

  async close(): Promise<void> {
    if (!this.closed && this.epoch === this.disk.epoch) this.disk.holder = ''
    this.closed = true
  }

  private openLedger(terms: LedgerTerms | undefined): void {
    const { disk } = this
    this.ledger = new LedgerKeeper(disk.tables, terms?.keepTicks ?? 0, disk.epoch, terms?.folds)
    if (terms === undefined) return
    this.ledger.begin(Math.max(0, disk.tick), () => {
      const had = new Balances()
      for (const row of disk.rows.values())
        visitValue(rowOf(row).components, terms.places, (item, uid, amount) => had.give(row.characterId, item, uid, amount))
      return had
    })
  }

  private checkOpen(): void {
    if (this.closed) throw new MyriadError('STORE_FAILED', 'the store is closed; nothing may be asked of it after close()')
  }

  private checkOwner(): void {
    this.checkOpen()
    if (this.epoch !== this.disk.epoch)
      throw new MyriadError('WORLD_TAKEN', `the world now belongs to ${this.disk.holder}; this server must stop`)
  }

  private put(row: KeptRow): void {
    const { disk } = this
    disk.rows.set(row.characterId, row)
    const ids = disk.idsByAccount.get(row.accountId)
    if (ids === undefined) disk.idsByAccount.set(row.accountId, new Set([row.characterId]))
    else ids.add(row.characterId)
  }

  private remove(id: number): void {
    const row = this.disk.rows.get(id)
    if (row === undefined) return
    this.disk.rows.delete(id)
    this.disk.idsByAccount.get(row.accountId)?.delete(id)
  }

  private ownedBy(accountId: string): CharacterSummary[] {
    const ids = [...(this.disk.idsByAccount.get(accountId) ?? [])].sort((a, b) => a - b)
    return ids.slice(0, CHARACTERS_PER_ACCOUNT_MAX).map((id) => summaryOf(this.disk.rows.get(id)!))
  }
}

const summaryOf = ({ characterId, name, classId, level }: KeptRow): CharacterSummary => ({
  characterId,
  name,
  classId,
  level,
})

function rowOf(row: KeptRow): CharacterRow {
  const components = [...row.parts].map(([name, { layout, bytes }]) => [name, unpackComponent(layout, bytes) ?? {}] as const)
  return { ...summaryOf(row), accountId: row.accountId, components: Object.fromEntries(components) }
}

const sessionOf = (session: SavedSession): SavedSession => ({ ...session, results: [...session.results] })

/** Resources are shared with nobody: what a reader does to them must not change what was saved. */
function copyOf(components: Readonly<Record<string, SavedComponent>>): Record<string, SavedComponent> {
  const copies = Object.entries(components).map(([component, fields]) => {
    const values = Object.entries(fields).map(([field, numbers]) => [field, [...numbers]] as const)
    return [component, Object.fromEntries(values)] as const
  })
  return Object.fromEntries(copies)
}
