import type { BoolField, ColumnField, ColumnShape, EachField, NumberKind } from '../schema/fields.js'
import type { Component } from './component.js'

export type Column = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array

interface ColumnByKind {
  u8: Uint8Array
  i8: Int8Array
  u16: Uint16Array
  i16: Int16Array
  u32: Uint32Array
  i32: Int32Array
  f32: Float32Array
  f64: Float64Array
  bool: Uint8Array
}
type KindOf<F> = F extends { readonly kind: infer K extends NumberKind } ? K : F extends BoolField ? 'bool' : never
export type ColumnOf<F> = F extends EachField ? ColumnOf<F['of']> : ColumnByKind[KindOf<F>]

/** A column that the compiler lets nobody write. `each` fields lie row after row: index = slot × length + i. */
export interface ReadColumn {
  readonly [index: number]: number
  readonly length: number
}
export type ReadColumns<S> = { readonly [K in keyof S]: ReadColumn }
export type WriteColumns<S> = { readonly [K in keyof S]: ColumnOf<S[K]> }

type ScalarNames<S> = { [K in keyof S]: S[K] extends EachField ? never : K }[keyof S]
type EachNames<S> = { [K in keyof S]: S[K] extends EachField ? K : never }[keyof S]

/**
 * A marked component's only write path: reading goes through the columns, every change through `set`, which notes the
 * row for the owner's client and for the journal. Setting the value that already stands there marks nothing.
 */
export type Editor<S> = ReadColumns<S> & {
  readonly set: <K extends ScalarNames<S>>(slot: number, field: K, value: number) => void
  /** For `each` fields: value `index` of the row. */
  readonly setAt: <K extends EachNames<S>>(slot: number, field: K, index: number, value: number) => void
}

/** What a system that declares `writes` gets: columns, or an editor for a marked component. */
export type Writable<C> = C extends Component<string, infer S, infer M> ? (true extends M ? Editor<S> : WriteColumns<S>) : never
export type Readable<C> = C extends Component<string, infer S, boolean> ? ReadColumns<S> : never

const makers: { readonly [K in keyof ColumnByKind]: (length: number) => ColumnByKind[K] } = {
  u8: (n) => new Uint8Array(n),
  i8: (n) => new Int8Array(n),
  u16: (n) => new Uint16Array(n),
  i16: (n) => new Int16Array(n),
  u32: (n) => new Uint32Array(n),
  i32: (n) => new Int32Array(n),
  f32: (n) => new Float32Array(n),
  f64: (n) => new Float64Array(n),
  bool: (n) => new Uint8Array(n),
}

/** Values in one row of a field. */
export const rowLength = (field: ColumnField): number => (field.kind === 'each' ? field.length : 1)

/** The one place where column memory comes from, so that sharing it between threads stays a one-line choice. */
export function allocateColumn(field: ColumnField, capacity: number): Column {
  const scalar = field.kind === 'each' ? field.of : field
  return makers[scalar.kind](capacity * rowLength(field))
}

export type ColumnsByName = Readonly<Record<string, Column>>

export function allocateColumns(fields: ColumnShape, capacity: number): ColumnsByName {
  const columns: Record<string, Column> = {}
  for (const [name, field] of Object.entries(fields)) columns[name] = allocateColumn(field, capacity)
  return Object.freeze(columns)
}
