import { describe, expect, it } from 'vitest'
import { THREATS_MAX } from '../../components/combat.js'
import { addThreat, clearThreat, dropThreat, isHated, threatOf } from '../../systems/threat-rules.js'

const SLOT = 2

/** Four lists; that of slot 2 is asked about, and the others have a mark at each end, which must stay. */
function lists() {
  const entity = new Uint32Array(4 * THREATS_MAX)
  const amount = new Float32Array(4 * THREATS_MAX)
  const threat = { entity, amount } as never as Parameters<typeof addThreat>[0]
  const around = [SLOT * THREATS_MAX - 1, (SLOT + 1) * THREATS_MAX, 0]
  for (const place of around) {
    entity[place] = 900 + place
    amount[place] = 0.5
  }
  const own = () =>
    [...entity.subarray(SLOT * THREATS_MAX, (SLOT + 1) * THREATS_MAX)].map((id, i) => [id, amount[SLOT * THREATS_MAX + i]])
  const untouched = () => around.every((place) => entity[place] === 900 + place && amount[place] === 0.5)
  const fill = (...amounts: readonly number[]) => amounts.forEach((value, i) => void addThreat(threat, SLOT, 10 + i, value))
  return { threat, own, untouched, fill }
}
const nobody = (count: number): number[][] => Array.from({ length: count }, () => [0, 0])

describe('the list of a creature', () => {
  it('fills from its first place', () => {
    const { own, fill, untouched } = lists()
    fill(5, 6, 7)
    expect(own()).toEqual([[10, 5], [11, 6], [12, 7], ...nobody(THREATS_MAX - 3)])
    expect(untouched()).toBe(true)
  })

  it('adds to whoever is in it, wherever that is', () => {
    const { own, fill, threat } = lists()
    fill(5, 6, 7)
    addThreat(threat, SLOT, 12, 1.5)
    addThreat(threat, SLOT, 10, 0.5)
    expect(own().slice(0, 3)).toEqual([
      [10, 5.5],
      [11, 6],
      [12, 8.5],
    ])
  })

  it('knows whom it hates, and how much, and nobody else’s', () => {
    const { fill, threat } = lists()
    fill(5, 6, 7, 8, 9, 10, 11, 12)
    for (let i = 0; i < THREATS_MAX; i += 1) {
      expect([isHated(threat, SLOT, 10 + i), threatOf(threat, SLOT, 10 + i)]).toEqual([true, 5 + i])
      expect([isHated(threat, SLOT - 1, 10 + i), threatOf(threat, SLOT + 1, 10 + i)]).toEqual([false, 0])
    }
    for (const place of [SLOT * THREATS_MAX - 1, (SLOT + 1) * THREATS_MAX])
      expect([isHated(threat, SLOT, 900 + place), threatOf(threat, SLOT, 900 + place)]).toEqual([false, 0])
  })

  it.each([
    ['the first', [1, 6, 7, 8, 9, 10, 11, 12], 0],
    ['one in the middle', [5, 6, 7, 1, 9, 10, 11, 12], 3],
    ['the last', [5, 6, 7, 8, 9, 10, 11, 1], 7],
    ['the first of two', [5, 1, 7, 1, 9, 10, 11, 12], 1],
  ])('that is full gives up the least hated: %s', (_who, amounts, place) => {
    const { fill, own, threat, untouched } = lists()
    fill(...amounts)
    addThreat(threat, SLOT, 77, 2)
    expect(own()).toEqual(amounts.map((amount, i) => (i === place ? [77, 2] : [10 + i, amount])))
    expect(untouched()).toBe(true)
  })

  it('that is full keeps whom it hates as much as the new one', () => {
    const { fill, own, threat } = lists()
    fill(5, 6, 7, 2, 9, 10, 11, 12)
    addThreat(threat, SLOT, 77, 2)
    addThreat(threat, SLOT, 78, 1)
    expect(own()[3]).toEqual([13, 2])
    expect([isHated(threat, SLOT, 77), isHated(threat, SLOT, 78)]).toEqual([false, false])
  })

  it.each([0, 3, THREATS_MAX - 1])('forgets whoever stands in place %d, and takes the next one there', (place) => {
    const { fill, own, threat, untouched } = lists()
    const amounts = [5, 6, 7, 8, 9, 10, 11, 12]
    fill(...amounts)
    dropThreat(threat, SLOT, place)
    expect(own()).toEqual(amounts.map((amount, i) => (i === place ? [0, 0] : [10 + i, amount])))
    addThreat(threat, SLOT, 77, 0.25)
    expect(own()[place]).toEqual([77, 0.25])
    expect(untouched()).toBe(true)
  })

  it('takes the first of its free places, also for one who is hated by 0', () => {
    const { fill, own, threat } = lists()
    fill(5, 6, 7, 8)
    dropThreat(threat, SLOT, 0)
    dropThreat(threat, SLOT, 2)
    addThreat(threat, SLOT, 77, 0)
    expect(own().slice(0, 4)).toEqual([
      [77, 0],
      [11, 6],
      [0, 0],
      [13, 8],
    ])
    expect(isHated(threat, SLOT, 77)).toBe(true)
  })

  it('that is cleared hates nobody', () => {
    const { fill, own, threat, untouched } = lists()
    fill(5, 6, 7, 8, 9, 10, 11, 12)
    clearThreat(threat, SLOT)
    expect(own()).toEqual(nobody(THREATS_MAX))
    expect(untouched()).toBe(true)
  })
})
