import { join } from 'node:path'
import { standardGame } from '../../game.js'
import { runSeed } from '../../scripts/dst/run.js'
import { check, quantile } from '../../scripts/wire-cost/figure.js'
import { readContent } from '../../src/server/content-files.js'
import { replay } from '../../src/server/replay.js'
import { simulate } from '../../src/server/simulate.js'
import { withFolder } from '../load/folder.js'
import { startAndStop } from '../load/hosted.js'
import { SEED, TICK_HZ } from '../load/solo-world.js'
import { atLeast, atMost, type Row, row, type Sizes, sized } from '../row.js'

const BOTS = 5_000
const CREATURES = 6_000
const STARTS = 3
const RUN_MS = 3_000
const TICKS = 1_200
const FAULT_SEEDS = 5
const FAULTS_X = 100

/** Ticks a second of a simulation, of one that is recorded, and of the replay of that recording. */
async function speeds(bots: number, creatures: number, ticks: number) {
  const content = readContent(standardGame)
  const settings = { seed: SEED, tickHz: TICK_HZ, bots, creatures, clientsMax: 0, graceS: 0 }
  const perS = async (work: () => Promise<unknown> | unknown): Promise<number> => {
    const startMs = performance.now()
    await work()
    return (ticks * 1000) / (performance.now() - startMs)
  }
  return await withFolder(async (folder) => {
    const record = join(folder, 'bench.myr')
    const simulated = await perS(() => simulate({ game: standardGame, content, settings, ticks }))
    const recorded = await perS(() => simulate({ game: standardGame, content, settings, ticks, record }))
    const replayed = await perS(() => {
      const { ok, ticks: run } = replay(record, { game: standardGame, content })
      check(ok && run === ticks, () => `the replay ran ${run} of ${ticks} ticks, and was ${ok ? 'the same' : 'different'}`)
    })
    return { simulated, recorded, replayed }
  })
}

/** World seconds a second of simulations with a faulty line and store, an auditor included. */
async function faultsSpeed(sizes: Sizes): Promise<number> {
  const shortened = sized(sizes, {}, { seconds: 10, moved: 10 })
  let worldS = 0
  const startMs = performance.now()
  for (let seed = 1; seed <= sized(sizes, FAULT_SEEDS, 1); seed += 1)
    worldS += (await runSeed({ seed, ...shortened })).worldSeconds
  return (worldS * 1000) / (performance.now() - startMs)
}

/** A server's beginning and end; worlds that run faster than time. */
export async function lifeRows(sizes: Sizes): Promise<readonly Row[]> {
  const bots = sized(sizes, BOTS, 200)
  const creatures = sized(sizes, CREATURES, 200)
  const runs: { startMs: number; stopMs: number }[] = []
  const hosted = { bots, creatures, store: 'memory:', runMs: sized(sizes, RUN_MS, 100), awaitsBots: false }
  for (let i = 0; i < sized(sizes, STARTS, 1); i += 1) runs.push(await startAndStop(hosted))
  const median = (which: 'startMs' | 'stopMs'): number =>
    quantile(
      runs.map((run) => run[which]),
      0.5,
    )
  const { simulated, recorded, replayed } = await speeds(bots, creatures, sized(sizes, TICKS, 60))
  const what = `${BOTS} bots`
  return [
    row(`start to the first tick, ${what}`, median('startMs') / 1000, 's', atMost(2)),
    row(`from SIGTERM to the end of the process, ${what}`, median('stopMs') / 1000, 's'),
    row(`fast-forward, ${what}: world time ÷ time`, simulated / TICK_HZ, '×'),
    row(`fast-forward, ${what}: ticks`, simulated, '1/s'),
    row(`recording, ${what}: ticks`, recorded, '1/s'),
    row(`replay, ${what}: ticks`, replayed, '1/s'),
    row(`replay, ${what}: world time ÷ time`, replayed / TICK_HZ, '×'),
    row('the economy under faults (npm run dst): world time ÷ time', await faultsSpeed(sizes), '×', atLeast(FAULTS_X)),
  ]
}
