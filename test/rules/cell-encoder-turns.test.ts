import { describe, expect, it } from 'vitest'
import { CROWD_COUNT } from '../../src/net/cell-fields.js'
import type { CellState } from '../../src/net/cell-state.js'
import { NO_CELL } from '../../src/protocol/cell-layout.js'
import { Facing, Health, Shield } from '../client/tiny-game.js'
import {
  type Bytes,
  boom,
  boomed,
  componentBit,
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
  USUAL_MASK,
  u8,
  u16,
  updateBit,
} from './encoder-scene.js'
import { EVERY, ring, told, wounded } from './ring-cells.js'

/** Cells that are near to one and outer to another, or first the one and then the other, byte by byte. */

describe('a cell that one watches near and one as an outer cell', () => {
  it('tells the one of each change in its tick, and the other of all in its turn', () => {
    const { scene, slots, state } = told(2, { isNearToo: true })
    const near: Bytes[] = []
    const outer: Bytes[] = []
    for (let i = 1; i <= EVERY; i += 1) {
      // Nothing changes in the turn itself.
      if (i === 1) scene.set(slots[1], Facing, 'heading', 0x8000)
      if (i < EVERY) scene.set(slots[0], Health, 'now', i)
      scene.tick()
      near.push(scene.delta(state))
      outer.push(scene.outer(state))
    }
    const turned = group(updateBit('heading'), [join(u16(1), u8(0x80))])
    const first = deltaBlock(state, 1, { groups: [wounded(0, 1), turned] })
    const later = [2, 3].map((i) => deltaBlock(state, i, { groups: [wounded(0, i)] }))
    expect(near).toEqual([first, ...later, []])
    expect(outer).toEqual([[], [], [], outerDeltaBlock(state, 1, { groups: [wounded(0, 3), turned] })])
  })

  it('has no comings and goings of the cell whose near body stands where its own would have stood', () => {
    const { scene, slots, state, next } = told(1, { isNearToo: true })
    const neighbour = scene.spawn(10)
    scene.set(slots[0], Health, 'now', 7)
    for (let i = 1; i < EVERY; i += 1) scene.tick()
    scene.despawn(neighbour)
    scene.tick()
    expect(scene.delta(next)).toEqual(deltaBlock(next, 2, { leaves: [leave(0, NO_CELL)] }))
    expect([scene.delta(state), state.deltaAt]).toEqual([[], next.deltaAt])
    expect(scene.outer(state)).toEqual(outerDeltaBlock(state, 1, { groups: [wounded(0, 7)] }))
  })

  it('does not repeat in its turn what an enter record has brought since', () => {
    const { scene, slots, state, toTurn } = told(1, { isNearToo: true })
    scene.set(slots[0], Health, 'now', 7)
    scene.tick()
    scene.change(slots[0], 'remove', Facing)
    scene.tick()
    const mask = USUAL_MASK & ~componentBit('Facing')
    const enters = [entered(state.index, record(scene.entity(slots[0]), 0, { mask, now: 7 }))]
    expect(scene.outer(state)).toEqual(outerDeltaBlock(state, 1, { leaves: [leave(0, state.index)], enters }))
    toTurn()
    expect(scene.outer(state)).toEqual([])
  })

  it('goes on having near bodies while one of two near watchers is left', () => {
    const { scene, slots, state } = told(1, { isNearToo: true })
    const third = scene.watch(9)
    scene.tick()
    scene.unwatch(third)
    scene.set(slots[0], Health, 'now', 7)
    scene.tick()
    expect([state.isNearIdle, state.nearCount, state.outerCount]).toEqual([false, 1, 1])
    expect(scene.delta(state)).toEqual(deltaBlock(state, 1, { groups: [wounded(0, 7)] }))
  })

  it('tells both at once of comings and goings, each in a body of its own', () => {
    const { scene, slots, state, inner } = told(2, { isNearToo: true })
    scene.put(slots[0], 8)
    scene.set(slots[1], Health, 'now', 7)
    const comer = scene.spawn(9)
    state.events.push(boom(1))
    scene.tick()
    const members = {
      leaves: [leave(0, inner.index)],
      enters: [entered(NO_CELL, record(scene.entity(comer), 0))],
    }
    expect(scene.delta(state)).toEqual(deltaBlock(state, 1, { ...members, groups: [wounded(1, 7)], events: [boomed(1)] }))
    expect(scene.outer(state)).toEqual(outerDeltaBlock(state, 1, { ...members, events: [boomed(1)] }))
  })

  it('brings in its turn what changed before its local id was given on, never to the heir', () => {
    const { scene, slots, state, toTurn } = told(1, { isNearToo: true })
    scene.set(slots[0], Health, 'now', 7)
    scene.tick()
    scene.despawn(slots[0])
    const heir = scene.spawn(9, { has: [Health, Shield] })
    scene.tick()
    const mask = componentBit('Health') | componentBit('Shield')
    const parts = {
      leaves: [leave(0, NO_CELL)],
      enters: [entered(NO_CELL, record(scene.entity(heir), 0, { mask, charge: 0xfffffffe }))],
    }
    expect(scene.outer(state)).toEqual(outerDeltaBlock(state, 1, parts))
    toTurn()
    expect(scene.outer(state)).toEqual([])
  })

  it('shows a newcomer in the ring what is known to the near one, and goes on from there', () => {
    const { scene, slots, state, toTurn } = told(1, { isNearToo: true })
    scene.set(slots[0], Health, 'now', 7)
    scene.watch(6)
    scene.tick()
    expect(scene.delta(state)).toEqual(deltaBlock(state, 1, { groups: [wounded(0, 7)] }))
    expect(scene.full(state)).toEqual(fullBlock(state, 1, [record(scene.entity(slots[0]), 0, { now: 7 })]))
    expect(scene.fullNotice(state)).toEqual(outerBlock(state, 0, EVERY))
    // The other outer watcher has not been told yet.
    toTurn()
    expect(scene.outer(state)).toEqual(outerDeltaBlock(state, 1, { groups: [wounded(0, 7)] }))
  })
})

describe('a cell that becomes near', () => {
  /** Everybody of a crowd has moved since the turn before, and one more watcher comes up to it. */
  it('shows a newcomer all of a crowd as it is, and the others in their turn', () => {
    const { scene, slots, state, toTurn } = told(CROWD_COUNT + 1)
    for (const slot of slots) scene.put(slot, 9, 5, 12)
    scene.watch(9)
    scene.tick()
    const members = slots.map((slot, local) => record(scene.entity(slot), local, { x: 12 }))
    expect(scene.full(state)).toEqual(fullBlock(state, 0, members))
    expect([scene.outer(state), state.isNearIdle]).toEqual([[], false])
    toTurn()
    const moved = slots.map((_, local) => join(u16(local), u16(12 * 4_096)))
    expect(scene.outer(state)).toEqual(outerDeltaBlock(state, 1, { groups: [group(updateBit('x'), moved)] }))
  })

  it('tells as an outer one what happened in this tick, and shows itself whole', () => {
    const { scene, slots, watch, state } = told(2)
    scene.set(slots[1], Health, 'now', 7)
    scene.despawn(slots[0])
    state.events.push(boom(1))
    scene.stand(watch, 7)
    expect([state.isComeNear, watch.nearer.has(state), watch.fresh.has(state), watch.outer.has(state)]).toEqual([
      true,
      true,
      true,
      false,
    ])
    scene.tick()
    expect(scene.outer(state)).toEqual(outerDeltaBlock(state, 1, { leaves: [leave(0, NO_CELL)], events: [boomed(1)] }))
    expect(scene.full(state)).toEqual(fullBlock(state, 0, [record(scene.entity(slots[1]), 1, { now: 7 })]))
    expect([scene.fullNotice(state), state.isComeNear, state.isNearIdle]).toEqual([[], false, false])
    // From here on it has near bodies alone.
    state.events.length = 0
    scene.set(slots[1], Health, 'now', 8)
    scene.tick()
    expect(scene.delta(state)).toEqual(deltaBlock(state, 1, { groups: [wounded(1, 8)] }))
    expect(scene.outer(state)).toEqual([])
  })

  it('is as of now for a near watcher who comes as the last outer one goes', () => {
    const { scene, slots, watch, state } = told(1)
    const comer = scene.spawn(9)
    scene.set(slots[0], Health, 'now', 7)
    scene.watch(9)
    scene.unwatch(watch)
    expect([state.fresh, state.isNearIdle, state.outerCount]).toEqual([false, true, 0])
    scene.tick()
    const members = [record(scene.entity(slots[0]), 0, { now: 7 }), record(scene.entity(comer), 1)]
    expect(scene.full(state)).toEqual(fullBlock(state, 0, members))
  })

  it('names the components that somebody has now', () => {
    const { scene, slots, watch, state } = told(1)
    scene.change(slots[0], 'add', Shield)
    scene.set(slots[0], Shield, 'charge', 3)
    scene.stand(watch, 7)
    scene.tick()
    const mask = USUAL_MASK | componentBit('Shield')
    expect(scene.full(state)).toEqual(fullBlock(state, 0, [record(scene.entity(slots[0]), 0, { mask, charge: 3 })]))
  })
})

describe('a cell that falls behind', () => {
  /** A watcher of column 9 goes to column 6, and the cell is near until its turn comes. */
  function behind(how: { readonly isAlone: boolean }) {
    const scene = new Scene(100, ring)
    const slots = [scene.spawn(9), scene.spawn(9)]
    const watch = scene.watch(9)
    if (!how.isAlone) scene.watch(6)
    scene.tick()
    const state = scene.state(9)
    while ((scene.world.tick + state.index) % EVERY !== 0) scene.tick()
    const step = (): void => {
      scene.stand(watch, 6)
      scene.tick()
    }
    return { scene, slots, watch, state, step }
  }
  const isNear = (watch: { readonly outer: ReadonlySet<CellState> }, state: CellState): boolean => !watch.outer.has(state)

  it('stays near until its turn, then says so and brings what is new', () => {
    const { scene, slots, watch, state, step } = behind({ isAlone: true })
    for (let i = 1; i < EVERY; i += 1) {
      scene.set(slots[0], Health, 'now', i)
      step()
      expect([isNear(watch, state), scene.outer(state), scene.notice(state)]).toEqual([true, [], []])
      expect(scene.delta(state)).toEqual(deltaBlock(state, i, { groups: [wounded(0, i)] }))
    }
    scene.set(slots[1], Health, 'now', 50)
    step()
    expect([isNear(watch, state), state.isLeftNear, state.isNearIdle, scene.delta(state)]).toEqual([false, false, true, []])
    expect(scene.notice(state)).toEqual(outerBlock(state, 0, EVERY))
    expect(scene.outer(state)).toEqual(outerDeltaBlock(state, 1, { groups: [wounded(1, 50)] }))
    step()
    expect([scene.notice(state), scene.outer(state)]).toEqual([[], []])
  })

  it('says so though nothing is new', () => {
    const { scene, state, step } = behind({ isAlone: true })
    for (let i = 0; i < EVERY; i += 1) step()
    expect([scene.notice(state), scene.outer(state)]).toEqual([outerBlock(state, 0, EVERY), []])
  })

  it('where another is an outer watcher already, tells both of the same', () => {
    const { scene, slots, state, step } = behind({ isAlone: false })
    scene.set(slots[0], Health, 'now', 7)
    for (let i = 1; i < EVERY; i += 1) step()
    scene.set(slots[1], Health, 'now', 8)
    state.outerSequence = 40
    step()
    expect(scene.notice(state)).toEqual(outerBlock(state, 40, EVERY))
    // The one knows the first from its near bodies; the other has it from here.
    const members = [join(u16(0), u16(7)), join(u16(1), u16(8))]
    expect(scene.outer(state)).toEqual(outerDeltaBlock(state, 41, { groups: [group(updateBit('now'), members)] }))
  })
})
