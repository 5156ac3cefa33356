import { describe, expect, it } from 'vitest'
import { LOOT_ITEMS_MAX } from '../../components/loot.js'
import { isEmpty, itemsIn, type LootReader } from '../../systems/loot-rules.js'

/** Three corpses, in slots 0 to 2; slot 1 is the one that is asked about. */
function corpses(items: Readonly<Record<number, readonly [item: number, count: number]>>, gold = 0): LootReader {
  const loot = {
    gold: new Uint32Array(3),
    item: new Uint16Array(3 * LOOT_ITEMS_MAX),
    count: new Uint8Array(3 * LOOT_ITEMS_MAX),
    revision: new Uint16Array(3),
  }
  loot.gold[1] = gold
  for (const [index, [item, count]] of Object.entries(items)) {
    const at = LOOT_ITEMS_MAX + Number(index)
    loot.item[at] = item
    loot.count[at] = count
  }
  return loot as never as LootReader
}

describe('a corpse', () => {
  it('of which all is taken is empty', () => {
    expect([isEmpty(corpses({}), 1), itemsIn(corpses({}), 1)]).toEqual([true, []])
  })

  it('with gold alone is not empty', () => {
    expect([isEmpty(corpses({}, 1), 1), isEmpty(corpses({}, 1), 0), isEmpty(corpses({}, 1), 2)]).toEqual([false, true, true])
    expect(itemsIn(corpses({}, 1), 1)).toEqual([])
  })

  it.each(Array.from({ length: LOOT_ITEMS_MAX }, (_, index) => index))(
    'with something in place %d alone is not empty',
    (index) => {
      const loot = corpses({ [index]: [30 + index, 2] })
      expect([0, 1, 2].map((slot) => isEmpty(loot, slot))).toEqual([true, false, true])
      expect([0, 1, 2].map((slot) => itemsIn(loot, slot))).toEqual([[], [{ index, item: 30 + index, count: 2 }], []])
    },
  )

  it('shows what is left in the order of its places', () => {
    expect(itemsIn(corpses({ 4: [9, 1], 1: [7, 200] }), 1)).toEqual([
      { index: 1, item: 7, count: 200 },
      { index: 4, item: 9, count: 1 },
    ])
  })
})
