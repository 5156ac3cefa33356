import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createArgon2Passwords } from '../../src/adapters/argon2-passwords.js'
import { createMemoryAccounts } from '../../src/adapters/memory-accounts.js'
import { SessionHello } from '../../src/net/opcodes.js'
import type { Accounts } from '../../src/ports/accounts.js'
import type { Server } from '../../src/server/server.js'
import { readHttp, sendHttp } from '../ports/ws-client.js'
import { accountServer, SECRET } from './account-stage.js'
import { connectSocket } from './socket-client.js'
import { tempDirs } from './temp-dir.js'

const directory = tempDirs()
const running: Server[] = []
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop()
})

/** Every password of these tests holds it, so that a part is found as well. */
const MARK = 'Zwiebelturm'
const PASSWORD = `my ${MARK} 17`

/** A server that keeps all it tells anybody: log, recording, metrics, refusals. */
async function stage(accounts: Accounts) {
  const folder = directory()
  const record = join(folder, 'world.myr')
  const { server, log, post } = await accountServer(folder, {
    config: { record, addressLoginsPerMin: 1000 },
    ports: { accounts },
  })
  running.push(server)
  const refusals: string[] = []
  const refused = async (answer: Promise<{ readonly status: number; readonly text?: string; readonly body?: unknown }>) => {
    const { status, text, body } = await answer
    expect(status).toBeGreaterThanOrEqual(400)
    refusals.push(text ?? String(body))
  }
  const told = async () => {
    const metrics = (await readHttp(server.port, '/metrics')).body
    await server.stop()
    const kept = { refusals, metrics, log: log.lines, closed: server.statistics().closed }
    return { text: JSON.stringify(kept), recording: readFileSync(record).toString('latin1'), log }
  }
  return { server, post, refused, told }
}

describe('passwords, tokens and the secret', () => {
  it('are in no log, recording, metric or refusal, whatever is sent', async () => {
    const accounts = createMemoryAccounts()
    const { server, post, refused, told } = await stage(accounts)
    const { body } = await post('/register', 'Ada', PASSWORD)
    await post('/login', 'Ada', PASSWORD)
    await refused(post('/register', 'Ada', PASSWORD))
    await refused(post('/register', 'Berta', MARK.slice(0, 9)))
    await refused(post('/login', 'Ada', `${PASSWORD} wrong`))
    await refused(post('/login', PASSWORD, PASSWORD))
    await refused(post('/login', [PASSWORD], { text: PASSWORD }))
    await refused(post(`/${encodeURIComponent(PASSWORD)}`, 'Ada', PASSWORD))
    await refused(post('/login', 'Ada', PASSWORD, { origin: 'https://elsewhere.example' }))
    for (const text of [
      PASSWORD,
      `{"account":"Ada","password":"${PASSWORD}`,
      `{"password":${PASSWORD}}`,
      `${PASSWORD}`.repeat(400),
    ])
      await refused(sendHttp(server.port, '/login', { body: text }))
    await refused(sendHttp(server.port, '/login', { body: PASSWORD, headers: { 'content-type': PASSWORD.replaceAll(' ', '-') } }))
    const token = String(body.token)
    for (const sent of [token, token.slice(0, -2), `${token}x`]) {
      const client = await connectSocket(server.port)
      await client.resultOf(client.request(SessionHello, { token: sent, resume: '', protocolHash: '' }))
      client.end.close(1000)
    }
    const { text, recording } = await told()
    // The recording is of this world: what it holds of the account is who it is.
    expect(recording).toContain('registered:ada')
    const hash = (await accounts.findAccount('Ada'))!.passwordHash
    for (const secret of [MARK, MARK.slice(0, 9), token, ...token.split('.'), SECRET, hash, hash.split('$').at(-1)!]) {
      expect(text).not.toContain(secret)
      expect(recording).not.toContain(secret)
    }
  })

  it('are in no error either: neither of a store that fails nor of a hash that is damaged', async () => {
    const accounts = createMemoryAccounts()
    await accounts.createAccount('Damaged', 'no hash at all')
    const known = await createArgon2Passwords({ memoryCost: 64, timeCost: 1 }).hash(PASSWORD)
    await accounts.createAccount('Gone', known)
    const failing: Accounts = {
      ...accounts,
      findAccount: (name) => (name === 'Gone' ? Promise.reject(new Error('no route to the store')) : accounts.findAccount(name)),
    }
    const { post, refused, told } = await stage(failing)
    await refused(post('/login', 'Damaged', PASSWORD))
    await refused(post('/login', 'Gone', PASSWORD))
    const { text, log } = await told()
    expect(log.lines.filter((line) => line.text === 'an account could not be asked for')).toHaveLength(2)
    for (const secret of [MARK, 'no hash at all', known.split('$').at(-1)!, SECRET]) expect(text).not.toContain(secret)
  })
})
