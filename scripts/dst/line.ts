import type { MemoryClient } from '../../src/adapters/memory-transport.js'
import type { Dice } from '../fuzz/dice.js'

export interface LineFaults {
  /** In a hundred messages, each way. */
  lossPercent: number
  repeatPercent: number
  delayTicksMax: number
}

/** A repeated message comes up to so many ticks after the first. */
const REPEAT_TICKS_MAX = 20

interface Underway {
  readonly dueTick: number
  readonly bytes: Uint8Array
}

/** One way of a connection: what is neither lost nor repeated keeps its order. */
class Way {
  private waiting: Underway[] = []
  private lastDueTick = 0

  constructor(
    private readonly dice: Dice,
    private readonly faults: LineFaults,
  ) {}

  put(bytes: Uint8Array, tick: number): void {
    const { dice, faults } = this
    if (dice.chance(faults.lossPercent)) return
    this.lastDueTick = Math.max(this.lastDueTick, tick + dice.below(faults.delayTicksMax + 1))
    this.waiting.push({ dueTick: this.lastDueTick, bytes })
    if (dice.chance(faults.repeatPercent))
      this.waiting.push({ dueTick: this.lastDueTick + dice.below(REPEAT_TICKS_MAX + 1), bytes })
  }

  take(tick: number): readonly Uint8Array[] {
    const due = this.waiting.filter(({ dueTick }) => dueTick <= tick)
    if (due.length > 0) this.waiting = this.waiting.filter(({ dueTick }) => dueTick > tick)
    return due.map(({ bytes }) => bytes)
  }
}

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
    for (const bytes of this.far.received.splice(0)) this.toClient.put(bytes, tick)
    return this.toClient.take(tick)
  }
}
