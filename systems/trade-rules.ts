import { BAG_SLOTS, GOLD_MAX, type Purse } from '../components/bag.js'
import { TRADE_SLOTS, type Trade } from '../components/trade.js'
import { result } from '../protocol/result-codes.js'
import { GOLD_ONLY } from '../protocol/trade.js'
import type { Readable, Writable } from '../src/ecs/columns.js'
import type { Entity, Slot } from '../src/ecs/entities.js'
import type { ResultCode } from '../src/protocol/result-codes.js'
import { type BagPlan, type BagReader, planGive, planOf, planTake, type Thing } from './bag-rules.js'
import type { Content, ItemKind } from './content/types.js'
import { actCode, canAct } from './interaction-rules.js'

export type TradeReader = Readable<typeof Trade>
export type TradeColumns = Writable<typeof Trade>
type PurseReader = Readable<typeof Purse>

/** What the opening of a trade depends on. */
export interface OpenFacts {
  readonly flags: number
  readonly otherFlags: number
  /** Another character that is in the world. */
  readonly isCharacter: boolean
  readonly isInRange: boolean
  /** Neither has a trade open, and the other is not without its player. */
  readonly areFree: boolean
}

/** In the order in which a player wants to hear it. */
export function openCode(facts: OpenFacts): ResultCode {
  const code = actCode(facts.flags)
  if (code !== result.ok) return code
  if (!facts.isCharacter) return result.noSuchTarget
  if (!canAct(facts.otherFlags)) return result.dead
  if (!facts.isInRange) return result.outOfRange
  return facts.areFree ? result.ok : result.busy
}

/** Begins both sides, empty, with a revision that neither has seen. */
export function begin(trade: TradeColumns, a: Slot, b: Slot, entityOf: (slot: Slot) => Entity, tick: number): void {
  const revision = (Math.max(trade.revision[a], trade.revision[b]) + 1) % REVISIONS
  trade.partner[a] = entityOf(b)
  trade.partner[b] = entityOf(a)
  for (const slot of [a, b]) {
    trade.revision[slot] = revision
    trade.sinceTick[slot] = tick
  }
}
const REVISIONS = 65_536

/** Empties a side. Its revision goes on. */
export function clear(trade: TradeColumns, slot: Slot): void {
  trade.partner[slot] = 0
  trade.binding[slot] = 0
  trade.accepted[slot] = 0
  trade.gold[slot] = 0
  trade.sinceTick[slot] = 0
  for (let index = 0; index < TRADE_SLOTS; index += 1) setLine(trade, slot, index, 0, 0, 0, 0)
}

function setLine(trade: TradeColumns, slot: Slot, index: number, place: number, count: number, item: number, uid: number): void {
  const at = slot * TRADE_SLOTS + index
  trade.place[at] = place
  trade.count[at] = count
  trade.item[at] = item
  trade.uid[at] = uid
}

/** After every change: the next revision, which nobody has accepted. */
export function changed(trade: TradeColumns, a: Slot, b: Slot, tick: number): void {
  const revision = (trade.revision[a] + 1) % REVISIONS
  for (const slot of [a, b]) {
    trade.revision[slot] = revision
    trade.accepted[slot] = 0
    trade.sinceTick[slot] = tick
  }
}

/** Quest items stay with whoever has the quest, and so does what the content does not know. */
export const tradeCode = (kind: ItemKind | undefined): ResultCode =>
  kind === undefined || kind.kind === 'quest' ? result.notTradable : result.ok

/** What somebody says to look for; `isSilent`: he has said nothing of the kind before. */
export interface Sought {
  readonly item: number
  readonly count: number
  readonly kind: ItemKind | undefined
  readonly isSilent: boolean
}

/** Whether it may be said. Item 0 ends what was said before; there is no looking for nothing of something. */
export function seekCode(flags: number, { item, count, kind, isSilent }: Sought): ResultCode {
  const code = actCode(flags)
  if (code !== result.ok) return code
  if (item === 0) return isSilent ? result.alreadyDone : result.ok
  return count === 0 ? result.malformed : tradeCode(kind)
}

/** One request to change a side; `slot` is the trade's, or `GOLD_ONLY`. */
export interface Offer {
  readonly slot: number
  readonly bagSlot: number
  readonly count: number
  readonly gold: number
}

/** What lies where an offer points to, and whether something else is being done with it. */
export interface OfferFacts {
  readonly item: number
  readonly count: number
  readonly uid: number
  readonly kind: ItemKind | undefined
  readonly isInUse: boolean
  readonly gold: number
}

/** Whether the offer may be made, the trade's own slots aside: `busy` for what is in use, `stale` for more than lies there. */
function lineCode(trade: TradeReader, slot: Slot, offer: Offer, facts: OfferFacts): ResultCode {
  if (offer.slot === GOLD_ONLY || offer.count === 0) return result.ok
  if (offer.bagSlot >= BAG_SLOTS || facts.item === 0) return result.noSuchTarget
  const code = tradeCode(facts.kind)
  if (code !== result.ok) return code
  if (facts.isInUse) return result.busy
  for (let index = 0; index < TRADE_SLOTS; index += 1)
    if (index !== offer.slot && trade.place[slot * TRADE_SLOTS + index] === offer.bagSlot + 1) return result.busy
  return offer.count > facts.count ? result.stale : result.ok
}

/** Whether a side may be changed so; `alreadyDone` when it is like that already. Gold that is on offer stays in the purse until the swap. */
export function offerCode(trade: TradeReader, slot: Slot, offer: Offer, facts: OfferFacts): ResultCode {
  if (trade.partner[slot] === 0 || (offer.slot >= TRADE_SLOTS && offer.slot !== GOLD_ONLY)) return result.noSuchTarget
  const code = lineCode(trade, slot, offer, facts)
  if (code !== result.ok) return code
  if (offer.gold > facts.gold) return result.cannotPay
  const at = slot * TRADE_SLOTS + offer.slot
  const place = offer.count === 0 ? 0 : offer.bagSlot + 1
  const isSame = offer.slot === GOLD_ONLY || (trade.place[at] === place && trade.count[at] === offer.count)
  return isSame && trade.gold[slot] === offer.gold ? result.alreadyDone : result.ok
}

/** Makes the change that `offerCode` found good. */
export function putOffer(trade: TradeColumns, slot: Slot, offer: Offer, { item, uid }: OfferFacts): void {
  trade.gold[slot] = offer.gold
  if (offer.slot === GOLD_ONLY) return
  if (offer.count === 0) setLine(trade, slot, offer.slot, 0, 0, 0, 0)
  else setLine(trade, slot, offer.slot, offer.bagSlot + 1, offer.count, item, uid)
}

/** Whether this side may agree to the revision that it has seen. */
export function acceptCode(trade: TradeReader, slot: Slot, revision: number): ResultCode {
  if (trade.partner[slot] === 0) return result.noSuchTarget
  if (trade.revision[slot] !== revision) return result.stale
  return trade.accepted[slot] === 0 ? result.ok : result.alreadyDone
}

/** What a trade makes of one side. */
export interface SwappedSide {
  readonly slot: Slot
  readonly plan: BagPlan
  /** What it gives away. */
  readonly given: readonly Thing[]
  readonly gold: number
}
export interface Swap {
  readonly a: SwappedSide
  readonly b: SwappedSide
}

/** Takes what a side offers out of its bag; `stale` when that is not there any more, `cannotPay` when its gold is not. */
function giveAway(
  trade: TradeReader,
  bag: BagReader,
  purse: PurseReader,
  slot: Slot,
  content: Content,
): SwappedSide | ResultCode {
  const plan = planOf(bag, slot, content.rates.bagSlots)
  const given: Thing[] = []
  for (let at = slot * TRADE_SLOTS; at < (slot + 1) * TRADE_SLOTS; at += 1) {
    if (trade.place[at] === 0) continue
    const thing = planTake(plan, trade.place[at] - 1, trade.count[at])
    if (thing === undefined || thing.item !== trade.item[at] || thing.uid !== trade.uid[at]) return result.stale
    given.push(thing)
  }
  return trade.gold[slot] > purse.gold[slot] ? result.cannotPay : { slot, plan, given, gold: trade.gold[slot] }
}

/** Whether a side can take in what the other gives: `bagFull`, or `limit` where its purse would overflow. */
function takeIn(to: SwappedSide, from: SwappedSide, purse: PurseReader, content: Content): ResultCode {
  for (const thing of from.given) if (!planGive(to.plan, thing, content)) return result.bagFull
  const gold = purse.gold[to.slot] - to.gold + from.gold
  return gold > Math.min(GOLD_MAX, content.rates.goldMax) ? result.limit : result.ok
}

/** Both sides as they would be: first everything outgoing leaves, then everything incoming finds its place. Nothing has changed yet. */
export function planSwap(
  trade: TradeReader,
  bag: BagReader,
  purse: PurseReader,
  a: Slot,
  b: Slot,
  content: Content,
): Swap | ResultCode {
  const one = giveAway(trade, bag, purse, a, content)
  if (typeof one === 'number') return one
  const other = giveAway(trade, bag, purse, b, content)
  if (typeof other === 'number') return other
  const codes = [takeIn(one, other, purse, content), takeIn(other, one, purse, content)]
  return codes.find((code) => code !== result.ok) ?? { a: one, b: other }
}
