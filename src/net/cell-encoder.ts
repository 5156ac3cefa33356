import type { World } from '../ecs/world.js'
import {
  BLOCK_DELTA,
  BLOCK_FULL,
  BLOCK_HEADER_BYTES,
  BLOCK_OUTER,
  BLOCK_OUTER_DELTA,
  type CellLayout,
} from '../protocol/cell-layout.js'
import type { Grid } from '../space/grid.js'
import { BodyArena } from './body-arena.js'
import { CellChanges } from './cell-changes.js'
import { CellColumns } from './cell-columns.js'
import { CellMembers } from './cell-members.js'
import type { CellState } from './cell-state.js'
import { CellSurvey } from './cell-survey.js'
import type { Interest } from './interest.js'

/** Bytes of an enter record besides its fields: cell it came from, entity, local id, component mask, name. */
const ENTER_BYTES_MAX = 4 + 4 + 2 + 2 + 256
/** Bytes of a leave record, and of an update record in a group of its own, besides its fields. */
const LEAVE_BYTES = 2 + 4
const UPDATE_BYTES_MAX = 4 + 2
/** The block that says that a cell is watched as an outer one. */
const OUTER_BYTES = BLOCK_HEADER_BYTES + 2 + 1
/** The sequence and the five counts of a delta. */
const DELTA_HEAD_BYTES = 2 + 5 * 2

/**
 * Writes each watched cell once a tick and body into one arena. A delta holds what differs from what was sent last: who
 * left, who entered, which quantised values changed, what happened. It needs no log of changes and cannot forget one.
 */
export class CellEncoder {
  /** This tick's bodies; cell states say where in it each lies. */
  readonly arena = new BodyArena()
  /** Where each near body of this tick lies: pairs of start and end by the cell's number, side by side for those who copy many. */
  spans = new Int32Array(2_048)
  private readonly columns: CellColumns
  private readonly survey: CellSurvey
  private readonly changes: CellChanges
  private readonly members: CellMembers

  constructor(
    private readonly world: World,
    private readonly grid: Grid,
    layout: CellLayout,
    nameOf: (slot: number) => string,
    private readonly interest: Interest,
  ) {
    const { arena } = this
    this.columns = new CellColumns(world, layout)
    this.survey = new CellSurvey(world, grid, this.columns, interest)
    this.changes = new CellChanges(world, grid.cellSizeM, this.columns, this.survey, arena)
    this.members = new CellMembers(world, grid, this.columns, this.changes, nameOf, interest, arena)
    world.listeners.push({
      reshaped: (slot, component) => {
        if (this.columns.isReplicated(component)) grid.touch(slot)
      },
    })
  }

  begin(): void {
    this.arena.at = 0
    const { interest } = this
    interest.link()
    this.grid.drainTouched((cell) => interest.touched(cell))
    this.survey.look()
  }

  /** Makes room for one delta of that cell. Returns the local ids below which anybody stands or is known to stand. */
  private prepare(state: CellState): number {
    const places = Math.max(state.cell?.places ?? 0, state.sentPlaces)
    state.grow(places)
    let eventBytes = 0
    for (const event of state.events) eventBytes += 2 + event.packed.bytesMax
    const recordBytes = ENTER_BYTES_MAX + LEAVE_BYTES + UPDATE_BYTES_MAX + 2 * this.columns.fieldBytes
    this.arena.room(OUTER_BYTES + BLOCK_HEADER_BYTES + DELTA_HEAD_BYTES + places * recordBytes + eventBytes)
    return places
  }

  /** The near body: what changed in this tick; nothing at all when nothing did. */
  near(state: CellState): void {
    const { arena } = this
    state.deltaAt = arena.at
    if (!state.fresh && !state.isNearIdle) this.delta(state)
    state.deltaEnd = arena.at
    const span = 2 * state.index
    if (span >= this.spans.length) this.widenSpans(span)
    this.spans[span] = state.deltaAt
    this.spans[span + 1] = state.deltaEnd
  }

  private widenSpans(span: number): void {
    const wider = new Int32Array(span * 2)
    wider.set(this.spans)
    this.spans = wider
  }

  private delta(state: CellState): void {
    const { arena } = this
    const { isOld } = state
    if (!isOld && this.changes.compare(state, false) === 0 && state.events.length === 0) {
      state.memberChanges = 0
      return
    }
    const places = this.prepare(state)
    const start = arena.open(BLOCK_DELTA, state.index)
    const sequence = (state.sequence + 1) & 0xffff
    arena.put(2, sequence)
    this.membership(state, places)
    // Whoever has come has just been told of with all values.
    if (isOld) this.changes.compare(state, false)
    const groups = this.changes.near()
    this.events(state)
    if (this.end(state, start, groups)) state.sequence = sequence
  }

  /**
   * The outer body: comings, goings and events in each tick, as the near body has them, and changed values when the cell's
   * turn comes. After `near` of the same tick.
   */
  outer(state: CellState): void {
    const { arena } = this
    state.noticeAt = arena.at
    state.outerAt = arena.at
    state.outerEnd = arena.at
    const isWanted = state.outerCount > 0 || state.isComeNear
    state.isComeNear = false
    if (state.fresh || !isWanted) return
    const places = this.prepare(state)
    if (state.isLeftNear) this.notice(state)
    state.isLeftNear = false
    state.outerAt = arena.at
    const isTurn = this.interest.isOuterTurn(state, this.world.tick)
    const start = arena.open(BLOCK_OUTER_DELTA, state.index)
    const sequence = (state.outerSequence + 1) & 0xffff
    arena.put(2, sequence)
    if (state.isNearIdle) {
      this.membership(state, places)
      if (isTurn) this.changes.compare(state, true)
    } else if (state.memberChanges > 0) arena.again(state.membersAt, state.membersEnd)
    // The near body may have been taken back, and its place given to another.
    else this.nobody()
    const groups = isTurn ? this.changes.outer(state.cell) : this.changes.none()
    this.events(state)
    if (this.end(state, start, groups)) state.outerSequence = sequence
    state.outerEnd = arena.at
  }

  private membership(state: CellState, places: number): void {
    const { cell } = state
    state.membersAt = this.arena.at
    state.memberChanges = 0
    if (state.isOld) state.memberChanges = this.members.write(state, cell, places)
    else this.nobody()
    state.membersEnd = this.arena.at
    state.sentPlaces = cell?.places ?? 0
    state.isOld = false
  }

  /** Nobody left, entered or crossed. */
  private nobody(): void {
    for (let record = 0; record < 3; record += 1) this.arena.put(2, 0)
  }

  private events({ events }: CellState): void {
    const { arena } = this
    arena.put(2, events.length)
    for (const { opcode, packed, payload } of events) {
      arena.put(2, opcode.id)
      arena.at = packed.write(arena.view, arena.at, payload)
    }
  }

  /** Closes a delta, or takes it back when it says nothing. */
  private end(state: CellState, start: number, groups: number): boolean {
    if (state.memberChanges + groups + state.events.length === 0) {
      this.arena.at = start
      return false
    }
    this.arena.close(start)
    return true
  }

  /** Tells that the cell is watched as an outer one from here on. */
  private notice(state: CellState): void {
    const start = this.arena.open(BLOCK_OUTER, state.index)
    this.arena.put(2, state.outerSequence)
    this.arena.put(1, this.interest.ring.everyTicks)
    this.arena.close(start)
  }

  /** The full state as of this tick, written once however many new watchers there are. After the deltas. */
  full(state: CellState): void {
    const { arena, interest } = this
    const { tick } = this.world
    if (state.fullTick === tick) return
    const { cell } = state
    const places = cell?.places ?? 0
    state.grow(places)
    // Whoever was told of the cell may all have gone in this tick, in which it has a new watcher.
    const isNew = state.fresh || (state.isNearIdle && state.outerCount === 0)
    // Where others watch near already, this tick's delta has just brought what was sent up to date. Those who watch from
    // farther away get what is new here when their turn comes.
    if (!isNew && state.isNearIdle) this.changes.compare(state, true)
    // What was known of higher local ids when the cell was last watched would hide whoever comes back to them.
    state.sent.fill(0, places)
    arena.room(BLOCK_HEADER_BYTES + 12 + places * (ENTER_BYTES_MAX + this.columns.fieldBytes) + OUTER_BYTES)
    const start = arena.open(BLOCK_FULL, state.index)
    arena.put(2, state.zone)
    arena.put(2, state.instance)
    arena.put(2, state.cx)
    arena.put(2, state.cz)
    arena.put(2, state.sequence)
    arena.put(2, cell?.population ?? 0)
    this.members.everybody(state, cell, places, isNew)
    arena.close(start)
    state.sentPlaces = places
    state.isOld = false
    interest.shownNow(state)
    state.isNearIdle = state.nearCount === 0
    state.fullAt = start
    state.fullEnd = arena.at
    if (state.outerCount > 0) this.notice(state)
    state.noticeEnd = arena.at
    state.fullTick = tick
  }
}
