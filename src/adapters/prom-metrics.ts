import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Metrics } from '../ports/metrics.js'
import { type HistogramReading, type LabelledReading, ReadHistogram } from './prom-histogram.js'

/**
 * What the server counted since it started, from arrays that it counts into anyway. Nothing is read but while a scrape is rendered, so
 * that a field may be a getter. Every list is as long as what it lists: opcodes, systems, tiers; none grows with players.
 */
export interface MetricsSource {
  /** Called once at the start of each scrape, before any field is read. */
  fill?(): void
  readonly tickHzWanted: number
  readonly ticks: number
  readonly ticksAchievedPerSecond: number
  /** Game time per wall-clock time; 1 is real time, less is a world that runs slow. */
  readonly timeDilationRatio: number
  /** World time that was given up since the start because ticks took too long. */
  readonly droppedSeconds: number
  readonly tickSecondsHistogram: HistogramReading
  readonly systems: readonly { readonly name: string; readonly histogram: HistogramReading }[]
  readonly botsByTier: readonly { readonly tier: string; readonly count: number }[]
  /** 0: nobody thinks less often than they like; each level above saves more. */
  readonly loadLevel: number
  /** 0: as ever; 1: at the memory limit, no new bots; 2: no new logins either. */
  readonly memoryLevel: number
  /** Part of the look-ups that a cache spared, 0 to 1. */
  readonly cacheHitRatios: readonly { readonly cache: string; readonly ratio: number }[]
  readonly entities: number
  readonly sessions: readonly { readonly state: string; readonly count: number }[]
  readonly messagesReceivedByOpcode: readonly { readonly opcode: string; readonly count: number }[]
  readonly refusals: readonly { readonly opcode: string; readonly code: string; readonly count: number }[]
  readonly traffic: { readonly bytesReceived: number; readonly bytesSent: number; readonly framesSent: number }
  readonly decisions: number
  /** Undefined while nobody times single decisions. */
  readonly decisionSecondsHistogram?: HistogramReading
  /** Decisions that threw and were skipped. */
  readonly brainFaults: number
  readonly intents: number
  readonly store: StoreFigures
  readonly droppedClients: readonly { readonly reason: string; readonly count: number }[]
}

/** How the store fares. */
export interface StoreFigures {
  /** How long the oldest change waits that is not stored. */
  readonly lagSeconds: number
  /** 0: it keeps up; 1: what moves value is refused; 2: logins are, too. */
  readonly level: number
  /** 0: all is asked of it; 1: one may try; 2: nothing is. */
  readonly circuits: readonly { readonly circuit: string; readonly state: number }[]
  /** Calls that were refused while nothing was asked of it. */
  readonly refused: number
  readonly calls: readonly { readonly call: string; readonly histogram: HistogramReading; readonly failures: number }[]
  /** Rows of characters that were committed. */
  readonly rows: number
  /** Characters that were loaded, by where their newest state was. */
  readonly loads: readonly { readonly from: string; readonly count: number }[]
  /** Answers that wait for the store. */
  readonly waitingResults: number
}

type Labels = Readonly<Record<string, string>>
interface Row {
  readonly labels: Labels
  readonly value: number
}

/** How often the loop's delay is sampled, in milliseconds. An idle loop reads as this much, so it is taken off. */
const LOOP_RESOLUTION_MS = 10

/**
 * The Prometheus text of `source`, this process and its event loop, from a registry of its own; `accountCounts` are registrations and
 * logins by `<request>|<code>`. `render` rejects only on a broken source.
 */
export function createPromMetrics(source: MetricsSource, accountCounts: ReadonlyMap<string, number> = new Map()): Metrics {
  const registry = new Registry()
  addTicks(registry, source)
  addWorld(registry, source)
  addTraffic(registry, source)
  addStore(registry, source)
  addAccounts(registry, accountCounts)
  collectDefaultMetrics({ register: registry })
  // The library's own figures of the event loop's lag say what ours say, but include the sampling interval.
  for (const { name } of registry.getMetricsAsArray())
    if (name.startsWith('nodejs_eventloop_lag')) registry.removeSingleMetric(name)
  const loop = addEventLoop(registry)
  return {
    contentType: registry.contentType,
    async render() {
      source.fill?.()
      const text = await registry.metrics()
      // Each scrape tells of the time since the one before, or one bad moment would stay the maximum for ever.
      loop.reset()
      return text
    },
  }
}

function addTicks(registry: Registry, source: MetricsSource): void {
  const tickRow = (): LabelledReading[] => [{ labels: {}, histogram: source.tickSecondsHistogram }]
  const systemRows = () => source.systems.map(({ name, histogram }): LabelledReading => ({ labels: { system: name }, histogram }))
  const tickHelp = 'Time one tick took, all systems together.'
  new ReadHistogram({ name: 'myriad_tick_duration_seconds', help: tickHelp, labelNames: [], registry, read: tickRow })
  const systemHelp = 'Time one system took in one tick.'
  new ReadHistogram({
    name: 'myriad_system_duration_seconds',
    help: systemHelp,
    labelNames: ['system'],
    registry,
    read: systemRows,
  })
  const decisionRows = (): LabelledReading[] =>
    source.decisionSecondsHistogram === undefined ? [] : [{ labels: {}, histogram: source.decisionSecondsHistogram }]
  const decisionHelp = 'Time one decision of a bot took, while profiling is on.'
  new ReadHistogram({
    name: 'myriad_decision_duration_seconds',
    help: decisionHelp,
    labelNames: [],
    registry,
    read: decisionRows,
  })
  counter(registry, 'myriad_ticks_total', 'Ticks run since the start.', [], () => [one(source.ticks)])
  gauge(registry, 'myriad_ticks_per_second', 'Ticks a second, over the last two seconds.', [], () => [
    one(source.ticksAchievedPerSecond),
  ])
  gauge(registry, 'myriad_ticks_per_second_wanted', 'Ticks a second that are configured.', [], () => [one(source.tickHzWanted)])
  const dilationHelp = 'Game time per wall-clock time; 1 is real time.'
  gauge(registry, 'myriad_time_dilation_ratio', dilationHelp, [], () => [one(source.timeDilationRatio)])
  const droppedHelp = 'World time that was given up because ticks took too long.'
  counter(registry, 'myriad_world_seconds_dropped_total', droppedHelp, [], () => [one(source.droppedSeconds)])
}

function addWorld(registry: Registry, source: MetricsSource): void {
  gauge(registry, 'myriad_bots', 'Bots by scheduling tier.', ['tier'], () =>
    source.botsByTier.map(({ tier, count }) => ({ labels: { tier }, value: count })),
  )
  gauge(registry, 'myriad_load_level', 'How much the world saves because its ticks take long, 0 to 4.', [], () => [
    one(source.loadLevel),
  ])
  gauge(registry, 'myriad_memory_level', 'At the memory limit: 1 no new bots, 2 no new logins either.', [], () => [
    one(source.memoryLevel),
  ])
  gauge(registry, 'myriad_cache_hit_ratio', 'Part of the look-ups that a cache of the bots spared.', ['cache'], () =>
    source.cacheHitRatios.map(({ cache, ratio }) => ({ labels: { cache }, value: ratio })),
  )
  gauge(registry, 'myriad_entities', 'Entities alive.', [], () => [one(source.entities)])
  gauge(registry, 'myriad_sessions', 'Sessions by state.', ['state'], () =>
    source.sessions.map(({ state, count }) => ({ labels: { state }, value: count })),
  )
  counter(registry, 'myriad_decisions_total', 'Decisions made by bots and creatures.', [], () => [one(source.decisions)])
  counter(registry, 'myriad_brain_faults_total', 'Decisions that threw and were skipped.', [], () => [one(source.brainFaults)])
  counter(registry, 'myriad_intents_total', 'Intents that reached a system.', [], () => [one(source.intents)])
}

function addTraffic(registry: Registry, source: MetricsSource): void {
  counter(registry, 'myriad_messages_received_total', 'Messages from clients by opcode.', ['opcode'], () =>
    source.messagesReceivedByOpcode.map(({ opcode, count }) => ({ labels: { opcode }, value: count })),
  )
  counter(registry, 'myriad_refusals_total', 'Messages refused, by opcode and result code.', ['opcode', 'code'], () =>
    source.refusals.map(({ opcode, code, count }) => ({ labels: { opcode, code }, value: count })),
  )
  counter(registry, 'myriad_bytes_received_total', 'Payload bytes from clients.', [], () => [one(source.traffic.bytesReceived)])
  counter(registry, 'myriad_bytes_sent_total', 'Payload bytes to clients.', [], () => [one(source.traffic.bytesSent)])
  counter(registry, 'myriad_frames_sent_total', 'WebSocket frames to clients.', [], () => [one(source.traffic.framesSent)])
  counter(registry, 'myriad_clients_closed_total', 'Clients that the server closed, by reason.', ['reason'], () =>
    source.droppedClients.map(({ reason, count }) => ({ labels: { reason }, value: count })),
  )
}

function addStore(registry: Registry, source: MetricsSource): void {
  const callRows = (): LabelledReading[] => source.store.calls.map(({ call, histogram }) => ({ labels: { call }, histogram }))
  const help = 'Time from asking the store to its answer, by call; a commit is answered when it is on the disk.'
  new ReadHistogram({ name: 'myriad_store_call_duration_seconds', help, labelNames: ['call'], registry, read: callRows })
  counter(registry, 'myriad_store_failures_total', 'Calls of the store that failed.', ['call'], () =>
    source.store.calls.map(({ call, failures }) => ({ labels: { call }, value: failures })),
  )
  counter(registry, 'myriad_store_rows_total', 'Rows of characters that were committed.', [], () => [one(source.store.rows)])
  counter(registry, 'myriad_store_loads_total', 'Characters asked for, by where their newest state was.', ['from'], () =>
    source.store.loads.map(({ from, count }) => ({ labels: { from }, value: count })),
  )
  gauge(registry, 'myriad_store_lag_seconds', 'How long the oldest change waits that is not stored.', [], () => [
    one(source.store.lagSeconds),
  ])
  const levelHelp = 'How far the store is behind: 1 refuses what moves value, 2 logins, too.'
  gauge(registry, 'myriad_store_level', levelHelp, [], () => [one(source.store.level)])
  const circuitHelp = 'After failures the store is asked nothing for a while: 0 asked as ever, 1 one may try, 2 nothing is asked.'
  gauge(registry, 'myriad_store_circuit', circuitHelp, ['circuit'], () =>
    source.store.circuits.map(({ circuit, state }) => ({ labels: { circuit }, value: state })),
  )
  const refusedHelp = 'Calls of the store that were refused while nothing was asked of it.'
  counter(registry, 'myriad_store_refused_total', refusedHelp, [], () => [one(source.store.refused)])
  gauge(registry, 'myriad_store_waiting_results', 'Answers that wait for the store.', [], () => [
    one(source.store.waitingResults),
  ])
}

function addAccounts(registry: Registry, counts: ReadonlyMap<string, number>): void {
  const help = 'Registrations and logins with a password, by what came of them.'
  counter(registry, 'myriad_account_requests_total', help, ['request', 'code'], () =>
    [...counts].map(([key, value]) => {
      const [request, code] = key.split('|')
      return { labels: { request, code }, value }
    }),
  )
}

function addEventLoop(registry: Registry): IntervalHistogram {
  const loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS })
  loop.enable()
  const seconds = (nanoseconds: number) => one(Math.max(0, nanoseconds / 1e9 - LOOP_RESOLUTION_MS / 1e3))
  const help = (what: string) => `How late the event loop was since the last scrape: ${what}.`
  gauge(registry, 'myriad_event_loop_delay_p50_seconds', help('median'), [], () => [seconds(loop.percentile(50))])
  gauge(registry, 'myriad_event_loop_delay_p99_seconds', help('99th percentile'), [], () => [seconds(loop.percentile(99))])
  gauge(registry, 'myriad_event_loop_delay_max_seconds', help('maximum'), [], () => [seconds(loop.max)])
  return loop
}

const one = (value: number): Row => ({ labels: {}, value })

/** The library only adds to counters, so a scrape starts from nothing and adds the whole. */
function counter(registry: Registry, name: string, help: string, labelNames: string[], read: () => readonly Row[]): void {
  new Counter({
    name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      this.reset()
      for (const { labels, value } of read()) this.inc(labels, value)
    },
  })
}

function gauge(registry: Registry, name: string, help: string, labelNames: string[], read: () => readonly Row[]): void {
  new Gauge({
    name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      this.reset()
      for (const { labels, value } of read()) this.set(labels, value)
    },
  })
}
