import type { World } from '../ecs/world.js'
import type { AnyIntent, ToClient } from '../protocol/opcode.js'
import type { Protocol } from '../protocol/protocol.js'
import type { ResultCode } from '../protocol/result-codes.js'
import type { EdgeRequest } from './edge-request.js'
import type { InboxEntry } from './inbox.js'
import {
  type CloseReason,
  SessionCharacters,
  SessionEntered,
  SessionPong,
  SessionWelcome,
  WorldClock,
  WorldNotice,
} from './opcodes.js'
import type { Arrival, Presence } from './presence.js'
import { Roster } from './roster.js'
import type { Session } from './session.js'

export interface SessionsOptions {
  readonly protocolHash: string
  readonly serverVersion: string
  readonly clientsMax: number
  readonly graceS: number
  /** Classes a character can have: 1 to this. */
  readonly classMax: number
  /** Where and in which zone a slot stands. */
  readonly placeOf: (slot: number) => { zone: number; instance: number; x: number; y: number; z: number }
  readonly cellSizeM: number
  /** Gives a session an entity as soon as its account is known, for games without characters. */
  readonly spawnAvatar: (() => number) | undefined
}

export interface SessionsHooks {
  tell(session: Session, opcode: ToClient, payload: Readonly<Record<string, unknown>>): void
  result(session: Session, seq: number, code: ResultCode): void
  close(session: Session, reason: CloseReason): void
  /** The session plays this slot from now on, or no longer plays it. */
  bound(session: Session, slot: number): void
  unbound(session: Session, slot: number): void
  request(request: EdgeRequest): void
}

/** From the socket's opening to an accepted `session.hello`. */
export const HELLO_TIMEOUT_S = 5
/** Without a newer `session.ack`. */
export const STALLED_S = 45
/** Between two `world.clock`. */
export const CLOCK_EVERY_S = 5
const nameForm = /^[A-Za-z][A-Za-z0-9_-]{2,23}$/

/** Opens, names, lets in and out. Consumes the session opcodes and the inbox entries about sessions. */
export class Sessions {
  readonly roster = new Roster()
  private readonly arriving = new Map<Arrival, Session>()
  timeRatio = 1
  private toldRatio = 1

  constructor(
    private readonly world: World,
    private readonly protocol: Protocol,
    private readonly presence: Presence,
    private readonly options: SessionsOptions,
    private readonly hooks: SessionsHooks,
  ) {
    presence.onEnter = (arrival, slot) => this.entered(arrival, slot)
  }

  private get code() {
    return this.protocol.resultCodes.code
  }

  handleEntry(entry: InboxEntry, clockMs: number): void {
    if (entry.kind === 'opened') {
      this.roster.open(entry.session, this.world.tick, clockMs)
      return
    }
    if (entry.kind === 'control') {
      if (entry.name === 'timeRatio') this.timeRatio = entry.value
      if (entry.name === 'shutdown') this.shutdown(entry.value)
      return
    }
    const session = this.roster.bySocket.get(entry.session)
    // Whoever is being closed must not come to play a character now.
    if (session === undefined || (session.closing && entry.kind !== 'gone')) return
    switch (entry.kind) {
      case 'gone':
        return this.gone(session)
      case 'identified':
        session.pending = false
        return this.identified(session, entry)
      case 'characters':
        session.pending = false
        return this.characters(session, entry)
      case 'row':
        return this.loaded(session, entry)
      case 'failed':
        session.pending = false
        session.loading = 0
        return this.hooks.result(session, entry.seq, this.code.storeBehind)
      case 'lagging':
        session.lag.waitingBytes = entry.bytes
        return
    }
  }

  private shutdown(seconds: number): void {
    for (const session of this.roster.bySocket.values()) {
      this.hooks.tell(session, WorldNotice, { text: `The server stops in ${seconds} s.` })
      if (seconds === 0) this.hooks.close(session, 'shutdown')
    }
  }

  private gone(session: Session): void {
    const slot = session.slot
    this.unbind(session)
    // Nobody can come back to an avatar, nor to a session that the server ended: only lost players are waited for.
    const isWaitedFor = slot !== 0 && this.options.spawnAvatar === undefined
    const untilTick = this.world.tick + (isWaitedFor ? this.options.graceS * this.world.tickHz : 0)
    if (isWaitedFor && (!session.closing || session.resumable)) return this.roster.detach(session, slot, untilTick)
    this.roster.end(session)
    if (slot !== 0) this.roster.lingering.set(slot, untilTick)
  }

  private unbind(session: Session): void {
    const slot = session.slot
    if (slot === 0) return
    session.slot = 0
    if (session.auth === 'inWorld') session.auth = 'account'
    this.roster.bySlot.delete(slot)
    this.presence.played[slot] = 0
    this.world.marks.owned[slot] = 0
    this.hooks.unbound(session, slot)
  }

  private bind(session: Session, slot: number): void {
    session.slot = slot
    session.auth = 'inWorld'
    session.lastAckTick = this.world.tick
    session.lag.reset()
    this.roster.release(slot)
    this.roster.bySlot.set(slot, session)
    this.presence.played[slot] = 1
    this.presence.bindings[slot] += 1
    this.world.marks.owned[slot] = 1
    const at = this.options.placeOf(slot)
    this.hooks.tell(session, SessionEntered, {
      entity: this.world.entityOf(slot),
      tick: this.world.tick,
      cellSizeM: this.options.cellSizeM,
      ...at,
    })
    this.tellClock(session)
    this.hooks.bound(session, slot)
  }

  private tellClock(session: Session): void {
    const { tick, header } = this.world
    this.hooks.tell(session, WorldClock, { tick, ratio: this.timeRatio, calendarMs: header.calendarMs })
  }

  private identified(session: Session, entry: Extract<InboxEntry, { kind: 'identified' }>): void {
    const { outcome, seq } = entry
    if (!outcome.ok) {
      this.hooks.result(session, seq, this.code[outcome.code])
      return
    }
    const earlier = this.roster.find(entry.resumes ?? 0)
    // What the server has ended is over, though its socket may take a moment longer.
    const canResume = earlier !== undefined && (!earlier.closing || earlier.resumable)
    if (canResume && earlier !== session && earlier.accountId === outcome.accountId)
      return this.resume(earlier, session, seq, entry.resumeToken ?? '')
    if (this.options.spawnAvatar !== undefined && this.full()) {
      this.hooks.result(session, seq, this.code.serverFull)
      return
    }
    session.auth = 'account'
    session.accountId = outcome.accountId
    session.role = outcome.role === 'player' ? 'inWorld' : outcome.role
    session.lastAckTick = this.world.tick
    this.tellWelcome(session, entry.resumeToken ?? '')
    const avatar = this.options.spawnAvatar?.()
    if (avatar !== undefined) this.bind(session, avatar)
    this.hooks.result(session, seq, this.code.ok)
  }

  private tellWelcome(session: Session, resumeToken: string): void {
    this.hooks.request({ kind: 'welcomed', session: session.socket, id: session.id })
    this.hooks.tell(session, SessionWelcome, {
      accountId: session.accountId,
      serverVersion: this.options.serverVersion,
      protocolHash: this.options.protocolHash,
      tickHz: this.world.tickHz,
      resumeToken,
      lastSeq: session.lastSeq,
    })
  }

  /** The same session goes on over a new socket: its seq, its remembered results, and its character if that still waits. */
  private resume(session: Session, newcomer: Session, seq: number, resumeToken: string): void {
    const playing = session.slot
    this.unbind(session)
    const slot = playing === 0 ? this.roster.heldBy(session) : playing
    if (session.socket !== 0) this.hooks.request({ kind: 'close', session: session.socket, reason: 'takenOver' })
    this.roster.attach(session, newcomer)
    this.tellWelcome(session, resumeToken)
    session.raiseSeq(seq)
    if (slot !== 0) this.bind(session, slot)
    this.hooks.result(session, seq, this.code.ok)
  }

  private characters(session: Session, entry: Extract<InboxEntry, { kind: 'characters' }>): void {
    const { created, list, seq } = entry
    if (created === null || created.ok) {
      const shown = list.map(({ characterId, name, classId, level }) => ({ characterId, name, class: classId, level }))
      this.hooks.tell(session, SessionCharacters, { list: shown })
    }
    this.hooks.result(session, seq, created === null || created.ok ? this.code.ok : this.code[created.code])
  }

  private loaded(session: Session, entry: Extract<InboxEntry, { kind: 'row' }>): void {
    // Others may have taken the last room while this row was being loaded.
    if (entry.row === null || this.full()) {
      session.pending = false
      session.loading = 0
      this.hooks.result(session, entry.seq, entry.row === null ? this.code.noSuchTarget : this.code.serverFull)
      return
    }
    // It came into the world by another session that was lost meanwhile: what stands there is newer than the row.
    if (this.presence.slotByCharacter.has(entry.row.characterId)) {
      session.pending = false
      session.loading = 0
      return this.hooks.result(session, entry.seq, this.takeUp(session, entry.row.characterId))
    }
    const arrival = { session: session.socket, seq: entry.seq, row: entry.row }
    this.arriving.set(arrival, session)
    this.presence.arrivals.push(arrival)
  }

  /** Characters in the world count while they linger, too: each has an entity. */
  private full(): boolean {
    // Whoever logged out in combat is in nobody's list but that of the characters.
    const present = Math.max(this.roster.bySlot.size + this.roster.lingering.size, this.presence.characters.size)
    return present + this.arriving.size >= this.options.clientsMax
  }

  private entered(arrival: Arrival, slot: number): void {
    const session = this.arriving.get(arrival)
    this.arriving.delete(arrival)
    if (session === undefined || this.roster.bySocket.get(session.socket) !== session) {
      this.roster.lingering.set(slot, this.world.tick)
      return
    }
    session.pending = false
    session.loading = 0
    session.characterId = arrival.row.characterId
    this.bind(session, slot)
    this.hooks.result(session, arrival.seq, this.code.ok)
  }

  /** Carries a ping's number back. */
  pong(intent: AnyIntent, tickFraction: number): void {
    const session = this.roster.find(intent.session)
    const { clientTimeMs } = intent.payload
    if (session !== undefined) this.hooks.tell(session, SessionPong, { clientTimeMs, tick: this.world.tick, tickFraction })
  }

  handleIntent(intent: AnyIntent): void {
    const session = this.roster.find(intent.session)
    if (session === undefined || session.closing) return
    // Its connection was lost since it asked. It must not come to play without one; only its leaving is still its wish.
    if (session.socket === 0) {
      if (intent.name === 'session.logout') this.leave(session)
      return
    }
    if (intent.name === 'session.ack') {
      session.lastAckTick = Math.min(intent.payload.tick as number, this.world.tick)
      session.lag.acked(session.lastAckTick)
      return
    }
    const code = session.pending ? this.code.busy : this.begin(session, intent)
    if (code !== undefined) this.hooks.result(session, intent.seq, code)
  }

  /** The code to answer at once, or undefined when the answer comes through the inbox. */
  private begin(session: Session, { name, seq, payload }: AnyIntent): ResultCode | undefined {
    const { accountId } = session
    switch (name) {
      case 'session.hello': {
        if (session.auth !== 'anonymous') return this.code.alreadyDone
        const hash = payload.protocolHash
        if (hash !== '' && hash !== this.options.protocolHash) {
          this.hooks.result(session, seq, this.code.notAllowed)
          this.hooks.close(session, 'wrongProtocol')
          return undefined
        }
        return this.ask(session, {
          kind: 'verify',
          session: session.socket,
          seq,
          token: String(payload.token),
          resume: String(payload.resume),
        })
      }
      case 'session.listCharacters':
        return this.ask(session, { kind: 'characters', session: session.socket, seq, accountId })
      case 'session.createCharacter': {
        const characterName = String(payload.name)
        const classId = Number(payload.class)
        if (!nameForm.test(characterName)) return this.code.badName
        if (classId < 1 || classId > this.options.classMax) return this.code.malformed
        return this.ask(session, { kind: 'create', session: session.socket, seq, accountId, name: characterName, classId })
      }
      case 'session.enter':
        return this.enter(session, seq, Number(payload.characterId))
      case 'session.logout':
        this.leave(session)
        this.hooks.result(session, seq, this.code.ok)
        this.hooks.close(session, 'logout')
        return undefined
      default:
        return this.code.malformed
    }
  }

  /** Its character, played or waiting for it, goes as soon as the game lets it. */
  private leave(session: Session): void {
    const slot = session.slot === 0 ? this.roster.heldBy(session) : session.slot
    if (slot === 0) return
    this.presence.departures.push({ slot, reason: 'logout' })
    this.unbind(session)
    this.roster.release(slot)
  }

  private ask(session: Session, request: EdgeRequest): undefined {
    session.pending = true
    this.hooks.request(request)
    return undefined
  }

  private enter(session: Session, seq: number, characterId: number): ResultCode | undefined {
    if (session.slot !== 0) return this.code.alreadyDone
    if (this.presence.slotByCharacter.has(characterId)) return this.takeUp(session, characterId)
    if (this.full()) return this.code.serverFull
    // Two rows of one character under way at once: the later could bring back what the earlier has spent.
    for (const other of this.roster.bySocket.values())
      if (other.loading === characterId && other.accountId === session.accountId) return this.code.busy
    for (const { row } of this.arriving.keys()) if (row.characterId === characterId) return this.code.busy
    session.loading = characterId
    return this.ask(session, { kind: 'load', session: session.socket, seq, accountId: session.accountId, characterId })
  }

  /** The character is in the world already: the session plays it from now on. */
  private takeUp(session: Session, characterId: number): ResultCode {
    const slot = this.presence.slotByCharacter.get(characterId) ?? 0
    if (this.presence.characters.get(slot)?.accountId !== session.accountId) return this.code.noSuchTarget
    const other = this.roster.bySlot.get(slot)
    if (other !== undefined) {
      this.unbind(other)
      this.hooks.close(other, 'takenOver')
    }
    session.characterId = characterId
    this.bind(session, slot)
    return this.code.ok
  }

  /** Deadlines: who never said hello, who stopped reading, whose grace time is over. */
  keepTime(): void {
    const { tick, tickHz } = this.world
    for (const [slot, until] of this.roster.lingering) {
      if (tick < until) continue
      this.roster.release(slot)
      this.presence.departures.push({ slot, reason: 'lost' })
    }
    if (tick % tickHz === 0) {
      for (const session of this.roster.bySocket.values()) {
        if (session.auth === 'anonymous' && tick - session.openedTick > HELLO_TIMEOUT_S * tickHz)
          this.hooks.close(session, 'helloTimeout')
        else if (session.slot !== 0 && tick - session.lastAckTick > STALLED_S * tickHz) this.hooks.close(session, 'stalled')
      }
    }
    const ratioMoved = Math.abs(this.timeRatio - this.toldRatio) > 0.05
    if (ratioMoved) this.toldRatio = this.timeRatio
    const isDue = ratioMoved || tick % (CLOCK_EVERY_S * tickHz) === 0
    for (const session of this.roster.bySlot.values()) if (isDue || session.lag.needsNudge(tick, tickHz)) this.tellClock(session)
  }

  /** Ends the session of that slot, if one plays it. */
  kick(slot: number): boolean {
    const session = this.roster.bySlot.get(slot)
    if (session === undefined) return false
    this.unbind(session)
    this.presence.departures.push({ slot, reason: 'lost' })
    this.hooks.close(session, 'kicked')
    return true
  }
}
