import { isIP, SocketAddress } from 'node:net'
import { MyriadError } from '../errors.js'
import type { FrameKind, HttpAnswer, TransportHandlers } from '../ports/transport.js'
import { JSON_SUBPROTOCOL, SUBPROTOCOL } from '../protocol/subprotocol.js'

/**
 * Bytes a socket may have waiting before the transport drops. The session layer takes a client off its cells and closes it long before
 * (at 64 KiB and 1 MiB): this is the last line, for a server whose own checks do not run.
 */
export const BACKPRESSURE_BYTES_MAX = 4 * 1024 * 1024
/** HTTP answers under way at once; a request beyond it is answered 503. */
export const HTTP_PENDING_MAX = 64
/** The protocol's limit for a close frame's text, in bytes; a longer one is cut. */
export const CLOSE_REASON_BYTES_MAX = 123

/** Told of an error that an HTTP handler threw or rejected with; the request was answered 500. */
export type HttpErrorListener = (error: unknown, path: string) => void

export interface TransportOptions {
  /** Without it the error is thrown as an uncaught one: a handler that fails is a mistake of ours. */
  readonly onHttpError?: HttpErrorListener
  /** Origins of pages that may connect, such as `https://example.org`, besides pages of the server's own address. */
  readonly origins?: readonly string[]
  /** Addresses whose `X-Forwarded-For` is believed. */
  readonly proxies?: readonly string[]
  /** Speak https and wss with this certificate; both files are PEM. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string } | undefined
}

/**
 * Whether a WebSocket may be opened from there. Programs send no Origin and may; a page may when it came from the same host
 * and port as it now connects to, or from a listed origin. Else any page could play as whoever looks at it.
 */
export function isOriginAllowed(origin: string, host: string, listed: readonly string[]): boolean {
  if (origin === '') return true
  if (listed.some((one) => one.toLowerCase() === origin.toLowerCase())) return true
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase()
}

/**
 * The client behind `peer`: the last address in `X-Forwarded-For` that is no proxy of ours, where the peer is one. What stands before it
 * the client may have made up. Where a proxy wrote no address, it is the peer.
 */
export function clientAddress(peer: string, forwardedFor: string, proxies: readonly string[]): string {
  if (!proxies.includes(peer)) return peer
  const hops = forwardedFor.split(',').map(hopAddress)
  const last = hops.findLast((hop) => !proxies.includes(hop)) ?? ''
  return last === '' ? peer : last
}

/** Of one hop, with or without a port; '' where it is no address. */
function hopAddress(hop: string): string {
  const text = hop.trim()
  const address = /^\[(.*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
  return isIP(address) === 0 ? '' : address
}

export const textAnswer = (status: number, body: string): HttpAnswer => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body: `${body}\n`,
})

export const rethrow: HttpErrorListener = (error) => {
  queueMicrotask(() => {
    throw error
  })
}

/** Of a handler that failed. */
export const INTERNAL_ERROR = textAnswer(500, 'internal error; the log of the server has it')

/** Wraps `handlers.http` so that it always yields an answer, never throws or rejects, and has a bounded number under way. */
export function createHttpDesk(handlers: TransportHandlers, options: TransportOptions) {
  const onError = options.onHttpError ?? rethrow
  let pending = 0
  const failed = (error: unknown, path: string): HttpAnswer => {
    onError(error, path)
    return INTERNAL_ERROR
  }
  return (path: string): HttpAnswer | Promise<HttpAnswer> => {
    if (pending >= HTTP_PENDING_MAX) return textAnswer(503, `${HTTP_PENDING_MAX} answers are under way; ask again later`)
    try {
      const answer = handlers.http(path)
      if (answer === undefined) return textAnswer(404, 'nothing here')
      if (!(answer instanceof Promise)) return answer
      pending += 1
      return answer
        .catch((error: unknown) => failed(error, path))
        .finally(() => {
          pending -= 1
        })
    } catch (error) {
      return failed(error, path)
    }
  }
}

/**
 * Content is named by its hash and may be kept for ever; everything else is a view of a moment. A failure is never kept: content that
 * appears later must be found.
 */
export function headersOf(path: string, answer: HttpAnswer): readonly (readonly [name: string, value: string])[] {
  const forEver = path.startsWith('/content/') && answer.status === 200
  return [
    ['Content-Type', answer.contentType],
    ['Cache-Control', forEver ? 'public, max-age=31536000, immutable' : 'no-store'],
    ['X-Content-Type-Options', 'nosniff'],
    ...Object.entries(answer.headers ?? {}),
  ]
}

/** To a handshake that offers only subprotocols that we do not speak. */
export const UNKNOWN_SUBPROTOCOL = `unknown subprotocol; this server speaks ${SUBPROTOCOL} and ${JSON_SUBPROTOCOL}: offer one of them, or none`
/** Closes a socket that sent a frame of the other kind: its data are of a type that was not agreed on. */
export const CLOSE_UNSUPPORTED_DATA = 1003
export const wrongKindText = (kind: FrameKind): string => `${kind} frames only`

/**
 * The subprotocol to answer with, or `null` when the client offered only ones we do not speak. It is the first that we know of those
 * offered, which stand in the client's order of preference, and empty where it offered none; then it speaks the binary one.
 */
export function chooseSubprotocol(offered: string): string | null {
  if (offered.trim() === '') return ''
  const names = offered.split(',').map((name) => name.trim())
  return names.find((name) => name === SUBPROTOCOL || name === JSON_SUBPROTOCOL) ?? null
}

/** What a socket carries that was answered with `subprotocol`. */
export const kindOf = (subprotocol: string): FrameKind => (subprotocol === JSON_SUBPROTOCOL ? 'text' : 'binary')

export function cutCloseReason(reason: string): string {
  if (Buffer.byteLength(reason) <= CLOSE_REASON_BYTES_MAX) return reason
  let kept = ''
  let bytes = 0
  for (const character of reason) {
    bytes += Buffer.byteLength(character)
    if (bytes > CLOSE_REASON_BYTES_MAX) break
    kept += character
  }
  return kept
}

export const portTaken = (host: string, port: number): MyriadError =>
  new MyriadError('PORT_TAKEN', `port ${port} on ${host} is taken by another process; stop it or pass --port with another number`)

/**
 * The usual text of a 4 or 16 byte IP address, as limits per address and checks for loopback compare it: one spelling each, and `127.0.0.1`
 * for an IPv4 peer that a listener on IPv6 sees as `::ffff:127.0.0.1`.
 */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  const mapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255
  if (mapped) return bytes.subarray(12).join('.')
  const groups = Array.from({ length: 8 }, (_, group) => ((bytes[group * 2]! << 8) | bytes[group * 2 + 1]!).toString(16))
  return new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address
}
