import { Command, Option } from 'commander'
import { type PlantName, plantNames } from './crash/plants.js'
import { type CrashReport, runCrash } from './crash/run.js'
import { whole } from './whole.js'

/** A real server killed at random moments, over and over: what a client was promised is there again. */

interface Flags {
  readonly kills: number
  readonly seed?: number
  readonly clients: number
  readonly bots: number
  readonly plant?: PlantName
}

const flags = new Command('crash')
  .description(
    'Kills a real server (SIGKILL) at random moments, starts it again on the same database, and checks that all that was answered ok is there, whole and once. Ends with 1 when something does not hold.',
  )
  .option('--kills <n>', 'how often', whole(1, 100_000), 20)
  .option('--seed <n>', 'of the moments and of what the clients do; drawn unless given', whole(0, 0xffffffff))
  .option('--clients <n>', 'who trade, loot, buy and sell over sockets', whole(2, 200), 16)
  .option('--bots <n>', 'in the world beside them', whole(0, 100_000), 200)
  .addOption(
    new Option(
      '--plant <name>',
      'a fault of the store that is put in on purpose: ends with 0 once it is found, with 1 when it is not',
    ).choices(plantNames),
  )
  .parse()
  .opts<Flags>()

const VIOLATIONS_SHOWN = 20
const seed = flags.seed ?? Math.floor(Math.random() * 0x7fffffff)

function table(report: CrashReport): string {
  const sorted = [...report.readyMs].sort((a, b) => a - b)
  const ms = (part: number): string =>
    String(Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0))
  const counts = [...report.acknowledged].sort(([, a], [, b]) => b - a)
  const all = counts.reduce((sum, [, count]) => sum + count, 0)
  const by = counts.map(([name, count]) => `${count} ${name === 'trade.accept' ? 'trades' : name}`).join(', ')
  const rows = [
    ['kills', `${report.kills}, ${report.killsAtStart} of them before the first tick`],
    ['starts', String(report.starts)],
    ['durable commands answered ok', `${all}: ${by}`],
    [
      'without an answer at a kill',
      `${report.kept + report.undone}: ${report.kept} had happened whole, ${report.undone} not at all`,
    ],
    ['ms to the first tick, killed before', `p50 ${ms(0.5)}, highest ${ms(1)}`],
    ['gold in all purses at the end', String(report.gold)],
    ['violations', String(report.violations.length)],
  ]
  return rows.map(([name, value]) => `${name.padEnd(38)}${value}`).join('\n')
}

const INTERRUPTED_EXIT_CODE = 130
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(INTERRUPTED_EXIT_CODE))
process.stdout.write(`seed ${seed}\n`)
const report = await runCrash({ ...flags, seed, onStart: (line) => process.stdout.write(`${line}\n`) })
process.stdout.write(`\n${table(report)}\n`)
for (const violation of report.violations.slice(0, VIOLATIONS_SHOWN)) process.stdout.write(`  ${violation}\n`)
const isFound = report.violations.length > 0
if (flags.plant !== undefined && !isFound) process.stdout.write(`${flags.plant} was not found in ${report.kills} kills\n`)
process.exitCode = (flags.plant === undefined) === isFound ? 1 : 0
