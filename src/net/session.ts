import type { Role } from '../ports/identity.js'
import { SEQ_OPEN, type SessionRow } from '../ports/store.js'
import { type Auth, authLevels, type RateClass, rateClasses } from '../protocol/opcode.js'
import type { ResultCode } from '../protocol/result-codes.js'
import { Lag } from './lag.js'

export const RESULTS_REMEMBERED_MAX = 64

/** Tokens a second of each rate class, of which two seconds' worth may come at once. */
export const rateLimits: Readonly<Record<RateClass, number>> = Object.freeze({
  movement: 30,
  action: 20,
  query: 10,
  chat: 5,
  social: 3,
  admin: 5,
  bot: 40,
})
export const BURST_S = 2

/** Token buckets of one actor, refilled by elapsed time. */
export class Buckets {
  private readonly tokens = new Float64Array(rateClasses.length)
  private refilledMs: number

  constructor(nowMs: number) {
    this.refilledMs = nowMs
    rateClasses.forEach((name, i) => {
      this.tokens[i] = rateLimits[name] * BURST_S
    })
  }

  /** Takes one token of the class; false when there is none. */
  take(name: RateClass, nowMs: number): boolean {
    const elapsedS = (nowMs - this.refilledMs) / 1000
    if (elapsedS > 0) {
      this.refilledMs = nowMs
      for (let i = 0; i < this.tokens.length; i += 1) {
        const rate = rateLimits[rateClasses[i]]
        this.tokens[i] = Math.min(rate * BURST_S, this.tokens[i] + elapsedS * rate)
      }
    }
    const i = rateClasses.indexOf(name)
    if (this.tokens[i] < 1) return false
    this.tokens[i] -= 1
    return true
  }
}

/** What is still to be written to one session, and what it is allowed to do. */
export class Session {
  auth: Auth = 'anonymous'
  /** The highest level that its role gives it once it is in the world. */
  role: 'inWorld' | 'moderator' | 'gameMaster' = 'inWorld'
  accountId = ''
  characterId = 0
  /** 0 while it plays nobody. */
  slot = 0
  lastSeq = 0
  readonly buckets: Buckets
  /** Encoded private messages of this tick: `[opcode, ...fields]`. */
  outgoing: Uint8Array[] = []
  /** Set once `session.closed` is written; nothing is read from it afterwards. */
  closing = false
  /** It was closed for a reason that its player may come back from. */
  resumable = false
  /** A request to the edge is under way; a second is refused as busy. */
  pending = false
  /** The character that is being loaded, 0 for none. Until it is in the world nobody else may ask for it. */
  loading = 0
  lastAckTick = 0
  /** Its player may come back to it, also after the process was killed: the store has a row of it. */
  isLasting = false
  readonly lag = new Lag()
  tooFastToldMs = Number.NEGATIVE_INFINITY
  /** Refusals of the gate since `refusedWindowMs`. */
  refusedCount = 0
  refusedWindowMs = 0
  private readonly results = new Map<number, ResultCode>()
  /** Accepted and not answered yet: the requests of this tick, and at most one that waits for the edge. */
  private readonly underWay = new Set<number>()
  /** Done, and answered when the store has it, also over another connection. */
  private readonly held = new Set<number>()
  /** Taken in by an earlier run of the server, and not done when it ended: each may come once more. */
  private readonly reopened = new Set<number>()

  /** The transport's number of its connection; 0 while it has none. */
  socket: number
  /** The id that its last connection began with, when it resumed; 0 otherwise. */
  alias = 0

  constructor(
    socket: number,
    readonly openedTick: number,
    nowMs: number,
    /** Its own number. It outlives connections and runs of the server; with a seq it names a command for ever. */
    readonly id = socket,
  ) {
    this.socket = socket
    this.buckets = new Buckets(nowMs)
  }

  /** Its connection is lost; what waited for the edge will not be answered. */
  disconnect(): void {
    this.socket = 0
    this.pending = false
    this.loading = 0
    this.outgoing = []
    this.lag.reset()
    this.underWay.clear()
  }

  /** Goes on over another connection. */
  connect(socket: number): void {
    this.disconnect()
    this.socket = socket
    this.closing = false
  }

  /** Seqs up to this one are in the past. */
  raiseSeq(seq: number): void {
    if (seq > this.lastSeq) this.lastSeq = seq
  }

  allows(auth: Auth): boolean {
    const level = this.auth === 'inWorld' ? this.role : this.auth
    return authLevels.indexOf(level) >= authLevels.indexOf(auth)
  }

  accepted(seq: number): void {
    this.underWay.add(seq)
  }

  hold(seq: number): void {
    this.held.add(seq)
  }

  isUnderWay(seq: number): boolean {
    return this.underWay.has(seq) || this.held.has(seq)
  }

  /** Whether a seq has its answer, or will get it when what it asked for ends. */
  isAnswered(seq: number): boolean {
    return this.results.has(seq) || this.isUnderWay(seq)
  }

  /** Keeps the one answer that a seq gets. The oldest of more than `RESULTS_REMEMBERED_MAX` is forgotten. */
  remember(seq: number, code: ResultCode): void {
    if (seq === 0) return
    this.underWay.delete(seq)
    this.held.delete(seq)
    this.results.set(seq, code)
    if (this.results.size > RESULTS_REMEMBERED_MAX) {
      for (const oldest of this.results.keys()) {
        this.results.delete(oldest)
        break
      }
    }
  }

  remembered(seq: number): ResultCode | undefined {
    return this.results.get(seq)
  }

  /** Whether a seq of the past may be done now; true at most once for each. */
  reopen(seq: number): boolean {
    return this.reopened.delete(seq)
  }

  /** As it stands between two ticks. What waits for the store is `ok`, for whoever reads the row has what it did. */
  row(okCode: ResultCode): SessionRow {
    const results: number[] = []
    for (const [seq, code] of this.results) results.push(seq, code)
    for (const seq of this.held) results.push(seq, okCode)
    for (const seq of this.underWay) if (!this.held.has(seq)) results.push(seq, SEQ_OPEN)
    for (const seq of this.reopened) results.push(seq, SEQ_OPEN)
    const { id, accountId, role, characterId, lastSeq } = this
    return { id, accountId, role: role === 'inWorld' ? 'player' : role, characterId, lastSeq, results }
  }

  /** Becomes what a session of an earlier run was. */
  restore({ accountId, role, characterId, lastSeq, results }: SessionRow): void {
    this.auth = 'account'
    this.identify(accountId, role)
    this.characterId = characterId
    this.lastSeq = lastSeq
    this.isLasting = true
    for (let i = 0; i < results.length; i += 2) {
      if (results[i + 1] === SEQ_OPEN) this.reopened.add(results[i])
      else this.remember(results[i], results[i + 1])
    }
  }

  identify(accountId: string, role: Role): void {
    this.accountId = accountId
    this.role = role === 'player' ? 'inWorld' : role
  }
}
