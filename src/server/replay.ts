import { MyriadError } from '../errors.js'
import type { LoadedContent } from './content-files.js'
import { errorText } from './crash-file.js'
import type { GameModule } from './game-module.js'
import { type RecordedTick, type RecordingHeader, readRecording } from './recording-format.js'
import { createSimulation, SERVER_VERSION, type Simulation } from './simulation.js'

export interface ReplayOptions {
  readonly game: GameModule
  readonly content: LoadedContent
  /** Told what a reader should know and the result does not say: a torn tail, a crash that came again. */
  readonly onNotice?: (text: string) => void
}

/** Where a replay left the recording. `system` is `world` where no single system can be named. */
export interface Difference {
  readonly tick: number
  readonly system: string
}

export interface ReplayResult {
  readonly ok: boolean
  /** Ticks run, the first that differed included. */
  readonly ticks: number
  /** State hashes compared. */
  readonly checkpoints: number
  /** Of the replayed world where the replay ended. */
  readonly stateHash: string
  readonly firstDifference: Difference | null
}

/**
 * Feeds a recording to a new world and compares every system's digest of every tick, and the state hashes. Ends at the first
 * difference. Throws `BAD_RECORDING` when the recording cannot be run here: made by another version, protocol, content or
 * game, or a crash file that does not begin at the world's beginning.
 */
export function replay(path: string, options: ReplayOptions): ReplayResult {
  const recording = readRecording(path)
  const { header } = recording
  try {
    if (header.firstTick > header.startTick + 1) throw notFromTheStart(path, header, recording.frames)
    return new Replay(simulationFor(path, header, options), options.onNotice ?? (() => undefined)).run(recording)
  } finally {
    recording.close()
  }
}

/** The game's world as the recording had it; throws for the first thing that is not the same. */
function simulationFor(path: string, header: RecordingHeader, { game, content }: ReplayOptions): Simulation {
  const refuse = (what: string, recorded: unknown, here: unknown): never => {
    const remedy = `replay it with what it was made with`
    throw new MyriadError('BAD_RECORDING', `${path} was recorded with ${what} ${recorded}, but here it is ${here}; ${remedy}`)
  }
  const same = (what: string, recorded: unknown, here: unknown): void => {
    if (recorded !== here) refuse(what, recorded, here)
  }
  same('game', header.game, game.name)
  same('version', header.serverVersion, SERVER_VERSION)
  same('content', header.contentHash || 'none', content.hash || 'none')
  const simulation = createSimulation({ game, settings: header.settings, content: content.content })
  simulation.beginAfter(header.startTick)
  same('protocol', header.protocolHash, simulation.protocolHash)
  same('capacity', header.capacity, simulation.capacity)
  same('systems', header.systems.join(','), simulation.world.pipeline.order.map((system) => system.name).join(','))
  return simulation
}

function notFromTheStart(path: string, header: RecordingHeader, frames: ReturnType<typeof readRecording>['frames']): MyriadError {
  let last = header.firstTick
  let error = 'no error is recorded'
  for (const frame of frames) {
    last = frame.tick
    if (frame.kind === 'end' && frame.error !== null) error = frame.error.split('\n')[0]
  }
  const what = `begins at tick ${header.firstTick} and ends at tick ${last} (${error}), so it cannot be run from nothing`
  return new MyriadError('BAD_RECORDING', `${path} ${what}; replay the recording made with --record, or look at its inbox`)
}

class Replay {
  private ticks = 0
  private checkpoints = 0
  private firstDifference: Difference | null = null
  /** What the tick that was recorded as the breaking one threw here. */
  private thrown: string | null = null

  constructor(
    private readonly simulation: Simulation,
    private readonly notice: (text: string) => void,
  ) {}

  run(recording: ReturnType<typeof readRecording>): ReplayResult {
    for (const frame of recording.frames) {
      if (frame.kind === 'tick') this.tick(frame)
      else this.end(frame)
      if (this.firstDifference !== null) break
    }
    if (recording.tornAtByte !== null)
      this.notice(`the recording is torn at byte ${recording.tornAtByte}; all before it was used`)
    const { ticks, checkpoints, firstDifference } = this
    return { ok: firstDifference === null, ticks, checkpoints, stateHash: this.simulation.world.stateHash(), firstDifference }
  }

  private tick({ tick, inbox, digests, stateHash }: RecordedTick): void {
    const { world, net } = this.simulation
    const error = this.step(inbox)
    // The edge is not there: its answers are in the recording.
    net.requests = []
    this.ticks += 1
    if (digests.length === 0) {
      this.thrown = error
      if (error === null) this.differ(tick, 'world')
      return
    }
    for (let i = 0; i < digests.length; i += 1) {
      if (digests[i] !== world.digests[i]) return this.differ(tick, world.pipeline.order[i].name)
    }
    if (error !== null) return this.differ(tick, 'world')
    if (stateHash !== null) this.compareState(tick, stateHash)
  }

  private end({ tick, stateHash, error }: { tick: number; stateHash: string | null; error: string | null }): void {
    if (stateHash !== null) this.compareState(tick, stateHash)
    if (error === null) return
    const before = error.split('\n')[0]
    if (this.thrown === before) this.notice(`the world broke in tick ${tick} again: ${before}`)
    else this.notice(`the recorded world broke in tick ${tick}: ${before}; this one: ${this.thrown ?? 'did not'}`)
  }

  private step(inbox: RecordedTick['inbox']): string | null {
    try {
      this.simulation.step(inbox)
      return null
    } catch (error) {
      return errorText(error).split('\n')[0]
    }
  }

  private compareState(tick: number, stateHash: string): void {
    this.checkpoints += 1
    if (this.simulation.world.stateHash() !== stateHash) this.differ(tick, 'world')
  }

  private differ(tick: number, system: string): void {
    this.firstDifference = { tick, system }
  }
}
