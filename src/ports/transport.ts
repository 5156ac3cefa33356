/** The number a transport gives a socket; it rises and is never used twice in one run. */
export type SocketId = number

/**
 * What a socket carries both ways, as its handshake chose: binary frames, or text frames for a debugging client. A client's frame of
 * the other kind closes its socket with code 1003 and is not heard of.
 */
export type FrameKind = 'binary' | 'text'

/** What the server hears from its sockets. Every callback is synchronous and must only enqueue. */
export interface TransportHandlers {
  /** A WebSocket finished its handshake. `address` is the peer's textual IP address. */
  open(socket: SocketId, address: string, kind: FrameKind): void
  /**
   * One message; of a text frame, its UTF-8. `bytes` is valid only during the call: the transport reuses its memory, so copy what you
   * keep.
   */
  message(socket: SocketId, bytes: Uint8Array): void
  /** The socket is gone. Called exactly once for every `open`, also after our own `close`. */
  close(socket: SocketId, code: number): void
  /** A plain HTTP GET. `undefined` is answered as 404. */
  http(path: string): HttpAnswer | Promise<HttpAnswer> | undefined
  /**
   * A plain HTTP POST whose body has not been read: an answer refuses it unread, a reader says how it goes on, `undefined` is answered
   * as 404. Without this handler every POST is answered 405.
   */
  post?(head: HttpPost): HttpAnswer | PostReader | undefined
}

export interface HttpPost {
  readonly path: string
  /** The peer's textual IP address, or the client's behind a proxy that is believed. */
  readonly address: string
  /** The header as it came; '' without one. */
  readonly contentType: string
}

export interface PostReader {
  /** A longer body is answered 413 and not heard of. */
  readonly bodyBytesMax: number
  /** The whole body, which may be kept. */
  answer(body: Uint8Array): Promise<HttpAnswer>
}

export interface HttpAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: string | Uint8Array
  /** Besides those that every answer has. */
  readonly headers?: Readonly<Record<string, string>>
}

export interface ListenOptions {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** Longest frame taken from a client, in bytes; a longer one closes its socket. */
  readonly frameBytesMax: number
}

/** `sent`: handed to the kernel; `buffered`: kept in user memory until the peer reads; `dropped`: lost, the socket must be closed. */
export type SendOutcome = 'sent' | 'buffered' | 'dropped'

/** WebSocket and HTTP on one exclusive port. Sending to, or closing, a socket that is gone does nothing and answers `dropped`. */
export interface Transport {
  /** Resolves with the port taken; rejects with `MyriadError` `PORT_TAKEN` when another process holds it. */
  listen(options: ListenOptions, handlers: TransportHandlers): Promise<number>
  /** One frame, of the socket's kind: bytes, which may be reused as soon as the call returns, or text. */
  send(socket: SocketId, frame: Uint8Array | string): SendOutcome
  /** Bytes accepted by `send` that the kernel has not taken yet. */
  bufferedBytes(socket: SocketId): number
  close(socket: SocketId, code: number, reason: string): void
  /** Stops listening and ends every socket. */
  stop(): Promise<void>
}
