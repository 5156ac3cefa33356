import { describe, expect, it } from 'vitest'
import { BAG_SLOTS } from '../../components/bag.js'
import { planMove, planOf } from '../../systems/bag-rules.js'
import { addItem, bagOf, DURABILITY, makingOf, SLOT, STACK, type Stack, WORN } from './bag-row.js'

describe('what is worn', () => {
  it('is made with a number of its own and whole, one a place, however often', () => {
    const { bag } = bagOf([[5, 2]])
    const making = makingOf()
    expect(addItem(bag, SLOT, WORN, 2, making)).toBe(true)
    expect(addItem(bag, SLOT, WORN, 1, making)).toBe(true)
    const at = SLOT * BAG_SLOTS
    const first = (column: { readonly [index: number]: number }) => [0, 1, 2, 3, 4].map((place) => column[at + place])
    expect(first(bag.item)).toEqual([5, WORN, WORN, WORN, 0])
    expect(first(bag.uid).map((uid) => uid > 0)).toEqual([false, true, true, true, false])
    expect(new Set(first(bag.uid).slice(1, 4)).size).toBe(3)
    expect(first(bag.durability)).toEqual([0, DURABILITY, DURABILITY, DURABILITY, 0])
  })

  it('uses up no number when there is no room', () => {
    const { bag } = bagOf([[5, 2]])
    const making = makingOf(STACK, 1)
    expect(addItem(bag, SLOT, WORN, 1, making)).toBe(false)
    expect(making.uids.next()).toBe(1)
  })
})

describe('planMove', () => {
  const cases: readonly {
    name: string
    before: readonly Stack[]
    count: number
    after?: readonly Stack[]
  }[] = [
    {
      name: 'moves a stack to an empty place',
      before: [[5, 4]],
      count: 4,
      after: [
        [0, 0],
        [5, 4],
      ],
    },
    {
      name: 'splits a stack',
      before: [[5, 4]],
      count: 1,
      after: [
        [5, 3],
        [5, 1],
      ],
    },
    {
      name: 'joins a stack',
      before: [
        [5, 4],
        [5, 3],
      ],
      count: 4,
      after: [
        [0, 0],
        [5, 7],
      ],
    },
    {
      name: 'joins a part',
      before: [
        [5, 4],
        [5, 3],
      ],
      count: 2,
      after: [
        [5, 2],
        [5, 5],
      ],
    },
    {
      name: 'joins as far as there is room',
      before: [
        [5, 4],
        [5, 18],
      ],
      count: 4,
      after: [
        [5, 2],
        [5, 20],
      ],
    },
    {
      name: 'does not join a full stack',
      before: [
        [5, 4],
        [5, 20],
      ],
      count: 4,
    },
    {
      name: 'changes places with another item',
      before: [
        [5, 4],
        [6, 3],
      ],
      count: 4,
      after: [
        [6, 3],
        [5, 4],
      ],
    },
    {
      name: 'does not change places with a part',
      before: [
        [5, 4],
        [6, 3],
      ],
      count: 3,
    },
    {
      name: 'changes places with a unique thing',
      before: [
        [5, 4],
        [WORN, 1, 7],
      ],
      count: 4,
      after: [
        [WORN, 1, 7],
        [5, 4],
      ],
    },
    {
      name: 'lets two unique things of a kind change places',
      before: [
        [WORN, 1, 7],
        [WORN, 1, 8],
      ],
      count: 1,
      after: [
        [WORN, 1, 8],
        [WORN, 1, 7],
      ],
    },
    {
      name: 'moves a unique thing to an empty place',
      before: [[WORN, 1, 7]],
      count: 1,
      after: [
        [0, 0],
        [WORN, 1, 7],
      ],
    },
  ]
  for (const { name, before, count, after } of cases) {
    it(name, () => {
      const { bag } = bagOf(before)
      const plan = planOf(bag, SLOT, BAG_SLOTS)
      expect(planMove(plan, 0, 1, count, makingOf().content)).toBe(after !== undefined)
      const want = after ?? before
      expect([0, 1].map((place) => [plan.item[place], plan.count[place], plan.uid[place]])).toEqual(
        [0, 1].map((place) => [want[place]?.[0] ?? 0, want[place]?.[1] ?? 0, want[place]?.[2] ?? 0]),
      )
    })
  }
})
