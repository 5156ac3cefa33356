import { BAG_SLOTS, Bag, BUY_BACKS, BuyBack, Purse } from '../../components/bag.js'
import { EQUIP_SLOTS, Equipment } from '../../components/equipment.js'
import type { World } from '../../src/ecs/world.js'
import type { SavedComponent } from '../../src/ports/store.js'
import type { Moved } from '../../systems/ledger.js'
import { Finding, must } from './finding.js'

/** What one character has, where it has it. `items`: pieces by item, of stackables; `uids`: the item of each unique thing. */
export interface Pile {
  readonly items: Map<number, number>
  readonly uids: Map<number, number>
}
export interface Holding {
  gold: number
  /** In the bag or worn. */
  readonly held: Pile
  /** Sold, and can be bought back. */
  readonly sold: Pile
}

export const emptyPile = (): Pile => ({ items: new Map(), uids: new Map() })
const copyPile = ({ items, uids }: Pile): Pile => ({ items: new Map(items), uids: new Map(uids) })
export const emptyHolding = (): Holding => ({ gold: 0, held: emptyPile(), sold: emptyPile() })

/** Lays pieces into a pile. A uid can be there but once. */
export function lay(pile: Pile, item: number, count: number, uid: number): void {
  if (uid === 0) pile.items.set(item, (pile.items.get(item) ?? 0) + count)
  else {
    must(count === 1 && !pile.uids.has(uid), () => `uid ${uid} of item ${item} is there twice, or as a stack of ${count}`)
    pile.uids.set(uid, item)
  }
}

function takeOut(pile: Pile, { item, count, uid }: Moved): void {
  if (uid !== 0) {
    must(count === 1 && pile.uids.get(uid) === item, () => `uid ${uid} of item ${item} leaves a place where it is not`)
    pile.uids.delete(uid)
    return
  }
  const left = (pile.items.get(item) ?? 0) - count
  must(left >= 0, () => `${count} of item ${item} leave a place that has ${left + count}`)
  if (left === 0) pile.items.delete(item)
  else pile.items.set(item, left)
}

/** One line, the same for the same contents. */
export function pileText({ items, uids }: Pile): string {
  const rising = (map: Map<number, number>): string =>
    [...map]
      .sort(([a], [b]) => a - b)
      .map(([key, value]) => `${key}:${value}`)
      .join(' ')
  return `items ${rising(items)}, uids ${rising(uids)}`
}

/** The columns of a bag, of what is worn, or of what can be bought back; what was all zeros may be missing in a saved row. */
export interface Places {
  readonly item?: ArrayLike<number>
  readonly count?: ArrayLike<number>
  readonly uid?: ArrayLike<number>
}

/** Lays what is in some places of these columns into a pile; without counts there is one in each. */
export function layPlaces(pile: Pile, { item, count, uid }: Places, start: number, length: number): void {
  for (let at = start; at < start + length; at += 1) {
    if ((item?.[at] ?? 0) !== 0) lay(pile, item![at], count === undefined ? 1 : count[at], uid?.[at] ?? 0)
  }
}

/** What a saved row says that a character has. */
export function savedHolding(components: Readonly<Record<string, SavedComponent>>): Holding {
  const holding = emptyHolding()
  holding.gold = components.Purse?.gold?.[0] ?? 0
  const { Bag: bag = {}, Equipment: worn = {}, BuyBack: sold = {} } = components
  layPlaces(holding.held, { item: bag.item, count: bag.count ?? [], uid: bag.uid }, 0, bag.item?.length ?? 0)
  layPlaces(holding.held, { item: worn.item, uid: worn.uid }, 0, worn.item?.length ?? 0)
  layPlaces(holding.sold, { item: sold.item, count: sold.count ?? [], uid: sold.uid }, 0, sold.item?.length ?? 0)
  return holding
}

/** What the columns of a living world say that a slot has. */
export function holdingIn(world: World, slot: number): Holding {
  const [bag, worn, sales] = [world.columns(Bag), world.columns(Equipment), world.columns(BuyBack)]
  const holding = emptyHolding()
  holding.gold = world.columns(Purse).gold[slot]
  layPlaces(holding.held, bag, slot * BAG_SLOTS, BAG_SLOTS)
  layPlaces(holding.held, { item: worn.item, uid: worn.uid }, slot * EQUIP_SLOTS, EQUIP_SLOTS)
  layPlaces(holding.sold, sales, slot * BUY_BACKS, BUY_BACKS)
  return holding
}

/** What several have together. */
export function pour(holdings: readonly Holding[]): Holding {
  const all = emptyHolding()
  for (const { gold, held, sold } of holdings) {
    all.gold += gold
    for (const [pile, into] of [
      [held, all.held],
      [sold, all.sold],
    ]) {
      for (const [item, count] of pile.items) lay(into, item, count, 0)
      for (const [uid, item] of pile.uids) lay(into, item, 1, uid)
    }
  }
  return all
}

/** What every character has by the records of what was made, burned and moved: nothing of the game's rules is asked. */
export class Book {
  /** Whose holdings it has booked something of; whoever has looked at them clears it. */
  readonly changed = new Set<number>()

  constructor(readonly holdings: Map<number, Holding> = new Map()) {}

  /** As it is now. */
  copy(): Book {
    const copies = [...this.holdings].map(
      ([id, { gold, held, sold }]) => [id, { gold, held: copyPile(held), sold: copyPile(sold) }] as const,
    )
    return new Book(new Map(copies))
  }

  of(characterId: number): Holding {
    const holding = this.holdings.get(characterId)
    if (holding === undefined) throw new Finding(`value moves from or to character ${characterId}, whom nobody plays`)
    return holding
  }

  /** Books one record. */
  book(row: Moved): void {
    const { kind, reason, from, to, item, gold } = row
    this.changed.add(from).add(to)
    if (gold !== 0) this.bookGold(row)
    if (item === 0) return
    must(gold === 0, () => `one record moves both gold and item ${item}`)
    const isSale = reason === 'sold'
    if (kind === 'mint') this.bring(this.of(to).held, row)
    else if (kind === 'burn') takeOut(reason === 'forgotten' ? this.of(from).sold : this.of(from).held, row)
    else if (reason === 'trade' || isSale || reason === 'boughtBack') {
      takeOut(reason === 'boughtBack' ? this.of(from).sold : this.of(from).held, row)
      this.bring(isSale ? this.of(to).sold : this.of(to).held, row)
    } else throw new Finding(`items change hands by ${reason}`)
  }

  private bookGold({ kind, from, to, gold }: Moved): void {
    if (kind !== 'mint') this.of(from).gold -= gold
    if (kind !== 'burn') this.of(to).gold += gold
    if (kind !== 'mint') must(this.of(from).gold >= 0, () => `character ${from} has ${this.of(from).gold} gold`)
  }

  private bring(pile: Pile, { item, count, uid }: Moved): void {
    if (uid !== 0)
      for (const [id, { held, sold }] of this.holdings)
        must(!held.uids.has(uid) && !sold.uids.has(uid), () => `uid ${uid} comes to be, but character ${id} has it`)
    lay(pile, item, count, uid)
  }
}
