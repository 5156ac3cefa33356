import { MyriadError } from '../errors.js'
import type { Balance } from '../ports/ledger.js'
import { layoutBytes, type SavedField, type SavedLayout, unpackComponent } from '../ports/packed-rows.js'
import type { SavedCharacter, SavedOwner, SavedWorld } from '../ports/saved-world.js'
import type { HeadRow, PartRow } from './row-packer.js'
import { SqlLedger } from './sql-ledger.js'
import { sqliteDialect } from './sql-schema.js'
import { statementsFor, type WorldStatements } from './sql-statements.js'
import { openToRead, type Prepared, prepareAll, storeError } from './sqlite-file.js'

/**
 * Shows the world of a SQLite file as it stands, in one read transaction: a server may write meanwhile. The file is not changed. Throws
 * `BAD_STORE` for a file that cannot be read as a world.
 */
export function readSqlite<T>(path: string, look: (saved: SavedWorld) => T): T {
  const database = openToRead(path)
  try {
    return database.transaction(() => look(new SqliteReader(path, prepareAll(database, statementsFor(sqliteDialect))))).deferred()
  } catch (error) {
    const { code, message } = storeError(path, error)
    if (code === 'BAD_STORE' || isOfStore(error)) throw new MyriadError('BAD_STORE', message, { cause: error })
    throw error
  } finally {
    database.close()
  }
}

const isOfStore = (error: unknown): boolean => error instanceof Error && error.name === 'SqliteError'

class SqliteReader implements SavedWorld {
  readonly owners: readonly SavedOwner[]
  readonly lostParts: number
  private readonly tables: SqlLedger
  private readonly layouts = new Map<number, SavedLayout>()

  constructor(
    private readonly path: string,
    private readonly run: Readonly<Record<keyof WorldStatements, Prepared>>,
  ) {
    this.tables = new SqlLedger(run)
    this.owners = run.worlds.all<SavedOwner>().map(({ world, epoch, tick }) => ({ world, epoch, tick }))
    this.lostParts = run.lostParts.get<{ count: number }>()?.count ?? 0
    for (const { id, component, fields } of run.layouts.all<{ id: number; component: string; fields: string }>())
      this.layouts.set(id, { component, fields: JSON.parse(fields) as SavedField[] })
  }

  get ledger() {
    return this.tables.state()
  }

  *characters(components: readonly string[]): Generator<SavedCharacter> {
    for (const { id } of this.run.allCharacters.each<HeadRow>()) {
      const parts = this.run.partsOf.all<PartRow>({ id }).flatMap((part) => {
        const layout = this.layoutOf(part)
        return components.includes(layout.component)
          ? [[layout.component, unpackComponent(layout, part.bytes) ?? {}] as const]
          : []
      })
      yield { characterId: id, components: Object.fromEntries(parts) }
    }
  }

  openings(): Iterable<Balance> {
    return this.tables.openings()
  }

  links() {
    return this.tables.links()
  }

  entries() {
    return this.tables.entries()
  }

  private layoutOf({ character_id, layout_id, bytes }: PartRow): SavedLayout {
    const layout = this.layouts.get(layout_id)
    if (layout !== undefined && layoutBytes(layout) === bytes.length) return layout
    const what = `the store ${this.path} has ${bytes.length} bytes of character ${character_id} that fit no layout (${layout_id})`
    throw new MyriadError('BAD_STORE', `${what}; restore it from a backup`)
  }
}
