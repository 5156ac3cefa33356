import { describe, expect, it } from 'vitest'
import type { Column } from '../../src/ecs/columns.js'
import { traceOf } from '../../src/net/cell-traces.js'

const BIT = 4
const columns: readonly (readonly [string, (length: number) => Column])[] = [
  ['u8', (length) => new Uint8Array(length)],
  ['i8', (length) => new Int8Array(length)],
  ['u16', (length) => new Uint16Array(length)],
  ['i16', (length) => new Int16Array(length)],
  ['u32', (length) => new Uint32Array(length)],
  ['i32', (length) => new Int32Array(length)],
  ['f32', (length) => new Float32Array(length)],
  ['f64', (length) => new Float64Array(length)],
]

describe.each(columns)('the trace of a column of %s', (_kind, make) => {
  const slots = Int32Array.from([1, 3, 4])

  it('marks each value that is another than at the last look, among those that are looked at', () => {
    const column = make(6)
    const trace = traceOf(column)
    const due = new Uint16Array(6)
    column.set([9, 5, 6, 0, 7, 8])
    trace.look(slots, slots.length, due, BIT)
    expect([...due]).toEqual([0, BIT, 0, 0, BIT, 0])
    due.fill(0)
    trace.look(slots, slots.length, due, BIT)
    expect([...due]).toEqual([0, 0, 0, 0, 0, 0])
    column[4] = 0
    trace.look(slots, 2, due, BIT)
    expect([...due]).toEqual([0, 0, 0, 0, 0, 0])
    trace.look(slots, slots.length, due, BIT)
    expect([...due]).toEqual([0, 0, 0, 0, BIT, 0])
  })

  it('leaves the marks of other columns', () => {
    const column = make(6)
    const due = Uint16Array.from([1, 1, 1, 1, 1, 1])
    column[3] = 2
    traceOf(column).look(slots, slots.length, due, BIT)
    expect([...due]).toEqual([1, 1, 1, 1 | BIT, 1, 1])
  })

  it('sees the column of a shared buffer where it lies', () => {
    const whole = make(12)
    const column = whole.subarray(6)
    const due = new Uint16Array(6)
    const trace = traceOf(column)
    whole[3] = 1
    whole[10] = 1
    trace.look(slots, slots.length, due, BIT)
    expect([...due]).toEqual([0, 0, 0, 0, BIT, 0])
  })
})

it('the least change of a fraction is one, in either half of its bits', () => {
  const column = Float64Array.from([0, 1, 1])
  const trace = traceOf(column)
  const due = new Uint16Array(3)
  const slots = Int32Array.from([1, 2])
  trace.look(slots, 2, due, BIT)
  due.fill(0)
  column[1] = 1 + Number.EPSILON
  column[2] = 2
  trace.look(slots, 2, due, BIT)
  expect([...due]).toEqual([0, BIT, BIT])
})
