import { describe, expect, it } from 'vitest'
import { CellState } from '../../src/net/cell-state.js'
import { Watch } from '../../src/net/interest.js'

describe('what is known of a cell', () => {
  it('is nothing at first', () => {
    const state = new CellState(4, 1, 2, 3, 5)
    expect(state).toMatchObject({ index: 4, zone: 1, instance: 2, cx: 3, cz: 5, fresh: true, fullTick: -1, sentPlaces: 0 })
    expect(state).toMatchObject({ isNearIdle: true, isLeftNear: false, isComeNear: false, nearCount: 0, outerCount: 0 })
    expect([state.events, state.watchers, state.sequence, state.outerSequence]).toEqual([[], 0, 0, 0])
    expect([...state.sent, ...state.sentMask].every((value) => value === 0)).toBe(true)
  })

  it('counts who watches it', () => {
    const state = new CellState(0, 1, 2, 3, 5)
    const watch = new Watch()
    state.watches.add(watch)
    state.watches.add(new Watch())
    expect(state.watchers).toBe(2)
    state.watches.delete(watch)
    expect(state.watchers).toBe(1)
  })

  it('stays where it is while there is room', () => {
    const state = new CellState(0, 1, 2, 3, 5)
    const { sent, sentMask } = state
    for (const places of [0, 1, sent.length]) state.grow(places)
    expect([state.sent === sent, state.sentMask === sentMask]).toEqual([true, true])
  })

  it.each([
    [1, 'twice as many'],
    [1_000, 'as many as asked for'],
  ])('moves to more room for %d more (%s), and is kept', (more, _size) => {
    const state = new CellState(0, 1, 2, 3, 5)
    const { length } = state.sent
    state.sent.set([7, 8, 9], length - 3)
    state.sentMask.set([1, 2, 3], length - 3)
    state.grow(length + more)
    const wanted = Math.max(2 * length, length + more)
    expect([state.sent.length, state.sentMask.length]).toEqual([wanted, wanted])
    expect([...state.sent.subarray(length - 3, length + 1)]).toEqual([7, 8, 9, 0])
    expect([...state.sentMask.subarray(length - 3, length + 1)]).toEqual([1, 2, 3, 0])
  })
})
