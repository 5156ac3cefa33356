import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { TickInbox } from '../net/inbox.js'
import type { LoadedContent } from './content-files.js'
import { headerOf, RecordingFile } from './recording.js'
import type { Simulation } from './simulation.js'

/** Ticks whose inbox is kept for a crash file. */
export const CRASH_TICKS_MAX = 200
/** Bytes of client frames kept for it; a flood shortens the stretch instead of filling the memory. */
export const CRASH_FRAME_BYTES_MAX = 32 * 1024 * 1024

interface Kept {
  readonly tick: number
  readonly inbox: TickInbox
  readonly frameBytes: number
  digests: Uint32Array
}

/** A world broke in a tick: an invariant failed, or a system threw. */
export class WorldCrash extends Error {
  override readonly name = 'WorldCrash'
  constructor(
    /** What was thrown. */
    readonly error: unknown,
    readonly tick: number,
    /** Where the crash file lies; undefined when it could not be written. */
    readonly path: string | undefined,
  ) {
    const file = path === undefined ? 'no crash file could be written' : `see ${path}; myriad replay reads it`
    super(`the world broke in tick ${tick}: ${errorText(error)}; ${file}`, { cause: error })
  }
}

/** Name and text of what was thrown. */
export function errorText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}

/** The inbox of the last ticks, to be written when the world breaks. */
export class CrashRing {
  private kept: Kept[] = []
  private frameBytes = 0

  /** Before the tick runs, so that the one that breaks is there. */
  before(tick: number, inbox: TickInbox): void {
    let frameBytes = 0
    for (const entry of inbox.entries) if (entry.kind === 'frame') frameBytes += entry.bytes.length
    this.kept.push({ tick, inbox, frameBytes, digests: new Uint32Array(0) })
    this.frameBytes += frameBytes
    while (this.kept.length > CRASH_TICKS_MAX || (this.frameBytes > CRASH_FRAME_BYTES_MAX && this.kept.length > 1)) {
      this.frameBytes -= this.kept[0].frameBytes
      this.kept.shift()
    }
  }

  /** After the tick ran well. */
  after(digests: Uint32Array): void {
    const last = this.kept.at(-1)
    if (last !== undefined) last.digests = digests.slice()
  }

  /** Writes the crash file and returns its path. Throws when it cannot be written. */
  write(directory: string, calendarMs: number, simulation: Simulation, content: LoadedContent, error: unknown): string {
    mkdirSync(directory, { recursive: true })
    const stamp = new Date(calendarMs).toISOString().replace(/[:.]/g, '-')
    const path = join(directory, `myriad-crash-${stamp}-tick-${simulation.world.tick}.myr`)
    const file = new RecordingFile(path, headerOf(simulation, content, this.kept[0]?.tick ?? 1))
    for (const { tick, inbox, digests } of this.kept) file.tick({ tick, inbox, digests, stateHash: null })
    file.end(simulation.world.tick, null, fullText(error))
    return path
  }
}

function fullText(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  // The stack's own first line may have another name: it is written before a subclass has set its.
  const places = stack.split('\n').filter((line) => line.startsWith('    at '))
  return [errorText(error), ...places].join('\n')
}
