import { toCell, toClient, toServer } from '../src/protocol/opcode.js'
import { f32, u16, u32 } from '../src/schema/fields.js'

const action = { auth: 'inWorld', rate: 'action', handler: 'spells' } as const

export const SpellCast = toServer({
  id: 0x0401,
  name: 'spell.cast',
  payload: { spell: u16, target: u32, x: f32, z: f32 },
  ...action,
  doc: 'Casts at an entity (0: oneself) or a point. Ok means that the cast has begun, or waits for the last 400 ms before it can.',
})
export const SpellCancel = toServer({
  id: 0x0402,
  name: 'spell.cancel',
  payload: {},
  ...action,
  doc: 'Breaks off the cast under way.',
})

export const SpellStarted = toCell({
  id: 0x8401,
  name: 'spell.started',
  payload: { caster: u32, spell: u16, target: u32, castMs: u16 },
  doc: 'A cast with a cast time begins.',
})
export const SpellFinished = toCell({
  id: 0x8402,
  name: 'spell.finished',
  payload: { caster: u32, spell: u16, target: u32, amount: u16 },
  doc: 'A spell takes effect: the damage or healing it did.',
})
export const SpellStopped = toCell({
  id: 0x8403,
  name: 'spell.stopped',
  payload: { caster: u32, spell: u16 },
  doc: 'A cast ends without effect.',
})
export const SpellFailed = toClient({
  id: 0x8404,
  name: 'spell.failed',
  payload: { spell: u16, code: u16 },
  doc: 'The own cast failed after it had begun or been queued: a result code.',
})
