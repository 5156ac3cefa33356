import type { MemoryClient, MemoryTransport } from '../../src/adapters/memory-transport.js'
import { decodeFrame, decodeMessage } from '../../src/protocol/codec.js'
import type { Protocol } from '../../src/protocol/protocol.js'
import { JSON_SUBPROTOCOL, SUBPROTOCOL } from '../../src/protocol/subprotocol.js'

/** The far end of a hostile session. It keeps count of what it asked and what it was answered. */
export class Peer {
  /** Own entity, 0 while it plays nobody. */
  entity = 0
  /** Own characters, as last listed. */
  characters: readonly number[] = []
  /** By which another connection can go on with this session. */
  resumeToken = ''
  /** The last seq it used, in honesty or not. */
  seq = 0
  /** How often each seq stood in a frame that can be read. */
  readonly asked = new Map<number, number>()
  /** How often each seq was answered, and by which code's name first. */
  readonly answered = new Map<number, { count: number; readonly code: string }>()
  /** Whether it speaks the JSON of debugging clients, in text frames. */
  readonly isText: boolean
  /** Set while it does not read what it gets. */
  mute = false

  private readonly far: MemoryClient

  constructor(
    transport: MemoryTransport,
    private readonly protocol: Protocol,
    subprotocol = SUBPROTOCOL,
  ) {
    this.far = transport.connect(undefined, subprotocol)
    this.isText = subprotocol === JSON_SUBPROTOCOL
  }

  get socket(): number {
    return this.far.socket
  }

  get isOpen(): boolean {
    return this.far.closed === null && !this.hungUp
  }
  private hungUp = false

  nextSeq(): number {
    this.seq += 1
    return this.seq
  }

  send(frame: Uint8Array | string): void {
    this.note(frame)
    this.far.send(frame)
  }

  close(): void {
    this.hungUp = true
    this.far.close()
  }

  stopReading(): void {
    this.mute = true
    this.far.pause()
  }

  private note(frame: Uint8Array | string): void {
    const value = typeof frame === 'string' ? valueOfJson(frame) : decodeFrame(frame)
    if (!Array.isArray(value)) return
    const messages = Array.isArray(value[0]) ? value : [value]
    for (const message of messages) {
      if (!Array.isArray(message)) continue
      const seq: unknown = message[1]
      if (typeof seq === 'number') this.asked.set(seq, (this.asked.get(seq) ?? 0) + 1)
    }
  }

  read(): void {
    for (const bytes of this.far.received.splice(0)) {
      for (const message of decodeMessage(bytes).slice(1)) this.take(message as readonly unknown[])
    }
    for (const text of this.far.receivedTexts.splice(0)) {
      for (const message of (JSON.parse(text) as readonly unknown[]).slice(1)) this.take(message as readonly unknown[])
    }
  }

  private take(message: readonly unknown[]): void {
    const name = this.protocol.byId.get(message[0] as number)?.opcode.name
    if (name === 'session.result') {
      const [, seq, code] = message as readonly number[]
      const known = this.answered.get(seq)
      if (known !== undefined) known.count += 1
      else this.answered.set(seq, { count: 1, code: this.protocol.resultCodes.list[code].name })
    } else if (name === 'session.welcome') {
      this.resumeToken = message[5] as string
      // A resumed session goes on counting where it was.
      this.seq = Math.max(this.seq, message[6] as number)
    } else if (name === 'session.entered') this.entity = message[1] as number
    else if (name === 'session.characters') this.characters = (message[1] as number[][]).map(([characterId]) => characterId)
  }
}

function valueOfJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
