import { check, type Figure } from '../scripts/wire-cost/figure.js'

/** What is promised of a value: not above it, or not below it. */
export interface Goal {
  readonly limit: number
  readonly side: 'most' | 'least'
}

/** How `--check` judges a row against the baseline; a row without it is printed there and not judged. */
export type Rule = 'equal' | 'near'

/** One line of the bench. */
export interface Row {
  readonly metric: string
  /** Null where it was not measured; `note` says why. */
  readonly value: number | null
  readonly unit: string
  /** Null where nothing is promised. */
  readonly goal: Goal | null
  readonly rule?: Rule
  readonly note?: string
}

/** What a family is measured by: the real thing, or sizes so small that only its running is shown. */
export interface Sizes {
  readonly quick: boolean
}

/** The first where the bench is real, the second with `--quick`. */
export const sized = <T>({ quick }: Sizes, real: T, small: T): T => (quick ? small : real)

export const atMost = (limit: number): Goal => ({ limit, side: 'most' })
export const atLeast = (limit: number): Goal => ({ limit, side: 'least' })

export function row(metric: string, value: number, unit: string, goal: Goal | null = null): Row {
  check(Number.isFinite(value), () => `${metric} is ${value}`)
  return { metric, value, unit, goal }
}

/** A count that is the same on every machine; `--check` wants it equal. */
export const counted = (metric: string, value: number, unit: string): Row => ({ ...row(metric, value, unit), rule: 'equal' })

export const notMeasured = (metric: string, unit: string, goal: Goal | null, reason: string): Row => ({
  metric,
  value: null,
  unit,
  goal,
  note: `not measured: ${reason}`,
})

/** What `npm run wire-cost` measures, as rows. */
export const rowsOf = (figures: readonly Figure[]): readonly Row[] =>
  figures.map(({ metric, value, unit, goal }) => row(metric, value, unit, goal === null ? null : atMost(goal)))

/** Null where nothing is promised, or nothing was measured. */
export function isMet({ value, goal }: Row): boolean | null {
  if (value === null || goal === null) return null
  return goal.side === 'most' ? value <= goal.limit : value >= goal.limit
}
