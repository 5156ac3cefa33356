import { describe, expect, it } from 'vitest'
import { Bag } from '../../components/bag.js'
import { QUESTS_MAX, QuestLog, questState } from '../../components/quest-log.js'
import { haveIndex, haveOf, recount } from '../../systems/quest-rules.js'
import { content, keyed, SmallWorld } from './small-world.js'

const quest = keyed(content.questList, 'thyme-for-the-winter')
const item = keyed(content.itemList, 'thyme-sprig').id

/** A saved log that counts `have`, beside a bag that holds `held`. */
function restored(have: number, state: number, held: number) {
  const small = new SmallWorld([])
  const slot = small.character()
  const log = small.edit(QuestLog)
  log.setAt(slot, 'quest', 2, quest.id)
  log.setAt(slot, 'state', 2, state)
  log.setAt(slot, 'have', haveIndex(2, 0), have)
  if (held > 0) small.putStack(slot, 5, item, held)
  recount(log, small.edit(Bag), slot, content)
  return { have: haveOf(log, slot, 2, 0), state: log.state[slot * QUESTS_MAX + 2] }
}

describe('what a restored character has collected', () => {
  const { count } = quest.objectives[0]

  it.each([
    ['the last one, got in the tick of leaving', count - 1, questState.active, count, count, questState.complete],
    ['all, gone in the tick of leaving', count, questState.complete, 0, 0, questState.active],
    ['more than enough', 1, questState.active, count + 3, count, questState.complete],
    ['what was counted', 2, questState.active, 2, 2, questState.active],
    ['for a quest that has failed', 1, questState.failed, count, 1, questState.failed],
  ])('%s', (_name, have, state, held, expected, expectedState) => {
    expect(restored(have, state, held)).toEqual({ have: expected, state: expectedState })
  })
})
