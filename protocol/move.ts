import { toClient, toServer } from '../src/protocol/opcode.js'
import { bool, f32, i8, u16, u32 } from '../src/schema/fields.js'

const movement = { auth: 'inWorld', rate: 'movement', handler: 'movement' } as const

export const MoveInput = toServer({
  id: 0x0201,
  name: 'move.input',
  payload: { dx: i8, dz: i8, heading: u16, jump: bool },
  ...movement,
  result: false,
  doc: 'One fixed step of 1/tickHz along (dx, dz) ÷ 127 on world axes; longer than 1 is cut to 1. No result: move.self has the last seq applied.',
})
export const MoveTo = toServer({
  id: 0x0202,
  name: 'move.to',
  payload: { x: f32, z: f32 },
  ...movement,
  doc: 'Walks to a point, in metres from the zone’s corner.',
})
export const MoveFollow = toServer({
  id: 0x0203,
  name: 'move.follow',
  payload: { entity: u32 },
  ...movement,
  doc: 'Keeps within reach of an entity and faces it.',
})
export const MoveStop = toServer({ id: 0x0204, name: 'move.stop', payload: {}, ...movement, doc: 'Stands still.' })
export const MoveTeleportAck = toServer({
  id: 0x0205,
  name: 'move.teleportAck',
  payload: { counter: u16 },
  ...movement,
  doc: 'Has seen move.teleported; inputs count again.',
})

export const MoveSelf = toClient({
  id: 0x8201,
  name: 'move.self',
  payload: { seq: u32, x: f32, y: f32, z: f32, heading: u16, speedMps: f32 },
  doc: 'Where the own character is, after the input with that seq (0: none), in each tick in which it moved.',
})
export const MoveTeleported = toClient({
  id: 0x8202,
  name: 'move.teleported',
  payload: { counter: u16, x: f32, y: f32, z: f32 },
  doc: 'The own character was put elsewhere; inputs are ignored until move.teleportAck.',
})
