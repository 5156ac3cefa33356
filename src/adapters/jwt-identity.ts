import { readFileSync } from 'node:fs'
import { jwtVerify, SignJWT } from 'jose'
import { MyriadError } from '../errors.js'
import type { Identified, Identity, Role } from '../ports/identity.js'

/** A shorter secret could be guessed; HS256 signs with 32 bytes. */
export const SECRET_BYTES_MIN = 32
const ALGORITHM = 'HS256'
const ISSUER = 'myriad'
const ACCOUNT = /^[^\s\p{Cc}]{1,24}$/u
const roles: readonly string[] = ['player', 'moderator', 'gameMaster'] satisfies readonly Role[]
const isRole = (value: unknown): value is Role => typeof value === 'string' && roles.includes(value)

/** The secret of a file, without the line break that editors add. Throws `BAD_CONFIG` when it cannot be read or is too short. */
export function readSecret(path: string): Uint8Array {
  let secret: Buffer
  try {
    secret = Buffer.from(readFileSync(path, 'utf8').trimEnd())
  } catch (cause) {
    const text = `jwtSecretFile ${JSON.stringify(path)} cannot be read; name a readable file, or leave it out to let in guests only`
    throw new MyriadError('BAD_CONFIG', text, { cause })
  }
  if (secret.length >= SECRET_BYTES_MIN) return secret
  const text = `jwtSecretFile ${JSON.stringify(path)} holds ${secret.length} bytes but must hold at least ${SECRET_BYTES_MIN}`
  throw new MyriadError('BAD_CONFIG', `${text}; write one with: openssl rand -hex 32`)
}

/** A token for the account, good for `validS` seconds. */
export function signToken(secret: Uint8Array, account: string, role: Role, validS: number): Promise<string> {
  return new SignJWT({ role })
    .setProtectedHeader({ alg: ALGORITHM })
    .setIssuer(ISSUER)
    .setSubject(account)
    .setIssuedAt()
    .setExpirationTime(`${validS}s`)
    .sign(secret)
}

/**
 * Accounts by signed tokens (JWT, HS256): subject is the account, `role` what it may do, and it must expire. What is no such
 * token is left to `guests`.
 */
export function createJwtIdentity(secret: Uint8Array, guests: Identity): Identity {
  const verify = async (token: string): Promise<Identified> => {
    try {
      const { payload } = await jwtVerify(token, secret, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        requiredClaims: ['sub', 'exp'],
      })
      const { sub = '', role = 'player' } = payload
      if (!ACCOUNT.test(sub) || !isRole(role)) return { ok: false, code: 'badName' }
      return { ok: true, accountId: `account:${sub}`, role }
    } catch {
      // Expired, forged or no token at all: the client learns no more than that it is not accepted.
      return { ok: false, code: 'notAllowed' }
    }
  }
  return { verify: (token, address) => (token.startsWith('guest:') ? guests.verify(token, address) : verify(token)) }
}
