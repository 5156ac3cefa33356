import type { Balance, Movement, ValuePlaces } from '../ports/ledger.js'
import type { SavedComponent } from '../ports/packed-rows.js'

type Components = Readonly<Record<string, SavedComponent>>

/** Calls back with all the value that lies in what is saved of one character: coins as item 0. What was all zeros may be missing. */
export function visitValue(
  components: Components,
  { gold, things }: ValuePlaces,
  visit: (item: number, uid: number, amount: number, place: string) => void,
): void {
  const coins = components[gold.component]?.[gold.field]?.[0] ?? 0
  if (coins !== 0) visit(0, 0, coins, gold.component)
  for (const { component, item, count, uid } of things) {
    const fields = components[component] ?? {}
    const items = fields[item] ?? []
    for (let at = 0; at < items.length; at += 1) {
      const amount = count === undefined ? 1 : (fields[count]?.[at] ?? 0)
      if (items[at] !== 0) visit(items[at], uid === undefined ? 0 : (fields[uid]?.[at] ?? 0), amount, `${component} ${at}`)
    }
  }
}

const isBefore = (a: Balance, b: Balance): number => a.party - b.party || a.item - b.item || a.uid - b.uid
export const balanceKey = (party: number, item: number, uid: number): string => `${party} ${item} ${uid}`

/** What each party has of each thing. Every movement takes from one and gives to another, nobody (party 0) among them: all sums are zero. */
export class Balances {
  private readonly amounts = new Map<string, { party: number; item: number; uid: number; amount: number }>()

  /** Nobody's unique things are counted as pieces. */
  add(party: number, item: number, uid: number, amount: number): void {
    const which = party === 0 ? 0 : uid
    const key = balanceKey(party, item, which)
    const balance = this.amounts.get(key)
    if (balance === undefined) this.amounts.set(key, { party, item, uid: which, amount })
    else balance.amount += amount
  }

  /** Out of nothing. */
  give(party: number, item: number, uid: number, amount: number): void {
    this.add(0, item, uid, -amount)
    this.add(party, item, uid, amount)
  }

  book({ from, to, item, count, uid, gold }: Movement): void {
    // What was sold and can be bought back is still its seller's.
    if (from === to) return
    if (gold !== 0) this.move(from, to, 0, 0, gold)
    if (item !== 0) this.move(from, to, item, uid, count)
  }

  private move(from: number, to: number, item: number, uid: number, amount: number): void {
    this.add(from, item, uid, -amount)
    this.add(to, item, uid, amount)
  }

  of(party: number, item: number, uid: number): number {
    return this.amounts.get(balanceKey(party, item, uid))?.amount ?? 0
  }

  /** Those that are not zero, by rising party, item and uid. */
  rows(): Balance[] {
    return [...this.amounts.values()].filter(({ amount }) => amount !== 0).sort(isBefore)
  }
}
