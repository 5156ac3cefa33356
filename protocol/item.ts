import { toServer } from '../src/protocol/opcode.js'
import { u8, u16 } from '../src/schema/fields.js'

export const ItemDestroy = toServer({
  id: 0x0905,
  name: 'item.destroy',
  payload: { bagSlot: u8, count: u16 },
  auth: 'inWorld',
  rate: 'action',
  handler: 'items',
  doc: 'Throws away that many of a bag slot’s stack.',
})
