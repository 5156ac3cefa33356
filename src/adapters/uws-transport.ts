import uWS, {
  type App,
  type HttpRequest,
  type HttpResponse,
  type ListenSocket,
  type UpgradeContext,
  type WebSocket,
  type WebSocketBehavior,
} from 'uWebSockets.js'
import { existsSync } from 'node:fs'
import { STATUS_CODES } from 'node:http'
import { createServer } from 'node:net'
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
import { createPostDesk, createUnheardDesk } from './post-desk.js'
import {
  BACKPRESSURE_BYTES_MAX,
  CLOSE_UNSUPPORTED_DATA,
  chooseSubprotocol,
  createHttpDesk,
  cutCloseReason,
  headersOf,
  isOriginAllowed,
  kindOf,
  portTaken,
  type TransportOptions,
  textAnswer,
  UNKNOWN_SUBPROTOCOL,
  wrongKindText,
} from './transport-rules.js'
import { requestAddress } from './uws-address.js'
import { takePost, takePreflight } from './uws-post.js'

/** A socket silent for longer is closed; pings are sent in time to keep a live one. */
const IDLE_TIMEOUT_SECONDS = 60
const CLOSE_GOING_AWAY = 1001

/**
 * WebSocket and HTTP on uWebSockets.js, on the thread that calls it. `listen` rejects with `PORT_TAKEN`, or with `BAD_CONFIG` where the
 * system refuses the address for another reason.
 */
export function createUwsTransport(options: TransportOptions = {}): Transport {
  return new UwsTransport(options)
}

class UwsTransport implements Transport {
  private app: App | null = null
  private listenSocket: ListenSocket | null = null
  /** Holds exactly the sockets between `open` and `close`: any call on another one would throw inside the library. */
  private readonly sockets = new Map<SocketId, WebSocket>()
  private readonly ends = new WeakMap<WebSocket, End>()
  private lastSocket: SocketId = 0

  constructor(private readonly options: TransportOptions) {}

  async listen(options: ListenOptions, handlers: TransportHandlers): Promise<number> {
    assert(this.app === null, 'a transport listens once at a time; call stop() before listen()')
    assert(options.host !== '', 'a transport needs a host to listen on, such as 127.0.0.1')
    // The library would take only the low 16 bits of a larger number and listen somewhere else.
    assert(
      Number.isInteger(options.port) && options.port >= 0 && options.port <= 65_535,
      `port ${options.port} is not from 0 to 65,535`,
    )
    const app = createApp(this.options.tls)
    this.app = app
    const answer = createHttpDesk(handlers, this.options)
    app.ws('/', this.behavior(options.frameBytesMax, handlers))
    app.get('/*', (response, request) => respond(response, request.getUrl(), answer))
    if (handlers.post !== undefined) takePosts(app, handlers.post, this.options)
    const allowed = handlers.post === undefined ? 'GET' : 'GET, POST'
    app.any('/*', (response) => refuseMethod(response, allowed))
    app.listen(options.host, options.port, uWS.LIBUS_LISTEN_EXCLUSIVE_PORT, (socket) => {
      this.listenSocket = socket === false ? null : socket
    })
    if (this.listenSocket === null) {
      this.app = null
      app.close()
      throw await listenFailure(options.host, options.port)
    }
    return uWS.us_socket_local_port(this.listenSocket)
  }

  send(socket: SocketId, frame: Uint8Array | string): SendOutcome {
    const status = this.sockets.get(socket)?.send(frame, typeof frame !== 'string', false)
    return status === 1 ? 'sent' : status === 0 ? 'buffered' : 'dropped'
  }

  bufferedBytes(socket: SocketId): number {
    return this.sockets.get(socket)?.getBufferedAmount() ?? 0
  }

  close(socket: SocketId, code: number, reason: string): void {
    this.sockets.get(socket)?.end(code, cutCloseReason(reason))
  }

  async stop(): Promise<void> {
    const app = this.app
    if (app === null || this.listenSocket === null) return
    uWS.us_listen_socket_close(this.listenSocket)
    this.app = null
    this.listenSocket = null
    for (const socket of [...this.sockets.keys()]) this.close(socket, CLOSE_GOING_AWAY, 'the server stops')
    // One turn of the loop lets the close frames leave; then whatever is still connected is cut, or the process would not end.
    await new Promise((resolve) => setImmediate(resolve))
    app.close()
  }

  private behavior(frameBytesMax: number, handlers: TransportHandlers): WebSocketBehavior {
    return {
      maxPayloadLength: frameBytesMax,
      maxBackpressure: BACKPRESSURE_BYTES_MAX,
      closeOnBackpressureLimit: false,
      idleTimeout: IDLE_TIMEOUT_SECONDS,
      sendPingsAutomatically: true,
      compression: uWS.DISABLED,
      upgrade: (response, request, context) => upgrade(response, request, context, this.options),
      open: (ws) => {
        this.lastSocket += 1
        const socket = this.lastSocket
        this.sockets.set(socket, ws)
        const { address, kind } = ws.getUserData() as Peer
        this.ends.set(ws, { socket, kind })
        handlers.open(socket, address, kind)
      },
      message: (ws, message, isBinary) => {
        const end = this.ends.get(ws)
        if (end === undefined) return
        if (isBinary === (end.kind === 'binary')) handlers.message(end.socket, new Uint8Array(message))
        else this.close(end.socket, CLOSE_UNSUPPORTED_DATA, wrongKindText(end.kind))
      },
      close: (ws, code) => {
        const socket = this.ends.get(ws)?.socket
        if (socket === undefined || !this.sockets.delete(socket)) return
        handlers.close(socket, code)
      },
    }
  }
}

/** What `open` gets of the handshake. */
interface Peer {
  readonly address: string
  readonly kind: FrameKind
}

interface End {
  readonly socket: SocketId
  readonly kind: FrameKind
}

function createApp(tls: TransportOptions['tls']): App {
  if (tls === undefined) return uWS.App()
  for (const file of [tls.certFile, tls.keyFile]) {
    if (!existsSync(file))
      throw new MyriadError('BAD_CONFIG', `${JSON.stringify(file)} is not there; name a PEM file with --tls-cert and --tls-key`)
  }
  return uWS.SSLApp({ cert_file_name: tls.certFile, key_file_name: tls.keyFile })
}

function upgrade(response: HttpResponse, request: HttpRequest, context: UpgradeContext, options: TransportOptions): void {
  const { origins = [], proxies = [] } = options
  if (!isOriginAllowed(request.getHeader('origin'), request.getHeader('host'), origins)) {
    write(response, '/', textAnswer(403, 'pages of this origin may not connect; the server lists allowed ones under origins'))
    return
  }
  const subprotocol = chooseSubprotocol(request.getHeader('sec-websocket-protocol'))
  if (subprotocol === null) {
    write(response, '/', textAnswer(400, UNKNOWN_SUBPROTOCOL))
    return
  }
  const peerData: Peer = { address: requestAddress(response, request, proxies), kind: kindOf(subprotocol) }
  const key = request.getHeader('sec-websocket-key')
  response.upgrade(peerData, key, subprotocol, request.getHeader('sec-websocket-extensions'), context)
}

function respond(response: HttpResponse, path: string, answerOf: (path: string) => HttpAnswer | Promise<HttpAnswer>): void {
  const answer = answerOf(path)
  if (!(answer instanceof Promise)) {
    write(response, path, answer)
    return
  }
  let gone = false
  response.onAborted(() => {
    gone = true
  })
  void answer.then((late) => {
    // A response that its client gave up must not be touched: the library has freed it.
    if (!gone) response.cork(() => write(response, path, late))
  })
}

function takePosts(app: App, post: NonNullable<TransportHandlers['post']>, options: TransportOptions): void {
  const desks = { heard: createPostDesk(post, options), unheard: createUnheardDesk() }
  app.post('/*', (response, request) => takePost(response, request, desks, options.proxies ?? [], write))
  app.options('/*', (response, request) => takePreflight(response, request, options, write))
}

/** `closes` the connection after it, so that a body nobody wants is not read to its end. */
function write(response: HttpResponse, path: string, answer: HttpAnswer, closes = false): void {
  response.writeStatus(`${answer.status} ${STATUS_CODES[answer.status] ?? 'Unknown'}`)
  for (const [name, value] of headersOf(path, answer)) response.writeHeader(name, value)
  response.end(answer.body, closes)
}

/** Closes the connection as well, so that a body nobody wants is not read to its end. */
function refuseMethod(response: HttpResponse, allowed: string): void {
  response.writeStatus('405 Method Not Allowed').writeHeader('Allow', allowed).writeHeader('Cache-Control', 'no-store')
  response.writeHeader('X-Content-Type-Options', 'nosniff').end('', true)
}

/** The library only says that it did not listen; a second attempt by Node's own listener learns why. */
async function listenFailure(host: string, port: number): Promise<MyriadError> {
  const cause = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
    const probe = createServer()
    probe.once('error', resolve)
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(null)))
  })
  if (cause === null || cause.code === 'EADDRINUSE') return portTaken(host, port)
  const text = `cannot listen on ${host}:${port}: ${cause.code ?? cause.message}; pass an address of this machine as --host, and a port above 1,023`
  return new MyriadError('BAD_CONFIG', text, { cause })
}
