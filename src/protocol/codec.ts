import { Packr, Unpackr } from 'msgpackr'
import { packNumbers } from './number-pack.js'

/** Deepest nesting of arrays in a client's frame: batch, message, list, record, list. */
export const DEPTH_MAX = 5
/** Most values, arrays included, in a client's frame. */
export const ITEMS_MAX = 4_096

const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true, int64AsType: 'number' })
const packr = new Packr({ useRecords: false, mapsAsObjects: true, int64AsType: 'number', variableMapSize: true })

/** Bytes of the fixed-size msgpack types 0xc0-0xd3 after their first; −1: never accepted; −2: its length follows. */
const tails = new Int8Array([
  0, -1, 0, 0, -2, -2, -2, -1, -1, -1, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, -1, -1, -1, -1, -1, -2, -2, -2, -2, -2, -1, -1,
])

/**
 * Reads only the structure of a frame: nothing but nil, booleans, numbers, text, bytes and arrays, within depth and
 * count, and no byte left over. Maps, extensions and record definitions never reach the decoder.
 */
export function isPlainFrame(bytes: Uint8Array): boolean {
  const remaining = new Int32Array(DEPTH_MAX + 1)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = bytes.length
  let depth = 0
  let at = 0
  let items = 0
  remaining[0] = 1
  while (true) {
    while (remaining[depth] === 0) {
      if (depth === 0) return at === end
      depth -= 1
    }
    if (at >= end) return false
    remaining[depth] -= 1
    items += 1
    if (items > ITEMS_MAX) return false
    const first = bytes[at]
    at += 1
    let count = -1
    if (first < 0x80 || first >= 0xe0) continue
    if (first < 0x90) return false
    if (first < 0xa0) count = first & 0x0f
    else if (first < 0xc0) at += first & 0x1f
    else {
      const tail = tails[first - 0xc0]
      if (tail === -1) return false
      if (tail >= 0) at += tail
      else {
        const width = first === 0xc4 || first === 0xd9 ? 1 : first === 0xc5 || first === 0xda || first === 0xdc ? 2 : 4
        if (at + width > end) return false
        const length = width === 1 ? view.getUint8(at) : width === 2 ? view.getUint16(at) : view.getUint32(at)
        at += width
        if (first === 0xdc || first === 0xdd) count = length
        else at += length
      }
    }
    if (at > end) return false
    if (count >= 0) {
      if (depth === DEPTH_MAX || count > ITEMS_MAX) return false
      depth += 1
      remaining[depth] = count
    }
  }
}

/** A client's frame as nested arrays; `undefined` when it is not plain msgpack of an array. Never throws. */
export function decodeFrame(bytes: Uint8Array): readonly unknown[] | undefined {
  if (!isPlainFrame(bytes)) return undefined
  try {
    const value: unknown = unpackr.unpack(bytes)
    return Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** What the server sends is trusted by its own SDK; the structure is the same. */
export function decodeMessage(bytes: Uint8Array): readonly unknown[] {
  return unpackr.unpack(bytes) as readonly unknown[]
}

export function encode(value: unknown): Uint8Array {
  // Most messages are short lists of numbers, and most of their time would go into what is done around the packing.
  return (Array.isArray(value) && packNumbers(value)) || packr.pack(value)
}
