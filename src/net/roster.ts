import type { Slot } from '../ecs/entities.js'
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

  open(socket: number, tick: number, nowMs: number): void {
    const session = new Session(socket, tick, nowMs)
    this.bySocket.set(socket, session)
    this.byId.set(session.id, session)
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
    this.bySocket.delete(session.socket)
    // What the new one asked before it was known as the earlier is on its way under its own id: it is answered, too.
    this.byId.delete(session.alias)
    session.alias = newcomer.id
    this.byId.set(newcomer.id, session)
    session.connect(newcomer.socket)
    this.bySocket.set(newcomer.socket, session)
  }
}
