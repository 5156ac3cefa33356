import { describe, expect, it } from 'vitest'
import { CROWD_COUNT, THRONG_COUNT } from '../../src/net/cell-fields.js'
import { Facing, Health, Shield, Spot } from '../client/tiny-game.js'
import {
  componentBit,
  deltaBlock,
  entered,
  fullBlock,
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

/** What is looked at once a tick must never hide a change: whoever differs from what was sent is told of. */

/** A watched cell with so many in it, already told of. */
function told(count: number) {
  const scene = new Scene(2_000)
  const slots = Array.from({ length: count }, () => scene.spawn(6))
  const watch = scene.watch(6)
  scene.tick()
  return { scene, slots, watch, state: scene.state(6) }
}

describe('a crowd', () => {
  it.each([
    [CROWD_COUNT + 1, 2],
    [THRONG_COUNT + 1, 4],
  ])('of %d has each member’s motion every %d ticks by local id, and anything else at once', (count, every) => {
    const { scene, slots, state } = told(count)
    for (const slot of slots) {
      scene.put(slot, 6, 5, 4)
      scene.set(slot, Spot, 'y', 3)
      scene.set(slot, Facing, 'heading', 0x8000)
      scene.set(slot, Health, 'now', 7)
    }
    const motion = updateBit('x') | updateBit('y') | updateBit('heading')
    const seen = new Set<number>()
    for (let tick = 0; tick < every; tick += 1) {
      scene.tick()
      const isTurn = (local: number): boolean => (local + scene.world.tick) % every === 0
      const moved = (local: number) => join(u16(local), u16(4 * 4_096), u16(32_768 + 96), u8(0x80))
      const locals = slots.map((_, local) => local)
      for (const local of locals.filter(isTurn)) seen.add(local)
      const whole = locals.filter(isTurn).map((local) => join(moved(local), u16(7)))
      const still = locals.filter((local) => !isTurn(local)).map((local) => join(u16(local), u16(7)))
      const both = [group(motion | updateBit('now'), whole), group(updateBit('now'), still)]
      const first = isTurn(0) ? both : [both[1], both[0]]
      expect(scene.delta(state)).toEqual(
        deltaBlock(state, tick + 1, { groups: tick === 0 ? first : [group(motion, locals.filter(isTurn).map(moved))] }),
      )
    }
    expect(seen.size).toBe(count)
    scene.tick()
    expect(scene.delta(state)).toEqual([])
  })
})

describe('a value', () => {
  it('that changed while nobody watched, and back after it was sent anew, is told', () => {
    const { scene, slots, watch, state } = told(1)
    scene.unwatch(watch)
    scene.set(slots[0], Health, 'now', 7)
    scene.tick()
    scene.watch(6)
    scene.tick()
    expect(scene.full(state)).toEqual(fullBlock(state, 0, [record(scene.entity(slots[0]), 0, { now: 7 })]))
    scene.set(slots[0], Health, 'now', 60)
    scene.tick()
    expect(scene.delta(state)).toEqual(deltaBlock(state, 1, { groups: [group(updateBit('now'), [join(u16(0), u16(60))])] }))
  })

  it('that changed in the tick in which it entered is sent once', () => {
    const { scene, slots, state } = told(1)
    scene.put(slots[0], 7)
    scene.set(slots[0], Health, 'now', 7)
    scene.tick()
    scene.tick()
    expect([scene.delta(state), scene.delta(scene.state(7))]).toEqual([[], []])
    scene.put(slots[0], 6)
    scene.set(slots[0], Health, 'now', 60)
    scene.tick()
    scene.set(slots[0], Health, 'now', 7)
    scene.tick()
    expect(scene.delta(state)).toEqual(deltaBlock(state, 3, { groups: [group(updateBit('now'), [join(u16(0), u16(7))])] }))
  })

  it('of a component that somebody lacks is not told, and travels with its enter record', () => {
    const { scene, slots, state } = told(2)
    scene.set(slots[0], Shield, 'charge', 5)
    scene.tick()
    expect(scene.delta(state)).toEqual([])
    scene.change(slots[0], 'add', Shield)
    scene.set(slots[0], Shield, 'charge', 9)
    scene.tick()
    const mask = USUAL_MASK | componentBit('Shield')
    const enters = [entered(state.index, record(scene.entity(slots[0]), 0, { mask, charge: 9 }))]
    expect(scene.delta(state)).toEqual(deltaBlock(state, 1, { leaves: [leave(0, state.index)], enters }))
    scene.change(slots[0], 'remove', Shield)
    scene.tick()
    const without = [entered(state.index, record(scene.entity(slots[0]), 0))]
    expect(scene.delta(state)).toEqual(deltaBlock(state, 2, { leaves: [leave(0, state.index)], enters: without }))
  })

  it('of whoever is the first in a cell that was empty is told from then on', () => {
    const { scene, slots, state } = told(1)
    const comer = scene.spawn(8)
    scene.tick()
    const other = scene.state(8)
    expect(other.cell).toBe(scene.grid.cellOf(comer))
    scene.set(comer, Health, 'now', 7)
    scene.set(slots[0], Health, 'now', 7)
    scene.tick()
    const groups = [group(updateBit('now'), [join(u16(0), u16(7))])]
    expect([scene.delta(state), scene.delta(other)]).toEqual([deltaBlock(state, 1, { groups }), deltaBlock(other, 2, { groups })])
  })
})
