import { type Client, connect } from '../../src/client/index.js'
import type { Socket } from '../../src/client/socket.js'
import { SessionResult, SessionWelcome } from '../../src/net/opcodes.js'
import { decodeFrame, encode } from '../../src/protocol/codec.js'
import type { OpcodePayload, ToClient } from '../../src/protocol/opcode.js'
import { CELL_SIZE_M, components, protocol } from './tiny-game.js'

/** Part of a server message. */
export const part = <O extends ToClient>(opcode: O, payload: OpcodePayload<O>): readonly unknown[] => {
  const compiled = protocol.byId.get(opcode.id)
  if (compiled === undefined) throw new Error(`${opcode.name} is not in the tiny protocol`)
  return compiled.write(payload as Readonly<Record<string, unknown>>, [opcode.id])
}

/** A WebSocket whose far end is the test. Both directions are encoded bytes. */
export class FakeSocket implements Socket {
  static last: FakeSocket
  binaryType = 'blob'
  onopen: ((event: never) => void) | null = null
  onmessage: ((event: never) => void) | null = null
  onerror: ((event: never) => void) | null = null
  onclose: ((event: never) => void) | null = null
  /** Every frame that the client sent, oldest first. */
  readonly frames: (readonly unknown[])[] = []
  closedWith: number | undefined

  constructor(
    readonly url: string,
    readonly protocols?: string | string[],
  ) {
    FakeSocket.last = this
  }

  send(bytes: Uint8Array): void {
    const frame = decodeFrame(bytes)
    if (frame === undefined) throw new Error('the client sent what the gate cannot read')
    this.frames.push(frame)
  }

  close(code?: number): void {
    this.closedWith ??= code
  }

  private emit(handler: ((event: never) => void) | null, event: object): void {
    handler?.(event as never)
  }

  opens(): void {
    this.emit(this.onopen, {})
  }
  fails(message?: string): void {
    this.emit(this.onerror, message === undefined ? {} : { message })
  }
  closes(code: number, reason = ''): void {
    this.emit(this.onclose, { code, reason })
  }
  receives(data: unknown): void {
    this.emit(this.onmessage, { data })
  }

  /** One server message, as its own `ArrayBuffer`. */
  says(tick: number, ...parts: (readonly unknown[])[]): void {
    this.receives(new Uint8Array(encode([tick, ...parts])).buffer)
  }

  /** The messages sent so far, batches taken apart: `[id, seq, …fields]`. */
  get messages(): readonly (readonly unknown[])[] {
    return this.frames.flatMap((frame) => (Array.isArray(frame[0]) ? (frame as unknown[][]) : [frame]))
  }
  get lastSeq(): number {
    return Number(this.messages.at(-1)?.[1])
  }
}

const { code } = protocol.resultCodes
export const result = (seq: number, name: keyof typeof code) => part(SessionResult, { seq, code: code[name] })

/** A client whose hello was accepted in tick 1 with seq 1, at 20 ticks a second. Its clock stands still at 1 s. */
export async function openClient(): Promise<{ client: Client; socket: FakeSocket; clock: { ms: number } }> {
  const clock = { ms: 1_000 }
  const options = { url: 'ws://here/', token: 'guest:ada', protocol, components, cellSizeM: CELL_SIZE_M, WebSocket: FakeSocket }
  const connecting = connect({ ...options, nowMs: () => clock.ms })
  const socket = FakeSocket.last
  socket.opens()
  const about = { accountId: 'a', serverVersion: '1', protocolHash: 'h', tickHz: 20, resumeToken: '', lastSeq: 0 }
  socket.says(1, part(SessionWelcome, about), result(1, 'ok'))
  return { client: await connecting, socket, clock }
}
