import { toClient, toServer } from '../src/protocol/opcode.js'
import { text, u32 } from '../src/schema/fields.js'

export const CHAT_TEXT_MAX = 255

export const ChatSay = toServer({
  id: 0x0e01,
  name: 'chat.say',
  payload: { text: text(CHAT_TEXT_MAX) },
  auth: 'inWorld',
  rate: 'chat',
  handler: 'chat',
  doc: 'Says something to everybody within 25 m. Ten in ten seconds, then muted for ten.',
})
export const ChatHeard = toClient({
  id: 0x8e01,
  name: 'chat.heard',
  payload: { speaker: u32, name: text(24), text: text(CHAT_TEXT_MAX) },
  doc: 'Somebody near said something.',
})
