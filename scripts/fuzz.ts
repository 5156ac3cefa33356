import { Command } from 'commander'
import { findCulprit } from './fuzz/culprit.js'
import { BOTS_DEFAULT, type FuzzOptions, type FuzzReport, FuzzStopped, runFuzz } from './fuzz/run.js'
import { whole } from './whole.js'

/** Hostile frames into a small real world, checked at every tick. The same seed gives the same run, frame by frame. */

/** The longest tick that a world of this size may take, in ms; printed, not judged: machines differ. */
const TICK_BUDGET_MS = 50

interface Flags {
  readonly frames: number
  readonly seed?: number
  readonly bots: number
}

const flags = new Command('fuzz')
  .description(
    'Sends hostile frames into a world and checks that nobody is harmed by them. Ends with 1 when something does not hold.',
  )
  .option('--frames <n>', 'frames to send', whole(1, 1e9), 100_000)
  .option('--seed <n>', 'seed of every draw; a new one each time unless given', whole(0, 0xffffffff))
  .option('--bots <n>', 'in-world bots beside the clients', whole(1, 1_000), BOTS_DEFAULT)
  .parse()
  .opts<Flags>()

const listed = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')

function describe(report: FuzzReport, seconds: number): string {
  const { tickMs, heapBytes } = report
  const mib = (bytes: number): string => (bytes / 1_048_576).toFixed(1)
  const budget = `${TICK_BUDGET_MS} ms: ${tickMs.p99 <= TICK_BUDGET_MS ? 'p99 within' : 'p99 over'}`
  return [
    `${report.frames} frames in ${report.ticks} ticks and ${seconds.toFixed(1)} s; ${report.sessions} hostile sessions`,
    `ways: ${listed(report.ways)}`,
    `requests that reached a system: ${[...report.accepted.values()].reduce((a, b) => a + b, 0)}, ${report.accepted.size} kinds`,
    `refused: ${listed(report.refused)}`,
    `sockets closed: ${listed(report.closed)}`,
    `tick ms: p50 ${tickMs.p50.toFixed(2)}, p99 ${tickMs.p99.toFixed(2)}, max ${tickMs.max.toFixed(2)}, the checks of marked columns included (budget ${budget})`,
    heapBytes.end === 0
      ? 'memory: not measured; run it with node --expose-gc'
      : `memory: ${mib(heapBytes.early)} MiB at a fifth of the frames, ${mib(heapBytes.end)} MiB at the end`,
    `state ${report.stateHash}`,
  ].join('\n')
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

async function explain(options: FuzzOptions, stopped: FuzzStopped): Promise<string> {
  const again = (frames: number): string => {
    const bots = options.bots === BOTS_DEFAULT ? '' : ` --bots ${options.bots}`
    return `npm run fuzz -- --seed ${options.seed} --frames ${frames}${bots}`
  }
  process.stdout.write(`${stopped.message}\nlooking for the frame that did it\n`)
  const culprit = await findCulprit(options, stopped)
  if (culprit === undefined) {
    const numbers = `${stopped.suspects[0]?.number} to ${stopped.framesSent}`
    return `it does not come again with fewer frames; suspect are ${numbers}, tick ${stopped.tick}\n${again(stopped.framesSent)}`
  }
  const { number, tick, session, way, bytes } = culprit.frame
  const lines = [
    culprit.stopped.message,
    `seed ${options.seed}, frame ${number} of ${options.frames}, tick ${tick}, session ${session}, ${way}`,
    `frame in hex: ${hexOf(bytes)}`,
    `again: ${again(number)}`,
  ]
  const { cause } = culprit.stopped
  return [...lines, cause instanceof Error ? (cause.stack ?? '') : ''].join('\n')
}

const seed = flags.seed ?? Math.floor(Math.random() * 0x100000000)
const options: FuzzOptions = {
  seed,
  frames: flags.frames,
  bots: flags.bots,
  onProgress: (frames, { tick }) => {
    if (process.stdout.isTTY) process.stdout.write(`\r${frames} frames, tick ${tick}`)
  },
}
process.stdout.write(`seed ${seed}, ${flags.frames} frames\n`)
const startMs = performance.now()
try {
  const report = await runFuzz(options)
  process.stdout.write(`${process.stdout.isTTY ? '\n' : ''}${describe(report, (performance.now() - startMs) / 1000)}\n`)
} catch (error) {
  if (!(error instanceof FuzzStopped)) throw error
  process.stderr.write(`${await explain(options, error)}\n`)
  process.exitCode = 1
}
