import { BAG_SLOTS } from '../../components/bag.js'
import { dealStep } from '../../components/bot-mind.js'
import { flag } from '../../components/status.js'
import { TRADE_SLOTS } from '../../components/trade.js'
import { GOLD_ONLY, TradeAccept, TradeCancel, TradeOffer, TradeOpen } from '../../protocol/trade.js'
import type { Content, ItemKind } from '../content/types.js'
import { freeSlots, lookAtGearSoon, ownerOf } from './belongings.js'
import { belief, believed, bidOf, learn } from './bids.js'
import { callFor, callOff, neededThing } from './calls.js'
import { mindEvent } from './event-rings.js'
import { forgetTravel, halt, travel } from './travel.js'
import { type Acts, act, type BotView, type Draw, NOTHING, seconds } from './view.js'
import { gainOf, gearForSale, isForSale, priceOfMine, theirsSold, wareCount, wares } from './worth.js'

/** Somebody to trade with is looked for this often, and no farther away; whoever does not stay is not run after for long. */
const SEEK_EVERY_S = 15
const SEEK_M = 40
const APPROACH_S = 12
/** So near it goes before it opens the trade. */
const TABLE_M = 5
/** A trade that is not done by then comes to nothing; a price that nobody paid by half of it is lowered. */
const PATIENCE_S = 12
/** By then it is known whether a trade that was asked for is open. */
const ANSWER_S = 1
/** After a sale, or a purchase, it looks for the next. */
const NEXT_S = 3
/** After a vain try it waits, each time in a row twice as long. */
const BACK_OFF_S = 10
const BACK_OFFS_MAX = 5
/** Most wear what vendors and quests have for them: whoever offered gear in vain offers none for so long, unless a trade comes off meanwhile. */
const GUESS_AGAIN_S = 600

/** What came of the trade that was under way at the last decision. */
function conclude(view: BotView): void {
  const { mind } = view
  const isSeller = mind.dealItem !== 0
  const wasBusy = view.refusedOpcode === TradeOpen.id
  const isDone = view.latestEvent(mindEvent.dealt, mind.dealTick) === mind.dealWith
  if (isDone) {
    learn(view, isSeller ? belief.gained : -belief.gained)
    lookAtGearSoon(view)
    mind.dealFails = 0
    mind.dealShun = 0
    mind.guessTick = 0
  } else if (wasBusy) {
    mind.dealAvoid = mind.dealWith
  } else if (isSeller) {
    learn(view, -belief.missed)
    mind.dealAvoid = mind.dealWith
    mind.dealShun = mind.dealItem
    mind.guessTick = view.tick + seconds(view, GUESS_AGAIN_S)
    mind.dealFails = Math.min(BACK_OFFS_MAX, mind.dealFails + 1)
  } else if (mind.dealStep === dealStep.bid) learn(view, belief.missed)
  if (isDone) mind.seekTick = view.tick + seconds(view, NEXT_S)
  else if (isSeller && !wasBusy) mind.seekTick = view.tick + seconds(view, BACK_OFF_S * (1 << mind.dealFails))
  forgetDeal(view)
}

function forgetDeal({ mind }: BotView): void {
  mind.dealWith = 0
  mind.dealItem = 0
  mind.dealStep = dealStep.none
}

/** Begins to remember a trade; `item` is what is to be sold, 0 when the other has opened it. */
function begin(view: BotView, partner: number, item: number, step: number, draw: Draw): void {
  const { mind } = view
  if (mind.belief === 0) mind.belief = belief.firstMin + Math.floor(draw(321) * (belief.firstMax - belief.firstMin))
  mind.dealWith = partner
  mind.dealItem = item
  mind.dealStep = step
  mind.dealTick = view.tick
}

const accept = (view: BotView): Acts => (view.trade.accepted ? NOTHING : [act(TradeAccept, { revision: view.trade.revision })])
const cancel = (): Acts => [act(TradeCancel, {})]

/** Whether what comes is worth no less than what goes, and there is room for it. Nothing for nothing is no trade. */
export function isFair(view: BotView, content: Content): boolean {
  const { trade } = view
  let things = 0
  for (let slot = 0; slot < TRADE_SLOTS; slot += 1) if (trade.theirItem(slot) !== 0) things += 1
  const gain = gainOf(view, content)
  return gain > 0 && gain >= priceOfMine(view, content) && things <= freeSlots(view, content)
}

/** The bag slot of what is to be sold, as long as it still is for sale; −1 otherwise. */
function placeOf(view: BotView, content: Content): number {
  const item = content.items[view.mind.dealItem]
  const owner = ownerOf(view, content)
  if (item === undefined || owner === undefined || !isForSale(item, owner)) return -1
  for (let i = 0; i < BAG_SLOTS; i += 1) if (view.bagItem(i) === item.id) return i
  return -1
}

/** As many as there are for sale, and no more than the other has said to look for. */
function offeredCount(view: BotView, bagSlot: number, item: ItemKind): number {
  const { trade } = view
  const count = wareCount(view, bagSlot, item)
  return trade.soughtItem(trade.partner) === item.id ? Math.min(count, trade.soughtCount(trade.partner)) : count
}

/** Lays the ware on the table, and waits for a price that is at least what is believed; in the end for one that beats the vendor's. */
function sell(view: BotView, content: Content): Acts {
  const { trade, mind } = view
  const item = content.items[mind.dealItem]
  if (item === undefined) return cancel()
  if (trade.item(0) === 0) {
    const bagSlot = placeOf(view, content)
    if (bagSlot < 0 || view.refusedOpcode === TradeOffer.id) return cancel()
    return [act(TradeOffer, { slot: 0, bagSlot, count: offeredCount(view, bagSlot, item), gold: 0 })]
  }
  const mine = priceOfMine(view, content)
  const isLate = view.tick - mind.dealTick > seconds(view, PATIENCE_S / 2)
  const asked = isLate ? mine + 1 : Math.max(mine + 1, believed(view, mine))
  return gainOf(view, content) >= asked && isFair(view, content) ? accept(view) : NOTHING
}

const isBot = (view: BotView, entity: number): boolean => ((view.see(entity)?.flags ?? 0) & flag.bot) !== 0

/** Answers what the other has laid on the table: a gift or a good price is taken, what is of use is bid for, the rest is declined. */
function answer(view: BotView, content: Content): Acts {
  const { trade, mind } = view
  const gain = gainOf(view, content)
  if (gain === 0) return NOTHING
  if (trade.theirAccepted || mind.dealStep === dealStep.bid)
    return isFair(view, content) ? accept(view) : trade.theirAccepted ? cancel() : NOTHING
  const sold = theirsSold(view, content)
  const bid = bidOf(view, gain - trade.theirGold, sold)
  if (bid <= sold) {
    if (trade.theirGold > 0) return isFair(view, content) ? accept(view) : NOTHING
    // A player may mean it as a gift, and says so by accepting; a bot wants a price.
    return isBot(view, trade.partner) ? cancel() : NOTHING
  }
  mind.dealStep = dealStep.bid
  return [act(TradeOffer, { slot: GOLD_ONLY, bagSlot: 0, count: 0, gold: bid })]
}

/** While a trade is open: undefined when there is none. Comes before whatever can wait. */
export function atTheTable(view: BotView, content: Content, draw: Draw): Acts | undefined {
  const { trade, mind } = view
  if (trade.partner === 0) {
    const isAnswered = view.refusedOpcode === TradeOpen.id || view.tick - mind.dealTick >= seconds(view, ANSWER_S)
    if (mind.dealStep >= dealStep.table && isAnswered) conclude(view)
    return undefined
  }
  // Where both wanted one, it is that of whoever asked first.
  const isMine = mind.dealWith === trade.partner && mind.dealStep >= dealStep.table && view.refusedOpcode !== TradeOpen.id
  if (!isMine) begin(view, trade.partner, 0, dealStep.table, draw)
  if (view.tick - mind.dealTick > seconds(view, PATIENCE_S)) return cancel()
  const acts = mind.dealItem === 0 ? answer(view, content) : sell(view, content)
  return [...halt(view), ...acts]
}

const unwilling = flag.dead | flag.ghost | flag.inCombat

/** Goes up to whom it means to trade with, and opens the trade there; undefined when that came to nothing. */
function approach(view: BotView, content: Content): Acts | undefined {
  const { mind } = view
  const other = view.see(mind.dealWith)
  const isLate = view.tick - mind.dealTick > seconds(view, APPROACH_S)
  // Gear is for whoever may want it; anything else for whom looks for it, as long as that is so.
  const isSought = content.items[mind.dealItem]?.slot !== undefined || view.trade.soughtItem(mind.dealWith) === mind.dealItem
  if (isLate || !isSought || other === undefined || other.target !== 0 || (other.flags & unwilling) !== 0) {
    forgetDeal(view)
    forgetTravel(view)
    return undefined
  }
  const onTheWay = travel(view, other.x, other.z, TABLE_M)
  if (onTheWay !== undefined) return onTheWay
  mind.dealStep = dealStep.table
  mind.dealTick = view.tick
  return [...halt(view), act(TradeOpen, { target: mind.dealWith })]
}

/** Looks for somebody near who has said to look for what is for sale, or else for somebody who might wear what is; undefined when there is nobody. */
function seekBuyer(view: BotView, content: Content, draw: Draw): Acts | undefined {
  const { mind } = view
  const things = wares(view, content)
  const seeker = things.length === 0 ? 0 : view.findSeeker(things, SEEK_M, mind.dealAvoid)
  if (seeker !== 0) {
    begin(view, seeker, view.trade.soughtItem(seeker), dealStep.approach, draw)
    return approach(view, content)
  }
  if (view.tick < mind.guessTick) return undefined
  for (const { item, classes, levelMin, levelMax } of gearForSale(view, content, draw)) {
    if (item.id === mind.dealShun) continue
    const other = view.findCharacter(classes, levelMin, levelMax, SEEK_M, mind.dealAvoid)
    if (other === 0) continue
    begin(view, other, item.id, dealStep.approach, draw)
    return approach(view, content)
  }
  // What nobody wanted the last time comes back into question.
  mind.dealShun = 0
  return undefined
}

/** Now and then it sees to its trade: goes to who would buy, or says what it would buy itself. Undefined when there is nothing to do. */
export function seekDeal(view: BotView, content: Content, draw: Draw): Acts | undefined {
  const { mind } = view
  if (mind.dealStep === dealStep.approach) return approach(view, content)
  if (view.tick < mind.seekTick) return undefined
  mind.seekTick = view.tick + Math.floor(seconds(view, SEEK_EVERY_S * (0.5 + draw(322))))
  const need = neededThing(view, content)
  const hush = need === undefined ? callOff(view) : undefined
  return hush ?? seekBuyer(view, content, draw) ?? (need === undefined ? undefined : callFor(need))
}
