/** Ticks whose times are kept; the oldest gives way. */
export const TICKS_KEPT = 1_200
/** Upper bounds of the histograms' buckets, in ms; one more bucket holds what is above them. */
export const BOUNDS_MS = Object.freeze([0.25, 0.5, 1, 2, 3, 5, 10, 15, 25, 50, 100, 250])
const boundsSeconds: readonly number[] = Object.freeze(BOUNDS_MS.map((ms) => ms / 1000))

/** Values counted into fixed buckets: adding one allocates nothing. Has the form that the metrics adapter reads. */
export class TimeHistogram {
  readonly boundsSeconds = boundsSeconds
  /** Of each bucket alone. */
  readonly counts = new Float64Array(BOUNDS_MS.length + 1)
  sumSeconds = 0
  count = 0

  add(ms: number): void {
    let bucket = 0
    while (bucket < BOUNDS_MS.length && ms > BOUNDS_MS[bucket]) bucket += 1
    this.counts[bucket] += 1
    this.sumSeconds += ms / 1000
    this.count += 1
  }
}

/** In ms. */
export interface Percentiles {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

/** Percentiles by nearest rank of `values`, which are sorted in place; all 0 when there are none. */
export function percentilesOf(values: Float32Array): Percentiles {
  const sorted = values.sort()
  const at = (part: number) => (sorted.length === 0 ? 0 : sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)])
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) }
}

/** How late and how long the last ticks were, and how long each system took in them. Everything is allocated once. */
export class TickTimes {
  /** Ticks noted since the start. */
  ticks = 0
  readonly tickHistogram = new TimeHistogram()
  readonly systemHistograms: readonly TimeHistogram[]
  private readonly startsMs = new Float64Array(TICKS_KEPT)
  private readonly latenessMs = new Float32Array(TICKS_KEPT)
  private readonly durationsMs = new Float32Array(TICKS_KEPT)
  private readonly systemsMs: Float32Array
  private readonly scratch = new Float32Array(TICKS_KEPT)

  constructor(readonly systemNames: readonly string[]) {
    this.systemHistograms = systemNames.map(() => new TimeHistogram())
    this.systemsMs = new Float32Array(TICKS_KEPT * systemNames.length)
  }

  /** `systemsMs` has one duration a system, in the order of `systemNames`. */
  note(startMs: number, latenessMs: number, durationMs: number, systemsMs: ArrayLike<number>): void {
    const row = this.ticks % TICKS_KEPT
    this.startsMs[row] = startMs
    this.latenessMs[row] = latenessMs
    this.durationsMs[row] = durationMs
    this.tickHistogram.add(durationMs)
    for (let i = 0; i < this.systemHistograms.length; i += 1) {
      this.systemsMs[row * this.systemHistograms.length + i] = systemsMs[i]
      this.systemHistograms[i].add(systemsMs[i])
    }
    this.ticks += 1
  }

  /** Of the last `window` ticks, or of as many as are kept. */
  durations(window = TICKS_KEPT): Percentiles {
    return this.percentiles(this.durationsMs, window)
  }

  lateness(window = TICKS_KEPT): Percentiles {
    return this.percentiles(this.latenessMs, window)
  }

  /** Mean ms of each system over the last `window` ticks, by name. */
  systemMeans(window = TICKS_KEPT): Record<string, number> {
    const count = Math.min(window, this.ticks, TICKS_KEPT)
    const width = this.systemNames.length
    const means: Record<string, number> = {}
    this.systemNames.forEach((name, i) => {
      let sum = 0
      for (let back = 1; back <= count; back += 1) sum += this.systemsMs[((this.ticks - back) % TICKS_KEPT) * width + i]
      means[name] = count === 0 ? 0 : sum / count
    })
    return means
  }

  /**
   * Ticks a second over the last `spanMs` of real time. The tick under way counts by the part of `stepMs` that has passed,
   * so that a steady loop reads as steady, and one that stands still sinks to 0.
   */
  rate(nowMs: number, spanMs: number, stepMs: number): number {
    if (this.ticks === 0) return 0
    const kept = Math.min(this.ticks, TICKS_KEPT)
    const lastMs = this.startOf(1)
    let back = 1
    while (back < kept && this.startOf(back + 1) >= nowMs - spanMs) back += 1
    const elapsedMs = nowMs - this.startOf(back)
    if (elapsedMs <= 0) return 1000 / stepMs
    const ticks = back - 1 + Math.min(1, (nowMs - lastMs) / stepMs)
    return (ticks * 1000) / elapsedMs
  }

  private startOf(back: number): number {
    return this.startsMs[(this.ticks - back) % TICKS_KEPT]
  }

  private percentiles(column: Float32Array, window: number): Percentiles {
    const count = Math.min(window, this.ticks, TICKS_KEPT)
    for (let back = 1; back <= count; back += 1) this.scratch[back - 1] = column[(this.ticks - back) % TICKS_KEPT]
    return percentilesOf(this.scratch.subarray(0, count))
  }
}
