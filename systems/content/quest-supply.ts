/** Where the things come from that a quest asks for: read by the checks and by the tables alike, so that they agree. */
import type { RawContent, RawCreature } from './schema.js'
import type { RawItem } from './schema-items.js'
import type { RawObject, RawQuest } from './schema-quests.js'

/** A quest may ask for creatures whose lowest level is this far above its own. */
export const QUEST_REACH_LEVELS = 2
/** Least chance of a collected item: of one that drops for everybody, and of one that drops for the quest alone. */
export const COLLECT_CHANCE_MIN = 0.1
export const QUEST_DROP_CHANCE_MIN = 0.35

export type RawObjective = RawQuest['objectives'][number]

export const isInReach = (kind: RawCreature, quest: RawQuest): boolean => kind.levelMin <= quest.level + QUEST_REACH_LEVELS

/** Whether the item can be collected for the quest from this kind: within reach, and often enough not to be a toil. */
export function isSupplier(kind: RawCreature, item: string, quest: RawQuest): boolean {
  if (!isInReach(kind, quest)) return false
  return kind.loot.some((loot) => {
    if (loot.item !== item) return false
    if (loot.quest === undefined) return loot.chance >= COLLECT_CHANCE_MIN
    return loot.quest === quest.key && loot.chance >= QUEST_DROP_CHANCE_MIN
  })
}

/** Whether the object holds the item and opens for the quest. */
export const isHolder = (object: RawObject, item: string, quest: RawQuest): boolean =>
  object.item === item && (object.quest === undefined || object.quest === quest.key)

/** Whether the objective asks to have the item: what a quest-only drop or object must be for. */
export const asksFor = (objective: RawObjective, item: string): boolean => 'item' in objective && objective.item === item

/** How many of the item the quest gives. */
export const givenOf = (quest: RawQuest, item: string): number =>
  quest.given.reduce((sum, stack) => sum + (stack.item === item ? stack.count : 0), 0)

/** How many of its item a delivery or a use needs: what is not used up is needed once. */
export function neededOf(objective: RawObjective & { readonly count: number }, item: RawItem | undefined): number {
  return objective.kind === 'useItem' && item?.use?.consumed === false ? 1 : objective.count
}

/** Whether a living creature or an object supplies the item for the quest. */
export function isSupplied(raw: RawContent, item: string, quest: RawQuest): boolean {
  if (raw.objects.some((object) => isHolder(object, item, quest))) return true
  const living = new Set(raw.spawns.map((area) => area.creature))
  return raw.creatures.some((kind) => living.has(kind.key) && isSupplier(kind, item, quest))
}
