import { Bag } from '../../components/bag.js'
import { QUESTS_MAX, QuestLog, questState } from '../../components/quest-log.js'
import { QuestAccept, QuestComplete } from '../../protocol/quest.js'
import type { Slot } from '../../src/ecs/entities.js'
import type { System } from '../../src/ecs/system.js'
import { countOf } from '../../systems/bag-rules.js'
import type { QuestKind } from '../../systems/content/types.js'
import { ItemGained } from '../../systems/events.js'
import { items as itemsSystem } from '../../systems/items.js'
import { quest as questSystem } from '../../systems/quest.js'
import { rowOf } from '../../systems/quest-rules.js'
import { content, keyed, SmallWorld } from './small-world.js'

export const questOf = (key: string): QuestKind => keyed(content.questList, key)
export const hares = questOf('hares-in-the-herbs')
export const lining = questOf('a-warm-lining')
export const word = questOf('word-to-the-warden')
export const bounty = questOf('bounty-moor')
export const PELT = keyed(content.itemList, 'hare-pelt').id
export const LOAF = keyed(content.itemList, 'barley-loaf').id
export const HORN = keyed(content.itemList, 'ram-horn').id

export const npcKey = (id: number): string => content.npcs[id]?.key ?? ''

/** A character beside the giver of `quest`; `more` systems run after the quest's. */
export function scene(quest: QuestKind, level = quest.levelMin, more: readonly System[] = []) {
  const small = new SmallWorld([itemsSystem, questSystem, ...more])
  const giver = small.npc(npcKey(quest.giver))
  const at = keyed(content.npcList, npcKey(quest.giver))
  const hero = small.character({ x: at.x + 1, z: at.z, level })
  const npc = small.entity(giver)
  const row = (): number => rowOf(small.edit(QuestLog), hero, quest.id)
  const state = (): number => (row() < 0 ? questState.empty : small.edit(QuestLog).state[hero * QUESTS_MAX + row()])
  const have = (objective = 0): number => small.edit(QuestLog).have[(hero * QUESTS_MAX + row()) * 4 + objective]
  const held = (item: number): number => countOf(small.edit(Bag), hero, item)
  /** Things come into the bag as loot would bring them. */
  const gain = (item: number, count: number, place = 0): void => {
    small.putStack(hero, place, item, count + held(item))
    small.emit(ItemGained, { character: small.entity(hero), item, count })
  }
  const accept = (): string | undefined => small.now(hero, QuestAccept, { giver: npc, quest: quest.id })
  const complete = (): string | undefined => small.now(hero, QuestComplete, { giver: npc, quest: quest.id })
  return { small, hero, npc, row, state, have, held, gain, accept, complete }
}

export function killHares(small: SmallWorld, hero: Slot, count: number): void {
  for (let i = 0; i < count; i += 1) small.kill(small.creature('bristle-hare'), hero)
  small.step()
}
