import { describe, expect, it } from 'vitest'
import { CellDecoder } from '../../src/client/cell-decoder.js'
import type { Client } from '../../src/client/client.js'
import type { World } from '../../src/ecs/world.js'
import { CellFrame } from '../../src/net/opcodes.js'
import { cellLayout } from '../../src/protocol/cell-layout.js'
import { GridResource } from '../../src/space/grid.js'
import { NamesResource } from '../../src/space/names.js'
import { Bench, CELL_SIZE_M, components, Facing, Health, Look, protocol, Spot, Where } from '../client/tiny-game.js'

const NAME = 'Somebody with a long name'
/** The frame's head, and the heads, sequences and five counts of the two cells' blocks. */
const TWO_DELTAS_BYTES = 4 + 2 * (9 + 2 + 5 * 2)
const LEAVE_BYTES = 2 + 4
/** Where it came from, entity, local, components; x, y, z, heading, two of health. */
const CROSSING_BYTES = 4 + 4 + 2 + 2 + (2 + 2 + 2 + 1 + 2 + 2)
/** Kind, skin and name besides. */
const IDENTITY_BYTES = 1 + 2 + 1 + NAME.length

function put(world: World, slot: number, x: number): void {
  world.columns(Spot).x[slot] = x
  world.columns(Spot).z[slot] = 10
  world.resource(GridResource).put(slot, 0, 0, x, 10)
}

/** One walker among clients that stand at the given x. The middle of column c is at 20 c + 10. */
function scene(...places: number[]) {
  let walker = 0
  let wanted = 130
  const bench = new Bench((world) => {
    if (walker === 0) {
      walker = world.commands.spawn([Spot, Where, Facing, Look, Health])
      world.resource(NamesResource).set(walker, NAME)
      world.columns(Spot).x[walker] = wanted
      world.columns(Spot).z[walker] = 10
      return
    }
    if (world.columns(Spot).x[walker] !== wanted) put(world, walker, wanted)
    for (const [client, x] of clients) {
      const slot = world.entities.slotOf(client.me)
      if (slot !== 0 && world.columns(Spot).x[slot] !== x) put(world, slot, x)
    }
  })
  const sizes = new Map<Client, number>()
  const clients = new Map<Client, number>()
  for (const x of places) {
    const client = bench.join()
    clients.set(client, x)
    client.on(CellFrame, ({ bytes }) => void sizes.set(client, bytes.length))
  }
  for (let i = 0; i < 6; i += 1) bench.step()
  const move = (x: number): void => {
    wanted = x
    sizes.clear()
    bench.step()
  }
  const entity = bench.simulation.world.entityOf(walker)
  return { bench, move, sizes, entity, clients: [...clients.keys()] }
}

describe('a crossing between cells', () => {
  it('brings no identity where every watcher knows it, and says from where', () => {
    const { move, sizes, entity, clients } = scene(130)
    const [client] = clients
    const view = client.entities.get(entity)!
    const from = view.cell.index
    move(150)
    expect(client.entities.get(entity)).toBe(view)
    expect([view.cell.cx, view.fromCell, view.name]).toEqual([7, from, NAME])
    expect(sizes.get(client)).toBe(TWO_DELTAS_BYTES + LEAVE_BYTES + CROSSING_BYTES)
  })

  it('brings identity where one watcher of the new cell does not know it', () => {
    // The second watches columns 7 to 11.
    const { move, sizes, entity, clients } = scene(130, 190)
    const [near, far] = clients
    expect(far.entities.has(entity)).toBe(false)
    const from = near.entities.get(entity)!.cell.index
    move(150)
    expect(sizes.get(near)).toBe(TWO_DELTAS_BYTES + LEAVE_BYTES + CROSSING_BYTES + IDENTITY_BYTES)
    expect(far.entities.get(entity)).toMatchObject({ name: NAME, fromCell: from })
  })

  it('says to those who lose sight of it where it went', () => {
    const { move, entity, clients } = scene(130, 190)
    const [, far] = clients
    move(150)
    const view = far.entities.get(entity)!
    move(130)
    expect(far.entities.has(entity)).toBe(false)
    expect(view.toCell).toBeGreaterThanOrEqual(0)
    expect(far.cells.has(view.toCell)).toBe(false)
    expect(clients[0].cells.get(view.toCell)).toMatchObject({ cx: 6 })
  })

  it('says nothing of cells that nobody watches', () => {
    const { move, entity, clients } = scene(130)
    const [client] = clients
    const view = client.entities.get(entity)!
    move(630)
    expect([client.entities.has(entity), view.toCell]).toEqual([false, -1])
    move(130)
    expect(client.entities.get(entity)).toMatchObject({ name: NAME, fromCell: -1 })
  })
})

describe('a cell’s sequence', () => {
  it('shows a delta that is missing', () => {
    const { bench, move, clients } = scene(130)
    const decoder = new CellDecoder(cellLayout(components, CELL_SIZE_M), protocol)
    const frames: Uint8Array[] = []
    bench.simulation.world.columns(Spot).y[1] = 0
    const late = bench.join()
    late.on(CellFrame, ({ bytes }) => void frames.push(bytes.slice()))
    for (let i = 0; i < 4; i += 1) bench.step()
    for (const bytes of frames.splice(0)) decoder.apply(bytes)
    // The newcomer stands at the corner: it follows the walker there.
    for (let i = 0; i < 5; i += 1) move(10 + i)
    expect(frames.length).toBe(5)
    for (const i of [0, 1, 3, 4]) decoder.apply(frames[i])
    expect(decoder.gaps).toBe(1)
    expect(clients).toHaveLength(1)
  })
})
