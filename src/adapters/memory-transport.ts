import { assert } from '../assert.js'
import { MyriadError } from '../errors.js'
import type {
  FrameKind,
  HttpAnswer,
  ListenOptions,
  SendOutcome,
  SocketId,
  Transport,
  TransportHandlers,
} from '../ports/transport.js'
import { createPostDesk, type PostDesk, type PostHead } from './post-desk.js'
import {
  BACKPRESSURE_BYTES_MAX,
  CLOSE_UNSUPPORTED_DATA,
  chooseSubprotocol,
  createHttpDesk,
  cutCloseReason,
  headersOf,
  kindOf,
  portTaken,
  type TransportOptions,
  textAnswer,
  UNKNOWN_SUBPROTOCOL,
  wrongKindText,
} from './transport-rules.js'

/** Messages a client keeps; at the limit the test is told to take them out of `received`. */
export const RECEIVED_MAX = 65_536
/** The first port given out for port 0. */
const PORT_MIN = 49_152
/** What the bytes of a finished `message` call are overwritten with: no message starts with it, so that a kept view is noticed. */
const STALE_BYTE = 0xc1
const CLOSE_ABNORMAL = 1006
const CLOSE_GOING_AWAY = 1001

/** The far end of a socket, driven by a test. */
export interface MemoryClient {
  readonly socket: SocketId
  /** What the server sent and this client has read, oldest first. The test may empty it. */
  readonly received: Uint8Array[]
  /** The same of text frames, which only a client that chose them gets. */
  readonly receivedTexts: string[]
  /** `null` while open; set once everything sent before the close has been read. */
  readonly closed: { readonly code: number; readonly reason: string } | null
  /** A text goes as a text frame. Does nothing on a closed socket. */
  send(frame: Uint8Array | string): void
  close(code?: number): void
  /** Stops reading: what the server sends from here on is buffered. */
  pause(): void
  /** Reads what is waiting and goes on reading. */
  resume(): void
}

export interface MemoryAnswer extends HttpAnswer {
  /** By lower-cased name. */
  readonly headers: Readonly<Record<string, string>>
}

export interface MemoryTransport extends Transport {
  /**
   * `offered` is the client's list of subprotocols, separated by commas; none unless given. Throws `CONNECT_FAILED` when nothing
   * listens, or when all that is offered is unknown.
   */
  connect(address?: string, offered?: string): MemoryClient
  /** Rejects with `CONNECT_FAILED` when nothing listens. */
  get(path: string): Promise<MemoryAnswer>
  /** A POST of JSON from a program, unless said otherwise. Rejects with `CONNECT_FAILED` when nothing listens. */
  post(path: string, body: string | Uint8Array, head?: Partial<PostHead>): Promise<MemoryAnswer>
}

/** A transport without sockets. Transports that are given the same set of `ports` share a machine: a port is taken once. */
export function createMemoryTransport(options: TransportOptions = {}, ports: Set<number> = new Set()): MemoryTransport {
  return new InMemory(options, ports)
}

class Client implements MemoryClient {
  readonly received: Uint8Array[] = []
  readonly receivedTexts: string[] = []
  closed: MemoryClient['closed'] = null
  bufferedBytes = 0
  private paused = false
  private readonly waiting: (Uint8Array | string)[] = []
  private ending: MemoryClient['closed'] = null

  constructor(
    readonly socket: SocketId,
    readonly kind: FrameKind,
    private readonly transport: InMemory,
  ) {}

  send(frame: Uint8Array | string): void {
    this.transport.fromClient(this, frame)
  }

  close(code = 1000): void {
    if (this.ending !== null) return
    this.end(code, '')
    this.resume()
    this.transport.gone(this, code)
  }

  pause(): void {
    this.paused = true
  }

  resume(): void {
    this.paused = false
    for (const frame of this.waiting.splice(0)) this.read(frame)
    this.bufferedBytes = 0
    this.closed = this.ending
  }

  deliver(frame: Uint8Array | string): SendOutcome {
    if (this.bufferedBytes > BACKPRESSURE_BYTES_MAX) return 'dropped'
    const copy = typeof frame === 'string' ? frame : new Uint8Array(frame)
    if (!this.paused) {
      this.read(copy)
      return 'sent'
    }
    this.waiting.push(copy)
    this.bufferedBytes += bytesOf(copy).length
    return 'buffered'
  }

  end(code: number, reason: string): void {
    this.ending = { code, reason }
    if (!this.paused) this.closed = this.ending
  }

  private read(frame: Uint8Array | string): void {
    assert(
      this.received.length + this.receivedTexts.length < RECEIVED_MAX,
      `a memory client keeps ${RECEIVED_MAX} messages; empty client.received in the test`,
    )
    if (typeof frame === 'string') this.receivedTexts.push(frame)
    else this.received.push(frame)
  }
}

/** What the client's side sees of an answer. */
function received(path: string, answer: HttpAnswer): MemoryAnswer {
  const headers = headersOf(path, answer).map(([name, value]) => [name.toLowerCase(), value] as const)
  return { ...answer, headers: Object.fromEntries(headers) }
}

/** A copy, as it would go over a wire. */
const bytesOf = (frame: Uint8Array | string): Uint8Array =>
  typeof frame === 'string' ? new TextEncoder().encode(frame) : new Uint8Array(frame)

class InMemory implements MemoryTransport {
  private listening: { readonly options: ListenOptions; readonly handlers: TransportHandlers; readonly port: number } | null =
    null
  private desk: ReturnType<typeof createHttpDesk> | null = null
  private postDesk: PostDesk | null = null
  private readonly clients = new Map<SocketId, Client>()
  private lastSocket: SocketId = 0

  constructor(
    private readonly options: TransportOptions,
    private readonly ports: Set<number>,
  ) {}

  async listen(options: ListenOptions, handlers: TransportHandlers): Promise<number> {
    assert(this.listening === null, 'a transport listens once at a time; call stop() before listen()')
    let port = options.port
    if (port === 0) for (port = PORT_MIN; this.ports.has(port); ) port += 1
    if (this.ports.has(port)) throw portTaken(options.host, port)
    this.ports.add(port)
    this.listening = { options, handlers, port }
    this.desk = createHttpDesk(handlers, this.options)
    this.postDesk = handlers.post === undefined ? null : createPostDesk(handlers.post, this.options)
    return port
  }

  send(socket: SocketId, frame: Uint8Array | string): SendOutcome {
    return this.clients.get(socket)?.deliver(frame) ?? 'dropped'
  }

  bufferedBytes(socket: SocketId): number {
    return this.clients.get(socket)?.bufferedBytes ?? 0
  }

  close(socket: SocketId, code: number, reason: string): void {
    const client = this.clients.get(socket)
    if (client === undefined) return
    client.end(code, cutCloseReason(reason))
    this.gone(client, code)
  }

  async stop(): Promise<void> {
    if (this.listening === null) return
    for (const socket of [...this.clients.keys()]) this.close(socket, CLOSE_GOING_AWAY, 'the server stops')
    this.ports.delete(this.listening.port)
    this.listening = null
    this.desk = null
    this.postDesk = null
  }

  connect(address = '127.0.0.1', offered = ''): MemoryClient {
    if (this.listening === null) throw nothingListens()
    const subprotocol = chooseSubprotocol(offered)
    if (subprotocol === null) throw new MyriadError('CONNECT_FAILED', UNKNOWN_SUBPROTOCOL)
    this.lastSocket += 1
    const client = new Client(this.lastSocket, kindOf(subprotocol), this)
    this.clients.set(client.socket, client)
    this.listening.handlers.open(client.socket, address, client.kind)
    return client
  }

  async get(path: string): Promise<MemoryAnswer> {
    if (this.desk === null) throw nothingListens()
    return received(path, await this.desk(path))
  }

  async post(path: string, body: string | Uint8Array, head: Partial<PostHead> = {}): Promise<MemoryAnswer> {
    if (this.listening === null) throw nothingListens()
    if (this.postDesk === null) return received(path, { ...textAnswer(405, ''), body: '', headers: { Allow: 'GET' } })
    const whole = { address: '127.0.0.1', contentType: 'application/json', origin: '', host: 'localhost', ...head, path }
    const begun = this.postDesk(whole)
    if ('status' in begun) return received(path, begun)
    const bytes = bytesOf(body)
    if (bytes.length <= begun.bodyBytesMax) return received(path, await begun.finish(bytes))
    begun.drop()
    return received(path, begun.tooLong)
  }

  /** Called by the client's side. */
  fromClient(client: Client, frame: Uint8Array | string): void {
    if (this.listening === null || !this.clients.has(client.socket)) return
    const lent = bytesOf(frame)
    if (lent.length > this.listening.options.frameBytesMax) {
      client.end(CLOSE_ABNORMAL, '')
      this.gone(client, CLOSE_ABNORMAL)
      return
    }
    if ((typeof frame === 'string') !== (client.kind === 'text')) {
      this.close(client.socket, CLOSE_UNSUPPORTED_DATA, wrongKindText(client.kind))
      return
    }
    try {
      this.listening.handlers.message(client.socket, lent)
    } finally {
      lent.fill(STALE_BYTE)
    }
  }

  /** Called by the client's side. */
  gone(client: Client, code: number): void {
    if (this.clients.delete(client.socket)) this.listening?.handlers.close(client.socket, code)
  }
}

const nothingListens = () => new MyriadError('CONNECT_FAILED', 'the memory transport does not listen; call listen() first')
