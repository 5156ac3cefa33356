import { type Baseline, mustBeOfNow, nodeMajor, readBaseline, type Version, versionNow, writeBaseline } from './baseline.js'
import { checkable, checkTable, problemOf } from './check.js'
import { busy, disturbances, loadNow, type Machine, machineOf, othersShare, spin } from './machine.js'
import { pooled } from './pool.js'
import { type Row, type Sizes, sized } from './row.js'
import { type Measured, measure } from './run.js'
import { isFamilyDisturbed, type Line, machineText, tableOf, verdictOf } from './table.js'

/** Where this program and its baseline lie, and how it is to speak. */
export interface Io {
  readonly script: string
  readonly root: string
  readonly json: boolean
}

const FAILED_EXIT_CODE = 1
const REMEDY = 'save a new one on a quiet machine with `npm run bench -- --save`, or compare with `--compare REV`'

export const say = (text: string): boolean => process.stdout.write(text)
/** Progress does not mix with what is printed. */
export const progress = (text: string): boolean => process.stderr.write(`${text}\n`)

type Tried = Measured & { readonly failed: boolean }

/** A family that failed has one row that says so: the others are measured all the same. */
export async function tryMeasure(script: string, family: string, sizes: Sizes): Promise<Tried> {
  try {
    return { ...(await measure(script, family, sizes)), failed: false }
  } catch (error) {
    const note = `failed: ${error instanceof Error ? error.message : String(error)}`
    return { family, rows: [{ metric: family, value: null, unit: '', goal: null, note }], othersShare: 0, failed: true }
  }
}

/** What surrounds all rows: the spin before and after, and what else ran. */
export async function surrounded<T>(work: () => Promise<T>): Promise<{ readonly machine: Machine; readonly value: T }> {
  const load = loadNow()
  const spinBefore = spin()
  const before = busy()
  const value = await work()
  const others = othersShare(before, busy())
  return { machine: machineOf(load, spinBefore, spin(), others), value }
}

/** One after the other; quick ones two at once: what they measure says nothing, and they are to be over soon. */
const measureAll = (names: readonly string[], sizes: Sizes, io: Io): Promise<readonly Tried[]> =>
  pooled(names, sized(sizes, 1, 2), (name) => {
    progress(`measuring ${name}`)
    return tryMeasure(io.script, name, sizes)
  })

/** Measures, prints and keeps if asked to. Returns the exit code: 1 when a goal is missed on a quiet machine, or a bench failed. */
export async function runRows(names: readonly string[], sizes: Sizes, isSave: boolean, io: Io): Promise<number> {
  const baseline = readBaseline(io.root)
  if (!isSave && !sizes.quick && baseline.rows !== null) mustBeOfNow(baseline.rows, versionNow(), REMEDY)
  const { machine, value: measured } = await surrounded(() => measureAll(names, sizes, io))
  const before = sizes.quick ? undefined : baseline.rows?.values
  const lines = measured.flatMap(({ family, rows, othersShare: share }) => {
    const isDisturbed = isFamilyDisturbed(machine, share)
    return rows.map((row): Line => {
      const was = before?.[row.metric]
      const ratio = was === undefined || was === 0 || row.value === null ? null : row.value / was
      return { ...row, family, isDisturbed, ratio, verdict: verdictOf(row, isDisturbed, sizes.quick) }
    })
  })
  const result = { version: versionNow(), quick: sizes.quick, machine, disturbances: disturbances(machine), rows: lines }
  const warning = sizes.quick ? 'Quick: sizes far smaller than the metrics name; no value says anything.\n' : ''
  say(io.json ? `${JSON.stringify(result, null, 2)}\n` : `${tableOf(lines)}\n${warning}${machineText(machine)}`)
  const hasFailed = measured.some(({ failed }) => failed)
  if (isSave) return save(io.root, baseline, machine, lines) || hasFailed ? FAILED_EXIT_CODE : 0
  return hasFailed || lines.some(({ verdict }) => verdict === 'missed') ? FAILED_EXIT_CODE : 0
}

const valuesOf = (rows: readonly Row[]): Record<string, number> =>
  Object.fromEntries(rows.flatMap(({ metric, value }) => (value === null ? [] : [[metric, value]])))

/**
 * What is to be kept after these rows. Counts are kept whatever else ran; times only where nothing disturbed them, beside those of the same
 * version that were not measured now. `left`: families whose times are not kept.
 */
export function nextBaseline(
  before: Baseline,
  version: Version,
  machine: Machine,
  lines: readonly Line[],
): { readonly baseline: Baseline; readonly left: readonly string[] } {
  const counts = lines.filter(({ rule }) => rule !== undefined)
  const check = counts.length > 0 ? { version, nodeMajor, values: valuesOf(counts) } : before.check
  const timed = lines.filter(({ family }) => family !== 'check')
  const calm = timed.filter(({ isDisturbed }) => !isDisturbed)
  const left = [...new Set(timed.filter(({ isDisturbed }) => isDisturbed).map(({ family }) => family))]
  if (calm.length === 0) return { baseline: { rows: before.rows, check }, left }
  const kept = JSON.stringify(before.rows?.version) === JSON.stringify(version) ? before.rows?.values : {}
  const where = `${machine.cores} cores, ${machine.model}, Node ${machine.node}, spin ${machine.spinBefore.ms.toFixed(0)} ms`
  return { baseline: { rows: { version, machine: where, values: { ...kept, ...valuesOf(calm) } }, check }, left }
}

/** Returns whether anything was left out. */
function save(root: string, before: Baseline, machine: Machine, lines: readonly Line[]): boolean {
  const { baseline, left } = nextBaseline(before, versionNow(), machine, lines)
  writeBaseline(root, baseline)
  if (left.length > 0) progress(`bench/baseline.json: the machine was disturbed; not saved are the times of ${left.join(', ')}`)
  return left.length > 0
}

/** Judges what does not depend on the machine. Returns the exit code. */
export async function judgeCheck(names: readonly string[], io: Io): Promise<number> {
  const saved = checkable(readBaseline(io.root), versionNow())
  const rows: Row[] = []
  for (const name of new Set([...names, 'check'])) rows.push(...(await measure(io.script, name, { quick: false })).rows)
  const problems = rows.map((row) => problemOf(row, saved)).filter((problem) => problem !== undefined)
  const measured = new Set(rows.map(({ metric }) => metric))
  const lost = Object.keys(saved.values).filter((metric) => !measured.has(metric))
  problems.push(...lost.map((metric) => `${metric}: the baseline has it, but nothing measures it`))
  if (io.json) say(`${JSON.stringify({ ok: problems.length === 0, problems, rows }, null, 2)}\n`)
  else say(checkTable(rows, saved))
  for (const problem of problems) progress(`bench: ${problem}`)
  if (problems.length > 0) progress('bench: when the game’s rules were meant to change: npm run bench -- --save --only check')
  return problems.length > 0 ? FAILED_EXIT_CODE : 0
}
