import type { AnyIntent } from '../protocol/opcode.js'
import type { ResultCode } from '../protocol/result-codes.js'
import type { Entering } from './entering.js'
import type { InboxEntry } from './inbox.js'
import { SessionWelcome } from './opcodes.js'
import type { Playing } from './playing.js'
import type { Session } from './session.js'
import { ask, type SessionsSetup } from './sessions-setup.js'

/** From `session.hello` to the welcome: a new session, or an earlier one that goes on. */
export class Hello {
  constructor(
    private readonly setup: SessionsSetup,
    private readonly playing: Playing,
    private readonly entering: Entering,
  ) {}

  /** The code to answer at once, or undefined when the answer comes through the inbox. */
  begin(session: Session, { seq, payload }: AnyIntent): ResultCode | undefined {
    const { code, options, hooks } = this.setup
    if (session.auth !== 'anonymous') return code.alreadyDone
    const hash = payload.protocolHash
    if (hash !== '' && hash !== options.protocolHash) {
      hooks.result(session, seq, code.notAllowed)
      hooks.close(session, 'wrongProtocol')
      return undefined
    }
    return ask(this.setup, session, {
      kind: 'verify',
      session: session.socket,
      seq,
      token: String(payload.token),
      resume: String(payload.resume),
    })
  }

  identified(session: Session, entry: Extract<InboxEntry, { kind: 'identified' }>): void {
    const { world, code, roster, options, hooks } = this.setup
    const { outcome, seq } = entry
    if (!outcome.ok) {
      hooks.result(session, seq, code[outcome.code])
      return
    }
    const earlier = roster.find(entry.resumes ?? 0)
    // What the server has ended is over, though its socket may take a moment longer.
    const canResume = earlier !== undefined && (!earlier.closing || earlier.resumable)
    if (canResume && earlier !== session && earlier.accountId === outcome.accountId) {
      // What the account may do now, which may be less than when the session began.
      earlier.identify(outcome.accountId, outcome.role)
      return this.resume(earlier, session, seq, entry.resumeToken ?? '')
    }
    // Its token was found to stand for a session, which has ended since. It is no login: whoever dials again is judged by another.
    if ((entry.resumes ?? 0) !== 0) {
      hooks.result(session, seq, code.busy)
      return
    }
    if (options.spawnAvatar !== undefined && this.entering.isFull()) {
      hooks.result(session, seq, code.serverFull)
      return
    }
    session.auth = 'account'
    session.identify(outcome.accountId, outcome.role)
    session.lastAckTick = world.tick
    this.tellWelcome(session, entry.resumeToken ?? '')
    const avatar = options.spawnAvatar?.()
    if (avatar !== undefined) this.playing.bind(session, avatar)
    hooks.result(session, seq, code.ok)
  }

  private tellWelcome(session: Session, resumeToken: string): void {
    const { world, options, hooks } = this.setup
    hooks.request({ kind: 'welcomed', session: session.socket, id: session.id })
    hooks.tell(session, SessionWelcome, {
      accountId: session.accountId,
      serverVersion: options.serverVersion,
      protocolHash: options.protocolHash,
      tickHz: world.tickHz,
      resumeToken,
      lastSeq: session.lastSeq,
    })
  }

  /**
   * The same session goes on over a new socket: its seq, its remembered results, and its character. One of an earlier run has none in
   * the world: it enters first, and the hello is answered then.
   */
  private resume(session: Session, newcomer: Session, seq: number, resumeToken: string): void {
    const { code, roster, hooks } = this.setup
    const played = session.slot
    this.playing.unbind(session)
    const slot = played === 0 ? roster.heldBy(session) : played
    if (session.socket !== 0) hooks.request({ kind: 'close', session: session.socket, reason: 'takenOver' })
    roster.attach(session, newcomer)
    this.tellWelcome(session, resumeToken)
    session.raiseSeq(seq)
    hooks.changed(session)
    const entering = slot === 0 && session.isLasting ? this.entering.enter(session, seq, session.characterId) : code.ok
    if (slot !== 0) this.playing.bind(session, slot)
    if (entering !== undefined) hooks.result(session, seq, entering)
  }
}
