import { describe, expect, it } from 'vitest'
import { definePipeline } from '../../src/ecs/pipeline.js'
import { World } from '../../src/ecs/world.js'
import { CellEncoder } from '../../src/net/cell-encoder.js'
import { CROWD_COUNT } from '../../src/net/cell-fields.js'
import { CELL_EVENTS_MAX } from '../../src/net/cell-state.js'
import { Interest } from '../../src/net/interest.js'
import { packedForm } from '../../src/schema/packed.js'
import { Grid } from '../../src/space/grid.js'
import { Boomed, CELL_SIZE_M, Health, Shield, Spot } from '../client/tiny-game.js'
import { componentBit, fullBlock, layout, record, Scene, ZONE } from './encoder-scene.js'

/** Full bodies byte by byte, as the reference page draws them, and the arena that all bodies lie in. */

const FULL_EMPTY_BYTES = 9 + 12
/** A block that says that the cell is an outer one; there is always room for it. */
const NOTICE_BYTES = 9 + 3
const MAX_NAME = 'n'.repeat(255)

describe('a full body', () => {
  it('is everybody in the cell by local id, holes left out', () => {
    const scene = new Scene()
    const [one, two, three] = ['Añu', 'Ben', ''].map((name) => scene.spawn(6, { name }))
    scene.set(three, Health, 'now', 0xffff)
    scene.put(three, 6, 5, 4)
    scene.despawn(two)
    scene.watch(6)
    scene.tick()
    const state = scene.state(6)
    expect(scene.full(state)).toEqual(
      fullBlock(state, 0, [record(scene.entity(one), 0, { name: 'Añu' }), record(scene.entity(three), 2, { x: 4, now: 0xffff })]),
    )
    expect([state.fresh, state.fullTick, state.sentPlaces]).toEqual([false, scene.world.tick, 3])
    expect([...state.sent.subarray(0, 3)]).toEqual([scene.entity(one), 0, scene.entity(three)])
  })

  it('has of each only the components that it has', () => {
    const scene = new Scene()
    const mask = componentBit('Health') | componentBit('Shield')
    const slot = scene.spawn(6, { has: [Health, Shield], name: 'x' })
    scene.watch(6)
    scene.tick()
    const state = scene.state(6)
    expect(scene.full(state)).toEqual(
      fullBlock(state, 0, [record(scene.entity(slot), 0, { mask, charge: 0xfffffffe, name: 'x' })]),
    )
  })

  it('counts x and z each from its own low edge', () => {
    const scene = new Scene()
    const slot = scene.spawn(6, { row: 4 })
    scene.set(slot, Spot, 'x', 6.25 * CELL_SIZE_M)
    scene.set(slot, Spot, 'z', 4.75 * CELL_SIZE_M)
    scene.watch(6)
    scene.tick()
    const state = scene.state(6, 4)
    expect(scene.full(state)).toEqual(fullBlock(state, 0, [record(scene.entity(slot), 0, { x: 4, z: 12 })]))
  })

  it('of a cell that never held anybody is empty', () => {
    const scene = new Scene()
    scene.watch(6)
    scene.tick()
    const state = scene.state(7, 6)
    expect(scene.full(state)).toEqual(fullBlock(state, 0, []))
    expect([state.fresh, state.sentPlaces]).toEqual([false, 0])
  })

  it('is written once a tick, for however many watchers', () => {
    const scene = new Scene()
    scene.spawn(6)
    scene.watch(6)
    scene.watch(6)
    scene.tick()
    const end = scene.encoder.arena.at
    const state = scene.state(6)
    scene.encoder.full(state)
    expect(scene.encoder.arena.at).toBe(end)
    scene.world.tick += 1
    scene.encoder.full(state)
    expect(scene.encoder.arena.at).toBe(end + state.fullEnd - state.fullAt)
    expect(state.fullAt).toBe(end)
  })

  it('for a newcomer to a crowd is what the others have, which may be older than the world', () => {
    const scene = new Scene()
    const slots = Array.from({ length: CROWD_COUNT + 1 }, () => scene.spawn(6))
    scene.watch(6)
    scene.tick()
    for (const slot of slots) scene.put(slot, 6, 5, 12)
    scene.watch(6)
    scene.tick()
    const state = scene.state(6)
    const isTold = (local: number): boolean => (local + scene.world.tick) % 2 === 0
    expect(scene.full(state)).toEqual(
      fullBlock(
        state,
        1,
        slots.map((slot, local) => record(scene.entity(slot), local, { x: isTold(local) ? 12 : 8 })),
      ),
    )
  })

  it('of a cell that nobody watched for a while is as of now, and forgets what was known there', () => {
    const scene = new Scene()
    const slots = [0, 1, 2].map(() => scene.spawn(6))
    const watch = scene.watch(6)
    scene.tick()
    scene.unwatch(watch)
    for (const slot of slots) scene.put(slot, 90)
    scene.put(slots[0], 6, 5, 2)
    scene.watch(6)
    scene.tick()
    const state = scene.state(6)
    expect(scene.full(state)).toEqual(fullBlock(state, 0, [record(scene.entity(slots[0]), 0, { x: 2 })]))
    expect([...state.sent.subarray(0, 3)]).toEqual([scene.entity(slots[0]), 0, 0])
  })
})

describe('the encoder', () => {
  it('does not start with a layout of another world', () => {
    const world = new World({
      components: [Spot],
      pipeline: definePipeline({}),
      capacity: 4,
      seed: 1,
      tickHz: 20,
      content: undefined,
      settings: {},
    })
    const grid = new Grid(4, CELL_SIZE_M)
    expect(() => new CellEncoder(world, grid, layout, () => '', new Interest(grid))).toThrow(/Facing, which is no component/)
  })

  it('writes each tick from the start of its arena', () => {
    const scene = new Scene()
    const slot = scene.spawn(6)
    scene.watch(6)
    scene.tick()
    scene.set(slot, Health, 'now', 59)
    scene.tick()
    expect(scene.state(6).deltaAt).toBe(0)
    expect(scene.encoder.arena.at).toBe(scene.state(6).deltaEnd)
  })

  it('grows by doubling when a full body needs more, and keeps what it has written', () => {
    const scene = new Scene(4_010)
    scene.watch(6)
    const early = scene.spawn(4, { row: 3, name: 'early' })
    const slots = Array.from({ length: 4_000 }, () => scene.spawn(6, { name: MAX_NAME }))
    const { length } = scene.encoder.arena.bytes
    scene.tick()
    expect(scene.encoder.arena.bytes.length).toBe(2 * length)
    const first = scene.state(4, 3)
    expect(scene.full(first)).toEqual(fullBlock(first, 0, [record(scene.entity(early), 0, { name: 'early' })]))
    const state = scene.state(6)
    const body = scene.encoder.arena.bytes.subarray(state.fullAt, state.fullEnd)
    const last = record(scene.entity(slots[3_999]), 3_999, { name: MAX_NAME })
    expect(body.length).toBe(FULL_EMPTY_BYTES + 4_000 * last.length)
    expect([...body.subarray(-last.length)]).toEqual(last)
  })

  it('grows when a delta needs more, to what it needs at the least', () => {
    const scene = new Scene(8_010)
    scene.watch(6)
    scene.tick()
    const { length } = scene.encoder.arena.bytes
    for (let i = 0; i < 8_000; i += 1) scene.spawn(6, { name: MAX_NAME })
    scene.tick()
    const state = scene.state(6)
    expect(scene.encoder.arena.bytes.length).toBeGreaterThan(2 * length)
    expect(state.deltaEnd - state.deltaAt).toBe(9 + 12 + 8_000 * (4 + 8 + 14 + 256))
  })

  it('grows when as much room is missing as the heads, the events or the members take', () => {
    const packed = packedForm(Boomed.payload)
    if (packed === undefined) throw new Error('the event has no packed form')
    const payload = { who: 1, sort: 'bang', number: 2, label: 'é'.repeat(12) }
    const event = { opcode: Boomed, packed, payload }
    const scene = new Scene()
    scene.spawn(6)
    scene.spawn(6)
    scene.watch(6)
    scene.tick()
    const { encoder } = scene
    const state = scene.state(6)
    for (let i = 0; i < CELL_EVENTS_MAX; i += 1) state.events.push(event)
    const { length } = encoder.arena.bytes
    encoder.arena.at = length - 40_000
    encoder.near(state)
    expect([encoder.arena.bytes.length, state.deltaEnd - state.deltaAt]).toEqual([
      2 * length,
      9 + 12 + CELL_EVENTS_MAX * (2 + 32),
    ])
  })

  it.each([
    [FULL_EMPTY_BYTES + NOTICE_BYTES, 1],
    [FULL_EMPTY_BYTES + NOTICE_BYTES - 1, 2],
  ])('with %d bytes of room for the body of an empty cell has an arena of %d times the size', (room, times) => {
    const scene = new Scene()
    const state = scene.interest.state(ZONE, 2, 50, 50)
    const { length } = scene.encoder.arena.bytes
    scene.encoder.arena.at = length - room
    scene.encoder.full(state)
    expect(scene.encoder.arena.bytes.length).toBe(times * length)
    expect(scene.full(state)).toEqual(fullBlock(state, 0, []))
  })

  it('stops at 256 MiB, and says what to do', () => {
    const scene = new Scene()
    scene.encoder.arena.at = 256 * 1024 * 1024 - 5
    expect(() => scene.encoder.full(scene.state(6))).toThrow(/need 268435484 bytes, over 268435456; lower the density/)
  })
})
