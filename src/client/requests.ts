import { MyriadError } from '../errors.js'
import { FRAME_BYTES_MAX } from '../net/opcodes.js'
import { encode } from '../protocol/codec.js'
import type { ToServer } from '../protocol/opcode.js'
import type { Protocol } from '../protocol/protocol.js'
import type { Statistics } from './statistics.js'

/** Messages that the server takes in one frame. */
export const BATCH_MAX = 32
/** Requests waiting for their result; one more is settled as `tooFast` without being sent. */
export const REQUESTS_PENDING_MAX = 1_024
/**
 * The server says `tooFast` at most once a second and is silent about the rest. A request without a result after this many
 * seconds of server time is settled as `tooFast` too.
 */
export const REQUEST_SILENCE_S = 30

/** Who waits for an answer. */
export interface Waiting {
  readonly settle: (code: string) => void
  readonly fail: (error: MyriadError) => void
}

/** Of the `session.hello` that opens a connection. */
export const HELLO_SEQ = 1

interface Pending extends Waiting {
  sentTick: number
  /** Kept to be sent again over another connection; `undefined` for what only made sense over the first. */
  readonly message: readonly unknown[] | undefined
}

/** What the client sends: sequence numbers, batches, and who waits for which result. */
export class Requests {
  private lastSeq = 0
  private readonly pending = new Map<number, Pending>()
  private batched: unknown[][] | undefined
  private ended: MyriadError | undefined

  constructor(
    private readonly protocol: Protocol,
    private readonly statistics: Statistics,
    private readonly transmit: (bytes: Uint8Array) => void,
  ) {}

  /** Sends, and returns the message's seq. Once the connection has ended it does nothing and returns 0. */
  send(opcode: ToServer, payload: Readonly<Record<string, unknown>>): number {
    if (this.ended !== undefined) return 0
    return this.dispatch(this.compose(opcode, payload, this.lastSeq + 1))
  }

  /** The name of the result's code. Rejects when the connection ends first. What is not `repeatable` also when it is lost. */
  request(opcode: ToServer, payload: Readonly<Record<string, unknown>>, tick: number, repeatable = true): Promise<string> {
    if (!opcode.result)
      return Promise.reject(new MyriadError('BAD_DECLARATION', `${opcode.name} is never answered by a result; use send`))
    return new Promise((settle, fail) => void this.post(opcode, payload, { settle, fail }, tick, repeatable))
  }

  /** Sends what `waiting` waits for; its seq, or 0 when nothing was sent and `waiting` knows already. */
  post(
    opcode: ToServer,
    payload: Readonly<Record<string, unknown>>,
    { settle, fail }: Waiting,
    sentTick: number,
    repeatable: boolean,
  ): number {
    if (this.ended !== undefined) fail(this.ended)
    else if (this.pending.size >= REQUESTS_PENDING_MAX) settle('tooFast')
    else {
      const message = this.compose(opcode, payload, this.lastSeq + 1)
      const seq = this.dispatch(message)
      this.pending.set(seq, { settle, fail, sentTick, message: repeatable ? message : undefined })
      return seq
    }
    return 0
  }

  /**
   * The first message of another connection. Its seq is 1 again: the server keeps what it knows of the session's own seqs
   * apart until it has accepted the hello, and a higher one would make those look used that are still to be sent again.
   */
  greet(hello: ToServer, payload: Readonly<Record<string, unknown>>, tick: number): Promise<string> {
    return new Promise((settle, fail) => {
      this.pending.set(HELLO_SEQ, { settle, fail, sentTick: tick, message: undefined })
      this.write(this.compose(hello, payload, HELLO_SEQ))
    })
  }

  private compose(opcode: ToServer, payload: Readonly<Record<string, unknown>>, seq: number): unknown[] {
    const compiled = this.protocol.byId.get(opcode.id)
    if (compiled !== undefined) return compiled.write(payload, [opcode.id, seq])
    throw new MyriadError('BAD_DECLARATION', `${opcode.name} is not in the protocol that connect was given; list it there`)
  }

  private dispatch(message: unknown[]): number {
    this.lastSeq += 1
    if (this.batched === undefined) this.write(message)
    else this.batched.push(message)
    return this.lastSeq
  }

  /** What is sent within `run` goes out together when it returns, up to 32 messages a frame. */
  batch(run: () => void): void {
    if (this.batched !== undefined) {
      run()
      return
    }
    const messages: unknown[][] = []
    this.batched = messages
    try {
      run()
    } finally {
      this.batched = undefined
      for (let first = 0; first < messages.length; first += BATCH_MAX) this.flush(messages.slice(first, first + BATCH_MAX))
    }
  }

  private flush(messages: readonly (readonly unknown[])[]): void {
    const bytes = messages.length === 1 ? undefined : encode(messages)
    if (bytes === undefined) this.write(messages[0])
    else if (bytes.length <= FRAME_BYTES_MAX) this.transmitCounted(bytes, messages.length)
    else {
      const half = Math.ceil(messages.length / 2)
      this.flush(messages.slice(0, half))
      this.flush(messages.slice(half))
    }
  }

  private write(message: readonly unknown[]): void {
    const bytes = encode(message)
    if (bytes.length > FRAME_BYTES_MAX)
      throw new MyriadError(
        'BAD_DECLARATION',
        `message 0x${Number(message[0]).toString(16)} takes ${bytes.length} bytes, over ${FRAME_BYTES_MAX}; send less in it`,
      )
    this.transmitCounted(bytes, 1)
  }

  private transmitCounted(bytes: Uint8Array, messages: number): void {
    if (this.ended !== undefined) return
    this.statistics.messagesSent += messages
    this.statistics.bytesSent += bytes.length
    this.transmit(bytes)
  }

  /** A `session.result` came. */
  result(seq: number, code: number): void {
    const name = this.protocol.resultCodes.list[code]?.name ?? String(code)
    this.statistics.countResult(name)
    this.settle(seq, name)
  }

  /** Settles without counting: the answer came in another form. */
  settle(seq: number, name: string): void {
    const waiting = this.pending.get(seq)
    this.pending.delete(seq)
    waiting?.settle(name)
  }

  /** The connection is lost: what cannot be sent again fails, the rest waits. */
  lose(error: MyriadError): void {
    for (const [seq, { message, fail }] of [...this.pending]) {
      if (message !== undefined) continue
      this.pending.delete(seq)
      fail(error)
    }
  }

  /** Another session has begun: nobody will ever know what became of these. */
  forget(error: MyriadError): void {
    const waiting = [...this.pending.values()]
    this.pending.clear()
    for (const { fail } of waiting) fail(error)
  }

  /** The same session goes on over another connection: sends what has no answer again, each with its own seq. */
  resume(lastSeq: number, tick: number): void {
    this.lastSeq = Math.max(this.lastSeq, lastSeq)
    const again: (readonly unknown[])[] = []
    for (const pending of this.pending.values()) {
      pending.sentTick = tick
      if (pending.message !== undefined) again.push(pending.message)
    }
    for (let first = 0; first < again.length; first += BATCH_MAX) this.flush(again.slice(first, first + BATCH_MAX))
  }

  /** Settles what has waited too long. The oldest stand first. */
  expire(tick: number, tickHz: number): void {
    for (const [seq, { sentTick }] of this.pending) {
      if (tick - sentTick < REQUEST_SILENCE_S * tickHz) return
      this.statistics.unanswered += 1
      this.settle(seq, 'tooFast')
    }
  }

  end(error: MyriadError): void {
    this.ended = error
    this.forget(error)
  }
}
