import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BAG_SLOTS } from '../../components/bag.js'
import { commitPlan, countOf, planAdd, planOf, planRemove, roomFor } from '../../systems/bag-rules.js'
import { addItem, bagOf, makingOf, removeAt, removeItem, SLOT, STACK, type Stack, stacksOf } from './bag-row.js'

describe('addItem', () => {
  const cases: readonly {
    name: string
    before: readonly Stack[]
    add: Stack
    stackMax?: number
    places?: number
    after?: readonly Stack[]
  }[] = [
    { name: 'an empty bag', before: [], add: [5, 3], after: [[5, 3]] },
    {
      name: 'joins a stack before it takes an empty place',
      before: [
        [0, 0],
        [5, 18],
      ],
      add: [5, 2],
      after: [
        [0, 0],
        [5, 20],
      ],
    },
    {
      name: 'overflows into an empty place',
      before: [
        [8, 1],
        [5, 18],
      ],
      add: [5, 4],
      after: [
        [8, 1],
        [5, 20],
        [5, 2],
      ],
    },
    {
      name: 'spreads over several stacks',
      before: [],
      add: [5, 45],
      after: [
        [5, 20],
        [5, 20],
        [5, 5],
      ],
    },
    {
      name: 'does not join another item',
      before: [[8, 1]],
      add: [5, 1],
      after: [
        [8, 1],
        [5, 1],
      ],
    },
    {
      name: 'does not join a unique item',
      before: [[5, 1, 77]],
      add: [5, 1],
      after: [
        [5, 1],
        [5, 1],
      ],
    },
    {
      name: 'stacks of one',
      before: [[5, 1]],
      add: [5, 2],
      stackMax: 1,
      after: [
        [5, 1],
        [5, 1],
        [5, 1],
      ],
    },
    { name: 'exactly full', before: [[5, 19]], add: [5, 1], places: 1, after: [[5, 20]] },
    { name: 'one too many', before: [[5, 19]], add: [5, 2], places: 1 },
    {
      name: 'places beyond the limit do not count',
      before: [
        [8, 1],
        [8, 1],
      ],
      add: [5, 1],
      places: 2,
    },
    { name: 'an overfull stack has no negative room', before: [[5, 30]], add: [5, 1], places: 1 },
  ]
  for (const { name, before, add, stackMax = STACK, places = BAG_SLOTS, after } of cases) {
    it(name, () => {
      const { bag, marks } = bagOf(before)
      expect(addItem(bag, SLOT, add[0], add[1], makingOf(stackMax, places))).toBe(after !== undefined)
      expect(stacksOf(bag)).toEqual((after ?? before).map(([item, count]) => [item, count]))
      expect(marks.rows).toEqual(after === undefined ? [] : [SLOT])
    })
  }
})

describe('removing', () => {
  it('takes from the last places first and empties them', () => {
    const { bag } = bagOf([
      [5, 20],
      [8, 1],
      [5, 3],
    ])
    expect(removeItem(bag, SLOT, 5, 5)).toBe(true)
    expect(stacksOf(bag)).toEqual([
      [5, 18],
      [8, 1],
    ])
  })

  it('is all or nothing', () => {
    const { bag, marks } = bagOf([
      [5, 2],
      [5, 2],
    ])
    expect(removeItem(bag, SLOT, 5, 5)).toBe(false)
    expect(stacksOf(bag)).toEqual([
      [5, 2],
      [5, 2],
    ])
    expect(marks.rows).toEqual([])
  })

  it('clears the uid with the item', () => {
    const { bag } = bagOf([[5, 1, 77]])
    expect(removeItem(bag, SLOT, 5, 1)).toBe(true)
    expect(bag.uid[SLOT * BAG_SLOTS]).toBe(0)
  })

  const at: readonly { place: number; count: number; ok: boolean; after: readonly Stack[] }[] = [
    {
      place: 1,
      count: 1,
      ok: true,
      after: [
        [5, 4],
        [5, 3],
      ],
    },
    { place: 1, count: 4, ok: true, after: [[5, 4]] },
    {
      place: 1,
      count: 5,
      ok: false,
      after: [
        [5, 4],
        [5, 4],
      ],
    },
    {
      place: 2,
      count: 1,
      ok: false,
      after: [
        [5, 4],
        [5, 4],
      ],
    },
    {
      place: BAG_SLOTS,
      count: 1,
      ok: false,
      after: [
        [5, 4],
        [5, 4],
      ],
    },
    {
      place: -1,
      count: 1,
      ok: false,
      after: [
        [5, 4],
        [5, 4],
      ],
    },
  ]
  for (const { place, count, ok, after } of at) {
    it(`from place ${place}: ${count} is ${ok ? 'taken' : 'refused'}`, () => {
      const { bag } = bagOf([
        [5, 4],
        [5, 4],
      ])
      expect(removeAt(bag, SLOT, place, count)).toBe(ok)
      expect(stacksOf(bag)).toEqual(after)
    })
  }
})

describe('plans', () => {
  it('change nothing until they are committed', () => {
    const { bag, marks } = bagOf([[5, 20]])
    const plan = planOf(bag, SLOT, 1)
    expect(planAdd(plan, 6, 1, makingOf())).toBe(false)
    expect(planRemove(plan, 5, 20)).toBe(true)
    expect(planAdd(plan, 6, 1, makingOf())).toBe(true)
    expect(stacksOf(bag)).toEqual([[5, 20]])
    expect(marks.rows).toEqual([])
    commitPlan(bag, SLOT, plan)
    expect(stacksOf(bag)).toEqual([[6, 1]])
  })

  it('leave other rows alone', () => {
    const { bag } = bagOf([])
    addItem(bag, SLOT, 5, STACK * BAG_SLOTS, makingOf())
    expect([countOf(bag, SLOT - 1, 5), countOf(bag, SLOT, 5), countOf(bag, SLOT + 1, 5)]).toEqual([0, 480, 0])
  })
})

describe('whatever is added and removed', () => {
  const step = fc.record({ item: fc.integer({ min: 1, max: 4 }), count: fc.integer({ min: 1, max: 60 }), adds: fc.boolean() })

  it('sums agree with a simple model, stacks stay within bounds, and a refusal means that it could not be', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: BAG_SLOTS }),
        (steps, stackMax, places) => {
          const { bag } = bagOf([])
          const making = makingOf(stackMax, places)
          const model = new Map<number, number>()
          for (const { item, count, adds } of steps) {
            const held = model.get(item) ?? 0
            const room = roomFor(bag, SLOT, item, making.content)
            const done = adds ? addItem(bag, SLOT, item, count, making) : removeItem(bag, SLOT, item, count)
            expect(done).toBe(adds ? room >= count : held >= count)
            if (done) model.set(item, held + (adds ? count : -count))
            for (let kind = 1; kind <= 4; kind += 1) expect(countOf(bag, SLOT, kind)).toBe(model.get(kind) ?? 0)
            for (const [stackItem, stackCount] of stacksOf(bag)) {
              expect(stackCount).toBeLessThanOrEqual(stackMax)
              expect(stackCount > 0).toBe(stackItem !== 0)
            }
          }
        },
      ),
      { numRuns: 200 },
    )
  })
})
