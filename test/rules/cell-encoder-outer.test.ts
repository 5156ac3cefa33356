import { describe, expect, it } from 'vitest'
import { CROWD_COUNT } from '../../src/net/cell-fields.js'
import { NO_CELL } from '../../src/protocol/cell-layout.js'
import { Facing, Health } from '../client/tiny-game.js'
import {
  type Bytes,
  boom,
  boomed,
  deltaBlock,
  entered,
  fullBlock,
  group,
  join,
  leave,
  outerBlock,
  outerDeltaBlock,
  record,
  Scene,
  u8,
  u16,
  updateBit,
} from './encoder-scene.js'
import { EVERY, ring, told, wounded } from './ring-cells.js'

/** Outer bodies byte by byte. Who watches column 6 sees the columns 4 to 8 near, and 3 and 9 as outer ones. */

describe('a cell that comes into view in the ring', () => {
  it('has its full body, and then a block that says how often it is told of', () => {
    const scene = new Scene(100, ring)
    const slot = scene.spawn(9, { name: 'far' })
    scene.watch(6)
    scene.tick()
    const [state, near] = [scene.state(9), scene.state(8)]
    expect(scene.full(state)).toEqual(fullBlock(state, 0, [record(scene.entity(slot), 0, { name: 'far' })]))
    expect(scene.fullNotice(state)).toEqual(outerBlock(state, 0, EVERY))
    expect([state.fresh, state.isNearIdle, state.nearCount, state.outerCount]).toEqual([false, true, 0, 1])
    // The near ones have nothing behind theirs.
    expect(scene.fullNotice(near)).toEqual([])
    expect([near.fresh, near.isNearIdle]).toEqual([false, false])
  })

  it('tells who is new to it where the deltas of the others stand', () => {
    const { scene, slots, state, toTurn } = told(1)
    scene.set(slots[0], Health, 'now', 5)
    toTurn()
    scene.watch(6)
    scene.tick()
    expect(scene.full(state)).toEqual(fullBlock(state, 0, [record(scene.entity(slots[0]), 0, { now: 5 })]))
    expect(scene.fullNotice(state)).toEqual(outerBlock(state, 1, EVERY))
  })

  it('has no body in the tick in which it comes, though it is its turn', () => {
    for (let ticks = 0; ticks < EVERY; ticks += 1) {
      const scene = new Scene(100, ring)
      scene.world.tick += ticks
      scene.spawn(9)
      scene.watch(6)
      scene.tick()
      const state = scene.state(9)
      expect([scene.outer(state), scene.notice(state), scene.delta(state)]).toEqual([[], [], []])
    }
  })
})

describe('an outer body', () => {
  it('has what changed since the turn before, as it is then; in between there is none', () => {
    const { scene, slots, state, isTurn } = told(3)
    const bodies: Bytes[] = []
    for (let i = 1; i <= 2 * EVERY; i += 1) {
      if (i === 1) scene.set(slots[2], Facing, 'heading', 0x8000)
      if (i <= EVERY) for (const local of [0, 2]) scene.set(slots[local], Health, 'now', 10 * i + local)
      scene.tick()
      expect(scene.delta(state)).toEqual([])
      bodies.push(scene.outer(state))
      expect(isTurn()).toBe(i % EVERY === 0)
    }
    const both = updateBit('now') | updateBit('heading')
    const groups = [wounded(0, 10 * EVERY), group(both, [join(u16(2), u8(0x80), u16(10 * EVERY + 2))])]
    const nothing = [[], [], []]
    expect(bodies).toEqual([...nothing, outerDeltaBlock(state, 1, { groups }), ...nothing, []])
    expect([state.outerSequence, state.sequence]).toEqual([1, 0])
  })

  it('has nothing of what changed and changed back', () => {
    const { scene, slots, state, toTurn } = told(1)
    scene.set(slots[0], Health, 'now', 1)
    scene.tick()
    scene.set(slots[0], Health, 'now', 60)
    toTurn()
    expect(scene.outer(state)).toEqual([])
  })

  it('that says nothing takes no room and does not count', () => {
    const { scene, state, toTurn } = told(2)
    toTurn()
    expect([scene.outer(state), scene.notice(state), state.outerSequence, scene.encoder.arena.at]).toEqual([[], [], 0, 0])
  })

  it('brings who leaves, enters and crosses at once, and nothing that merely changed', () => {
    const { scene, slots, state, inner, next } = told(4)
    scene.despawn(slots[0])
    scene.put(slots[1], 8)
    // Nobody sees column 10.
    scene.put(slots[2], 10)
    scene.set(slots[3], Health, 'now', 1)
    const comer = scene.spawn(9, { name: 'Añu' })
    scene.tick()
    const leaves = [leave(0, NO_CELL), leave(1, inner.index), leave(2, NO_CELL)]
    const enters = [entered(NO_CELL, record(scene.entity(comer), 2, { name: 'Añu' }))]
    expect(next.watchers).toBe(0)
    expect(scene.outer(state)).toEqual(outerDeltaBlock(state, 1, { leaves, enters }))
    scene.put(slots[1], 9, 5, 3)
    scene.tick()
    const crossings = [entered(inner.index, record(scene.entity(slots[1]), 1, { x: 3 }, true))]
    expect(scene.outer(state)).toEqual(outerDeltaBlock(state, 2, { crossings }))
  })

  it('has comings and goings before the changes of the same tick', () => {
    const { scene, slots, state, isTurn } = told(2)
    for (let i = 1; i < EVERY; i += 1) scene.tick()
    scene.despawn(slots[0])
    scene.set(slots[1], Health, 'now', 1)
    scene.tick()
    expect(isTurn()).toBe(true)
    expect(scene.outer(state)).toEqual(outerDeltaBlock(state, 1, { leaves: [leave(0, NO_CELL)], groups: [wounded(1, 1)] }))
  })

  it('has events in the tick in which they happen, and counts for them alone', () => {
    const { scene, state } = told(1)
    state.events.push(boom(3), boom(4))
    scene.tick()
    expect(scene.outer(state)).toEqual(outerDeltaBlock(state, 1, { events: [boomed(3), boomed(4)] }))
    expect(state.outerSequence).toBe(1)
  })

  it('tells of everybody in a crowd when it is its turn', () => {
    const { scene, slots, state, toTurn } = told(CROWD_COUNT + 1)
    for (const slot of slots) scene.put(slot, 9, 5, 12)
    toTurn()
    const moved = slots.map((_, local) => join(u16(local), u16(12 * 4_096)))
    expect(scene.outer(state)).toEqual(outerDeltaBlock(state, 1, { groups: [group(updateBit('x'), moved)] }))
  })

  it('says nothing again of who entered in the meantime', () => {
    const { scene, state, toTurn } = told(0)
    const slot = scene.spawn(9)
    scene.tick()
    expect(scene.outer(state)).toEqual(outerDeltaBlock(state, 1, { enters: [entered(NO_CELL, record(scene.entity(slot), 0))] }))
    toTurn()
    expect(scene.outer(state)).toEqual([])
  })

  it('counts round at 65,536', () => {
    const { scene, slots, state, toTurn } = told(1)
    state.outerSequence = 65_535
    scene.set(slots[0], Health, 'now', 1)
    toTurn()
    expect(scene.outer(state)).toEqual(outerDeltaBlock(state, 0, { groups: [wounded(0, 1)] }))
    expect(state.outerSequence).toBe(0)
  })

  it('is of no near cell', () => {
    const { scene, inner } = told(0)
    const slot = scene.spawn(8)
    scene.tick()
    expect(scene.delta(inner)).toEqual(deltaBlock(inner, 1, { enters: [entered(NO_CELL, record(scene.entity(slot), 0))] }))
    expect([scene.outer(inner), scene.notice(inner), inner.outerSequence]).toEqual([[], [], 0])
  })

  it('finds room where the arena has none', () => {
    const scene = new Scene(5_000, ring)
    scene.watch(6)
    scene.tick()
    const { length } = scene.encoder.arena.bytes
    const name = 'n'.repeat(255)
    const slots = Array.from({ length: 4_000 }, () => scene.spawn(9, { name }))
    scene.tick()
    expect(scene.encoder.arena.bytes.length).toBeGreaterThan(length)
    const state = scene.state(9)
    const enters = slots.map((slot, local) => entered(NO_CELL, record(scene.entity(slot), local, { name })))
    expect(Buffer.from(scene.outer(state)).equals(Buffer.from(outerDeltaBlock(state, 1, { enters })))).toBe(true)
  })
})
