import { toClient, toServer } from '../protocol/opcode.js'
import { bytes, f32, f64, list, oneOf, record, text, u8, u16, u32 } from '../schema/fields.js'

/** The opcodes that the framework itself speaks: sections 0 (transport), 1 (session) and 22 (owner, world). */

export const FRAME_BYTES_MAX = 16_384
export const CELL_FRAME_BYTES_MAX = 4 * 1024 * 1024
export const OWNER_VALUES_MAX = 4_096

export const CellFrame = toClient({
  id: 0x8001,
  name: 'cell.frame',
  payload: { bytes: bytes(CELL_FRAME_BYTES_MAX) },
  doc: 'What changed in the cells this session watches, packed as the layout section draws it.',
})

export const SessionHello = toServer({
  id: 0x0101,
  name: 'session.hello',
  payload: { token: text(512), resume: text(64), protocolHash: text(64) },
  auth: 'anonymous',
  rate: 'query',
  handler: 'sessions',
  doc: 'Says who this is. Empty resume and protocolHash are allowed; a wrong hash closes the session.',
})
export const SessionCreateCharacter = toServer({
  id: 0x0102,
  name: 'session.createCharacter',
  payload: { name: text(24), class: u8 },
  auth: 'account',
  rate: 'query',
  handler: 'sessions',
  doc: 'A new character of the account; answered by session.characters too.',
})
export const SessionListCharacters = toServer({
  id: 0x0103,
  name: 'session.listCharacters',
  payload: {},
  auth: 'account',
  rate: 'query',
  handler: 'sessions',
  doc: "Asks for the account's characters.",
})
export const SessionEnter = toServer({
  id: 0x0104,
  name: 'session.enter',
  payload: { characterId: u32 },
  auth: 'account',
  rate: 'query',
  handler: 'sessions',
  doc: 'Enters the world as one of the account’s characters.',
})
export const SessionLogout = toServer({
  id: 0x0105,
  name: 'session.logout',
  payload: {},
  auth: 'account',
  rate: 'query',
  handler: 'sessions',
  doc: 'Leaves the world, if in it, and ends the session. A character in combat stays in the world until the combat is over.',
})
export const SessionPing = toServer({
  id: 0x0106,
  name: 'session.ping',
  payload: { clientTimeMs: f64 },
  auth: 'anonymous',
  rate: 'query',
  handler: 'sessions',
  result: false,
  doc: 'Answered by session.pong, which carries the number back.',
})
export const SessionAck = toServer({
  id: 0x0107,
  name: 'session.ack',
  payload: { tick: u32 },
  auth: 'account',
  rate: 'query',
  handler: 'sessions',
  result: false,
  doc: 'The last tick received. Send it once a second: a session that falls 45 s behind is closed.',
})

export const SessionWelcome = toClient({
  id: 0x8101,
  name: 'session.welcome',
  payload: {
    accountId: text(64),
    serverVersion: text(32),
    protocolHash: text(64),
    tickHz: u8,
    resumeToken: text(64),
    lastSeq: u32,
  },
  doc: 'The account is known.',
})
export const CHARACTERS_LISTED_MAX = 10
export const SessionCharacters = toClient({
  id: 0x8102,
  name: 'session.characters',
  payload: { list: list(record({ characterId: u32, name: text(24), class: u8, level: u8 }), CHARACTERS_LISTED_MAX) },
  doc: 'The characters of the account.',
})
export const SessionEntered = toClient({
  id: 0x8103,
  name: 'session.entered',
  payload: { entity: u32, tick: u32, zone: u16, instance: u16, cellSizeM: f32, x: f32, y: f32, z: f32 },
  doc: 'The session is in the world as this entity.',
})
export const SessionPong = toClient({
  id: 0x8104,
  name: 'session.pong',
  payload: { clientTimeMs: f64, tick: u32, tickFraction: f32 },
  doc: 'Answers a ping in the tick that saw it; tickFraction is how much of that tick had passed when it was taken up.',
})
export const closeReasons = [
  'logout',
  'shutdown',
  'kicked',
  'wrongProtocol',
  'helloTimeout',
  'notAllowed',
  'flood',
  'stalled',
  'takenOver',
] as const
export type CloseReason = (typeof closeReasons)[number]
export const SessionClosed = toClient({
  id: 0x8105,
  name: 'session.closed',
  payload: { reason: oneOf(...closeReasons), resumable: u8 },
  doc: 'The last message of a session; the socket closes after it.',
})
export const SessionResult = toClient({
  id: 0x8106,
  name: 'session.result',
  payload: { seq: u32, code: u16 },
  doc: 'The outcome of the request with that seq: exactly one a request.',
})

const ownerValue = record({ component: u8, field: u8, index: u16, value: f64 })
export const OwnerState = toClient({
  id: 0x9601,
  name: 'owner.state',
  payload: { values: list(ownerValue, OWNER_VALUES_MAX) },
  doc: 'Every non-zero value of the session’s own owner columns; what is not listed is 0.',
})
export const OwnerChanged = toClient({
  id: 0x9602,
  name: 'owner.changed',
  payload: { component: u8, field: u8, index: u16, value: f64 },
  doc: 'One value of the session’s own columns changed; the layout section lists components and fields.',
})
export const WorldClock = toClient({
  id: 0x9603,
  name: 'world.clock',
  payload: { tick: u32, ratio: f32, calendarMs: f64 },
  doc: 'Sent on entering and each 5 s; ratio is world time over real time, 1 when the server keeps up.',
})
export const WorldNotice = toClient({
  id: 0x9604,
  name: 'world.notice',
  payload: { text: text(255) },
  doc: 'An announcement to be shown.',
})

/** Every protocol holds these; `...frameworkOpcodes` stands first in its list. */
export const frameworkOpcodes = Object.freeze([
  CellFrame,
  SessionHello,
  SessionCreateCharacter,
  SessionListCharacters,
  SessionEnter,
  SessionLogout,
  SessionPing,
  SessionAck,
  SessionWelcome,
  SessionCharacters,
  SessionEntered,
  SessionPong,
  SessionClosed,
  SessionResult,
  OwnerState,
  OwnerChanged,
  WorldClock,
  WorldNotice,
] as const)
