import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Editor } from '../../src/ecs/columns.js'
import type { Component } from '../../src/ecs/component.js'
import { OWNER_CHANGES_MAX } from '../../src/ecs/marks.js'
import { defineSystem } from '../../src/ecs/system.js'
import type { World } from '../../src/ecs/world.js'
import { Bag, Deed, Focus, makeWorld, Position, step, testComponents } from './make-world.js'

const editorOf = <C extends Component>(world: World, component: C) => world.editor(component) as Editor<C['fields']>
const bagIndex = testComponents.indexOf(Bag)
const focusIndex = testComponents.indexOf(Focus)

function worldWithOne(capacity = 8) {
  const world = makeWorld({}, { capacity })
  const slot = world.commands.spawn([Position, Bag, Deed, Focus])
  world.commandBuffer.flush()
  return { world, slot, bag: editorOf(world, Bag), deed: editorOf(world, Deed), focus: editorOf(world, Focus) }
}

describe('an editor', () => {
  it('writes, reads back, and marks the row once however much changed', () => {
    const { world, slot, bag } = worldWithOne()
    bag.set(slot, 'gold', 5)
    bag.set(slot, 'gold', 6)
    bag.setAt(slot, 'item', 3, 9)
    expect(bag.gold[slot]).toBe(6)
    expect(bag.item[slot * 4 + 3]).toBe(9)
    expect(world.columns(Bag).gold[slot]).toBe(6)
    expect(world.marks.rows).toEqual([slot])
    world.marks.drainRows()
    expect(world.marks.rows).toEqual([])
    bag.set(slot, 'gold', 7)
    expect(world.marks.rows).toEqual([slot])
  })

  it('marks nothing where nothing changed, also when the column cuts the value to what was there', () => {
    const { world, slot, bag } = worldWithOne()
    world.marks.owned[slot] = 1
    bag.set(slot, 'gold', 0)
    bag.setAt(slot, 'item', 0, 0)
    bag.setAt(slot, 'item', 1, 65_536)
    bag.set(slot, 'gold', 0.5)
    expect(world.marks.rows).toEqual([])
    expect(world.marks.ownerChanges).toEqual([])
  })

  it('refuses a place outside the row, which would be somebody else’s', () => {
    const { slot, bag } = worldWithOne()
    expect(() => bag.setAt(slot, 'item', 4, 1)).toThrow(/Bag\.item\[4\] is outside 0\.\.3/)
    expect(() => bag.setAt(slot, 'item', -1, 1)).toThrow(/Bag\.item\[-1\]/)
  })

  it('of `persist: tick` alone marks rows but tells no owner, of `replicate: owner` alone the other way round', () => {
    const { world, slot, deed, focus } = worldWithOne()
    world.marks.owned[slot] = 1
    deed.set(slot, 'done', 1)
    expect(world.marks.rows).toEqual([slot])
    expect(world.marks.ownerChanges).toEqual([])
    world.marks.drainRows()
    focus.set(slot, 'on', 3)
    expect(world.marks.rows).toEqual([])
    expect(world.marks.ownerChanges).toEqual([{ slot, component: focusIndex, field: 0, index: 0 }])
  })
})

describe('owner changes', () => {
  it('are noted only for slots that a session owns, with the declared places of component, field and value', () => {
    const { world, slot, bag } = worldWithOne()
    bag.set(slot, 'gold', 1)
    expect(world.marks.ownerChanges).toEqual([])
    world.marks.owned[slot] = 1
    bag.set(slot, 'gold', 2)
    bag.setAt(slot, 'item', 2, 5)
    expect(world.marks.ownerChanges).toEqual([
      { slot, component: bagIndex, field: 0, index: 0 },
      { slot, component: bagIndex, field: 1, index: 2 },
    ])
    world.marks.drainOwnerChanges()
    expect(world.marks.ownerChanges).toEqual([])
  })

  it('over the limit are dropped and say so, until drained', () => {
    const { world, slot, bag } = worldWithOne()
    world.marks.owned[slot] = 1
    for (let i = 1; i <= OWNER_CHANGES_MAX; i += 1) bag.set(slot, 'gold', i)
    expect(world.marks.overflow).toBe(false)
    bag.set(slot, 'gold', 0)
    expect(world.marks.overflow).toBe(true)
    expect(world.marks.ownerChanges).toHaveLength(OWNER_CHANGES_MAX)
    world.marks.drainOwnerChanges()
    expect(world.marks.overflow).toBe(false)
  })
})

describe('marks', () => {
  it('name exactly the rows and values that differ from before, over any writes', () => {
    const write = fc.record({
      slot: fc.integer({ min: 1, max: 3 }),
      at: fc.integer({ min: -1, max: 3 }),
      value: fc.nat({ max: 2 }),
    })
    fc.assert(
      fc.property(fc.array(write, { maxLength: 40 }), (writes) => {
        const world = makeWorld({}, { capacity: 3 })
        for (let i = 0; i < 3; i += 1) world.marks.owned[world.commands.spawn([Bag])] = 1
        const bag = editorOf(world, Bag)
        const rows: number[] = []
        const changes: object[] = []
        const model = new Map<string, number>()
        for (const { slot, at, value } of writes) {
          if (at < 0) bag.set(slot, 'gold', value)
          else bag.setAt(slot, 'item', at, value)
          const key = `${slot} ${at}`
          if ((model.get(key) ?? 0) === value) continue
          model.set(key, value)
          if (!rows.includes(slot)) rows.push(slot)
          changes.push({ slot, component: bagIndex, field: at < 0 ? 0 : 1, index: Math.max(0, at) })
        }
        expect(world.marks.rows).toEqual(rows)
        expect(world.marks.ownerChanges).toEqual(changes)
      }),
    )
  })
})

describe('the shadow copy', () => {
  /** A world whose one system does `work` in each tick. */
  function worldThat(work: (world: World, slot: number) => void, shadow = true) {
    const holder: { world?: World } = {}
    const worker = defineSystem({
      name: 'worker',
      queries: { all: [Bag] },
      run({ all }) {
        if (holder.world !== undefined && all.length > 0) work(holder.world, all[0])
      },
    })
    const world = makeWorld({ simulate: [worker] }, { shadow })
    holder.world = world
    world.commands.spawn([Position, Bag])
    world.commandBuffer.flush()
    return world
  }

  it('finds a write that went around the editor, and names component, field, slot and tick', () => {
    const world = worldThat((w, slot) => {
      w.columns(Bag).gold[slot] = 5
    })
    expect(() => step(world)).toThrow(/Bag\.gold of slot 1 changed without its mark in tick 1; write through the editor/)
  })

  it('finds one in the last value of a row of several', () => {
    const world = worldThat((w, slot) => {
      w.columns(Bag).item[slot * 4 + 3] = 5
    })
    expect(() => step(world)).toThrow(/Bag\.item of slot 1/)
  })

  it('lets editors, unmarked columns and rebirth pass', () => {
    const world = worldThat((w, slot) => {
      editorOf(w, Bag).setAt(slot, 'item', 1, w.tick)
      w.columns(Position).x[slot] = w.tick
      if (w.tick === 2) w.commands.despawn(slot)
      if (w.tick === 2) w.commands.spawn([Bag])
    })
    step(world, 5)
    expect(world.columns(Bag).item[2 * 4 + 1]).toBe(5)
  })

  it('is kept only where it was asked for', () => {
    const world = worldThat((w, slot) => {
      w.columns(Bag).gold[slot] = 5
    }, false)
    expect(() => step(world)).not.toThrow()
  })
})
