import { type PayloadField, type PayloadShape, scalarBytes } from './fields.js'

/**
 * Packed little-endian form of a payload, as it stands in a cell body: numbers in their declared width, `oneOf` as a
 * u8 index, text as a u8 count of bytes and then UTF-8.
 */
export interface Packed {
  /** Writes at `at` and returns the offset after it. The caller has left `bytesMax` bytes of room. */
  write(view: DataView, at: number, payload: Readonly<Record<string, unknown>>): number
  read(view: DataView, at: number): { readonly payload: Record<string, unknown>; readonly next: number }
  readonly bytesMax: number
}

const TEXT_BYTES_MAX = 255
const encoder = new TextEncoder()
// A byte order mark is a character like any other here: what was written is what is read.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

export function writeText(view: DataView, at: number, value: string): number {
  // The caller left room for this text, which may be less than the longest one takes.
  const room = Math.min(TEXT_BYTES_MAX, view.byteLength - at - 1)
  const { written } = encoder.encodeInto(value, new Uint8Array(view.buffer, view.byteOffset + at + 1, room))
  view.setUint8(at, written)
  return at + 1 + written
}

export function readText(view: DataView, at: number): string {
  return decoder.decode(new Uint8Array(view.buffer, view.byteOffset + at + 1, view.getUint8(at)))
}

type Scalar = keyof typeof scalarBytes

export function writeScalar(view: DataView, at: number, kind: Scalar, value: number): number {
  switch (kind) {
    case 'u8':
    case 'bool':
      view.setUint8(at, value)
      break
    case 'i8':
      view.setInt8(at, value)
      break
    case 'u16':
      view.setUint16(at, value, true)
      break
    case 'i16':
      view.setInt16(at, value, true)
      break
    case 'u32':
      view.setUint32(at, value, true)
      break
    case 'i32':
      view.setInt32(at, value, true)
      break
    case 'f32':
      view.setFloat32(at, value, true)
      break
    case 'f64':
      view.setFloat64(at, value, true)
      break
  }
  return at + scalarBytes[kind]
}

export function readScalar(view: DataView, at: number, kind: Scalar): number {
  switch (kind) {
    case 'u8':
    case 'bool':
      return view.getUint8(at)
    case 'i8':
      return view.getInt8(at)
    case 'u16':
      return view.getUint16(at, true)
    case 'i16':
      return view.getInt16(at, true)
    case 'u32':
      return view.getUint32(at, true)
    case 'i32':
      return view.getInt32(at, true)
    case 'f32':
      return view.getFloat32(at, true)
    case 'f64':
      return view.getFloat64(at, true)
  }
}

function fieldBytesMax(field: PayloadField): number | undefined {
  if (field.kind === 'text') return field.codePointsMax * 4 <= TEXT_BYTES_MAX ? 1 + field.codePointsMax * 4 : undefined
  if (field.kind === 'oneOf') return 1
  return field.kind in scalarBytes ? scalarBytes[field.kind as Scalar] : undefined
}

/** `undefined` when a field has no packed form: lists, records, bytes, defaults, and texts over 63 code points. */
export function packedForm(shape: PayloadShape): Packed | undefined {
  const fields = Object.entries(shape)
  let bytesMax = 0
  for (const [, field] of fields) {
    const size = fieldBytesMax(field)
    if (size === undefined) return undefined
    bytesMax += size
  }
  return Object.freeze({
    bytesMax,
    write(view: DataView, start: number, payload: Readonly<Record<string, unknown>>): number {
      let at = start
      for (const [name, field] of fields) {
        const value = payload[name]
        if (field.kind === 'text') at = writeText(view, at, value as string)
        else if (field.kind === 'oneOf') at = writeScalar(view, at, 'u8', field.values.indexOf(value as string))
        else at = writeScalar(view, at, field.kind as Scalar, Number(value))
      }
      return at
    },
    read(view: DataView, start: number) {
      let at = start
      const payload: Record<string, unknown> = {}
      for (const [name, field] of fields) {
        if (field.kind === 'text') {
          payload[name] = readText(view, at)
          at += 1 + view.getUint8(at)
        } else if (field.kind === 'oneOf') {
          payload[name] = field.values[view.getUint8(at)]
          at += 1
        } else {
          const value = readScalar(view, at, field.kind as Scalar)
          payload[name] = field.kind === 'bool' ? value !== 0 : value
          at += scalarBytes[field.kind as Scalar]
        }
      }
      return { payload, next: at }
    },
  })
}
