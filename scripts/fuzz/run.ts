import type { Entity } from '../../src/ecs/entities.js'
import { Actor, type Surroundings } from './actor.js'
import { ControlGroup } from './control.js'
import { Dice } from './dice.js'
import { must } from './failure.js'
import type { Peer } from './peer.js'
import { Racer } from './racer.js'
import { Stage } from './stage.js'
import type { Aims } from './values.js'
import { Watch } from './watch.js'

export interface FuzzOptions {
  readonly seed: number
  /** Frames to send; the run goes on for a while after the last, so that everything is answered. */
  readonly frames: number
  /** In-world bots beside the hostile clients and the control group. */
  readonly bots?: number
  /** Ticks between two thorough checks; the quick ones are made after every tick. */
  readonly thoroughEveryTicks?: number
  /** Called now and then. */
  readonly onProgress?: (frames: number, stage: Stage) => void
  /** Called once before the first hostile frame: a test plants a defect here. */
  readonly sabotage?: (stage: Stage) => void
}

/** One frame that was sent. */
export interface SentFrame {
  /** Counted from 1. */
  readonly number: number
  readonly tick: number
  readonly session: number
  readonly way: string
  /** Of a text frame, its UTF-8. */
  readonly bytes: Uint8Array
}

export interface FuzzReport {
  readonly frames: number
  readonly ticks: number
  readonly sessions: number
  readonly results: number
  /** Frames by way, of all goals together. */
  readonly ways: ReadonlyMap<string, number>
  /** Pairs of session state and request of which an honest frame was sent. */
  readonly toured: number
  /** Requests that reached their systems, by name. */
  readonly accepted: ReadonlyMap<string, number>
  /** Refusals by code. */
  readonly refused: ReadonlyMap<string, number>
  /** Sockets that the server closed, by reason. */
  readonly closed: ReadonlyMap<string, number>
  readonly tickMs: { readonly p50: number; readonly p99: number; readonly max: number }
  readonly heapBytes: { readonly early: number; readonly end: number }
  /** Of the world at the end: two runs of one seed agree in it. */
  readonly stateHash: string
}

/** What went wrong, and the frames since everything was last known to be right. */
export class FuzzStopped extends Error {
  override readonly name = 'FuzzStopped'
  constructor(
    override readonly cause: unknown,
    readonly tick: number,
    readonly suspects: readonly SentFrame[],
    readonly framesSent: number,
  ) {
    super(cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause))
  }
}

export const BOTS_DEFAULT = 30
const ACTORS = 24
const RACERS = 3
const AIMS_EVERY_TICKS = 10
const THOROUGH_EVERY_TICKS = 20
const SETTLE_TICKS = 30
/** So many frames that cannot be right must have raised a counter of refusals. */
const HOSTILE_COUNTED_MIN = 40
/** Sockets left open by clients that are done; the oldest is closed when there is one more. */
const ABANDONED_MAX = 12
const STALE_HANDLES_MAX = 64
/** The heap is compared with what it was when this part of the frames had been sent. */
const EARLY_PART = 0.2
/** What the heap may gain between then and the end, in bytes; the warm-up of the engine is part of it. */
export const HEAP_GROWTH_BYTES_MAX = 24 * 1024 * 1024

/** Sends hostile frames into a world and checks it. Throws `FuzzStopped` when something does not hold. */
export async function runFuzz(options: FuzzOptions): Promise<FuzzReport> {
  return await new Run(options).all()
}

class Run {
  private readonly stage: Stage
  private readonly control: ControlGroup
  private readonly actors: Actor[]
  private readonly racers: Racer[]
  private readonly watch: Watch
  private readonly dice: Dice
  private readonly abandoned: Peer[] = []
  private readonly peers = new Set<Peer>()
  private readonly ways = new Map<string, number>()
  private readonly tours = new Set<string>()
  private readonly staleHandles: Entity[] = []
  private suspects: SentFrame[] = []
  private aimed: Aims | undefined
  private sent = 0
  private sessions = 0
  private hostileSinceCheck = 0
  private earlyHeap = 0

  constructor(private readonly options: FuzzOptions) {
    const { seed, bots = BOTS_DEFAULT } = options
    this.stage = new Stage({ seed, bots })
    this.dice = new Dice(seed, 1)
    this.control = new ControlGroup(this.stage, new Dice(seed, 2))
    this.watch = new Watch(this.stage)
    const surroundings: Surroundings = {
      stage: this.stage,
      protocol: this.stage.host.simulation.game.protocol,
      send: (peer, frame, way) => this.send(peer, frame, way),
      aims: () => this.aims(),
      placed: (slot) => this.watch.placed(slot),
      toured: (goal, opcode) => this.tours.add(`${goal} ${opcode}`),
      abandon: (peer) => this.abandon(peer),
    }
    this.actors = Array.from({ length: ACTORS }, (_, i) => new Actor(surroundings, new Dice(seed, 100 + i), i, ACTORS))
    this.racers = Array.from({ length: RACERS }, (_, i) => new Racer(surroundings, new Dice(seed, 200 + i), `racer${i}`))
  }

  async all(): Promise<FuzzReport> {
    const { frames } = this.options
    await this.stage.open()
    await this.control.enter()
    this.options.sabotage?.(this.stage)
    while (this.sent < frames) {
      await this.tick()
      if (this.earlyHeap === 0 && this.sent >= frames * EARLY_PART) this.earlyHeap = heapBytes()
      if (this.stage.tick % 200 === 0) this.options.onProgress?.(this.sent, this.stage)
    }
    for (let tick = 0; tick < SETTLE_TICKS; tick += 1) await this.tick()
    this.guarded(() => this.checkHeap())
    return this.report()
  }

  private guarded(check: () => void): void {
    try {
      check()
    } catch (cause) {
      throw new FuzzStopped(cause, this.stage.tick, this.suspects, this.sent)
    }
  }

  private async tick(): Promise<void> {
    const { stage, control, actors, racers } = this
    control.act(stage.tick + 1)
    for (const actor of actors) {
      actor.tick()
      if (actor.peer !== undefined) this.meet(actor.peer)
    }
    for (const racer of racers) {
      racer.tick()
      for (const peer of racer.connected) this.meet(peer)
    }
    try {
      await stage.step()
    } catch (cause) {
      throw new FuzzStopped(cause, stage.tick, this.suspects, this.sent)
    }
    const isThorough = stage.tick % (this.options.thoroughEveryTicks ?? THOROUGH_EVERY_TICKS) === 0
    this.guarded(() => this.check(isThorough))
    if (isThorough) this.suspects = []
  }

  private check(isThorough: boolean): void {
    for (const peer of this.peers) if (!peer.mute) peer.read()
    this.control.check(isThorough)
    this.watch.check(this.peers, isThorough)
    for (const peer of this.peers) if (!peer.isOpen) this.peers.delete(peer)
    // A few may have gone to sockets that were closed before they were read.
    if (this.hostileSinceCheck < HOSTILE_COUNTED_MIN) return
    this.watch.checkRefusals()
    this.hostileSinceCheck = 0
  }

  private meet(peer: Peer): void {
    if (this.peers.has(peer) || !peer.isOpen) return
    this.peers.add(peer)
    this.sessions += 1
  }

  private send(peer: Peer, frame: Uint8Array | string, way: string): boolean {
    if (this.sent >= this.options.frames) return false
    this.sent += 1
    const bytes = new Uint8Array(typeof frame === 'string' ? Buffer.from(frame) : frame)
    const kind = way.slice(way.indexOf('.') + 1)
    this.ways.set(kind, (this.ways.get(kind) ?? 0) + 1)
    if (kind === 'randomBytes' || kind === 'lying' || kind === 'foreign') this.hostileSinceCheck += 1
    this.suspects.push({ number: this.sent, tick: this.stage.tick + 1, session: peer.socket, way, bytes })
    peer.send(typeof frame === 'string' ? frame : new Uint8Array(bytes))
    return true
  }

  private abandon(peer: Peer): void {
    this.abandoned.push(peer)
    if (this.abandoned.length > ABANDONED_MAX) this.abandoned.shift()?.close()
  }

  /** Whom to aim at: some who live, the control group, some who are gone, and some who never were. */
  private aims(): Aims {
    const { stage, dice, staleHandles } = this
    if (this.aimed !== undefined && stage.tick % AIMS_EVERY_TICKS !== 0) return this.aimed
    const living = stage.living()
    const some = Array.from({ length: 12 }, () => dice.pick(living))
    staleHandles.push(...some)
    staleHandles.splice(0, Math.max(0, staleHandles.length - STALE_HANDLES_MAX))
    const actors = this.actors.flatMap(({ peer }) => (peer === undefined || peer.entity === 0 ? [] : [peer.entity]))
    const forged = [0, 0xffffffff, dice.u32(), (dice.pick(living) + (1 << 20)) >>> 0, dice.pick(living) & 0xfffff, 0x1fffff]
    this.aimed = {
      entities: [...some, ...actors, ...this.control.entities, ...staleHandles.slice(0, 16), ...forged],
      characters: [1, 2, 3, dice.below(400), 1_000_000_000 + dice.below(40), 0, 0xffffffff],
      x: dice.pick([1000, 1000, 0, 1999.99, 2000, -1]),
      z: dice.pick([1000, 1000, 0, 1999.99, 2000, -1]),
      token: '',
      name: '',
    }
    return this.aimed
  }

  private checkHeap(): void {
    const now = heapBytes()
    if (this.earlyHeap === 0 || now === 0) return
    const grown = now - this.earlyHeap
    must(
      grown <= HEAP_GROWTH_BYTES_MAX,
      () => `the heap grew by ${grown} bytes, over ${HEAP_GROWTH_BYTES_MAX}, from ${this.earlyHeap}`,
    )
  }

  private report(): FuzzReport {
    const { stage } = this
    const { refused, malformedFrames } = stage.host.simulation.net.gate.counters
    const byCode = new Map<string, number>([['malformedFrames', malformedFrames]])
    for (const [key, count] of refused) {
      const code = key.slice(key.indexOf('|') + 1)
      byCode.set(code, (byCode.get(code) ?? 0) + count)
    }
    const sorted = [...stage.durationsMs].sort((a, b) => a - b)
    const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
    return {
      frames: this.sent,
      ticks: stage.tick,
      sessions: this.sessions,
      results: this.watch.resultsSeen,
      ways: this.ways,
      toured: this.tours.size,
      accepted: this.watch.acceptedByName,
      refused: byCode,
      closed: stage.host.closed,
      tickMs: { p50: at(0.5), p99: at(0.99), max: at(1) },
      heapBytes: { early: this.earlyHeap, end: heapBytes() },
      stateHash: stage.world.stateHash(),
    }
  }
}

/** Live bytes after a collection; 0 where the process was started without --expose-gc. */
function heapBytes(): number {
  const { gc } = globalThis
  if (gc === undefined) return 0
  gc()
  return process.memoryUsage().heapUsed + process.memoryUsage().external
}
