import { assert } from '../assert.js'
import type { Clock } from '../ports/clock.js'
import { type Percentiles, TickTimes } from './tick-times.js'

/** Ticks of delay that the loop makes good by hurrying; what is above it is dropped, and world time is late for ever. */
export const CATCH_UP_TICKS_MAX = 3
/** The stretch of real time over which rate and time ratio are taken: what lies further back says nothing of now. */
export const RATE_SPAN_MS = 2_000

export interface LoopOptions {
  readonly clock: Clock
  readonly tickHz: number
  /** One tick. `elapsedMs` is the real time since the one before; the first gets one step. */
  readonly runTick: (elapsedMs: number) => void
  /** Work of the same turn that is no part of the tick's time. */
  readonly afterTick?: () => void
  /** Called once with what a tick threw; the loop has ended. */
  readonly onError: (error: unknown) => void
  /** How long each system took in the last tick, in ms: read after each tick. */
  readonly systems?: { readonly names: readonly string[]; readonly durationsMs: ArrayLike<number> }
}

export interface LoopStatistics {
  readonly ticks: number
  readonly tickMs: Percentiles
  /** How long after its due time a tick began. */
  readonly latenessMs: Percentiles
  /** Mean of each system. */
  readonly systemsMs: Readonly<Record<string, number>>
  readonly ticksPerSecond: number
  /** World time ÷ real time over the last 2 s, 0 to 1. */
  readonly timeRatio: number
  /** World time given up since the start because the loop could not keep up. */
  readonly droppedMs: number
}

export interface Loop {
  readonly running: boolean
  readonly times: TickTimes
  start(): void
  /** No tick begins after it. */
  stop(): void
  /** World time ÷ real time over the last 2 s, 0 to 1. */
  timeRatio(): number
  /** Over the last `window` ticks; the last 1,200 unless given. */
  statistics(window?: number): LoopStatistics
}

/**
 * Runs ticks on a fixed schedule: tick n is due at start + n steps, so that no delay adds up. A loop that is late runs up to
 * three ticks without waiting, and shifts its schedule by what remains: the world slows down instead of piling up work.
 * Between any two ticks the event loop turns, so that sockets are read and answered.
 */
export function createLoop(options: LoopOptions): Loop {
  return new FixedStepLoop(options)
}

class FixedStepLoop implements Loop {
  readonly times: TickTimes
  running = false
  private readonly stepMs: number
  /** When tick 0 would have been due, moved on by whatever was dropped. */
  private originMs = 0
  private due = 0
  private lastStartMs = 0
  private droppedMs = 0
  private cancel: () => void = () => undefined

  constructor(private readonly options: LoopOptions) {
    assert(options.tickHz > 0, `a loop of ${options.tickHz} ticks a second never runs; give a number above 0`)
    this.stepMs = 1000 / options.tickHz
    this.times = new TickTimes(options.systems?.names ?? [])
  }

  start(): void {
    assert(!this.running && this.lastStartMs === 0, 'a loop starts once; create another one')
    this.running = true
    const nowMs = this.options.clock.nowMs()
    this.originMs = nowMs
    this.lastStartMs = nowMs - this.stepMs
    this.wait(0)
  }

  stop(): void {
    this.running = false
    this.cancel()
  }

  timeRatio(): number {
    return Math.min(1, this.ticksPerSecond() / this.options.tickHz)
  }

  statistics(window?: number): LoopStatistics {
    return {
      ticks: this.times.ticks,
      tickMs: this.times.durations(window),
      latenessMs: this.times.lateness(window),
      systemsMs: this.times.systemMeans(window),
      ticksPerSecond: this.ticksPerSecond(),
      timeRatio: this.timeRatio(),
      droppedMs: this.droppedMs,
    }
  }

  private ticksPerSecond(): number {
    return this.times.rate(this.options.clock.nowMs(), RATE_SPAN_MS, this.stepMs)
  }

  private dueMs(): number {
    return this.originMs + this.due * this.stepMs
  }

  private wait(delayMs: number): void {
    this.cancel = this.options.clock.after(delayMs, () => this.wake())
  }

  private wake(): void {
    if (!this.running) return
    const { clock } = this.options
    const startMs = clock.nowMs()
    const surplusMs = startMs - this.dueMs() - CATCH_UP_TICKS_MAX * this.stepMs
    if (surplusMs > 0) {
      this.originMs += surplusMs
      this.droppedMs += surplusMs
    }
    try {
      this.tick(startMs)
    } catch (error) {
      this.stop()
      this.options.onError(error)
      return
    }
    this.due += 1
    // The tick itself may have stopped the loop.
    if (this.running) this.wait(Math.max(0, this.dueMs() - clock.nowMs()))
  }

  private tick(startMs: number): void {
    const { clock, runTick, afterTick, systems } = this.options
    const latenessMs = Math.max(0, startMs - this.dueMs())
    const elapsedMs = startMs - this.lastStartMs
    this.lastStartMs = startMs
    runTick(elapsedMs)
    this.times.note(startMs, latenessMs, clock.nowMs() - startMs, systems?.durationsMs ?? [])
    afterTick?.()
  }
}
