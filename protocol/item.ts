import { toServer } from '../src/protocol/opcode.js'
import { u8, u16, u32 } from '../src/schema/fields.js'

const action = { auth: 'inWorld', rate: 'action', handler: 'items' } as const

export const ItemUse = toServer({
  id: 0x0901,
  name: 'item.use',
  payload: { bagSlot: u8, item: u16, target: u32 },
  ...action,
  doc: 'Uses the item seen in a bag slot on an entity (0: oneself). Ok means that the use has begun; what comes of it is told as of a cast.',
})
export const ItemEquip = toServer({
  id: 0x0902,
  name: 'item.equip',
  payload: { bagSlot: u8, equipSlot: u8 },
  ...action,
  doc: 'Wears what lies in a bag slot; what was worn there takes its place in the bag.',
})
export const ItemUnequip = toServer({
  id: 0x0903,
  name: 'item.unequip',
  payload: { equipSlot: u8 },
  ...action,
  doc: 'Takes off what is worn, into the first empty bag slot.',
})
export const ItemMove = toServer({
  id: 0x0904,
  name: 'item.move',
  payload: { from: u8, to: u8, count: u16 },
  ...action,
  doc: 'Moves that many from one bag slot to another: joins a stack as far as it has room, splits one, or changes places with something else.',
})
export const ItemDestroy = toServer({
  id: 0x0905,
  name: 'item.destroy',
  payload: { bagSlot: u8, count: u16 },
  ...action,
  durable: true,
  doc: 'Throws away that many of a bag slot’s stack.',
})
