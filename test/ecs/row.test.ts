import { describe, expect, it } from 'vitest'
import { allocateColumns } from '../../src/ecs/columns.js'
import { defineComponent } from '../../src/ecs/component.js'
import { createRow } from '../../src/ecs/row.js'
import { bool, each, f32, u8 } from '../../src/schema/fields.js'
import { Mixed } from './make-world.js'

const Mind = defineComponent('Mind', { goal: u8, awake: bool, x: f32 })

describe('a row', () => {
  it('reads and writes the columns of the slot it stands at', () => {
    const columns = allocateColumns(Mind.fields, 4)
    const row = createRow(Mind, columns)
    row.slot = 2
    row.goal = 300
    row.x = 1.5
    columns.goal[3] = 9
    expect(row.goal).toBe(44)
    expect(columns.x[2]).toBe(1.5)
    row.slot = 3
    expect({ ...row }).toEqual({ slot: 3, goal: 9, awake: 0, x: 0 })
  })

  it('has no property for a field of several values, which would be another slot’s', () => {
    const row = createRow(Mixed, allocateColumns(Mixed.fields, 4))
    expect(Object.keys(row)).toEqual(['slot', 'small', 'exact'])
  })
})

describe('columns', () => {
  it('have room for every slot, and one type each', () => {
    const columns = allocateColumns({ flag: bool, x: f32, item: each(u8, 3) }, 5)
    expect([columns.flag, columns.x, columns.item].map((column) => [column.constructor.name, column.length])).toEqual([
      ['Uint8Array', 5],
      ['Float32Array', 5],
      ['Uint8Array', 15],
    ])
    expect(Object.isFrozen(columns)).toBe(true)
  })
})

describe('a component', () => {
  it('is a frozen description, marked when its writes must be noticed', () => {
    const plain = defineComponent('Plain', { x: f32 })
    const lazy = defineComponent('Lazy', { x: f32 }, { persist: 'lazy' })
    const saved = defineComponent('Saved', { x: f32 }, { persist: 'tick' })
    const owned = defineComponent('Owned', { x: f32 }, { replicate: 'owner' })
    expect([plain, lazy, saved, owned].map(({ marked, owner, persist }) => [marked, owner, persist])).toEqual([
      [false, false, 'none'],
      [false, false, 'lazy'],
      [true, false, 'tick'],
      [true, true, 'none'],
    ])
    expect(Object.isFrozen(plain) && Object.isFrozen(plain.fields) && Object.isFrozen(plain.cells)).toBe(true)
  })
})
