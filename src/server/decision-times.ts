import type { Stopwatch } from '../ecs/system.js'
import type { Clock } from '../ports/clock.js'

/** Upper bounds of the buckets, in microseconds; one more bucket holds what is above them. */
const BOUNDS_US = Object.freeze([0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000])
const boundsSeconds: readonly number[] = Object.freeze(BOUNDS_US.map((us) => us / 1e6))

/** How long single decisions took, by the edge's clock. Has the form of a histogram that the metrics adapter reads. */
export class DecisionTimes implements Stopwatch {
  readonly boundsSeconds = boundsSeconds
  /** Of each bucket alone. */
  readonly counts = new Float64Array(BOUNDS_US.length + 1)
  sumSeconds = 0
  count = 0
  private maxUs = 0
  private startMs = 0

  constructor(private readonly clock: Pick<Clock, 'nowMs'>) {}

  start(): void {
    this.startMs = this.clock.nowMs()
  }

  stop(): void {
    const us = (this.clock.nowMs() - this.startMs) * 1_000
    let bucket = 0
    while (bucket < BOUNDS_US.length && us > BOUNDS_US[bucket]) bucket += 1
    this.counts[bucket] += 1
    this.sumSeconds += us / 1e6
    this.count += 1
    if (us > this.maxUs) this.maxUs = us
  }

  /** The longest since the last call, in microseconds. */
  takeMaxUs(): number {
    const { maxUs } = this
    this.maxUs = 0
    return maxUs
  }
}
