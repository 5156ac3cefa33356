import { describe, expect, it } from 'vitest'
import { Bag } from '../../components/bag.js'
import { flag } from '../../components/status.js'
import { ItemDestroy } from '../../protocol/item.js'
import { countOf } from '../../systems/bag-rules.js'
import { ItemLost } from '../../systems/events.js'
import { items } from '../../systems/items.js'
import { SmallWorld } from './small-world.js'

const PELT = 1

function scene() {
  const small = new SmallWorld([items])
  const hero = small.character()
  small.putStack(hero, 3, PELT, 5)
  return { small, hero, pelts: () => countOf(small.edit(Bag), hero, PELT) }
}

describe('item.destroy', () => {
  const cases: readonly [name: string, bagSlot: number, count: number, code: string, left: number][] = [
    ['a part', 3, 2, 'ok', 3],
    ['all of it', 3, 5, 'ok', 0],
    ['more than there is', 3, 6, 'stale', 5],
    ['none', 3, 0, 'malformed', 5],
    ['of an empty place', 0, 1, 'noSuchTarget', 5],
    ['of no place', 200, 1, 'noSuchTarget', 5],
  ]
  for (const [name, bagSlot, count, code, left] of cases) {
    it(`${name}: ${code}`, () => {
      const { small, hero, pelts } = scene()
      expect(small.now(hero, ItemDestroy, { bagSlot, count })).toBe(code)
      expect(pelts()).toBe(left)
      const lost = code === 'ok' ? [{ character: small.entity(hero), item: PELT, count }] : []
      expect(small.seenOf(ItemLost)).toEqual(lost)
    })
  }

  it('is refused to the dead and to ghosts', () => {
    for (const flags of [flag.dead, flag.ghost]) {
      const { small, hero, pelts } = scene()
      small.setFlags(hero, flags)
      expect(small.now(hero, ItemDestroy, { bagSlot: 3, count: 1 })).toBe('dead')
      expect(pelts()).toBe(5)
    }
  })

  it('twice in one tick takes a stack once', () => {
    const { small, hero } = scene()
    const first = small.ask(hero, ItemDestroy, { bagSlot: 3, count: 5 })
    const second = small.ask(hero, ItemDestroy, { bagSlot: 3, count: 5 })
    small.step()
    expect([first.code, second.code]).toEqual(['ok', 'noSuchTarget'])
    expect(small.seenOf(ItemLost)).toHaveLength(1)
  })
})
