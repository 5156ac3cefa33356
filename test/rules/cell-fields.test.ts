import { describe, expect, it } from 'vitest'
import { CROWD_COUNT, motionEvery, ReplicatedField, Roll, THRONG_COUNT } from '../../src/net/cell-fields.js'
import { asIs, cell, identity, metres, turn, type WireForm } from '../../src/schema/wire-forms.js'

const SIDE_M = 40
const BIT = 5
const CAPACITY = 400

function field(form: WireForm, column: ArrayLike<number>, options: { alongZ?: boolean; bit?: number } = {}) {
  const { alongZ = false, bit = BIT } = options
  return new ReplicatedField(column, form, alongZ, bit, CAPACITY)
}

describe('a roll', () => {
  it.each([
    [0, 1],
    [CROWD_COUNT, 1],
    [CROWD_COUNT + 1, 2],
    [THRONG_COUNT, 2],
    [THRONG_COUNT + 1, 4],
  ])('of %d has motion every %d ticks', (population, every) => {
    expect(motionEvery(population)).toBe(every)
  })

  it('begins empty, and forgets what had changed', () => {
    const roll = new Roll()
    roll.begin(3)
    for (let i = 0; i < 3; i += 1) roll.add(i + 1, i, 9)
    roll.begin(3)
    expect(roll.count).toBe(0)
    roll.add(12, 34, 56)
    expect([roll.count, roll.slots[0], roll.locals[0], roll.changed[0]]).toEqual([1, 12, 34, 56])
  })

  it('keeps whom it is to insert by local id', () => {
    const roll = new Roll()
    roll.begin(5)
    for (const local of [3, 0, 4, 1, 2]) roll.insert(local + 10, local, local + 20)
    expect([...roll.locals.subarray(0, 5)]).toEqual([0, 1, 2, 3, 4])
    expect([...roll.slots.subarray(0, 5)]).toEqual([10, 11, 12, 13, 14])
    expect([...roll.changed.subarray(0, 5)]).toEqual([20, 21, 22, 23, 24])
  })

  it('has room for as many as have a place', () => {
    const roll = new Roll()
    const { slots } = roll
    roll.begin(slots.length)
    expect(roll.slots).toBe(slots)
    for (const places of [slots.length + 1, 1_000]) {
      roll.begin(places)
      for (let i = 0; i < places; i += 1) roll.add(i + 1, i, 3)
      expect(roll.count).toBe(places)
      for (const column of [roll.slots, roll.locals, roll.changed]) expect(column.length).toBeGreaterThanOrEqual(places)
      expect([roll.slots[places - 1], roll.locals[places - 1], roll.changed[places - 1]]).toEqual([places, places - 1, 3])
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

  it('tells whether a value differs from what was sent, once', () => {
    const one = field(asIs(16), [0, 7, 0, 9])
    const update = (): boolean[] => [1, 2, 3].map((slot) => one.update(slot, 0, 0, SIDE_M))
    expect(update()).toEqual([true, false, true])
    expect([...one.last.subarray(1, 4)]).toEqual([7, 0, 9])
    expect(update()).toEqual([false, false, false])
  })

  it.each([
    ['metres', metres(16), true],
    ['turn', turn(8), true],
    ['cell', cell(16), true],
    ['asIs', asIs(16), false],
    ['identity', identity(16), false],
  ] as const)('of form %s: is it motion, which waits for its turn in a crowd', (_name, form, isMotion) => {
    expect(field(form, []).isMotion).toBe(isMotion)
  })
})
