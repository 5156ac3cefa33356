/** What lasts of one component of one character: field name → its numbers (one, or `each`'s many). */
export type SavedComponent = Readonly<Record<string, readonly number[]>>

export interface CharacterSummary {
  readonly characterId: number
  readonly name: string
  readonly classId: number
  readonly level: number
}

export interface CharacterRow extends CharacterSummary {
  readonly accountId: string
  /** Component name → saved fields; empty for a character that never entered the world. */
  readonly components: Readonly<Record<string, SavedComponent>>
}

/** Everything one tick made lasting. Applied whole or not at all. */
export interface Batch {
  readonly tick: number
  readonly rows: readonly CharacterRow[]
}

export type CreateOutcome =
  | { readonly ok: true; readonly row: CharacterSummary }
  | { readonly ok: false; readonly code: 'nameTaken' | 'limit' }

/** Where characters last. Rejections mean that the store failed, never that a player was wrong. */
export interface Store {
  /** At most `CHARACTERS_PER_ACCOUNT_MAX`, by rising id. */
  charactersOf(accountId: string): Promise<readonly CharacterSummary[]>
  /** Names are unique without regard to case. */
  createCharacter(accountId: string, name: string, classId: number): Promise<CreateOutcome>
  /** `null` when there is no such character of that account. */
  loadCharacter(accountId: string, characterId: number): Promise<CharacterRow | null>
  commit(batch: Batch): Promise<void>
  close(): Promise<void>
}

export const CHARACTERS_PER_ACCOUNT_MAX = 10
/** Ids from here upwards belong to the fleet's bots and are given by the world, not by the store. */
export const BOT_CHARACTER_ID_MIN = 1_000_000_000
