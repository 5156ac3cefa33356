import { expect, test } from 'vitest'
import { HTTP_PENDING_MAX, type HttpErrorListener } from '../../src/adapters/transport-rules.js'
import type { HttpAnswer } from '../../src/ports/transport.js'
import { type Stage, text200 } from './transport-harness.js'

/** What a plain GET gets. */
export function answersContract({ start }: Stage): void {
  test('an answer goes out with its type and the safe headers; the path comes in', async () => {
    const paths: string[] = []
    const { get } = await start((path) => {
      paths.push(path)
      return { status: 200, contentType: 'application/json', body: '{"ok":true}' }
    })
    const fetched = await get('/status')
    expect([fetched.status, fetched.body]).toEqual([200, '{"ok":true}'])
    expect(fetched.headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    await get('/')
    expect(paths).toEqual(['/status', '/'])
  })

  test('bytes are a body too, and late answers arrive', async () => {
    const { get } = await start(async (path) => {
      await new Promise((resolve) => setImmediate(resolve))
      return { status: 201, contentType: 'text/plain', body: new TextEncoder().encode(`late ${path}`) }
    })
    const fetched = await get('/x')
    expect([fetched.status, fetched.body]).toEqual([201, 'late /x'])
  })

  test('undefined is 404', async () => {
    const { get } = await start()
    expect((await get('/nowhere')).status).toBe(404)
  })

  test('content is kept for ever, a failure to find it is not', async () => {
    const { get } = await start((path) => (path === '/content/abc.json' ? text200('{}') : undefined))
    expect((await get('/content/abc.json')).headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect((await get('/content/def.json')).headers['cache-control']).toBe('no-store')
  })
}

/** What becomes of handlers that fail or take long. */
export function failuresContract({ start }: Stage): void {
  test('a handler that throws or rejects is answered 500 and reported', async () => {
    const errors: string[] = []
    const onHttpError: HttpErrorListener = (error, path) => void errors.push(`${path} ${String(error)}`)
    const http = (path: string) => {
      if (path === '/throws') throw new Error('one')
      return Promise.reject<HttpAnswer>(new Error('two'))
    }
    const { get } = await start(http, { onHttpError })
    expect([(await get('/throws')).status, (await get('/rejects')).status]).toEqual([500, 500])
    expect(errors).toEqual(['/throws Error: one', '/rejects Error: two'])
  })

  test('more late answers than the limit are refused, and room comes back', async () => {
    let release = (_: HttpAnswer) => {}
    const answer = new Promise<HttpAnswer>((resolve) => {
      release = resolve
    })
    let asked = 0
    let fill = () => {}
    const filled = new Promise<void>((resolve) => {
      fill = resolve
    })
    const { get } = await start(() => {
      asked += 1
      if (asked === HTTP_PENDING_MAX) fill()
      return answer
    })
    const waiting = Array.from({ length: HTTP_PENDING_MAX }, () => get('/slow'))
    await filled
    expect((await get('/slow')).status).toBe(503)
    release(text200('done'))
    for (const fetched of await Promise.all(waiting)) expect(fetched.status).toBe(200)
    expect((await get('/slow')).body).toBe('done')
  })
}
