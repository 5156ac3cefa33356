import { type Baseline, mustBeOfNow, nodeMajor, type Version } from './baseline.js'
import type { Row } from './row.js'
import { shownValue, table } from './table.js'
import { UsageError } from './usage-error.js'

/** Part by which the bytes that a tick takes from the heap may differ from the baseline. */
export const NEAR_SHARE = 0.2
export const CHECK_REMEDY = 'run `npm run bench -- --save --only check` when the game’s rules were meant to change'

/** Throws `UsageError` when there is nothing to check against, or it is of another version. */
export function checkable({ check }: Baseline, now: Version): NonNullable<Baseline['check']> {
  if (check === null) throw new UsageError(`bench/baseline.json has no counts; ${CHECK_REMEDY}`)
  mustBeOfNow(check, now, CHECK_REMEDY)
  return check
}

/** What is wrong with a row, in words; undefined when nothing is, or nothing is judged. */
export function problemOf(row: Row, saved: NonNullable<Baseline['check']>): string | undefined {
  const { metric, value, rule, unit } = row
  if (rule === undefined || value === null) return undefined
  const before = saved.values[metric]
  if (before === undefined) return `${metric}: the baseline does not have it`
  if (rule === 'equal') return value === before ? undefined : `${metric}: ${value} ${unit}, the baseline has ${before}`
  // Another major version of Node lays its objects out otherwise.
  if (saved.nodeMajor !== nodeMajor) return undefined
  const isNear = Math.abs(value / before - 1) <= NEAR_SHARE
  const percent = `${((value / before - 1) * 100).toFixed(1)} %`
  return isNear ? undefined : `${metric}: ${Math.round(value)} ${unit}, ${percent} from the baseline’s ${Math.round(before)}`
}

/** The rows, and what became of each. */
export function checkTable(rows: readonly Row[], saved: NonNullable<Baseline['check']>): string {
  const judged = (row: Row): string => {
    if (row.rule === undefined) return 'not judged'
    if (row.rule === 'near' && saved.nodeMajor !== nodeMajor) return `not judged: the baseline is of Node ${saved.nodeMajor}`
    return problemOf(row, saved) === undefined ? 'ok' : 'DIFFERS'
  }
  const body = rows.map((row) => {
    const before = row.rule === undefined ? undefined : saved.values[row.metric]
    return [row.metric, shownValue(row.value), row.unit, before === undefined ? '' : shownValue(before), judged(row)]
  })
  return table([['metric', 'value', 'unit', 'baseline', ''], ...body], [1, 3])
}
