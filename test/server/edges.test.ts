import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import { clientAddress, isOriginAllowed } from '../../src/adapters/transport-rules.js'
import { WorldNotice } from '../../src/net/opcodes.js'
import { createServer, type Server } from '../../src/server/server.js'
import { connectSocket } from './socket-client.js'
import { tinyGame } from './tiny-game.js'

let server: Server | undefined
afterEach(() => server?.stop())

async function host(config: Parameters<typeof createServer>[0]['config']): Promise<Server> {
  server = createServer({
    game: tinyGame,
    config: { bots: 0, creatures: 0, port: 0, ...config },
    ports: { log: createMemoryLog() },
  })
  await server.start()
  return server
}

/** How a handshake with these headers ends: `open`, or the status that refused it. */
function handshake(url: string, options: ConstructorParameters<typeof WebSocket>[2]): Promise<string | number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, ['myriad.v1.msgpack'], options)
    socket.on('open', () => {
      socket.terminate()
      resolve('open')
    })
    socket.on('unexpected-response', (request, response) => {
      request.destroy()
      resolve(response.statusCode ?? 0)
    })
    socket.on('error', (error) => resolve(error.message))
  })
}

describe('the origin of a page', () => {
  it.each([
    ['', 'localhost:7777', true],
    ['http://localhost:7777', 'localhost:7777', true],
    ['http://localhost:7777', 'LOCALHOST:7777', true],
    ['http://localhost:8888', 'localhost:7777', false],
    ['https://play.example', 'localhost:7777', true],
    ['https://play.example.evil.example', 'localhost:7777', false],
    ['null', 'localhost:7777', false],
  ])('%s towards %s: %s', (origin, at, allowed) => {
    expect(isOriginAllowed(origin, at, ['https://play.example'])).toBe(allowed)
  })

  it('decides over the handshake', async () => {
    const { port } = await host({ origins: ['https://play.example'] })
    const url = `ws://127.0.0.1:${port}/`
    expect(await handshake(url, {})).toBe('open')
    expect(await handshake(url, { origin: 'https://play.example' })).toBe('open')
    expect(await handshake(url, { origin: `http://127.0.0.1:${port}` })).toBe('open')
    expect(await handshake(url, { origin: 'https://elsewhere.example' })).toBe(403)
  })
})

describe('the address of a client', () => {
  it.each([
    ['10.0.0.9', '1.2.3.4', [], '10.0.0.9'],
    ['10.0.0.9', '1.2.3.4', ['10.0.0.9'], '1.2.3.4'],
    ['10.0.0.9', '6.6.6.6, 1.2.3.4, 10.0.0.8', ['10.0.0.9', '10.0.0.8'], '1.2.3.4'],
    ['10.0.0.9', 'nonsense', ['10.0.0.9'], '10.0.0.9'],
    ['10.0.0.9', '', ['10.0.0.9'], '10.0.0.9'],
    // Whatever the client wrote itself stands before what the proxy wrote of it.
    ['10.0.0.9', '6.6.6.6, unknown', ['10.0.0.9'], '10.0.0.9'],
    ['10.0.0.9', '6.6.6.6, _hidden, 10.0.0.8', ['10.0.0.9', '10.0.0.8'], '10.0.0.9'],
    ['10.0.0.9', '6.6.6.6, 1.2.3.4:5678', ['10.0.0.9'], '1.2.3.4'],
    ['10.0.0.9', '6.6.6.6, 1.2.3.4, 10.0.0.8:443', ['10.0.0.9', '10.0.0.8'], '1.2.3.4'],
    ['10.0.0.9', '6.6.6.6, [2001:db8::7]:5678', ['10.0.0.9'], '2001:db8::7'],
    ['10.0.0.9', '6.6.6.6, 2001:db8::7', ['10.0.0.9'], '2001:db8::7'],
    ['10.0.0.9', '6.6.6.6, 1.2.3.4.5:80', ['10.0.0.9'], '10.0.0.9'],
    ['10.0.0.9', '10.0.0.8', ['10.0.0.9', '10.0.0.8'], '10.0.0.9'],
  ])('from %s, forwarded for "%s", proxies %j: %s', (peer, forwarded, proxies, address) => {
    expect(clientAddress(peer, forwarded, proxies)).toBe(address)
  })

  it('bounds how many come from one, loopback apart', async () => {
    const running = await host({ addressClientsMax: 2, proxies: ['127.0.0.1'] })
    const url = `ws://127.0.0.1:${running.port}/`
    // Two lines of one name: what the client made up, and what its proxy added.
    const from = (address: string, madeUp: string) =>
      new WebSocket(url, ['myriad.v1.msgpack'], { headers: { 'x-forwarded-for': [madeUp, address] } })
    const sockets = ['1.2.3.4', '1.2.3.4', '5.6.7.8'].map((address, i) => from(address, `6.6.6.${i}`))
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.on('open', resolve))))
    const third = from('1.2.3.4', '6.6.6.9')
    const code = await new Promise((resolve) => third.on('close', resolve))
    expect(code).toBe(1013)
    expect(running.statistics().closed).toEqual({ addressFull: 1 })
    expect(running.statistics().sockets).toBe(3)
    for (const socket of sockets) socket.terminate()
  })
})

describe('a stop with a drain time', () => {
  it('tells the clients at once, lets nobody in, and ends when the time is over', async () => {
    const running = await host({ drainS: 1 })
    const client = await connectSocket(running.port)
    const stopping = running.stop()
    expect((await client.until(WorldNotice.name)).text).toContain('1 s')
    const late = new WebSocket(`ws://127.0.0.1:${running.port}/`, ['myriad.v1.msgpack'])
    expect(await new Promise((resolve) => late.on('close', resolve))).toBe(1001)
    expect((await client.until('session.closed')).reason).toBe('shutdown')
    await stopping
  })
})

describe('tls', () => {
  const canMake = existsSync('/usr/bin/openssl')
  if (!canMake) console.warn('skipped: openssl is not installed, so no certificate can be made')

  it.skipIf(!canMake && process.env.CI === undefined)('serves https and wss with the certificate of the config', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'myriad-tls-'))
    const [tlsCert, tlsKey] = [join(directory, 'cert.pem'), join(directory, 'key.pem')]
    const subject = ['-subj', '/CN=localhost', '-days', '1', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']
    execFileSync('openssl', ['req', '-x509', ...subject, '-out', tlsCert, '-keyout', tlsKey], { stdio: 'ignore' })
    const { port } = await host({ tlsCert, tlsKey })
    expect(await handshake(`wss://127.0.0.1:${port}/`, { rejectUnauthorized: false })).toBe('open')
    expect(await handshake(`ws://127.0.0.1:${port}/`, {})).not.toBe('open')
    rmSync(directory, { recursive: true })
  })

  it('refuses half a pair, and files that are not there', async () => {
    await expect(host({ tlsCert: 'only.pem' })).rejects.toThrow(/tlsCert and tlsKey belong together/)
    await expect(host({ tlsCert: 'no.pem', tlsKey: 'no-key.pem' })).rejects.toThrow(/"no.pem" is not there/)
  })
})
