import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { BURST_S, rateLimits } from '../../src/net/session.js'
import { withFolder } from '../load/folder.js'
import { STEP_MS } from '../load/solo-world.js'
import type { Pair, ServerFigures, TraderFigures } from '../parts/orders.js'
import { Part } from '../parts/part.js'
import { atLeast, atMost, type Row, row, type Sizes, sized } from '../row.js'

interface Market {
  readonly name: string
  readonly pairs: number
  /** Each pair begins one so often. */
  readonly everyMs: number
  readonly bots: number
  readonly creatures: number
  readonly seconds: number
  readonly isPromised: boolean
}

/** As often as the gate lets both sides of a pair open one, by turns. */
const GATE_MS = 1000 / (2 * rateLimits.social)
const markets: readonly Market[] = [
  { name: 'of 1000 clients', pairs: 500, everyMs: 220, bots: 0, creatures: 0, seconds: 20, isPromised: true },
  { name: 'among 5000 bots', pairs: 500, everyMs: 220, bots: 5_000, creatures: 6_000, seconds: 20, isPromised: false },
  { name: 'as many as 2000 clients can', pairs: 1_000, everyMs: GATE_MS, bots: 0, creatures: 0, seconds: 15, isPromised: false },
]
const DONE_PER_S = 2_000
const OK_P99_MS = 150
/** By then the burst of the gate's buckets is used up. */
const SETTLE_S = BURST_S * 4
const KEPT_UP = 0.97

interface Figures {
  readonly server: ServerFigures
  readonly traders: TraderFigures
}

function play(market: Market, sizes: Sizes): Promise<Figures> {
  const part = sized(sizes, 1, 0.02)
  const count = 2 * Math.ceil(market.pairs * part)
  return withFolder(async (folder) => {
    const server = Part.server()
    const traders = Part.traders()
    try {
      const { bots, creatures } = market
      const database = join(folder, 'trades.db')
      const order = { bots: bots * part, creatures: creatures * part, clientsMax: count, bytes: 0, database }
      const port = await server.ask<number>({ kind: 'host', ...order })
      await traders.ask({ kind: 'enter', port, count }, 180_000)
      const pairs = await server.ask<readonly Pair[]>({ kind: 'pairUp' })
      await traders.ask({ kind: 'trade', pairs, everyMs: market.everyMs })
      await wait(sized(sizes, SETTLE_S, 0.5) * 1000)
      await traders.ask({ kind: 'count' })
      const seconds = sized(sizes, market.seconds, 1)
      const figures = await server.ask<ServerFigures>({ kind: 'measure', seconds })
      const traded = await traders.ask<TraderFigures>({ kind: 'report' })
      await server.ask({ kind: 'stop' })
      return { server: figures, traders: traded }
    } finally {
      await Promise.all([traders.end(), server.end()])
    }
  })
}

/** What more would need first: the gate, where all that was asked for was done; else whoever was busiest. */
function ceilingOf(market: Market, askedPerS: number, { server, traders }: Figures): string {
  const { stored } = server
  const percent = (share: number): string => `${Math.round(share * 100)} %`
  const shares = [
    ['the world’s thread', (server.p50Ms * server.ticks) / server.seconds / 1000],
    ['the store’s thread', stored.commitMs / server.seconds / 1000],
    ['the traders’ own process', traders.cpuMs / traders.seconds / 1000],
  ] as const
  const busy = shares.map(([who, share]) => `${who} ${percent(share)}`).join(', ')
  const isKeptUp = traders.done / traders.seconds >= KEPT_UP * askedPerS
  const [most] = [...shares].sort(([, a], [, b]) => b - a)
  const gate =
    market.everyMs === GATE_MS ? `the gate, ${rateLimits.social} trades opened a second and client` : 'what was asked for'
  const turns = `the turns of a trade, some ${Math.round(traders.okP50Ms + 2 * STEP_MS)} ms, by as many pairs`
  const what = isKeptUp ? gate : most[1] > 0.8 ? most[0] : turns
  return `ceiling: ${what}; busy: ${busy}`
}

async function ofMarket(market: Market, sizes: Sizes): Promise<readonly Row[]> {
  const figures = await play(market, sizes)
  const { server, traders } = figures
  const askedPerS = (Math.ceil(market.pairs * sized(sizes, 1, 0.02)) * 1000) / market.everyMs
  const what = `durable trades over sockets, ${market.name}`
  const goal = market.isPromised
  return [
    {
      ...row(`${what}: done`, traders.done / traders.seconds, '1/s', goal ? atLeast(DONE_PER_S) : null),
      note: ceilingOf(market, askedPerS, figures),
    },
    row(`${what}: from accept to ok, p50`, traders.okP50Ms, 'ms'),
    row(`${what}: from accept to ok, p99`, traders.okP99Ms, 'ms', goal ? atMost(OK_P99_MS) : null),
    row(`${what}: came to nothing`, traders.failed / traders.seconds, '1/s'),
    row(`${what}: tick, p50`, server.p50Ms, 'ms'),
    row(`${what}: tick, p99`, server.p99Ms, 'ms'),
    row(`${what}: ticks a second`, server.ticks / server.seconds, '1/s'),
    row(`${what}: part of one core, server and store`, (server.cpuMs / server.seconds / 1000) * 100, '%'),
    row(
      `${what}: processor time a trade, server and store`,
      (server.cpuMs * 1000) / server.seconds / (traders.done / traders.seconds),
      'µs',
    ),
    row(`${what}: a commit, mean`, server.stored.commitMs / Math.max(1, server.stored.commits), 'ms'),
    row(`${what}: commits`, server.stored.commits / server.seconds, '1/s'),
    row(`${what}: connections lost`, traders.lost, 'clients', atMost(0)),
  ]
}

/** Clients in another process trade over real sockets; each waits for the durable answer of both sides before its next trade. */
export async function socketTradeRows(sizes: Sizes): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const market of markets) rows.push(...(await ofMarket(market, sizes)))
  return rows
}
