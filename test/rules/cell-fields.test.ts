import { describe, expect, it } from 'vitest'
import { CROWD_COUNT, ReplicatedField, Roll, THRONG_COUNT } from '../../src/net/cell-fields.js'
import { asIs, cell, identity, metres, turn, type WireForm } from '../../src/schema/wire-forms.js'

const SIDE_M = 40
const COMPONENT_BIT = 2
const BIT = 5
const CAPACITY = 400

function field(
  form: WireForm,
  column: ArrayLike<number>,
  options: { alongZ?: boolean; bit?: number; componentBit?: number } = {},
) {
  const { alongZ = false, bit = BIT, componentBit = COMPONENT_BIT } = options
  return new ReplicatedField(column, form, alongZ, bit, componentBit, CAPACITY)
}

/** Slots 1 to `count` at local ids from 0, all with the component. */
function rollOf(count: number, tick = 0, population = count): Roll {
  const roll = new Roll()
  roll.begin(count, population, tick)
  for (let i = 0; i < count; i += 1) roll.add(i + 1, i, 1 << COMPONENT_BIT)
  return roll
}

describe('a roll', () => {
  it.each([
    [0, 1],
    [CROWD_COUNT, 1],
    [CROWD_COUNT + 1, 2],
    [THRONG_COUNT, 2],
    [THRONG_COUNT + 1, 4],
  ])('of %d has motion every %d ticks', (population, every) => {
    const roll = new Roll()
    roll.begin(1, population, 7)
    expect([roll.motionEvery, roll.tick]).toEqual([every, 7])
  })

  it('begins empty, and forgets what had changed', () => {
    const roll = rollOf(3)
    roll.changed.fill(9)
    roll.begin(3, 3, 1)
    expect(roll.count).toBe(0)
    roll.add(12, 34, 56)
    expect([roll.count, roll.slots[0], roll.locals[0], roll.components[0], roll.changed[0]]).toEqual([1, 12, 34, 56, 0])
  })

  it('has room for as many as have a place', () => {
    const roll = new Roll()
    const { slots } = roll
    roll.begin(slots.length, 1, 0)
    expect(roll.slots).toBe(slots)
    for (const places of [slots.length + 1, 1_000]) {
      roll.begin(places, 1, 0)
      for (let i = 0; i < places; i += 1) roll.add(i + 1, i, 3)
      expect(roll.count).toBe(places)
      for (const column of [roll.slots, roll.locals, roll.components, roll.changed])
        expect(column.length).toBeGreaterThanOrEqual(places)
      expect([roll.slots[places - 1], roll.locals[places - 1], roll.components[places - 1]]).toEqual([places, places - 1, 3])
    }
  })
})

describe('a field', () => {
  it('is as wide as its form, and remembers a value for every slot', () => {
    expect([field(cell(16), []).bytes, field(turn(8), []).bytes, field(asIs(32), []).bytes]).toEqual([2, 1, 4])
    expect(field(asIs(8), []).last.length).toBe(CAPACITY + 1)
    expect(field(identity(8), [], { bit: -1 }).bit).toBe(-1)
  })

  it('counts a coordinate from the low edge of its own axis', () => {
    const column = [0, 3 * SIDE_M + 10]
    expect(field(cell(16), column).take(1, 3, 9, SIDE_M)).toBe(65_536 / 4)
    expect(field(cell(16), column, { alongZ: true }).take(1, 9, 3, SIDE_M)).toBe(65_536 / 4)
    expect(field(cell(16), column, { alongZ: true }).take(1, 3, 9, SIDE_M)).toBe(0)
  })

  it('takes a value as a whole number without a sign, and notes it', () => {
    const column = new Uint32Array([0, 4_294_967_295])
    const one = field(asIs(32), column)
    expect(one.take(1, 0, 0, SIDE_M)).toBe(4_294_967_295)
    expect([...one.last.subarray(0, 2)]).toEqual([0, 4_294_967_295])
  })

  it('marks whoever differs from what was sent, once', () => {
    const column = [0, 7, 0, 9]
    const one = field(asIs(16), column)
    const roll = rollOf(3)
    one.compare(roll, 0, 0, SIDE_M)
    expect([...roll.changed.subarray(0, 3)]).toEqual([1 << BIT, 0, 1 << BIT])
    expect([...one.last.subarray(1, 4)]).toEqual([7, 0, 9])
    const again = rollOf(3)
    one.compare(again, 0, 0, SIDE_M)
    expect([...again.changed.subarray(0, 3)]).toEqual([0, 0, 0])
  })

  it('adds its mark to those of other fields', () => {
    const roll = rollOf(1)
    field(asIs(8), [0, 1], { bit: 0 }).compare(roll, 0, 0, SIDE_M)
    field(asIs(8), [0, 1], { bit: 3 }).compare(roll, 0, 0, SIDE_M)
    field(asIs(8), [0, 0], { bit: 4 }).compare(roll, 0, 0, SIDE_M)
    expect(roll.changed[0]).toBe(0b1001)
  })

  it('passes over whoever lacks its component', () => {
    const one = field(asIs(8), [0, 1, 1])
    const roll = new Roll()
    roll.begin(2, 2, 0)
    roll.add(1, 0, ~(1 << COMPONENT_BIT))
    roll.add(2, 1, 1 << COMPONENT_BIT)
    one.compare(roll, 0, 0, SIDE_M)
    expect([...roll.changed.subarray(0, 2)]).toEqual([0, 1 << BIT])
    expect([...one.last.subarray(1, 3)]).toEqual([0, 1])
  })

  it.each([
    ['metres', metres(16), 2, 65],
    ['turn', turn(8), 2, 65],
    ['cell', cell(16), 4, 257],
  ] as const)('of motion (%s) takes turns by local id in a crowd', (_name, form, every, population) => {
    const column = new Float64Array(9).fill(300)
    for (let tick = 0; tick < 5; tick += 1) {
      const one = field(form, column)
      const roll = rollOf(8, tick, population)
      one.compare(roll, 0, 0, 1_000)
      const marked = [...roll.changed.subarray(0, 8)].map((mask) => mask !== 0)
      expect(marked).toEqual(Array.from({ length: 8 }, (_, local) => (local + tick) % every === 0))
    }
  })

  it('of anything else goes at once, in a crowd too', () => {
    const roll = rollOf(8, 1, 400)
    field(asIs(16), new Float64Array(9).fill(3)).compare(roll, 0, 0, SIDE_M)
    expect([...roll.changed.subarray(0, 8)]).toEqual(new Array(8).fill(1 << BIT))
  })
})
