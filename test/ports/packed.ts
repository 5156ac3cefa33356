import { NOTHING_MOVED } from '../../src/ports/ledger.js'
import { packRows } from '../../src/ports/packed-rows.js'
import type { Batch, CharacterRow } from '../../src/ports/store.js'

type Row = Pick<CharacterRow, 'characterId' | 'level' | 'components'>

/** A batch with such rows, and nothing else unless given. */
export function batchOf(tick: number, rows: readonly Row[], more: Partial<Batch> = {}): Batch {
  const nothing = { created: [], removed: [], resources: {}, sessions: { changed: [], ended: [] }, moved: NOTHING_MOVED }
  return { ...nothing, tick, rows: packRows(rows), ...more }
}
