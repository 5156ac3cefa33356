import type { Balance, LedgerLink, LedgerState, Movement } from '../ports/ledger.js'
import type { NumberedMovement } from '../ports/saved-world.js'
import { Balances } from './balances.js'
import type { LedgerTables } from './ledger-keeper.js'

/** The rows of a ledger, as lists. */
export class MemoryLedger implements LedgerTables {
  links: LedgerLink[] = []
  entries: NumberedMovement[] = []
  balances: readonly Balance[] = []
  private kept: LedgerState | undefined

  state(): LedgerState | undefined {
    return this.kept
  }

  putState(state: LedgerState): void {
    this.kept = state
  }

  addLink(link: LedgerLink): void {
    this.links.push(link)
  }

  addEntry(entry: number, movement: Movement): void {
    this.entries.push({ entry, movement })
  }

  linksAfter(after: number, count: number): Iterable<LedgerLink> {
    return this.links.filter(({ link }) => link > after).slice(0, count)
  }

  entriesFrom(from: number, count: number): readonly Movement[] {
    const found = this.entries.filter(({ entry }) => entry >= from).slice(0, count)
    return found.map(({ movement }) => movement)
  }

  drop(upTo: number, before: number): void {
    this.links = this.links.filter(({ link }) => link > upTo)
    this.entries = this.entries.filter(({ entry }) => entry >= before)
  }

  addOpenings(more: readonly Balance[]): void {
    const sums = new Balances()
    for (const { party, item, uid, amount } of [...this.balances, ...more]) sums.add(party, item, uid, amount)
    this.balances = sums.rows()
  }

  openings(): Iterable<Balance> {
    return this.balances
  }
}
