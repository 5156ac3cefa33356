import {
  type PackedRows,
  ROW_HEAD_BYTES,
  type SavedComponent,
  type SavedLayout,
  savedBytes,
} from '../../src/ports/packed-rows.js'
import type { Batch, CharacterRow } from '../../src/ports/store.js'

type Row = Pick<CharacterRow, 'characterId' | 'level' | 'components'>

/** A layout that holds the numbers of such a component, as f64. */
function layoutOf(component: string, saved: SavedComponent): SavedLayout {
  const fields = Object.entries(saved).map(([name, { length }]) => ({ name, kind: 'f64' as const, length }))
  return { component, fields }
}

/** Packs rows as a world does, with one f64 a number. */
export function packed(rows: readonly Row[]): PackedRows {
  const layouts: SavedLayout[] = []
  const chunks: Uint8Array[] = []
  for (const { characterId, level, components } of rows) {
    const head = new DataView(new ArrayBuffer(ROW_HEAD_BYTES))
    head.setFloat64(0, characterId, true)
    head.setUint16(8, level, true)
    head.setUint8(10, Object.keys(components).length)
    chunks.push(new Uint8Array(head.buffer))
    for (const [component, saved] of Object.entries(components)) {
      layouts.push(layoutOf(component, saved))
      const numbers = Object.values(saved).flat()
      const part = new DataView(new ArrayBuffer(1 + numbers.length * savedBytes.f64))
      part.setUint8(0, layouts.length - 1)
      numbers.forEach((value, i) => {
        part.setFloat64(1 + i * savedBytes.f64, value, true)
      })
      chunks.push(new Uint8Array(part.buffer))
    }
  }
  return { layouts, bytes: new Uint8Array(Buffer.concat(chunks)), count: rows.length }
}

/** A batch with such rows, and nothing else unless given. */
export function batchOf(tick: number, rows: readonly Row[], more: Partial<Batch> = {}): Batch {
  return { tick, created: [], rows: packed(rows), removed: [], resources: {}, ...more }
}
