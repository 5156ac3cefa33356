import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SignJWT } from 'jose'
import { afterAll, describe, expect, it } from 'vitest'
import { createGuestIdentity } from '../../src/adapters/guest-identity.js'
import { createJwtIdentity, readSecret, signToken } from '../../src/adapters/jwt-identity.js'
import type { Identified } from '../../src/ports/identity.js'
import { identityContract } from './identity.contract.js'

const secret = Buffer.from('a secret of at least thirty-two bytes')
const guests = createGuestIdentity({ allowGuests: true })
const identity = createJwtIdentity(secret, guests)
const notAllowed: Identified = { ok: false, code: 'notAllowed' }
const signed = (claims: Record<string, unknown>) => new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setIssuer('myriad')

identityContract('jwt', () => ({
  identity,
  known: { 'guest:ada': { ok: true, accountId: 'guest:ada', role: 'player' }, ada: notAllowed },
}))

describe('a signed token', () => {
  it('is the account and the role it was made for', async () => {
    const token = await signToken(secret, 'Ada', 'moderator', 60)
    expect(await identity.verify(token, '127.0.0.1')).toEqual({ ok: true, accountId: 'account:Ada', role: 'moderator' })
  })

  it('is refused when it has expired, never expires, or was signed by another', async () => {
    const past = await signed({}).setSubject('ada').setExpirationTime(1_000).sign(secret)
    const endless = await signed({}).setSubject('ada').sign(secret)
    const forged = await signToken(Buffer.from('another secret of thirty-two bytes'), 'ada', 'gameMaster', 60)
    for (const token of [past, endless, forged]) expect(await identity.verify(token, '127.0.0.1')).toEqual(notAllowed)
  })

  it('is refused without signature, whatever its header says', async () => {
    const [, payload] = (await signToken(secret, 'ada', 'player', 60)).split('.')
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`
    expect(await identity.verify(none, '127.0.0.1')).toEqual(notAllowed)
  })

  it('must name an account and a role that there are', async () => {
    for (const [sub, role] of [
      ['', 'player'],
      ['a b', 'player'],
      ['x'.repeat(25), 'player'],
      ['ada', 'king'],
    ]) {
      const token = await signed({ role }).setSubject(sub).setExpirationTime('60s').sign(secret)
      expect((await identity.verify(token, '127.0.0.1')).ok).toBe(false)
    }
  })
})

describe('the secret', () => {
  const directory = mkdtempSync(join(tmpdir(), 'myriad-secret-'))
  afterAll(() => rmSync(directory, { recursive: true }))

  it('is read without its line break', () => {
    writeFileSync(join(directory, 'good'), `${'s'.repeat(32)}\n`)
    expect(Buffer.from(readSecret(join(directory, 'good'))).toString()).toBe('s'.repeat(32))
  })

  it('is refused when it is short or not there, with a remedy', () => {
    writeFileSync(join(directory, 'short'), 'short')
    expect(() => readSecret(join(directory, 'short'))).toThrow(/holds 5 bytes but must hold at least 32; write one/)
    expect(() => readSecret(join(directory, 'none'))).toThrow(/cannot be read; name a readable file/)
  })
})
