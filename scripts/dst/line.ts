import type { MemoryClient } from '../../src/adapters/memory-transport.js'
import { CellFrame, OwnerChanged, OwnerState, WorldClock } from '../../src/net/opcodes.js'
import type { Dice } from '../fuzz/dice.js'

export interface LineFaults {
  /** In a hundred messages, each way. */
  lossPercent: number
  repeatPercent: number
  /** What is so late that others overtake it. */
  reorderPercent: number
  delayTicksMax: number
}

/** A repeated message comes up to so many ticks after the first; one that others overtake, up to so many too late. */
const REPEAT_TICKS_MAX = 20
const LATE_TICKS_MAX = 6
/** Nothing is due. */
const NOTHING: readonly Uint8Array[] = Object.freeze([])

interface Underway {
  readonly dueTick: number
  readonly bytes: Uint8Array
}

/** One way of a connection: what is neither lost, repeated nor late keeps its order. */
class Way {
  private waiting: Underway[] = []
  private lastDueTick = 0
  private nextTick = Number.POSITIVE_INFINITY

  constructor(
    private readonly dice: Dice,
    private readonly faults: LineFaults,
  ) {}

  put(bytes: Uint8Array, tick: number): void {
    const { dice, faults } = this
    if (dice.chance(faults.lossPercent)) return
    this.lastDueTick = Math.max(this.lastDueTick, tick + dice.below(faults.delayTicksMax + 1))
    const late = dice.chance(faults.reorderPercent) ? dice.between(1, LATE_TICKS_MAX) : 0
    this.add(this.lastDueTick + late, bytes)
    if (dice.chance(faults.repeatPercent)) this.add(this.lastDueTick + dice.below(REPEAT_TICKS_MAX + 1), bytes)
  }

  private add(dueTick: number, bytes: Uint8Array): void {
    this.waiting.push({ dueTick, bytes })
    this.nextTick = Math.min(this.nextTick, dueTick)
  }

  take(tick: number): readonly Uint8Array[] {
    if (tick < this.nextTick) return NOTHING
    const due = this.waiting.filter(({ dueTick }) => dueTick <= tick)
    this.waiting = this.waiting.filter(({ dueTick }) => dueTick > tick)
    this.nextTick = this.waiting.reduce((least, { dueTick }) => Math.min(least, dueTick), Number.POSITIVE_INFINITY)
    // What was late comes after what has overtaken it.
    return due.sort((a, b) => a.dueTick - b.dueTick).map(({ bytes }) => bytes)
  }
}

/** Of these a player reads nothing, and they are most of what comes: they need not be brought to it. */
const unread = new Set([CellFrame.id, OwnerChanged.id, OwnerState.id, WorldClock.id])
/** Whether all that a server's message `[tick, [opcode, …]]` holds is one of those. */
const isUnread = (bytes: Uint8Array): boolean =>
  bytes[0] === 0xdc && bytes[1] === 0 && bytes[2] === 2 && bytes[9] === 0xcd && unread.has((bytes[10] << 8) | bytes[11])

/** A client's connection over a network that loses, repeats and delays, so that what several clients send changes its order. */
export class Line {
  private readonly toServer: Way
  private readonly toClient: Way

  constructor(
    private readonly far: MemoryClient,
    dice: Dice,
    faults: LineFaults,
  ) {
    this.toServer = new Way(dice, faults)
    this.toClient = new Way(dice, faults)
  }

  get socket(): number {
    return this.far.socket
  }

  get isClosed(): boolean {
    return this.far.closed !== null
  }

  send(bytes: Uint8Array, tick: number): void {
    this.toServer.put(bytes, tick)
  }

  close(): void {
    this.far.close()
  }

  /** Brings what is due to the server. */
  deliver(tick: number): void {
    for (const bytes of this.toServer.take(tick)) this.far.send(bytes)
  }

  /** What is due to the client by now. */
  receive(tick: number): readonly Uint8Array[] {
    const { received } = this.far
    for (const bytes of received) if (!isUnread(bytes)) this.toClient.put(bytes, tick)
    received.length = 0
    return this.toClient.take(tick)
  }
}
