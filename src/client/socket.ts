/** What the SDK needs of a WebSocket. The browser's own and the `ws` package's both fit. */
export interface Socket {
  binaryType: string
  onopen: ((event: never) => void) | null
  onmessage: ((event: never) => void) | null
  onerror: ((event: never) => void) | null
  onclose: ((event: never) => void) | null
  send(bytes: Uint8Array<ArrayBuffer>): void
  close(code?: number, reason?: string): void
}

export type SocketConstructor = new (url: string, protocols?: string | string[]) => Socket

/** The half of an open socket that a client writes to. */
export interface Link {
  send(bytes: Uint8Array): void
  close(): void
}
