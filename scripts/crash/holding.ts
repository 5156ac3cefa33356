import { Bag, BuyBack, Purse } from '../../components/bag.js'
import { Equipment } from '../../components/equipment.js'
import type { Client } from '../../src/client/index.js'
import type { SavedComponent } from '../../src/ports/store.js'

/** What a character has in its purse, in its bag and on its body. */
export interface Holding {
  readonly gold: number
  /** Pieces by item, unique things among them. */
  readonly items: ReadonlyMap<number, number>
  /** Of unique things, the item by uid. */
  readonly uids: ReadonlyMap<number, number>
}

/** What a command is to change of a holding: gold and pieces by item, less or more; which uids go, and which come that are known before. */
export interface Effect {
  readonly gold: number
  readonly items: readonly (readonly [item: number, count: number])[]
  readonly gone: readonly number[]
  readonly come: readonly (readonly [uid: number, item: number])[]
}
export const NOTHING: Effect = Object.freeze({ gold: 0, items: [], gone: [], come: [] })

interface Places {
  readonly item: ArrayLike<number>
  /** One in each place without. */
  readonly count?: ArrayLike<number>
  readonly uid: ArrayLike<number>
}

/** One place of a bag, or of what can be bought back. */
export interface Stack {
  readonly at: number
  readonly item: number
  readonly count: number
  readonly uid: number
}

function stacksIn({ item, count, uid }: Places): Stack[] {
  return Array.from(item, (its, at) => ({
    at,
    item: its,
    count: count === undefined ? 1 : (count[at] ?? 0),
    uid: uid[at] ?? 0,
  })).filter((stack) => stack.item !== 0)
}

function holdingOf(gold: number, stacks: readonly Stack[]): Holding {
  const items = new Map<number, number>()
  const uids = new Map<number, number>()
  for (const { item, count, uid } of stacks) {
    items.set(item, (items.get(item) ?? 0) + count)
    if (uid !== 0) uids.set(uid, item)
  }
  return { gold, items, uids }
}

/** The bag as the server has shown it to its owner. */
export function bagOf({ owner }: Client): Stack[] {
  return stacksIn({ item: owner.values(Bag, 'item'), count: owner.values(Bag, 'count'), uid: owner.values(Bag, 'uid') })
}

export function salesOf({ owner }: Client): Stack[] {
  const [item, count, uid] = (['item', 'count', 'uid'] as const).map((field) => owner.values(BuyBack, field))
  return stacksIn({ item, count, uid })
}

/** All that the server has shown to the owner as its own. */
export function shownTo(client: Client): Holding {
  const { owner } = client
  const worn = stacksIn({ item: owner.values(Equipment, 'item'), uid: owner.values(Equipment, 'uid') })
  return holdingOf(owner.get(Purse, 'gold'), [...bagOf(client), ...worn])
}

const NONE: readonly number[] = []

/** The stacks of a saved bag, and the things of saved equipment. A list of zeros may have been left out. */
export function savedStacks(components: Readonly<Record<string, SavedComponent>>): Stack[] {
  const { Bag: bag = {}, Equipment: worn = {} } = components
  return [
    ...stacksIn({ item: bag.item ?? NONE, count: bag.count ?? NONE, uid: bag.uid ?? NONE }),
    ...stacksIn({ item: worn.item ?? NONE, uid: worn.uid ?? NONE }),
  ]
}

export function savedHolding(components: Readonly<Record<string, SavedComponent>>): Holding {
  return holdingOf(components.Purse?.gold?.[0] ?? 0, savedStacks(components))
}

export function applied({ gold, items, uids }: Holding, effect: Effect): Holding {
  const nextItems = new Map(items)
  for (const [item, count] of effect.items) {
    const left = (nextItems.get(item) ?? 0) + count
    if (left === 0) nextItems.delete(item)
    else nextItems.set(item, left)
  }
  const nextUids = new Map(uids)
  for (const uid of effect.gone) nextUids.delete(uid)
  for (const [uid, item] of effect.come) nextUids.set(uid, item)
  return { gold: gold + effect.gold, items: nextItems, uids: nextUids }
}

/** One line, the same for the same holding. */
export function holdingText({ gold, items }: Holding): string {
  const pieces = [...items].sort(([a], [b]) => a - b).map(([item, count]) => `${count} of ${item}`)
  return [`${gold} gold`, ...pieces].join(', ')
}

/**
 * How `found` differs from `wanted`; '' when it does not. Things that were just made have uids that nobody could know before: with
 * `mayBeNew` there may be more uids than wanted, but each wanted one must be there.
 */
export function difference(wanted: Holding, found: Holding, mayBeNew: boolean): string {
  if (holdingText(wanted) !== holdingText(found)) return `${holdingText(found)}; expected ${holdingText(wanted)}`
  for (const [uid, item] of wanted.uids) if (found.uids.get(uid) !== item) return `the thing ${uid} of item ${item} is not there`
  if (!mayBeNew && found.uids.size !== wanted.uids.size) return `${found.uids.size} unique things, not ${wanted.uids.size}`
  return ''
}
