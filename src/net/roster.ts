import type { Slot } from '../ecs/entities.js'
import type { SessionRow } from '../ports/store.js'
import { Session } from './session.js'

/**
 * Who is connected, and who may come back: sessions by their socket, by their id, and by the slot they play or have
 * left behind.
 */
export class Roster {
  /** Connected sessions, by socket. */
  readonly bySocket = new Map<number, Session>()
  readonly bySlot = new Map<Slot, Session>()
  /** Every session that lives, connected or not, by its own id. */
  private readonly byId = new Map<number, Session>()
  /** The tick at which a character that nobody plays leaves the world, by slot. */
  readonly lingering = new Map<Slot, number>()
  /** Sessions without a socket, by the slot that waits for them. */
  private readonly absent = new Map<Slot, Session>()
  /** Sessions without a socket whose character is not in the world, and the tick at which they are over. */
  private readonly waiting = new Map<Session, number>()
  /** What is added to a socket's number for a session's id: no two runs of a world give the same. */
  idsAfter = 0
  /** Nobody can come back to the session any more. */
  onEnd: (session: Session) => void = () => undefined

  open(socket: number, tick: number, nowMs: number): void {
    const session = new Session(socket, tick, nowMs, this.idsAfter + socket)
    this.bySocket.set(socket, session)
    this.byId.set(session.id, session)
  }

  /** A session of an earlier run waits for its player. */
  restore(row: SessionRow, tick: number, nowMs: number, untilTick: number): void {
    const session = new Session(0, tick, nowMs, row.id)
    session.restore(row)
    this.byId.set(session.id, session)
    this.waiting.set(session, untilTick)
  }

  /** The socket is gone; the session, which has no character in the world, waits for its player to come back. */
  wait(session: Session, untilTick: number): void {
    this.bySocket.delete(session.socket)
    session.disconnect()
    this.waiting.set(session, untilTick)
  }

  /** Gives up who has waited for their players until that tick. */
  expire(tick: number): void {
    for (const [session, untilTick] of this.waiting) if (tick >= untilTick) this.giveUp(session)
  }

  /** The session plays its character from now on: no other that waits can come to play it. */
  plays(session: Session): void {
    this.waiting.delete(session)
    for (const other of this.waiting.keys())
      if (other.characterId === session.characterId && session.characterId !== 0) this.giveUp(other)
  }

  private giveUp(session: Session): void {
    this.waiting.delete(session)
    this.forget(session)
  }

  /** The session whatever socket it now has. */
  find(id: number): Session | undefined {
    return this.byId.get(id)
  }

  /** The socket is gone and the session with it. */
  end(session: Session): void {
    this.bySocket.delete(session.socket)
    this.forget(session)
  }

  private forget(session: Session): void {
    this.byId.delete(session.id)
    this.byId.delete(session.alias)
    this.onEnd(session)
  }

  /** The socket is gone; the session waits for its player to come back to `slot`. */
  detach(session: Session, slot: Slot, untilTick: number): void {
    this.bySocket.delete(session.socket)
    session.disconnect()
    this.absent.set(slot, session)
    this.lingering.set(slot, untilTick)
  }

  /** The slot that waits for a session without a socket, or 0. */
  heldBy(session: Session): Slot {
    for (const [slot, absent] of this.absent) if (absent === session) return slot
    return 0
  }

  /** Nobody can come back to the slot any more. */
  release(slot: Slot): void {
    this.lingering.delete(slot)
    const absent = this.absent.get(slot)
    if (absent === undefined) return
    this.absent.delete(slot)
    this.forget(absent)
  }

  /** Gives an earlier session the socket of a new one, which ends. */
  attach(session: Session, newcomer: Session): void {
    const slot = this.heldBy(session)
    this.absent.delete(slot)
    this.waiting.delete(session)
    this.bySocket.delete(session.socket)
    // What the new one asked before it was known as the earlier is on its way under its own id: it is answered, too.
    this.byId.delete(session.alias)
    session.alias = newcomer.id
    this.byId.set(newcomer.id, session)
    session.connect(newcomer.socket)
    this.bySocket.set(newcomer.socket, session)
  }
}
