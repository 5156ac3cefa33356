/**
 * The field types that columns and payloads share. A field is a frozen description; `ValueOf` is its TypeScript value.
 */
export type NumberKind = 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32' | 'f32' | 'f64'

export interface NumberField {
  readonly kind: NumberKind
}
export interface BoolField {
  readonly kind: 'bool'
}
/** At most `codePointsMax` Unicode code points. */
export interface TextField {
  readonly kind: 'text'
  readonly codePointsMax: number
}
/** One of a closed list of words; on the wire its index, a u8. */
export interface OneOfField<V extends string = string> {
  readonly kind: 'oneOf'
  readonly values: readonly V[]
}
export interface BytesField {
  readonly kind: 'bytes'
  readonly bytesMax: number
}
/** At most `itemsMax` values of one type. Payloads only. */
export interface ListField<F = unknown> {
  readonly kind: 'list'
  readonly of: F
  readonly itemsMax: number
}
/** Named fields; on the wire an array in declared order. Payloads only. */
export interface RecordField<S = unknown> {
  readonly kind: 'record'
  readonly fields: S
}
/** A payload's trailing field that an older client may leave out. */
export interface DefaultedField<F = unknown, T = unknown> {
  readonly kind: 'defaulted'
  readonly of: F
  readonly fallback: T
}
/** A fixed number of values in every row. Columns only. */
export interface EachField {
  readonly kind: 'each'
  readonly of: ScalarField
  readonly length: number
}

export type ScalarField = NumberField | BoolField
/** Inner fields are left untyped here, or the compiler would compare nested shapes without end; `innerField` and `innerShape` give them back. */
export type PayloadField = ScalarField | TextField | OneOfField | BytesField | ListField | RecordField | DefaultedField
export type PayloadShape = { readonly [name: string]: PayloadField }
export type ColumnField = ScalarField | EachField
export type ColumnShape = { readonly [name: string]: ColumnField }

export type ValueOf<F> =
  F extends OneOfField<infer V>
    ? V
    : F extends TextField
      ? string
      : F extends BoolField
        ? boolean
        : F extends BytesField
          ? Uint8Array
          : F extends ListField<infer I>
            ? readonly ValueOf<I>[]
            : F extends RecordField<infer S>
              ? { readonly [K in keyof S]: ValueOf<S[K]> }
              : F extends DefaultedField<infer I>
                ? ValueOf<I>
                : number
export type PayloadOf<S> = { readonly [K in keyof S]: ValueOf<S[K]> }

const number = <K extends NumberKind>(kind: K): { readonly kind: K } => Object.freeze({ kind })
export const u8 = number('u8')
export const i8 = number('i8')
export const u16 = number('u16')
export const i16 = number('i16')
export const u32 = number('u32')
export const i32 = number('i32')
export const f32 = number('f32')
export const f64 = number('f64')
export const bool: BoolField = Object.freeze({ kind: 'bool' })
export const text = (codePointsMax: number): TextField => Object.freeze({ kind: 'text', codePointsMax })
export const oneOf = <const V extends string>(...values: readonly V[]): OneOfField<V> =>
  Object.freeze({ kind: 'oneOf', values: Object.freeze(values) })
export const bytes = (bytesMax: number): BytesField => Object.freeze({ kind: 'bytes', bytesMax })
export function list<F extends PayloadField>(of: F, itemsMax: number): ListField<F> {
  return Object.freeze<ListField<F>>({ kind: 'list', of, itemsMax })
}
export function record<S extends PayloadShape>(fields: S): RecordField<S> {
  return Object.freeze<RecordField<S>>({ kind: 'record', fields: Object.freeze<S>({ ...fields }) })
}
export function defaulted<F extends PayloadField, const T extends number | string | boolean>(
  of: F,
  fallback: T,
): DefaultedField<F, T> {
  return Object.freeze<DefaultedField<F, T>>({ kind: 'defaulted', of, fallback })
}
/** `length` numbers a row, row after row in one column. */
export const each = (of: ScalarField, length: number): EachField => Object.freeze({ kind: 'each', of, length })

/** Inclusive bounds of every whole-number kind. */
export const integerBounds: Readonly<Record<Exclude<NumberKind, 'f32' | 'f64'>, readonly [number, number]>> = Object.freeze({
  u8: [0, 0xff],
  i8: [-0x80, 0x7f],
  u16: [0, 0xffff],
  i16: [-0x8000, 0x7fff],
  u32: [0, 0xffffffff],
  i32: [-0x80000000, 0x7fffffff],
})

/** Bytes of one value in packed form. */
export const scalarBytes: Readonly<Record<NumberKind | 'bool', number>> = Object.freeze({
  u8: 1,
  i8: 1,
  bool: 1,
  u16: 2,
  i16: 2,
  u32: 4,
  i32: 4,
  f32: 4,
  f64: 8,
})

/** What a list holds, or a field with a default really is. */
export const innerField = (field: ListField | DefaultedField): PayloadField => field.of as PayloadField
export const innerShape = (field: RecordField): PayloadShape => field.fields as PayloadShape

/** The field as the reference page and `protocol --json` write it. */
export function fieldName(field: PayloadField | ColumnField): string {
  switch (field.kind) {
    case 'text':
      return `text(${field.codePointsMax})`
    case 'oneOf':
      return `oneOf(${field.values.join(', ')})`
    case 'bytes':
      return `bytes(${field.bytesMax})`
    case 'list':
      return `list(${fieldName(innerField(field))}, ${field.itemsMax})`
    case 'record':
      return `[${Object.entries(innerShape(field))
        .map(([name, of]) => `${name}: ${fieldName(of)}`)
        .join(', ')}]`
    case 'defaulted':
      return `${fieldName(innerField(field))} = ${JSON.stringify(field.fallback)}`
    case 'each':
      return `each(${fieldName(field.of)}, ${field.length})`
    default:
      return field.kind
  }
}
