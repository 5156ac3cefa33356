import { createPromMetrics, type MetricsSource } from '../adapters/prom-metrics.js'
import { assert } from '../assert.js'
import { oneLine } from '../config.js'
import type { MyriadError } from '../errors.js'
import { FRAME_BYTES_MAX } from '../net/opcodes.js'
import { protocolJson } from '../protocol/reference-page.js'
import { type AccountDesk, createAccountDesk } from './account-desk.js'
import { createAccountPosts } from './account-posts.js'
import { type LoadedContent, readContent } from './content-files.js'
import type { WorldCrash } from './crash-file.js'
import { DecisionTimes } from './decision-times.js'
import type { GameModule, GameReport } from './game-module.js'
import { createRoutes } from './http-routes.js'
import { createLoop, type Loop, type LoopStatistics } from './loop.js'
import { createMetricsSource } from './metrics-source.js'
import { PerformanceReport } from './performance-report.js'
import { isProfiling, type ServerConfig, type ServerPorts, serverConfig, serverPorts } from './server-config.js'
import { SessionChecks, sessionsOf } from './session-checks.js'
import type { Simulation } from './simulation.js'
import { WorldHost } from './world-host.js'

/** The world is told of load, time ratio and memory so often, in real time. */
const JUDGE_EVERY_MS = 1_000
/** A server is ready while its last tick is younger than this. */
const READY_WITHIN_MS = 2_000

export interface ServerOptions {
  readonly game: GameModule
  /** As `readContent` returned it; the game's own unless given. */
  readonly content?: LoadedContent
  /** Settings of `myriad host`; what is left out has its default. */
  readonly config?: Partial<ServerConfig>
  /** Replaces single adapters: uWebSockets.js, guests, a store in memory, the machine's clock, pino. */
  readonly ports?: Partial<ServerPorts>
  /** Told when the world broke in a tick; the server has ended. The process should exit with 70. */
  readonly onCrash?: (crash: WorldCrash) => void
  /** Told when another server has taken the world; this one has ended, and has written nothing since. */
  readonly onTaken?: (error: MyriadError) => void
  /** Where the page of `/` lies; the built one of this package unless given. */
  readonly webDirectory?: string
}

export interface ServerStatistics extends LoopStatistics {
  /** Open sockets. */
  readonly sockets: number
  /** Sessions that play a character. */
  readonly clients: number
  readonly entities: number
  readonly intents: number
  readonly bytesReceived: number
  readonly bytesSent: number
  readonly framesSent: number
  /** Sockets that the server closed, by reason. */
  readonly closed: Readonly<Record<string, number>>
  readonly commitFailures: number
  /** What the game says of itself; undefined when it says nothing. */
  readonly report: GameReport | undefined
}

export interface Server {
  /** The port listened on; 0 before `start`. */
  readonly port: number
  readonly simulation: Simulation
  readonly config: ServerConfig
  /**
   * Takes up the world of the store, listens, and begins to tick. Resolves with the port. Rejects with `BAD_STORE`, `WORLD_TAKEN` or
   * `STORE_FAILED`, with `PORT_TAKEN`, or with `BAD_CONFIG` for an address or recording that cannot be used.
   */
  start(): Promise<number>
  /** Tells the clients, goes on for `drainS`, closes them, stores what waits, ends. Calling it again waits for the same end. */
  stop(reason?: string): Promise<void>
  /** Over the last `window` ticks; the last 1,200 unless given. */
  statistics(window?: number): ServerStatistics
}

/** A world with sockets, store and clock. Throws `BAD_CONFIG`, `BAD_CONTENT` or `BAD_DECLARATION`; nothing runs before `start`. */
export function createServer(options: ServerOptions): Server {
  return new RunningServer(options)
}

class RunningServer implements Server {
  readonly config: ServerConfig
  port = 0
  private readonly ports: ServerPorts
  private readonly content: LoadedContent
  private readonly host: WorldHost
  private readonly loop: Loop
  private readonly metrics: MetricsSource
  private readonly report: PerformanceReport | undefined
  /** Undefined where there are no accounts with passwords. */
  private readonly accountDesk: AccountDesk | undefined
  private readonly checks: SessionChecks
  private started = false
  private lastTickMs = Number.NEGATIVE_INFINITY
  private judgedMs = Number.NEGATIVE_INFINITY
  private judgedTicks = 0
  private ending: Promise<void> | null = null

  constructor(private readonly options: ServerOptions) {
    this.config = serverConfig(options.config ?? {})
    this.content = options.content ?? readContent(options.game)
    this.ports = serverPorts(this.config, options.ports)
    const onTaken = (error: MyriadError) => this.taken(error)
    this.host = new WorldHost({ game: options.game, content: this.content, config: this.config, ports: this.ports, onTaken })
    const { world } = this.host.simulation
    this.checks = new SessionChecks({
      ...this.ports,
      sessions: () => sessionsOf(this.host),
      end: (socket) => this.host.endSocket(socket),
    })
    this.loop = createLoop({
      clock: this.ports.clock,
      tickHz: this.config.tickHz,
      runTick: (elapsedMs) => this.tick(elapsedMs),
      afterTick: () => this.afterTick(),
      onError: (error) => this.crash(error),
      systems: { names: world.pipeline.order.map((system) => system.name), durationsMs: world.runner.durationsMs },
    })
    const { clock, usage, log } = this.ports
    const decisions = isProfiling(this.config) ? new DecisionTimes(clock) : undefined
    world.stopwatch = decisions
    this.accountDesk = createAccountDesk(this.config, this.ports)
    this.metrics = createMetricsSource(this.host, this.loop, decisions)
    const { report, reportEveryS: everyS } = this.config
    const { times } = this.loop
    if (report) this.report = new PerformanceReport({ everyS, metrics: this.metrics, times, usage, log, decisions })
  }

  get simulation(): Simulation {
    return this.host.simulation
  }

  async start(): Promise<number> {
    assert(!this.started, 'a server starts once; create another one')
    this.started = true
    const { host, ports, config, loop, simulation } = this
    const { protocol } = this.options.game
    await this.orCloseStore(() => host.storage.open())
    const http = createRoutes({
      notReady: () => this.notReady(),
      remark: () => this.remark(),
      metrics: createPromMetrics(this.metrics, this.accountDesk?.counts),
      content: this.content,
      protocolHash: simulation.protocolHash,
      protocolJson: () => protocolJson({ protocol, layout: simulation.net.layout, protocolHash: simulation.protocolHash }),
      webDirectory: this.options.webDirectory,
    })
    this.port = await this.orCloseStore(() =>
      ports.transport.listen(
        { host: config.host, port: config.port, frameBytesMax: FRAME_BYTES_MAX },
        {
          open: (socket, address, kind) => host.opened(socket, address, kind),
          message: (socket, bytes) => host.message(socket, bytes),
          close: (socket) => host.gone(socket),
          http,
          post: this.accountDesk && createAccountPosts(this.accountDesk, config.passwordCharsMin),
        },
      ),
    )
    try {
      if (config.record !== '') host.record(config.record)
    } catch (error) {
      await ports.transport.stop()
      await ports.store.close()
      throw error
    }
    // A stop that came while the port was being taken has ended everything already.
    if (this.ending === null) {
      loop.start()
      this.checks.start()
    }
    return this.port
  }

  /** What fails at the start leaves the world to the next server. */
  private async orCloseStore<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      await this.ports.store.close()
      throw error
    }
  }

  stop(reason = 'asked to'): Promise<void> {
    this.ending ??= this.end(reason)
    return this.ending
  }

  statistics(window?: number): ServerStatistics {
    const { world, net, game } = this.simulation
    return {
      ...this.loop.statistics(window),
      sockets: this.host.socketCount,
      clients: net.sessionList.roster.bySlot.size,
      entities: world.entities.count,
      intents: net.gate.counters.intents,
      bytesReceived: this.host.bytesReceived,
      bytesSent: this.host.bytesSent,
      framesSent: this.host.framesSent,
      closed: Object.fromEntries(this.host.closed),
      commitFailures: this.host.storage.commits.failures,
      report: game.report?.(world),
    }
  }

  /** Why nobody should be sent here now; '' when everything runs. */
  private notReady(): string {
    const { loop, host, ports } = this
    if (!loop.running || host.stopping || ports.clock.nowMs() - this.lastTickMs >= READY_WITHIN_MS)
      return 'no tick in the last 2 s'
    const { level, store } = host.storage
    if (level === 2) return `${this.storeLag()}, and nobody is let in`
    return store.circuit.state === 'open' ? 'the store has failed several times on end, and is asked nothing for a moment' : ''
  }

  /** What somebody who is sent here now should know; '' when there is nothing. */
  private remark(): string {
    return this.host.storage.level === 1 ? `${this.storeLag()}, and what moves value is refused` : ''
  }

  private storeLag(): string {
    return `the store is ${Math.round(this.host.storage.commits.lagMs / 1000)} s behind`
  }

  private tick(elapsedMs: number): void {
    const nowMs = this.ports.clock.nowMs()
    this.lastTickMs = nowMs
    if (nowMs - this.judgedMs >= JUDGE_EVERY_MS) this.judge(nowMs)
    this.host.tick(elapsedMs)
  }

  /** By real time, not by ticks: of a world at a tenth of its speed one would hear ten seconds late, and of its recovery as well. */
  private judge(nowMs: number): void {
    const { loop, host, ports } = this
    const ticks = loop.times.ticks - this.judgedTicks
    this.judgedTicks = loop.times.ticks
    this.judgedMs = nowMs
    if (ticks === 0) return
    host.noteRatio(loop.timeRatio())
    host.noteLoad((loop.times.durations(ticks).p50 * this.config.tickHz) / 1000)
    if (host.memory !== undefined) host.noteMemory(ports.usage.rssBytes())
  }

  private afterTick(): void {
    this.host.recordTick()
    this.report?.afterTick(this.ports.clock.nowMs())
  }

  private crash(error: unknown): void {
    const crash = this.host.broke(error)
    this.ending ??= this.close('the world broke')
    void this.ending.then(() => this.options.onCrash?.(crash))
  }

  private taken(error: MyriadError): void {
    this.loop.stop()
    this.ending ??= this.close('the world has another owner')
    void this.ending.then(() => this.options.onTaken?.(error))
  }

  private async end(reason: string): Promise<void> {
    const { drainS } = this.config
    this.ports.log.info({ reason, drainS }, 'the server stops')
    if (this.loop.running && drainS > 0) {
      this.host.announceStop(drainS)
      await new Promise<void>((resolve) => void this.ports.clock.after(drainS * 1000, resolve))
    }
    // The world may have broken meanwhile; then there is nothing left to say.
    const wasRunning = this.loop.running
    this.loop.stop()
    if (wasRunning) {
      // Who waits for the store is told in the last tick.
      await this.host.storage.flush()
      try {
        this.host.sayGoodbye()
        this.host.endRecording()
      } catch (error) {
        const crash = this.host.broke(error)
        await this.close(reason)
        this.options.onCrash?.(crash)
        return
      }
    }
    await this.close(reason)
  }

  private async close(reason: string): Promise<void> {
    const { transport, store, log } = this.ports
    this.host.stopping = true
    this.checks.stop()
    await transport.stop()
    await this.host.storage.finish()
    try {
      await store.close()
    } catch (error) {
      log.error({ error: oneLine(error) }, 'the store did not close well')
    }
    log.info({ reason }, 'the server has stopped')
    await log.flush()
  }
}
