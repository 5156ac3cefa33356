import { FRAME_BYTES_MAX } from '../net/opcodes.js'
import { DEPTH_MAX, decodeMessage, encode, ITEMS_MAX } from '../protocol/codec.js'

/** No array, so that the gate finds it malformed. */
const UNREADABLE = new Uint8Array(0)

/**
 * A client's frame of the JSON subprotocol as the msgpack that another client would have sent. Whatever may not be in such a frame
 * (objects, too many or too deep values, over `FRAME_BYTES_MAX` as msgpack) and what is no JSON of an array becomes an empty frame,
 * which is malformed. Never throws, and keeps nothing of `text`, which is UTF-8.
 */
export function frameOfJson(text: Uint8Array): Uint8Array {
  const value = parsed(text)
  // The encoder recurses, so that depth must be known before it runs.
  if (!Array.isArray(value) || !isPlain(value, { items: 0 }, 0)) return UNREADABLE
  const frame = encode(value)
  return frame.length > FRAME_BYTES_MAX ? UNREADABLE : new Uint8Array(frame)
}

function parsed(text: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString('utf8'))
  } catch {
    return undefined
  }
}

/** By the limits that `isPlainFrame` has for msgpack; the array at the outside counts as one item. */
function isPlain(value: unknown, count: { items: number }, depth: number): boolean {
  count.items += 1
  if (count.items > ITEMS_MAX) return false
  if (!Array.isArray(value)) return value === null || typeof value !== 'object'
  return depth < DEPTH_MAX && value.every((item) => isPlain(item, count, depth + 1))
}

/** A message to a client as JSON: the same arrays, bytes as base64. */
export const jsonOfMessage = (message: Uint8Array): string => JSON.stringify(textual(decodeMessage(message)))

/** A Buffer would turn itself into an object before a replacer of `JSON.stringify` saw it. */
function textual(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(textual)
  if (!(value instanceof Uint8Array)) return value
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
}
