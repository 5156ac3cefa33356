import type { Row, Sizes } from './row.js'
import { checkRows } from './rows/check.js'
import { tickOf } from './rows/tick.js'

export interface Family {
  readonly doc: string
  readonly run: (sizes: Sizes) => Promise<readonly Row[]>
  /** A family is given up after this time. */
  readonly timeoutS: number
}

/** Each is measured in a process of its own, so that none has the heap of another. */
export const families: Readonly<Record<string, Family>> = {
  'tick-1000': { doc: 'a tick of 1,000 bots, by system', run: tickOf(1_000), timeoutS: 120 },
  'tick-5000': { doc: 'a tick of 5,000 bots, by system', run: tickOf(5_000), timeoutS: 240 },
  'tick-large': { doc: '50,000 and 100,000 bots', run: tickOf(0), timeoutS: 10 },
  check: { doc: 'counts that a seed decides, and the heap', run: checkRows, timeoutS: 120 },
}
