import { MyriadError } from '../errors.js'
import { SessionHello } from '../net/opcodes.js'
import { SUBPROTOCOL } from '../protocol/subprotocol.js'
import { Client } from './client.js'
import type { ClientOptions } from './client-types.js'
import { RefusedError } from './errors.js'
import { type ReconnectOptions, Reconnector, type Way } from './reconnect.js'
import type { Socket, SocketConstructor } from './socket.js'

/** From the opening of a socket to the server's welcome. */
export const CONNECT_TIMEOUT_MS = 10_000
const CLOSE_NORMAL = 1000

export interface ConnectOptions extends ClientOptions {
  /** `ws://host:port/`, or `wss:`. The token is never part of it. */
  readonly url: string
  /** What the server's identity port takes; `guest:<name>` where guests are let in. */
  readonly token: string
  /** The browser's by default. In Node 20 pass the `ws` package's class. */
  readonly WebSocket?: SocketConstructor
  /** The server refuses another than its own; leave it out to accept any. */
  readonly protocolHash?: string
  /**
   * A lost connection is opened again, and the session or at least the character taken up again; see `onLost` and
   * `onResumed` of the client. Without it, or with false, what is lost has ended.
   */
  readonly reconnect?: boolean | ReconnectOptions
  /** Calls `run` once after `delayMs`; returns what prevents it. `setTimeout` by default; at most one waits at any time. */
  readonly after?: (delayMs: number, run: () => void) => () => void
}

interface ClosedSocket {
  readonly code: number
  readonly reason: string
}

function open({ url, WebSocket }: ConnectOptions): Socket {
  const given: SocketConstructor | undefined = WebSocket ?? Reflect.get(globalThis, 'WebSocket')
  if (given === undefined) throw new TypeError("this runtime has no WebSocket; pass the ws package's class as WebSocket")
  const socket = new given(url, [SUBPROTOCOL])
  socket.binaryType = 'arraybuffer'
  return socket
}

/** The server's messages are binary; a text frame is read as an empty one, which ends the connection as unreadable. */
function bytesOf(data: unknown): Uint8Array {
  if (data instanceof ArrayBuffer) return new Uint8Array(data)
  return data instanceof Uint8Array ? data : new Uint8Array(0)
}

function afterBySetTimeout(delayMs: number, run: () => void): () => void {
  const timer = setTimeout(run, delayMs)
  return () => clearTimeout(timer)
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** A client and the socket that it has at present: each further one takes the place of the one before. */
class Line {
  readonly client: Client
  readonly after: (delayMs: number, run: () => void) => () => void
  private socket: Socket | undefined
  private cancel: () => void = () => undefined

  constructor(private readonly options: ConnectOptions) {
    this.after = options.after ?? afterBySetTimeout
    this.client = new Client(options, {
      send: (bytes) => this.socket?.send(bytes as Uint8Array<ArrayBuffer>),
      close: () => this.hangUp(),
    })
  }

  get isOpen(): boolean {
    return this.socket !== undefined
  }

  private hangUp(): void {
    const { socket } = this
    this.cancel()
    this.socket = undefined
    socket?.close(CLOSE_NORMAL)
  }

  /** Opens a socket, and resolves when `hello` was accepted over it. Rejects with `CONNECT_FAILED`; the socket is then closed. */
  dial(hello: () => Promise<string>): Promise<void> {
    return new Promise((resolve, reject) => {
      const refuse = (reason: string, cause?: unknown): void =>
        reject(new MyriadError('CONNECT_FAILED', `cannot connect to ${this.options.url}: ${reason}`, { cause }))
      let socket: Socket
      try {
        socket = open(this.options)
      } catch (cause) {
        return refuse(messageOf(cause), cause)
      }
      this.socket = socket
      const fail = (reason: string, cause?: unknown): void => {
        // First the reason that is known best: what the end itself says comes too late for this promise.
        refuse(reason, cause)
        // A socket that was given up has nothing more to say about the connection.
        if (this.socket !== socket) return
        this.hangUp()
        this.client.lose('lost', cause)
      }
      this.cancel = this.after(CONNECT_TIMEOUT_MS, () =>
        fail(`no welcome within ${CONNECT_TIMEOUT_MS} ms; is a Myriad server there?`),
      )
      socket.onopen = () => {
        if (this.socket !== socket) return
        hello().then(
          (code) => {
            if (code !== 'ok' || this.client.welcome === undefined)
              return fail(`the server refused the session: ${code}`, new RefusedError(SessionHello.name, code))
            this.cancel()
            resolve()
          },
          (error: unknown) => fail(messageOf(error), error),
        )
      }
      socket.onmessage = ({ data }: { data: unknown }) => {
        if (this.socket === socket) this.client.receive(bytesOf(data))
      }
      // A browser gives no reason here, and a close follows; the `ws` package says why the connection failed.
      socket.onerror = (event: { message?: string }) => fail(event.message || 'the socket failed; is a server listening there?')
      socket.onclose = ({ code, reason }: ClosedSocket) => {
        const why = reason === '' ? '' : `, ${reason}`
        fail(`the socket closed with code ${code}${why}`)
      }
    })
  }
}

/**
 * Opens a session: resolves when the server has accepted the token. Rejects with `CONNECT_FAILED` when the socket cannot be
 * opened, the server refuses, or nothing is heard for 10 s; `reconnect` begins after that.
 */
export async function connect(options: ConnectOptions): Promise<Client> {
  const { token, protocolHash = '', reconnect = false } = options
  const line = new Line(options)
  const { client } = line
  const way: Way = {
    dial: () => line.dial(() => client.greetAgain(token, protocolHash)),
    isOpen: () => line.isOpen,
    after: line.after,
  }
  const reconnector = reconnect === false ? undefined : new Reconnector(client, way, reconnect === true ? {} : reconnect)
  await line.dial(() => client.hello(token, protocolHash))
  if (reconnector !== undefined) client.recoverBy(() => reconnector.begin())
  return client
}
