import Database from 'better-sqlite3'
import { type SavedComponent, type SavedField, unpackComponent } from '../../src/ports/packed-rows.js'
import { BOT_CHARACTER_ID_MIN } from '../../src/ports/store.js'
import { type Holding, savedHolding, savedStacks } from './holding.js'
import { content } from './opening.js'

/** What lies in a database, and what of it cannot be. */
export interface RowsReport {
  readonly tick: number
  readonly epoch: number
  readonly bots: number
  readonly characterIds: ReadonlySet<number>
  /** Of players' characters, by id. */
  readonly holdings: ReadonlyMap<number, Holding>
  /** Coins in all purses. */
  readonly gold: number
  readonly violations: readonly string[]
}

interface HeadRow {
  readonly id: number
  readonly name: string
  readonly level: number
}
interface PartRow {
  readonly id: number
  readonly component: string
  readonly layout: string
  readonly fields: string
  readonly bytes: Uint8Array
}
type Components = Readonly<Record<string, SavedComponent>>

/**
 * Reads all rows of a database at one moment, while a server may go on writing to it, and checks what must hold of any: nothing
 * damaged, nothing negative or over its limit, no unique thing twice or with a uid that could be given again.
 */
export function auditRows(path: string): RowsReport {
  const database = new Database(path, { readonly: true })
  try {
    return database.transaction(() => new RowsAudit(database).report())()
  } finally {
    database.close()
  }
}

class RowsAudit {
  private readonly violations: string[] = []
  private readonly ownerByUid = new Map<number, number>()

  constructor(private readonly database: Database.Database) {}

  report(): RowsReport {
    const { database } = this
    const integrity = database.pragma('integrity_check', { simple: true })
    if (integrity !== 'ok') this.violations.push(`the database is damaged: ${integrity}`)
    const world = database.prepare('select epoch, tick from worlds').get() as { epoch: number; tick: number } | undefined
    const heads = database.prepare('select id, name, level from characters order by id').all() as HeadRow[]
    const components = this.readParts(new Set(heads.map(({ id }) => id)))
    const holdings = new Map<number, Holding>()
    let gold = 0
    for (const head of heads) {
      const its = components.get(head.id) ?? {}
      const holding = savedHolding(its)
      gold += holding.gold
      this.checkCharacter(head, its, holding)
      if (head.id < BOT_CHARACTER_ID_MIN) holdings.set(head.id, holding)
    }
    this.checkUids()
    return {
      tick: world?.tick ?? 0,
      epoch: world?.epoch ?? 0,
      bots: heads.filter(({ id }) => id >= BOT_CHARACTER_ID_MIN).length,
      characterIds: new Set(heads.map(({ id }) => id)),
      holdings,
      gold,
      violations: this.violations,
    }
  }

  private readParts(ids: ReadonlySet<number>): ReadonlyMap<number, Components> {
    const sql = `select parts.character_id as id, parts.component, layouts.component as layout, layouts.fields, parts.bytes
      from parts left join layouts on layouts.id = parts.layout_id`
    const byId = new Map<number, Record<string, SavedComponent>>()
    const parsed = new Map<string, readonly SavedField[]>()
    for (const { id, component, layout, fields, bytes } of this.database.prepare(sql).all() as PartRow[]) {
      if (!ids.has(id)) this.violations.push(`${component} is stored of character ${id}, who is not`)
      const known = parsed.get(fields) ?? (JSON.parse(fields ?? '[]') as readonly SavedField[])
      parsed.set(fields, known)
      const saved = component === layout ? unpackComponent({ component, fields: known }, bytes) : undefined
      if (saved === undefined) this.violations.push(`${component} of character ${id}: ${bytes.length} bytes fit no layout`)
      else byId.set(id, { ...byId.get(id), [component]: saved })
    }
    return byId
  }

  private checkCharacter({ id, name, level }: HeadRow, components: Components, { gold }: Holding): void {
    const must = (holds: boolean, text: () => string): void => {
      if (!holds) this.violations.push(`character ${id}, ${name}: ${text()}`)
    }
    const { goldMax, levelMax } = content.rates
    must(gold >= 0 && gold <= goldMax, () => `${gold} gold, not from 0 to ${goldMax}`)
    must(level >= 1 && level <= levelMax, () => `level ${level}, not from 1 to ${levelMax}`)
    for (const [component, fields] of Object.entries(components))
      for (const [field, numbers] of Object.entries(fields))
        must(numbers.every(Number.isFinite), () => `${component}.${field} is ${numbers.join(' ')}, which are no numbers`)
    for (const { at, item, count, uid } of savedStacks(components)) {
      const kind = content.items[item]
      const isUnique = kind?.slot !== undefined
      must(kind !== undefined, () => `item ${item} in place ${at} is none of the content's`)
      must(count > 0 && count <= (kind?.stackMax ?? 0), () => `a stack of ${count} of item ${item} in place ${at}`)
      must(isUnique === uid > 0, () => `item ${item} in place ${at} has uid ${uid}`)
      if (uid === 0) continue
      const other = this.ownerByUid.get(uid)
      must(other === undefined, () => `the thing ${uid} of item ${item} is there twice: character ${other} has it, too`)
      this.ownerByUid.set(uid, id)
    }
  }

  /** No uid is to be given twice: none may be above the last that was given. */
  private checkUids(): void {
    const row = this.database.prepare("select saved from resources where name = 'Uids'").get() as { saved: string } | undefined
    if (row === undefined) return
    const last = (JSON.parse(row.saved) as { last?: readonly number[] }).last?.[0] ?? 0
    for (const [uid, id] of this.ownerByUid)
      if (uid > last) this.violations.push(`character ${id} has the thing ${uid}, but ${last} is the last uid that was given`)
  }
}
