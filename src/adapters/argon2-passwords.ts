import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import type { Passwords } from '../ports/passwords.js'

/** What one hash costs. */
export interface Argon2Cost {
  /** KiB of memory. */
  readonly memoryCost: number
  /** Passes over that memory. */
  readonly timeCost: number
}

/** The least that OWASP's password storage cheat sheet advises for Argon2id: 19 MiB, two passes, one lane. */
const COST: Argon2Cost = { memoryCost: 19_456, timeCost: 2 }
const LANES = 1
const SALT_BYTES = 16
const HASH_BYTES = 32

/** Argon2id, in the threads that Node keeps for such work. A password is compared in its NFKC form, so that keyboards do not matter. */
export function createArgon2Passwords(cost: Argon2Cost = COST): Passwords {
  const options = { ...cost, parallelism: LANES, outputLen: HASH_BYTES }
  const decoy = decoyHash(cost)
  return {
    hash: (password) => hash(password.normalize('NFKC'), options),
    async matches(password, known) {
      const isRight = await verify(known ?? decoy, password.normalize('NFKC'))
      return isRight && known !== null
    },
  }
}

/** A hash of no password at all, for which a check takes what it takes for a true one. */
function decoyHash({ memoryCost, timeCost }: Argon2Cost): string {
  const text = (bytes: number) => randomBytes(bytes).toString('base64').replace(/=+$/, '')
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${LANES}$${text(SALT_BYTES)}$${text(HASH_BYTES)}`
}
