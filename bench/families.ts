import type { Row, Sizes } from './row.js'

export interface Family {
  readonly doc: string
  readonly run: (sizes: Sizes) => Promise<readonly Row[]>
  /** A family is given up after this time. */
  readonly timeoutS: number
  /** For Node itself, besides what every family has. */
  readonly nodeFlags?: readonly string[]
}

/** Each is measured in a process of its own, so that none has the heap of another, and loads what it needs only there. */
export const families: Readonly<Record<string, Family>> = {
  'tick-1000': {
    doc: 'a tick of 1,000 bots, by system',
    run: async (sizes) => (await import('./rows/tick.js')).smallRows(0, sizes),
    timeoutS: 120,
  },
  'tick-5000': {
    doc: 'a tick of 5,000 bots, by system',
    run: async (sizes) => (await import('./rows/tick.js')).smallRows(1, sizes),
    timeoutS: 240,
  },
  'tick-50000': {
    doc: 'a tick of 50,000 bots',
    run: async (sizes) => (await import('./rows/tick.js')).largeRows(0, sizes),
    timeoutS: 300,
  },
  'tick-100000': {
    doc: 'a tick of 100,000 bots',
    run: async (sizes) => (await import('./rows/tick.js')).largeRows(1, sizes),
    timeoutS: 600,
  },
  decision: {
    doc: 'one decision of a bot, by tier',
    run: async (sizes) => (await import('./rows/decision.js')).decisionRows(sizes),
    timeoutS: 120,
  },
  gate: {
    doc: 'a command from its bytes to the intent; refusals under a flood',
    run: async (sizes) => (await import('./rows/gate.js')).gateRows(sizes),
    timeoutS: 60,
  },
  cells: {
    doc: 'bodies of cells: time and bytes (as wire-cost)',
    run: async (sizes) => (await import('./rows/cells.js')).cellRows(sizes),
    timeoutS: 240,
  },
  clients: {
    doc: '200 to 1,000 real clients, beside a bare transport',
    run: async (sizes) => (await import('./rows/clients.js')).clientRows(sizes),
    timeoutS: 600,
  },
  life: {
    doc: 'start, stop, fast-forward, replay',
    run: async (sizes) => (await import('./rows/life.js')).lifeRows(sizes),
    timeoutS: 240,
  },
  rates: {
    doc: 'the rates to hold on top of 5,000 bots, and ten times each',
    run: async (sizes) => (await import('./rows/rates.js')).rateRows(sizes),
    timeoutS: 600,
  },
  store: {
    doc: 'what a store costs 5,000 bots, its queries, start and stop',
    run: async (sizes) => (await import('./rows/store.js')).storeRows(sizes),
    timeoutS: 600,
  },
  trades: {
    doc: 'durable trades, over sockets and in process',
    run: async (sizes) => (await import('./rows/trades.js')).tradeRows(sizes),
    timeoutS: 300,
  },
  check: {
    doc: 'counts that a seed decides, and the heap',
    run: async (sizes) => (await import('./rows/check.js')).checkRows(sizes),
    timeoutS: 240,
    // What the optimising compiler keeps on the stack would otherwise depend on when its thread was done.
    nodeFlags: ['--predictable'],
  },
}
