import type { MyriadError } from '../errors.js'
import {
  SessionAck,
  SessionClosed,
  SessionEntered,
  SessionHello,
  SessionPing,
  SessionPong,
  SessionResult,
  SessionWelcome,
  WorldClock,
} from '../net/opcodes.js'
import { type CellLayout, cellLayout } from '../protocol/cell-layout.js'
import type { OpcodePayload, ToCell, ToClient, ToServer } from '../protocol/opcode.js'
import type { Protocol } from '../protocol/protocol.js'
import { CellDecoder } from './cell-decoder.js'
import type { ClientOptions, EndReason, Entered, Regained, Welcome } from './client-types.js'
import { ServerClock } from './clock.js'
import { connectionError, RefusedError } from './errors.js'
import { Inbound } from './inbound.js'
import { Listeners } from './listeners.js'
import { Pings } from './pings.js'
import { finalReasons } from './reconnect.js'
import { HELLO_SEQ, Requests } from './requests.js'
import type { Link } from './socket.js'
import { Statistics } from './statistics.js'

const CELL_SIDE_DEFAULT_M = 40
const ACK_EVERY_DEFAULT_MS = 1_000
/** The clock's pings travel with acknowledgements: with each of the first four, then with every fifth. */
const isPingDue = (acks: number): boolean => acks <= 4 || acks % 5 === 0

/** What goes back and forth: messages, requests, time, and what becomes of them when the connection is lost. */
export class Connection {
  readonly statistics = new Statistics()
  readonly protocol: Protocol
  /** The server's ticks on this client's clock; `serverTick` asks it. */
  readonly clock = new ServerClock()
  /** The client's own clock, in ms; it only rises. */
  readonly nowMs: () => number
  /** What the server said on accepting the token. */
  welcome: Welcome | undefined
  /** Where and as whom the session entered the world. */
  entered: Entered | undefined
  /** The last round trip that a ping measured; NaN before. */
  rttMs = Number.NaN
  protected readonly layout: CellLayout
  protected readonly decoder: CellDecoder
  protected readonly inbound: Inbound
  private readonly requests: Requests
  private readonly ackEveryMs: number
  private readonly pings = new Pings()
  private readonly tickListeners = new Listeners<[number]>()
  private readonly endListeners = new Listeners<[EndReason]>()
  private readonly lostListeners = new Listeners<[EndReason]>()
  private readonly regainedListeners = new Listeners<[Regained]>()
  private lastAckMs = 0
  private acks = 0
  private closing: EndReason | undefined
  private endedAs: EndReason | undefined
  private lostAs: EndReason | undefined
  private resumeToken = ''
  /** Starts to bring a lost connection back; without it what is lost has ended. */
  private recovery: (() => void) | undefined

  constructor(
    options: ClientOptions,
    private readonly link: Link,
  ) {
    this.protocol = options.protocol
    this.layout = cellLayout(options.components, options.cellSizeM ?? CELL_SIDE_DEFAULT_M)
    this.decoder = new CellDecoder(this.layout, options.protocol)
    this.inbound = new Inbound(options.protocol, this.decoder, this.statistics)
    this.nowMs = options.nowMs ?? (() => performance.now())
    this.ackEveryMs = options.ackEveryMs ?? ACK_EVERY_DEFAULT_MS
    this.requests = new Requests(options.protocol, this.statistics, (bytes) => link.send(bytes))
    this.listenToSession()
  }

  /** The tick of the last server message. */
  get tick(): number {
    return this.inbound.tick
  }
  /** Ticks a second of world time; 0 before the welcome. */
  get tickHz(): number {
    return this.welcome?.tickHz ?? 0
  }
  /** Why the connection ended; undefined while it lasts, and while it is lost but may come back. */
  get ended(): EndReason | undefined {
    return this.endedAs
  }
  /** Why the connection is lost; undefined while it is there, and after it has ended for good. */
  get lost(): EndReason | undefined {
    return this.endedAs === undefined ? this.lostAs : undefined
  }

  /**
   * The server's tick now, with its fraction; 0 before the first message. It only rises, by world time: slower than real time
   * when the server says that its world is.
   */
  serverTick(nowMs = this.nowMs()): number {
    return this.clock.serverTick(nowMs)
  }

  /**
   * The name of the result's code, once it is there. Rejects with `CONNECT_FAILED` when the connection ends first, or while
   * it is lost. What the server is silent about (see `tooFast` on the protocol page) settles as `tooFast` after 30 s.
   */
  request<O extends ToServer>(opcode: O, payload: OpcodePayload<O>): Promise<string> {
    if (this.lost !== undefined) return Promise.reject(this.absence())
    return this.requests.request(opcode, payload as Readonly<Record<string, unknown>>, this.tick)
  }

  /** Sends without waiting; the message's seq, or 0 when the connection is lost or has ended. */
  send<O extends ToServer>(opcode: O, payload: OpcodePayload<O>): number {
    return this.lost === undefined ? this.requests.send(opcode, payload as Readonly<Record<string, unknown>>) : 0
  }

  /** What `run` sends or requests leaves in one frame, or one per 32 messages. */
  batch(run: () => void): void {
    this.requests.batch(run)
  }

  /** Calls `listener` for each message of that opcode; returns the function that stops it. */
  on<O extends ToClient | ToCell>(opcode: O, listener: (payload: OpcodePayload<O>, tick: number) => void): () => void {
    return this.inbound.on(opcode, listener)
  }

  /** After each server message has been applied. */
  onTick(listener: (tick: number) => void): () => void {
    return this.tickListeners.add(listener)
  }

  /** Once, when the connection ends; at once (after the caller) when it has. */
  onClosed(listener: (reason: EndReason) => void): () => void {
    const { endedAs } = this
    if (endedAs !== undefined) queueMicrotask(() => listener(endedAs))
    return this.endListeners.add(listener)
  }

  /** Each time the connection is lost and `reconnect` is about to bring it back. Until then nothing can be sent. */
  onLost(listener: (reason: EndReason) => void): () => void {
    return this.lostListeners.add(listener)
  }

  /** Each time a lost connection is back, with the character in the world if it was there before. */
  onResumed(listener: (regained: Regained) => void): () => void {
    return this.regainedListeners.add(listener)
  }

  /** Says who this is; the name of the result's code. `connect` has done it. */
  hello(token: string, protocolHash: string): Promise<string> {
    return this.requests.request(SessionHello, { token, resume: '', protocolHash }, this.tick, false)
  }

  /** Milliseconds to the server's next tick and back. Rejects as `request` does. */
  ping(): Promise<number> {
    return new Promise((resolve, fail) => {
      if (this.lost !== undefined) return fail(this.absence())
      const clientTimeMs = this.nowMs()
      let seq = 0
      const settle = (code: string): void => {
        this.pings.drop(seq)
        fail(new RefusedError(SessionPing.name, code))
      }
      seq = this.requests.post(SessionPing, { clientTimeMs }, { settle, fail }, this.tick, false)
      if (seq !== 0) this.pings.note(seq, { clientTimeMs, resolve })
    })
  }

  /** What the connection itself does on messages; registered first, so that it is done before others look. */
  private listenToSession(): void {
    this.on(SessionWelcome, (welcome) => {
      this.welcome = welcome
      this.resumeToken = welcome.resumeToken
      this.lastAckMs = this.nowMs()
      this.acks = 0
      this.clock.start(welcome.tickHz)
      // What was in view before the connection was lost is told anew.
      if (this.lostAs !== undefined) this.inbound.startOver(this.entered?.cellSizeM ?? this.decoder.cellSizeM)
    })
    this.on(SessionEntered, (entered) => {
      this.entered = entered
      this.inbound.startOver(entered.cellSizeM)
    })
    this.on(SessionResult, ({ seq, code }) => this.requests.result(seq, code))
    this.on(SessionPong, (pong) => {
      const nowMs = this.nowMs()
      const answered = this.pings.answered(pong, nowMs)
      if (answered === undefined) return
      this.rttMs = answered.ms
      this.clock.roundTrip(answered.ms, pong.tickFraction, nowMs)
      this.requests.settle(answered.seq, 'ok')
    })
    this.on(SessionClosed, ({ reason, resumable }) => {
      this.closing = reason
      if (resumable === 0) this.resumeToken = ''
    })
    this.on(WorldClock, ({ ratio }) => this.clock.dilate(ratio, this.nowMs()))
  }

  /** Takes one server message. Called by `connect` with what the socket received. */
  receive(bytes: Uint8Array): void {
    if (this.endedAs !== undefined) return
    try {
      this.inbound.apply(bytes)
    } catch (cause) {
      this.end('unreadable', cause)
      return
    }
    const nowMs = this.nowMs()
    this.clock.heard(this.tick, nowMs)
    this.statistics.jitterMs = this.clock.jitterMs
    this.heard(nowMs)
    this.tickListeners.call(this.tick)
    if (this.closing === undefined) this.keepUp(nowMs)
    else this.lose(this.closing)
  }

  /** A whole message has been applied. */
  protected heard(_nowMs: number): void {}

  /** What is due from time to time happens when messages come: the SDK needs no timers. */
  private keepUp(nowMs: number): void {
    if (this.welcome === undefined || this.endedAs !== undefined || this.lostAs !== undefined) return
    this.requests.expire(this.tick, this.welcome.tickHz)
    if (nowMs - this.lastAckMs < this.ackEveryMs) return
    this.lastAckMs = nowMs
    this.acks += 1
    this.batch(() => {
      this.send(SessionAck, { tick: this.tick })
      // Its answer goes to the clock; when there is none, there will be the next one's.
      if (isPingDue(this.acks)) this.ping().catch(() => undefined)
    })
  }

  private absence(): MyriadError {
    return connectionError(`the connection is lost: ${this.lost}; wait for onResumed`)
  }

  /** Ends the connection once; whoever still waits for an answer gets `CONNECT_FAILED`. */
  end(reason: EndReason, cause?: unknown): void {
    if (this.endedAs !== undefined) return
    this.endedAs = reason
    this.link.close()
    this.pings.clear()
    this.requests.end(connectionError(`the connection ended: ${reason}; connect again`, cause))
    this.endListeners.call(reason)
  }

  /** From now on `recover` is called when the connection is lost, unless it was lost for good. */
  recoverBy(recover: () => void): void {
    this.recovery = recover
  }

  /** The link is gone, whether the one in use or one that was to replace it. */
  lose(reason: EndReason, cause?: unknown): void {
    if (this.endedAs !== undefined) return
    if (this.recovery === undefined || finalReasons.includes(reason)) return this.end(reason, cause)
    this.closing = undefined
    this.link.close()
    this.pings.clear()
    this.requests.lose(connectionError(`the connection was lost: ${reason}; it is being opened again`, cause))
    if (this.lostAs !== undefined) return
    this.lostAs = reason
    this.lostListeners.call(reason)
    this.recovery()
  }

  /** Over a new link: says who this is, as the session that was lost if it can be resumed. The name of the result's code. */
  greetAgain(token: string, protocolHash: string): Promise<string> {
    return this.requests.greet(SessionHello, { token, resume: this.resumeToken, protocolHash }, this.tick)
  }

  /** Whether the accepted hello has resumed the session of before: its last seq is then beyond that hello's own. */
  get isSameSession(): boolean {
    return (this.welcome?.lastSeq ?? 0) > HELLO_SEQ
  }

  /** Asks over a link that is not given back to the game yet. */
  protected askEarly<O extends ToServer>(opcode: O, payload: OpcodePayload<O>): Promise<string> {
    return this.requests.request(opcode, payload as Readonly<Record<string, unknown>>, this.tick, false)
  }

  /** The outcome of what was under way is unknown: another session has begun. */
  protected forget(): void {
    this.requests.forget(connectionError('the session was lost before the answer came; whether it was done is not known'))
  }

  /** The link is there again: what has no answer is sent again, and the game may go on. */
  regain(regained: Regained): void {
    this.lostAs = undefined
    this.lastAckMs = this.nowMs()
    this.statistics.reconnects += 1
    this.requests.resume(this.welcome?.lastSeq ?? 0, this.tick)
    this.regainedListeners.call(regained)
  }
}
