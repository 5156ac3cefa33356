import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createMemoryAccounts } from '../../src/adapters/memory-accounts.js'
import { SessionCreateCharacter, SessionEnter, SessionHello } from '../../src/net/opcodes.js'
import type { PostReader } from '../../src/ports/transport.js'
import { accountCodes } from '../../src/protocol/account-codes.js'
import type { AccountDesk } from '../../src/server/account-desk.js'
import { createAccountPosts } from '../../src/server/account-posts.js'
import { createServer, type Server } from '../../src/server/server.js'
import { readHttp, sendHttp } from '../ports/ws-client.js'
import { root } from '../repo/sources.js'
import { accountServer, PASSWORD } from './account-stage.js'
import { connectSocket } from './socket-client.js'
import { tempDirs } from './temp-dir.js'
import { TinyAdd, tinyGame } from './tiny-game.js'

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

async function hello(server: Server, token: unknown) {
  const client = await connectSocket(server.port)
  const seq = client.request(SessionHello, { token: String(token), resume: '', protocolHash: '' })
  return { client, seq }
}

/** Plays by that token, and loses the connection: what resumes the session, which waits. */
async function playAndGo(server: Server, token: unknown): Promise<string> {
  const { client } = await hello(server, token)
  const { accountId, resumeToken } = await client.until('session.welcome')
  client.request(SessionCreateCharacter, { name: `${accountId}`.replace('registered:', 'hero'), class: 1 })
  const { list } = (await client.until('session.characters')) as { list: { characterId: number }[] }
  client.request(SessionEnter, { characterId: list[0]!.characterId })
  await client.until('session.entered')
  client.end.close(1000)
  await client.end.closed
  return String(resumeToken)
}

/** What a hello by that resume token, and by that token, is answered. */
async function resumed(server: Server, resumeToken: string, token: unknown = ''): Promise<string> {
  const client = await connectSocket(server.port)
  return client.resultOf(client.request(SessionHello, { token: String(token), resume: resumeToken, protocolHash: '' }))
}

describe('an account with a password', () => {
  it('is registered, logs in, says hello with its token, and plays', async () => {
    const { server, post } = await start()
    const registered = await post('/register', 'Ada', PASSWORD)
    expect(registered).toMatchObject({ status: 201, body: { account: 'Ada', token: expect.any(String), expiresS: 86_400 } })
    const { status, body } = await post('/login', 'ada', PASSWORD)
    expect([status, Object.keys(body)]).toEqual([200, ['account', 'token', 'expiresS']])
    for (const token of [registered.body.token, body.token]) {
      const { client } = await hello(server, token)
      expect(await client.until('session.welcome')).toMatchObject({ accountId: 'registered:ada' })
      client.end.close(1000)
    }
    const { client } = await hello(server, body.token)
    await client.until('session.welcome')
    client.request(SessionCreateCharacter, { name: 'Adana', class: 1 })
    const { list } = (await client.until('session.characters')) as { list: { characterId: number }[] }
    client.request(SessionEnter, { characterId: list[0]!.characterId })
    await client.until('session.entered')
    expect(await client.resultOf(client.request(TinyAdd, { amount: 3 }))).toBe('ok')
  })

  it('is not logged in to by another password, nor by a token that was tampered with', async () => {
    const { server, post } = await start()
    const { body } = await post('/register', 'Ada', PASSWORD)
    const wrong = await post('/login', 'Ada', `${PASSWORD}!`)
    const unknown = await post('/login', 'Nobody', PASSWORD)
    expect([wrong.status, wrong.body.error]).toEqual([403, 'wrongLogin'])
    expect([unknown.status, unknown.text]).toEqual([wrong.status, wrong.text])
    const [head, payload, signature] = String(body.token).split('.')
    const other = Buffer.from(Buffer.from(payload!, 'base64url').toString().replace('Ada', 'Bob')).toString('base64url')
    const { client, seq } = await hello(server, [head, other, signature].join('.'))
    expect(await client.resultOf(seq)).toBe('notAllowed')
  })

  it('takes as long to be refused as one that is not there', async () => {
    const { post } = await start({ config: { accountTriesMax: 1000, addressLoginsPerMin: 1000 } })
    await post('/register', 'Ada', PASSWORD)
    const times: Record<string, number[]> = { Ada: [], Nobody: [] }
    // By turns, so that a busy machine slows both alike.
    for (let round = 0; round < 15; round += 1) {
      for (const name of ['Ada', 'Nobody']) {
        const startMs = performance.now()
        expect((await post('/login', name, 'another password')).status).toBe(403)
        times[name]!.push(performance.now() - startMs)
      }
    }
    const median = (list: number[]) => list.sort((a, b) => a - b)[7]!
    const ratio = median(times.Nobody!) / median(times.Ada!)
    expect(ratio).toBeGreaterThan(0.5)
    expect(ratio).toBeLessThan(2)
  })

  it('that is locked or has a new password meanwhile is let in by no older token', async () => {
    const accounts = createMemoryAccounts()
    const { server, post } = await start({ ports: { accounts } })
    const { body } = await post('/register', 'Ada', PASSWORD)
    await accounts.changeAccount('Ada', { isLocked: true })
    const { client, seq } = await hello(server, body.token)
    expect(await client.resultOf(seq)).toBe('notAllowed')
    const refused = await post('/login', 'Ada', PASSWORD)
    expect([refused.status, refused.body.error]).toEqual([403, 'locked'])
  })

  it('that is locked may not resume the session that it plays in, another may', async () => {
    const accounts = createMemoryAccounts()
    const { server, post } = await start({ ports: { accounts } })
    const resume = async (name: string) => {
      const resumeToken = await playAndGo(server, (await post('/register', name, PASSWORD)).body.token)
      if (name === 'Ada') await accounts.changeAccount('Ada', { isLocked: true })
      return resumed(server, resumeToken)
    }
    expect([await resume('Ada'), await resume('Bert')]).toEqual(['notAllowed', 'ok'])
  })

  it('is played on by no thief once it was locked, given another password and unlocked', async () => {
    const accounts = createMemoryAccounts()
    const { server, post } = await start({ ports: { accounts } })
    const resumeToken = await playAndGo(server, (await post('/register', 'Ada', PASSWORD)).body.token)
    await accounts.changeAccount('Ada', { isLocked: true })
    const { passwordHash } = (await accounts.findAccount('Ada'))!
    await accounts.changeAccount('Ada', { passwordHash })
    await accounts.changeAccount('Ada', { isLocked: false })
    expect(await resumed(server, resumeToken)).toBe('notAllowed')
    // The owner, whose client has the same old secret and a new token, plays a session of their own.
    const { body } = await post('/login', 'Ada', PASSWORD)
    expect(await resumed(server, resumeToken, body.token)).toBe('ok')
  })

  it('that is locked or has another password is closed where it plays by an older login, and nobody else is', async () => {
    const accounts = createMemoryAccounts()
    const { server, post } = await start({ ports: { accounts } })
    const play = async (token: unknown) => {
      const { client } = await hello(server, token)
      await client.until('session.welcome')
      return client
    }
    const register = async (name: string) => play((await post('/register', name, PASSWORD)).body.token)
    const [ada, bert, cleo] = [await register('Ada'), await register('Bert'), await register('Cleo')]
    await accounts.changeAccount('Ada', { isLocked: true })
    const { passwordHash } = (await accounts.findAccount('Cleo'))!
    await accounts.changeAccount('Cleo', { passwordHash })
    const newer = await play((await post('/login', 'Cleo', PASSWORD)).body.token)
    for (const client of [ada, cleo]) expect(await client.end.closed).toEqual({ code: 1008, reason: 'notAllowed' })
    expect(server.statistics().closed).toEqual({ notAllowed: 2 })
    for (const [client, name] of [
      [bert, 'Bertram'],
      [newer, 'Cleopatra'],
    ] as const)
      expect(await client.resultOf(client.request(SessionCreateCharacter, { name, class: 1 }))).toBe('ok')
  })

  it('has the role that an operator gave it', async () => {
    const accounts = createMemoryAccounts()
    const { server, post } = await start({ ports: { accounts } })
    const { body } = await post('/register', 'Ada', PASSWORD)
    await accounts.changeAccount('Ada', { role: 'moderator' })
    const { client } = await hello(server, body.token)
    await client.until('session.welcome')
    expect([...server.simulation.net.sessionList.roster.bySocket.values()].map(({ role }) => role)).toEqual(['moderator'])
  })
})

describe('a request that cannot be one', () => {
  it.each([
    ['no JSON', 'password', 400, 'malformed'],
    ['half of one', '{"account":"Ada","password":"Nine liv', 400, 'malformed'],
    ['a list', '["Ada","Nine lives"]', 400, 'malformed'],
    ['nothing', '', 400, 'malformed'],
    ['null', 'null', 400, 'malformed'],
    ['no password', '{"account":"Ada"}', 400, 'malformed'],
    ['a number', '{"account":"Ada","password":1234567890}', 400, 'malformed'],
    ['a bad name', '{"account":"A!","password":"Nine lives and"}', 400, 'badName'],
    ['a short password', '{"account":"Ada","password":"short"}', 400, 'badPassword'],
  ])('is refused with its code: %s', async (_, body, status, error) => {
    const { server } = await start()
    const answer = await sendHttp(server.port, '/register', { body })
    expect([answer.status, (JSON.parse(answer.body) as { error: string }).error]).toEqual([status, error])
    expect(answer.body).not.toMatch(/Nine|1234567890|short"/)
  })

  it('is refused when its type is another, when it is too long, and elsewhere', async () => {
    const { server } = await start()
    const body = JSON.stringify({ account: 'Ada', password: PASSWORD })
    const status = async (path: string, sent: Parameters<typeof sendHttp>[2]) => (await sendHttp(server.port, path, sent)).status
    expect(await status('/login', { body, headers: { 'content-type': 'text/plain' } })).toBe(415)
    expect(await status('/login', { body, headers: { 'content-type': 'application/json-seq' } })).toBe(415)
    expect(await status('/login', { body: JSON.stringify({ account: 'Ada', password: 'x'.repeat(5_000) }) })).toBe(413)
    expect(await status('/elsewhere', { body })).toBe(404)
    expect(await status('/login', { method: 'PUT', body })).toBe(405)
    expect(await status('/login', { method: 'GET' })).toBe(404)
    expect(await status('/login', { body, headers: { 'content-type': 'application/json; charset=utf-8' } })).toBe(403)
  })

  it('is told in the text what a password needs', async () => {
    const { post } = await start({ config: { passwordCharsMin: 12 } })
    const { body } = await post('/register', 'Ada', 'elevenchars')
    expect(body).toEqual({
      error: 'badPassword',
      text: 'Not a password: a password has 12 to 128 characters, none of them a control character, and is not the name.',
    })
  })
})

describe('the how-to', () => {
  it('lists every code of a refusal with the status that it has', async () => {
    const page = readFileSync(join(root, 'docs/how-to/accounts.md'), 'utf8')
    const listed = [...page.matchAll(/^\| `(\w+)` \| (\d{3})/gm)].map(([, code, status]) => [code, Number(status)])
    const desk = { admit: () => undefined, ask: async () => ({ ok: false, code: 'malformed' }) }
    expect(listed.map(([code]) => code).sort()).toEqual(Object.keys(accountCodes).sort())
    for (const [code, status] of listed) {
      desk.ask = async () => ({ ok: false, code: String(code) })
      const post = createAccountPosts(desk as unknown as AccountDesk, 10)
      const reader = post({ path: '/login', address: '10.0.0.1', contentType: 'application/json' }) as PostReader
      expect((await reader.answer(new Uint8Array())).status, String(code)).toBe(status)
    }
  })
})

describe('a server', () => {
  it('without accounts takes no POST at all; one for those who have an account registers nobody', async () => {
    const server = createServer({ game: tinyGame, config: { port: 0, bots: 0, logLevel: 'error' } })
    running.push(server)
    await server.start()
    expect((await sendHttp(server.port, '/login', { body: '{}' })).status).toBe(405)
    const { post } = await start({ config: { accounts: 'login' } })
    expect(await post('/register', 'Ada', PASSWORD)).toMatchObject({ status: 403, body: { error: 'closed' } })
  })

  it('says what accounts need before it starts', async () => {
    await expect(start({ config: { jwtSecretFile: '' } })).rejects.toMatchObject({
      code: 'BAD_CONFIG',
      message: 'accounts is open, but nothing signs their tokens; name a secret with --jwt-secret-file',
    })
    await expect(start({ config: { host: '0.0.0.0' } })).rejects.toMatchObject({
      code: 'BAD_CONFIG',
      message: expect.stringMatching(/passwords would come to 0\.0\.0\.0 in the clear; give --tls-cert and --tls-key, or/),
    })
  })

  it('counts what came of requests, without a word of who asked', async () => {
    const { server, post } = await start()
    await post('/register', 'Ada', PASSWORD)
    await post('/login', 'Ada', 'another password')
    const { body } = await readHttp(server.port, '/metrics')
    expect(body).toContain('myriad_account_requests_total{request="register",code="ok"} 1\n')
    expect(body).toContain('myriad_account_requests_total{request="login",code="wrongLogin"} 1\n')
    expect(body).not.toContain('Ada')
  })
})
