import type { InboxEntry, TickInbox } from '../net/inbox.js'
import type { LoadedContent } from './content-files.js'
import { CrashRing, errorText, WorldCrash } from './crash-file.js'
import type { GameModule, Level, WorldSettings } from './game-module.js'
import { Recorder } from './recording.js'
import { createSimulation, type Simulation } from './simulation.js'
import { type Percentiles, percentilesOf } from './tick-times.js'

export interface SimulateOptions {
  readonly game: GameModule
  readonly content: LoadedContent
  readonly settings: WorldSettings
  readonly ticks: number
  /** File to record to. */
  readonly record?: string
  /** Directory for the crash file, when the world breaks; the working directory unless given. */
  readonly crashDir?: string
  /** Fail on marked columns that changed without their mark. */
  readonly shadow?: boolean
  /** Called before a tick now and then, with the ticks run so far; false ends the simulation there. */
  readonly goesOn?: (ticks: number) => boolean
}

export interface SimulateResult {
  readonly ticks: number
  readonly bots: number
  readonly stateHash: string
  /** Of the last `SAMPLES_MAX` ticks. */
  readonly tickMs: Percentiles
  /** Mean of each system over the whole run. */
  readonly systemsMs: Readonly<Record<string, number>>
  readonly rssBytes: number
  /** The game's own, and `intents`: what passed the gate. */
  readonly counters: Readonly<Record<string, number>>
  /** Parts of the bots, 0 to 1, and numbers of bots, at the end. */
  readonly inCombatShare: number
  readonly stuckBots: number
  readonly idleBots: number
  readonly experiencedShare: number
  /** What else the game measures, and its bots' levels by class. */
  readonly measures: Readonly<Record<string, number>>
  readonly levels: Readonly<Record<string, Level>>
  /** Of the process, after each quarter of the run. */
  readonly quarterRssBytes: readonly number[]
}

/** Ticks whose times the percentiles are of; the oldest give way. */
export const SAMPLES_MAX = 1_000_000
const QUARTERS = 4
/** The event loop turns each time this has passed, so that a signal can end the process. */
const TURN_EVERY_MS = 100
/** Calendar time of tick 0: a simulation's is as made up as its clock. */
const CALENDAR_START_MS = Date.UTC(2030, 0, 1)

/**
 * Runs a world without sockets as fast as it goes. The same game, content, settings and ticks give the same state hash. Throws
 * `WorldCrash` when a tick throws, and `BAD_CONFIG` when the recording cannot be written.
 */
export async function simulate(options: SimulateOptions): Promise<SimulateResult> {
  const { game, content, settings, shadow = false } = options
  const simulation = createSimulation({ game, settings, content: content.content, shadow })
  const recorder = options.record === undefined ? null : new Recorder(options.record, simulation, content)
  const run = new Run(options, simulation, recorder)
  await run.all()
  recorder?.end()
  return run.result()
}

class Run {
  private readonly samples: Float32Array
  private readonly systemSums: Float64Array
  private readonly ring = new CrashRing()
  private readonly quarterRssBytes: number[] = []

  constructor(
    private readonly options: SimulateOptions,
    private readonly simulation: Simulation,
    private readonly recorder: Recorder | null,
  ) {
    this.samples = new Float32Array(Math.min(options.ticks, SAMPLES_MAX))
    this.systemSums = new Float64Array(simulation.world.pipeline.order.length)
  }

  async all(): Promise<void> {
    const { world } = this.simulation
    let turnedMs = performance.now()
    while (world.tick < this.options.ticks) {
      if (performance.now() - turnedMs > TURN_EVERY_MS) {
        await new Promise((resolve) => setImmediate(resolve))
        turnedMs = performance.now()
        if (this.options.goesOn?.(world.tick) === false) return
      }
      this.tick()
      if (world.tick >= ((this.quarterRssBytes.length + 1) * this.options.ticks) / QUARTERS)
        this.quarterRssBytes.push(process.memoryUsage.rss())
    }
  }

  result(): SimulateResult {
    const { world, net, game } = this.simulation
    const report = game.report?.(world)
    const names = world.pipeline.order.map((system) => system.name)
    return {
      ticks: world.tick,
      bots: report?.bots ?? 0,
      stateHash: world.stateHash(),
      tickMs: percentilesOf(this.samples.subarray(0, Math.min(world.tick, this.samples.length))),
      systemsMs: Object.fromEntries(names.map((name, i) => [name, this.systemSums[i] / Math.max(1, world.tick)])),
      rssBytes: process.memoryUsage().rss,
      counters: { ...report?.counters, intents: net.gate.counters.intents },
      inCombatShare: report?.inCombatShare ?? 0,
      stuckBots: report?.stuckBots ?? 0,
      idleBots: report?.idleBots ?? 0,
      experiencedShare: report?.experiencedShare ?? 0,
      measures: report?.measures ?? {},
      levels: report?.levels ?? {},
      quarterRssBytes: this.quarterRssBytes,
    }
  }

  private tick(): void {
    const { world, net } = this.simulation
    const inbox = this.inbox()
    this.ring.before(world.tick + 1, inbox)
    const startMs = performance.now()
    try {
      this.simulation.step(inbox, () => performance.now())
    } catch (error) {
      throw this.broke(inbox, error)
    }
    this.samples[(world.tick - 1) % this.samples.length] = performance.now() - startMs
    this.ring.after(world.digests)
    for (let i = 0; i < this.systemSums.length; i += 1) this.systemSums[i] += world.runner.durationsMs[i]
    // Nobody is there to be answered.
    net.requests = []
    this.recorder?.tick(inbox)
  }

  /** Nothing comes from outside but the fleet's target, in the first tick. */
  private inbox(): TickInbox {
    const { tickHz, bots } = this.options.settings
    const { tick } = this.simulation.world
    const entries: readonly InboxEntry[] = tick === 0 ? [{ kind: 'control', name: 'fleetTarget', value: bots }] : []
    return { elapsedMs: 1000 / tickHz, calendarMs: CALENDAR_START_MS + Math.floor(((tick + 1) * 1000) / tickHz), entries }
  }

  private broke(inbox: TickInbox, error: unknown): WorldCrash {
    const { content, crashDir = '.' } = this.options
    let path: string | undefined
    try {
      this.recorder?.broke(inbox, errorText(error))
      path = this.ring.write(crashDir, Date.now(), this.simulation, content, error)
    } catch {
      // The crash itself is what must be told; its text says that there is no file.
    }
    return new WorldCrash(error, this.simulation.world.tick, path)
  }
}
