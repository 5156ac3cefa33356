import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Editor } from '../../src/ecs/columns.js'
import { defineComponent } from '../../src/ecs/component.js'
import { definePipeline } from '../../src/ecs/pipeline.js'
import { defineSystem } from '../../src/ecs/system.js'
import { World } from '../../src/ecs/world.js'
import { lastingFields, layoutOf, restoreComponent } from '../../src/persist/rows.js'
import { type SavedComponent, unpackComponent } from '../../src/ports/packed-rows.js'
import { each, f32, f64, u8, u16 } from '../../src/schema/fields.js'

const Pack = defineComponent(
  'Pack',
  { gold: u16, item: each(u16, 4), uid: each(f64, 3) },
  { replicate: 'owner', persist: 'tick' },
)
const Spot = defineComponent('Spot', { x: f32, trail: each(f32, 2) }, { persist: 'lazy' })
const Passing = defineComponent('Passing', { mood: u8 })
const all = [Pack, Spot, Passing]
const still = defineSystem({ name: 'still', run: () => undefined })

/** What is saved of a slot, as it is read again. */
function saveComponents(world: World, slot: number): Record<string, SavedComponent> {
  const saved = world.lasting.map((component) => {
    const fields = lastingFields(component, world.columns(component))
    const bytes = Buffer.concat(fields.map((field) => field.bytes.subarray(slot * field.rowBytes, (slot + 1) * field.rowBytes)))
    return [component.name, unpackComponent(layoutOf(component), bytes)!] as const
  })
  return Object.fromEntries(saved)
}

function worldWith(slots: number) {
  const pipeline = definePipeline({ simulate: [still] })
  const world = new World({ components: all, pipeline, capacity: 8, seed: 1, tickHz: 20, content: undefined, settings: {} })
  const made = Array.from({ length: slots }, () => world.commands.spawn(all))
  world.commandBuffer.flush()
  const pack = world.editor(Pack) as Editor<(typeof Pack)['fields']>
  const restore = (slot: number, saved: ReturnType<typeof saveComponents>): void => {
    restoreComponent(Pack, pack, slot, saved.Pack)
    restoreComponent(Spot, world.columns(Spot), slot, saved.Spot)
  }
  return { world, pack, slots: made, restore }
}

/** Zeros above all, as in rows. */
const list = (length: number) =>
  fc.oneof(
    fc.constant(Array.from({ length }, () => 0)),
    fc.array(fc.oneof(fc.constant(0), fc.nat(60_000)), { minLength: length, maxLength: length }),
  )
const rows = fc.record({
  Pack: fc.record({ gold: list(1), item: list(4), uid: list(3) }),
  Spot: fc.record({ x: list(1), trail: list(2) }),
})

describe('saved rows', () => {
  it('leave out lists of zeros, and nothing else', () => {
    const { world, slots, restore } = worldWith(1)
    expect(saveComponents(world, slots[0])).toEqual({ Pack: { gold: [0] }, Spot: { x: [0] } })
    restore(slots[0], { Pack: { item: [0, 0, 7] }, Spot: { trail: [0.5] } })
    expect(saveComponents(world, slots[0])).toEqual({
      Pack: { gold: [0], item: [0, 0, 7, 0] },
      Spot: { x: [0], trail: [0.5, 0] },
    })
  })

  it('give everything back, into a new row and into one that was used', () => {
    const property = fc.property(rows, rows, (saved, before) => {
      const { world, slots, restore } = worldWith(3)
      const [from, fresh, used] = slots
      restore(from, saved)
      restore(used, before)
      const row = saveComponents(world, from)
      for (const slot of [fresh, used]) {
        restore(slot, row)
        for (const component of [Pack, Spot])
          for (const [name, field] of Object.entries(component.fields)) {
            const length = field.kind === 'each' ? field.length : 1
            const column = world.columns(component)[name as never] as ArrayLike<number>
            const read = (of: number) => Array.from({ length }, (_, i) => column[of * length + i])
            expect(read(slot), `${component.name}.${name}`).toEqual(read(from))
          }
      }
    })
    fc.assert(property)
  })

  it('say nothing of a component that was not saved', () => {
    const { world, pack, slots } = worldWith(1)
    pack.set(slots[0], 'gold', 5)
    expect(restoreComponent(Pack, pack, slots[0], undefined)).toBe(false)
    expect(restoreComponent(Pack, pack, slots[0], {})).toBe(true)
    expect(world.columns(Pack).gold[slots[0]]).toBe(5)
  })
})
