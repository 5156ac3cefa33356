import { beforeEach, describe, expect, it } from 'vitest'
import { CellDecoder } from '../../src/client/cell-decoder.js'
import { CellState } from '../../src/net/cell-state.js'
import { NO_CELL } from '../../src/protocol/cell-layout.js'
import { Health, protocol } from '../client/tiny-game.js'
import {
  type Bytes,
  block,
  boomed,
  deltaBlock,
  fullBlock,
  join,
  layout,
  leave,
  outerBlock,
  outerDeltaBlock,
  record,
  Scene,
  u8,
  u16,
  u32,
} from './encoder-scene.js'
import { wounded } from './ring-cells.js'

/** What a decoder makes of the blocks of an outer ring. */

const here = new Scene().state(3)
const EVERY = 12

let decoder: CellDecoder
let followsTick = 0
beforeEach(() => {
  decoder = new CellDecoder(layout, protocol)
  followsTick = 0
  apply(fullBlock(here, 70, [record(101, 3), record(102, 4)]))
})
function apply(...blocks: readonly Bytes[]) {
  const changes = decoder.apply(Uint8Array.from(join(u32(followsTick), ...blocks)))
  followsTick += 1
  return changes
}
const cadence = (): number | undefined => decoder.cells.get(here.index)?.outerEveryTicks
const health = (): number | undefined => decoder.entities.get(101)?.get(Health, 'now')

describe('a decoder', () => {
  it('takes a cell for a near one until it is told otherwise', () => {
    expect(cadence()).toBe(0)
    const changes = apply(outerBlock(here, 500, EVERY))
    expect([cadence(), changes.entered, changes.left, decoder.entities.size]).toEqual([EVERY, [], [], 2])
    expect([decoder.strays, decoder.gaps]).toEqual([0, 0])
  })

  it('counts outer deltas from the number that it was told of', () => {
    apply(outerBlock(here, 65_535, EVERY), outerDeltaBlock(here, 0, { groups: [wounded(3, 7)] }))
    expect([health(), decoder.gaps]).toEqual([7, 0])
    const { left, events } = apply(outerDeltaBlock(here, 1, { leaves: [leave(4, NO_CELL)], events: [boomed(5)] }))
    expect([left.map(({ entity }) => entity), events.map(({ payload }) => payload.number), decoder.gaps]).toEqual([[102], [5], 0])
    apply(outerDeltaBlock(here, 3, {}))
    expect(decoder.gaps).toBe(1)
  })

  it('counts a near delta of an outer cell, and an outer one of a near cell, as a gap', () => {
    apply(outerDeltaBlock(here, 71, {}))
    expect(decoder.gaps).toBe(1)
    apply(outerBlock(here, 1, EVERY), deltaBlock(here, 2, {}))
    expect(decoder.gaps).toBe(2)
  })

  it('takes a cell for a near one again when it comes whole', () => {
    apply(outerBlock(here, 1, EVERY))
    apply(outerDeltaBlock(here, 2, {}), fullBlock(here, 80, [record(101, 3, { now: 9 })]))
    expect([cadence(), health(), decoder.entities.size]).toEqual([0, 9, 1])
    apply(deltaBlock(here, 81, { groups: [wounded(3, 8)] }))
    expect([health(), decoder.gaps, decoder.strays]).toEqual([8, 0, 0])
  })

  it('passes over what a newer server says behind how often a cell is told of', () => {
    apply(block(3, here.index, join(u16(1), u8(EVERY), u32(9))), outerDeltaBlock(here, 2, { groups: [wounded(3, 7)] }))
    expect([cadence(), health(), decoder.gaps]).toEqual([EVERY, 7, 0])
  })

  it('cannot use blocks about cells that it does not know', () => {
    const unknown = new CellState(9, 1, 2, 3, 4)
    apply(outerBlock(unknown, 1, EVERY), outerDeltaBlock(unknown, 2, {}))
    expect([decoder.strays, decoder.cells.size]).toEqual([2, 1])
  })
})
