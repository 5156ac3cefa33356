import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { families } from './families.js'
import { chosen, runFamily } from './run.js'
import { UsageError } from './usage-error.js'

/** `npm run bench`: measures, and says what it means. bench/README.md tells how to read it. */
const script = fileURLToPath(import.meta.url)
const root = join(dirname(script), '..', '..')
const USAGE_EXIT_CODE = 2
const FAILED_EXIT_CODE = 1

export interface Flags {
  readonly json?: boolean
  readonly only: readonly string[]
  readonly compare?: string
  readonly check?: boolean
  readonly save?: boolean
  readonly quick?: boolean
  readonly family?: string
  readonly part?: string
}

const names = Object.entries(families).map(([name, { doc }]) => `  ${name.padEnd(12)} ${doc}`)
const program = new Command('bench')
  .description('Measures the game: metric, value, unit, goal, ratio to bench/baseline.json, verdict.')
  .option('--json', 'print JSON instead of a table')
  .option('--only <name>', 'some only; again, or with commas, for several', (name, all: string[]) => [...all, name], [])
  .option('--compare <revision>', 'measure this tree and that revision by turns, A B A B')
  .option('--check', 'judge the counts of a seed and the heap by the baseline; exit code 1 when they differ')
  .option('--save', 'write what was measured into bench/baseline.json')
  .option('--quick', 'sizes so small that they show only that it runs')
  .option('--family <name>', 'measure one in this process and send it to the parent')
  .option('--part <name>', 'be one of the processes that a bench is made of')
  .addHelpText('after', `\nBenches:\n${names.join('\n')}`)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : USAGE_EXIT_CODE))

/** What the whole bench is made of, and its processes need not load. */
async function measured(flags: Flags, only: readonly string[], quick: boolean): Promise<number> {
  const io = { script, root, json: flags.json === true }
  if (flags.compare !== undefined) return await (await import('./compare.js')).compare(flags.compare, only, io)
  const { judgeCheck, runRows } = await import('./report.js')
  if (flags.check === true) return await judgeCheck(only, io)
  return await runRows(only, { quick }, flags.save === true, io)
}

/** Returns the exit code. */
async function main(flags: Flags): Promise<number> {
  const quick = flags.quick === true
  if (flags.part !== undefined) {
    ;(await import('./parts/part.js')).runPart(flags.part)
    return 0
  }
  if (flags.family !== undefined) {
    await runFamily(flags.family, { quick })
    return 0
  }
  const only = chosen(flags.check === true && flags.only.length === 0 ? ['check'] : flags.only)
  const exclusive = [flags.check, flags.save, flags.compare !== undefined].filter((flag) => flag === true)
  if (exclusive.length > 1) throw new UsageError('--check, --save and --compare are three things; give one of them')
  if (quick && exclusive.length > 0) throw new UsageError('--quick measures nothing that could be judged or kept; leave it out')
  return await measured(flags, only, quick)
}

try {
  const { family } = program.parse().opts<Flags>()
  const exitCode = await main(program.opts<Flags>())
  // A family's process ends when its parent has heard it.
  if (family === undefined) process.exitCode = exitCode
} catch (error) {
  const isUsage = error instanceof UsageError
  process.stderr.write(
    `bench: ${isUsage ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  )
  process.exit(isUsage ? USAGE_EXIT_CODE : FAILED_EXIT_CODE)
}
