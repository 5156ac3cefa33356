import { MyriadError } from '../../src/errors.js'

/** How many problems one error text spells out; the rest are only counted, so that a wholly wrong file stays readable. */
export const PROBLEMS_SHOWN_MAX = 20
/** Longest a wrong value is quoted in a problem's line; the rest of it is cut off. */
export const VALUE_CHARACTERS_MAX = 60

/** Where a problem is: `entry` is the entry's key, '' for a file without entries; `field` is a dotted path, '' for the whole. */
export interface Spot {
  readonly file: string
  readonly entry: string
  readonly field: string
}

function quote(value: unknown): string {
  if (value === undefined) return 'missing'
  const text = JSON.stringify(value) ?? String(value)
  return text.length > VALUE_CHARACTERS_MAX ? `${text.slice(0, VALUE_CHARACTERS_MAX)}…` : text
}

/** Gathers what is wrong with a set of content files, so that one start names every fault and not only the first. */
export class Problems {
  private readonly lines: string[] = []

  get count(): number {
    return this.lines.length
  }

  /** `what` says what is wrong with the value; `remedy` what to write instead. */
  add(spot: Spot, value: unknown, what: string, remedy: string): void {
    const entry = spot.entry === '' ? '' : `, entry "${spot.entry}"`
    const field = spot.field === '' ? '' : `, field ${spot.field}`
    this.lines.push(`${spot.file}${entry}${field}: ${quote(value)}: ${what}; ${remedy}`)
  }

  /** Throws BAD_CONTENT with a line a problem, at most PROBLEMS_SHOWN_MAX of them, if there is any. */
  throwIfAny(): void {
    if (this.lines.length === 0) return
    const shown = this.lines.slice(0, PROBLEMS_SHOWN_MAX)
    if (this.lines.length > shown.length) shown.push(`and ${this.lines.length - shown.length} more`)
    throw new MyriadError('BAD_CONTENT', shown.join('\n'))
  }
}
