import { disturbances, isDisturbedBy, type Machine } from './machine.js'
import { isMet, type Row } from './row.js'

/** `ok`, `missed`: against the goal; `disturbed`: other work ran, so that nothing is judged; '': nothing is promised. */
export type Verdict = 'ok' | 'missed' | 'disturbed' | 'small' | ''

export interface Line extends Row {
  readonly family: string
  /** Other work ran while it was measured. */
  readonly isDisturbed: boolean
  /** Value ÷ the baseline's; null where there is none. */
  readonly ratio: number | null
  readonly verdict: Verdict
}

/** `isQuick`: measured by sizes that say nothing. */
export function verdictOf(row: Row, isDisturbed: boolean, isQuick: boolean): Verdict {
  const met = isMet(row)
  if (met === null) return ''
  if (isQuick) return 'small'
  if (isDisturbed) return 'disturbed'
  return met ? 'ok' : 'missed'
}

export function shownValue(value: number | null): string {
  if (value === null) return '-'
  if (Number.isInteger(value) || Math.abs(value) >= 10_000) return Math.round(value).toLocaleString('en')
  return value.toFixed(Math.abs(value) < 1 ? 3 : Math.abs(value) < 100 ? 2 : 1)
}

export function goalText({ goal }: Row): string {
  if (goal === null) return ''
  return `${goal.side === 'most' ? '≤' : '≥'} ${goal.limit.toLocaleString('en')}`
}

/** Columns side by side; those of numbers stand to the right. */
export function table(lines: readonly (readonly string[])[], numbers: readonly number[]): string {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)))
  const text = (line: readonly string[]): string =>
    line.map((cell, at) => (numbers.includes(at) ? cell.padStart(widths[at]) : cell.padEnd(widths[at]))).join(' | ')
  return `${lines.map((line) => text(line).trimEnd()).join('\n')}\n`
}

export function tableOf(lines: readonly Line[]): string {
  const head = ['metric', 'value', 'unit', 'goal', '÷ baseline', 'verdict']
  const body = lines.map((line) => [
    line.metric,
    shownValue(line.value),
    line.unit,
    goalText(line),
    line.ratio === null ? '' : line.ratio.toFixed(2),
    [line.verdict, line.note].filter((text) => text !== undefined && text !== '').join('; '),
  ])
  return table([head, ...body], [1, 4])
}

const spinText = ({ ms, cpuMs }: Machine['spinBefore']): string => `${ms.toFixed(0)} ms (${cpuMs.toFixed(0)} ms of the processor)`

/** What ran beside, and whether anything may be judged. */
export function machineText(machine: Machine): string {
  const { model, cores, node, loadBefore, spinBefore, spinAfter, othersShare } = machine
  const reasons = disturbances(machine)
  const verdict =
    reasons.length === 0
      ? 'The machine was quiet.'
      : `DISTURBED: no goal is judged. ${reasons.join('; ')}. Run it again with nothing else running.`
  return [
    `machine: ${cores} cores, ${model}, Node ${node}; load before ${loadBefore.join(' ')}`,
    `a fixed spin took ${spinText(spinBefore)} before and ${spinText(spinAfter)} after; other work: ${(othersShare * 100).toFixed(1)} % of the machine`,
    verdict,
    '',
  ].join('\n')
}

export const isFamilyDisturbed = (machine: Machine, share: number): boolean =>
  disturbances(machine).length > 0 || isDisturbedBy(share)
