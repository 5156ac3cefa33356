import { afterEach } from 'vitest'
import type { HttpErrorListener } from '../../src/adapters/transport-rules.js'
import type { HttpAnswer, SocketId, Transport, TransportHandlers } from '../../src/ports/transport.js'

/** The far end of one socket. */
export interface FarEnd {
  /** The next binary frame, in order; rejects when the socket closes instead. */
  next(): Promise<Uint8Array>
  /** The same of text frames. */
  nextText(): Promise<string>
  send(frame: Uint8Array | string): void
  close(code: number): void
  pause(): void
  resume(): void
  /** Settles once the close was seen from here. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>
}

export interface Fetched {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

/** One transport and a way to reach it. Those of one suite share a machine, so that a port can be taken. */
export interface Harness {
  readonly transport: Transport
  /** Rejects when the handshake is refused. */
  connect(port: number, subprotocols?: readonly string[]): Promise<FarEnd>
  get(port: number, path: string): Promise<Fetched>
  /** From a page of `origin`, or from a program. */
  post(port: number, path: string, body: string, origin?: string): Promise<Fetched>
  /** Lets go of every far end. */
  dispose(): void
}

export interface HarnessOptions {
  readonly onHttpError?: HttpErrorListener
  readonly origins?: readonly string[]
}
export type HarnessFactory = (options: HarnessOptions) => Harness

export const FRAME_BYTES_MAX = 16 * 1024
export const HOST = '127.0.0.1'

/** Handlers that write down what they hear and let a test wait for it. */
export function listener(http: TransportHandlers['http'] = () => undefined, post?: TransportHandlers['post']) {
  const events: string[] = []
  const messages: number[][] = []
  const sockets: SocketId[] = []
  const waiters: { readonly text: string; readonly resolve: () => void }[] = []
  const note = (text: string) => {
    events.push(text)
    for (const waiter of waiters) if (waiter.text === text) waiter.resolve()
  }
  const handlers: TransportHandlers = {
    open(socket, address, kind) {
      sockets.push(socket)
      note(`open ${socket} ${address}${kind === 'text' ? ' text' : ''}`)
    },
    message(socket, bytes) {
      messages.push([...bytes])
      note(`message ${socket} ${bytes.length}`)
    },
    close(socket, code) {
      note(`close ${socket} ${code}`)
    },
    http,
    ...(post === undefined ? {} : { post }),
  }
  const heard = (text: string) =>
    events.includes(text) ? Promise.resolve() : new Promise<void>((resolve) => void waiters.push({ text, resolve }))
  return { events, messages, sockets, handlers, heard }
}

export const text200 = (body: string): HttpAnswer => ({ status: 200, contentType: 'text/plain', body })

/** Starts transports for the tests of one file, and ends them after each test. */
export function createStage(createHarness: HarnessFactory) {
  const harnesses: Harness[] = []
  afterEach(async () => {
    for (const harness of harnesses.splice(0)) {
      harness.dispose()
      await harness.transport.stop()
    }
  })
  const create: HarnessFactory = (options) => {
    const harness = createHarness(options)
    harnesses.push(harness)
    return harness
  }
  const start = async (http?: TransportHandlers['http'], options: HarnessOptions = {}, post?: TransportHandlers['post']) => {
    const harness = create(options)
    const heard = listener(http, post)
    const port = await harness.transport.listen({ host: HOST, port: 0, frameBytesMax: FRAME_BYTES_MAX }, heard.handlers)
    const connect = (subprotocols?: readonly string[]) => harness.connect(port, subprotocols)
    const get = (path: string) => harness.get(port, path)
    const postTo = (path: string, body: string, origin?: string) => harness.post(port, path, body, origin)
    return { transport: harness.transport, connect, get, post: postTo, ...heard, port }
  }
  return { create, start }
}

export type Stage = ReturnType<typeof createStage>
