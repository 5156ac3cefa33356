import { TRADE_SLOTS, tradeEnds } from '../components/trade.js'
import { toCell, toClient, toServer } from '../src/protocol/opcode.js'
import { bool, list, oneOf, record, u8, u16, u32 } from '../src/schema/fields.js'

const action = { auth: 'inWorld', rate: 'action', handler: 'trade' } as const

/** What somebody has said to look for is good for so long, if nothing else is said meanwhile. */
export const SOUGHT_S = 30
/** What `slot` says in `trade.offer` when only the gold is to change. */
export const GOLD_ONLY = 255

const things = list(record({ slot: u8, item: u16, count: u16, durability: u16 }), TRADE_SLOTS)
const side = record({ gold: u32, accepted: bool, things })

export const TradeOpen = toServer({
  id: 0x0601,
  name: 'trade.open',
  payload: { target: u32 },
  ...action,
  rate: 'social',
  doc: 'Opens a trade with another character within 10 m; neither may have one open. Both are told by trade.opened.',
})
export const TradeOffer = toServer({
  id: 0x0602,
  name: 'trade.offer',
  payload: { slot: u8, bagSlot: u8, count: u16, gold: u32 },
  ...action,
  doc: 'Replaces one slot of my side of the open trade by that many of a bag slot’s stack, count 0 for nothing (slot 255: none changes), and the gold on it. What is on offer is locked.',
})
export const TradeAccept = toServer({
  id: 0x0603,
  name: 'trade.accept',
  payload: { revision: u16 },
  ...action,
  durable: true,
  doc: 'Agrees to the trade as of the revision seen. When both have, everything changes hands at once.',
})
export const TradeCancel = toServer({
  id: 0x0604,
  name: 'trade.cancel',
  payload: {},
  ...action,
  doc: 'Closes the open trade; nothing changes hands.',
})
export const TradeSeek = toServer({
  id: 0x0605,
  name: 'trade.seek',
  payload: { item: u16, count: u16 },
  ...action,
  rate: 'social',
  doc: 'Says to everybody in sight that I look for so many of an item, for the next 30 s; item 0: for nothing any more. A trade that is done ends it.',
})

export const TradeOpened = toClient({
  id: 0x8601,
  name: 'trade.opened',
  payload: { partner: u32, revision: u16 },
  doc: 'A trade with that character is open, whoever asked for it.',
})
export const TradeChanged = toClient({
  id: 0x8602,
  name: 'trade.changed',
  payload: { revision: u16, mine: side, theirs: side },
  doc: 'What both sides offer now, and who has accepted it. A new revision has been accepted by nobody.',
})
export const TradeClosed = toClient({
  id: 0x8603,
  name: 'trade.closed',
  payload: { reason: oneOf(...tradeEnds) },
  doc: 'The trade is over. Only after done has anything changed hands.',
})
export const TradeSought = toCell({
  id: 0x8604,
  name: 'trade.sought',
  payload: { seeker: u32, item: u16, count: u16 },
  doc: 'A character says that it looks for so many of an item, for the next 30 s; item 0: for nothing any more.',
})
