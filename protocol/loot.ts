import { LOOT_ITEMS_MAX } from '../components/loot.js'
import { toClient, toServer } from '../src/protocol/opcode.js'
import { list, record, u8, u16, u32 } from '../src/schema/fields.js'

const action = { auth: 'inWorld', rate: 'action', handler: 'loot' } as const
const items = list(record({ index: u8, item: u16, count: u8 }), LOOT_ITEMS_MAX)

export const LootOpen = toServer({
  id: 0x0501,
  name: 'loot.open',
  payload: { corpse: u32 },
  ...action,
  doc: 'Looks into a corpse within reach that the character has the right to.',
})
export const LootTake = toServer({
  id: 0x0502,
  name: 'loot.take',
  payload: { revision: u16, itemIndex: u8 },
  ...action,
  durable: true,
  doc: 'Takes one item of the open corpse, as of the revision seen.',
})
export const LootTakeGold = toServer({
  id: 0x0503,
  name: 'loot.takeGold',
  payload: {},
  ...action,
  durable: true,
  doc: 'Takes the gold of the open corpse.',
})
export const LootRelease = toServer({
  id: 0x0504,
  name: 'loot.release',
  payload: {},
  ...action,
  doc: 'Closes the open corpse.',
})

export const LootOpened = toClient({
  id: 0x8501,
  name: 'loot.opened',
  payload: { corpse: u32, revision: u16, gold: u32, items },
  doc: 'What lies in the corpse.',
})
export const LootChanged = toClient({
  id: 0x8502,
  name: 'loot.changed',
  payload: { corpse: u32, revision: u16, gold: u32, items },
  doc: 'What still lies in the open corpse.',
})
