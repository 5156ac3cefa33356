import { MyriadError } from '../errors.js'
import { CellFrame } from '../net/opcodes.js'
import { decodeMessage } from '../protocol/codec.js'
import type { OpcodePayload, ToCell, ToClient } from '../protocol/opcode.js'
import type { Compiled, Protocol } from '../protocol/protocol.js'
import type { CellDecoder } from './cell-decoder.js'
import type { EntityView } from './entity-view.js'
import { Listeners } from './listeners.js'
import type { Statistics } from './statistics.js'

/** Applies the server's messages in their order and tells who listens. */
export class Inbound {
  /** The tick of the last message. */
  tick = 0
  readonly entered = new Listeners<[EntityView]>()
  readonly left = new Listeners<[EntityView]>()
  private readonly listeners = new Map<number, Listeners<[never, number]>>()
  private lastCellTick = 0
  private frameHoles = 0

  constructor(
    private readonly protocol: Protocol,
    private readonly decoder: CellDecoder,
    private readonly statistics: Statistics,
  ) {}

  on<O extends ToClient | ToCell>(opcode: O, listener: (payload: OpcodePayload<O>, tick: number) => void): () => void {
    if (!this.protocol.byId.has(opcode.id))
      throw new MyriadError('BAD_DECLARATION', `${opcode.name} is not in the protocol that connect was given; list it there`)
    let listeners = this.listeners.get(opcode.id)
    if (listeners === undefined) {
      listeners = new Listeners()
      this.listeners.set(opcode.id, listeners)
    }
    return listeners.add(listener as (payload: never, tick: number) => void)
  }

  /** A new character, and with it new cells. */
  startOver(cellSizeM: number): void {
    this.lastCellTick = 0
    // The message has the side as f32: the own, exact number stays where it is the same.
    if (Math.fround(this.decoder.cellSizeM) !== cellSizeM) this.decoder.cellSizeM = cellSizeM
    for (const view of this.decoder.clear()) this.left.call(view)
  }

  /** Throws when the bytes are no message of a server. */
  apply(bytes: Uint8Array): void {
    this.statistics.framesReceived += 1
    this.statistics.bytesReceived += bytes.length
    const message: unknown = decodeMessage(bytes)
    if (!Array.isArray(message) || typeof message[0] !== 'number') throw new RangeError('a server message starts with its tick')
    this.tick = message[0]
    for (let i = 1; i < message.length; i += 1) {
      const values: unknown = message[i]
      if (!Array.isArray(values)) throw new RangeError(`part ${i} of the message of tick ${this.tick} is no array`)
      this.part(values)
    }
  }

  private part(values: readonly unknown[]): void {
    const compiled = this.protocol.byId.get(Number(values[0]))
    const payload = compiled?.opcode.direction === 'toClient' ? compiled.readLenient(values, 1) : undefined
    if (compiled === undefined || payload === undefined) this.statistics.skipped += 1
    else if (compiled.opcode.id === CellFrame.id) this.cellFrame(compiled, payload)
    else this.tell(compiled, payload)
  }

  private tell({ opcode }: Compiled, payload: Readonly<Record<string, unknown>>): void {
    this.listeners.get(opcode.id)?.call(payload as never, this.tick)
  }

  /** The whole frame is applied before anybody is told: first who left and entered, then what happened. */
  private cellFrame(compiled: Compiled, payload: Readonly<Record<string, unknown>>): void {
    const { followsTick, entered, left, events } = this.decoder.apply(payload.bytes as Uint8Array)
    if (followsTick !== 0 && followsTick !== this.lastCellTick) this.frameHoles += 1
    this.statistics.holes = this.frameHoles + this.decoder.gaps
    this.lastCellTick = this.tick
    this.statistics.strays = this.decoder.strays
    for (const view of left) this.left.call(view)
    for (const view of entered) this.entered.call(view)
    for (const event of events) this.tell(event.compiled, event.payload)
    this.tell(compiled, payload)
  }
}
