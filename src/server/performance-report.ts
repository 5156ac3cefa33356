import type { MetricsSource } from '../adapters/prom-metrics.js'
import type { Log, LogFields } from '../ports/log.js'
import type { Usage } from '../ports/usage.js'
import type { DecisionTimes } from './decision-times.js'
import type { TickTimes } from './tick-times.js'

const SLOWEST = 3

export interface ReportOptions {
  readonly everyS: number
  readonly metrics: MetricsSource
  readonly times: TickTimes
  readonly usage: Usage
  readonly log: Log
  /** Undefined while nobody times decisions. */
  readonly decisions: DecisionTimes | undefined
}

/** What only rises, as it stood at one moment. */
interface Reading {
  readonly nowMs: number
  readonly cpuMs: number
  readonly ticks: number
  readonly decisions: number
  readonly intents: number
  readonly messages: number
  readonly frames: number
  readonly timedDecisions: number
  readonly timedSeconds: number
  readonly systemSeconds: readonly number[]
}

/** One line of the log now and then, of how much the server did since the one before and what it took: the figures of the metrics. */
export class PerformanceReport {
  private last: Reading | undefined

  constructor(private readonly options: ReportOptions) {}

  /** Called after each tick, outside its time. The first call only begins. */
  afterTick(nowMs: number): void {
    const { last, options } = this
    if (last !== undefined && nowMs - last.nowMs < options.everyS * 1_000) return
    options.metrics.fill?.()
    const reading = this.read(nowMs)
    this.last = reading
    const maxUs = options.decisions?.takeMaxUs()
    if (last !== undefined) options.log.info(this.fields(last, reading, maxUs), 'performance')
  }

  private read(nowMs: number): Reading {
    const { metrics, usage, decisions } = this.options
    return {
      nowMs,
      cpuMs: usage.cpuMs(),
      ticks: metrics.ticks,
      decisions: metrics.decisions,
      intents: metrics.intents,
      messages: metrics.messagesReceivedByOpcode.reduce((sum, { count }) => sum + count, 0),
      frames: metrics.traffic.framesSent,
      timedDecisions: decisions?.count ?? 0,
      timedSeconds: decisions?.sumSeconds ?? 0,
      systemSeconds: metrics.systems.map(({ histogram }) => histogram.sumSeconds),
    }
  }

  private fields(last: Reading, now: Reading, decisionMaxUs: number | undefined): LogFields {
    const { metrics, times, usage } = this.options
    const seconds = (now.nowMs - last.nowMs) / 1_000
    const ticks = now.ticks - last.ticks
    const perS = (name: 'ticks' | 'decisions' | 'intents' | 'messages' | 'frames') => (now[name] - last[name]) / seconds
    const tickMs = times.durations(ticks)
    const timed = now.timedDecisions - last.timedDecisions
    return {
      seconds,
      ticksPerS: perS('ticks'),
      tickP50Ms: tickMs.p50,
      tickP99Ms: tickMs.p99,
      tickMaxMs: tickMs.max,
      ...(decisionMaxUs !== undefined && {
        decisionMeanUs: timed === 0 ? 0 : ((now.timedSeconds - last.timedSeconds) / timed) * 1e6,
        decisionMaxUs,
      }),
      decisionsPerS: perS('decisions'),
      intentsPerS: perS('intents'),
      messagesPerS: perS('messages'),
      framesPerS: perS('frames'),
      cpuShare: (now.cpuMs - last.cpuMs) / (now.nowMs - last.nowMs),
      rssBytes: usage.rssBytes(),
      rssPeakBytes: usage.rssPeakBytes(),
      loadLevel: metrics.loadLevel,
      memoryLevel: metrics.memoryLevel,
      bots: metrics.botsByTier.reduce((sum, { count }) => sum + count, 0),
      ...Object.fromEntries(metrics.cacheHitRatios.map(({ cache, ratio }) => [`${cache}CacheHitRate`, ratio])),
      ...this.slowest(last, now, ticks),
    }
  }

  /** The systems that took the most time, with their mean a tick: `slowest1`, `slowest1Ms` and so on. */
  private slowest(last: Reading, now: Reading, ticks: number): LogFields {
    const means = this.options.metrics.systems.map(({ name }, i) => ({
      name,
      ms: ticks === 0 ? 0 : ((now.systemSeconds[i] - last.systemSeconds[i]) * 1_000) / ticks,
    }))
    means.sort((a, b) => b.ms - a.ms)
    const pairs = means.slice(0, SLOWEST).flatMap(({ name, ms }, i) => [
      [`slowest${i + 1}`, name],
      [`slowest${i + 1}Ms`, ms],
    ])
    return Object.fromEntries(pairs) as LogFields
  }
}
