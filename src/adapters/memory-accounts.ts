import { type AccountRow, type Accounts, changed } from '../ports/accounts.js'
import { nameKey } from './name-key.js'

/** Accounts that are forgotten when the process ends, unless they are opened again over the same `rows`. */
export function createMemoryAccounts(rows = new Map<string, AccountRow>()): Accounts {
  return {
    findAccount: async (name) => rows.get(nameKey(name)) ?? null,
    async createAccount(name, passwordHash) {
      const key = nameKey(name)
      if (rows.has(key)) return null
      const row: AccountRow = { name, passwordHash, role: 'player', isLocked: false, generation: 1 }
      rows.set(key, row)
      return row
    },
    async changeAccount(name, change) {
      const before = rows.get(nameKey(name))
      if (before === undefined) return null
      const row = changed(before, change)
      rows.set(nameKey(name), row)
      return row
    },
  }
}
