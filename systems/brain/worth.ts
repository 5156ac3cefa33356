import { BAG_SLOTS } from '../../components/bag.js'
import { QUESTS_MAX } from '../../components/quest-log.js'
import { TRADE_SLOTS } from '../../components/trade.js'
import type { ClassKind, Content, ItemKind } from '../content/types.js'
import { countHeld, ownerOf } from './belongings.js'
import { classify, gearScore, type Owner } from './classify.js'
import type { BotView, Draw } from './view.js'

/** What has no price of its own at a vendor's counts as costing so many times what vendors pay. */
const NEW_OVER_SOLD = 4
/** What cannot be worn yet is worth so much less. */
const LATER = 0.5
/** So many of each thing it eats, drinks or swallows it keeps; more are for sale to others, and only up to so many are bought. */
export const STORE = 6
/** What a quest still lacks is worth so many times what vendors pay. */
const QUEST = 2
/** Of what is worn out nothing but this part is left. */
const WORN_OUT = 0.4
/** A class for which it is nearly as good as for the best. */
const NEARLY_BEST = 0.8
/** So many wares are thought of at once. */
const WARES_MAX = 3
/** Whoever is this many levels above wears better. */
const LEVELS_ABOVE = 4

/** What it would cost from a vendor: never more is paid to anybody, or who buys there could live on those who pay it. */
const newPrice = ({ buyPrice, sellPrice }: ItemKind): number => (buyPrice > 0 ? buyPrice : sellPrice * NEW_OVER_SOLD)

/** What is left of the value of a thing that wears out. */
function wholeness({ durabilityMax }: ItemKind, durability: number): number {
  return durabilityMax === 0 ? 1 : WORN_OUT + ((1 - WORN_OUT) * Math.min(durability, durabilityMax)) / durabilityMax
}

/** What somebody may get: so many of an item, of which his quests still lack so many. */
interface Incoming {
  readonly item: ItemKind
  readonly count: number
  readonly durability: number
  readonly lacking: number
}

/** How many more of it the quests in the log ask for than the bag holds. */
export function lackingOf(view: BotView, content: Content, item: number): number {
  let wanted = 0
  for (let i = 0; i < QUESTS_MAX; i += 1)
    for (const objective of content.quests[view.questAt(i)]?.objectives ?? [])
      if (objective.kind === 'collect' && objective.item === item) wanted += objective.count
  return wanted === 0 ? 0 : Math.max(0, wanted - countHeld(view, item))
}

/** What so many of an item are worth to somebody who gets them, in coins: at least what a vendor pays, and nothing for what nobody buys. */
export function worthOf({ item, count, durability, lacking }: Incoming, owner: Owner): number {
  const sold = item.sellPrice * count
  // Nobody wears what is broken.
  if (item.durabilityMax > 0 && durability === 0) return sold
  switch (classify(item, owner)) {
    case 'equip':
      return Math.max(sold, Math.floor(newPrice(item) * wholeness(item, durability)) + item.sellPrice * (count - 1))
    case 'upgradeLater':
      return Math.max(sold, Math.floor(newPrice(item) * wholeness(item, durability) * LATER) + item.sellPrice * (count - 1))
    case 'use': {
      const wanted = Math.max(0, Math.min(count, STORE - owner.held(item.id)))
      return sold + wanted * Math.max(0, Math.floor(newPrice(item) * LATER) - item.sellPrice)
    }
    case 'quest':
      return sold + Math.min(count, lacking) * item.sellPrice * (QUEST - 1)
    case 'destroy':
      return 0
    default:
      return sold
  }
}

/** What the other side of the open trade gives, in coins. Of two things for the same place on the body the second is only for sale. */
export function gainOf(view: BotView, content: Content): number {
  const { trade } = view
  const owner = ownerOf(view, content)
  let gain = trade.theirGold
  for (let slot = 0; slot < TRADE_SLOTS && owner !== undefined; slot += 1) {
    const item = content.items[trade.theirItem(slot)]
    if (item === undefined) continue
    const count = trade.theirCount(slot)
    const isSecond = isRepeated(view, content, slot, item)
    const stack = { item, count, durability: trade.theirDurability(slot), lacking: lackingOf(view, content, item.id) }
    gain += isSecond ? item.sellPrice * count : worthOf(stack, owner)
  }
  return gain
}

function isRepeated({ trade }: BotView, content: Content, slot: number, item: ItemKind): boolean {
  for (let before = 0; before < slot; before += 1) {
    const other = content.items[trade.theirItem(before)]
    if (other !== undefined && (other.id === item.id || (item.slot !== undefined && other.slot === item.slot))) return true
  }
  return false
}

/** What this side gives, in coins. Nothing is offered but what is for sale: so much would a vendor pay. */
export function priceOfMine({ trade }: BotView, content: Content): number {
  let price = trade.gold
  for (let slot = 0; slot < TRADE_SLOTS; slot += 1) price += (content.items[trade.item(slot)]?.sellPrice ?? 0) * trade.count(slot)
  return price
}

/** What vendors would pay for all that the other side offers. */
export function theirsSold({ trade }: BotView, content: Content): number {
  let price = 0
  for (let slot = 0; slot < TRADE_SLOTS; slot += 1)
    price += (content.items[trade.theirItem(slot)]?.sellPrice ?? 0) * trade.theirCount(slot)
  return price
}

/** Gear that is for sale, and who could wear it. */
export interface Ware {
  readonly item: ItemKind
  readonly classes: readonly number[]
  readonly levelMin: number
  readonly levelMax: number
}

/** The classes that can wear it well. Not its owner's: of those most wear what he wears, for which he does not need it. */
function wearersOf(item: ItemKind, owner: Owner, content: Content): readonly number[] {
  const may = content.classList.filter(({ id }) => item.classes.length === 0 || item.classes.includes(id))
  const score = (kind: ClassKind): number => gearScore(item, kind)
  const best = may.reduce((most, kind) => Math.max(most, score(kind)), 0)
  return may.filter((kind) => kind !== owner.classKind && score(kind) >= best * NEARLY_BEST).map(({ id }) => id)
}

/** What is of no use to its owner, or more of a consumable than he keeps. */
export function isForSale(item: ItemKind, owner: Owner): boolean {
  if (item.sellPrice === 0 || item.kind === 'quest') return false
  const verdict = classify(item, owner)
  return verdict === 'sell' || ((verdict === 'use' || verdict === 'keep') && owner.held(item.id) > STORE)
}

/** A sale brings a coin more than a vendor pays, and no more than a part of what it is worth: for less than this there is no such price. */
const SOLD_MIN = 2

/** What is for sale in the bag, item by item. */
export function wares(view: BotView, content: Content): readonly number[] {
  const owner = ownerOf(view, content)
  const found: number[] = []
  for (let i = 0; i < BAG_SLOTS && owner !== undefined; i += 1) {
    const item = content.items[view.bagItem(i)]
    if (item === undefined || found.includes(item.id) || !isForSale(item, owner)) continue
    if (item.sellPrice * wareCount(view, i, item) >= SOLD_MIN) found.push(item.id)
  }
  return found
}

/** Some of the gear that is for sale, other pieces each time. */
export function gearForSale(view: BotView, content: Content, draw: Draw): readonly Ware[] {
  const owner = ownerOf(view, content)
  const start = Math.floor(draw(320) * BAG_SLOTS)
  const found: Ware[] = []
  for (let i = 0; i < BAG_SLOTS && owner !== undefined && found.length < WARES_MAX; i += 1) {
    const item = content.items[view.bagItem((start + i) % BAG_SLOTS)]
    if (item?.slot === undefined || !isForSale(item, owner)) continue
    const classes = wearersOf(item, owner, content)
    const { levelMin } = item
    if (classes.length > 0) found.push({ item, classes, levelMin, levelMax: levelMin + LEVELS_ABOVE })
  }
  return found
}

/** How many of a ware to offer at once: one thing to wear, or what there is too much of. */
export function wareCount(view: BotView, bagSlot: number, item: ItemKind): number {
  const there = view.bagCount(bagSlot)
  if (item.use === undefined) return there
  return Math.max(1, Math.min(there, countHeld(view, item.id) - (isUsable(view, item) ? STORE : 0)))
}

const isUsable = (view: BotView, { classes, levelMin }: ItemKind): boolean =>
  (classes.length === 0 || classes.includes(view.classId)) && levelMin <= view.level
