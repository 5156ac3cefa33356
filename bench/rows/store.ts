import { join } from 'node:path'
import { check, quantile } from '../../scripts/wire-cost/figure.js'
import { withFolder } from '../load/folder.js'
import { type Life, startAndStop } from '../load/hosted.js'
import { STEP_MS, TICK_HZ } from '../load/solo-world.js'
import type { QueryTimes, StoreOrder, StoreRun } from '../parts/orders.js'
import { Part } from '../parts/part.js'
import { atLeast, atMost, notMeasured, type Row, row, type Sizes, sized } from '../row.js'

const BOTS = 5_000
const CREATURES = 6_000
const LOOTERS = 1_500
const LOOTS_PER_S = 1_500
const WARM_TICKS = 1_200
/** The two worlds tick by turns, each alone. */
const ROUNDS = 10
const ROUND_TICKS = 100
const LOOT_TICKS = 400
const QUERIES = 300
const STARTS = 3
const RUN_MS = 3_000
const P50_GROWTH_MS = 0.5
const P99_GROWTH_MS = 2
const QUERY_P99_MS = 10
const START_S = 3
const STOP_S = 2
const HOUR_S = 3_600
const ANSWER_MS = 180_000

type StorePart = Part<StoreOrder>

/** Several runs of one world as one. */
function together(runs: readonly StoreRun[]): StoreRun {
  const sum = (of: (run: StoreRun) => number): number => runs.reduce((total, run) => total + of(run), 0)
  const hasDisk = runs.every(({ diskBytes }) => diskBytes !== undefined)
  return {
    seconds: sum((run) => run.seconds),
    tickMs: runs.flatMap(({ tickMs }) => tickMs),
    cpuMs: sum((run) => run.cpuMs),
    bots: runs[runs.length - 1].bots,
    loots: sum((run) => run.loots),
    refused: sum((run) => run.refused),
    lagMsMax: Math.max(...runs.map(({ lagMsMax }) => lagMsMax)),
    commitMs: runs.flatMap(({ commitMs }) => commitMs),
    rows: sum((run) => run.rows),
    rowBytes: sum((run) => run.rowBytes),
    diskBytes: hasDisk ? sum((run) => run.diskBytes ?? 0) : undefined,
    grownBytes: sum((run) => run.grownBytes),
  }
}

const at = ({ tickMs }: StoreRun, part: number): number => quantile([...tickMs], part)
const cpuPercent = ({ cpuMs, seconds }: StoreRun): number => (cpuMs / seconds / 1000) * 100

/** The same world with its store in memory and with SQLite, by turns. */
function tickRows(memory: StoreRun, sqlite: StoreRun): readonly Row[] {
  const what = `store, ${BOTS} bots`
  return [
    row(`${what}, in memory: tick, p50`, at(memory, 0.5), 'ms'),
    row(`${what}, in memory: tick, p99`, at(memory, 0.99), 'ms'),
    row(`${what}, SQLite: tick, p50`, at(sqlite, 0.5), 'ms'),
    row(`${what}, SQLite: tick, p99`, at(sqlite, 0.99), 'ms'),
    row(`${what}: tick, p50, SQLite − memory`, at(sqlite, 0.5) - at(memory, 0.5), 'ms', atMost(P50_GROWTH_MS)),
    row(`${what}: tick, p99, SQLite − memory`, at(sqlite, 0.99) - at(memory, 0.99), 'ms', atMost(P99_GROWTH_MS)),
    row(`${what}, in memory: part of one core`, cpuPercent(memory), '%'),
    row(`${what}, SQLite: part of one core, the store’s thread included`, cpuPercent(sqlite), '%'),
  ]
}

function commitRows(sqlite: StoreRun): readonly Row[] {
  const what = `store, ${BOTS} bots, SQLite`
  const botHours = (sqlite.bots * sqlite.seconds) / HOUR_S
  const written = `${what}: written to the disk a bot-hour`
  return [
    row(`${what}: commits`, sqlite.commitMs.length / sqlite.seconds, '1/s'),
    row(`${what}: a commit, p50`, quantile([...sqlite.commitMs], 0.5), 'ms'),
    row(`${what}: a commit, p99`, quantile([...sqlite.commitMs], 0.99), 'ms'),
    row(`${what}: rows a commit`, sqlite.rows / sqlite.commitMs.length, 'rows'),
    row(`${what}: the oldest change waited at most`, sqlite.lagMsMax, 'ms'),
    row(`${what}: rows a bot-hour`, sqlite.rowBytes / botHours / 1000, 'KB'),
    sqlite.diskBytes === undefined
      ? notMeasured(written, 'KB', null, 'the system does not tell')
      : row(written, sqlite.diskBytes / botHours / 1000, 'KB'),
    row(`${what}: the database grows by, a bot-hour`, sqlite.grownBytes / botHours / 1000, 'KB'),
  ]
}

function lootRows(run: StoreRun, perS: number, asked: number): readonly Row[] {
  const what = `store, ${LOOTS_PER_S} loots a second on top of ${BOTS} bots`
  const done = asked - run.refused
  // What the last tick asked for is done in the next; the bots loot, too.
  check(run.loots >= done - 2 * perS * (STEP_MS / 1000) - 2, () => `${run.loots} loots, but ${done} were accepted`)
  return [
    row(`${what}: accepted`, done / (run.tickMs.length / TICK_HZ), '1/s', atLeast(LOOTS_PER_S)),
    row(`${what}: ticks a second`, run.tickMs.length / run.seconds, '1/s', atLeast(19.9)),
    row(`${what}: tick, p50`, at(run, 0.5), 'ms'),
    row(`${what}: tick, p99`, at(run, 0.99), 'ms', atMost(STEP_MS)),
    row(`${what}: a commit, p99`, quantile([...run.commitMs], 0.99), 'ms'),
    row(`${what}: the oldest change waited at most`, run.lagMsMax, 'ms', atMost(1_000)),
  ]
}

function queryRows(times: QueryTimes): readonly Row[] {
  return Object.entries(times).flatMap(([call, all]) => [
    row(`store, ${BOTS} bots, ${call}: p50`, quantile([...all], 0.5), 'ms'),
    // Whoever creates a character waits for the disk: that is a commit.
    row(
      `store, ${BOTS} bots, ${call}: p99`,
      quantile([...all], 0.99),
      'ms',
      call === 'createCharacter' ? null : atMost(QUERY_P99_MS),
    ),
  ])
}

async function worlds(folder: string, sizes: Sizes): Promise<readonly Row[]> {
  const part = sized(sizes, 1, 0.02)
  const [memory, sqlite]: readonly StorePart[] = [Part.store(), Part.store()]
  const order = {
    kind: 'open',
    bots: BOTS * part,
    creatures: CREATURES * part,
    looters: LOOTERS * part,
    warmTicks: sized(sizes, WARM_TICKS, 40),
  } as const
  try {
    await memory.ask({ ...order, database: undefined }, ANSWER_MS)
    await sqlite.ask({ ...order, database: join(folder, 'world.db') }, ANSWER_MS)
    const ticks = sized(sizes, ROUND_TICKS, 20)
    const runs: StoreRun[][] = [[], []]
    for (let round = 0; round < sized(sizes, ROUNDS, 2); round += 1)
      for (const [i, world] of [memory, sqlite].entries())
        runs[i].push(await world.ask<StoreRun>({ kind: 'run', ticks, lootsPerS: 0 }))
    await memory.end()
    const lootTicks = sized(sizes, LOOT_TICKS, 20)
    const lootsPerS = LOOTS_PER_S * part
    const looted = await sqlite.ask<StoreRun>({ kind: 'run', ticks: lootTicks, lootsPerS }, ANSWER_MS)
    const queried = await sqlite.ask<QueryTimes>({ kind: 'query', count: sized(sizes, QUERIES, 4) }, ANSWER_MS)
    await sqlite.ask({ kind: 'close' }, ANSWER_MS)
    const [inMemory, inSqlite] = runs.map(together)
    return [
      ...tickRows(inMemory, inSqlite),
      ...commitRows(inSqlite),
      ...lootRows(looted, lootsPerS, Math.floor((lootsPerS * lootTicks) / TICK_HZ)),
      ...queryRows(queried),
    ]
  } finally {
    await Promise.all([memory.end(), sqlite.end()])
  }
}

/** `myriad host` with a file: begun new, then taken up again some times. */
async function livesOf(folder: string, sizes: Sizes): Promise<readonly Row[]> {
  const store = `sqlite:${join(folder, 'life.db')}`
  const hosted = {
    bots: sized(sizes, BOTS, 200),
    creatures: sized(sizes, CREATURES, 200),
    store,
    runMs: sized(sizes, RUN_MS, 100),
    awaitsBots: true,
  }
  const lives: Life[] = [await startAndStop(hosted)]
  for (let i = 0; i < sized(sizes, STARTS, 1); i += 1) lives.push(await startAndStop(hosted))
  const medianS = (of: (life: Life) => number, some: readonly Life[]): number => quantile(some.map(of), 0.5) / 1000
  const again = lives.slice(1)
  const what = `${BOTS} saved bots`
  return [
    row(
      `start to the first tick, ${what}`,
      medianS(({ startMs }) => startMs, again),
      's',
      atMost(START_S),
    ),
    row(
      `start until all are in the world, ${what}`,
      medianS(({ allBotsMs }) => allBotsMs, again),
      's',
    ),
    row(
      `from SIGTERM to the end, everything saved, ${what}`,
      medianS(({ stopMs }) => stopMs, lives),
      's',
      atMost(STOP_S),
    ),
  ]
}

/** A world that lasts: what its store costs the tick, what it does, and how it begins and ends. */
export function storeRows(sizes: Sizes): Promise<readonly Row[]> {
  return withFolder(async (folder) => [...(await worlds(folder, sizes)), ...(await livesOf(folder, sizes))])
}
