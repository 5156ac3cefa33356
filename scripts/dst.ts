import { availableParallelism } from 'node:os'
import { Command, Option } from 'commander'
import { type PlantName, plantNames } from './dst/plants.js'
import type { RunReport } from './dst/run.js'
import { search } from './dst/search.js'
import { whole } from './whole.js'

/** The economy under faults, a process or a thread a run: every seed is a run of its own, the same each time. */

interface Flags {
  readonly seeds?: number
  readonly from: number
  readonly seed?: number
  readonly threads: number
  readonly plant?: PlantName
}

const flags = new Command('dst')
  .description(
    'Simulates the economy under lost messages, dropped clients, a failing store, crashes and owners that have lost the world, and checks that nothing is lost or doubled. Ends with 1 when something does not hold.',
  )
  .option('--seeds <n>', 'runs; 100 unless given, with --plant up to 1,000', whole(1, 1e9))
  .option('--from <n>', 'the first of them', whole(0, 0xffffffff), 1)
  .option('--seed <n>', 'this one run only', whole(0, 0xffffffff))
  .option('--threads <n>', 'runs at once', whole(1, 256), availableParallelism())
  .addOption(
    new Option(
      '--plant <name>',
      'a fault that is put in on purpose: ends with 0 once it is found, with 1 when it is not',
    ).choices(plantNames),
  )
  .parse()
  .opts<Flags>()

const startMs = performance.now()
const { plant, threads } = flags
const first = flags.seed ?? flags.from
const last = flags.seed ?? first + (flags.seeds ?? (plant === undefined ? 100 : 1_000)) - 1
const { reports, found } = await search({ first, last, plant, threads })
const seconds = (performance.now() - startMs) / 1000

type Count = keyof { [K in keyof RunReport as RunReport[K] extends number ? K : never]: true }
const sum = (name: Count): number => reports.reduce((all, report) => all + report[name], 0)
const most = (name: Count): number => reports.reduce((max, report) => Math.max(max, report[name]), 0)
const least = (name: Count): number => reports.reduce((min, report) => Math.min(min, report[name]), Number.POSITIVE_INFINITY)

function moves(): string {
  const all = new Map<string, number>()
  for (const report of reports)
    for (const [name, count] of Object.entries(report.moves)) all.set(name, (all.get(name) ?? 0) + count)
  return [...all].map(([name, count]) => `${count} ${name}`).join(', ')
}

function describe(): string {
  const cpu = process.cpuUsage()
  const cpuS = (cpu.user + cpu.system) / 1e6
  const world = Math.round(sum('worldSeconds'))
  const rate = `${Math.round(world / seconds)} a second, ${Math.round(world / cpuS)} a second of a core`
  return [
    `${reports.length} seeds in ${seconds.toFixed(1)} s: nothing lost, nothing doubled`,
    `${world} world-seconds, ${rate}; ${sum('ticks')} ticks`,
    `${sum('commands')} commands, ${sum('answers')} answers, repeated ones counted; ${sum('moved')} moved value, at least ${least('moved')} a seed`,
    `by name: ${moves()}; of bots ${sum('botRecords')} records`,
    `${sum('crashes')} crashes, ${sum('torn')} of them tore a commit; ${sum('takeovers')} worlds taken over; ${sum('unknownOutcomes')} commits of unknown outcome; ${sum('resumes')} resumes`,
    `settled after at most ${most('settleTicks')} ticks`,
    ...(reports.length === 1 ? [`state ${reports[0].stateHash}`] : []),
  ].join('\n')
}

if (found !== undefined) {
  const again = `npm run dst -- --seed ${found.seed}${plant === undefined ? '' : ` --plant ${plant}`}`
  const text = `${found.problem}\nfound after ${found.seed - first + 1} seeds, ${seconds.toFixed(1)} s\nagain: ${again}\n`
  if (plant === undefined) process.stderr.write(text)
  else process.stdout.write(text)
} else process.stdout.write(plant === undefined ? `${describe()}\n` : `${plant} was not found in ${reports.length} seeds\n`)
process.exitCode = (plant === undefined) === (found === undefined) ? 0 : 1
