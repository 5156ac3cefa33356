import { toCell, toClient, toServer } from '../src/protocol/opcode.js'
import { oneOf, u16, u32 } from '../src/schema/fields.js'

const action = { auth: 'inWorld', rate: 'action', handler: 'combat' } as const

export const CombatAttack = toServer({
  id: 0x0301,
  name: 'combat.attack',
  payload: { target: u32 },
  ...action,
  doc: 'Attacks with the weapon whenever it is ready and can reach. Asking again changes nothing.',
})
export const CombatStopAttack = toServer({
  id: 0x0302,
  name: 'combat.stopAttack',
  payload: {},
  ...action,
  doc: 'Stops attacking. Asking again changes nothing.',
})

export const CombatStarted = toCell({
  id: 0x8301,
  name: 'combat.started',
  payload: { attacker: u32, target: u32 },
  doc: 'An entity begins to attack another.',
})
export const CombatStopped = toCell({
  id: 0x8302,
  name: 'combat.stopped',
  payload: { attacker: u32 },
  doc: 'An entity attacks nobody any more.',
})
export const CombatUnable = toClient({
  id: 0x8303,
  name: 'combat.unable',
  payload: { code: u16 },
  doc: 'The weapon is ready but cannot strike, and tries on: a result code. Said once.',
})
export const CombatSwing = toCell({
  id: 0x8304,
  name: 'combat.swing',
  payload: { attacker: u32, target: u32, outcome: oneOf('hit', 'crit', 'miss', 'dodge', 'absorb'), amount: u16 },
  doc: 'A swing of a weapon and the damage it did.',
})
export const CombatDied = toCell({
  id: 0x8305,
  name: 'combat.died',
  payload: { victim: u32, killer: u32 },
  doc: 'An entity died; killer 0 when nobody did it.',
})
