import type { World } from '../ecs/world.js'
import type { CellLayout } from '../protocol/cell-layout.js'
import type { ToCell } from '../protocol/opcode.js'
import type { Packed } from '../schema/packed.js'
import type { Grid } from '../space/grid.js'
import { CellEncoder } from './cell-encoder.js'
import { CELL_EVENTS_MAX, type CellState } from './cell-state.js'
import { Interest, type OuterRing, Watch } from './interest.js'
import { Outbox } from './outbox.js'
import type { Roster } from './roster.js'
import type { Session } from './session.js'

/** Where a slot stands; metres from the zone's corner. */
export interface Standing {
  readonly zone: number
  readonly instance: number
  readonly x: number
  readonly z: number
}

/** What each session watches, and the one message that it gets in a tick. */
export class Replicator {
  readonly outbox = new Outbox()
  readonly encoder: CellEncoder
  private readonly interest: Interest
  private readonly watches = new Map<Session, Watch>()
  /** Cells in which something was shown in this tick. */
  private readonly eventful: CellState[] = []

  constructor(
    private readonly world: World,
    private readonly grid: Grid,
    layout: CellLayout,
    nameOf: (slot: number) => string,
    ring: OuterRing,
  ) {
    this.interest = new Interest(grid, ring)
    this.encoder = new CellEncoder(world, grid, layout, nameOf, this.interest)
  }

  /** Moves every playing session's cells along with its character. */
  follow({ bySlot }: Roster, placeOf: (slot: number) => Standing): void {
    const { tick, tickHz } = this.world
    for (const session of bySlot.values()) {
      // A delta tolerates no hole, so whoever cannot follow gets none, and all afresh when it can again.
      if (session.lag.judge(tick, tickHz)) {
        this.unwatch(session)
        continue
      }
      let watch = this.watches.get(session)
      if (watch === undefined) {
        watch = new Watch()
        this.watches.set(session, watch)
      }
      const { zone, instance, x, z } = placeOf(session.slot)
      this.interest.follow(watch, zone, instance, x, z, tick)
    }
  }

  /** Its next cell frame, if there is one, is a first one again. */
  unwatch(session: Session): void {
    const watch = this.watches.get(session)
    if (watch !== undefined) this.interest.leave(watch)
    this.watches.delete(session)
  }

  /** Something to be seen where the slot stands. */
  show(slot: number, opcode: ToCell, packed: Packed, payload: Readonly<Record<string, unknown>>): void {
    const cell = this.grid.cellOf(slot)
    if (cell === undefined) return
    const state = this.interest.watched(cell.zone, cell.instance, cell.cx, cell.cz)
    if (state === undefined || state.events.length >= CELL_EVENTS_MAX) return
    if (state.events.length === 0) this.eventful.push(state)
    state.events.push({ opcode, packed, payload })
  }

  /** Cell bodies, and one message a session. */
  send({ bySocket }: Roster): void {
    const { tick } = this.world
    this.encoder.begin()
    this.outbox.begin()
    const { watchedCells } = this.interest
    for (const state of watchedCells) this.encoder.near(state)
    // In a pass of their own: the near bodies of a row stay side by side, and go in one copy.
    if (this.interest.ring.rings > 0) for (const state of watchedCells) this.encoder.outer(state)
    for (const { fresh } of this.watches.values()) if (fresh.size > 0) for (const state of fresh) this.encoder.full(state)
    for (const state of this.eventful) state.events.length = 0
    this.eventful.length = 0
    for (const session of bySocket.values()) {
      // Nothing follows `session.closed`, however long the socket takes to go.
      const watch = session.closing ? undefined : this.watches.get(session)
      const hadCells = this.outbox.write(session.socket, tick, session.outgoing, watch, this.encoder, watch?.followsTick ?? 0)
      if (hadCells && watch !== undefined) watch.followsTick = tick
      if (session.slot !== 0 && (hadCells || session.outgoing.length > 0)) session.lag.sent(tick)
      if (session.outgoing.length > 0) session.outgoing = []
    }
  }
}
