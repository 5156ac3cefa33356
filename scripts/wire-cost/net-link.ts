import { connect, type Socket } from 'node:net'

const OPCODE_BINARY = 2
const OPCODE_CLOSE = 8
const OPCODE_PING = 9
const OPCODE_PONG = 10

/** A whole frame as a client sends it, masked with zeros. */
function frameOf(opcode: number, payload: Uint8Array): Uint8Array {
  const { length } = payload
  const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 0xff]
  return Uint8Array.from([0x80 | opcode, ...size, 0, 0, 0, 0, ...payload])
}

/**
 * A WebSocket over a bare TCP socket. It takes little memory, and can really stop reading: then nothing is read ahead in this process
 * either. It sends at most 65,535 bytes a frame.
 */
export class NetLink {
  /** The code of the server's close frame, 1006 where the connection ended without one; undefined while it is open. */
  closed: number | undefined
  private pending: Buffer = Buffer.alloc(0)
  private isUpgraded = false

  private constructor(
    private readonly socket: Socket,
    private readonly receive: (bytes: Uint8Array) => void,
    private readonly upgraded: () => void,
    ended: (code: number) => void,
  ) {
    socket.on('data', (chunk: Buffer) => this.take(chunk))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.closed ??= 1006
      ended(this.closed)
    })
  }

  /** Resolves when the handshake is answered. */
  static open(
    port: number,
    receive: (bytes: Uint8Array) => void,
    ended: (code: number) => void = () => undefined,
  ): Promise<NetLink> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('error', reject)
      const link: NetLink = new NetLink(socket, receive, () => resolve(link), ended)
      const lines = [
        'GET / HTTP/1.1',
        `Host: 127.0.0.1:${port}`,
        'Upgrade: websocket',
        'Connection: Upgrade',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Protocol: myriad.v1.msgpack',
      ]
      socket.write(`${lines.join('\r\n')}\r\n\r\n`)
    })
  }

  private take(chunk: Buffer): void {
    this.pending = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk])
    if (!this.isUpgraded) {
      const end = this.pending.indexOf('\r\n\r\n')
      if (end < 0) return
      this.isUpgraded = true
      this.pending = this.pending.subarray(end + 4)
      this.upgraded()
    }
    while (this.frame());
  }

  /** Takes one frame off what has come; false when there is no whole one. A server neither masks nor splits its frames. */
  private frame(): boolean {
    const { pending } = this
    if (pending.length < 2) return false
    const short = pending[1] & 0x7f
    const head = short < 126 ? 2 : short === 126 ? 4 : 10
    if (pending.length < head) return false
    const length = short < 126 ? short : short === 126 ? pending.readUInt16BE(2) : Number(pending.readBigUInt64BE(2))
    if (pending.length < head + length) return false
    const payload = new Uint8Array(pending.subarray(head, head + length))
    this.pending = pending.subarray(head + length)
    const opcode = pending[0] & 0x0f
    if (opcode === OPCODE_BINARY) this.receive(payload)
    else if (opcode === OPCODE_PING) this.socket.write(frameOf(OPCODE_PONG, payload))
    else if (opcode === OPCODE_CLOSE) this.closed = payload.length < 2 ? 1005 : (payload[0] << 8) | payload[1]
    return true
  }

  send(bytes: Uint8Array): void {
    this.socket.write(frameOf(OPCODE_BINARY, bytes))
  }

  stopReading(): void {
    this.socket.pause()
  }

  goOn(): void {
    this.socket.resume()
  }

  close(): void {
    this.socket.destroy()
  }
}
