import { assert } from '../assert.js'

/**
 * What lasts of one component of one character: field name → its numbers (one, or `each`'s many). A list of several zeros, which most lists
 * are, may be left out.
 */
export type SavedComponent = Readonly<Record<string, readonly number[]>>

export const savedKinds = ['u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'f32', 'f64'] as const
export type SavedKind = (typeof savedKinds)[number]
export const savedBytes: Readonly<Record<SavedKind, number>> = { u8: 1, i8: 1, u16: 2, i16: 2, u32: 4, i32: 4, f32: 4, f64: 8 }

export interface SavedField {
  readonly name: string
  readonly kind: SavedKind
  /** Numbers in one row: 1, or as many as `each` has. */
  readonly length: number
}

/** How the bytes of a saved component are to be read: its fields, one after the other, little-endian. */
export interface SavedLayout {
  readonly component: string
  readonly fields: readonly SavedField[]
}

/**
 * What changed of many characters, packed, so that it crosses to another thread as one block:
 *
 *     row  = f64 character id | u16 level | u8 number of parts | parts
 *     part = u8 place of its layout | the bytes that the layout describes
 *
 * A row has only the parts that changed.
 */
export interface PackedRows {
  readonly layouts: readonly SavedLayout[]
  readonly bytes: Uint8Array
  /** Rows in `bytes`. */
  readonly count: number
}

export const ROW_HEAD_BYTES = 11
/** A row's parts and a batch's layouts are counted in a byte. */
export const LAYOUTS_MAX = 255

export const layoutBytes = (layout: SavedLayout): number =>
  layout.fields.reduce((sum, { kind, length }) => sum + savedBytes[kind] * length, 0)

/** Told what a packed row says, in its order. The bytes are a view of the block: copy what is kept. */
export interface RowVisitor {
  row(characterId: number, level: number): void
  part(layout: SavedLayout, bytes: Uint8Array): void
}

export function visitRows({ layouts, bytes, count }: PackedRows, visitor: RowVisitor): void {
  const sizes = layouts.map(layoutBytes)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  for (let row = 0; row < count; row += 1) {
    const parts = view.getUint8(at + 10)
    visitor.row(view.getFloat64(at, true), view.getUint16(at + 8, true))
    at += ROW_HEAD_BYTES
    for (let part = 0; part < parts; part += 1) {
      const place = view.getUint8(at)
      visitor.part(layouts[place], bytes.subarray(at + 1, at + 1 + sizes[place]))
      at += 1 + sizes[place]
    }
  }
  assert(
    at === bytes.length,
    `${count} packed rows take ${at} bytes, but there are ${bytes.length}; pack with one list of layouts`,
  )
}

const readers: Readonly<Record<SavedKind, (view: DataView, at: number) => number>> = {
  u8: (view, at) => view.getUint8(at),
  i8: (view, at) => view.getInt8(at),
  u16: (view, at) => view.getUint16(at, true),
  i16: (view, at) => view.getInt16(at, true),
  u32: (view, at) => view.getUint32(at, true),
  i32: (view, at) => view.getInt32(at, true),
  f32: (view, at) => view.getFloat32(at, true),
  f64: (view, at) => view.getFloat64(at, true),
}

/** The numbers of one part, without lists of several zeros. Undefined when the bytes are not as many as the layout says. */
export function unpackComponent(layout: SavedLayout, bytes: Uint8Array): SavedComponent | undefined {
  if (bytes.length !== layoutBytes(layout)) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const entries: (readonly [string, readonly number[]])[] = []
  let at = 0
  for (const { name, kind, length } of layout.fields) {
    const size = savedBytes[kind]
    if (length === 1) entries.push([name, [readers[kind](view, at)]])
    else if (length === 0 || !isZero(bytes, at, length * size)) {
      const numbers = new Array<number>(length)
      for (let i = 0; i < length; i += 1) numbers[i] = readers[kind](view, at + i * size)
      entries.push([name, numbers])
    }
    at += length * size
  }
  // `fromEntries` makes an own property even of `__proto__`.
  return Object.fromEntries(entries)
}

function isZero(bytes: Uint8Array, start: number, length: number): boolean {
  for (let at = start; at < start + length; at += 1) if (bytes[at] !== 0) return false
  return true
}

/** Packs rows whose components are objects: one f64 a number, and a layout a component. */
export function packRows(rows: readonly UnpackedRow[]): PackedRows {
  const layouts: SavedLayout[] = []
  const places = new Map<string, number>()
  const placeOf = (component: string, saved: SavedComponent): number => {
    const fields = Object.entries(saved).map(([name, { length }]) => ({ name, kind: 'f64' as const, length }))
    const key = JSON.stringify([component, fields])
    if (!places.has(key)) places.set(key, layouts.push({ component, fields }) - 1)
    return places.get(key)!
  }
  const parts = rows.map((row) => Object.entries(row.components).map(([name, saved]) => ({ place: placeOf(name, saved), saved })))
  assert(layouts.length <= LAYOUTS_MAX, `rows of ${layouts.length} shapes, but at most ${LAYOUTS_MAX} go into one block`)
  const numbers = parts.flat().reduce((sum, { place }) => sum + layoutBytes(layouts[place]), 0)
  const view = new DataView(new ArrayBuffer(rows.length * ROW_HEAD_BYTES + parts.flat().length + numbers))
  let at = 0
  rows.forEach(({ characterId, level }, row) => {
    view.setFloat64(at, characterId, true)
    view.setUint16(at + 8, level, true)
    view.setUint8(at + 10, parts[row].length)
    at += ROW_HEAD_BYTES
    for (const { place, saved } of parts[row]) {
      view.setUint8(at, place)
      at += 1
      for (const value of Object.values(saved).flat()) {
        view.setFloat64(at, value, true)
        at += savedBytes.f64
      }
    }
  })
  return { layouts, bytes: new Uint8Array(view.buffer), count: rows.length }
}

/** One row as an object. `level` and the parts are those of the row; nothing else of the character is in it. */
export interface UnpackedRow {
  readonly characterId: number
  readonly level: number
  readonly components: Readonly<Record<string, SavedComponent>>
}

export function unpackRows(packed: PackedRows): UnpackedRow[] {
  const rows: { characterId: number; level: number; parts: (readonly [string, SavedComponent])[] }[] = []
  visitRows(packed, {
    row: (characterId, level) => rows.push({ characterId, level, parts: [] }),
    part: (layout, bytes) => {
      const component = unpackComponent(layout, bytes)
      if (component !== undefined) rows.at(-1)?.parts.push([layout.component, component])
    },
  })
  return rows.map(({ characterId, level, parts }) => ({ characterId, level, components: Object.fromEntries(parts) }))
}
