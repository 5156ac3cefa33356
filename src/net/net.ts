import type { Component } from '../ecs/component.js'
import type { Slot } from '../ecs/entities.js'
import { frameworkSystem } from '../ecs/system.js'
import type { Outlet, World } from '../ecs/world.js'
import { characterRow, gatherRows, type LevelOf } from '../persist/journal.js'
import type { CharacterRow } from '../ports/store.js'
import { type CellLayout, cellLayout } from '../protocol/cell-layout.js'
import { encode } from '../protocol/codec.js'
import type { AnyIntent, ToCell, ToClient, ToServer } from '../protocol/opcode.js'
import type { Protocol } from '../protocol/protocol.js'
import { type Grid, GridResource } from '../space/grid.js'
import { NamesResource } from '../space/names.js'
import { CellEncoder } from './cell-encoder.js'
import { CELL_EVENTS_MAX } from './cell-state.js'
import { ControlsResource } from './controls.js'
import type { EdgeRequest } from './edge-request.js'
import { Gate } from './gate.js'
import type { TickInbox } from './inbox.js'
import { Interest, Watch } from './interest.js'
import {
  type CloseReason,
  frameworkOpcodes,
  OWNER_VALUES_MAX,
  OwnerChanged,
  OwnerState,
  SessionClosed,
  SessionPing,
  SessionResult,
} from './opcodes.js'
import { Outbox } from './outbox.js'
import { OutcomesResource } from './outcomes.js'
import { type Presence, PresenceResource } from './presence.js'
import type { Session } from './session.js'
import { Sessions } from './sessions.js'

const sessionIntents = frameworkOpcodes.filter((o): o is Extract<typeof o, ToServer> => o.direction === 'toServer')

/** Takes the inbox in: sessions come, go and ask. */
export const sessions = frameworkSystem('sessions', sessionIntents)
/** The gate: frames in inbox order, then the minds' intents in emission order. */
export const intentDispatch = frameworkSystem('intentDispatch')
/** Which cells each session watches. */
export const interest = frameworkSystem('interest')
/** Cell bodies, owner messages, and one message a session. */
export const replication = frameworkSystem('replication')

export interface SpaceComponents {
  /** Has `x`, `y` and `z`, in metres. */
  readonly position: Component
  /** Has `zone` and `instance`. */
  readonly place: Component
}

export interface NetOptions {
  readonly protocol: Protocol
  readonly protocolHash: string
  readonly serverVersion: string
  readonly clientsMax: number
  readonly graceS: number
  readonly classMax: number
  /** Absent in games without places: nothing is replicated by cell. */
  readonly space: SpaceComponents | undefined
  /** Components of the entity that every known account gets, in games without characters. */
  readonly avatar: readonly Component[] | undefined
  readonly levelOf: LevelOf
  /** Measures the part of a tick that has passed, for pongs; 0 in replays. */
  readonly tickFraction: () => number
}

/** The world's side of the network: gate, sessions, interest, cell bodies, one message a session a tick. */
export class Net implements Outlet {
  readonly gate: Gate
  readonly sessionList: Sessions
  readonly outbox = new Outbox()
  readonly encoder: CellEncoder
  readonly layout: CellLayout
  /** What the edge is to do; taken by it after every tick. */
  requests: EdgeRequest[] = []
  /** What the store is to keep of this tick. */
  rows: readonly CharacterRow[] = []
  private inbox: TickInbox = { elapsedMs: 0, calendarMs: 0, entries: [] }
  private clockMs = 0
  private readonly grid: Grid
  private readonly presence: Presence
  private readonly interest: Interest
  private readonly watches = new Map<Session, Watch>()
  private readonly followed = new Map<Session, number>()
  private readonly ownerStateDue = new Set<Session>()
  private readonly closing: { session: Session; reason: CloseReason }[] = []
  private leavingRows: CharacterRow[] = []

  constructor(
    private readonly world: World,
    private readonly options: NetOptions,
  ) {
    this.grid = world.resource(GridResource)
    this.presence = world.resource(PresenceResource)
    const names = world.resource(NamesResource)
    const outcomes = world.resource(OutcomesResource)
    this.layout = cellLayout(world.components, this.grid.cellSizeM)
    this.interest = new Interest(this.grid)
    this.encoder = new CellEncoder(world, this.grid, this.layout, (slot) => names.get(slot), this.interest)
    const { code } = options.protocol.resultCodes
    this.gate = new Gate(options.protocol, {
      // A ping is answered in the tick that sees it: waiting for the next one would measure the tick, not the way.
      deliver: (intent) =>
        intent.name === SessionPing.name ? this.sessionList.pong(intent, options.tickFraction()) : world.runner.deliver(intent),
      refuse: (session, seq, result) => this.result(session, seq, result),
      repeat: (session, seq, result) => this.push(session, SessionResult, { seq, code: result }),
      refuseMind: (slot, opcode, result) => outcomes.note(slot, opcode.id, result),
      flood: (session) => this.close(session, 'flood'),
    })
    this.answerMind = (slot, opcode, result) => {
      if (result !== code.ok) outcomes.note(slot, opcode.id, result)
    }
    this.sessionList = new Sessions(
      world,
      options.protocol,
      this.presence,
      {
        protocolHash: options.protocolHash,
        serverVersion: options.serverVersion,
        clientsMax: options.clientsMax,
        graceS: options.graceS,
        classMax: options.classMax,
        cellSizeM: this.grid.cellSizeM,
        placeOf: (slot) => this.placeOf(slot),
        spawnAvatar: options.avatar === undefined ? undefined : () => world.commands.spawn(options.avatar ?? []),
      },
      {
        tell: (session, opcode, payload) => this.push(session, opcode, payload),
        result: (session, seq, result) => this.result(session, seq, result),
        close: (session, reason) => this.close(session, reason),
        bound: (session) => this.ownerStateDue.add(session),
        unbound: (session) => this.unbound(session),
        request: (request) => this.requests.push(request),
      },
    )
    this.presence.onLeft = (slot) => this.saveLeaving(slot)
    this.presence.onKick = (slot) => this.sessionList.kick(slot)
    world.outlet = this
    world.provide('sessions', () => this.runSessions())
    world.provide('intentDispatch', () => this.runDispatch())
    world.provide('interest', () => this.runInterest())
    world.provide('replication', () => this.runReplication())
    world.provide('journal', () => this.runJournal())
    world.listeners.push({
      joined: (slot) => this.joined(slot),
      leaving: (slot) => {
        this.grid.take(slot)
        names.delete(slot)
        outcomes.clear(slot)
      },
    })
  }

  private readonly answerMind: (slot: Slot, opcode: ToServer, code: number) => void

  /** What the tick that follows will take in. */
  feed(inbox: TickInbox): void {
    this.inbox = inbox
    this.clockMs += inbox.elapsedMs
  }

  private placeOf(slot: Slot) {
    const { space } = this.options
    if (space === undefined || !this.world.entities.has(slot, space.position)) return { zone: 0, instance: 0, x: 0, y: 0, z: 0 }
    const position = this.world.columns(space.position)
    const place = this.world.columns(space.place)
    return {
      zone: place.zone[slot],
      instance: place.instance[slot],
      x: position.x[slot],
      y: position.y[slot],
      z: position.z[slot],
    }
  }

  private joined(slot: Slot): void {
    const { space } = this.options
    if (space === undefined || !this.world.entities.has(slot, space.position)) return
    const at = this.placeOf(slot)
    this.grid.put(slot, at.zone, at.instance, at.x, at.z)
  }

  private runSessions(): void {
    const controls = this.world.resource(ControlsResource)
    for (const entry of this.inbox.entries) {
      if (entry.kind === 'control') controls.set(entry.name, entry.value)
      if (entry.kind !== 'frame' && entry.kind !== 'gone') this.sessionList.handleEntry(entry, this.clockMs)
    }
    for (const intent of this.world.runner.take('sessions')) this.sessionList.handleIntent(intent)
    this.sessionList.keepTime()
    if (this.options.avatar === undefined) return
    for (const { slot } of this.presence.departures) this.world.commands.despawn(slot)
    this.presence.departures.length = 0
  }

  private runDispatch(): void {
    for (const entry of this.inbox.entries) {
      // What was sent before the connection ended counts, a logout above all.
      if (entry.kind === 'gone') this.sessionList.handleEntry(entry, this.clockMs)
      if (entry.kind !== 'frame') continue
      const session = this.sessionList.roster.bySocket.get(entry.session)
      if (session !== undefined) this.gate.frame(session, entry.bytes, this.clockMs)
    }
    const minds = this.world.mindIntents
    this.world.mindIntents = []
    const { entities } = this.world
    for (const intent of minds)
      if (entities.alive[intent.slot] === 1) this.gate.mind(intent, entities.entityOf(intent.slot), this.world.nowMs)
  }

  private runInterest(): void {
    for (const session of this.sessionList.roster.bySlot.values()) {
      if (this.options.space === undefined) break
      // A delta tolerates no hole, so whoever cannot follow gets none, and all afresh when it can again.
      if (session.lag.judge(this.world.tick, this.world.tickHz)) {
        this.unwatch(session)
        continue
      }
      let watch = this.watches.get(session)
      if (watch === undefined) {
        watch = new Watch()
        this.watches.set(session, watch)
      }
      const { zone, instance, x, z } = this.placeOf(session.slot)
      this.interest.follow(watch, zone, instance, x, z)
    }
  }

  private runReplication(): void {
    const { tick } = this.world
    this.ownerMessages()
    this.encoder.begin()
    this.outbox.begin()
    this.interest.forEachWatched((state) => this.encoder.delta(state))
    for (const watch of this.watches.values()) for (const state of watch.fresh) this.encoder.full(state, tick)
    this.interest.forEachWatched((state) => {
      state.events.length = 0
    })
    for (const session of this.sessionList.roster.bySocket.values()) {
      const followsTick = this.followed.get(session) ?? 0
      // Nothing follows `session.closed`, however long the socket takes to go.
      const watch = session.closing ? undefined : this.watches.get(session)
      const hadCells = this.outbox.write(session.socket, tick, session.outgoing, watch, this.encoder, followsTick)
      if (hadCells) this.followed.set(session, tick)
      if (session.slot !== 0 && (hadCells || session.outgoing.length > 0)) session.lag.sent(tick)
      if (session.outgoing.length > 0) session.outgoing = []
    }
    for (const { session, reason } of this.closing) this.requests.push({ kind: 'close', session: session.socket, reason })
    this.closing.length = 0
  }

  /** Own columns: everything after entering, single values afterwards. */
  private ownerMessages(): void {
    const { marks } = this.world
    if (marks.overflow) for (const session of this.sessionList.roster.bySlot.values()) this.ownerStateDue.add(session)
    for (const change of marks.ownerChanges) {
      const session = this.sessionList.roster.bySlot.get(change.slot)
      if (session === undefined || this.ownerStateDue.has(session)) continue
      const { component, field, index } = change
      const value = this.ownerValue(change.slot, component, field, index)
      this.push(session, OwnerChanged, { component, field, index, value })
    }
    marks.drainOwnerChanges()
    for (const session of this.ownerStateDue) if (session.slot !== 0) this.pushOwnerState(session)
    this.ownerStateDue.clear()
  }

  private ownerValue(slot: Slot, component: number, field: number, index: number): number {
    const declared = this.world.components[component]
    const name = Object.keys(declared.fields)[field]
    const type = declared.fields[name]
    return this.world.columns(declared)[name][slot * (type.kind === 'each' ? type.length : 1) + index]
  }

  private pushOwnerState(session: Session): void {
    const values: { component: number; field: number; index: number; value: number }[] = []
    for (const { name, component, fields } of this.layout.owner) {
      const declared = this.world.components[component]
      if (declared.name !== name || !this.world.entities.has(session.slot, declared)) continue
      fields.forEach((fieldName, field) => {
        const type = declared.fields[fieldName]
        for (let index = 0; index < (type.kind === 'each' ? type.length : 1); index += 1) {
          const value = this.ownerValue(session.slot, component, field, index)
          if (value !== 0 && values.length < OWNER_VALUES_MAX) values.push({ component, field, index, value })
        }
      })
    }
    this.push(session, OwnerState, { values })
  }

  private runJournal(): void {
    this.rows = gatherRows(this.world, this.presence.characters, this.leavingRows, this.options.levelOf)
    this.leavingRows = []
  }

  private saveLeaving(slot: Slot): void {
    const character = this.presence.characters.get(slot)
    if (character !== undefined) this.leavingRows.push(characterRow(this.world, slot, character, this.options.levelOf))
  }

  private unbound(session: Session): void {
    this.unwatch(session)
    this.ownerStateDue.delete(session)
  }

  /** Its next cell frame, if there is one, is a first one again. */
  private unwatch(session: Session): void {
    const watch = this.watches.get(session)
    if (watch !== undefined) this.interest.leave(watch)
    this.watches.delete(session)
    this.followed.delete(session)
  }

  private push(session: Session, opcode: ToClient, payload: Readonly<Record<string, unknown>>): void {
    if (session.closing && opcode !== SessionClosed) return
    const compiled = this.options.protocol.byId.get(opcode.id)
    if (compiled !== undefined) session.outgoing.push(encode(compiled.write(payload, [opcode.id])))
  }

  private result(session: Session, seq: number, code: number): void {
    session.remember(seq, code)
    this.push(session, SessionResult, { seq, code })
  }

  private close(session: Session, reason: CloseReason): void {
    if (session.closing) return
    session.closing = true
    session.resumable = reason === 'stalled'
    this.push(session, SessionClosed, { reason, resumable: session.resumable ? 1 : 0 })
    this.closing.push({ session, reason })
  }

  tell(slot: Slot, opcode: ToClient, payload: Readonly<Record<string, unknown>>): void {
    const session = this.sessionList.roster.bySlot.get(slot)
    if (session !== undefined) this.push(session, opcode, payload)
  }

  show(slot: Slot, opcode: ToCell, payload: Readonly<Record<string, unknown>>): void {
    const cell = this.grid.cellOf(slot)
    if (cell === undefined) return
    const state = this.interest.watched(cell.zone, cell.instance, cell.cx, cell.cz)
    const packed = this.options.protocol.byId.get(opcode.id)?.packed
    if (state !== undefined && packed !== undefined && state.events.length < CELL_EVENTS_MAX)
      state.events.push({ opcode, packed, payload })
  }

  answer(intent: AnyIntent, code: number): void {
    if (intent.session === 0) {
      this.answerMind(intent.actor, intent.opcode, code)
      return
    }
    const session = this.sessionList.roster.find(intent.session)
    if (session !== undefined && intent.opcode.result) this.result(session, intent.seq, code)
  }
}
