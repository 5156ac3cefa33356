import { MyriadError } from '../errors.js'
import {
  type Batch,
  BOT_CHARACTER_ID_MIN,
  CHARACTERS_PER_ACCOUNT_MAX,
  type CharacterRow,
  type CharacterSummary,
  type CreateOutcome,
  type SavedComponent,
  type Store,
} from '../ports/store.js'
import { nameKey } from './name-key.js'

/**
 * A store that forgets when the process ends. Ids rise from 1.
 *
 * `commit` puts a row's components over the saved ones, one component at a time: what a row does not name stays. It rejects with
 * `STORE_FAILED`, and changes nothing, for a character that was never created (the fleet's bots need no creation) or that belongs to
 * another account. Every call after `close` is rejected with `STORE_FAILED`.
 */
export function createMemoryStore(): Store {
  return new MemoryStore()
}

class MemoryStore implements Store {
  private readonly rows = new Map<number, CharacterRow>()
  private readonly names = new Set<string>()
  private readonly idsByAccount = new Map<string, Set<number>>()
  private lastId = 0
  private closed = false

  async charactersOf(accountId: string): Promise<readonly CharacterSummary[]> {
    this.checkOpen()
    return this.ownedBy(accountId)
  }

  async createCharacter(accountId: string, name: string, classId: number): Promise<CreateOutcome> {
    this.checkOpen()
    if (this.ownedBy(accountId).length >= CHARACTERS_PER_ACCOUNT_MAX) return { ok: false, code: 'limit' }
    if (this.names.has(nameKey(name))) return { ok: false, code: 'nameTaken' }
    this.lastId += 1
    const row: CharacterRow = { characterId: this.lastId, name, classId, level: 1, accountId, components: {} }
    this.put(row)
    return { ok: true, row: summaryOf(row) }
  }

  async loadCharacter(accountId: string, characterId: number): Promise<CharacterRow | null> {
    this.checkOpen()
    const row = this.rows.get(characterId)
    return row === undefined || row.accountId !== accountId ? null : { ...row, components: copyOf(row.components) }
  }

  async commit(batch: Batch): Promise<void> {
    this.checkOpen()
    for (const row of batch.rows) this.checkRow(row)
    for (const row of batch.rows) {
      const saved = this.rows.get(row.characterId)?.components
      this.put({ ...row, components: { ...saved, ...copyOf(row.components) } })
    }
  }

  async close(): Promise<void> {
    this.closed = true
  }

  private checkOpen(): void {
    if (this.closed) throw new MyriadError('STORE_FAILED', 'the store is closed; nothing may be asked of it after close()')
  }

  private checkRow(row: CharacterRow): void {
    const saved = this.rows.get(row.characterId)
    const what = `character ${row.characterId} of account ${JSON.stringify(row.accountId)}`
    if (saved === undefined && row.characterId < BOT_CHARACTER_ID_MIN) {
      throw new MyriadError('STORE_FAILED', `${what} was never created; create it before its first commit`)
    }
    if (saved !== undefined && saved.accountId !== row.accountId) {
      throw new MyriadError('STORE_FAILED', `${what} belongs to another account; only its owner's world may write it`)
    }
  }

  private put(row: CharacterRow): void {
    const before = this.rows.get(row.characterId)
    if (before !== undefined && before.name !== row.name) this.names.delete(nameKey(before.name))
    this.names.add(nameKey(row.name))
    this.rows.set(row.characterId, row)
    const ids = this.idsByAccount.get(row.accountId)
    if (ids === undefined) this.idsByAccount.set(row.accountId, new Set([row.characterId]))
    else ids.add(row.characterId)
  }

  private ownedBy(accountId: string): CharacterSummary[] {
    const ids = [...(this.idsByAccount.get(accountId) ?? [])].sort((a, b) => a - b)
    return ids.slice(0, CHARACTERS_PER_ACCOUNT_MAX).map((id) => summaryOf(this.rows.get(id)!))
  }
}

const summaryOf = ({ characterId, name, classId, level }: CharacterRow): CharacterSummary => ({
  characterId,
  name,
  classId,
  level,
})

/** Rows are shared with nobody: a column that changes after a commit must not change what was saved. */
function copyOf(components: CharacterRow['components']): Record<string, SavedComponent> {
  const copies = Object.entries(components).map(([component, fields]) => {
    const values = Object.entries(fields).map(([field, numbers]) => [field, [...numbers]] as const)
    return [component, Object.fromEntries(values)] as const
  })
  return Object.fromEntries(copies)
}
