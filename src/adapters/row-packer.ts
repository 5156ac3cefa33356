import { assert } from '../assert.js'
import { LAYOUTS_MAX, ROW_HEAD_BYTES, type SavedLayout } from '../ports/packed-rows.js'

/** A character's row as the tables have it. */
export interface HeadRow {
  readonly id: number
  readonly account_id: string
  readonly name: string
  readonly class_id: number
  readonly level: number
}
export interface PartRow {
  readonly character_id: number
  readonly layout_id: number
  readonly bytes: Uint8Array
}

/** Packs rows of the tables into one block: their bytes go over as they lie there. */
export class RowPacker {
  private readonly places = new Map<SavedLayout, number>()

  constructor(private readonly layoutOf: (head: HeadRow, part: PartRow) => SavedLayout) {}

  pack(heads: readonly HeadRow[], partsById: ReadonlyMap<number, readonly PartRow[]>) {
    let size = heads.length * ROW_HEAD_BYTES
    for (const parts of partsById.values()) for (const { bytes } of parts) size += 1 + bytes.length
    const rows = new Uint8Array(size)
    const view = new DataView(rows.buffer)
    let at = 0
    for (const head of heads) {
      const parts = partsById.get(head.id) ?? []
      view.setFloat64(at, head.id, true)
      view.setUint16(at + 8, head.level, true)
      view.setUint8(at + 10, parts.length)
      at += ROW_HEAD_BYTES
      for (const part of parts) {
        view.setUint8(at, this.placeOf(this.layoutOf(head, part)))
        rows.set(part.bytes, at + 1)
        at += 1 + part.bytes.length
      }
    }
    return { rows, layouts: [...this.places.keys()] }
  }

  private placeOf(layout: SavedLayout): number {
    const place = this.places.get(layout) ?? this.places.size
    assert(place < LAYOUTS_MAX, () => `rows of over ${LAYOUTS_MAX} shapes do not go into one block; load fewer at a time`)
    this.places.set(layout, place)
    return place
  }
}
