import { oneLine } from '../config.js'
import { type Config, SPREAD_LEVELS } from '../config-keys.js'
import { readContent } from '../server/content-files.js'
import type { GameModule } from '../server/game-module.js'
import { createServer, type Server } from '../server/server.js'
import { isPretty, serverPorts } from '../server/server-config.js'
import { SERVER_VERSION } from '../server/simulation.js'
import { CRASH_EXIT_CODE, FAILED_EXIT_CODE, INTERRUPTED_EXIT_CODE } from './exit-codes.js'
import type { CliIo } from './io.js'
import { columns, count, megabytes, percent } from './text.js'

/**
 * A second signal ends the process at once, but not within this time: `npm start` passes a signal on to a child that the
 * terminal has sent it to already, and one Ctrl-C must not count twice.
 */
const SIGNAL_ECHO_MS = 300

/** What a world that people visit is stored in. */
export const HOST_STORE = 'sqlite:./data/world.db'

/** A world that people visit has bots of every level, and none on each other's feet. */
function peopled(config: Config<'host'>): Config<'host'> {
  if (config.botLevels !== '') return config
  return { ...config, botLevels: SPREAD_LEVELS, botPlaces: config.botPlaces === 'auto' ? 'grounds' : config.botPlaces }
}

/** Hosts until a signal, `maxSeconds` or a crash ends it. Resolves with the exit code; rejects when it cannot start. */
export async function runHost(config: Config<'host'>, game: GameModule, io: CliIo): Promise<number> {
  const ports = serverPorts({ ...config, store: config.store === '' ? HOST_STORE : config.store }, io.ports)
  const content = readContent(game, config.content)
  let ended: (exitCode: number) => void = () => undefined
  const end = new Promise<number>((resolve) => {
    ended = resolve
  })
  const onCrash = (crash: Error) => {
    io.err(`myriad: ${crash.message}\n`)
    ended(CRASH_EXIT_CODE)
  }
  const onTaken = (error: Error) => {
    io.err(`myriad: ${error.message}\n`)
    ended(FAILED_EXIT_CODE)
  }
  const server = createServer({ game, content, config: peopled(config), ports, onCrash, onTaken })
  await server.start()
  const say = (line: string, fields: Readonly<Record<string, string | number>>, text: string) => {
    if (isPretty(config)) io.out(line)
    else ports.log.info(fields, text)
  }
  announce(server, say)
  const stop = (reason: string) => {
    server.stop(reason).then(
      () => ended(0),
      (error: unknown) => {
        io.err(`myriad: the server did not stop well: ${oneLine(error)}\n`)
        ended(FAILED_EXIT_CODE)
      },
    )
  }
  const offSignals = stopOnSignals(io, stop)
  const timers = [statusTimer(server, say), limitTimer(config, stop)]
  const exitCode = await end
  offSignals()
  for (const timer of timers) clearTimeout(timer)
  return exitCode
}

type Say = (line: string, fields: Readonly<Record<string, string | number>>, text: string) => void

function stopOnSignals(io: CliIo, stop: (reason: string) => void): () => void {
  let firstMs: number | undefined
  return io.onSignal((name) => {
    if (firstMs === undefined) {
      firstMs = performance.now()
      stop(name)
    } else if (performance.now() - firstMs > SIGNAL_ECHO_MS) io.exit(INTERRUPTED_EXIT_CODE)
  })
}

function limitTimer({ maxSeconds }: Config<'host'>, stop: (reason: string) => void): NodeJS.Timeout | undefined {
  return maxSeconds === 0 ? undefined : setTimeout(() => stop(`--max-seconds ${maxSeconds}`), maxSeconds * 1000)
}

function announce({ config, port, simulation }: Server, say: Say): void {
  const address = `${shownHost(config.host)}:${port}`
  const places = { page: `http://${address}/`, clients: `ws://${address}/`, health: `http://${address}/readyz` }
  const all = { ...places, metrics: `http://${address}/metrics` }
  const { game, settings, capacity } = simulation
  const world = `${count(settings.bots)} bots, seed ${settings.seed}, ${settings.tickHz} ticks a second`
  const rows = [
    ['look', all.page],
    ['clients', all.clients],
    ['health', `${all.health} and /livez`],
    ['metrics', all.metrics],
  ]
  const lines = columns(rows).replaceAll(/^/gm, '  ')
  const first = `Myriad ${SERVER_VERSION}, the ${game.name} game: ${world}, room for ${count(capacity)} entities`
  const fields = { ...all, bots: settings.bots, seed: settings.seed, tickHz: settings.tickHz, capacity }
  say(`${first}\n${lines}\nCtrl-C stops it.\n`, fields, 'listening')
}

/** An address that listens everywhere is no place to look at: this machine's own one is. */
function shownHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}

function statusTimer(server: Server, say: Say): NodeJS.Timeout | undefined {
  const { statusEveryS, tickHz } = server.config
  if (statusEveryS === 0) return undefined
  let cpu = process.cpuUsage()
  let measuredMs = performance.now()
  return setInterval(() => {
    const used = process.cpuUsage(cpu)
    const nowMs = performance.now()
    const cpuShare = (used.user + used.system) / 1000 / (nowMs - measuredMs)
    cpu = process.cpuUsage()
    measuredMs = nowMs
    tellStatus(server, cpuShare, statusEveryS * tickHz, say)
  }, statusEveryS * 1000)
}

function tellStatus(server: Server, cpuShare: number, window: number, say: Say): void {
  const { tickMs, ticksPerSecond, timeRatio, clients, report } = server.statistics(window)
  const rssBytes = process.memoryUsage.rss()
  const bots = report?.bots ?? 0
  const parts = [
    `tick p50 ${count(tickMs.p50, 2)} ms p99 ${count(tickMs.p99, 2)} ms`,
    `${count(ticksPerSecond, 1)} ticks/s`,
    `${count(bots)} bots`,
    `${count(clients)} clients`,
    `CPU ${percent(cpuShare)}`,
    megabytes(rssBytes),
  ]
  if (timeRatio < 0.95) parts.push(`the world runs at ${percent(timeRatio)} of its speed`)
  const fields = {
    tickP50Ms: tickMs.p50,
    tickP99Ms: tickMs.p99,
    ticksPerSecond,
    timeRatio,
    bots,
    clients,
    cpuShare,
    rssBytes,
  }
  say(`${parts.join(' | ')}\n`, fields, 'status')
}
