import type { InboxEntry } from '../net/inbox.js'
import { SessionHello } from '../net/opcodes.js'
import { decodeFrame, encode } from '../protocol/codec.js'
import { payloadReader } from '../schema/payload.js'

const EMPTY = new Uint8Array(0)
const NO_CHANGE = Symbol('no change')
const readHello = payloadReader(SessionHello.payload)

/**
 * The entry as it may be written to a file: no frame of it holds a token. The gate treats the redacted frame exactly as the
 * true one, and what the world learns of an account comes with the `identified` entry, so that a replay stays exact:
 *
 * - a well-formed hello gets empty texts for its token and its resume token;
 * - a malformed one loses all its fields, which leaves it malformed;
 * - the resume token that an `identified` entry brings is only passed on to the client;
 * - a frame that cannot be decoded becomes an empty one, which cannot be decoded either.
 */
export function redacted(entry: InboxEntry): InboxEntry {
  if (entry.kind === 'identified') return { ...entry, resumeToken: '' }
  if (entry.kind !== 'frame') return entry
  const frame = decodeFrame(entry.bytes)
  if (frame === undefined) return { ...entry, bytes: EMPTY }
  const batch = Array.isArray(frame[0])
  const messages = (batch ? frame : [frame]).map((message) => redactedMessage(message))
  if (messages.every((message) => message === NO_CHANGE)) return entry
  const kept = messages.map((message, i) => (message === NO_CHANGE ? (batch ? frame[i] : frame) : message))
  return { ...entry, bytes: encode(batch ? kept : kept[0]).slice() }
}

function redactedMessage(message: unknown): unknown {
  if (!Array.isArray(message) || message[0] !== SessionHello.id) return NO_CHANGE
  const hello = readHello(message, 2)
  if (hello === undefined) return [SessionHello.id, seqOf(message)]
  return [SessionHello.id, seqOf(message), '', '', hello.protocolHash]
}

/** An unreadable seq is treated like 0; a text in its place may be a token that slipped. */
function seqOf(message: readonly unknown[]): number {
  return typeof message[1] === 'number' ? message[1] : 0
}
