import { packRows } from '../../src/ports/packed-rows.js'
import type { Batch, CharacterRow } from '../../src/ports/store.js'

type Row = Pick<CharacterRow, 'characterId' | 'level' | 'components'>

/** A batch with such rows, and nothing else unless given. */
export function batchOf(tick: number, rows: readonly Row[], more: Partial<Batch> = {}): Batch {
  return { tick, created: [], rows: packRows(rows), removed: [], resources: {}, sessions: { changed: [], ended: [] }, ...more }
}
