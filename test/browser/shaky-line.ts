import { connect, createServer, type Server, type Socket } from 'node:net'
import { createUwsTransport } from '../../src/adapters/uws-transport.js'
import type { ListenOptions, SocketId, Transport, TransportHandlers } from '../../src/ports/transport.js'

const HOST = '127.0.0.1'

/** A port that is free now. A server that chose its own with port 0 could not have it back at once: it would lack SO_REUSEADDR. */
export async function freePort(): Promise<number> {
  const line = new ShakyLine(() => 0)
  await line.up()
  await line.down()
  return line.port
}

/** The line between a browser and a server: it can be cut without a word, and be gone for a while. */
export class ShakyLine {
  port = 0
  private server: Server | undefined
  private readonly sockets = new Set<Socket>()

  constructor(private readonly farPort: () => number) {}

  /** On the same port as before, if it has been up before. */
  up(): Promise<void> {
    const server = createServer((near) => {
      const far = connect(this.farPort(), HOST)
      for (const [one, other] of [
        [near, far],
        [far, near],
      ]) {
        this.sockets.add(one)
        one.on('data', (chunk) => void other.write(chunk))
        one.on('error', () => undefined)
        one.on('close', () => {
          this.sockets.delete(one)
          other.destroy()
        })
      }
    })
    this.server = server
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.port, HOST, () => {
        const address = server.address()
        if (typeof address === 'object' && address !== null) this.port = address.port
        resolve()
      })
    })
  }

  /** Every connection ends without a closing handshake. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy()
  }

  /** Nobody listens any more: the port refuses. */
  down(): Promise<void> {
    const closed = new Promise<void>((resolve) => void this.server?.close(() => resolve()))
    this.cut()
    return closed
  }
}

/** The server's own sockets, as an operator or a defect may end them. */
export class TestedTransport implements Transport {
  private readonly inner = createUwsTransport()
  private listening: { readonly options: ListenOptions; readonly handlers: TransportHandlers } | undefined

  async listen(options: ListenOptions, handlers: TransportHandlers): Promise<number> {
    const port = await this.inner.listen(options, handlers)
    this.listening = { options: { ...options, port }, handlers }
    return port
  }

  send(socket: SocketId, frame: Uint8Array | string) {
    return this.inner.send(socket, frame)
  }

  bufferedBytes(socket: SocketId): number {
    return this.inner.bufferedBytes(socket)
  }

  close(socket: SocketId, code: number, reason: string): void {
    this.inner.close(socket, code, reason)
  }

  stop(): Promise<void> {
    return this.inner.stop()
  }

  /** Listens on the same port again after a stop. */
  async listenAgain(): Promise<void> {
    if (this.listening === undefined) throw new Error('it has never listened; call listen() first')
    await this.inner.listen(this.listening.options, this.listening.handlers)
  }
}
