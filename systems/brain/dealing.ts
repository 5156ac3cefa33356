import { BAG_SLOTS } from '../../components/bag.js'
import { dealStep } from '../../components/bot-mind.js'
import { flag } from '../../components/status.js'
import { TRADE_SLOTS } from '../../components/trade.js'
import { GOLD_ONLY, TradeAccept, TradeCancel, TradeOffer, TradeOpen } from '../../protocol/trade.js'
import type { Content } from '../content/types.js'
import { freeSlots, lookAtGearSoon, ownerOf } from './belongings.js'
import { mindEvent } from './event-rings.js'
import { forgetTravel, halt, travel } from './travel.js'
import { type Acts, act, type BotView, type Draw, NOTHING, seconds } from './view.js'
import { findWares, gainOf, isForSale, priceOfMine, theirsSold, wareCount } from './worth.js'

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
/** It spends no more than this part of its purse on one trade. */
const SPEND_SHARE = 0.6
/** Of what a thing is worth to it, it pays at most this part. */
const BARGAIN = 0.9

/**
 * What a price is believed to be, in hundredths of what vendors pay: at first somewhere between these, later what experience says. Who
 * sold asks more the next time, who could not asks less; who bought offers less, who could not offers more.
 */
const belief = Object.freeze({ firstMin: 140, firstMax: 220, min: 110, max: 350, gained: 6, missed: 12 })

function believed(view: BotView, sold: number): number {
  return Math.floor((sold * view.mind.belief) / 100 + 0.5)
}

function learn(view: BotView, change: number): void {
  const { mind } = view
  mind.belief = Math.max(belief.min, Math.min(belief.max, mind.belief + change))
}

/** What came of the trade that was under way at the last decision. */
function conclude(view: BotView): void {
  const { mind } = view
  const isSeller = mind.dealItem !== 0
  const isDone = view.latestEvent(mindEvent.dealt, mind.dealTick) === mind.dealWith
  if (isDone) {
    learn(view, isSeller ? belief.gained : -belief.gained)
    lookAtGearSoon(view)
    mind.dealFails = 0
    mind.dealShun = 0
  } else if (isSeller) {
    learn(view, -belief.missed)
    mind.dealAvoid = mind.dealWith
    mind.dealShun = mind.dealItem
    mind.dealFails = Math.min(BACK_OFFS_MAX, mind.dealFails + 1)
  } else if (mind.dealStep === dealStep.bid) learn(view, belief.missed)
  if (isDone) mind.seekTick = view.tick + seconds(view, NEXT_S)
  else if (isSeller) mind.seekTick = view.tick + seconds(view, BACK_OFF_S * (1 << mind.dealFails))
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

/** Lays the ware on the table, and waits for a price that is at least what is believed; in the end for one that beats the vendor's. */
function sell(view: BotView, content: Content): Acts {
  const { trade, mind } = view
  const item = content.items[mind.dealItem]
  if (item === undefined) return cancel()
  if (trade.item(0) === 0) {
    const bagSlot = placeOf(view, content)
    if (bagSlot < 0 || view.refusedOpcode === TradeOffer.id) return cancel()
    return [act(TradeOffer, { slot: 0, bagSlot, count: wareCount(view, { bagSlot, item }), gold: 0 })]
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
  const bid = Math.floor(
    Math.min((gain - trade.theirGold) * BARGAIN, Math.max(sold + 1, believed(view, sold)), view.gold * SPEND_SHARE),
  )
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

/** Goes up to whom it means to trade with, and opens the trade there; undefined when that came to nothing. */
function approach(view: BotView): Acts | undefined {
  const { mind } = view
  const other = view.see(mind.dealWith)
  const isLate = view.tick - mind.dealTick > seconds(view, APPROACH_S)
  if (isLate || other === undefined || (other.flags & (flag.dead | flag.ghost | flag.inCombat)) !== 0) {
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

/** Looks now and then for somebody near who could use what is for sale, and goes there to trade; undefined when there is nobody or nothing. */
export function seekDeal(view: BotView, content: Content, draw: Draw): Acts | undefined {
  const { mind } = view
  if (mind.dealStep === dealStep.approach) return approach(view)
  if (view.tick < mind.seekTick) return undefined
  mind.seekTick = view.tick + Math.floor(seconds(view, SEEK_EVERY_S * (0.5 + draw(322))))
  for (const { item, classes, levelMin, levelMax } of findWares(view, content, draw)) {
    if (item.id === mind.dealShun) continue
    const other = view.findCharacter(classes, levelMin, levelMax, SEEK_M, mind.dealAvoid)
    if (other === 0) continue
    begin(view, other, item.id, dealStep.approach, draw)
    return approach(view)
  }
  // What nobody wanted the last time comes back into question.
  mind.dealShun = 0
  return undefined
}
