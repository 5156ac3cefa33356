import { kindType } from '../components/kind.js'
import { OBJECTIVES_MAX, questState } from '../components/quest-log.js'
import { flag } from '../components/status.js'

const words = (values: Readonly<Record<string, number>>): string =>
  Object.entries(values)
    .map(([word, value]) => `${value} ${word}`)
    .join(', ')

/** What the values of the standard game stand for, for the protocol page: by `Component.field`. */
export const meanings: Readonly<Record<string, string>> = {
  'Kind.type': words(kindType),
  'Kind.look': 'the id of its class, creature or NPC, by its type; an entity without a name is called as that is',
  'Status.flags': `bits: ${words(flag)}. A ghost is not dead: it walks and sees, and does nothing else`,
  'Status.tap': 'the entity that has the right to a creature’s loot, 0 for nobody',
  'Combat.target': 'the entity that it attacks, 0 for nobody',
  'Spellbook.spell': 'the ids of the known spells',
  'Spellbook.readyTick': 'the tick from which the spell of the same index can be cast again',
  'Spellbook.globalTick': 'the tick from which any spell can be cast again',
  'Bag.item': 'by bag slot: the id of an item, 0 for an empty slot',
  'Bag.uid': 'which one of its kind a unique item is, 0 for what stacks',
  'Progress.class': 'the id of the class',
  'Progress.experience': 'points since the last level',
  'QuestLog.quest': 'by place in the log: the id of a quest, 0 for an empty place',
  'QuestLog.state': `of the quest of the same index: ${words(questState)}. What is complete can be handed in`,
  'QuestLog.have': `progress: ${OBJECTIVES_MAX} values for each place in the log, in the order of the quest’s objectives`,
  'QuestsDone.bits': 'bit id mod 8 of index floor(id / 8) is 1 when the quest of that id was rewarded at least once',
  'Death.corpseX': 'metres: where the own corpse lies, with corpseZ and corpseZone; 0 in life',
  'Death.reclaimTick': 'the tick from which the corpse can be reclaimed; 0 in life',
  'Death.diedTick': 'the tick of the last death',
  'Death.recent': 'deaths of late: the more, the longer the delay of the next reclaim',
}
