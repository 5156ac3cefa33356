import type { SavedWorld } from '../../src/ports/saved-world.js'
import type { CharacterRow, Store } from '../../src/ports/store.js'

/** Where stores of one kind keep their data: it outlives each of them. */
export interface StorePlace {
  /** Another store over the same data, not open yet. */
  create(): Store
  /** The owner has given no sign of life for too long. */
  expire(): Promise<void>
  /** Looks at what is there, whoever has it open. */
  look<T>(at: (saved: SavedWorld) => T): T
}
export type Start = () => Promise<Store>
export type Places = () => { readonly place: StorePlace; readonly start: Start }

export const createNamed = async (store: Store, accountId: string, characterName: string) => {
  const outcome = await store.createCharacter(accountId, characterName, 3)
  if (!outcome.ok) throw new Error(`${characterName} was refused: ${outcome.code}`)
  return outcome.row
}

export const rowOf = (row: Partial<CharacterRow> & { readonly characterId: number }): CharacterRow => ({
  accountId: 'a',
  name: `name-${row.characterId}`,
  classId: 3,
  level: 1,
  components: {},
  ...row,
})
