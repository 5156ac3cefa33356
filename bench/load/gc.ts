import { PerformanceObserver } from 'node:perf_hooks'
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

/** Live objects and the buffers that they hold, in bytes, after a full collection. */
export function liveBytes(): number {
  check(globalThis.gc !== undefined, () => 'run it with node --expose-gc')
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
