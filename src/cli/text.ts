/** Rows as lines whose cells begin in the same place; the last cell is as long as it is. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const row of rows)
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length)
    })
  return rows.map((row) => row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]))).join('  ')).join('\n')
}

/** A number with thousands separated, and that many digits behind the point. */
export function count(value: number, digits = 0): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

export const percent = (part: number): string => `${count(part * 100, 1)} %`
export const megabytes = (bytes: number): string => `${count(bytes / 1e6)} MB`
