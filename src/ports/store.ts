import type { Role } from './identity.js'
import type { LedgerTerms, PackedMovements } from './ledger.js'
import type { PackedRows, SavedComponent } from './packed-rows.js'

export type { LedgerTerms, Movement, PackedMovements, ValuePlaces } from './ledger.js'
export type { PackedRows, SavedComponent, SavedField, SavedLayout } from './packed-rows.js'

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

/** Who a character is, without what it has. */
export interface CharacterHead {
  readonly characterId: number
  readonly accountId: string
  readonly name: string
  readonly classId: number
}

/** Characters with all that lasts of them, packed: the heads in the order of the rows. */
export interface PackedCharacters {
  readonly heads: readonly CharacterHead[]
  readonly rows: PackedRows
}

/** What lasts of a resource, by the resource's name. */
export type SavedResources = Readonly<Record<string, SavedComponent>>

/** In the place of a code in `SessionRow.results`: the request was taken in, and had done nothing yet. */
export const SEQ_OPEN = 0xffff

/** What lasts of a session that its player may come back to. */
export interface SessionRow {
  readonly id: number
  readonly accountId: string
  readonly role: Role
  readonly characterId: number
  readonly lastSeq: number
  /** Pairs of a seq and its result's code, or `SEQ_OPEN`: what a repeated request is answered by. */
  readonly results: readonly number[]
}

export interface SavedSession extends SessionRow {
  /** Of its resume token, which nobody keeps: SHA-256 in hexadecimal; '' when it cannot be resumed. */
  readonly tokenHash: string
  /** Of the login that it began with, as identity gave it; 0 where there was none. */
  readonly generation: number
}

/** Sessions that did something, as they stand now, and the ids of those that are over. */
export interface SessionChanges {
  readonly changed: readonly SavedSession[]
  readonly ended: readonly number[]
}

/**
 * Everything lasting that changed up to the end of one tick, as it stood then. Applied whole or not at all, and once: a batch of a tick
 * that is not after the last one of the same owner changes nothing.
 */
export interface Batch {
  readonly tick: number
  /** Bots that are new, each once; their rows follow in `rows`. */
  readonly created: readonly CharacterHead[]
  readonly rows: PackedRows
  /** Bots that are gone for ever. */
  readonly removed: readonly number[]
  readonly resources: SavedResources
  readonly sessions: SessionChanges
  /**
   * Every movement of value up to that tick that the store is not known to have. Those of ticks that it has already are left out, so that
   * none is in its ledger twice.
   */
  readonly moved: PackedMovements
}

export type CreateOutcome =
  | { readonly ok: true; readonly row: CharacterSummary }
  | { readonly ok: false; readonly code: 'nameTaken' | 'limit' }

/** What an owner finds. */
export interface WorldState {
  /** Rises with each owner, from 1. */
  readonly epoch: number
  /** The last tick that was made durable; 0 in a new world. */
  readonly tick: number
  readonly resources: SavedResources
  /** Bots that were saved. */
  readonly bots: number
  /** By rising id. */
  readonly sessions: readonly SavedSession[]
}

/**
 * Where the world lasts. Rejections mean that the store failed (`STORE_FAILED`), is another's (`WORLD_TAKEN`) or cannot be used at
 * all (`BAD_STORE`); never that a player was wrong.
 */
export interface Store {
  /**
   * Makes ready and takes the world as its one owner; called once, before anything else. Rejects with `WORLD_TAKEN` while another owner
   * is alive, with `BAD_STORE` for a place that cannot be used: no database of this program, damaged, or of a newer version. The ledger
   * of a store that has none yet begins with what `ledger` finds of value; without it nothing is looked for, and no entry ever folds.
   */
  open(ledger?: LedgerTerms): Promise<WorldState>
  /** At most `CHARACTERS_PER_ACCOUNT_MAX`, by rising id. */
  charactersOf(accountId: string): Promise<readonly CharacterSummary[]>
  /** Names are unique without regard to case. */
  createCharacter(accountId: string, name: string, classId: number): Promise<CreateOutcome>
  /** `null` when there is no such character of that account. */
  loadCharacter(accountId: string, characterId: number): Promise<CharacterRow | null>
  /** Bots with ids above `afterId`, by rising id, at most `count`. */
  loadBots(afterId: number, count: number): Promise<PackedCharacters>
  /** Rejects with `WORLD_TAKEN`, having changed nothing, once another owner has taken the world. */
  commit(batch: Batch): Promise<void>
  /** Gives the world up. May be called twice. */
  close(): Promise<void>
}

export const CHARACTERS_PER_ACCOUNT_MAX = 10
/** Ids from here upwards belong to the fleet's bots and are given by the world, not by the store. */
export const BOT_CHARACTER_ID_MIN = 1_000_000_000
