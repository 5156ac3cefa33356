import { expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import { createMemoryTransport, type MemoryAnswer, type MemoryClient } from '../../src/adapters/memory-transport.js'
import { addressText, cutCloseReason } from '../../src/adapters/transport-rules.js'
import { createUwsTransport } from '../../src/adapters/uws-transport.js'
import { transportContract } from './transport.contract.js'
import { type FarEnd, type Fetched, type HarnessFactory, HOST, listener } from './transport-harness.js'
import { openWs, readHttp, sendHttp } from './ws-client.js'

const uwsHarness: HarnessFactory = (options) => {
  const clients: WebSocket[] = []
  return {
    transport: createUwsTransport(options),
    async connect(port, subprotocols = []) {
      const { ws, end } = await openWs(port, [...subprotocols])
      clients.push(ws)
      return end
    },
    get: readHttp,
    post: (port, path, body, origin) => sendHttp(port, path, { body, headers: origin === undefined ? {} : { origin } }),
    dispose() {
      for (const ws of clients) ws.terminate()
    },
  }
}

const farEndOf = (client: MemoryClient): FarEnd => ({
  async next() {
    const bytes = client.received.shift()
    if (bytes === undefined) throw new Error('nothing was received')
    return bytes
  },
  async nextText() {
    const text = client.receivedTexts.shift()
    if (text === undefined) throw new Error('no text was received')
    return text
  },
  send: (frame) => client.send(frame),
  close: (code) => client.close(code),
  pause: () => client.pause(),
  resume: () => client.resume(),
  get closed() {
    return client.closed === null ? Promise.reject(new Error('still open')) : Promise.resolve(client.closed)
  },
})

const fetched = ({ status, headers, body }: MemoryAnswer): Fetched => ({
  status,
  headers,
  body: typeof body === 'string' ? body : new TextDecoder().decode(body),
})

const machine = new Set<number>()
const memoryHarness: HarnessFactory = (options) => {
  const transport = createMemoryTransport(options, machine)
  return {
    transport,
    connect: async (_, subprotocols = []) => farEndOf(transport.connect(undefined, subprotocols.join(', '))),
    get: async (_, path) => fetched(await transport.get(path)),
    post: async (_, path, body, origin = '') => fetched(await transport.post(path, body, { origin })),
    dispose() {},
  }
}

transportContract('uws', uwsHarness)
transportContract('memory', memoryHarness)

test('memory: a paused client sees the close after what was sent before it', async () => {
  const transport = createMemoryTransport()
  await transport.listen({ host: HOST, port: 0, frameBytesMax: 10 }, listener().handlers)
  const client = transport.connect('10.0.0.9')
  client.pause()
  transport.send(client.socket, Uint8Array.of(1))
  transport.close(client.socket, 4000, 'bye')
  expect([client.received, client.closed]).toEqual([[], null])
  client.resume()
  expect([client.received, client.closed]).toEqual([[Uint8Array.of(1)], { code: 4000, reason: 'bye' }])
})

test('memory: nothing can connect to or ask a transport that does not listen', async () => {
  const transport = createMemoryTransport()
  expect(() => transport.connect()).toThrow('does not listen')
  await expect(transport.get('/')).rejects.toMatchObject({ code: 'CONNECT_FAILED' })
})

test('a close reason is cut between characters', () => {
  expect(cutCloseReason('a'.repeat(123))).toBe('a'.repeat(123))
  expect(cutCloseReason(`${'a'.repeat(122)}ä`)).toBe('a'.repeat(122))
})

test('addresses have one spelling', () => {
  const bytes = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))
  expect(addressText(Uint8Array.of(10, 0, 0, 255))).toBe('10.0.0.255')
  expect(addressText(bytes('0000 0000 0000 0000 0000 ffff 7f00 0001'))).toBe('127.0.0.1')
  expect(addressText(bytes('0000 0000 0000 0000 0000 0000 0000 0001'))).toBe('::1')
  expect(addressText(bytes('2001 0db8 0000 0000 0001 0000 0000 00ab'))).toBe('2001:db8::1:0:0:ab')
})
