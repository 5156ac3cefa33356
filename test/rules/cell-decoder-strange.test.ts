import { beforeEach, describe, expect, it } from 'vitest'
import { CellDecoder } from '../../src/client/cell-decoder.js'
import { BLOCK_DELTA, NO_CELL } from '../../src/protocol/cell-layout.js'
import { Boomed, Health, protocol } from '../client/tiny-game.js'
import { type Bytes, block, deltaBlock, fullBlock, join, layout, leave, record, Scene, u8, u16, u32 } from './encoder-scene.js'

/** What a newer or a faulty server may send, and what must not be read out of it. */

const scene = new Scene()
const here = scene.state(3)
const there = scene.state(4)

let decoder: CellDecoder
let followsTick = 0
beforeEach(() => {
  decoder = new CellDecoder(layout, protocol)
  followsTick = 0
  apply(fullBlock(here, 0, [record(101, 3)]), fullBlock(there, 0, []))
})
function apply(...blocks: readonly Bytes[]) {
  const changes = decoder.apply(Uint8Array.from(join(u32(followsTick), ...blocks)))
  followsTick += 1
  return changes
}

describe('a decoder', () => {
  it('has nothing to tell before it has read anything', () => {
    const fresh = new CellDecoder(layout, protocol)
    expect(fresh.apply(Uint8Array.from(u32(0)))).toEqual({ followsTick: 0, entered: [], left: [], events: [] })
    expect([fresh.strays, fresh.gaps]).toEqual([0, 0])
  })

  it('passes over a block of an unknown kind about a cell that it knows', () => {
    const changes = apply(block(9, here.index, join(u16(1), u16(1), leave(3, NO_CELL), new Array<number>(8).fill(0))))
    expect([changes.left, decoder.strays, decoder.gaps]).toEqual([[], 0, 0])
    expect(apply(deltaBlock(here, 1, { leaves: [leave(3, NO_CELL)] })).left).toHaveLength(1)
    expect(decoder.gaps).toBe(0)
  })

  it('reads no event beyond its block', () => {
    const boom = join(u16(Boomed.id), u32(9), u8(0), u16(1), u8(0))
    // It says two, and has one. The block behind it begins with the bytes of the same event's id.
    const body = join(u16(1), new Array<number>(8).fill(0), u16(2), boom)
    const behind = block(Boomed.id & 0xff, Boomed.id >>> 8, join(new Array<number>(10).fill(0), u16(0)))
    const { events } = apply(block(BLOCK_DELTA, here.index, body), behind)
    expect(events).toHaveLength(1)
    expect([...decoder.cells.keys()]).toEqual([here.index, there.index, Boomed.id >>> 8])
  })

  it.each(['the new cell first', 'the old cell first'])('keeps who crosses to the same local id (%s)', (order) => {
    const out = deltaBlock(here, 1, { leaves: [leave(3, there.index)] })
    const into = deltaBlock(there, 1, { crossings: [join(u32(here.index), record(101, 3, { now: 7 }, true))] })
    const changes = order === 'the new cell first' ? apply(into, out) : apply(out, into)
    expect([changes.left, changes.entered, decoder.strays]).toEqual([[], [], 0])
    const view = decoder.entities.get(101)
    expect([view?.cell.index, view?.toCell, view?.get(Health, 'now')]).toEqual([there.index, -1, 7])
  })

  it('has nobody at the local ids of a new cell', () => {
    apply(deltaBlock(there, 1, { leaves: [leave(0, NO_CELL)] }))
    expect(decoder.strays).toBe(1)
  })
})
