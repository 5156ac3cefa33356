import { request } from 'node:http'
import { WebSocket } from 'ws'
import { type FarEnd, type Fetched, HOST } from './transport-harness.js'

/** A queue with a waiting reader. */
function mailbox(closed: Promise<unknown>) {
  const messages: (Uint8Array | string)[] = []
  let wake = () => {}
  let over = false
  void closed.then(() => {
    over = true
    wake()
  })
  return {
    put(frame: Uint8Array | string) {
      messages.push(frame)
      wake()
    },
    async next(): Promise<Uint8Array | string> {
      while (messages.length === 0) {
        if (over) throw new Error('the socket closed')
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      return messages.shift()!
    },
  }
}

/** A client on the `ws` package. Resolves once open; rejects when the handshake is refused. */
export async function openWs(port: number, subprotocols: string[] = []): Promise<{ end: FarEnd; ws: WebSocket }> {
  const ws = new WebSocket(`ws://${HOST}:${port}/`, subprotocols, { perMessageDeflate: false })
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
  })
  const { put, next } = mailbox(closed)
  ws.on('message', (data: Buffer, isBinary) => put(isBinary ? new Uint8Array(data) : data.toString()))
  await new Promise<void>((resolve, reject) => {
    ws.once('open', resolve)
    ws.once('error', reject)
  })
  // From here on an error is followed by a close, which is what the tests look at.
  ws.on('error', () => {})
  const end: FarEnd = {
    closed,
    async next() {
      const frame = await next()
      if (typeof frame === 'string') throw new Error(`a text frame came: ${frame}`)
      return frame
    },
    async nextText() {
      const frame = await next()
      if (typeof frame !== 'string') throw new Error(`a binary frame of ${frame.length} bytes came`)
      return frame
    },
    send: (frame) => ws.send(frame),
    close: (code) => ws.close(code),
    pause: () => ws.pause(),
    resume: () => ws.resume(),
  }
  return { end, ws }
}

export interface SentHttp {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** JSON, unless the headers say otherwise. */
  readonly body?: string
}

/** One request on a connection of its own; a POST unless said otherwise. */
export const sendHttp = (port: number, path: string, { method = 'POST', headers = {}, body }: SentHttp): Promise<Fetched> =>
  new Promise((resolve, reject) => {
    const typed = body === undefined ? headers : { 'content-type': 'application/json', ...headers }
    const sent = request({ host: HOST, port, path, method, headers: typed, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => void chunks.push(chunk))
      response.on('end', () => {
        const headers = response.headers as Fetched['headers']
        resolve({ status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks).toString() })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })

export const readHttp = (port: number, path: string, method = 'GET'): Promise<Fetched> => sendHttp(port, path, { method })
