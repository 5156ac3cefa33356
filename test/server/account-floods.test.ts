import { afterEach, describe, expect, it } from 'vitest'
import { createMemoryAccounts } from '../../src/adapters/memory-accounts.js'
import { HASHES_PENDING_MAX } from '../../src/server/hash-line.js'
import type { Server } from '../../src/server/server.js'
import { type Answered, accountServer, PASSWORD } from './account-stage.js'
import { tempDirs } from './temp-dir.js'

const directory = tempDirs()
const running: Server[] = []
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop()
})
const start = async (options: Parameters<typeof accountServer>[1] = {}) => {
  const stage = await accountServer(directory(), options)
  running.push(stage.server)
  return stage
}

/** Sends `count` requests, `atOnce` of them at any time. */
async function flood(count: number, atOnce: number, send: (i: number) => Promise<Answered>): Promise<readonly Answered[]> {
  const answers: Answered[] = []
  let next = 0
  const sender = async () => {
    while (next < count) {
      next += 1
      answers.push(await send(next))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, sender))
  return answers
}

const countOf = (answers: readonly Answered[], status: number) => answers.filter((answer) => answer.status === status).length

/** Ticks of the world a second while the work lasts, as parts of what is configured. */
async function tickShare(server: Server, work: () => Promise<unknown>): Promise<number> {
  const [tick, startMs] = [server.simulation.world.tick, performance.now()]
  await work()
  const elapsedS = (performance.now() - startMs) / 1000
  return (server.simulation.world.tick - tick) / (elapsedS * server.config.tickHz)
}

describe('a flood of logins', () => {
  it('from one address gets 429 with Retry-After beyond its number, while the ticks go on', async () => {
    const { server, post } = await start()
    await post('/register', 'Ada', PASSWORD)
    let answers: readonly Answered[] = []
    const share = await tickShare(server, async () => {
      answers = await flood(1_000, 32, (i) => post('/login', `name-${i}`, PASSWORD))
    })
    const heard = answers.filter(({ status }) => status !== 429)
    // As many as may come at once, and one each three seconds besides.
    expect(heard.length).toBeGreaterThanOrEqual(20)
    expect(heard.length).toBeLessThan(60)
    expect(countOf(answers, 429)).toBe(1_000 - heard.length)
    for (const { retryAfter, body } of answers.filter(({ status }) => status === 429)) {
      expect(body).toMatchObject({ error: 'tooMany', retryAfterS: Number(retryAfter) })
      expect(Number(retryAfter)).toBeGreaterThan(0)
    }
    expect(share).toBeGreaterThan(0.7)
  })

  it('for one account from many addresses gets 429 beyond its tries, and other accounts are served', async () => {
    const { post } = await start({ config: { proxies: ['127.0.0.1'], accountTriesMax: 5 } })
    const from = (i: number) => ({ 'x-forwarded-for': `10.0.${i % 200}.${i % 250}` })
    await post('/register', 'Ada', PASSWORD, from(1))
    await post('/register', 'Bert', PASSWORD, from(2))
    const answers = await flood(100, 10, (i) => post('/login', 'Ada', `guess number ${i}`, from(i)))
    expect(countOf(answers, 403)).toBeLessThan(10)
    expect(countOf(answers, 429)).toBeGreaterThan(90)
    expect((await post('/login', 'Ada', PASSWORD, from(101))).status).toBe(429)
    expect((await post('/login', 'Bert', PASSWORD, from(102))).status).toBe(200)
  })

  it('does not change its address by a header that nobody believes', async () => {
    const { post } = await start({ config: { addressLoginsPerMin: 5 } })
    const answers = await flood(50, 5, (i) => post('/login', `name-${i}`, PASSWORD, { 'x-forwarded-for': `10.0.0.${i}` }))
    expect(countOf(answers, 429)).toBeGreaterThanOrEqual(44)
  })

  it('from everywhere at once is answered in turn or with 503, while the ticks go on', async () => {
    const accounts = createMemoryAccounts()
    const { server, post } = await start({ ports: { accounts }, config: { addressLoginsPerMin: 100_000 } })
    await post('/register', 'Ada', PASSWORD)
    let answers: readonly Answered[] = []
    const share = await tickShare(server, async () => {
      answers = await flood(300, HASHES_PENDING_MAX + 16, (i) => post('/login', `name-${i}`, PASSWORD))
    })
    expect(countOf(answers, 503)).toBeGreaterThan(0)
    expect(countOf(answers, 403)).toBeGreaterThanOrEqual(HASHES_PENDING_MAX)
    expect(countOf(answers, 403) + countOf(answers, 503)).toBe(300)
    for (const { retryAfter, body } of answers.filter(({ status }) => status === 503))
      expect([retryAfter, body.error]).toEqual(['2', 'busy'])
    expect(share).toBeGreaterThan(0.7)
    // The registered one gets in as soon as there is room.
    expect((await post('/login', 'Ada', PASSWORD)).status).toBe(200)
  })
})
