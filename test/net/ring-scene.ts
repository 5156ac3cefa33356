import type { Client } from '../../src/client/client.js'
import type { World } from '../../src/ecs/world.js'
import { CellFrame } from '../../src/net/opcodes.js'
import { BLOCK_HEADER_BYTES } from '../../src/protocol/cell-layout.js'
import { GridResource } from '../../src/space/grid.js'
import { NamesResource } from '../../src/space/names.js'
import { Bench, Facing, Health, Look, Spot, Where } from '../client/tiny-game.js'

export const EVERY = 10
const RING = { outerRing: 1, outerEvery: EVERY }
export const LOOKS = [Spot, Where, Facing, Look, Health]

export interface Frame {
  readonly tick: number
  readonly bytes: Uint8Array
}

export const blocksOf = ({ bytes }: Frame): { kind: number; cell: number }[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const blocks: { kind: number; cell: number }[] = []
  for (let at = 4; at < bytes.length; at += BLOCK_HEADER_BYTES + view.getUint32(at + 5, true))
    blocks.push({ kind: view.getUint8(at), cell: view.getUint32(at + 1, true) })
  return blocks
}

function put(world: World, slot: number, x: number): void {
  if (world.columns(Spot).x[slot] === Math.fround(x)) return
  world.columns(Spot).x[slot] = x
  world.columns(Spot).z[slot] = 10
  world.resource(GridResource).put(slot, 0, 0, x, 10)
}

/**
 * Walkers, and clients that stand at the given x; all at z 10. The middle of column c is at 20 c + 10. Who stands in column
 * 6 watches columns 4 to 8 near, and 3 and 9 as outer ones.
 */
export function scene(
  places: readonly number[],
  walkers: readonly number[],
  ring: { outerRing?: number; outerEvery?: number } = RING,
) {
  const wanted = [...walkers]
  const slots: number[] = []
  let deed: (world: World) => void = () => undefined
  const bench = new Bench((world) => {
    while (slots.length < wanted.length) {
      const slot = world.commands.spawn(LOOKS)
      world.resource(NamesResource).set(slot, `Walker-${slots.length}`)
      world.columns(Spot).x[slot] = wanted[slots.length]
      world.columns(Spot).z[slot] = 10
      slots.push(slot)
    }
    for (const [i, slot] of slots.entries()) if (world.entities.alive[slot] === 1) put(world, slot, wanted[i])
    for (const [client, x] of clients) {
      const slot = world.entities.slotOf(client.me)
      if (slot !== 0) put(world, slot, x)
    }
    deed(world)
  }, ring)
  const frames = new Map<Client, Frame[]>()
  const clients = new Map<Client, number>()
  const join = (x: number): Client => {
    const client = bench.join()
    clients.set(client, x)
    const own: Frame[] = []
    frames.set(client, own)
    client.on(CellFrame, ({ bytes }, tick) => void own.push({ tick, bytes: bytes.slice() }))
    return client
  }
  for (const x of places) join(x)
  const { world } = bench.simulation
  const step = (ticks = 1): void => {
    for (let i = 0; i < ticks; i += 1) bench.step()
  }
  const framesOf = (client: Client): Frame[] => frames.get(client) ?? []
  step(2 * EVERY + 4)
  return {
    world,
    wanted,
    step,
    join,
    framesOf,
    clients: [...clients.keys()],
    entity: (i: number) => world.entityOf(slots[i]),
    slot: (i: number) => slots[i],
    move: (client: Client, x: number) => void clients.set(client, x),
    once(what: (now: World) => void) {
      deed = (now) => {
        what(now)
        deed = () => undefined
      }
    },
    /** Steps until the next tick is the turn of the client's cell. */
    untilTurn(client: Client, entity: number) {
      const index = client.entities.get(entity)?.cell.index ?? 0
      while ((world.tick + 1 + index) % EVERY !== 0) step()
    },
  }
}
