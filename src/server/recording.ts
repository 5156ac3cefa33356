import { closeSync, openSync, writeSync } from 'node:fs'
import { oneLine } from '../config.js'
import { MyriadError } from '../errors.js'
import type { TickInbox } from '../net/inbox.js'
import type { LoadedContent } from './content-files.js'
import {
  endPayload,
  FORMAT_VERSION,
  frameOf,
  HASH_EVERY_TICKS,
  MAGIC,
  type RecordedTick,
  type RecordingHeader,
  tickPayload,
} from './recording-format.js'
import { redacted } from './redact.js'
import { SERVER_VERSION, type Simulation } from './simulation.js'

/** Bytes gathered before they are written: a crash of the machine loses at most these. */
const CHUNK_BYTES = 64 * 1024

/** Everything that must be equal for the same inbox to give the same world. */
export function headerOf(simulation: Simulation, content: LoadedContent, firstTick: number): RecordingHeader {
  return {
    formatVersion: FORMAT_VERSION,
    serverVersion: SERVER_VERSION,
    node: process.version,
    game: simulation.game.name,
    protocolHash: simulation.protocolHash,
    contentHash: content.hash,
    contentDirectory: content.directory,
    settings: simulation.settings,
    capacity: simulation.capacity,
    firstTick,
    startTick: simulation.startTick,
    systems: simulation.world.pipeline.order.map((system) => system.name),
  }
}

/** Writes a recording file: frames in order, gathered into chunks. Every method throws when the file cannot be written. */
export class RecordingFile {
  private chunk: Uint8Array[] = []
  private chunkBytes = 0
  private descriptor: number

  /** Replaces a file of that name. Throws `BAD_CONFIG` when it cannot. */
  constructor(
    readonly path: string,
    header: RecordingHeader,
  ) {
    try {
      this.descriptor = openSync(path, 'w', 0o600)
    } catch (error) {
      throw new MyriadError(
        'BAD_CONFIG',
        `cannot write the recording ${path}: ${oneLine(error)}; name a file that can be written`,
      )
    }
    this.append([Buffer.from(MAGIC, 'latin1'), ...frameOf(header)])
  }

  tick(recorded: Omit<RecordedTick, 'kind'>): void {
    const inbox = { ...recorded.inbox, entries: recorded.inbox.entries.map(redacted) }
    this.append(frameOf(tickPayload({ ...recorded, inbox })))
  }

  /** Writes the end and closes the file. */
  end(tick: number, stateHash: string | null, error: string | null): void {
    this.append(frameOf(endPayload({ tick, stateHash, error })))
    this.close()
  }

  /** Writes what is gathered and closes the file; without an end it reads like one that was torn at a whole tick. */
  close(): void {
    if (this.descriptor < 0) return
    const descriptor = this.descriptor
    try {
      this.flush()
    } finally {
      this.descriptor = -1
      closeSync(descriptor)
    }
  }

  private append(parts: readonly Uint8Array[]): void {
    for (const part of parts) {
      this.chunk.push(part)
      this.chunkBytes += part.length
    }
    if (this.chunkBytes >= CHUNK_BYTES) this.flush()
  }

  private flush(): void {
    const bytes = Buffer.concat(this.chunk)
    this.chunk = []
    this.chunkBytes = 0
    for (let at = 0; at < bytes.length; ) at += writeSync(this.descriptor, bytes, at)
  }
}

/** Records a simulation tick by tick. */
export class Recorder {
  private readonly file: RecordingFile

  constructor(
    path: string,
    private readonly simulation: Simulation,
    content: LoadedContent,
  ) {
    this.file = new RecordingFile(path, headerOf(simulation, content, simulation.world.tick + 1))
  }

  /** After every step, with what it was fed. */
  tick(inbox: TickInbox): void {
    const { world } = this.simulation
    const stateHash = world.tick % HASH_EVERY_TICKS === 0 ? world.stateHash() : null
    this.file.tick({ tick: world.tick, inbox, digests: world.digests, stateHash })
  }

  end(): void {
    const { world } = this.simulation
    this.file.end(world.tick, world.stateHash(), null)
  }

  /** The tick under way broke: its inbox is recorded without digests. */
  broke(inbox: TickInbox, error: string): void {
    const { tick } = this.simulation.world
    this.file.tick({ tick, inbox, digests: new Uint32Array(0), stateHash: null })
    this.file.end(tick, null, error)
  }

  /** Ends the file where it is, when a write has failed. Never throws. */
  abandon(): void {
    try {
      this.file.close()
    } catch {
      // The failure that led here has been told; the file keeps what was whole.
    }
  }
}
