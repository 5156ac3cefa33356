import { expect, test } from 'vitest'
import { POSTS_PENDING_MAX } from '../../src/adapters/post-desk.js'
import type { HttpAnswer, TransportHandlers } from '../../src/ports/transport.js'
import { type HarnessOptions, type Stage, text200 } from './transport-harness.js'

const bodyBytesMax = 1_000
type Post = NonNullable<TransportHandlers['post']>
const echo: Post = () => ({ bodyBytesMax, answer: async (body) => text200(new TextDecoder().decode(body)) })

const starterOf =
  ({ start }: Stage) =>
  (post: Post, options: HarnessOptions = {}) =>
    start(undefined, options, post)

/** What a POST gets. */
export function postsContract(stage: Stage): void {
  headsContract(stage)
  postRefusalsContract(stage)
}

function headsContract(stage: Stage): void {
  const start = starterOf(stage)

  test('without a handler every POST is 405', async () => {
    const { post } = await stage.start()
    const { status, headers } = await post('/login', '{}')
    expect([status, headers.allow]).toEqual([405, 'GET'])
  })

  test('a head comes in before its body, and the body whole; the answer may have headers of its own', async () => {
    const heads: unknown[] = []
    const { post } = await start((head) => {
      heads.push(head)
      return { bodyBytesMax, answer: async (body) => ({ ...text200(`${body.length}`), headers: { 'Retry-After': '7' } }) }
    })
    const { status, headers, body } = await post('/login', 'pä')
    expect(heads).toEqual([{ path: '/login', address: '127.0.0.1', contentType: 'application/json' }])
    expect([status, body]).toEqual([200, '3'])
    expect(headers).toMatchObject({ 'retry-after': '7', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    expect(headers['access-control-allow-origin']).toBeUndefined()
  })

  test('a body at the limit is heard of, a longer one is 413 and is not', async () => {
    const heard: number[] = []
    const { post } = await start(() => ({
      bodyBytesMax,
      answer: async (body) => {
        heard.push(body.length)
        return text200('')
      },
    }))
    expect((await post('/x', 'x'.repeat(bodyBytesMax))).status).toBe(200)
    expect((await post('/x', 'x'.repeat(bodyBytesMax + 1))).status).toBe(413)
    expect(heard).toEqual([bodyBytesMax])
  })

  test('undefined is 404, and a refusal by the head is the answer, whatever the body', async () => {
    const { post } = await start(({ path }) => (path === '/no' ? { ...text200('no'), status: 429 } : undefined))
    expect((await post('/elsewhere', '{}')).status).toBe(404)
    for (const body of ['', '{}', 'x'.repeat(5_000)]) expect((await post('/no', body)).status).toBe(429)
  })
}

function postRefusalsContract(stage: Stage): void {
  const start = starterOf(stage)

  test('a page of another origin is refused unheard, unless it is listed; then it may read the answer', async () => {
    let asked = 0
    const options = { origins: ['https://play.example'] }
    const { post } = await start((head) => {
      asked += 1
      return echo(head)
    }, options)
    expect((await post('/x', 'hi', 'https://evil.example')).status).toBe(403)
    expect(asked).toBe(0)
    const { status, headers } = await post('/x', 'hi', 'https://play.example')
    expect([status, headers['access-control-allow-origin'], headers.vary]).toEqual([200, 'https://play.example', 'Origin'])
  })

  test('a handler that throws or rejects is 500 and reported, without the body', async () => {
    const errors: string[] = []
    const onHttpError = (error: unknown, path: string) => void errors.push(`${path} ${String(error)}`)
    const post: Post = ({ path }) => {
      if (path === '/throws') throw new Error('one')
      return { bodyBytesMax, answer: () => Promise.reject<HttpAnswer>(new Error('two')) }
    }
    const stage = await start(post, { onHttpError })
    expect([(await stage.post('/throws', 'secret')).status, (await stage.post('/rejects', 'secret')).status]).toEqual([500, 500])
    expect(errors).toEqual(['/throws Error: one', '/rejects Error: two'])
  })

  test('more of them than the limit are refused, and room comes back', async () => {
    let release = (_: HttpAnswer) => {}
    const answer = new Promise<HttpAnswer>((resolve) => {
      release = resolve
    })
    let asked = 0
    let fill = () => {}
    const filled = new Promise<void>((resolve) => {
      fill = resolve
    })
    const { post } = await start(() => {
      asked += 1
      if (asked === POSTS_PENDING_MAX) fill()
      return { bodyBytesMax, answer: () => answer }
    })
    const waiting = Array.from({ length: POSTS_PENDING_MAX }, () => post('/slow', '{}'))
    await filled
    expect((await post('/slow', '{}')).status).toBe(503)
    release(text200('done'))
    for (const fetched of await Promise.all(waiting)) expect(fetched.status).toBe(200)
    expect((await post('/slow', '{}')).body).toBe('done')
  })
}
