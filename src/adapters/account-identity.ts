import { jwtVerify, SignJWT } from 'jose'
import type { AccountRow, Accounts } from '../ports/accounts.js'
import type { Identified, Identity } from '../ports/identity.js'
import { nameKey } from './name-key.js'

const ALGORITHM = 'HS256'
/** Another issuer than that of signed tokens: an account that somebody registers can never be one that somebody else's issuer names. */
const ISSUER = 'myriad-accounts'
/** Of the ids of accounts. */
const PREFIX = 'registered:'
const notAllowed: Identified = { ok: false, code: 'notAllowed' }

/** A token by which the account says hello, good for `validS` seconds, and only as long as its generation is. */
export function signAccountToken(secret: Uint8Array, { name, generation }: AccountRow, validS: number): Promise<string> {
  return new SignJWT({ generation })
    .setProtectedHeader({ alg: ALGORITHM })
    .setIssuer(ISSUER)
    .setSubject(name)
    .setIssuedAt()
    .setExpirationTime(`${validS}s`)
    .sign(secret)
}

/**
 * Accounts with passwords, by the tokens that they were given when they logged in. The account is looked up each time: one that is locked
 * or has a new password is not let in by an older token, nor plays on in a session that began with one, and its role is the one that it has now. What is no such token is left to `others`.
 */
export function createAccountIdentity(secret: Uint8Array, accounts: Accounts, others: Identity): Identity {
  return {
    async verify(token, address): Promise<Identified> {
      const claims = await claimsOf(token, secret)
      if (claims === undefined) return others.verify(token, address)
      const row = await accounts.findAccount(claims.name)
      if (row === null || row.isLocked || row.generation !== claims.generation) return notAllowed
      return { ok: true, accountId: `${PREFIX}${nameKey(row.name)}`, role: row.role, generation: row.generation }
    },
    async stillAllows(accountId, role, generation): Promise<Identified> {
      if (!accountId.startsWith(PREFIX))
        return (await others.stillAllows?.(accountId, role, generation)) ?? { ok: true, accountId, role }
      const row = await accounts.findAccount(accountId.slice(PREFIX.length))
      if (row === null || row.isLocked || row.generation !== generation) return notAllowed
      return { ok: true, accountId, role: row.role, generation }
    },
  }
}

async function claimsOf(token: string, secret: Uint8Array) {
  // A guest's token is the most frequent one, and no cryptography is needed to see that.
  if (token.startsWith('guest:')) return undefined
  try {
    const options = { algorithms: [ALGORITHM], issuer: ISSUER, requiredClaims: ['sub', 'exp', 'generation'] }
    const { payload } = await jwtVerify<{ generation: unknown }>(token, secret, options)
    return { name: payload.sub ?? '', generation: payload.generation }
  } catch {
    return undefined
  }
}
