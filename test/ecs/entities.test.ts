import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocateColumns } from '../../src/ecs/columns.js'
import type { Component } from '../../src/ecs/component.js'
import { Entities, type Entity, REST_COUNT, SLOT_BITS, type Slot, slotBits } from '../../src/ecs/entities.js'
import { Bag, Position, Tag, testComponents } from './make-world.js'

function makeEntities(capacity: number): Entities {
  const components: readonly Component[] = testComponents
  return new Entities(
    capacity,
    components.map((component) => ({ component, columns: allocateColumns(component.fields, capacity + 1) })),
  )
}

describe('ids', () => {
  it('start at slot 1 and generation 1, so that 0 is nobody', () => {
    const entities = makeEntities(4)
    const slot = entities.allocate()
    expect(slot).toBe(1)
    expect(entities.entityOf(slot)).toBe((1 << SLOT_BITS) | 1)
    expect(slotBits(entities.entityOf(slot))).toBe(1)
    expect(entities.slotOf(0)).toBe(0)
  })

  it('rest until 4,096 others have been freed, and come back first in, first out', () => {
    const entities = makeEntities(REST_COUNT * 2 + 10)
    const first = Array.from({ length: REST_COUNT + 3 }, () => entities.allocate())
    for (const slot of first.slice(0, REST_COUNT)) entities.release(slot)
    expect(entities.allocate()).toBe(REST_COUNT + 4)
    entities.release(first[REST_COUNT])
    expect(entities.allocate()).toBe(first[0])
    expect(entities.allocate()).toBe(REST_COUNT + 5)
    entities.release(first[REST_COUNT + 1])
    entities.release(first[REST_COUNT + 2])
    expect([entities.allocate(), entities.allocate()]).toEqual([first[1], first[2]])
  })

  it('rest less only where the world would be full otherwise, and the oldest comes first', () => {
    const entities = makeEntities(3)
    const slots = [entities.allocate(), entities.allocate(), entities.allocate()]
    entities.release(slots[1])
    entities.release(slots[0])
    expect(entities.allocate()).toBe(slots[1])
    expect(entities.allocate()).toBe(slots[0])
  })

  it('are refused with a remedy when the world is full', () => {
    const entities = makeEntities(2)
    entities.allocate()
    entities.allocate()
    expect(() => entities.allocate()).toThrow(/world is full: 2 entities; raise the capacity/)
  })

  it('cannot be more than a handle has bits for', () => {
    expect(() => makeEntities(2 ** SLOT_BITS)).toThrow(/capacity 1048576 exceeds 1048574/)
  })
})

describe('handles', () => {
  it('are stale once their entity is gone, also after the slot is used again', () => {
    const entities = makeEntities(1)
    const slot = entities.allocate()
    const old = entities.entityOf(slot)
    expect(entities.slotOf(old)).toBe(slot)
    entities.release(slot)
    expect(entities.slotOf(old)).toBe(0)
    expect(entities.allocate()).toBe(slot)
    expect(entities.slotOf(old)).toBe(0)
    expect(entities.slotOf(entities.entityOf(slot))).toBe(slot)
  })

  it('wrap from generation 2,047 to 1 and never to 0, and never become negative', () => {
    const entities = makeEntities(1)
    const seen = new Set<Entity>()
    for (let i = 0; i < 2_047; i += 1) {
      const entity = entities.entityOf(entities.allocate())
      expect(entity >>> SLOT_BITS).toBe(i + 1)
      expect(entity).toBeGreaterThan(0)
      seen.add(entity)
      entities.release(1)
    }
    expect(seen.size).toBe(2_047)
    expect(entities.entityOf(entities.allocate()) >>> SLOT_BITS).toBe(1)
  })

  it('of any number at all name a living entity or nobody', () => {
    const entities = makeEntities(8)
    const living = new Set([entities.allocate(), entities.allocate(), entities.allocate()])
    entities.release(2)
    living.delete(2)
    const entity = fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.constantFrom(1, 2, 3, 2 ** 20, 2 ** 20 + 2, 2 ** 21 + 2))
    fc.assert(
      fc.property(entity, (handle) => {
        const slot = entities.slotOf(handle)
        if (slot === 0) return
        expect(living.has(slot)).toBe(true)
        expect(entities.entityOf(slot)).toBe(handle)
      }),
    )
  })
})

/** What the real thing must agree with: sets, and nothing clever. */
class Model {
  readonly living = new Map<Slot, Set<Component>>()
  readonly handles: { readonly entity: Entity; readonly slot: Slot; gone: boolean }[] = []
}
type Command =
  | { readonly kind: 'spawn' }
  | { readonly kind: 'release'; readonly pick: number }
  | { readonly kind: 'toggle'; readonly pick: number; readonly component: number }

const tried = [Position, Bag, Tag]
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.constant<Command>({ kind: 'spawn' }),
  fc.record({ kind: fc.constant('release' as const), pick: fc.nat() }),
  fc.record({ kind: fc.constant('toggle' as const), pick: fc.nat(), component: fc.nat({ max: tried.length - 1 }) }),
)

function apply(entities: Entities, model: Model, next: Command): void {
  if (next.kind === 'spawn') {
    if (model.living.size === entities.capacity) return
    const slot = entities.allocate()
    expect(model.living.has(slot)).toBe(false)
    model.living.set(slot, new Set())
    model.handles.push({ entity: entities.entityOf(slot), slot, gone: false })
    return
  }
  const slots = [...model.living.keys()]
  if (slots.length === 0) return
  const slot = slots[next.pick % slots.length]
  if (next.kind === 'release') {
    entities.release(slot)
    model.living.delete(slot)
    for (const handle of model.handles) if (handle.slot === slot) handle.gone = true
    return
  }
  const component = tried[next.component]
  const has = model.living.get(slot)
  if (has?.delete(component)) {
    entities.setMask(slot, component, false)
    entities.part(slot, component)
  } else {
    has?.add(component)
    entities.setMask(slot, component, true)
    entities.join(slot, component)
  }
}

describe('entities', () => {
  it('agree with plain sets over any course of births, deaths and changes', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 120 }), (commands) => {
        const entities = makeEntities(12)
        const model = new Model()
        for (const next of commands) apply(entities, model, next)
        entities.commit()
        expect(entities.count).toBe(model.living.size)
        for (const { entity, slot, gone } of model.handles) expect(entities.slotOf(entity)).toBe(gone ? 0 : slot)
        for (const [slot, has] of model.living) expect(new Set(entities.componentsOf(slot))).toEqual(has)
        for (const component of tried) {
          const members = [...model.living].filter(([, has]) => has.has(component)).map(([slot]) => slot)
          expect(Array.from(entities.query([component])).sort()).toEqual(members.sort())
        }
      }),
    )
  })

  it('refuse a component that is not in the list', () => {
    const entities = new Entities(2, [])
    expect(() => entities.has(1, Tag)).toThrow(/Tag is not in the game's list/)
  })
})
