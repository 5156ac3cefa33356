import { WebSocket } from 'ws'
import {
  CellFrame,
  SessionAck,
  SessionCharacters,
  SessionCreateCharacter,
  SessionEnter,
  SessionEntered,
  SessionHello,
} from '../../src/net/opcodes.js'
import { decodeMessage, encode } from '../../src/protocol/codec.js'

const ACK_TICKS = 20

/**
 * A client on a real socket that looks at each message's tick and at the tick that its cell frame follows, and at nothing else, so that
 * hundreds fit into one test.
 */
export class WireReader {
  /** Of the last message. */
  tick = 0
  /** Messages since it entered. */
  messages = 0
  /** Cell frames that do not follow the one before. */
  holes = 0
  /** The longest message, in bytes. */
  messageBytesMax = 0
  entity = 0
  closed: { readonly code: number; readonly reason: string } | undefined
  private cellTick = 0
  private ackedTick = 0
  private seq = 0
  private readonly ws: WebSocket

  constructor(
    port: number,
    readonly name: string,
  ) {
    this.ws = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false })
    this.ws.on('open', () => this.ask(SessionHello.id, `guest:${name}`, '', ''))
    this.ws.on('message', (data: Buffer) => this.read(data))
    this.ws.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() }
    })
    // An error is followed by a close.
    this.ws.on('error', () => undefined)
  }

  private ask(opcode: number, ...fields: readonly unknown[]): void {
    this.seq += 1
    this.ws.send(encode([opcode, this.seq, ...fields]))
  }

  private read(data: Buffer): void {
    const [tick, ...messages] = decodeMessage(data) as [number, ...(readonly unknown[])[]]
    this.tick = tick
    if (this.entity !== 0) this.messages += 1
    this.messageBytesMax = Math.max(this.messageBytesMax, data.length)
    for (const [opcode, ...fields] of messages) {
      if (opcode === CellFrame.id) this.cells(fields[0] as Uint8Array)
      else if (this.entity === 0) this.comeIn(opcode as number, fields)
    }
    if (this.entity !== 0 && tick - this.ackedTick >= ACK_TICKS) this.ack(tick)
  }

  private cells(bytes: Uint8Array): void {
    const followsTick = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
    if (followsTick !== this.cellTick) this.holes += 1
    this.cellTick = this.tick
  }

  private comeIn(opcode: number, fields: readonly unknown[]): void {
    if (opcode === SessionEntered.id) this.entity = fields[0] as number
    else if (opcode === SessionCharacters.id) this.ask(SessionEnter.id, (fields[0] as readonly (readonly number[])[])[0][0])
    else if (this.seq === 1) this.ask(SessionCreateCharacter.id, this.name, 1)
  }

  /** Says that it has read everything up to that tick, true or not. */
  ack(tick: number): void {
    this.ackedTick = tick
    this.ask(SessionAck.id, tick)
  }

  /** From now on the kernel keeps what is sent to it. */
  stopReading(): void {
    this.ws.pause()
  }

  end(): void {
    this.ws.terminate()
  }
}
