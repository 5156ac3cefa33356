import { describe, expect, it } from 'vitest'
import { Counters, counterNames } from '../../systems/counters.js'

describe('counters', () => {
  it('begin at 0 and add up', () => {
    const counters = new Counters()
    expect(Object.values(counters.all())).toEqual(counterNames.map(() => 0))
    counters.add('casts', 2)
    counters.add('casts', 3)
    expect(counters.get('casts')).toBe(5)
  })

  it('have a hash that tells each of them apart', () => {
    const hashes = counterNames.map((name) => {
      const counters = new Counters()
      counters.add(name, 1)
      return counters.hash()
    })
    expect(new Set([...hashes, new Counters().hash()]).size).toBe(counterNames.length + 1)
  })

  it('hand out a copy', () => {
    const counters = new Counters()
    const copy = counters.all()
    counters.add('kills', 1)
    expect(copy.kills).toBe(0)
  })
})
