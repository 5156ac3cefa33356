import type { MemoryClient, MemoryTransport } from '../adapters/memory-transport.js'
import { assert } from '../assert.js'
import { SessionAck, SessionHello } from '../net/opcodes.js'
import { decodeMessage, encode } from '../protocol/codec.js'
import type { OpcodePayload, ToClient, ToServer } from '../protocol/opcode.js'
import type { Protocol } from '../protocol/protocol.js'

/** Messages a test client keeps; at the limit the test is told to take them. */
export const KEPT_MAX = 65_536

/** One private message, or the `cell.frame` of a tick with its bytes. */
export interface Received {
  readonly name: string
  readonly payload: Readonly<Record<string, unknown>>
  readonly tick: number
}

/** A client of a test server: real bytes both ways, over a transport in memory. */
export class TestClient {
  /** Result code names by seq, of every `session.result` so far. */
  readonly results = new Map<number, string>()
  /** How many results came for each seq: exactly one is right. */
  readonly resultCounts = new Map<number, number>()
  /** Everything received but results, oldest first. */
  readonly received: Received[] = []
  /** Set to false to play a client that has stopped reading. */
  acks = true
  /** By which another connection can go on with this session; empty before the welcome. */
  resumeToken = ''
  private lastSeq = 0
  private ackedTick = 0
  private welcomed = false
  private readonly far: MemoryClient

  constructor(
    transport: MemoryTransport,
    private readonly protocol: Protocol,
    private readonly tickHz: number,
    address?: string,
  ) {
    this.far = transport.connect(address)
  }

  get socket(): number {
    return this.far.socket
  }

  /** `null` while the socket is open. */
  get closed(): { readonly code: number; readonly reason: string } | null {
    return this.far.closed
  }

  /** Says hello with that token; returns the seq. */
  hello(token: string, protocolHash = ''): number {
    return this.request(SessionHello, { token, resume: '', protocolHash })
  }

  /** Sends one request and returns its seq; its result is in `results` some steps later. */
  request<O extends ToServer>(opcode: O, payload: OpcodePayload<O>): number {
    const message = this.message(opcode, payload)
    this.sendValue(message)
    return this.lastSeq
  }

  /** The next message of that opcode as an array, for batches; it uses up a seq. */
  message<O extends ToServer>(opcode: O, payload: OpcodePayload<O>): unknown[] {
    const compiled = this.protocol.byId.get(opcode.id)
    assert(compiled !== undefined, `${opcode.name} is not in the protocol of this world; add it to defineProtocol`)
    this.lastSeq += 1
    return compiled.write(payload as Readonly<Record<string, unknown>>, [opcode.id, this.lastSeq])
  }

  /** Any value as msgpack, well formed or not. */
  sendValue(value: unknown): void {
    this.sendRaw(encode(value))
  }

  sendRaw(bytes: Uint8Array): void {
    this.far.send(bytes)
  }

  close(code?: number): void {
    this.far.close(code)
  }

  /** Stops reading, so that what the server sends is buffered. */
  pause(): void {
    this.far.pause()
  }

  resume(): void {
    this.far.resume()
  }

  /** Takes the oldest message of that opcode out of `received`; undefined when there is none. */
  take<O extends ToClient>(opcode: O): OpcodePayload<O> | undefined
  take(opcode: string): Readonly<Record<string, unknown>> | undefined
  take(opcode: ToClient | string): unknown {
    const name = typeof opcode === 'string' ? opcode : opcode.name
    const index = this.received.findIndex((message) => message.name === name)
    return index < 0 ? undefined : this.received.splice(index, 1)[0].payload
  }

  /** Reads what has come, and acknowledges it once a second. The server's `step` calls it. */
  read(): void {
    for (const bytes of this.far.received.splice(0)) this.frame(decodeMessage(bytes))
  }

  private frame([tick, ...messages]: readonly unknown[]): void {
    for (const message of messages) this.note(tick as number, message as readonly unknown[])
    if (!this.acks || !this.welcomed || this.closed !== null || (tick as number) - this.ackedTick < this.tickHz) return
    this.ackedTick = tick as number
    this.request(SessionAck, { tick: this.ackedTick })
  }

  private note(tick: number, message: readonly unknown[]): void {
    const compiled = this.protocol.byId.get(message[0] as number)
    assert(compiled !== undefined, `the server sent opcode ${String(message[0])}, which its protocol does not have`)
    const { name } = compiled.opcode
    const payload = compiled.readLenient(message, 1)
    assert(payload !== undefined, `the server sent a ${name} that does not fit its declaration: ${JSON.stringify(message)}`)
    if (name === 'session.welcome') {
      this.welcomed = true
      this.resumeToken = payload.resumeToken as string
    }
    if (name !== 'session.result') {
      assert(this.received.length < KEPT_MAX, `a test client keeps ${KEPT_MAX} messages; empty client.received in the test`)
      this.received.push({ name, payload, tick })
      return
    }
    const seq = payload.seq as number
    this.results.set(seq, this.protocol.resultCodes.list[payload.code as number].name)
    this.resultCounts.set(seq, (this.resultCounts.get(seq) ?? 0) + 1)
  }
}
