import { oneLine } from '../config.js'
import type { MyriadError } from '../errors.js'
import { type Admission, Inbox, type InboxEntry, type TickInbox } from '../net/inbox.js'
import { BEHIND_BYTES_MAX } from '../net/lag.js'
import type { CloseReason } from '../net/opcodes.js'
import type { SavedSession } from '../ports/store.js'
import type { FrameKind, SocketId } from '../ports/transport.js'
import type { LoadedContent } from './content-files.js'
import { CrashRing, errorText, WorldCrash } from './crash-file.js'
import { Edge } from './edge.js'
import type { GameModule } from './game-module.js'
import { frameOfJson, jsonOfMessage } from './json-frames.js'
import { LoadLevel } from './load-level.js'
import { BYTES_PER_MB, MemoryGuard } from './memory-guard.js'
import { Recorder } from './recording.js'
import { isLoopback, type ServerConfig, type ServerPorts, settingsOf } from './server-config.js'
import { createSimulation, type Simulation } from './simulation.js'
import { TickLog } from './tick-log.js'
import { WorldStore } from './world-store.js'

/** A client with more than this many bytes waiting for it is closed: it does not read as fast as the world changes. */
export const WAITING_BYTES_MAX = 1024 * 1024
/** The time ratio is told to the world when it has moved by more than this … */
const RATIO_STEP = 0.05
/** … and when, above this, it is as good as 1 again: nobody is to be left with the last bit of a slow time. */
const RATIO_WHOLE = 0.98

export const CLOSE_NORMAL = 1000
export const CLOSE_GOING_AWAY = 1001
export const CLOSE_POLICY = 1008
export const CLOSE_FAILED = 1011
export const CLOSE_TRY_LATER = 1013

const closeCodes: Readonly<Record<CloseReason, number>> = {
  logout: CLOSE_NORMAL,
  shutdown: CLOSE_GOING_AWAY,
  kicked: CLOSE_POLICY,
  wrongProtocol: CLOSE_POLICY,
  helloTimeout: CLOSE_POLICY,
  notAllowed: CLOSE_POLICY,
  flood: CLOSE_POLICY,
  stalled: CLOSE_TRY_LATER,
  takenOver: CLOSE_NORMAL,
}

const floodTexts: Readonly<Record<Exclude<Admission, 'taken'>, string>> = {
  bytes: 'more than 64 KiB a second',
  messages: 'more than 200 messages a second',
  places: 'more than 64 messages in one tick',
}

/** What is known of a socket from its handshake. */
interface Peer {
  readonly address: string
  readonly kind: FrameKind
}

export interface WorldHostOptions {
  readonly game: GameModule
  readonly content: LoadedContent
  readonly config: ServerConfig
  /** What else a server has is asked by whoever runs it. */
  readonly ports: Pick<ServerPorts, 'transport' | 'identity' | 'store' | 'clock' | 'log'>
  readonly shadow?: boolean
  /** Another server owns the world now: this one must end. */
  readonly onTaken?: (error: MyriadError) => void
}

/** One world between its sockets and its store: everything of a server but the schedule of ticks and the web pages. */
export class WorldHost {
  readonly simulation: Simulation
  readonly storage: WorldStore
  bytesReceived = 0
  bytesSent = 0
  framesSent = 0
  /** Sockets that the server closed, by reason. */
  readonly closed = new Map<string, number>()
  /** Set when no further socket is let in. */
  stopping = false
  private readonly inbox = new Inbox()
  private readonly sockets = new Map<SocketId, Peer>()
  /** Sockets of which the world was told that too much waits for them. */
  private readonly lagging = new Set<SocketId>()
  /** Told to close, and not gone yet: they get nothing more. */
  private readonly ending = new Set<SocketId>()
  readonly edge: Edge
  private readonly ring = new CrashRing()
  private recorder: Recorder | null = null
  private readonly tickLog: TickLog
  private tickStartMs = 0
  private lastInbox: TickInbox = { elapsedMs: 0, calendarMs: 0, entries: [] }
  private toldRatio = 1
  readonly load = new LoadLevel()
  /** Undefined without a memory limit. */
  readonly memory: MemoryGuard | undefined
  private readonly nowMs = () => this.options.ports.clock.nowMs()

  constructor(private readonly options: WorldHostOptions) {
    const { game, content, config, ports, shadow } = options
    const { identity, clock, log } = ports
    this.simulation = createSimulation({
      game,
      settings: settingsOf(config),
      content: content.content,
      shadow,
      tickFraction: () => Math.min(1, ((clock.nowMs() - this.tickStartMs) * config.tickHz) / 1000),
    })
    this.tickLog = new TickLog(this.simulation, log)
    if (config.memoryLimitMb > 0) this.memory = new MemoryGuard(config.memoryLimitMb * BYTES_PER_MB, log)
    const push = (entry: InboxEntry) => this.inbox.push(entry)
    const onTaken = (error: MyriadError) => options.onTaken?.(error)
    const onSessions = (sessions: readonly SavedSession[]) => this.edge.tokens.restore(sessions)
    const { ledgerKeepDays } = config
    this.storage = new WorldStore({ simulation: this.simulation, ports, ledgerKeepDays, push, onTaken, onSessions })
    const { store, commits } = this.storage
    this.edge = new Edge({
      identity,
      store,
      commits,
      log,
      answer: push,
      isConnected: (session) => this.sockets.has(session),
      addressOf: (session) => this.sockets.get(session)?.address ?? '',
    })
    this.simulation.net.journal.sessions.tokenOf = (id) => this.edge.tokens.savedOf(id)
    this.inbox.push({ kind: 'control', name: 'fleetTarget', value: config.bots })
  }

  get socketCount(): number {
    return this.sockets.size
  }

  /** Records from the next tick on. Throws `BAD_CONFIG` when the file cannot be written. */
  record(path: string): void {
    this.recorder = new Recorder(path, this.simulation, this.options.content)
  }

  opened(socket: SocketId, address: string, kind: FrameKind): void {
    if (this.stopping) return this.refuse(socket, 'shutdown', CLOSE_GOING_AWAY, 'the server stops')
    if (this.sockets.size >= this.options.config.clientsMax) {
      return this.refuse(socket, 'serverFull', CLOSE_TRY_LATER, `the server has its ${this.options.config.clientsMax} clients`)
    }
    const { addressClientsMax } = this.options.config
    if (!isLoopback(address) && this.countFrom(address) >= addressClientsMax) {
      return this.refuse(socket, 'addressFull', CLOSE_TRY_LATER, `this address has its ${addressClientsMax} clients`)
    }
    this.sockets.set(socket, { address, kind })
    this.inbox.opened(socket, this.options.ports.clock.nowMs())
  }

  private countFrom(address: string): number {
    let count = 0
    for (const other of this.sockets.values()) if (other.address === address) count += 1
    return count
  }

  /** JSON is msgpack from here on: the world, its recordings and its crash files know of nothing else. */
  message(socket: SocketId, bytes: Uint8Array): void {
    const peer = this.sockets.get(socket)
    if (peer === undefined) return
    this.bytesReceived += bytes.length
    const keep = peer.kind === 'text' ? frameOfJson : undefined
    const admission = this.inbox.frame(socket, bytes, this.options.ports.clock.nowMs(), keep)
    if (admission === 'taken') this.edge.tokens.heard(socket)
    else this.refuse(socket, `flood.${admission}`, CLOSE_POLICY, floodTexts[admission])
  }

  gone(socket: SocketId): void {
    this.lagging.delete(socket)
    this.ending.delete(socket)
    if (!this.sockets.delete(socket)) return
    this.edge.tokens.gone(socket)
    this.inbox.gone(socket)
  }

  /** Lets the world know how much slower than real time it runs, when that has changed. */
  noteRatio(ratio: number): void {
    const value = ratio > RATIO_WHOLE ? 1 : ratio
    if (value === this.toldRatio || (value < 1 && Math.abs(value - this.toldRatio) <= RATIO_STEP)) return
    this.toldRatio = value
    this.inbox.push({ kind: 'control', name: 'timeRatio', value })
  }

  /** Told once a second how long its ticks take, as a part of their step: the world saves when they take too long. */
  noteLoad(tickShare: number): void {
    const before = this.load.level
    const value = this.load.judge(tickShare)
    if (value !== before) this.inbox.push({ kind: 'control', name: 'loadLevel', value })
  }

  /** Told once a second what memory the process has: at its limit nobody new comes into the world. */
  noteMemory(rssBytes: number): void {
    if (this.memory === undefined) return
    const before = this.memory.level
    const value = this.memory.judge(rssBytes)
    if (value !== before) this.inbox.push({ kind: 'control', name: 'memoryLevel', value })
  }

  /** One tick: inbox → world → sockets, edge and store. Throws what a system throws; then call `broke`. */
  tick(elapsedMs: number): void {
    const { clock } = this.options.ports
    const { simulation } = this
    const inbox = this.inbox.drain(elapsedMs, clock.calendarMs())
    this.lastInbox = inbox
    this.tickStartMs = clock.nowMs()
    this.ring.before(simulation.world.tick + 1, inbox)
    simulation.step(inbox, this.nowMs)
    this.ring.after(simulation.world.digests)
    this.sendFrames()
    this.serveRequests()
    this.storage.afterTick()
    this.tickLog.write()
  }

  /** Writes down the tick that has just run; no part of its time. */
  recordTick(): void {
    this.recordBy((recorder) => recorder.tick(this.lastInbox))
  }

  /** Tells every client, by one more tick, that the server stops; their sockets close with it. */
  sayGoodbye(): void {
    this.stopping = true
    this.storage.beforeLastTick()
    this.inbox.push({ kind: 'control', name: 'shutdown', value: 0 })
    this.tick(1000 / this.simulation.settings.tickHz)
    this.recordTick()
  }

  /** Tells every client that the server stops in so many seconds, and lets nobody in any more. */
  announceStop(seconds: number): void {
    this.stopping = true
    this.inbox.push({ kind: 'control', name: 'shutdown', value: seconds })
  }

  endRecording(): void {
    this.recordBy((recorder) => recorder.end())
    this.recorder = null
  }

  /** The tick under way threw: writes the crash file, ends the recording, closes every socket. Never throws. */
  broke(error: unknown): WorldCrash {
    const { config, content, ports } = this.options
    const { simulation } = this
    this.stopping = true
    this.storage.broke()
    let path: string | undefined
    try {
      path = this.ring.write(config.crashDir, ports.clock.calendarMs(), simulation, content, error)
    } catch (failure) {
      ports.log.error({ directory: config.crashDir, error: oneLine(failure) }, 'the crash file cannot be written')
    }
    this.recordBy((recorder) => recorder.broke(this.lastInbox, errorText(error)))
    this.recorder = null
    for (const socket of [...this.sockets.keys()]) this.refuse(socket, 'failed', CLOSE_FAILED, 'the server failed')
    const crash = new WorldCrash(error, simulation.world.tick, path)
    ports.log.error({ tick: crash.tick, file: path, error: errorText(error) }, 'the world broke')
    return crash
  }

  private sendFrames(): void {
    const { transport } = this.options.ports
    const { outbox } = this.simulation.net
    for (const socket of this.lagging) this.noteWaiting(socket, transport.bufferedBytes(socket))
    for (const { session, start, end } of outbox.frames) {
      const peer = this.sockets.get(session)
      if (peer === undefined || this.ending.has(session)) continue
      const bytes = outbox.arena.subarray(start, end)
      const frame = peer.kind === 'text' ? jsonOfMessage(bytes) : bytes
      const outcome = transport.send(session, frame)
      this.framesSent += 1
      this.bytesSent += typeof frame === 'string' ? Buffer.byteLength(frame) : frame.length
      if (outcome === 'sent') continue
      const waiting = transport.bufferedBytes(session)
      // A lost frame is a hole in what the client knows, and none of its later frames can fill it.
      if (outcome === 'dropped' || waiting > WAITING_BYTES_MAX) this.refuse(session, 'stalled', closeCodes.stalled, 'stalled')
      else this.noteWaiting(session, waiting)
    }
  }

  /** The world learns of it through the inbox, so that a replay has the same clients behind at the same ticks. */
  private noteWaiting(socket: SocketId, bytes: number): void {
    const isTold = this.lagging.has(socket)
    if (isTold ? bytes > 0 : bytes <= BEHIND_BYTES_MAX) return
    if (isTold) this.lagging.delete(socket)
    else this.lagging.add(socket)
    this.inbox.push({ kind: 'lagging', session: socket, bytes })
  }

  private serveRequests(): void {
    const { net } = this.simulation
    const { requests } = net
    net.requests = []
    for (const request of requests) {
      if (request.kind === 'welcomed') this.edge.tokens.name(request.session, request.id)
      else if (request.kind === 'ended') this.edge.tokens.end(request.id)
      else if (request.kind !== 'close') this.edge.handle(request)
      else if (this.sockets.has(request.session)) {
        this.refuse(request.session, request.reason, closeCodes[request.reason], request.reason)
      }
    }
  }

  /** Ends the connection of somebody who may not play any more; the world hears of it as of any that has gone. */
  endSocket(socket: SocketId): void {
    if (this.sockets.has(socket)) this.refuse(socket, 'notAllowed', closeCodes.notAllowed, 'notAllowed')
  }

  private refuse(socket: SocketId, reason: string, code: number, text: string): void {
    if (this.ending.has(socket)) return
    if (this.sockets.has(socket)) this.ending.add(socket)
    this.closed.set(reason, (this.closed.get(reason) ?? 0) + 1)
    this.options.ports.transport.close(socket, code, text)
  }

  /** A recording that cannot be written must not end the world. */
  private recordBy(write: (recorder: Recorder) => void): void {
    if (this.recorder === null) return
    try {
      write(this.recorder)
    } catch (error) {
      this.recorder.abandon()
      this.recorder = null
      this.options.ports.log.error({ error: oneLine(error) }, 'the recording cannot be written; it ends here')
    }
  }
}
