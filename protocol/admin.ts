import { toServer } from '../src/protocol/opcode.js'
import { text, u32 } from '../src/schema/fields.js'

export const AdminKick = toServer({
  id: 0x1501,
  name: 'admin.kick',
  payload: { target: u32, reason: text(120) },
  auth: 'moderator',
  rate: 'admin',
  handler: 'moderation',
  doc: 'Ends the session that plays the target. Written to the audit log.',
})
