import { toServer } from '../src/protocol/opcode.js'
import { u32 } from '../src/schema/fields.js'

export const ObjectClick = toServer({
  id: 0x1301,
  name: 'object.click',
  payload: { entity: u32 },
  auth: 'inWorld',
  rate: 'action',
  handler: 'objects',
  doc: 'Takes what an object in the world holds. It opens only for those who need it, is gone then, and comes back after a time.',
})
