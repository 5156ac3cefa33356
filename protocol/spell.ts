import { toCell, toClient, toServer } from '../src/protocol/opcode.js'
import { bool, f32, oneOf, u8, u16, u32 } from '../src/schema/fields.js'

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
  doc: 'Breaks off the cast or channel under way.',
})
export const SpellCancelAura = toServer({
  id: 0x0403,
  name: 'spell.cancelAura',
  payload: { aura: u16 },
  auth: 'inWorld',
  rate: 'action',
  handler: 'auras',
  doc: 'Puts off an own aura that is not harmful.',
})

export const SpellStarted = toCell({
  id: 0x8401,
  name: 'spell.started',
  payload: { caster: u32, spell: u16, target: u32, castMs: u16, channel: bool },
  doc: 'A cast with a cast time begins, or a channel, which works while it lasts; castMs is how long it takes.',
})
export const SpellFinished = toCell({
  id: 0x8402,
  name: 'spell.finished',
  payload: { caster: u32, spell: u16, target: u32, amount: u16 },
  doc: 'A cast ends and takes effect: the damage or healing it did to its target; 0 while a missile flies.',
})
export const SpellStopped = toCell({
  id: 0x8403,
  name: 'spell.stopped',
  payload: { caster: u32, spell: u16 },
  doc: 'A cast ends without effect, or a channel ends.',
})
export const SpellFailed = toClient({
  id: 0x8404,
  name: 'spell.failed',
  payload: { spell: u16, code: u16 },
  doc: 'The own cast failed after it had begun or been queued: a result code.',
})
export const SpellAuraGained = toCell({
  id: 0x8405,
  name: 'spell.auraGained',
  payload: { target: u32, caster: u32, aura: u16, stacks: u8, durationMs: u32 },
  doc: 'An aura comes to lie on an entity, or begins anew; durationMs 0: until it is put off or taken away.',
})
export const SpellAuraFaded = toCell({
  id: 0x8406,
  name: 'spell.auraFaded',
  payload: { target: u32, aura: u16 },
  doc: 'An aura is gone.',
})
export const SpellLanded = toCell({
  id: 0x8407,
  name: 'spell.landed',
  payload: { caster: u32, spell: u16, target: u32, amount: u16, outcome: oneOf('hit', 'crit', 'heal', 'critHeal') },
  doc: 'What a spell did to one entity: of an area to each, of a missile when it arrives, of a channel each time.',
})
export const SpellAuraWorked = toCell({
  id: 0x8408,
  name: 'spell.auraWorked',
  payload: { target: u32, aura: u16, amount: u16 },
  doc: 'An aura did its periodic work: damage, healing or power.',
})
