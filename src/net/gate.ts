import type { Entity, Slot } from '../ecs/entities.js'
import type { MindIntent } from '../ecs/world.js'
import { decodeFrame } from '../protocol/codec.js'
import type { AnyIntent, ToServer } from '../protocol/opcode.js'
import type { Compiled, Protocol } from '../protocol/protocol.js'
import type { ResultCode } from '../protocol/result-codes.js'
import { BURST_S, rateLimits, type Session } from './session.js'

export const BATCH_MAX = 32
/** Refusals by the gate, and repetitions too fast or not allowed, within ten seconds after which the session is closed: each costs an answer. */
export const TOO_FAST_MAX = 400
export const TOO_FAST_WINDOW_MS = 10_000
export const TOO_FAST_TOLD_EVERY_MS = 1_000

/** What the gate needs of its surroundings. */
export interface GateHooks {
  deliver(intent: AnyIntent): void
  /** Answers a client without an intent. */
  refuse(session: Session, seq: number, code: ResultCode): void
  /** Answers a seq that was used before (or 0); this answer is not the one that is remembered. */
  repeat(session: Session, seq: number, code: ResultCode): void
  /** Answers a mind without an intent. */
  refuseMind(slot: Slot, opcode: ToServer, code: ResultCode): void
  flood(session: Session): void
}

/** Counts by opcode and code, for metrics; pre-sized so that a tick allocates nothing for them. */
export class GateCounters {
  readonly received = new Map<string, number>()
  readonly refused = new Map<string, number>()
  malformedFrames = 0
  intents = 0

  count(map: Map<string, number>, key: string): void {
    map.set(key, (map.get(key) ?? 0) + 1)
  }
}

const isSeq = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 0xffffffff

const MIND_TOKENS_MAX = rateLimits.bot * BURST_S

/** The token buckets of all minds, refilled by elapsed time: each has but the one class `bot`. */
class MindBuckets {
  private entities = new Uint32Array(1_024)
  private tokens = new Float64Array(1_024)
  private refilledMs = new Float64Array(1_024)

  /** Takes one token of the mind in that slot; false when there is none. Another entity than before begins with a full bucket. */
  take(slot: Slot, entity: Entity, nowMs: number): boolean {
    if (slot >= this.entities.length) this.widen(slot)
    if (this.entities[slot] !== entity) {
      this.entities[slot] = entity
      this.tokens[slot] = MIND_TOKENS_MAX
      this.refilledMs[slot] = nowMs
    }
    const elapsedS = (nowMs - this.refilledMs[slot]) / 1000
    if (elapsedS > 0) {
      this.refilledMs[slot] = nowMs
      this.tokens[slot] = Math.min(MIND_TOKENS_MAX, this.tokens[slot] + elapsedS * rateLimits.bot)
    }
    if (this.tokens[slot] < 1) return false
    this.tokens[slot] -= 1
    return true
  }

  private widen(slot: Slot): void {
    const length = slot * 2
    const { entities, tokens, refilledMs } = this
    this.entities = new Uint32Array(length)
    this.tokens = new Float64Array(length)
    this.refilledMs = new Float64Array(length)
    this.entities.set(entities)
    this.tokens.set(tokens)
    this.refilledMs.set(refilledMs)
  }
}

/**
 * The one door: known → new → allowed → paced → well formed, and nothing durable while the store is behind. Whatever does not pass is a refusal with a code, is counted, and
 * never reaches a system.
 */
export class Gate {
  readonly counters = new GateCounters()
  /** Set while the store is behind: what promises durability is refused, of clients and minds alike. */
  storeBehind = false
  private readonly mindBuckets = new MindBuckets()
  /** Scratch: a mind's payload as it would stand on the wire, written and read within one call. */
  private readonly mindValues: unknown[] = []

  constructor(
    private readonly protocol: Protocol,
    private readonly hooks: GateHooks,
  ) {}

  /** Everything in one frame: a message, or a batch of up to 32. */
  frame(session: Session, bytes: Uint8Array, nowMs: number): void {
    const value = decodeFrame(bytes)
    if (value === undefined || value.length === 0) {
      this.counters.malformedFrames += 1
      this.refuse(session, undefined, 0, this.protocol.resultCodes.code.malformed, nowMs)
      return
    }
    if (!Array.isArray(value[0])) {
      this.message(session, value, nowMs)
      return
    }
    if (value.length > BATCH_MAX) {
      this.counters.malformedFrames += 1
      this.refuse(session, undefined, 0, this.protocol.resultCodes.code.malformed, nowMs)
      return
    }
    for (const message of value) this.message(session, Array.isArray(message) ? message : [], nowMs)
  }

  private message(session: Session, values: readonly unknown[], nowMs: number): void {
    if (session.closing) return
    const { code } = this.protocol.resultCodes
    const compiled = this.known(values[0])
    const seq = isSeq(values[1]) ? values[1] : 0
    if (compiled !== undefined) this.counters.count(this.counters.received, compiled.opcode.name)
    if (compiled === undefined || seq === 0) return this.refuse(session, compiled, seq, code.malformed, nowMs)
    const { opcode } = compiled
    if (session.isAnswered(seq)) return this.again(session, compiled, seq, nowMs)
    if (!session.allows(opcode.auth)) return this.refuse(session, compiled, seq, code.notAllowed, nowMs)
    if (!session.buckets.take(opcode.rate, nowMs)) return this.tooFast(session, compiled, seq, nowMs)
    if (seq <= session.lastSeq && !session.reopen(seq)) return this.forgotten(session, compiled, seq)
    const payload = compiled.read(values, 2)
    if (payload === undefined) return this.refuse(session, compiled, seq, code.malformed, nowMs)
    if (opcode.durable && this.storeBehind) return this.refuse(session, compiled, seq, code.storeBehind, nowMs)
    session.raiseSeq(seq)
    if (opcode.result) session.accepted(seq)
    this.accept(opcode, session.slot, session.id, seq, payload)
  }

  private known(id: unknown): Compiled<ToServer> | undefined {
    const compiled = typeof id === 'number' ? this.protocol.byId.get(id) : undefined
    if (compiled === undefined || compiled.opcode.direction !== 'toServer' || compiled.opcode.retired) return undefined
    return compiled as Compiled<ToServer>
  }

  /** A mind's intent: the same rules, its own class of pacing. Its payload is checked like a client's. */
  mind(intent: MindIntent, entity: Entity, nowMs: number): void {
    const { opcode, slot, payload } = intent
    const { code } = this.protocol.resultCodes
    const levels = opcode.auth === 'moderator' || opcode.auth === 'gameMaster'
    if (levels) return this.hooks.refuseMind(slot, opcode, code.notAllowed)
    if (!this.mindBuckets.take(slot, entity, nowMs)) {
      this.counters.count(this.counters.refused, `${opcode.name}|tooFast`)
      return this.hooks.refuseMind(slot, opcode, code.tooFast)
    }
    const compiled = this.protocol.byId.get(opcode.id)
    this.mindValues.length = 0
    const read = compiled?.read(compiled.write(payload, this.mindValues), 0)
    if (read === undefined) {
      this.counters.count(this.counters.refused, `${opcode.name}|malformed`)
      return this.hooks.refuseMind(slot, opcode, code.malformed)
    }
    if (opcode.durable && this.storeBehind) {
      this.counters.count(this.counters.refused, `${opcode.name}|storeBehind`)
      return this.hooks.refuseMind(slot, opcode, code.storeBehind)
    }
    this.accept(opcode, slot, 0, 0, read)
  }

  private accept(opcode: ToServer, actor: Slot, session: number, seq: number, payload: Readonly<Record<string, unknown>>): void {
    this.counters.intents += 1
    this.hooks.deliver({ name: opcode.name, opcode, actor, session, seq, payload, answered: false })
  }

  private refuse(session: Session, compiled: Compiled<ToServer> | undefined, seq: number, code: ResultCode, nowMs: number): void {
    const opcode = compiled?.opcode
    this.counters.count(this.counters.refused, `${opcode?.name ?? 'unknown'}|${this.protocol.resultCodes.list[code].name}`)
    if (this.isFlood(session, nowMs)) return this.hooks.flood(session)
    if (seq <= session.lastSeq) return this.hooks.repeat(session, seq, code)
    session.lastSeq = seq
    this.hooks.refuse(session, seq, code)
  }

  /** Notes a refusal; true when the session has had too many of late. */
  private isFlood(session: Session, nowMs: number): boolean {
    if (nowMs - session.refusedWindowMs > TOO_FAST_WINDOW_MS) {
      session.refusedWindowMs = nowMs
      session.refusedCount = 0
    }
    session.refusedCount += 1
    return session.refusedCount > TOO_FAST_MAX
  }

  /** Told at most once a second; whoever keeps on is closed. */
  private tooFast(session: Session, compiled: Compiled<ToServer>, seq: number, nowMs: number): void {
    const { code } = this.protocol.resultCodes
    this.counters.count(this.counters.refused, `${compiled.opcode.name}|tooFast`)
    const isNew = seq > session.lastSeq
    if (isNew) {
      session.lastSeq = seq
      session.remember(seq, code.tooFast)
    }
    if (this.isFlood(session, nowMs)) return this.hooks.flood(session)
    if (nowMs - session.tooFastToldMs < TOO_FAST_TOLD_EVERY_MS) return
    session.tooFastToldMs = nowMs
    if (isNew) this.hooks.refuse(session, seq, code.tooFast)
    else this.hooks.repeat(session, seq, code.tooFast)
  }

  /**
   * The answer it had, again; nothing is done twice. One that is still under way is answered when it ends. Whatever is wrong with the
   * repetition, another code would say that what was done was not; it costs its sender the same.
   */
  private again(session: Session, compiled: Compiled<ToServer>, seq: number, nowMs: number): void {
    const { auth, rate } = compiled.opcode
    const isPaced = session.buckets.take(rate, nowMs)
    if (!(isPaced && session.allows(auth)) && this.isFlood(session, nowMs)) return this.hooks.flood(session)
    const before = session.remembered(seq)
    if (before !== undefined) this.hooks.repeat(session, seq, before)
  }

  /** A seq of the past that nothing is known of any more. */
  private forgotten(session: Session, compiled: Compiled<ToServer>, seq: number): void {
    if (compiled.opcode.result) this.hooks.repeat(session, seq, this.protocol.resultCodes.code.stale)
  }
}
