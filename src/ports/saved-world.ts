import type { Balance, LedgerLink, LedgerState, Movement } from './ledger.js'
import type { SavedComponent } from './packed-rows.js'

export interface SavedOwner {
  readonly world: string
  readonly epoch: number
  /** -1 before the first commit. */
  readonly tick: number
}

export interface SavedCharacter {
  readonly characterId: number
  readonly components: Readonly<Record<string, SavedComponent>>
}

export interface NumberedMovement {
  readonly entry: number
  readonly movement: Movement
}

/** What a store has, to be looked at and not changed: all of it as of one moment. */
export interface SavedWorld {
  readonly owners: readonly SavedOwner[]
  /** Undefined before the first entry. */
  readonly ledger: LedgerState | undefined
  /** Saved components of characters that are not there. */
  readonly lostParts: number
  /** By rising id, with those of the components that are there. */
  characters(components: readonly string[]): Iterable<SavedCharacter>
  /** By rising party, item and uid. */
  openings(): Iterable<Balance>
  /** In their order. */
  links(): Iterable<LedgerLink>
  entries(): Iterable<NumberedMovement>
}
