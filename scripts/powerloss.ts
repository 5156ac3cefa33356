import { Command, Option } from 'commander'
import type { Sync } from './powerloss/careless-thread.js'
import { noStrace, type PowerlossReport, runPowerloss } from './powerloss/run.js'
import { whole } from './whole.js'

/** Power cuts: a store is recorded once, call by call, and started again on thousands of disks that a power cut may leave behind. */

interface Flags {
  readonly ticks: number
  readonly states: number
  readonly seed?: number
  readonly failingSync?: number
  readonly synchronous: Sync
}

const syncs: readonly Sync[] = ['FULL', 'NORMAL', 'OFF']
const STATES_EACH = 4
const LOSSES_SHOWN = 5
const LOSSES_MAX = 100

const flags = new Command('powerloss')
  .description(
    'Records a store under strace while it commits, takes the power away at every moment, and checks that what was answered is on what is left of the disk. Ends with 1 when something is lost.',
  )
  .option('--ticks <n>', 'commits that are recorded', whole(1, 10_000), 200)
  .option('--states <n>', 'about so many disks to start on', whole(1, 1e7), 4_000)
  .option('--seed <n>', 'of the moments and of what is lost; drawn unless given', whole(0, 0xffffffff))
  .option('--failing-sync <n>', 'every n-th sync fails with EIO, and what it was to bring may be gone for good', whole(2, 1_000))
  .addOption(
    new Option('--synchronous <level>', 'the negative control: with less than FULL it ends with 0 once losses are found')
      .choices(syncs)
      .default('FULL'),
  )
  .parse()
  .opts<Flags>()

function table(report: PowerlossReport): string {
  const {
    writes,
    pagesBack,
    syncs: synced,
    failedSyncs,
    answers,
    moments,
    cuts,
    states,
    statesByLoss,
    recordMs,
    checkMs,
  } = report
  const seconds = (ms: number): string => (ms / 1000).toFixed(1)
  const by = [...statesByLoss].map(([loss, count]) => `${count} ${loss}`).join(', ')
  const rows = [
    [
      'recorded',
      `${writes} writes (${pagesBack} into the database itself), ${synced} syncs${failedSyncs > 0 ? `, ${failedSyncs} that failed` : ''}, ${answers} answers`,
    ],
    ['power cuts', `at ${cuts} of ${moments} moments`],
    ['disks started on', `${states}; what was not synced: ${by}`],
    [
      'losses',
      report.lossesFound.length >= LOSSES_MAX ? `${LOSSES_MAX}, then no more were looked for` : `${report.lossesFound.length}`,
    ],
    ['seconds', `${seconds(recordMs)} to record, ${seconds(checkMs)} to start on all`],
  ]
  return rows.map(([name, value]) => `${name.padEnd(18)}${value}`).join('\n')
}

function run(): number {
  const missing = noStrace()
  if (missing !== '') {
    process.stderr.write(`${missing}; install strace, and let processes be traced\n`)
    return 1
  }
  const seed = flags.seed ?? Math.floor(Math.random() * 0x7fffffff)
  const { ticks, synchronous, failingSync, states: statesMax } = flags
  process.stdout.write(`seed ${seed}, synchronous=${synchronous}\n`)
  const report = runPowerloss({
    ticks,
    synchronous,
    failingSync,
    seed,
    statesEach: STATES_EACH,
    statesMax,
    lossesMax: LOSSES_MAX,
  })
  process.stdout.write(`${table(report)}\n`)
  for (const loss of report.lossesFound.slice(0, LOSSES_SHOWN)) process.stdout.write(`  ${loss}\n`)
  const isLost = report.lossesFound.length > 0
  return (synchronous === 'FULL') === isLost ? 1 : 0
}

process.exitCode = run()
