import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { standardGame } from '../../game.js'
import { check, quantile } from '../../scripts/wire-cost/figure.js'
import { readContent } from '../../src/server/content-files.js'
import { replay } from '../../src/server/replay.js'
import { simulate } from '../../src/server/simulate.js'
import { SEED, TICK_HZ } from '../load/solo-world.js'
import { atMost, type Row, row, type Sizes, sized } from '../row.js'

const BOTS = 5_000
const CREATURES = 6_000
const STARTS = 3
const RUN_MS = 3_000
const TICKS = 1_200
const READY_EVERY_MS = 5
const START_MS_MAX = 30_000
const program = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'src', 'cli.js')

/** The status that a page has; 0 where nobody answers yet. */
function statusOf(url: string): Promise<number> {
  return new Promise((resolve) => {
    get(url, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    }).on('error', () => resolve(0))
  })
}

/** The page that says whether the server is ready, as its log names it. */
function healthOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      const url = /"health":"([^"]+)"/.exec(printed)?.[1]
      if (url !== undefined) resolve(url)
    })
    child.on('exit', (code) => reject(new Error(`the server ended with ${code} before it listened: ${printed}`)))
  })
}

/** `myriad host` from its call to its first tick, and from the signal to its end; in ms. */
async function startAndStop(bots: number, creatures: number, runMs: number): Promise<{ startMs: number; stopMs: number }> {
  const args = ['host', '--port', '0', '--bots', String(bots), '--creatures', String(creatures), '--log-pretty', 'off']
  const calledMs = performance.now()
  const child = spawn(process.execPath, [program, ...args, '--max-seconds', '60'], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const url = await healthOf(child)
    while ((await statusOf(url)) !== 200) {
      check(performance.now() - calledMs < START_MS_MAX, () => `the server was not ready in ${START_MS_MAX} ms`)
      await wait(READY_EVERY_MS)
    }
    const startMs = performance.now() - calledMs
    await wait(runMs)
    const stopCalledMs = performance.now()
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    check(code === 0, () => `the server ended with ${code}`)
    return { startMs, stopMs: performance.now() - stopCalledMs }
  } finally {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
  }
}

/** Ticks a second of a simulation, of one that is recorded, and of the replay of that recording. */
async function speeds(bots: number, creatures: number, ticks: number) {
  const content = readContent(standardGame)
  const settings = { seed: SEED, tickHz: TICK_HZ, bots, creatures, clientsMax: 0, graceS: 0 }
  const folder = mkdtempSync(join(tmpdir(), 'myriad-bench-'))
  const record = join(folder, 'bench.myr')
  const perS = async (work: () => Promise<unknown> | unknown): Promise<number> => {
    const startMs = performance.now()
    await work()
    return (ticks * 1000) / (performance.now() - startMs)
  }
  try {
    const simulated = await perS(() => simulate({ game: standardGame, content, settings, ticks }))
    const recorded = await perS(() => simulate({ game: standardGame, content, settings, ticks, record }))
    const replayed = await perS(() => {
      const { ok, ticks: run } = replay(record, { game: standardGame, content })
      check(ok && run === ticks, () => `the replay ran ${run} of ${ticks} ticks, and was ${ok ? 'the same' : 'different'}`)
    })
    return { simulated, recorded, replayed }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A server's beginning and end; worlds that run faster than time. */
export async function lifeRows(sizes: Sizes): Promise<readonly Row[]> {
  const bots = sized(sizes, BOTS, 200)
  const creatures = sized(sizes, CREATURES, 200)
  const runs: { startMs: number; stopMs: number }[] = []
  for (let i = 0; i < sized(sizes, STARTS, 1); i += 1) runs.push(await startAndStop(bots, creatures, sized(sizes, RUN_MS, 100)))
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
  ]
}
