import { expect, test } from 'vitest'
import type { HistogramReading } from '../../src/adapters/prom-histogram.js'
import { createPromMetrics, type MetricsSource } from '../../src/adapters/prom-metrics.js'

const histogram = (counts: number[] | Float64Array, sumSeconds: number): HistogramReading => ({
  boundsSeconds: [0.001, 0.005, 0.01],
  counts,
  sumSeconds,
  count: Array.from(counts).reduce((sum, count) => sum + count, 0),
})

const source = (changed: Partial<MetricsSource> = {}): MetricsSource => ({
  tickHzWanted: 20,
  ticks: 1_234,
  ticksAchievedPerSecond: 19.5,
  timeDilationRatio: 0.975,
  droppedSeconds: 12.5,
  tickSecondsHistogram: histogram(Float64Array.of(5, 3, 0, 2), 0.25),
  systems: [
    { name: 'movement', histogram: histogram([1, 0, 0, 0], 0.0005) },
    { name: 'combat', histogram: histogram([0, 0, 2, 0], 0.015) },
  ],
  botsByTier: [
    { tier: 'combat', count: 40 },
    { tier: 'idle', count: 60 },
  ],
  loadLevel: 2,
  memoryLevel: 1,
  cacheHitRatios: [{ cache: 'target', ratio: 0.75 }],
  entities: 5_000,
  sessions: [{ state: 'inWorld', count: 3 }],
  messagesReceivedByOpcode: [{ opcode: 'move.input', count: 900 }],
  refusals: [{ opcode: 'trade.offer', code: 'stale', count: 2 }],
  traffic: { bytesReceived: 11, bytesSent: 22, framesSent: 33 },
  decisions: 44,
  brainFaults: 3,
  intents: 55,
  store: {
    lagSeconds: 1.5,
    level: 1,
    circuits: [{ circuit: 'requests', state: 2 }],
    refused: 9,
    calls: [{ call: 'commit', histogram: histogram([2, 1, 0, 0], 0.006), failures: 4 }],
    rows: 66,
    loads: [{ from: 'store', count: 7 }],
    waitingResults: 8,
  },
  droppedClients: [{ reason: 'stalled', count: 1 }],
  ...changed,
})

interface Parsed {
  /** `name{a="b"}` → value. */
  readonly samples: ReadonlyMap<string, number>
  readonly types: ReadonlyMap<string, string>
}

/** Reads the text format, strictly: an unknown line, a double sample or a sample without its type is a failure. */
function parse(text: string): Parsed {
  const samples = new Map<string, number>()
  const types = new Map<string, string>()
  expect(text.endsWith('\n')).toBe(true)
  for (const line of text.split('\n')) {
    if (line === '' || /^# HELP [a-z0-9_]+ .+/.test(line)) continue
    const type = /^# TYPE (?<name>[a-z0-9_]+) (?<kind>counter|gauge|histogram|summary)$/.exec(line)?.groups
    if (type !== undefined) {
      types.set(type.name!, type.kind!)
      continue
    }
    const sample = /^(?<name>[a-z0-9_]+)(?<labels>\{.*\})? (?<value>[-+0-9.eInfNa]+)$/.exec(line)?.groups
    if (sample === undefined) throw new Error(`no sample: ${line}`)
    const key = `${sample.name}${sample.labels ?? ''}`
    expect(samples.has(key), key).toBe(false)
    expect(types.has(sample.name!) || types.has(sample.name!.replace(/_(bucket|sum|count)$/, '')), key).toBe(true)
    samples.set(key, Number(sample.value))
  }
  return { samples, types }
}

const scrape = async (from: MetricsSource) => parse(await createPromMetrics(from).render())

test('registrations and logins are counted by what came of them', async () => {
  const counts = new Map([
    ['login|wrongLogin', 9],
    ['register|ok', 2],
  ])
  const { samples, types } = parse(await createPromMetrics(source(), counts).render())
  expect(samples.get('myriad_account_requests_total{request="login",code="wrongLogin"}')).toBe(9)
  expect(samples.get('myriad_account_requests_total{request="register",code="ok"}')).toBe(2)
  expect(types.get('myriad_account_requests_total')).toBe('counter')
})

test('every figure of the source has its name, labels and type', async () => {
  const { samples, types } = await scrape(source())
  const wanted: Record<string, number> = {
    myriad_ticks_total: 1_234,
    myriad_ticks_per_second: 19.5,
    myriad_ticks_per_second_wanted: 20,
    myriad_time_dilation_ratio: 0.975,
    myriad_world_seconds_dropped_total: 12.5,
    'myriad_bots{tier="combat"}': 40,
    'myriad_bots{tier="idle"}': 60,
    myriad_load_level: 2,
    myriad_memory_level: 1,
    'myriad_cache_hit_ratio{cache="target"}': 0.75,
    myriad_entities: 5_000,
    'myriad_sessions{state="inWorld"}': 3,
    'myriad_messages_received_total{opcode="move.input"}': 900,
    'myriad_refusals_total{opcode="trade.offer",code="stale"}': 2,
    myriad_bytes_received_total: 11,
    myriad_bytes_sent_total: 22,
    myriad_frames_sent_total: 33,
    myriad_decisions_total: 44,
    myriad_brain_faults_total: 3,
    myriad_intents_total: 55,
    'myriad_clients_closed_total{reason="stalled"}': 1,
    'myriad_store_call_duration_seconds_count{call="commit"}': 3,
    'myriad_store_failures_total{call="commit"}': 4,
    myriad_store_rows_total: 66,
    'myriad_store_loads_total{from="store"}': 7,
    myriad_store_lag_seconds: 1.5,
    myriad_store_level: 1,
    'myriad_store_circuit{circuit="requests"}': 2,
    myriad_store_refused_total: 9,
    myriad_store_waiting_results: 8,
  }
  for (const [key, value] of Object.entries(wanted)) expect([key, samples.get(key)]).toEqual([key, value])
  for (const [name, kind] of types) {
    if (!name.startsWith('myriad_')) continue
    const byName = name.endsWith('_total') ? 'counter' : name.endsWith('_duration_seconds') ? 'histogram' : 'gauge'
    expect([name, kind]).toEqual([name, byName])
  }
})

test('histograms are cumulative, with a last bucket for everything', async () => {
  const { samples } = await scrape(source())
  const tick = (le: string) => samples.get(`myriad_tick_duration_seconds_bucket{le="${le}"}`)
  expect(['0.001', '0.005', '0.01', '+Inf'].map(tick)).toEqual([5, 8, 8, 10])
  expect(samples.get('myriad_tick_duration_seconds_sum')).toBe(0.25)
  expect(samples.get('myriad_tick_duration_seconds_count')).toBe(10)
  const combat = (le: string) => samples.get(`myriad_system_duration_seconds_bucket{system="combat",le="${le}"}`)
  expect(['0.001', '0.005', '0.01', '+Inf'].map(combat)).toEqual([0, 0, 2, 2])
  expect(samples.get('myriad_system_duration_seconds_count{system="movement"}')).toBe(1)
  expect(samples.get('myriad_system_duration_seconds_sum{system="combat"}')).toBe(0.015)
})

test('the times of single decisions are there while somebody takes them', async () => {
  const name = 'myriad_decision_duration_seconds_count'
  expect((await scrape(source())).samples.get(name)).toBeUndefined()
  const decisionSecondsHistogram = histogram([1, 2, 0, 0], 0.004)
  expect((await scrape(source({ decisionSecondsHistogram }))).samples.get(name)).toBe(3)
})

test('a scrape shows the source as it is then; what it no longer lists is gone', async () => {
  const changing = { ...source() }
  let fills = 0
  const metrics = createPromMetrics({
    ...changing,
    fill() {
      fills += 1
    },
    get ticks() {
      return fills * 100
    },
    get botsByTier() {
      return fills === 1 ? [{ tier: 'combat', count: 7 }] : [{ tier: 'far', count: 8 }]
    },
  })
  expect(fills).toBe(0)
  const first = parse(await metrics.render()).samples
  const second = parse(await metrics.render()).samples
  expect([first.get('myriad_ticks_total'), second.get('myriad_ticks_total')]).toEqual([100, 200])
  expect([first.get('myriad_bots{tier="combat"}'), second.get('myriad_bots{tier="combat"}')]).toEqual([7, undefined])
  expect(second.get('myriad_bots{tier="far"}')).toBe(8)
})

test('label values are escaped', async () => {
  const text = await createPromMetrics(source({ sessions: [{ state: 'a"b\\c\nd', count: 1 }] })).render()
  expect(text).toContain('myriad_sessions{state="a\\"b\\\\c\\nd"} 1')
})

test('the process and the event loop are there, in seconds and bytes', async () => {
  const { samples } = await scrape(source())
  expect(samples.get('process_cpu_seconds_total')).toBeGreaterThan(0)
  expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(1e6)
  expect(samples.get('nodejs_heap_size_used_bytes')).toBeGreaterThan(1e5)
  for (const figure of ['p50', 'p99', 'max'])
    expect(samples.get(`myriad_event_loop_delay_${figure}_seconds`)).toBeGreaterThanOrEqual(0)
  expect([...samples.keys()].filter((key) => key.includes('eventloop_lag'))).toEqual([])
})

test('a blocked event loop shows as its delay, and only in the scrape after it', async () => {
  const metrics = createPromMetrics(source())
  const turns = async () => {
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setTimeout(resolve, 15))
  }
  await turns()
  const untilMs = performance.now() + 300
  while (performance.now() < untilMs);
  await turns()
  const maximum = async () => parse(await metrics.render()).samples.get('myriad_event_loop_delay_max_seconds')
  const blocked = (await maximum())!
  expect(blocked).toBeGreaterThan(0.2)
  await turns()
  expect(await maximum()).toBeLessThan(blocked)
})

test('two are independent of each other, and of the library-wide registry', async () => {
  const one = createPromMetrics(source({ ticks: 1 }))
  const two = createPromMetrics(source({ ticks: 2 }))
  expect(parse(await one.render()).samples.get('myriad_ticks_total')).toBe(1)
  expect(parse(await two.render()).samples.get('myriad_ticks_total')).toBe(2)
  const { register } = await import('prom-client')
  expect(register.getMetricsAsArray()).toEqual([])
  expect(one.contentType).toBe('text/plain; version=0.0.4; charset=utf-8')
})

test.each([
  ['a bucket short', { ...histogram([1, 2, 3], 1) }, '3 counts for 3 bounds'],
  ['a count that is not the sum', { ...histogram([1, 2, 3, 4], 1), count: 9 }, 'the buckets hold 10 values, but count says 9'],
])('a histogram with %s is our mistake', async (_, tickSecondsHistogram, text) => {
  await expect(createPromMetrics(source({ tickSecondsHistogram })).render()).rejects.toThrow(text)
})
