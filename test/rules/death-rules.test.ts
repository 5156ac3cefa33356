import { describe, expect, it } from 'vitest'
import { nearestGraveyard, reclaimDelayMs } from '../../systems/death-rules.js'

describe('the nearest graveyard', () => {
  const [west, east, north] = [
    { x: 0, z: 0 },
    { x: 100, z: 0 },
    { x: 50, z: 200 },
  ]

  it.each([
    [10, 0, west],
    [49, 0, west],
    [51, 0, east],
    [100, 5, east],
    [50, 150, north],
    [-500, -500, west],
  ])('to %d, %d is the one with the shortest way', (x, z, wanted) => {
    expect(nearestGraveyard([west, east, north], x, z)).toBe(wanted)
    expect(nearestGraveyard([north, east, west], x, z)).toBe(wanted)
  })

  it('is the first of two that are equally far', () => {
    expect(nearestGraveyard([west, east], 50, 0)).toBe(west)
    expect(nearestGraveyard([east, west], 50, 0)).toBe(east)
  })

  it('is the only one', () => {
    expect(nearestGraveyard([north], 0, 0)).toBe(north)
  })
})

it.each([
  [1, 30],
  [2, 60],
  [3, 120],
  [4, 120],
  [99, 120],
])('after death number %d in a row a corpse waits its turn in the list, the last for all more', (recent, wanted) => {
  expect(reclaimDelayMs([30, 60, 120], recent)).toBe(wanted)
})

it('a corpse does not wait where content names no delays', () => {
  expect(reclaimDelayMs([], 1)).toBe(0)
  expect(reclaimDelayMs([], 7)).toBe(0)
})
