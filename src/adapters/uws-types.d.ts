/**
 * The part of uWebSockets.js that this project uses, typed as it behaves. The bundled types declare an enum that does not exist at run
 * time, lack the exclusive-port constant and the `listen` form that takes it, type a boolean option as a number, and give every response an
 * index signature that accepts any misspelling. An ambient declaration takes precedence over them; what is not here cannot be called.
 */
declare module 'uWebSockets.js' {
  type Text = string | Uint8Array

  /** Valid during its handler's call only. */
  export interface HttpRequest {
    /** The path, without the query. */
    getUrl(): string
    /** An empty string where the header is missing; the first of several lines. */
    getHeader(lowerCaseName: string): string
    /** Every line of the headers, in order. */
    forEach(each: (lowerCaseName: string, value: string) => void): void
  }

  /** Valid until it has ended or `onAborted` was called; any use after that throws. */
  export interface HttpResponse {
    writeStatus(status: string): HttpResponse
    writeHeader(name: string, value: string): HttpResponse
    end(body?: Text, closeConnection?: boolean): HttpResponse
    cork(write: () => void): HttpResponse
    /** Must be set before the handler returns without having ended the response: the process aborts otherwise. */
    onAborted(aborted: () => void): HttpResponse
    /** The body as it comes; `chunk` is detached when the handler returns. Without a body it is called once, with an empty last chunk. */
    onData(handler: (chunk: ArrayBuffer, isLast: boolean) => void): HttpResponse
    /** 4 or 16 bytes. */
    getRemoteAddress(): ArrayBuffer
    upgrade(userData: object, key: string, subprotocol: string, extensions: string, context: UpgradeContext): void
  }

  /** Valid from `open` until `close` is called; any use after that throws. */
  export interface WebSocket {
    /** 1: sent, 0: buffered, 2: dropped because of `maxBackpressure`. */
    send(message: Text, isBinary: boolean, compress: boolean): number
    getBufferedAmount(): number
    /** Sends a close frame. Calls the close handler before it returns. */
    end(code: number, reason: string): void
    /** What `upgrade` was given. */
    getUserData(): object
  }

  export interface WebSocketBehavior {
    maxPayloadLength: number
    maxBackpressure: number
    closeOnBackpressureLimit: boolean
    /** Seconds. */
    idleTimeout: number
    sendPingsAutomatically: boolean
    compression: number
    upgrade(response: HttpResponse, request: HttpRequest, context: UpgradeContext): void
    open(socket: WebSocket): void
    /** `message` is detached when the handler returns. */
    message(socket: WebSocket, message: ArrayBuffer, isBinary: boolean): void
    close(socket: WebSocket, code: number, reason: ArrayBuffer): void
  }

  type RequestHandler = (response: HttpResponse, request: HttpRequest) => void

  export interface App {
    ws(pattern: string, behavior: WebSocketBehavior): App
    get(pattern: string, handler: RequestHandler): App
    post(pattern: string, handler: RequestHandler): App
    options(pattern: string, handler: RequestHandler): App
    any(pattern: string, handler: RequestHandler): App
    /** Calls back before it returns. An empty `host` would shift the numbers by one. */
    listen(host: string, port: number, options: number, listening: (socket: ListenSocket | false) => void): App
    /** Ends every connection and listener at once. */
    close(): App
  }

  /** Opaque; never built by us. */
  export interface UpgradeContext {
    readonly upgradeContext: unique symbol
  }

  /** Opaque; never built by us. */
  export interface ListenSocket {
    readonly listenSocket: unique symbol
  }

  const uWS: {
    App(): App
    /** Throws when a file is not there; a file that is no PEM makes `listen` fail. */
    SSLApp(options: { cert_file_name: string; key_file_name: string }): App
    us_listen_socket_close(socket: ListenSocket): void
    us_socket_local_port(socket: ListenSocket): number
    readonly DISABLED: number
    readonly LIBUS_LISTEN_EXCLUSIVE_PORT: number
  }
  export default uWS
}
