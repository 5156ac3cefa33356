import { describe, expect, it } from 'vitest'
import { NO_CELL } from '../../src/protocol/cell-layout.js'
import { Facing, Health, Shield, Spot } from '../client/tiny-game.js'
import {
  boom,
  boomed,
  componentBit,
  deltaBlock,
  entered,
  group,
  join,
  leave,
  record,
  Scene,
  USUAL_MASK,
  u8,
  u16,
  updateBit,
} from './encoder-scene.js'

/** Deltas byte by byte, as the reference page draws them. Who watches column 6 sees the columns 4 to 8. */

/** A watched cell with so many in it, already told of. */
function told(count: number) {
  const scene = new Scene()
  const slots = Array.from({ length: count }, () => scene.spawn(6))
  const watch = scene.watch(6)
  scene.tick()
  const state = scene.state(6)
  return { scene, slots, watch, state, next: scene.state(7) }
}

describe('a delta', () => {
  it('of a cell in which nothing changed is no bytes at all, and does not count', () => {
    const { scene, state } = told(2)
    scene.tick()
    expect([scene.delta(state), state.sequence, scene.encoder.arena.at]).toEqual([[], 0, 0])
    expect(state.deltaEnd).toBe(state.deltaAt)
  })

  it('of a cell of which nothing is known yet is none', () => {
    const scene = new Scene()
    scene.spawn(6)
    const state = scene.state(6)
    scene.encoder.arena.at = 7
    scene.encoder.near(state)
    expect([state.deltaAt, state.deltaEnd, scene.encoder.arena.at, state.sequence]).toEqual([7, 7, 7, 0])
  })

  it('groups members by which fields changed, in the order of the local ids', () => {
    const { scene, slots, state } = told(5)
    for (const i of [0, 2]) scene.set(slots[i], Health, 'now', 50 + i)
    scene.put(slots[1], 6, 5, 3)
    scene.set(slots[1], Health, 'max', 99)
    scene.set(slots[4], Facing, 'heading', 0x8000)
    scene.tick()
    const groups = [
      group(updateBit('now'), [join(u16(0), u16(50)), join(u16(2), u16(52))]),
      group(updateBit('x') | updateBit('max'), [join(u16(1), u16(3 * 4_096), u16(99))]),
      group(updateBit('heading'), [join(u16(4), u8(0x80))]),
    ]
    expect(scene.delta(state)).toEqual(deltaBlock(state, 1, { groups }))
    scene.tick()
    expect(scene.delta(state)).toEqual([])
    scene.set(slots[3], Health, 'now', 1)
    scene.tick()
    expect(scene.delta(state)).toEqual(deltaBlock(state, 2, { groups: [group(updateBit('now'), [join(u16(3), u16(1))])] }))
  })

  it('passes over holes, and over what somebody has no component for', () => {
    const scene = new Scene()
    const [first, , third] = [Health, Shield, Health].map((component) => scene.spawn(6, { has: [component] }))
    scene.watch(6)
    scene.tick()
    scene.despawn(first)
    scene.set(third, Shield, 'charge', 9)
    scene.set(third, Health, 'now', 9)
    scene.tick()
    const state = scene.state(6)
    const groups = [group(updateBit('now'), [join(u16(2), u16(9))])]
    expect(scene.delta(state)).toEqual(deltaBlock(state, 1, { leaves: [leave(0, NO_CELL)], groups }))
  })

  it('has what happened after all else, and counts for that alone', () => {
    const { scene, state, slots } = told(1)
    state.events.push(boom(3), boom(4))
    scene.tick()
    expect(scene.delta(state)).toEqual(deltaBlock(state, 1, { events: [boomed(3), boomed(4)] }))
    // As many events as groups do not make up for one another.
    state.events.length = 1
    scene.set(slots[0], Health, 'now', 1)
    scene.tick()
    const groups = [group(updateBit('now'), [join(u16(0), u16(1))])]
    expect(scene.delta(state)).toEqual(deltaBlock(state, 2, { groups, events: [boomed(3)] }))
  })

  it('counts round at 65,536', () => {
    const { scene, slots, state } = told(1)
    state.sequence = 65_535
    scene.set(slots[0], Health, 'now', 1)
    scene.tick()
    const groups = [group(updateBit('now'), [join(u16(0), u16(1))])]
    expect(scene.delta(state)).toEqual(deltaBlock(state, 0, { groups }))
    expect(state.sequence).toBe(0)
  })
})

describe('who left', () => {
  it('went nowhere, to a cell that nobody watches, or to a watched one', () => {
    const { scene, slots, state, next } = told(3)
    scene.despawn(slots[0])
    scene.put(slots[1], 60)
    scene.put(slots[2], 7)
    scene.tick()
    const leaves = [leave(0, NO_CELL), leave(1, NO_CELL), leave(2, next.index)]
    expect(scene.delta(state)).toEqual(deltaBlock(state, 1, { leaves }))
    expect([...state.sent.subarray(0, 3)]).toEqual([0, 0, 0])
    expect(state.sentPlaces).toBe(0)
  })

  it('to a place where nobody ever was is told of once, though the cell is empty now', () => {
    const { scene, slots, state } = told(1)
    scene.grid.take(slots[0])
    scene.tick()
    expect(scene.delta(state)).toEqual(deltaBlock(state, 1, { leaves: [leave(0, NO_CELL)] }))
    scene.tick()
    expect(scene.delta(state)).toEqual([])
  })

  it('is told of with whoever has its local id now', () => {
    const { scene, slots, state } = told(2)
    scene.despawn(slots[0])
    const heir = scene.spawn(6, { name: 'heir' })
    scene.tick()
    const parts = {
      leaves: [leave(0, NO_CELL)],
      enters: [entered(NO_CELL, record(scene.entity(heir), 0, { name: 'heir' }))],
    }
    expect(scene.delta(state)).toEqual(deltaBlock(state, 1, parts))
  })

  it('is another than who has its slot and local id in the next life', () => {
    const scene = new Scene(1)
    const slot = scene.spawn(6)
    scene.watch(6)
    scene.tick()
    const before = scene.entity(slot)
    scene.despawn(slot)
    expect(scene.spawn(6, { name: 'second' })).toBe(slot)
    const after = scene.entity(slot)
    expect(after).not.toBe(before)
    scene.tick()
    const state = scene.state(6)
    const parts = { leaves: [leave(0, NO_CELL)], enters: [entered(NO_CELL, record(after, 0, { name: 'second' }))] }
    expect(scene.delta(state)).toEqual(deltaBlock(state, 1, parts))
    expect(state.sent[0]).toBe(after)
  })

  it('and stayed with other components enters anew, from where it was', () => {
    const { scene, slots, state } = told(2)
    const [slot] = slots
    scene.change(slot, 'add', Shield)
    scene.set(slot, Shield, 'charge', 7)
    scene.tick()
    const mask = USUAL_MASK | componentBit('Shield')
    const parts = {
      leaves: [leave(0, state.index)],
      enters: [entered(state.index, record(scene.entity(slot), 0, { mask, charge: 7 }))],
    }
    expect(scene.delta(state)).toEqual(deltaBlock(state, 1, parts))
    expect(state.sentMask[0]).toBe(mask)
    scene.tick()
    expect(scene.delta(state)).toEqual([])
  })
})

describe('who entered', () => {
  it('from nowhere brings all it has, now', () => {
    const { scene, state } = told(1)
    const slot = scene.spawn(6, { name: 'Añu' })
    scene.set(slot, Health, 'now', 3)
    scene.tick()
    const enters = [entered(NO_CELL, record(scene.entity(slot), 1, { now: 3, name: 'Añu' }))]
    expect(scene.delta(state)).toEqual(deltaBlock(state, 1, { enters }))
    scene.tick()
    expect(scene.delta(state)).toEqual([])
  })

  it('does not cancel out who left', () => {
    const { scene, slots, state, next } = told(2)
    const other = scene.spawn(7)
    scene.tick()
    scene.put(slots[1], 7)
    const slot = scene.spawn(7)
    scene.despawn(other)
    scene.tick()
    const leaves = [leave(0, NO_CELL)]
    const enters = [entered(NO_CELL, record(scene.entity(slot), 2))]
    const crossings = [entered(state.index, record(scene.entity(slots[1]), 1, {}, true))]
    expect(scene.delta(next)).toEqual(deltaBlock(next, 2, { leaves, enters, crossings }))
  })

  it('where another left, at the same local id, is told of as well', () => {
    const { scene, slots, state, next } = told(1)
    const other = scene.spawn(7)
    scene.tick()
    scene.despawn(other)
    scene.put(slots[0], 7)
    scene.tick()
    const crossings = [entered(state.index, record(scene.entity(slots[0]), 0, {}, true))]
    expect(scene.delta(next)).toEqual(deltaBlock(next, 2, { leaves: [leave(0, NO_CELL)], crossings }))
  })

  it.each([
    ['to the right', 6, 7],
    ['to the left', 7, 6],
  ])('from a cell that all watchers know brings only what can change (%s)', (_way, from, to) => {
    const scene = new Scene()
    const slot = scene.spawn(from, { name: 'known' })
    scene.watch(6)
    scene.tick()
    scene.put(slot, to, 5, 2)
    scene.set(slot, Health, 'now', 1)
    scene.tick()
    const [left, right] = [scene.state(from), scene.state(to)]
    expect(scene.delta(left)).toEqual(deltaBlock(left, 1, { leaves: [leave(0, right.index)] }))
    const crossings = [entered(left.index, record(scene.entity(slot), 0, { x: 2, now: 1 }, true))]
    expect(scene.delta(right)).toEqual(deltaBlock(right, 1, { crossings }))
    scene.put(slot, from)
    scene.tick()
    const back = [entered(right.index, record(scene.entity(slot), 0, { now: 1 }, true))]
    expect(scene.delta(left)).toEqual(deltaBlock(left, 2, { crossings: back }))
  })

  it('brings all it has where one watcher does not know it', () => {
    const { scene, slots, state, next } = told(1)
    // Sees the columns 7 to 11.
    scene.watch(9)
    scene.tick()
    scene.put(slots[0], 7)
    scene.tick()
    const enters = [entered(state.index, record(scene.entity(slots[0]), 0))]
    expect(scene.delta(next)).toEqual(deltaBlock(next, 1, { enters }))
  })

  it('brings only what can change where the other watcher is new to the cell, and gets it whole', () => {
    const { scene, slots, state, next } = told(1)
    scene.put(slots[0], 7)
    scene.watch(9)
    scene.tick()
    const crossings = [entered(state.index, record(scene.entity(slots[0]), 0, {}, true))]
    expect(scene.delta(next)).toEqual(deltaBlock(next, 1, { crossings }))
  })

  it('brings only what can change where a watcher has just lost sight of where it was', () => {
    const { scene, slots, watch, state, next } = told(1)
    scene.watch(7)
    scene.tick()
    watch.forgotten.push(state)
    watch.cells.delete(state)
    state.watches.delete(watch)
    scene.put(slots[0], 7)
    scene.tick()
    const crossings = [entered(state.index, record(scene.entity(slots[0]), 0, {}, true))]
    expect(scene.delta(next)).toEqual(deltaBlock(next, 1, { crossings }))
  })

  it('with other components than it was told of with brings all it has', () => {
    const { scene, slots, state, next } = told(1)
    scene.change(slots[0], 'remove', Facing)
    scene.put(slots[0], 7)
    scene.tick()
    const mask = USUAL_MASK & ~componentBit('Facing')
    const enters = [entered(state.index, record(scene.entity(slots[0]), 0, { mask }))]
    expect(scene.delta(next)).toEqual(deltaBlock(next, 1, { enters }))
  })

  it('from a cell that nobody watches any more comes from nowhere', () => {
    const scene = new Scene()
    const slot = scene.spawn(4)
    // Sees the columns 2 to 6, and then 8 to 12: never both.
    const first = scene.watch(4)
    scene.tick()
    scene.unwatch(first)
    scene.watch(10)
    scene.tick()
    scene.put(slot, 8)
    scene.tick()
    const state = scene.state(8)
    expect(scene.delta(state)).toEqual(deltaBlock(state, 1, { enters: [entered(NO_CELL, record(scene.entity(slot), 0))] }))
  })

  it('after a tick in no cell comes from nowhere', () => {
    const { scene, slots, next } = told(1)
    scene.grid.take(slots[0])
    scene.tick()
    scene.put(slots[0], 7)
    scene.tick()
    expect(scene.delta(next)).toEqual(deltaBlock(next, 1, { enters: [entered(NO_CELL, record(scene.entity(slots[0]), 0))] }))
  })

  it('is not taken for who stood at that local id when the cell was last watched', () => {
    const { scene, slots, watch, state } = told(3)
    scene.unwatch(watch)
    for (const slot of slots) scene.put(slot, 60)
    scene.watch(6)
    scene.tick()
    for (const slot of slots) scene.put(slot, 6)
    scene.tick()
    expect(scene.delta(state).length).toBe(deltaBlock(state, 1, {}).length + 3 * (4 + record(0, 0).length))
  })

  it('in a full cell finds room to be remembered', () => {
    const { scene, state } = told(1)
    const slots = Array.from({ length: 40 }, () => scene.spawn(6))
    scene.tick()
    const enters = slots.map((slot, i) => entered(NO_CELL, record(scene.entity(slot), i + 1)))
    expect(scene.delta(state)).toEqual(deltaBlock(state, 1, { enters }))
    scene.set(slots[39], Spot, 'y', 3)
    scene.tick()
    const groups = [group(updateBit('y'), [join(u16(40), u16(32_768 + 96))])]
    expect(scene.delta(state)).toEqual(deltaBlock(state, 2, { groups }))
  })
})
