import { toServer } from '../src/protocol/opcode.js'
import { u32 } from '../src/schema/fields.js'

const action = { auth: 'inWorld', rate: 'action', handler: 'death' } as const

export const DeathRelease = toServer({
  id: 0x1401,
  name: 'death.release',
  payload: {},
  ...action,
  doc: 'Leaves the dead body: a ghost at the nearest graveyard.',
})
export const DeathReclaim = toServer({
  id: 0x1402,
  name: 'death.reclaim',
  payload: {},
  ...action,
  doc: 'Returns to life at the corpse, within 39 m of it and after its delay, with half health.',
})
export const DeathSpiritHealer = toServer({
  id: 0x1403,
  name: 'death.spiritHealer',
  payload: { npc: u32 },
  ...action,
  doc: 'Returns to life at once, beside a spirit healer, with half health; a part of the durability of all that is worn is the price.',
})
export const DeathAcceptResurrect = toServer({
  id: 0x1404,
  name: 'death.acceptResurrect',
  payload: {},
  ...action,
  doc: 'Returns to life where the body lies, as somebody has offered within the last minute.',
})
