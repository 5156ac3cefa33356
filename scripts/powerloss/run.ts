import { spawnSync } from 'node:child_process'
import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Dice } from '../fuzz/dice.js'
import type { Sync } from './careless-thread.js'
import { checkImage, type Promised } from './check.js'
import { Disk, type Loss, losses } from './disk.js'
import { statesUpTo } from './scene.js'
import { type DiskEvent, readTrace, STRACE_BYTES, tracedCalls } from './trace.js'
import type { WriterArgs } from './writer.js'

export interface PowerlossOptions {
  /** Commits that are recorded. */
  readonly ticks: number
  readonly seed: number
  readonly synchronous: Sync
  /** Every so many-th sync fails with EIO, once the world is there; none unless given. */
  readonly failingSync?: number
  /** States at each moment in which something may be lost. */
  readonly statesEach: number
  /** About so many states in all: of the moments, so many are drawn. All of them unless given. */
  readonly statesMax?: number
  /** Ends early when so many losses are found. */
  readonly lossesMax?: number
}

export interface PowerlossReport {
  /** Of the recording. */
  readonly writes: number
  /** Of the writes, those that checkpoints made into the database itself. */
  readonly pagesBack: number
  readonly syncs: number
  readonly failedSyncs: number
  readonly answers: number
  /** Moments at which the power could go, those at which it went, and what disks had then. */
  readonly moments: number
  readonly cuts: number
  readonly states: number
  readonly statesByLoss: ReadonlyMap<Loss, number>
  readonly recordMs: number
  readonly checkMs: number
  readonly lossesFound: readonly string[]
}

const RECORD_TIMEOUT_MS = 300_000
const NAME = 'data/world.db'
/** Syncs of the start, of which none fails. */
const SYNCS_BEFORE = 40
/** What is built, also where a test runs the sources. */
const dist = fileURLToPath(new URL(import.meta.url.includes('/dist/scripts/') ? '../../' : '../../dist/', import.meta.url))
const writer = join(dist, 'scripts', 'powerloss', 'writer.js')

/** Why nothing can be recorded here; '' when it can. */
export function noStrace(): string {
  const { status, error, stderr } = spawnSync('strace', ['-f', '-e', 'trace=none', 'true'], { encoding: 'utf8' })
  if (status === 0) return ''
  return `strace cannot record here: ${error?.message ?? stderr.trim()}`
}

/** Records a store that commits `ticks` times: what it did to its folder, call by call, and what it said meanwhile. */
export function record({ ticks, synchronous, failingSync }: PowerlossOptions): DiskEvent[] {
  const folder = mkdtempSync(join(tmpdir(), 'myriad-powerloss-'))
  try {
    const trace = join(folder, 'trace')
    const disk = join(folder, 'disk')
    mkdirSync(disk)
    const args: WriterArgs = [join(disk, NAME), String(ticks), synchronous]
    const strace = ['-f', '-y', '-xx', '-s', String(STRACE_BYTES), '-e', 'signal=none', '-e', `trace=${tracedCalls}`, '-o', trace]
    if (failingSync !== undefined) strace.push('-e', `inject=fsync,fdatasync:error=EIO:when=${SYNCS_BEFORE}+${failingSync}`)
    const program = [process.execPath, writer, ...args]
    const run = spawnSync('strace', [...strace, ...program], {
      encoding: 'utf8',
      timeout: RECORD_TIMEOUT_MS,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    if (run.signal !== 'SIGKILL' && run.status !== 137) throw new Error(`the writer ended with ${run.status}: ${run.stderr}`)
    const events = readTrace(readFileSync(trace, 'utf8'), disk)
    return events.map((event) => (event.kind === 'said' ? event : { ...event, path: event.path.slice(folder.length) }))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Images are written and thrown away by thousands: in memory where there is such a place. */
function imageFolder(): string {
  try {
    accessSync('/dev/shm', constants.W_OK)
    return mkdtempSync('/dev/shm/myriad-powerloss-')
  } catch {
    return mkdtempSync(join(tmpdir(), 'myriad-powerloss-'))
  }
}

function promisedBy(said: readonly string[]): Promised {
  const last = (what: string): number => Number(said.findLast((text) => text.startsWith(what))?.slice(what.length) ?? 0)
  return { isOpen: said.includes('open'), characters: last('character '), tick: last('tick ') }
}

/** Takes the power away at every moment of a recording, in several ways, and starts on what each leaves behind. */
export function replay(events: readonly DiskEvent[], options: PowerlossOptions): Omit<PowerlossReport, 'recordMs'> {
  const { ticks, seed, statesEach, statesMax, lossesMax = Number.POSITIVE_INFINITY } = options
  const beganMs = performance.now()
  const [states, dice, folder] = [statesUpTo(ticks), new Dice(seed), imageFolder()]
  const disk = new Disk('/disk')
  const said: string[] = []
  const lossesFound: string[] = []
  const share = statesMax === undefined ? 1 : statesMax / (events.length * statesEach)
  const statesByLoss = new Map<Loss, number>(losses.map((loss) => [loss, 0]))
  let cuts = 0
  try {
    for (const [i, event] of events.entries()) {
      if (event.kind === 'said') said.push(event.text)
      disk.apply(event)
      if (lossesFound.length >= lossesMax || dice.below(1_000_000) >= share * 1_000_000) continue
      cuts += 1
      for (const loss of lossesAt(disk.pending, statesEach)) {
        statesByLoss.set(loss, (statesByLoss.get(loss) ?? 0) + 1)
        const problem = checkImage(folder, disk.after(loss, dice), join('disk', NAME), promisedBy(said), states)
        if (problem !== '') lossesFound.push(`after call ${i + 1} of ${events.length}, what was not synced ${loss}: ${problem}`)
      }
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  const all = [...statesByLoss.values()].reduce((sum, its) => sum + its, 0)
  const checkMs = performance.now() - beganMs
  return { ...countsOf(events), moments: events.length, cuts, states: all, statesByLoss, checkMs, lossesFound }
}

function countsOf(events: readonly DiskEvent[]) {
  const count = (wanted: (event: DiskEvent) => boolean): number => events.filter(wanted).length
  return {
    writes: count(({ kind }) => kind === 'write'),
    pagesBack: count((event) => event.kind === 'write' && event.path.endsWith(NAME)),
    syncs: count(({ kind }) => kind === 'sync'),
    failedSyncs: count(({ kind }) => kind === 'failedSync'),
    answers: count(({ kind }) => kind === 'said'),
  }
}

/** With nothing that could be lost there is but one state. The first states are the extremes, the others are drawn. */
function lossesAt(pending: number, statesEach: number): readonly Loss[] {
  if (pending === 0) return ['kept']
  return Array.from({ length: statesEach }, (_, i) => losses[i < losses.length ? i : 2 + (i % 2)])
}

export function runPowerloss(options: PowerlossOptions): PowerlossReport {
  const beganMs = performance.now()
  const events = record(options)
  const recordMs = performance.now() - beganMs
  return { ...replay(events, options), recordMs }
}
