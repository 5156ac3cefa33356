import { type AddressInfo, createServer, connect as tcpConnect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { createUwsTransport } from '../../src/adapters/uws-transport.js'
import type { HttpAnswer, Transport } from '../../src/ports/transport.js'
import { HOST, listener, text200 } from './transport-harness.js'
import { openWs, readHttp } from './ws-client.js'

/** What only real sockets have; the rest is the contract's. */
let transport: Transport = createUwsTransport()
const sockets: WebSocket[] = []
const start = async (heard: ReturnType<typeof listener>) => {
  transport = createUwsTransport()
  return await transport.listen({ host: HOST, port: 0, frameBytesMax: 1024 }, heard.handlers)
}
const open = async (port: number, subprotocols?: string[]) => {
  const opened = await openWs(port, subprotocols)
  sockets.push(opened.ws)
  return opened
}
afterEach(async () => {
  for (const ws of sockets.splice(0)) ws.terminate()
  await transport.stop()
})

test.each([
  { offered: [], echoed: '' },
  { offered: ['myriad.v1.msgpack'], echoed: 'myriad.v1.msgpack' },
  { offered: ['other.v9', 'myriad.v1.msgpack'], echoed: 'myriad.v1.msgpack' },
  { offered: ['myriad.v1.json'], echoed: 'myriad.v1.json' },
  { offered: ['other.v9', 'myriad.v1.json', 'myriad.v1.msgpack'], echoed: 'myriad.v1.json' },
])('subprotocols $offered are answered with "$echoed"', async ({ offered, echoed }) => {
  const { ws } = await open(await start(listener()), offered)
  expect(ws.protocol).toBe(echoed)
})

test('a client that offers only unknown subprotocols is answered 400', async () => {
  const heard = listener()
  const port = await start(heard)
  await expect(open(port, ['myriad.v2.msgpack', 'other'])).rejects.toThrow('400')
  expect(heard.events).toEqual([])
})

test('a text frame that is no UTF-8 breaks its socket and is not heard of', async () => {
  const heard = listener()
  const { ws, end } = await open(await start(heard), ['myriad.v1.json'])
  ws.send(Uint8Array.of(0x5b, 0xff, 0x5d), { binary: false })
  expect((await end.closed).code).toBe(1006)
  await heard.heard('close 1 1006')
  expect(heard.messages).toEqual([])
})

test('a connection that breaks is reported once', async () => {
  const heard = listener()
  const { ws } = await open(await start(heard))
  ws.terminate()
  await heard.heard('close 1 1006')
  expect(heard.events).toEqual(['open 1 127.0.0.1', 'close 1 1006'])
})

test('a fragmented message counts as a whole against the limit', async () => {
  const heard = listener()
  const { ws, end } = await open(await start(heard))
  for (let part = 0; part < 3; part += 1) ws.send(new Uint8Array(500), { fin: part === 2 })
  expect((await end.closed).code).toBe(1006)
  expect(heard.messages).toEqual([])
})

test.each(['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is answered 405', async (method) => {
  const port = await start(listener(() => text200('got')))
  const { status, headers, body } = await readHttp(port, '/status', method)
  expect([status, headers.allow, body]).toEqual([405, 'GET', ''])
})

test('the query is not part of the path, and an upgrade elsewhere is a plain GET', async () => {
  const paths: string[] = []
  const port = await start(listener((path) => void paths.push(path)))
  expect((await readHttp(port, '/a/b?c=d')).status).toBe(404)
  const ws = new WebSocket(`ws://${HOST}:${port}/elsewhere`)
  const refused = await new Promise<Error>((resolve) => void ws.once('error', resolve))
  expect(refused.message).toContain('404')
  expect(paths).toEqual(['/a/b', '/elsewhere'])
})

test('a client that gives up before its late answer harms nobody', async () => {
  const answers: ((answer: HttpAnswer) => void)[] = []
  const asked: (() => void)[] = []
  const late = () => new Promise<HttpAnswer>((resolve) => void answers.push(resolve))
  const port = await start(
    listener((path) => {
      if (path === '/status') return text200('alive')
      asked.shift()?.()
      return late()
    }),
  )
  const giveUp = async () => {
    const reached = new Promise<void>((resolve) => void asked.push(resolve))
    const raw = tcpConnect(port, HOST)
    raw.write(`GET /slow HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`)
    await reached
    const closed = new Promise((resolve) => void raw.once('close', resolve))
    raw.destroy()
    await closed
  }
  await giveUp()
  // A second request makes the server's loop turn, so that it knows of the first one's end before the answer comes.
  expect((await readHttp(port, '/status')).body).toBe('alive')
  for (const answer of answers.splice(0)) answer(text200('late'))
  await giveUp()
  for (const answer of answers.splice(0)) answer(text200('too early to know'))
  expect((await readHttp(port, '/status')).body).toBe('alive')
})

test('an answer that is late for the stop harms nobody', async () => {
  let answer = (_: HttpAnswer) => {}
  const heard = listener(
    () =>
      new Promise<HttpAnswer>((resolve) => {
        answer = resolve
        asked()
      }),
  )
  let asked = () => {}
  const reached = new Promise<void>((resolve) => {
    asked = resolve
  })
  const port = await start(heard)
  const fetched = readHttp(port, '/slow')
  fetched.catch(() => {})
  await reached
  await transport.stop()
  answer(text200('late'))
  await expect(fetched).rejects.toThrow()
})

test('a port that another kind of server holds is taken too', async () => {
  const holder = createServer()
  await new Promise<void>((resolve) => void holder.listen(0, HOST, resolve))
  const { port } = holder.address() as AddressInfo
  const listening = transport.listen({ host: HOST, port, frameBytesMax: 1024 }, listener().handlers)
  await expect(listening).rejects.toMatchObject({ code: 'PORT_TAKEN' })
  await new Promise((resolve) => void holder.close(resolve))
  expect(await transport.listen({ host: HOST, port, frameBytesMax: 1024 }, listener().handlers)).toBe(port)
})

test('an address that is not of this machine is a mistake in the configuration', async () => {
  const listening = transport.listen({ host: '192.0.2.1', port: 0, frameBytesMax: 1024 }, listener().handlers)
  await expect(listening).rejects.toMatchObject({ code: 'BAD_CONFIG', message: expect.stringContaining('EADDRNOTAVAIL') })
})
