import type { Identified, Identity } from '../ports/identity.js'

/** Answers from a table of tokens; a token that is not in it is `notAllowed`. The table may change while in use. */
export function createMemoryIdentity(table: ReadonlyMap<string, Identified>): Identity {
  return { verify: async (token) => table.get(token) ?? { ok: false, code: 'notAllowed' } }
}
