import type { World } from '../ecs/world.js'
import type { AnyIntent } from '../protocol/opcode.js'
import type { Protocol } from '../protocol/protocol.js'
import type { ResultCode } from '../protocol/result-codes.js'
import { Entering } from './entering.js'
import { Hello } from './hello.js'
import type { InboxEntry } from './inbox.js'
import { SessionPong, WorldNotice } from './opcodes.js'
import { Playing } from './playing.js'
import type { Presence } from './presence.js'
import { Roster } from './roster.js'
import type { Session } from './session.js'
import type { SessionsHooks, SessionsOptions, SessionsSetup } from './sessions-setup.js'

/** From the socket's opening to an accepted `session.hello`. */
export const HELLO_TIMEOUT_S = 5
/** Without a newer `session.ack`. */
export const STALLED_S = 45
/** Between two `world.clock`. */
export const CLOCK_EVERY_S = 5

/** What the inbox brings about sessions. */
type SessionEntry = Exclude<InboxEntry, { kind: 'resources' } | { kind: 'bots' }>

/** Opens, names, lets in and out. Consumes the session opcodes and the inbox entries about sessions. */
export class Sessions {
  readonly roster = new Roster()
  private readonly setup: SessionsSetup
  private readonly playing: Playing
  private readonly entering: Entering
  private readonly hello: Hello
  private toldRatio = 1

  constructor(
    private readonly world: World,
    protocol: Protocol,
    private readonly presence: Presence,
    private readonly options: SessionsOptions,
    private readonly hooks: SessionsHooks,
  ) {
    this.setup = { world, code: protocol.resultCodes.code, presence, roster: this.roster, options, hooks }
    this.playing = new Playing(this.setup)
    this.entering = new Entering(this.setup, this.playing)
    this.hello = new Hello(this.setup, this.playing, this.entering)
  }

  handleEntry(entry: SessionEntry, clockMs: number): void {
    if (entry.kind === 'opened') {
      this.roster.open(entry.session, this.world.tick, clockMs)
      return
    }
    if (entry.kind === 'control') {
      if (entry.name === 'timeRatio') this.playing.timeRatio = entry.value
      if (entry.name === 'shutdown') this.shutdown(entry.value)
      return
    }
    if (entry.kind === 'sessions') return this.restore(entry, clockMs)
    const session = this.roster.bySocket.get(entry.session)
    // Whoever is being closed must not come to play a character now.
    if (session === undefined || (session.closing && entry.kind !== 'gone')) return
    switch (entry.kind) {
      case 'gone':
        return this.gone(session)
      case 'identified':
        session.pending = false
        return this.hello.identified(session, entry)
      case 'characters':
        session.pending = false
        return this.entering.characters(session, entry)
      case 'row':
        return this.entering.loaded(session, entry)
      case 'failed':
        session.pending = false
        session.loading = 0
        return this.hooks.result(session, entry.seq, this.setup.code.storeBehind)
      case 'lagging':
        session.lag.waitingBytes = entry.bytes
        return
    }
  }

  /** Who does not come back within the grace time is not waited for any longer, as after any other loss. */
  private restore({ saved, idsAfter }: Extract<InboxEntry, { kind: 'sessions' }>, clockMs: number): void {
    const { tick } = this.world
    this.roster.idsAfter = idsAfter
    for (const row of saved) this.roster.restore(row, tick, clockMs, tick + this.graceTicks)
  }

  private get graceTicks(): number {
    return this.options.graceS * this.world.tickHz
  }

  private shutdown(seconds: number): void {
    for (const session of this.roster.bySocket.values()) {
      this.hooks.tell(session, WorldNotice, { text: `The server stops in ${seconds} s.` })
      if (seconds === 0) this.hooks.close(session, 'shutdown')
    }
  }

  private gone(session: Session): void {
    const slot = session.slot
    this.playing.unbind(session)
    // Nobody can come back to an avatar, nor to a session that the server ended: only lost players are waited for.
    const isWaitedFor = slot !== 0 && this.options.spawnAvatar === undefined
    const untilTick = this.world.tick + (isWaitedFor ? this.graceTicks : 0)
    const canResume = !session.closing || session.resumable
    if (isWaitedFor && canResume) return this.roster.detach(session, slot, untilTick)
    if (slot === 0 && canResume && session.isLasting) return this.roster.wait(session, this.world.tick + this.graceTicks)
    this.roster.end(session)
    if (slot !== 0) this.roster.lingering.set(slot, untilTick)
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
    const code = session.pending ? this.setup.code.busy : this.begin(session, intent)
    if (code !== undefined) this.hooks.result(session, intent.seq, code)
  }

  /** The code to answer at once, or undefined when the answer comes through the inbox. */
  private begin(session: Session, intent: AnyIntent): ResultCode | undefined {
    switch (intent.name) {
      case 'session.hello':
        return this.hello.begin(session, intent)
      case 'session.listCharacters':
        return this.entering.list(session, intent)
      case 'session.createCharacter':
        return this.entering.create(session, intent)
      case 'session.enter':
        return this.entering.enter(session, intent.seq, Number(intent.payload.characterId))
      case 'session.logout':
        this.leave(session)
        this.hooks.result(session, intent.seq, this.setup.code.ok)
        this.hooks.close(session, 'logout')
        return undefined
      default:
        return this.setup.code.malformed
    }
  }

  /** Its character, played or waiting for it, goes as soon as the game lets it. */
  private leave(session: Session): void {
    const slot = session.slot === 0 ? this.roster.heldBy(session) : session.slot
    if (slot === 0) return
    this.presence.departures.push({ slot, reason: 'logout' })
    this.playing.unbind(session)
    this.roster.release(slot)
  }

  /** Deadlines: who never said hello, who stopped reading, whose grace time is over. */
  keepTime(): void {
    const { tick, tickHz } = this.world
    this.roster.expire(tick)
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
    const { timeRatio } = this.playing
    const ratioMoved = timeRatio !== this.toldRatio
    this.toldRatio = timeRatio
    const isDue = ratioMoved || tick % (CLOCK_EVERY_S * tickHz) === 0
    for (const session of this.roster.bySlot.values())
      if (isDue || session.lag.needsNudge(tick, tickHz)) this.playing.tellClock(session)
  }

  /** Ends the session of that slot, if one plays it. */
  kick(slot: number): boolean {
    const session = this.roster.bySlot.get(slot)
    if (session === undefined) return false
    this.playing.unbind(session)
    this.presence.departures.push({ slot, reason: 'lost' })
    this.hooks.close(session, 'kicked')
    return true
  }
}
