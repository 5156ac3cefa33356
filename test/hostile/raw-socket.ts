import { connect, type Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const HOST = '127.0.0.1'
const HANDSHAKE = [
  'GET / HTTP/1.1',
  `Host: ${HOST}`,
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
  '',
  '',
].join('\r\n')

/** A TCP connection that a test speaks byte by byte. */
export interface RawSocket {
  readonly socket: Socket
  /** Everything that came, as Latin-1, once the far end closed. */
  readonly closed: Promise<string>
}

export function openRaw(port: number, first: string | Uint8Array = ''): RawSocket {
  const socket = connect(port, HOST)
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => void chunks.push(chunk))
  // A reset is an end like any other here.
  socket.on('error', () => undefined)
  const closed = new Promise<string>((resolve) => {
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
  })
  if (first.length > 0) socket.write(first)
  return { socket, closed }
}

/** Resolves when the handshake of a WebSocket is answered. */
export async function openRawWs(port: number): Promise<RawSocket> {
  const raw = openRaw(port, HANDSHAKE)
  await new Promise((resolve) => raw.socket.once('data', resolve))
  return raw
}

/** A frame as a client sends it, masked with zeros; `length` may claim more than there is. */
export function wsFrame(opcode: number, payload: Uint8Array, options: { isLast?: boolean; length?: number } = {}): Uint8Array {
  const { isLast = true, length = payload.length } = options
  const head = [(isLast ? 0x80 : 0) | opcode]
  if (length < 126) head.push(0x80 | length)
  else if (length < 65_536) head.push(0x80 | 126, length >> 8, length & 0xff)
  else head.push(0x80 | 127, 0, 0, 0, 0, (length >>> 24) & 0xff, (length >>> 16) & 0xff, (length >>> 8) & 0xff, length & 0xff)
  return Uint8Array.from([...head, 0, 0, 0, 0, ...payload])
}

/** Live bytes of the heap after a collection. */
export function liveBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  collect()
  return process.memoryUsage().heapUsed
}
