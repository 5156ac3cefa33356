import { PerformanceObserver } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import { check } from '../../scripts/wire-cost/figure.js'

/** When a garbage collection began, and how long it took. */
export interface Collection {
  readonly startMs: number
  readonly ms: number
}

/** Notes every garbage collection of this process until it is stopped. The event loop must turn for it to hear of them. */
export class GcWatch {
  readonly collections: Collection[] = []
  private readonly observer = new PerformanceObserver((list) => this.note(list.getEntries()))

  constructor() {
    this.observer.observe({ entryTypes: ['gc'] })
  }

  stop(): readonly Collection[] {
    this.note(this.observer.takeRecords())
    this.observer.disconnect()
    return this.collections
  }

  private note(entries: readonly { readonly startTime: number; readonly duration: number }[]): void {
    for (const { startTime, duration } of entries) this.collections.push({ startMs: startTime, ms: duration })
  }
}

/** One tick: when it was, and by how much the used heap grew in it. */
export interface TickNote {
  readonly startMs: number
  readonly endMs: number
  readonly heapBytes: number
}

/** Notes what `work` takes. V8 counts the used heap by the position at which it allocates next. */
export function noted(work: () => void): TickNote {
  const before = getHeapStatistics().used_heap_size
  const startMs = performance.now()
  work()
  const endMs = performance.now()
  return { startMs, endMs, heapBytes: getHeapStatistics().used_heap_size - before }
}

/** Mean over the ticks in which no collection began; undefined when there is none. */
export function allocatedBytes(notes: readonly TickNote[], collections: readonly Collection[]): number | undefined {
  const whole = notes.filter(({ startMs, endMs }) => !collections.some((one) => one.startMs >= startMs && one.startMs <= endMs))
  return whole.length === 0 ? undefined : whole.reduce((sum, { heapBytes }) => sum + heapBytes, 0) / whole.length
}

/** Live objects and the buffers that they hold, in bytes, after a full collection. */
export function liveBytes(): number {
  check(globalThis.gc !== undefined, () => 'run it with node --expose-gc')
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
