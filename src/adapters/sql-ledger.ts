import { type Balance, type LedgerLink, type LedgerState, type Movement, movedKinds } from '../ports/ledger.js'
import type { NumberedMovement } from '../ports/saved-world.js'
import type { LedgerTables } from './ledger-keeper.js'
import type { WorldStatements } from './sql-statements.js'
import type { Prepared } from './sqlite-file.js'

interface StateRow {
  readonly head: number
  readonly head_hash: Uint8Array
  readonly base: number
  readonly base_hash: Uint8Array
  readonly first_entry: number
  readonly next_entry: number
  readonly fold_tick: number
}

const stateOf = (row: StateRow): LedgerState => ({
  head: row.head,
  headHash: row.head_hash,
  base: row.base,
  baseHash: row.base_hash,
  firstEntry: row.first_entry,
  nextEntry: row.next_entry,
  foldTick: row.fold_tick,
})

type LinkRow = Omit<LedgerLink, 'kind'> & { readonly opening: number }

const linkOf = ({ opening, ...link }: LinkRow): LedgerLink => ({ ...link, kind: opening === 1 ? 'opening' : 'moved' })

interface EntryRow {
  readonly entry: number
  readonly tick: number
  readonly kind: number
  readonly reason: number
  readonly from_id: number
  readonly to_id: number
  readonly item: number
  readonly count: number
  readonly uid: number
  readonly gold: number
  readonly session: number
  readonly seq: number
}

/** The rows of a ledger, as tables. */
export class SqlLedger implements LedgerTables {
  private readonly reasonIds = new Map<string, number>()
  private readonly reasonNames = new Map<number, string>()
  private kept: LedgerState | undefined

  constructor(private readonly run: Readonly<Record<keyof WorldStatements, Prepared>>) {}

  /** What was remembered of a transaction that came to nothing. */
  forget(): void {
    this.kept = undefined
    this.reasonIds.clear()
  }

  state(): LedgerState | undefined {
    if (this.kept === undefined) {
      const row = this.run.ledgerState.get<StateRow>()
      this.kept = row === undefined ? undefined : stateOf(row)
    }
    return this.kept
  }

  putState(state: LedgerState): void {
    this.run.putLedgerState.run({ only: 1, ...state })
    this.kept = state
  }

  addLink({ kind, ...link }: LedgerLink): void {
    this.run.addLink.run({ ...link, opening: kind === 'opening' ? 1 : 0 })
  }

  addEntry(entry: number, movement: Movement): void {
    const { kind, reason } = movement
    this.run.addEntry.run({ ...movement, entry, kind: movedKinds.indexOf(kind), reason: this.reasonId(reason) })
  }

  *linksAfter(after: number, count: number): Generator<LedgerLink> {
    for (const row of this.run.linksAfter.each<LinkRow>({ after, count })) yield linkOf(row)
  }

  /** Every link in its order; nothing may be changed before the last. */
  *links(): Generator<LedgerLink> {
    for (const row of this.run.links.each<LinkRow>()) yield linkOf(row)
  }

  entriesFrom(entry: number, count: number): readonly Movement[] {
    this.readReasons()
    return this.run.entriesFrom.all<EntryRow>({ entry, count }).map((row) => this.movementOf(row))
  }

  /** Every entry in its order; nothing may be changed before the last. */
  *entries(): Generator<NumberedMovement> {
    this.readReasons()
    for (const row of this.run.entries.each<EntryRow>()) yield { entry: row.entry, movement: this.movementOf(row) }
  }

  drop(link: number, entry: number): void {
    this.run.dropLinks.run({ link })
    this.run.dropEntries.run({ entry })
  }

  addOpenings(balances: readonly Balance[]): void {
    for (const { party, item, uid, amount } of balances) {
      this.run.addOpening.run({ party, item, uid, amount })
      this.run.dropEmptyOpening.run({ party, item, uid })
    }
  }

  openings(): Iterable<Balance> {
    return this.run.openings.each<Balance>()
  }

  private movementOf({ entry: _, kind, reason, from_id: from, to_id: to, ...row }: EntryRow): Movement {
    return { ...row, from, to, kind: movedKinds[kind] ?? 'unknown', reason: this.reasonNames.get(reason) ?? `reason ${reason}` }
  }

  private reasonId(name: string): number {
    if (!this.reasonIds.has(name)) this.readReasons()
    if (!this.reasonIds.has(name)) {
      this.run.addReason.run({ name })
      this.readReasons()
    }
    return this.reasonIds.get(name) ?? 0
  }

  private readReasons(): void {
    for (const { id, name } of this.run.reasons.all<{ id: number; name: string }>()) {
      this.reasonIds.set(name, id)
      this.reasonNames.set(id, name)
    }
  }
}
