import { toClient, toServer, u8, u32 } from 'myriad'

// The standard game uses the ids below 0x2000; the top bit marks what comes from the server.
export const CampLight = toServer({
  id: 0x4001,
  name: 'camp.light',
  payload: { logs: u8 },
  auth: 'inWorld',
  rate: 'action',
  // The one system that answers it. A pipeline without that system is refused at start.
  handler: 'campfires',
  doc: 'Lights a campfire where the character stands: one at a time, of 1 to 20 logs, each of which burns for 3 s.',
})

export const CampBurnedOut = toClient({
  id: 0xc001,
  name: 'camp.burnedOut',
  payload: { fire: u32 },
  doc: 'The own campfire is out.',
})
