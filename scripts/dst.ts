import { Command, Option } from 'commander'
import { Finding } from './dst/finding.js'
import { type PlantName, plantNames } from './dst/plants.js'
import { type RunReport, runSeed } from './dst/run.js'
import { whole } from './whole.js'

/** The economy under faults, in one process: every seed is a run of its own, the same each time. */

interface Flags {
  readonly seeds?: number
  readonly seed?: number
  readonly plant?: PlantName
}

const flags = new Command('dst')
  .description(
    'Simulates the economy under lost messages, dropped clients, a failing store and crashes, and checks that nothing is lost or doubled. Ends with 1 when something does not hold.',
  )
  .option('--seeds <n>', 'runs, from seed 1 on; 100 unless given, with --plant up to 1,000', whole(1, 1e9))
  .option('--seed <n>', 'this one run only', whole(0, 0xffffffff))
  .addOption(
    new Option(
      '--plant <name>',
      'a fault that is put in on purpose: ends with 0 once it is found, with 1 when it is not',
    ).choices(plantNames),
  )
  .parse()
  .opts<Flags>()

const startMs = performance.now()
const seconds = (): string => ((performance.now() - startMs) / 1000).toFixed(1)
const first = flags.seed ?? 1
const last = flags.seed ?? flags.seeds ?? (flags.plant === undefined ? 100 : 1_000)

function describe(reports: readonly RunReport[]): string {
  const sum = (of: (report: RunReport) => number): number => reports.reduce((all, report) => all + of(report), 0)
  const settled = Math.max(...reports.map(({ settleTicks }) => settleTicks))
  return [
    `${reports.length} seeds in ${seconds()} s: nothing lost, nothing doubled`,
    `${sum(({ ticks }) => ticks)} ticks, ${sum(({ commands }) => commands)} commands, ${sum(({ answers }) => answers)} answers, repeated ones counted`,
    `${sum(({ moved }) => moved)} commands moved value, ${sum(({ trades }) => trades)} trades, ${sum(({ crashes }) => crashes)} crashes, ${sum(({ resumes }) => resumes)} resumes; settled after at most ${settled} ticks`,
    ...(reports.length === 1 ? [`state ${reports[0].stateHash}`] : []),
  ].join('\n')
}

/** The message of what was found, and the seed; undefined when all held. */
async function search(reports: RunReport[]): Promise<{ readonly seed: number; readonly text: string } | undefined> {
  for (let seed = first; seed <= last; seed += 1) {
    try {
      reports.push(await runSeed({ seed, plant: flags.plant }))
    } catch (error) {
      if (!(error instanceof Finding)) process.stderr.write(`seed ${seed} broke\n`)
      return { seed, text: error instanceof Finding ? error.message : String((error as Error).stack) }
    }
  }
  return undefined
}

const reports: RunReport[] = []
const found = await search(reports)
const { plant } = flags
if (found !== undefined) {
  const again = `npm run dst -- --seed ${found.seed}${plant === undefined ? '' : ` --plant ${plant}`}`
  const text = `${found.text}\nfound after ${found.seed - first + 1} seeds, ${seconds()} s\nagain: ${again}\n`
  if (plant === undefined) process.stderr.write(text)
  else process.stdout.write(text)
} else
  process.stdout.write(plant === undefined ? `${describe(reports)}\n` : `${plant} was not found in ${reports.length} seeds\n`)
process.exitCode = (plant === undefined) === (found === undefined) ? 0 : 1
