import { beforeEach, describe, expect, it } from 'vitest'
import { CellDecoder, type FrameChanges } from '../../src/client/cell-decoder.js'
import { BLOCK_DELTA, BLOCK_FORGET, BLOCK_FULL, cellLayout, NO_CELL } from '../../src/protocol/cell-layout.js'
import { Boomed, CELL_SIZE_M, components, Facing, Health, Look, protocol, Shield, Spot } from '../client/tiny-game.js'

/** Frames written byte by byte, as the reference page draws them. */

type Bytes = readonly number[]
const u8 = (value: number): Bytes => [value & 0xff]
const u16 = (value: number): Bytes => [value & 0xff, (value >>> 8) & 0xff]
const u32 = (value: number): Bytes => [...u16(value), ...u16(value >>> 16)]
const text = (value: string): Bytes => [Buffer.byteLength(value), ...Buffer.from(value)]
const join = (...parts: readonly Bytes[]): Bytes => parts.flat()
const counted = (list: readonly Bytes[]): Bytes => [...u16(list.length), ...list.flat()]

const layout = cellLayout(components, CELL_SIZE_M)
const bitOf = (name: string): number => 1 << layout.components.findIndex((component) => component.name === name)
const updateBit = (name: string): number => 1 << layout.updates.findIndex((field) => field.name === name)
const ALL = bitOf('Spot') | bitOf('Facing') | bitOf('Look') | bitOf('Health')

interface Body {
  readonly x?: number
  readonly kind?: number
  readonly now?: number
  readonly name?: string
}
/** Spot, facing, look and health, in the order of the components. */
const fields = ({ x = 0x8000, kind = 5, now = 60 }: Body, isCrossing = false): Bytes =>
  join(u16(x), u16(32_768 + 64), u16(0x4000), u8(0x40), isCrossing ? [] : join(u8(kind), u16(700)), u16(now), u16(100))
const enter = (entity: number, local: number, body: Body = {}): Bytes =>
  join(u32(entity), u16(local), u16(ALL), fields(body), text(body.name ?? ''))
const crossing = (fromCell: number, entity: number, local: number, body: Body = {}): Bytes =>
  join(u32(fromCell), u32(entity), u16(local), u16(ALL), fields(body, true))

const block = (kind: number, index: number, body: Bytes): Bytes => join(u8(kind), u32(index), u32(body.length), body)
const full = (index: number, sequence: number, members: readonly Bytes[], cx = 3, cz = 4): Bytes =>
  block(BLOCK_FULL, index, join(u16(1), u16(2), u16(cx), u16(cz), u16(sequence), counted(members)))
interface Delta {
  readonly sequence?: number
  readonly leaves?: readonly Bytes[]
  readonly enters?: readonly Bytes[]
  readonly crossings?: readonly Bytes[]
  readonly groups?: readonly Bytes[]
  readonly events?: readonly Bytes[]
  readonly more?: Bytes
}
const delta = (
  index: number,
  { sequence = 1, leaves = [], enters = [], crossings = [], groups = [], events = [], more = [] }: Delta,
): Bytes =>
  block(
    BLOCK_DELTA,
    index,
    join(u16(sequence), counted(leaves), counted(enters), counted(crossings), counted(groups), counted(events), more),
  )
const forget = (index: number): Bytes => block(BLOCK_FORGET, index, [])

let decoder: CellDecoder
let tick = 0
beforeEach(() => {
  decoder = new CellDecoder(layout, protocol)
  tick = 0
})

/** The blocks as the frame of the next tick. */
function apply(...blocks: readonly Bytes[]): FrameChanges {
  const changes = decoder.apply(Uint8Array.from(join(u32(tick), ...blocks)))
  tick += 1
  return changes
}
const ids = (views: readonly { readonly entity: number }[]): number[] => views.map(({ entity }) => entity)
const view = (entity: number) => {
  const found = decoder.entities.get(entity)
  if (found === undefined) throw new Error(`entity ${entity} is not in view`)
  return found
}

describe('a full body', () => {
  it('is everybody in the cell, with all they have', () => {
    const changes = apply(full(7, 40, [enter(101, 0, { name: 'Añu', x: 0 }), enter(102, 3, { kind: 9, now: 0xffff })]))
    expect([changes.followsTick, ids(changes.entered), changes.left, changes.events]).toEqual([0, [101, 102], [], []])
    expect(decoder.cells.get(7)).toMatchObject({ index: 7, zone: 1, instance: 2, cx: 3, cz: 4 })
    const one = view(101)
    expect([one.name, one.local, one.mask, one.cell.index, one.fromCell, one.toCell]).toEqual(['Añu', 0, ALL, 7, -1, -1])
    expect(one.x).toBeCloseTo(3 * CELL_SIZE_M, 3)
    expect(one.z).toBeCloseTo(4 * CELL_SIZE_M + CELL_SIZE_M / 4, 3)
    expect([one.y, one.heading]).toEqual([2, 0x4000])
    expect([one.get(Look, 'kind'), one.get(Look, 'skin'), one.get(Health, 'now'), one.get(Health, 'max')]).toEqual([
      5, 700, 60, 100,
    ])
    expect([one.has(Shield), one.get(Shield, 'charge')]).toEqual([false, undefined])
    expect([view(102).get(Look, 'kind'), view(102).get(Health, 'now'), view(102).local]).toEqual([9, 0xffff, 3])
    expect([decoder.strays, decoder.gaps]).toEqual([0, 0])
  })

  it('of few components leaves the others at nothing', () => {
    const member = join(u32(5), u16(0), u16(bitOf('Health') | bitOf('Shield')), u16(1), u16(2), u32(0xfffffffe), text('x'))
    apply(full(1, 0, [member]))
    const { values } = view(5)
    expect(view(5).get(Health, 'max')).toBe(2)
    expect(view(5).get(Shield, 'charge')).toBe(0xfffffffe)
    expect(view(5).get(Spot, 'x')).toBeUndefined()
    expect([...values]).toEqual([0, 0, 0, 0, 0, 0, 1, 2, 0xfffffffe])
    // It loses what it had when it enters again without.
    apply(
      delta(1, {
        leaves: [join(u16(0), u32(NO_CELL))],
        enters: [join(u32(NO_CELL), u32(5), u16(1), u16(bitOf('Facing')), u8(1), text(''))],
      }),
    )
    expect([...view(5).values]).toEqual([0, 0, 0, 256, 0, 0, 0, 0, 0])
  })

  it('again replaces the cell, and keeps whoever stands in both', () => {
    apply(full(7, 1, [enter(1, 0), enter(2, 1)]))
    const [one, two] = [view(1), view(2)]
    const changes = apply(full(7, 9, [enter(2, 4), enter(3, 0)]))
    expect([ids(changes.entered), ids(changes.left)]).toEqual([[3], [1]])
    expect(changes.left[0]).toBe(one)
    expect(view(2)).toBe(two)
    expect([two.local, [...decoder.entities.keys()].sort()]).toEqual([4, [2, 3]])
    apply(delta(7, { sequence: 10, leaves: [join(u16(1), u32(NO_CELL))] }))
    expect([decoder.strays, decoder.gaps]).toEqual([1, 0])
  })
})

describe('a delta', () => {
  beforeEach(() => {
    apply(full(7, 40, [enter(101, 0), enter(102, 3)]), full(8, 50, [], 4, 4))
  })

  it('takes out who left, and says where to', () => {
    const changes = apply(delta(7, { sequence: 41, leaves: [join(u16(3), u32(8)), join(u16(0), u32(NO_CELL))] }))
    expect(changes.left.map(({ entity, toCell }) => [entity, toCell])).toEqual([
      [102, 8],
      [101, -1],
    ])
    expect([decoder.entities.size, decoder.strays, changes.followsTick]).toEqual([0, 0, 1])
  })

  it('brings in who entered, and says where from', () => {
    const changes = apply(
      delta(8, { sequence: 51, enters: [join(u32(7), enter(200, 2, { name: 'Ben' })), join(u32(NO_CELL), enter(201, 0))] }),
    )
    expect(changes.entered.map(({ entity, fromCell, name }) => [entity, fromCell, name])).toEqual([
      [200, 7, 'Ben'],
      [201, -1, ''],
    ])
    expect(view(200).x).toBeCloseTo(4 * CELL_SIZE_M + CELL_SIZE_M / 2, 3)
  })

  it.each(['the old cell first', 'the new cell first'])('makes a crossing of a leave and an enter (%s)', (order) => {
    const before = view(102)
    const out = delta(7, { sequence: 41, leaves: [join(u16(3), u32(8))] })
    const into = delta(8, { sequence: 51, crossings: [crossing(7, 102, 6, { x: 0, now: 59 })] })
    const changes = order === 'the old cell first' ? apply(out, into) : apply(into, out)
    expect([changes.entered, changes.left]).toEqual([[], []])
    expect(view(102)).toBe(before)
    expect([before.cell.index, before.local, before.fromCell, before.toCell]).toEqual([8, 6, 7, -1])
    expect([before.get(Look, 'kind'), before.get(Look, 'skin'), before.get(Health, 'now')]).toEqual([5, 700, 59])
    expect(before.x).toBeCloseTo(4 * CELL_SIZE_M, 3)
    apply(delta(7, { sequence: 42 }), delta(8, { sequence: 52, leaves: [join(u16(6), u32(NO_CELL))] }))
    expect([decoder.entities.has(102), decoder.strays]).toEqual([false, 0])
  })

  it('changes the fields of its groups, and no others', () => {
    const mask = updateBit('now') | updateBit('x')
    const group = join(u16(mask), counted([join(u16(3), u16(0), u16(12)), join(u16(0), u16(0x8000), u16(13))]))
    apply(delta(7, { sequence: 41, groups: [group, join(u16(updateBit('heading')), counted([join(u16(0), u8(0x80))]))] }))
    expect([view(102).get(Health, 'now'), view(102).get(Health, 'max'), view(102).heading]).toEqual([12, 100, 0x4000])
    expect(view(102).x).toBeCloseTo(3 * CELL_SIZE_M, 3)
    expect([view(101).get(Health, 'now'), view(101).heading]).toEqual([13, 0x8000])
    expect(view(101).x).toBeCloseTo(3 * CELL_SIZE_M + CELL_SIZE_M / 2, 3)
    expect(decoder.strays).toBe(0)
  })

  it('tells what happened', () => {
    const boom = (who: number, number: number): Bytes => join(u16(Boomed.id), u32(who), u8(1), u16(number), text('böm'))
    const { events } = apply(delta(7, { sequence: 41, events: [boom(101, 3), boom(102, 4)] }))
    expect(events.map(({ compiled, payload }) => [compiled.opcode.name, payload])).toEqual([
      ['tiny.boomed', { who: 101, sort: 'puff', number: 3, label: 'böm' }],
      ['tiny.boomed', { who: 102, sort: 'puff', number: 4, label: 'böm' }],
    ])
    expect(apply(delta(7, { sequence: 42 })).events).toEqual([])
  })

  it('stops at an event it does not know, and reads the next block', () => {
    const strange = join(u16(0x9999), u32(1), u32(2))
    const boom = join(u16(Boomed.id), u32(9), u8(0), u16(1), text(''))
    const changes = apply(
      delta(7, { sequence: 41, events: [boom, strange, boom], leaves: [join(u16(0), u32(NO_CELL))] }),
      delta(8, { sequence: 51, events: [boom] }),
    )
    expect([changes.events.length, ids(changes.left)]).toEqual([2, [101]])
    // One to the server is no event either.
    expect(apply(delta(7, { sequence: 42, events: [join(u16(0x0201), boom)] })).events).toEqual([])
  })

  it('may be longer than is known here', () => {
    const changes = apply(
      delta(7, { sequence: 41, leaves: [join(u16(0), u32(NO_CELL))], more: [1, 2, 3, 4, 5] }),
      full(9, 0, [enter(300, 0)]),
    )
    expect([ids(changes.left), ids(changes.entered), decoder.strays]).toEqual([[101], [300], 0])
  })

  it('counts what it says of nobody as strays', () => {
    const emptyGroup = join(u16(updateBit('now')), counted([join(u16(9), u16(1)), join(u16(0), u16(33))]))
    apply(delta(7, { sequence: 41, leaves: [join(u16(5), u32(NO_CELL))], groups: [emptyGroup] }))
    expect([decoder.strays, view(101).get(Health, 'now')]).toEqual([2, 33])
    const { entered } = apply(delta(7, { sequence: 42, crossings: [crossing(8, 500, 7)] }))
    expect([decoder.strays, ids(entered), view(500).name]).toEqual([3, [500], ''])
    apply(delta(77, { sequence: 1, leaves: [join(u16(0), u32(NO_CELL))] }), forget(78), block(99, 79, [1, 2]))
    expect([decoder.strays, decoder.gaps]).toEqual([6, 0])
  })

  it('that does not follow the one before is a gap; counting goes round at 65,536', () => {
    apply(delta(7, { sequence: 42 }))
    expect(decoder.gaps).toBe(1)
    apply(delta(7, { sequence: 43 }))
    apply(delta(7, { sequence: 43 }))
    expect(decoder.gaps).toBe(2)
    apply(full(7, 65_535, []))
    apply(delta(7, { sequence: 0 }), delta(8, { sequence: 51 }))
    expect(decoder.gaps).toBe(2)
  })
})

describe('a frame', () => {
  it('that forgets a cell takes its members out, and the cell', () => {
    apply(full(7, 0, [enter(1, 0), enter(2, 5)]), full(8, 0, [enter(3, 0)]))
    expect(ids(apply(forget(7)).left)).toEqual([1, 2])
    expect([[...decoder.cells.keys()], [...decoder.entities.keys()], decoder.strays]).toEqual([[8], [3], 0])
  })

  it('that forgets a cell keeps whom another block takes in', () => {
    apply(full(7, 0, [enter(1, 0), enter(2, 5)]))
    const one = view(1)
    const changes = apply(forget(7), full(8, 0, [enter(1, 0)]))
    expect([ids(changes.left), ids(changes.entered), view(1) === one]).toEqual([[2], [], true])
  })

  it('that follows none begins anew', () => {
    apply(full(7, 0, [enter(1, 0)]), full(8, 0, [enter(2, 0)]))
    tick = 0
    const changes = apply(full(8, 5, [enter(2, 0)]))
    expect([ids(changes.left), [...decoder.cells.keys()], decoder.strays]).toEqual([[1], [8], 0])
  })

  it('is read where it lies in a larger buffer', () => {
    const bytes = Uint8Array.from(join([0xee, 0xee, 0xee], u32(0), full(7, 0, [enter(1, 0)]), [0xee]))
    decoder.apply(bytes.subarray(3, bytes.length - 1))
    expect([...decoder.entities.keys()]).toEqual([1])
  })

  it('that ends too early throws', () => {
    const bytes = Uint8Array.from(join(u32(0), full(7, 0, [enter(1, 0)])))
    expect(() => decoder.apply(bytes.subarray(0, bytes.length - 1))).toThrow(RangeError)
    expect(() => new CellDecoder(layout, protocol).apply(Uint8Array.of(1, 2))).toThrow(RangeError)
  })

  it('of a passed-over block of any length goes on behind it', () => {
    const changes = apply(block(17, 3, new Array(300).fill(0)), full(7, 0, [enter(1, 0)]))
    expect(ids(changes.entered)).toEqual([1])
  })

  it('after clear finds nothing in view', () => {
    apply(full(7, 0, [enter(1, 0), enter(2, 1)]))
    expect(ids(decoder.clear())).toEqual([1, 2])
    expect([decoder.entities.size, decoder.cells.size, decoder.clear()]).toEqual([0, 0, []])
  })
})

it('knows the server’s cell side from the layout, or as it is told', () => {
  expect(decoder.cellSizeM).toBe(CELL_SIZE_M)
  decoder.cellSizeM = 100
  apply(full(7, 0, [enter(1, 0, { x: 0 })]))
  expect(view(1).x).toBeCloseTo(300, 2)
  expect(view(1).get(Facing, 'heading')).toBe(0x4000)
})
