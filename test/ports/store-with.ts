import type { Store } from '../../src/ports/store.js'

/** The store with some of its calls replaced. */
export function storeWith(store: Store, calls: Partial<Store>): Store {
  return {
    open: (ledger) => store.open(ledger),
    charactersOf: (accountId) => store.charactersOf(accountId),
    createCharacter: (accountId, name, classId) => store.createCharacter(accountId, name, classId),
    loadCharacter: (accountId, characterId) => store.loadCharacter(accountId, characterId),
    loadBots: (afterId, count) => store.loadBots(afterId, count),
    commit: (batch) => store.commit(batch),
    close: () => store.close(),
    ...calls,
  }
}
