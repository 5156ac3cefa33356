import { SqliteKeeper } from '../../src/adapters/sqlite-keeper.js'
import { type Owner, thisProcess } from '../../src/adapters/store-owner.js'
import type { Store } from '../../src/ports/store.js'

/** The store of a SQLite file without its thread: every call is done before the next step of a test. */
export function keeperStore(path: string, owner: Owner = thisProcess()): Store {
  const keeper = new SqliteKeeper(path, owner)
  return {
    open: async (ledger) => keeper.open(ledger),
    charactersOf: async (accountId) => keeper.charactersOf(accountId),
    createCharacter: async (accountId, name, classId) => keeper.createCharacter(accountId, name, classId),
    loadCharacter: async (accountId, characterId) => keeper.loadCharacter(accountId, characterId),
    loadBots: async (afterId, count) => keeper.loadBots(afterId, count),
    commit: async (batch) => keeper.commit(batch),
    close: async () => keeper.close(),
  }
}
