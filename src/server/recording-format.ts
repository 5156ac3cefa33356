import { closeSync, openSync, readSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { oneLine } from '../config.js'
import { MyriadError } from '../errors.js'
import type { InboxEntry, TickInbox } from '../net/inbox.js'
import { decodeMessage, encode } from '../protocol/codec.js'
import type { WorldSettings } from './game-module.js'

/**
 * A recording, little-endian:
 *
 *     8 bytes  "MYRIADR1"
 *     frame    the header
 *     frame    one a tick, and one for the end where it was reached
 *
 *     frame = u32 length of payload | u32 CRC-32 of payload | payload (msgpack)
 */
export const MAGIC = 'MYRIADR1'
export const FORMAT_VERSION = 2
const MAGIC_BYTES = 8
const FRAME_HEADER_BYTES = 8
/** A longer frame is taken for damage: reading stops before it. */
export const RECORDED_FRAME_BYTES_MAX = 256 * 1024 * 1024
/** The state hash of the whole world is taken each time this many ticks have passed, and at the end. */
export const HASH_EVERY_TICKS = 1_000

export interface RecordingHeader {
  readonly formatVersion: number
  readonly serverVersion: string
  readonly node: string
  readonly game: string
  readonly protocolHash: string
  readonly contentHash: string
  /** Where the content was read; '' in a game without. */
  readonly contentDirectory: string
  readonly settings: WorldSettings
  readonly capacity: number
  readonly firstTick: number
  /** The tick after which the world began: 0 for a new one, the last saved one for one that was taken up again. */
  readonly startTick: number
  /** The systems' names in the order of their digests. */
  readonly systems: readonly string[]
}

export interface RecordedTick {
  readonly kind: 'tick'
  readonly tick: number
  readonly inbox: TickInbox
  /** One a system; empty for the tick in which the world broke. */
  readonly digests: Uint32Array
  /** Of the state after this tick, where it was taken. */
  readonly stateHash: string | null
}

export interface RecordedEnd {
  readonly kind: 'end'
  readonly tick: number
  readonly stateHash: string | null
  /** What ended the world, when it was an error. */
  readonly error: string | null
}

type TickPayload = readonly ['tick', number, number, number, readonly InboxEntry[], Uint8Array, string | null]
type EndPayload = readonly ['end', number, string | null, string | null]

export function frameOf(payload: unknown): readonly [head: Uint8Array, body: Uint8Array] {
  const body = encode(payload)
  const head = Buffer.alloc(FRAME_HEADER_BYTES)
  head.writeUInt32LE(body.length, 0)
  head.writeUInt32LE(crc32(body), 4)
  return [head, body]
}

/** `entries` must have gone through `redacted`. */
export function tickPayload({ tick, inbox, digests, stateHash }: Omit<RecordedTick, 'kind'>): TickPayload {
  const bytes = new Uint8Array(digests.length * 4)
  const view = new DataView(bytes.buffer)
  digests.forEach((digest, i) => {
    view.setUint32(i * 4, digest, true)
  })
  return ['tick', tick, inbox.elapsedMs, inbox.calendarMs, inbox.entries, bytes, stateHash]
}

export function endPayload({ tick, stateHash, error }: Omit<RecordedEnd, 'kind'>): EndPayload {
  return ['end', tick, stateHash, error]
}

export interface Recording {
  readonly header: RecordingHeader
  /** Every whole tick, then the end if it is there. To be run through once: the file is read along the way, and closed at its end. */
  readonly frames: Generator<RecordedTick | RecordedEnd, void, undefined>
  /** How far the file is whole, once `frames` has ended; null when it is whole to its last byte. */
  readonly tornAtByte: number | null
  /** For those who do not run through `frames`. */
  close(): void
}

/**
 * Opens a recording. Throws `BAD_RECORDING` for a file that cannot be read, is none, or is of another format. A torn tail is
 * no error: `frames` ends after the last whole one.
 */
export function readRecording(path: string): Recording {
  const file = new FrameReader(path)
  try {
    const header = headerOf(file, path)
    return {
      header,
      frames: framesOf(file),
      get tornAtByte() {
        return file.tornAtByte
      },
      close: () => file.close(),
    }
  } catch (error) {
    file.close()
    throw error
  }
}

function headerOf(file: FrameReader, path: string): RecordingHeader {
  const magic = file.read(MAGIC_BYTES)?.toString('latin1')
  if (magic !== MAGIC) throw bad(path, 'is no recording', 'name a file made with --record, or a crash file')
  const header = file.next() as RecordingHeader | undefined
  if (header === undefined) throw bad(path, 'ends within its header', 'it holds nothing to replay')
  if (header.formatVersion !== FORMAT_VERSION) {
    const what = `has format ${header.formatVersion}, but this program (${FORMAT_VERSION}) reads only its own`
    throw bad(path, what, `use the version that wrote it: ${header.serverVersion}`)
  }
  return header
}

function* framesOf(file: FrameReader): Generator<RecordedTick | RecordedEnd, void, undefined> {
  try {
    for (let payload = file.next(); payload !== undefined; payload = file.next()) {
      const values = payload as TickPayload | EndPayload
      if (values[0] === 'end') yield { kind: 'end', tick: values[1], stateHash: values[2], error: values[3] }
      else yield tickOf(values)
    }
  } finally {
    file.close()
  }
}

function tickOf([, tick, elapsedMs, calendarMs, entries, bytes, stateHash]: TickPayload): RecordedTick {
  const digests = new Uint32Array(bytes.length / 4)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let i = 0; i < digests.length; i += 1) digests[i] = view.getUint32(i * 4, true)
  return { kind: 'tick', tick, inbox: { elapsedMs, calendarMs, entries }, digests, stateHash }
}

/** Reads frame by frame, so that a recording of a day needs no memory of a day. */
class FrameReader {
  tornAtByte: number | null = null
  private at = 0
  private descriptor: number

  constructor(private readonly path: string) {
    try {
      this.descriptor = openSync(path, 'r')
    } catch (error) {
      throw bad(path, `cannot be read: ${oneLine(error)}`, 'name a readable file')
    }
  }

  /** The payload of the next whole frame; undefined at the end, torn or not. */
  next(): unknown {
    const start = this.at
    const head = this.read(FRAME_HEADER_BYTES)
    if (head === undefined) return undefined
    const length = head.readUInt32LE(0)
    const body = length > RECORDED_FRAME_BYTES_MAX ? undefined : this.read(length)
    if (body === undefined || crc32(body) !== head.readUInt32LE(4)) {
      this.tornAtByte = start
      return undefined
    }
    return decodeMessage(body)
  }

  /** Exactly that many bytes; undefined, with the place noted, when the file has fewer. */
  read(length: number): Buffer | undefined {
    const bytes = Buffer.allocUnsafe(length)
    let have = 0
    try {
      while (have < length) {
        const got = readSync(this.descriptor, bytes, have, length - have, this.at + have)
        if (got === 0) break
        have += got
      }
    } catch (error) {
      throw bad(this.path, `cannot be read: ${oneLine(error)}`, 'name a readable file')
    }
    if (have < length) {
      if (have > 0) this.tornAtByte = this.at
      return undefined
    }
    this.at += length
    return bytes
  }

  close(): void {
    if (this.descriptor < 0) return
    closeSync(this.descriptor)
    this.descriptor = -1
  }
}

function bad(path: string, what: string, remedy: string): MyriadError {
  return new MyriadError('BAD_RECORDING', `${path} ${what}; ${remedy}`)
}
