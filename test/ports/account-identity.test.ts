import { jwtVerify, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { createAccountIdentity, signAccountToken } from '../../src/adapters/account-identity.js'
import { createGuestIdentity } from '../../src/adapters/guest-identity.js'
import { createJwtIdentity, signToken } from '../../src/adapters/jwt-identity.js'
import { createMemoryAccounts } from '../../src/adapters/memory-accounts.js'
import type { Identified } from '../../src/ports/identity.js'
import { identityContract } from './identity.contract.js'

const secret = Buffer.from('a secret of at least thirty-two bytes')
const notAllowed: Identified = { ok: false, code: 'notAllowed' }
const signed = createJwtIdentity(secret, createGuestIdentity({ allowGuests: true }))

async function stage() {
  const accounts = createMemoryAccounts()
  const row = (await accounts.createAccount('Ada', 'h1'))!
  const identity = createAccountIdentity(secret, accounts, signed)
  const verify = (token: string) => identity.verify(token, '127.0.0.1')
  return { accounts, identity, row, verify, token: await signAccountToken(secret, row, 60) }
}

identityContract('accounts', () => ({
  identity: createAccountIdentity(secret, createMemoryAccounts(), signed),
  known: { 'guest:ada': { ok: true, accountId: 'guest:ada', role: 'player' }, ada: notAllowed },
}))

describe('the token of a login', () => {
  it('is the account, whatever the case of its name, with the role that it has now', async () => {
    const { accounts, verify, token } = await stage()
    expect(await verify(token)).toEqual({ ok: true, accountId: 'registered:ada', role: 'player', generation: 1 })
    await accounts.changeAccount('ada', { role: 'moderator' })
    expect(await verify(token)).toEqual({ ok: true, accountId: 'registered:ada', role: 'moderator', generation: 1 })
  })

  it('is good no more once the account is locked, or has another password, but a new one is', async () => {
    const { accounts, verify, token } = await stage()
    await accounts.changeAccount('Ada', { isLocked: true })
    expect(await verify(token)).toEqual(notAllowed)
    const unlocked = (await accounts.changeAccount('Ada', { isLocked: false }))!
    expect(await verify(token)).toEqual(notAllowed)
    const next = await signAccountToken(secret, unlocked, 60)
    expect((await verify(next)).ok).toBe(true)
    await accounts.changeAccount('Ada', { passwordHash: 'h2' })
    expect(await verify(next)).toEqual(notAllowed)
  })

  it('is refused when it has expired, never expires, was signed by another, or is of nobody', async () => {
    const { row, verify } = await stage()
    const claims = () => new SignJWT({ generation: 1 }).setProtectedHeader({ alg: 'HS256' }).setIssuer('myriad-accounts')
    const past = await claims().setSubject('Ada').setExpirationTime(1_000).sign(secret)
    const endless = await claims().setSubject('Ada').sign(secret)
    const forged = await signAccountToken(Buffer.from('another secret of thirty-two bytes'), row, 60)
    const nobody = await signAccountToken(secret, { ...row, name: 'Bo' }, 60)
    const [, payload] = (await signAccountToken(secret, row, 60)).split('.')
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`
    for (const token of [past, endless, forged, nobody, none]) expect(await verify(token)).toEqual(notAllowed)
  })

  it('holds nothing but who, which generation and for how long', async () => {
    const { token } = await stage()
    const { payload } = await jwtVerify(token, secret)
    expect(Object.keys(payload).sort()).toEqual(['exp', 'generation', 'iat', 'iss', 'sub'])
    expect(token.length).toBeLessThan(512)
  })

  it('means nothing to a server without such accounts', async () => {
    const { token } = await stage()
    expect(await signed.verify(token, '127.0.0.1')).toEqual(notAllowed)
  })

  it('is another account than that of a token which somebody signed for the same name', async () => {
    const { verify } = await stage()
    const issued = await signToken(secret, 'ada', 'player', 60)
    expect(await verify(issued)).toEqual({ ok: true, accountId: 'account:ada', role: 'player' })
  })

  it('was of a session that may be resumed while the account is not locked, with the role of today', async () => {
    const { accounts, identity } = await stage()
    const ask = (accountId: string) => identity.stillAllows!(accountId, 'player', 1)
    expect(await ask('registered:ada')).toEqual({ ok: true, accountId: 'registered:ada', role: 'player', generation: 1 })
    await accounts.changeAccount('Ada', { role: 'moderator' })
    expect(await ask('registered:ada')).toMatchObject({ ok: true, role: 'moderator' })
    await accounts.changeAccount('Ada', { isLocked: true })
    expect([await ask('registered:ada'), await ask('registered:bo')]).toEqual([notAllowed, notAllowed])
    expect(await ask('guest:ada')).toEqual({ ok: true, accountId: 'guest:ada', role: 'player' })
  })

  it('was of a session that is over with a new password, and stays so after a lock that was taken back', async () => {
    const { accounts, identity } = await stage()
    const ask = (generation: number) => identity.stillAllows!('registered:ada', 'player', generation)
    await accounts.changeAccount('Ada', { passwordHash: 'h2' })
    expect([await ask(1), (await ask(2)).ok]).toEqual([notAllowed, true])
    await accounts.changeAccount('Ada', { isLocked: true })
    await accounts.changeAccount('Ada', { isLocked: false })
    expect([await ask(2), (await ask(3)).ok]).toEqual([notAllowed, true])
    // A row that was saved without a generation.
    expect(await ask(0)).toEqual(notAllowed)
  })

  it('is not refused but undecided while accounts cannot be asked', async () => {
    const { token } = await stage()
    const broken = { ...createMemoryAccounts(), findAccount: () => Promise.reject(new Error('gone')) }
    await expect(createAccountIdentity(secret, broken, signed).verify(token, '127.0.0.1')).rejects.toThrow('gone')
  })
})
