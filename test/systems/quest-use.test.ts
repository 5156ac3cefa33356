import { describe, expect, it } from 'vitest'
import { Bag } from '../../components/bag.js'
import { OBJECTIVES_MAX, QUESTS_MAX, QuestLog, questState } from '../../components/quest-log.js'
import { ItemUse } from '../../protocol/item.js'
import { countOf } from '../../systems/bag-rules.js'
import { Arena, content, FIELD, keyed } from './arena.js'

const lime = keyed(content.questList, 'lime-on-the-clover')
const LIME = keyed(content.itemList, 'slaked-lime').id

/** A character with the quest and its lime, who looks at a beetle, in a world with all systems. */
function field() {
  const arena = new Arena()
  const hero = arena.character({ level: 2 })
  const beetle = arena.creature('clover-beetle', { x: FIELD.x + 4, level: 2 })
  arena.edit(QuestLog).setAt(hero, 'quest', 0, lime.id)
  arena.edit(QuestLog).setAt(hero, 'state', 0, questState.active)
  arena.edit(Bag).setAt(hero, 'item', 0, LIME)
  arena.edit(Bag).setAt(hero, 'count', 0, 6)
  const have = (): number => arena.edit(QuestLog).have[hero * QUESTS_MAX * OBJECTIVES_MAX]
  const held = (): number => countOf(arena.edit(Bag), hero, LIME)
  const use = (target = arena.entity(beetle)): string | undefined => arena.now(hero, ItemUse, { bagSlot: 0, item: LIME, target })
  return { arena, hero, beetle, have, held, use }
}

describe('an item of a quest, used', () => {
  it('counts for the quest and is used up, one for one', () => {
    const { arena, hero, have, held, use } = field()
    for (let i = 1; i <= 6; i += 1) {
      expect(use()).toBe('ok')
      arena.step(40)
      expect([have(), held()]).toEqual([i, 6 - i])
    }
    expect(arena.edit(QuestLog).state[hero * QUESTS_MAX]).toBe(questState.complete)
  })

  it('counts for nothing on oneself or from afar, and stays in the bag', () => {
    const { arena, beetle, have, held, use } = field()
    use(0)
    arena.step(40)
    expect([have(), held()]).toEqual([0, 6])
    arena.move(beetle, FIELD.x + 60, FIELD.z)
    use()
    arena.step(40)
    expect([have(), held()]).toEqual([0, 6])
  })
})
