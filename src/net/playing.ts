import { SessionEntered, WorldClock } from './opcodes.js'
import type { Session } from './session.js'
import type { SessionsSetup } from './sessions-setup.js'

/** Which session plays which slot. */
export class Playing {
  /** World time over real time, as sessions are told it. */
  timeRatio = 1

  constructor(private readonly setup: SessionsSetup) {}

  bind(session: Session, slot: number): void {
    const { world, presence, roster, options, hooks } = this.setup
    session.slot = slot
    session.auth = 'inWorld'
    session.lastAckTick = world.tick
    session.lag.reset()
    roster.release(slot)
    roster.plays(session)
    roster.bySlot.set(slot, session)
    presence.played[slot] = 1
    presence.bindings[slot] += 1
    world.marks.owned[slot] = 1
    const at = options.placeOf(slot)
    hooks.tell(session, SessionEntered, {
      entity: world.entityOf(slot),
      tick: world.tick,
      cellSizeM: options.cellSizeM,
      ...at,
    })
    this.tellClock(session)
    hooks.bound(session, slot)
  }

  unbind(session: Session): void {
    const { world, presence, roster, hooks } = this.setup
    const slot = session.slot
    if (slot === 0) return
    session.slot = 0
    if (session.auth === 'inWorld') session.auth = 'account'
    roster.bySlot.delete(slot)
    presence.played[slot] = 0
    world.marks.owned[slot] = 0
    hooks.unbound(session, slot)
  }

  tellClock(session: Session): void {
    const { tick, header } = this.setup.world
    this.setup.hooks.tell(session, WorldClock, { tick, ratio: this.timeRatio, calendarMs: header.calendarMs })
  }
}
