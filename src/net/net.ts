import type { Component } from '../ecs/component.js'
import type { Slot } from '../ecs/entities.js'
import { frameworkSystem } from '../ecs/system.js'
import type { Outlet, World } from '../ecs/world.js'
import { Journal, type LevelOf } from '../persist/journal.js'
import { type CellLayout, cellLayout } from '../protocol/cell-layout.js'
import { encode } from '../protocol/codec.js'
import type { AnyIntent, ToCell, ToClient, ToServer } from '../protocol/opcode.js'
import type { Protocol } from '../protocol/protocol.js'
import { type Grid, GridResource } from '../space/grid.js'
import { NamesResource } from '../space/names.js'
import { type Controls, ControlsResource } from './controls.js'
import { DurableResults } from './durable-results.js'
import type { EdgeRequest } from './edge-request.js'
import { Gate } from './gate.js'
import type { ControlName, TickInbox } from './inbox.js'
import type { OuterRing } from './interest.js'
import { type CloseReason, frameworkOpcodes, SessionClosed, SessionPing, SessionResult } from './opcodes.js'
import type { Outbox } from './outbox.js'
import { OutcomesResource } from './outcomes.js'
import { OwnerMessages } from './owner-messages.js'
import { type Presence, PresenceResource } from './presence.js'
import { Replicator } from './replicator.js'
import type { Session } from './session.js'
import { Sessions } from './sessions.js'
import { restoreResources, takeBots } from './taking-up.js'

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
  readonly outerRing: OuterRing
  /** Measures the part of a tick that has passed, for pongs; 0 in replays. */
  readonly tickFraction: () => number
}

/** The world's side of the network: gate, sessions, interest, cell bodies, one message a session a tick. */
export class Net implements Outlet {
  readonly gate: Gate
  readonly sessionList: Sessions
  readonly layout: CellLayout
  readonly replicator: Replicator
  /** What the edge is to do; taken by it after every tick. */
  requests: EdgeRequest[] = []
  /** What the store does not have yet. */
  readonly journal: Journal
  readonly durables = new DurableResults()
  private inbox: TickInbox = { elapsedMs: 0, calendarMs: 0, entries: [] }
  private clockMs = 0
  private readonly grid: Grid
  private readonly presence: Presence
  private readonly owners: OwnerMessages
  private readonly closing: { session: Session; reason: CloseReason }[] = []

  constructor(
    private readonly world: World,
    private readonly options: NetOptions,
  ) {
    this.grid = world.resource(GridResource)
    this.presence = world.resource(PresenceResource)
    const { code } = options.protocol.resultCodes
    this.journal = new Journal(world, this.presence, options.levelOf, code.ok)
    const names = world.resource(NamesResource)
    const outcomes = world.resource(OutcomesResource)
    this.layout = cellLayout(world.components, this.grid.cellSizeM)
    this.replicator = new Replicator(world, this.grid, this.layout, (slot) => names.get(slot), options.outerRing)
    this.owners = new OwnerMessages(world, this.layout, (session, opcode, payload) => this.push(session, opcode, payload))
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
        bound: (session) => this.bound(session),
        unbound: (session) => this.unbound(session),
        changed: (session) => this.journal.sessions.mark(session),
        request: (request) => this.requests.push(request),
      },
    )
    this.sessionList.roster.onEnd = (session) => this.over(session)
    this.listenToPresence()
    world.outlet = this
    world.provide('sessions', () => this.runSessions())
    world.provide('intentDispatch', () => this.runDispatch())
    world.provide('interest', () => this.runInterest())
    world.provide('replication', () => this.runReplication())
    world.provide('journal', () => this.journal.markLazy())
    world.listeners.push({
      joined: (slot) => this.joined(slot),
      leaving: (slot) => {
        this.grid.take(slot)
        names.delete(slot)
        outcomes.clear(slot)
      },
    })
  }

  private listenToPresence(): void {
    const { onEnter } = this.presence
    this.presence.onEnter = (arrival, slot) => {
      this.journal.entered(slot)
      onEnter(arrival, slot)
    }
    this.presence.onLeft = (slot, character) => this.journal.leaving(slot, character)
    this.presence.onBot = (slot, bot, what) => {
      if (what === 'created') this.journal.botCreated(slot, bot)
      else if (what === 'loaded') this.journal.botLoaded(slot)
      else this.journal.botRemoved(bot.characterId)
    }
    this.presence.onKick = (slot) => this.sessionList.kick(slot)
  }

  private readonly answerMind: (slot: Slot, opcode: ToServer, code: number) => void

  get outbox(): Outbox {
    return this.replicator.outbox
  }

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
      if (entry.kind === 'control') this.control(controls, entry.name, entry.value)
      if (entry.kind === 'resources') restoreResources(this.world, entry.saved)
      else if (entry.kind === 'bots') {
        takeBots(this.presence, entry.bots)
        controls.set('botsToCome', entry.left)
      } else if (entry.kind !== 'frame' && entry.kind !== 'gone') this.sessionList.handleEntry(entry, this.clockMs)
    }
    for (const intent of this.world.runner.take('sessions')) this.sessionList.handleIntent(intent)
    this.sessionList.keepTime()
    if (this.options.avatar === undefined) return
    for (const { slot } of this.presence.departures) this.world.commands.despawn(slot)
    this.presence.departures.length = 0
  }

  private control(controls: Controls, name: ControlName, value: number): void {
    controls.set(name, value)
    if (name === 'storeLag') this.gate.storeBehind = value > 0
    if (name === 'storedTick') this.durables.release(value, (session, seq) => this.released(session, seq))
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
    if (this.options.space !== undefined) this.replicator.follow(this.sessionList.roster, (slot) => this.placeOf(slot))
  }

  private runReplication(): void {
    const { roster } = this.sessionList
    this.owners.send(roster.bySlot)
    this.replicator.send(roster)
    for (const { session, reason } of this.closing) this.requests.push({ kind: 'close', session: session.socket, reason })
    this.closing.length = 0
  }

  /** Nobody can come back to an avatar; whoever plays a character can, also after the process was killed. */
  private bound(session: Session): void {
    this.owners.stateDue.add(session)
    if (this.options.avatar === undefined) this.journal.sessions.begin(session)
  }

  private unbound(session: Session): void {
    this.replicator.unwatch(session)
    this.owners.stateDue.delete(session)
  }

  private push(session: Session, opcode: ToClient, payload: Readonly<Record<string, unknown>>): void {
    if (session.closing && opcode !== SessionClosed) return
    const compiled = this.options.protocol.byId.get(opcode.id)
    if (compiled !== undefined) session.outgoing.push(encode(compiled.write(payload, [opcode.id])))
  }

  private result(session: Session, seq: number, code: number): void {
    this.journal.sessions.mark(session)
    this.tellResult(session, seq, code)
  }

  private tellResult(session: Session, seq: number, code: number): void {
    session.remember(seq, code)
    this.push(session, SessionResult, { seq, code })
  }

  /** The store has what this request did, and its answer. */
  private released(session: Session, seq: number): void {
    const { ok } = this.options.protocol.resultCodes.code
    if (this.sessionList.roster.find(session.id) === session) this.tellResult(session, seq, ok)
  }

  /** Nobody can come back to it: neither by what the store has of it nor by its token. */
  private over(session: Session): void {
    this.journal.sessions.end(session)
    this.requests.push({ kind: 'ended', id: session.id })
  }

  private close(session: Session, reason: CloseReason): void {
    if (session.closing) return
    session.closing = true
    session.resumable = reason === 'stalled'
    if (!session.resumable) this.over(session)
    this.push(session, SessionClosed, { reason, resumable: session.resumable ? 1 : 0 })
    this.closing.push({ session, reason })
  }

  tell(slot: Slot, opcode: ToClient, payload: Readonly<Record<string, unknown>>): void {
    const session = this.sessionList.roster.bySlot.get(slot)
    if (session !== undefined) this.push(session, opcode, payload)
  }

  show(slot: Slot, opcode: ToCell, payload: Readonly<Record<string, unknown>>): void {
    const packed = this.options.protocol.byId.get(opcode.id)?.packed
    if (packed !== undefined) this.replicator.show(slot, opcode, packed, payload)
  }

  answer(intent: AnyIntent, code: number): void {
    if (intent.session === 0) {
      this.answerMind(intent.actor, intent.opcode, code)
      return
    }
    const session = this.sessionList.roster.find(intent.session)
    if (session === undefined || !intent.opcode.result) return
    const isPromise = intent.opcode.durable && code === this.options.protocol.resultCodes.code.ok
    if (!isPromise) return this.result(session, intent.seq, code)
    this.durables.hold(session, intent.seq, this.world.tick)
    this.journal.sessions.mark(session)
  }
}
