import { WebSocket } from 'ws'
import { type Client, connect } from '../client/index.js'
import type { GameModule } from '../server/game-module.js'

/** Bots that connect at the same moment. */
const CONNECTING_MAX = 20
const PING_EVERY_MS = 2_000
const ROUND_TRIPS_MAX = 100_000

export interface RemoteBotsOptions {
  readonly game: GameModule
  readonly content: unknown
  readonly url: string
  readonly count: number
  readonly seconds: number
  readonly seed: number
  /** Ends the run early. */
  readonly signal?: AbortSignal
}

export interface RemoteBotsResult {
  /** Bots that entered the world. */
  readonly connected: number
  /** Bots that the server did not let in. */
  readonly refused: number
  readonly sent: number
  readonly received: number
  readonly bytesReceived: number
  /** Connections lost before their time, unreadable messages, and holes in what cells sent. */
  readonly errors: number
  readonly rttMs: { readonly p50: number; readonly p99: number }
  /** The first few things that went wrong, in words. */
  readonly problems: readonly string[]
}

const PROBLEMS_MAX = 5

interface Tally {
  connected: number
  refused: number
  errors: number
  leaving: boolean
  readonly clients: Client[]
  readonly rtts: number[]
  readonly problems: string[]
}

function note(tally: Tally, problem: unknown): void {
  if (tally.problems.length < PROBLEMS_MAX) tally.problems.push(problem instanceof Error ? problem.message : String(problem))
}

async function joinOne(options: RemoteBotsOptions, tally: Tally, number: number): Promise<void> {
  const { game, url, seed } = options
  const name = `Bot-${seed}-${number}`
  try {
    const client = await connect({
      url,
      token: `guest:${name}`,
      protocol: game.protocol,
      components: game.components,
      cellSizeM: game.space?.cellSizeM,
      WebSocket,
    })
    tally.clients.push(client)
    client.onClosed((reason) => {
      if (tally.leaving) return
      tally.errors += 1
      note(tally, `${name}: the connection ended: ${reason}`)
    })
    await client.enterAs(name, 1 + (number % (game.classMax ?? 1)))
    tally.connected += 1
    game.runRemoteBrain?.(client, options.content, seed * 65_537 + number)
  } catch (error) {
    tally.refused += 1
    note(tally, error)
  }
}

function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done)
    if (signal?.aborted) done()
  })
}

const percentile = (sorted: readonly number[], part: number): number =>
  sorted.length === 0 ? Number.NaN : Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] * 100) / 100

/** Connects `count` bots to a server, lets them play for `seconds`, and takes them out again. */
export async function runRemoteBots(options: RemoteBotsOptions): Promise<RemoteBotsResult> {
  const { count, seconds, signal } = options
  const tally: Tally = { connected: 0, refused: 0, errors: 0, leaving: false, clients: [], rtts: [], problems: [] }
  const endMs = performance.now() + seconds * 1000
  let next = 0
  const joiner = async (): Promise<void> => {
    while (next < count && !signal?.aborted) {
      next += 1
      await joinOne(options, tally, next)
    }
  }
  await Promise.all(Array.from({ length: Math.min(CONNECTING_MAX, count) }, joiner))
  const pinger = setInterval(() => {
    for (const client of tally.clients) {
      if (client.ended !== undefined || tally.rtts.length >= ROUND_TRIPS_MAX) continue
      client.ping().then(
        (ms) => tally.rtts.push(ms),
        () => undefined,
      )
    }
  }, PING_EVERY_MS)
  await wait(Math.max(0, endMs - performance.now()), signal)
  clearInterval(pinger)
  tally.leaving = true
  const total = (pick: (client: Client) => number): number => tally.clients.reduce((sum, client) => sum + pick(client), 0)
  const holes = total((c) => c.statistics.holes)
  if (holes > 0) note(tally, `${holes} holes in cell frames`)
  const sent = total((c) => c.statistics.messagesSent)
  const received = total((c) => c.statistics.framesReceived)
  const bytesReceived = total((c) => c.statistics.bytesReceived)
  for (const client of tally.clients) if (client.ended === undefined) client.close()
  const sorted = tally.rtts.sort((a, b) => a - b)
  return {
    connected: tally.connected,
    refused: tally.refused,
    sent,
    received,
    bytesReceived,
    errors: tally.errors + holes,
    rttMs: { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99) },
    problems: tally.problems,
  }
}
