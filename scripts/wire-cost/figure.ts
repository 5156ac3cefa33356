/** One thing that was measured. */
export interface Figure {
  readonly metric: string
  readonly value: number
  readonly unit: string
  /** The value must not be above it; null where nothing is promised. */
  readonly goal: number | null
}

export const figure = (metric: string, value: number, unit: string, goal: number | null = null): Figure => ({
  metric,
  value,
  unit,
  goal,
})

/** A figure means what it says only where the scene is the one that is meant. */
export function check(condition: boolean, text: () => string): asserts condition {
  if (!condition) throw new Error(`the scene is not as this script expects it: ${text()}`)
}

/** The value below which that part of the samples lies; it sorts them. */
export function quantile(samples: number[], part: number): number {
  check(samples.length > 0, () => 'nothing was measured')
  samples.sort((a, b) => a - b)
  return samples[Math.min(samples.length - 1, Math.floor(samples.length * part))]
}

/** Median and 99th percentile of times in ms, as two figures in µs. */
export function timeFigures(metric: string, samplesMs: number[], goalUs: number | null = null): readonly Figure[] {
  return [
    figure(`${metric}: median`, quantile(samplesMs, 0.5) * 1000, 'µs', goalUs),
    figure(`${metric}: p99`, quantile(samplesMs, 0.99) * 1000, 'µs', goalUs),
  ]
}

/** `metric | value | unit | goal`, one line a figure. */
export function tableOf(figures: readonly Figure[]): string {
  const goalOf = ({ value, goal }: Figure): string => (goal === null ? '' : `≤ ${goal}${value <= goal ? '' : ', missed'}`)
  const shown = ({ value }: Figure): string => (value < 1 ? value.toFixed(3) : value.toFixed(value < 100 ? 2 : 0))
  const lines = [['metric', 'value', 'unit', 'goal'], ...figures.map((f) => [f.metric, shown(f), f.unit, goalOf(f)])]
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)))
  const text = (line: readonly string[]): string =>
    line.map((cell, column) => (column === 1 ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join(' | ')
  return `${lines.map((line) => text(line).trimEnd()).join('\n')}\n`
}
