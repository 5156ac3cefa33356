import type { WorldSettings } from '../../src/server/game-module.js'
import { percentilesOf } from '../../src/server/tick-times.js'
import { allocatedBytes, type Collection, GcWatch, liveBytes, noted, type TickNote } from '../load/gc.js'
import { SoloWorld, SPREAD, STEP_MS, TICK_HZ, turn } from '../load/solo-world.js'
import { atLeast, atMost, notMeasured, type Row, row, type Sizes, sized } from '../row.js'

interface Scale {
  readonly name: string
  readonly bots: number
  readonly creatures: number
  readonly p50Ms?: number
  readonly p99Ms?: number
  readonly decisionsPerS?: number
  readonly inCombatPercent?: number
  readonly processMb?: number
  readonly settings?: Partial<WorldSettings>
  readonly warmTicks: number
  readonly ticks: number
}

/** The goals are those of the design's budget for the game without a store; there is none for 1,000 bots. */
const small: readonly Scale[] = [
  { name: '1000 bots', bots: 1_000, creatures: 6_000, warmTicks: 1_200, ticks: 2_400 },
  {
    name: '5000 bots',
    bots: 5_000,
    creatures: 6_000,
    p50Ms: 3,
    p99Ms: 10,
    decisionsPerS: 20_000,
    inCombatPercent: 35,
    processMb: 250,
    warmTicks: 1_200,
    ticks: 2_400,
  },
]
/** In copies of the zone with as many bots as it has in the rows of 5,000. Without load they think far more often than the budget asks for. */
const BOTS_A_COPY = 5_000
const repeated = (bots: number): Scale => ({
  name: `${bots} bots, the zone repeated`,
  bots,
  creatures: bots,
  processMb: 700,
  settings: { ...SPREAD, zoneCopies: bots / BOTS_A_COPY },
  warmTicks: 800,
  ticks: 300,
})
const large: readonly Scale[] = [repeated(50_000), repeated(100_000)]
/** Of the budget, for a decision a bot and second. */
const LARGE_P99_MS = [25, 45] as const
const LARGE_DECISIONS_PER_S = 1
/** The highest at which the mean bot still decides as often. */
const LOAD_LEVEL = 3
const LOAD_WARM_TICKS = 100
const SAMPLE_TICKS = 20

const goalOf = (limit: number | undefined, form: typeof atMost) => (limit === undefined ? null : form(limit))

/** What is gathered tick by tick, after the warm-up. */
interface Gathered {
  readonly tickMs: Float32Array
  readonly systemsMs: Float64Array
  readonly cpuMs: number
  readonly inCombatShare: number
  readonly decisions: number
  /** When each tick began and ended, and what it took from the heap. */
  readonly notes: readonly TickNote[]
}

async function gather(solo: SoloWorld, ticks: number): Promise<Gathered> {
  const { world, game } = solo.simulation
  const report = () => game.report?.(world)
  const tickMs = new Float32Array(ticks)
  const systemsMs = new Float64Array(world.pipeline.order.length)
  const notes: TickNote[] = []
  const decisionsBefore = report()?.counters.decisions ?? 0
  let cpuUs = 0
  let combat = 0
  let samples = 0
  for (let done = 0; done < ticks; ) {
    const end = Math.min(ticks, done + SAMPLE_TICKS)
    const cpu = process.cpuUsage()
    for (; done < end; done += 1) {
      notes.push(noted(() => solo.tick()))
      tickMs[done] = solo.tickMs
      for (let i = 0; i < systemsMs.length; i += 1) systemsMs[i] += world.runner.durationsMs[i]
    }
    const used = process.cpuUsage(cpu)
    cpuUs += used.user + used.system
    combat += report()?.inCombatShare ?? 0
    samples += 1
    await turn()
  }
  const decisions = (report()?.counters.decisions ?? 0) - decisionsBefore
  return { tickMs, systemsMs, cpuMs: cpuUs / 1000, inCombatShare: combat / samples, decisions, notes }
}

/** A world after its warm-up, and what there was before it. */
interface Warmed {
  readonly world: SoloWorld
  readonly bots: number
  readonly bytesBefore: number
}

async function warmed(scale: Scale, sizes: Sizes): Promise<Warmed> {
  const bots = sized(sizes, scale.bots, Math.min(500, Math.floor(scale.bots / 10)))
  const creatures = sized(sizes, scale.creatures, 600)
  const bytesBefore = liveBytes()
  const world = new SoloWorld({ bots, creatures, settings: scale.settings })
  await world.run(sized(sizes, scale.warmTicks, 40))
  await turn()
  return { world, bots, bytesBefore }
}

async function ofScale(scale: Scale, { world: solo, bots, bytesBefore }: Warmed, sizes: Sizes): Promise<readonly Row[]> {
  const ticks = sized(sizes, scale.ticks, 40)
  const watch = new GcWatch()
  const { tickMs, systemsMs, cpuMs, inCombatShare, decisions, notes } = await gather(solo, ticks)
  await turn()
  const collections = watch.stop()
  const residentMb = process.memoryUsage.rss() / 1e6
  const liveKb = (liveBytes() - bytesBefore) / bots / 1000
  const { p50, p95, p99, max } = percentilesOf(tickMs)
  const seconds = ticks / TICK_HZ
  const gcMs = collections.reduce((sum, { ms }) => sum + ms, 0)
  const { name } = scale
  const systems = solo.simulation.world.pipeline.order.map((system, i) =>
    row(`system ${system.name}, ${name}: mean a tick`, (systemsMs[i] / ticks) * 1000, 'µs'),
  )
  return [
    row(`tick, ${name}: p50`, p50, 'ms', goalOf(scale.p50Ms, atMost)),
    row(`tick, ${name}: p95`, p95, 'ms'),
    row(`tick, ${name}: p99`, p99, 'ms', goalOf(scale.p99Ms, atMost)),
    row(`tick, ${name}: max`, max, 'ms'),
    row(`tick, ${name}: time of the processor, mean`, cpuMs / ticks, 'ms'),
    row(`tick, ${name}: part of one core at ${TICK_HZ} ticks a second`, (cpuMs / ticks / STEP_MS) * 100, '%'),
    row(`tick, ${name}: decisions`, decisions / seconds, '1/s', goalOf(scale.decisionsPerS, atLeast)),
    row(`tick, ${name}: in combat, mean`, inCombatShare * 100, '%', goalOf(scale.inCombatPercent, atLeast)),
    row(`tick, ${name}: live heap and buffers of the world a bot`, liveKb, 'KB'),
    row(`tick, ${name}: resident memory of the process`, residentMb, 'MB', goalOf(scale.processMb, atMost)),
    row(`tick, ${name}: garbage collection, part of the ticks' time`, (gcMs / sum(tickMs)) * 100, '%'),
    row(`tick, ${name}: garbage collections a second of world time`, collections.length / seconds, '1/s'),
    allocatedRow(`tick, ${name}: heap bytes allocated`, notes, collections),
    ...systems,
  ]
}

/** Mean of the ticks without a collection in them: in one with it, what was allocated is not known. */
function allocatedRow(metric: string, notes: readonly TickNote[], collections: readonly Collection[]): Row {
  const bytes = allocatedBytes(notes, collections)
  if (bytes === undefined) return notMeasured(metric, 'B', null, 'every tick had a garbage collection')
  return row(metric, bytes, 'B')
}

const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0)

/** The same world as a server would slow it down that cannot keep up: who thinks less often thinks still. */
async function underLoad(scale: Scale, { world: solo, bots }: Warmed, p99Ms: number, sizes: Sizes): Promise<readonly Row[]> {
  const { name, ticks: whole } = scale
  solo.setLoad(LOAD_LEVEL)
  await solo.run(sized(sizes, LOAD_WARM_TICKS, 20))
  const ticks = sized(sizes, whole, 40)
  const { tickMs, decisions } = await gather(solo, ticks)
  const { p50, p99 } = percentilesOf(tickMs)
  const what = `tick, ${name}, load level ${LOAD_LEVEL}`
  return [
    row(`${what}: p50`, p50, 'ms'),
    row(`${what}: p99`, p99, 'ms', atMost(p99Ms)),
    row(`${what}: decisions a bot`, (decisions * TICK_HZ) / ticks / bots, '1/s', atLeast(LARGE_DECISIONS_PER_S)),
  ]
}

/** The first or the second of the worlds with a goal. */
export async function smallRows(place: 0 | 1, sizes: Sizes): Promise<readonly Row[]> {
  const scale = small[place]
  return await ofScale(scale, await warmed(scale, sizes), sizes)
}

/** The zone repeated; then the same world under load, by the goals of the budget. */
export async function largeRows(place: 0 | 1, sizes: Sizes): Promise<readonly Row[]> {
  const scale = large[place]
  const world = await warmed(scale, sizes)
  const rows = await ofScale(scale, world, sizes)
  return [...rows, ...(await underLoad(scale, world, LARGE_P99_MS[place], sizes))]
}
