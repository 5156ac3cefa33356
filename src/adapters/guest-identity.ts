import { MyriadError } from '../errors.js'
import type { Identified, Identity } from '../ports/identity.js'

export interface GuestOptions {
  readonly allowGuests: boolean
  /**
   * Guest names that get the role `moderator`, without regard to case. A guest proves nothing: whoever may connect may take such a name,
   * so this is for a server on loopback or in a closed network.
   */
  readonly moderators?: readonly string[]
}

const PREFIX = 'guest:'
const NAME = /^[A-Za-z0-9_-]{3,24}$/

/**
 * Accounts without a password: the token `guest:<name>` is the account `guest:<name in lower case>`. A name has 3 to 24 ASCII letters,
 * digits, `-` or `_`. Throws `BAD_CONFIG` for a moderator no guest could be.
 */
export function createGuestIdentity(options: GuestOptions): Identity {
  const moderators = new Set<string>()
  for (const name of options.moderators ?? []) {
    if (!NAME.test(name)) {
      const remedy = 'use 3 to 24 letters, digits, - or _'
      throw new MyriadError('BAD_CONFIG', `moderator ${JSON.stringify(name)} is no guest's name; ${remedy}`)
    }
    moderators.add(name.toLowerCase())
  }
  const identify = (token: string): Identified => {
    if (!options.allowGuests || !token.startsWith(PREFIX)) return { ok: false, code: 'notAllowed' }
    const name = token.slice(PREFIX.length)
    if (!NAME.test(name)) return { ok: false, code: 'badName' }
    const key = name.toLowerCase()
    return { ok: true, accountId: PREFIX + key, role: moderators.has(key) ? 'moderator' : 'player' }
  }
  return { verify: async (token) => identify(token) }
}
