import { kindType } from '../components/kind.js'
import { OBJECTIVES_MAX, questState } from '../components/quest-log.js'
import { flag } from '../components/status.js'
import { equipSlots } from '../systems/content/words.js'

const words = (values: Readonly<Record<string, number>>): string =>
  Object.entries(values)
    .map(([word, value]) => `${value} ${word}`)
    .join(', ')

/** What the values of the standard game stand for, for the protocol page: by `Component.field`. */
export const meanings: Readonly<Record<string, string>> = {
  'Kind.type': words(kindType),
  'Kind.look': 'the id of its class, creature, NPC or object, by its type; an entity without a name is called as that is',
  'Status.flags': `bits: ${words(flag)}. A ghost is not dead: it walks and sees, and does nothing else`,
  'Status.tap': 'the entity that has the right to a creature’s loot, 0 for nobody',
  'Combat.target': 'the entity that it attacks, 0 for nobody',
  'Spellbook.spell': 'the ids of the known spells',
  'Spellbook.readyTick': 'the tick from which the spell of the same index can be cast again',
  'Spellbook.globalTick': 'the tick from which any spell can be cast again',
  'Spellbook.categoryTick':
    'by cooldown category, in the order in which spells.json names them first: the tick from which its spells and items can be used again',
  'Auras.aura': 'by place, the oldest first: the id of an aura, 0 for an empty place',
  'Auras.untilTick': 'the tick at which the aura of the same index ends; 0: it lasts until it is put off or taken away',
  'Auras.nextTick': 'the tick of its next periodic work; 0 for none',
  'Auras.amount': 'what each period does to one stack, or what is left to absorb',
  'Auras.level': 'the level of its caster when it was given',
  'Auras.count': 'the number of places that are taken: the first ones',
  'Stats.critChance': 'a part of 1, as dodgeChance',
  'Stats.hasteFactor': 'casts and swings take their time divided by this',
  'Bag.item': 'by bag slot: the id of an item, 0 for an empty slot',
  'Bag.uid': 'which one of its kind a unique item is, 0 for what stacks',
  'Bag.durability': 'how long what is worn still lasts; 0 for what does not wear out too',
  'Equipment.item': `by equipment slot (${equipSlots.join(', ')}): the id of an item, 0 for an empty slot`,
  'Equipment.durability': 'at 0, what can wear out lends nothing',
  'BuyBack.item': 'by place: the id of an item that was sold of late and can be bought back, 0 for an empty place',
  'BuyBack.next': 'the place that the next sale takes, whatever is there',
  'Progress.class': 'the id of the class',
  'Progress.experience': 'points since the last level',
  'QuestLog.quest': 'by place in the log: the id of a quest, 0 for an empty place',
  'QuestLog.state': `of the quest of the same index: ${words(questState)}. What is complete can be handed in, what has failed only given up`,
  'QuestLog.untilTick':
    'of the quest of the same index: the tick at which it fails unless its objectives are met by then; 0 without a limit',
  'QuestLog.have': `progress: ${OBJECTIVES_MAX} values for each place in the log, in the order of the quest’s objectives`,
  'QuestsDone.bits': 'bit id mod 8 of index floor(id / 8) is 1 when the quest of that id was rewarded at least once',
  'Death.corpseX': 'metres: where the own corpse lies, with corpseZ and corpseZone; 0 in life',
  'Death.reclaimTick': 'the tick from which the corpse can be reclaimed; 0 in life',
  'Death.diedTick': 'the tick of the last death',
  'Death.recent': 'deaths of late: the more, the longer the delay of the next reclaim',
  'Death.offeredTick':
    'the tick in which somebody offered to bring it back to life, 0 when nobody has; the offer stands for a minute',
  'Death.offeredHealth': 'the part of its health that it returns with by that offer',
}
