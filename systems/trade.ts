import { BAG_SLOTS, Bag, Purse } from '../components/bag.js'
import { BotMind } from '../components/bot-mind.js'
import { Place, Position } from '../components/motion.js'
import { Casting } from '../components/spells.js'
import { Status } from '../components/status.js'
import { TRADE_SLOTS, Trade, type tradeEnds } from '../components/trade.js'
import { result } from '../protocol/result-codes.js'
import {
  SOUGHT_S,
  TradeAccept,
  TradeCancel,
  TradeChanged,
  TradeClosed,
  TradeOffer,
  TradeOpen,
  TradeOpened,
  TradeSeek,
  TradeSought,
} from '../protocol/trade.js'
import type { Entity, Slot } from '../src/ecs/entities.js'
import { type ContextOf, defineSystem } from '../src/ecs/system.js'
import { PresenceResource } from '../src/net/presence.js'
import type { ResultCode } from '../src/protocol/result-codes.js'
import { ContentResource } from './content/resource.js'
import { CountersResource } from './counters.js'
import { ItemGained, ItemLost, TradeEnded } from './events.js'
import { commit, moveGold, moveThings } from './holdings-rules.js'
import { actCode, canAct, isWithin } from './interaction-rules.js'
import { type Command, LedgerResource } from './ledger.js'
import {
  acceptCode,
  begin,
  changed,
  clear,
  type Offer,
  offerCode,
  openCode,
  planSwap,
  putOffer,
  type SwappedSide,
  seekCode,
} from './trade-rules.js'

const needs = {
  name: 'trade',
  reads: { position: Position, place: Place, status: Status, casting: Casting },
  writes: { trade: Trade, bag: Bag, purse: Purse },
  resources: { content: ContentResource, counters: CountersResource, presence: PresenceResource, ledger: LedgerResource },
  queries: { traders: [Trade] },
  intents: [TradeOpen, TradeOffer, TradeAccept, TradeCancel, TradeSeek],
  emits: [ItemGained, ItemLost, TradeEnded],
  tells: [TradeOpened, TradeChanged, TradeClosed],
  shows: [TradeSought],
} as const
type TradeWorld = ContextOf<typeof needs>
type End = (typeof tradeEnds)[number]

/** 0 when the trade's other side is gone, or there is none. */
const partnerOf = ({ trade, slotOf }: TradeWorld, slot: Slot): Slot => slotOf(trade.partner[slot])

/** A character whose player has lost the connection cannot agree to anything. Bots have no player. */
const isWithoutPlayer = ({ presence }: TradeWorld, slot: Slot): boolean =>
  presence.characters.has(slot) && presence.played[slot] === 0

function sideOf({ trade, bag }: TradeWorld, slot: Slot) {
  const things: { slot: number; item: number; count: number; durability: number }[] = []
  for (let index = 0; index < TRADE_SLOTS; index += 1) {
    const at = slot * TRADE_SLOTS + index
    if (trade.place[at] === 0) continue
    const durability = bag.durability[slot * BAG_SLOTS + trade.place[at] - 1]
    things.push({ slot: index, item: trade.item[at], count: trade.count[at], durability })
  }
  return { gold: trade.gold[slot], accepted: trade.accepted[slot] === 1, things }
}

/** Bots look at the columns. */
function tellBoth(world: TradeWorld, a: Slot, b: Slot): void {
  for (const [me, other] of [
    [a, b],
    [b, a],
  ]) {
    if (world.has(me, BotMind)) continue
    const revision = world.trade.revision[me]
    world.tell(me, TradeChanged, { revision, mine: sideOf(world, me), theirs: sideOf(world, other) })
  }
}

function open(world: TradeWorld, slot: Slot, target: Entity): ResultCode {
  const { trade, status, content, presence } = world
  const other = world.slotOf(target)
  const isCharacter = other !== 0 && other !== slot && world.has(other, Trade)
  const code = openCode({
    flags: status.flags[slot],
    otherFlags: status.flags[other],
    isCharacter,
    isInRange: isCharacter && isWithin(world, slot, other, content.rates.tradeRangeM),
    areFree: trade.partner[slot] === 0 && trade.partner[other] === 0 && !isWithoutPlayer(world, other),
  })
  if (code !== result.ok) return code
  begin(trade, slot, other, world.entityOf, world.tick)
  world.counters.add('tradesOpened', 1)
  for (const side of [slot, other]) {
    trade.binding[side] = presence.bindings[side]
    world.tell(side, TradeOpened, { partner: trade.partner[side], revision: trade.revision[side] })
  }
  return result.ok
}

function offer(world: TradeWorld, slot: Slot, wanted: Offer): ResultCode {
  const { trade, bag, purse, casting, content } = world
  const held = actCode(world.status.flags[slot])
  if (held !== result.ok) return held
  const at = slot * BAG_SLOTS + Math.min(wanted.bagSlot, BAG_SLOTS - 1)
  const facts = {
    item: bag.item[at],
    count: bag.count[at],
    uid: bag.uid[at],
    kind: content.items[bag.item[at]],
    isInUse: casting.item[slot] === wanted.bagSlot + 1,
    gold: purse.gold[slot],
  }
  const code = offerCode(trade, slot, wanted, facts)
  if (code !== result.ok) return code
  putOffer(trade, slot, wanted, facts)
  const other = partnerOf(world, slot)
  changed(trade, slot, other, world.tick)
  tellBoth(world, slot, other)
  return result.ok
}

/** Both have agreed: everything changes hands here, in this call, or nothing does and both have to agree anew. */
function accept(world: TradeWorld, slot: Slot, revision: number, by: Command): ResultCode {
  const { trade, bag, purse, content } = world
  const held = actCode(world.status.flags[slot])
  if (held !== result.ok) return held
  const code = acceptCode(trade, slot, revision)
  if (code !== result.ok) return code
  const other = partnerOf(world, slot)
  if (trade.accepted[other] === 0) {
    trade.accepted[slot] = 1
    tellBoth(world, slot, other)
    return result.ok
  }
  const swap = planSwap(trade, bag, purse, slot, other, content)
  if (typeof swap === 'number') {
    changed(trade, slot, other, world.tick)
    tellBoth(world, slot, other)
    return swap
  }
  // No longer open before anything is granted, so that nothing pays twice.
  close(world, slot, 'done')
  commit(world, slot, swap.a.plan, 'trade', by)
  commit(world, other, swap.b.plan, 'trade', by)
  handOver(world, swap.a, swap.b, by)
  handOver(world, swap.b, swap.a, by)
  return result.ok
}

/** The plans are committed; the gold, the ledger and whoever counts things follow. */
function handOver(world: TradeWorld, from: SwappedSide, to: SwappedSide, by: Command): void {
  const { content, counters } = world
  moveGold(world, from.slot, to.slot, from.gold, 'trade', by)
  moveThings(world, from.slot, to.slot, from.given, 'trade', by)
  counters.add('tradeGold', from.gold)
  counters.add('tradeValue', from.gold)
  for (const { item, count } of from.given) {
    counters.add('tradeItems', count)
    counters.add('tradeValue', (content.items[item]?.sellPrice ?? 0) * count)
    world.emit(ItemLost, { character: world.entityOf(from.slot), item, count })
    world.emit(ItemGained, { character: world.entityOf(to.slot), item, count })
  }
}

/** What it says to look for, for all around to hear. */
function say(world: TradeWorld, slot: Slot, item: number, count: number): void {
  const { trade, tick, tickHz } = world
  trade.soughtItem[slot] = item
  trade.soughtCount[slot] = count
  trade.soughtUntil[slot] = item === 0 ? 0 : tick + SOUGHT_S * tickHz
  world.show(slot, TradeSought, { seeker: world.entityOf(slot), item, count })
}

function seek(world: TradeWorld, slot: Slot, item: number, count: number): ResultCode {
  const { trade, status, content } = world
  const isSilent = trade.soughtItem[slot] === 0
  const code = seekCode(status.flags[slot], { item, count, kind: content.items[item], isSilent })
  if (code === result.ok) say(world, slot, item, count)
  return code
}

/** Ends the trade for both sides, as far as they are still there. */
function close(world: TradeWorld, slot: Slot, reason: End): void {
  const { trade, counters } = world
  const sides = [slot, partnerOf(world, slot)].filter((side) => side !== 0)
  const done = reason === 'done' ? 1 : 0
  counters.add(done === 1 ? 'tradesDone' : 'tradesEnded', 1)
  for (const side of sides) {
    world.emit(TradeEnded, { character: world.entityOf(side), partner: trade.partner[side], done })
    world.tell(side, TradeClosed, { reason })
    clear(trade, side)
    if (done === 1 && trade.soughtItem[side] !== 0) say(world, side, 0, 0)
  }
}

function cancel(world: TradeWorld, slot: Slot): ResultCode {
  if (world.trade.partner[slot] === 0) return result.noSuchTarget
  close(world, slot, 'cancelled')
  return result.ok
}

/** Why an open trade cannot go on; undefined when it can. */
function endOf(world: TradeWorld, slot: Slot): End | undefined {
  const { trade, status, presence, content, tick, tickHz } = world
  const other = partnerOf(world, slot)
  if (other === 0 || trade.binding[slot] !== presence.bindings[slot] || isWithoutPlayer(world, slot)) return 'left'
  if (!canAct(status.flags[slot])) return 'died'
  if (!isWithin(world, slot, other, content.rates.tradeRangeM)) return 'tooFar'
  return tick - trade.sinceTick[slot] > (content.rates.tradeIdleMs * tickHz) / 1000 ? 'timedOut' : undefined
}

/** Looks after the open trades. Each side is looked at, so that what befalls either ends it. */
function watch(world: TradeWorld): void {
  const { traders } = world
  const { partner } = world.trade
  for (let i = 0; i < traders.length; i += 1) {
    if (partner[traders[i]] === 0) continue
    const end = endOf(world, traders[i])
    if (end !== undefined) close(world, traders[i], end)
  }
}

function judge(world: TradeWorld, intent: TradeWorld['intents'][number]): ResultCode {
  const { actor } = intent
  switch (intent.name) {
    case 'trade.open':
      return open(world, actor, intent.payload.target)
    case 'trade.offer':
      return offer(world, actor, intent.payload)
    case 'trade.accept':
      return accept(world, actor, intent.payload.revision, intent)
    case 'trade.cancel':
      return cancel(world, actor)
    case 'trade.seek':
      return seek(world, actor, intent.payload.item, intent.payload.count)
  }
}

/** Trades between characters: two sides that change until both agree to the same state, and then change hands at once. */
export const trade = defineSystem({
  ...needs,
  run(world) {
    watch(world)
    for (const intent of world.intents) world.answer(intent, judge(world, intent))
  },
})
