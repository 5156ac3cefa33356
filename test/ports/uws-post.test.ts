import type { HttpResponse } from 'uWebSockets.js'
import { connect as tcpConnect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { createUnheardDesk, POST_BODY_MS_MAX, POSTS_PENDING_MAX, UNHEARD_PENDING_MAX } from '../../src/adapters/post-desk.js'
import type { TransportOptions } from '../../src/adapters/transport-rules.js'
import { takePost } from '../../src/adapters/uws-post.js'
import { createUwsTransport } from '../../src/adapters/uws-transport.js'
import type { Transport, TransportHandlers } from '../../src/ports/transport.js'
import { HOST, listener, text200 } from './transport-harness.js'
import { readHttp, sendHttp } from './ws-client.js'

/** What only real sockets have of POSTs; the rest is the contract's. */
const bodyBytesMax = 1_000
const running: Transport[] = []
afterEach(async () => {
  for (const transport of running.splice(0)) await transport.stop()
})

type Post = NonNullable<TransportHandlers['post']>
const echo: Post = () => ({ bodyBytesMax, answer: async (body) => text200(new TextDecoder().decode(body)) })

async function start(post: Post = echo, options: TransportOptions = {}): Promise<number> {
  const transport = createUwsTransport(options)
  running.push(transport)
  const { handlers } = listener(() => text200('got'), post)
  return await transport.listen({ host: HOST, port: 0, frameBytesMax: 1024 }, handlers)
}

/** Sends these pieces one by one and gives back all that came until the other end closed. */
async function raw(port: number, ...pieces: string[]): Promise<string> {
  const socket = tcpConnect(port, HOST)
  let got = ''
  socket.on('data', (chunk) => {
    got += chunk.toString()
  })
  const closed = new Promise<void>((resolve) => void socket.on('close', () => resolve()))
  socket.on('error', () => undefined)
  for (const piece of pieces) {
    await new Promise<void>((resolve) => void socket.write(piece, () => resolve()))
    // Long enough that the next piece is a packet of its own.
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await closed
  return got
}

const headOf = (length: number) =>
  `POST /login HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: ${length}\r\n\r\n`

describe('a POST on a real socket', () => {
  test('comes in pieces and is heard of as a whole', async () => {
    const answered = raw(await start(), headOf(9).replace('Host', 'Connection: close\r\nHost'), 'one', 'two', 'six')
    expect(await answered).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*\r\n\r\nonetwosix$/)
  })

  test('that goes on after its limit is answered and cut off', async () => {
    const answered = await raw(await start(), headOf(1_000_000), 'x'.repeat(bodyBytesMax), 'x', 'x'.repeat(100))
    expect(answered).toMatch(/^HTTP\/1.1 413 /)
  })

  test('that never ends is answered and cut off after its time', async () => {
    const startMs = performance.now()
    expect(await raw(await start(), headOf(9), 'one')).toMatch(/^HTTP\/1.1 408 /)
    expect(performance.now() - startMs).toBeGreaterThan(POST_BODY_MS_MAX - 100)
  })

  test('that its client gives up makes room again, before its body has come and after', async () => {
    let heads = 0
    let answers = 0
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const port = await start(() => {
      heads += 1
      const answer = async () => {
        answers += 1
        await held
        return text200('done')
      }
      return { bodyBytesMax, answer }
    })
    const dropped = async (text: string) => {
      const socket = tcpConnect(port, HOST)
      socket.on('error', () => undefined)
      await new Promise<void>((resolve) => void socket.write(text, () => resolve()))
      return socket
    }
    const half = await Promise.all(Array.from({ length: POSTS_PENDING_MAX / 2 }, () => dropped(headOf(9))))
    const whole = await Promise.all(Array.from({ length: POSTS_PENDING_MAX / 2 }, () => dropped(`${headOf(3)}one`)))
    while (heads < POSTS_PENDING_MAX || answers < POSTS_PENDING_MAX / 2) await new Promise((resolve) => setTimeout(resolve, 5))
    expect((await sendHttp(port, '/x', { body: 'x' })).status).toBe(503)
    for (const socket of [...half, ...whole]) socket.destroy()
    release()
    let status = 503
    while (status === 503) ({ status } = await sendHttp(port, '/x', { body: 'x' }))
    expect(status).toBe(200)
  })

  test('that a stop cuts off keeps nothing alive and is answered no more', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    let heads = 0
    let answers = 0
    const port = await start(() => {
      heads += 1
      const answer = async () => {
        answers += 1
        await held
        return text200('late')
      }
      return { bodyBytesMax, answer }
    })
    const half = raw(port, headOf(9), 'one')
    const whole = raw(port, headOf(3), 'one')
    while (heads < 2 || answers < 1) await new Promise((resolve) => setTimeout(resolve, 5))
    await running.pop()!.stop()
    expect(await Promise.all([half, whole])).toEqual(['', ''])
    release()
    await new Promise((resolve) => setImmediate(resolve))
    expect(answers).toBe(1)
  })

  test('has the address of its client behind a proxy that is believed, else that of its peer', async () => {
    const address: Post = (head) => ({ bodyBytesMax, answer: async () => text200(head.address) })
    const headers = { 'x-forwarded-for': '6.6.6.6, 1.2.3.4' }
    expect((await sendHttp(await start(address), '/x', { body: '{}', headers })).body).toBe('127.0.0.1')
    const behind = await start(address, { proxies: ['127.0.0.1'] })
    expect((await sendHttp(behind, '/x', { body: '{}', headers })).body).toBe('1.2.3.4')
    // A proxy may leave its client's line as it is and add another.
    const lines = 'X-Forwarded-For: 6.6.6.6\r\nHost: a\r\nX-FORWARDED-FOR: 1.2.3.4\r\nConnection: close'
    expect(await raw(behind, headOf(2).replace('Host: a', lines), '{}')).toMatch(/\r\n\r\n1\.2\.3\.4$/)
  })

  test('without a body is heard of as an empty one', async () => {
    const { status, body } = await sendHttp(await start(), '/x', {})
    expect([status, body]).toEqual([200, ''])
  })
})

describe('a POST that is refused by its head', () => {
  const refusal = { ...text200('no'), status: 429 }

  test('is answered after its body, of which nothing is kept', async () => {
    const desks = { heard: () => refusal, unheard: createUnheardDesk() }
    let data: (chunk: ArrayBuffer, isLast: boolean) => void = () => undefined
    const written: number[] = []
    const response: Partial<HttpResponse> = {
      getRemoteAddress: () => Uint8Array.of(10, 0, 0, 9).buffer,
      onAborted: () => response as HttpResponse,
      onData(handler) {
        data = handler
        return response as HttpResponse
      },
      cork(write) {
        write()
        return response as HttpResponse
      },
    }
    const request = { getUrl: () => '/login', getHeader: () => '', forEach: () => undefined }
    takePost(response as HttpResponse, request, desks, [], (_response, _path, { status }) => void written.push(status))
    let copies = 0
    const chunk = Object.assign(new ArrayBuffer(100), {
      slice() {
        copies += 1
        return new ArrayBuffer(100)
      },
    })
    data(chunk, false)
    data(chunk, true)
    await new Promise((resolve) => setImmediate(resolve))
    expect([written, copies]).toEqual([[429], 0])
  })

  test('is let go on up to a number of them, beyond it answered and cut off at once', async () => {
    let heads = 0
    const port = await start(() => {
      heads += 1
      return refusal
    })
    const halves = Array.from({ length: UNHEARD_PENDING_MAX }, () => {
      const socket = tcpConnect(port, HOST)
      socket.on('error', () => undefined)
      socket.write(headOf(9))
      return socket
    })
    while (heads < UNHEARD_PENDING_MAX) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(await raw(port, headOf(9))).toMatch(/^HTTP\/1.1 429 /)
    for (const socket of halves) socket.destroy()
  })

  test('makes room when its body has come, or will not, once', async () => {
    const unheard = createUnheardDesk()
    const open = Array.from({ length: UNHEARD_PENDING_MAX }, () => unheard(refusal))
    expect(unheard(refusal)).toBeUndefined()
    for (let i = 0; i < 3; i += 1) open[0]?.drop()
    expect(await open[1]?.finish(new Uint8Array())).toBe(refusal)
    open[1]?.drop()
    expect([unheard(refusal), unheard(refusal), unheard(refusal)].filter((one) => one === undefined)).toHaveLength(1)
  })
})

describe('beside POSTs', () => {
  test('a browser that asks first is told what a listed page may send; others are refused', async () => {
    const port = await start(echo, { origins: ['https://play.example'] })
    const ask = (origin: string) => sendHttp(port, '/login', { method: 'OPTIONS', headers: { origin } })
    const { status, headers } = await ask('https://play.example')
    expect(status).toBe(204)
    expect(headers).toMatchObject({
      'access-control-allow-origin': 'https://play.example',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type',
    })
    const refused = await ask('https://evil.example')
    expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([403, undefined])
  })

  test.each(['HEAD', 'PUT', 'DELETE'])('%s is 405 and says what there is; GET goes on', async (method) => {
    const port = await start()
    const { status, headers } = await readHttp(port, '/x', method)
    expect([status, headers.allow]).toEqual([405, 'GET, POST'])
    expect((await readHttp(port, '/x')).body).toBe('got')
  })
})
