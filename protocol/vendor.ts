import { toClient, toServer } from '../src/protocol/opcode.js'
import { defaulted, list, record, u8, u16, u32 } from '../src/schema/fields.js'

const action = { auth: 'inWorld', rate: 'action', handler: 'vendors' } as const

/** Lines of a vendor's stock; content may not give it more. */
export const STOCK_LINES_MAX = 32
/** What `left` says of stock that never ends. */
export const UNLIMITED = 0xffff
/** What `bagSlot` says in `vendor.repair` for all that is worn. */
export const ALL_WORN = 255

export const VendorList = toServer({
  id: 0x0b01,
  name: 'vendor.list',
  payload: { npc: u32 },
  ...action,
  doc: 'Asks a vendor within reach what it sells; the answer is vendor.stock.',
})
export const VendorBuy = toServer({
  id: 0x0b02,
  name: 'vendor.buy',
  payload: { npc: u32, index: u8, item: u16, count: u16 },
  ...action,
  durable: true,
  doc: 'Buys from a line of the stock; the item must be the one seen there.',
})
export const VendorSell = toServer({
  id: 0x0b03,
  name: 'vendor.sell',
  payload: { npc: u32, bagSlot: u8, count: u16 },
  ...action,
  durable: true,
  doc: 'Sells that many of a bag slot’s stack. The last 12 sales can be bought back.',
})
export const VendorBuyBack = toServer({
  id: 0x0b04,
  name: 'vendor.buyBack',
  payload: { index: u8, item: defaulted(u16, 0) },
  ...action,
  durable: true,
  doc: 'Buys back what was sold, by its place in BuyBack, for what it brought; from the vendor last spoken to. The item must be the one there; 0 takes whichever it is.',
})
export const VendorRepair = toServer({
  id: 0x0b05,
  name: 'vendor.repair',
  payload: { npc: u32, bagSlot: u8 },
  ...action,
  durable: true,
  doc: 'Has what lies in a bag slot made whole, or with 255 all that is worn.',
})

export const VendorStock = toClient({
  id: 0x8b01,
  name: 'vendor.stock',
  payload: { npc: u32, entries: list(record({ item: u16, price: u32, left: u16 }), STOCK_LINES_MAX) },
  doc: 'What a vendor sells, each for the price of one; left is 65535 where there is no end of it.',
})
