import type { Bag } from '../components/bag.js'
import { OBJECTIVES_MAX, QUEST_IDS_MAX, QUESTS_MAX, type QuestLog, type QuestsDone } from '../components/quest-log.js'
import { result } from '../protocol/result-codes.js'
import type { ReadColumns } from '../src/ecs/columns.js'
import type { Slot } from '../src/ecs/entities.js'
import type { ResultCode } from '../src/protocol/result-codes.js'
import { type BagPlan, planAdd, planOf, planRemove, stackMaxOf } from './bag-rules.js'
import type { Content, ItemStack, QuestKind } from './content/types.js'

export type LogReader = ReadColumns<(typeof QuestLog)['fields']>
export type DoneReader = ReadColumns<(typeof QuestsDone)['fields']>

/** The row of the log that has the quest, or −1. */
export function rowOf(log: LogReader, slot: Slot, quest: number): number {
  for (let row = 0; row < QUESTS_MAX; row += 1) if (log.quest[slot * QUESTS_MAX + row] === quest) return row
  return -1
}

/** A row that has no quest, or −1 when `logSize` of them have. */
export function freeRow(log: LogReader, slot: Slot, logSize: number): number {
  const row = rowOf(log, slot, 0)
  return row < Math.min(logSize, QUESTS_MAX) ? row : -1
}

export const stateOf = (log: LogReader, slot: Slot, row: number): number => log.state[slot * QUESTS_MAX + row]

/** Where an objective's progress stands in its row of `QuestLog.have`. */
export const haveIndex = (row: number, objective: number): number => row * OBJECTIVES_MAX + objective

export const haveOf = (log: LogReader, slot: Slot, row: number, objective: number): number =>
  log.have[slot * QUESTS_MAX * OBJECTIVES_MAX + haveIndex(row, objective)]

/** The ids of the quests under way. */
export function activeQuests(log: LogReader, slot: Slot): number[] {
  const active: number[] = []
  for (let i = slot * QUESTS_MAX; i < (slot + 1) * QUESTS_MAX; i += 1) if (log.quest[i] !== 0) active.push(log.quest[i])
  return active
}

/** Whether it was rewarded at least once. */
export function isDone(done: DoneReader, slot: Slot, quest: number): boolean {
  return (done.bits[slot * (QUEST_IDS_MAX / 8) + (quest >>> 3)] & (1 << (quest & 7))) !== 0
}

/**
 * Whether a character of that level may take the quest from its giver, a full log aside: `ok`, `alreadyDone` (under way,
 * or done and not repeatable), `notOffered` (one that it requires is not done) or `levelTooLow`.
 */
export function offerCode(quest: QuestKind, level: number, log: LogReader, done: DoneReader, slot: Slot): ResultCode {
  if (rowOf(log, slot, quest.id) >= 0) return result.alreadyDone
  if (!quest.repeatable && isDone(done, slot, quest.id)) return result.alreadyDone
  if (!quest.requires.every((required) => isDone(done, slot, required))) return result.notOffered
  return level < quest.levelMin ? result.levelTooLow : result.ok
}

export function objectivesMet(log: LogReader, slot: Slot, row: number, quest: QuestKind): boolean {
  return quest.objectives.every((objective, i) => haveOf(log, slot, row, i) >= objective.count)
}

/** Whether the character has the quest and one of its objectives still lacks the item: what quest-only loot asks. */
export function wantsItem(log: LogReader, slot: Slot, content: Content, questId: number, item: number): boolean {
  const quest = content.quests[questId]
  const row = rowOf(log, slot, questId)
  if (quest === undefined || row < 0) return false
  return quest.objectives.some((o, i) => o.kind === 'collect' && o.item === item && haveOf(log, slot, row, i) < o.count)
}

/** What the quest takes out of the bag when it is handed in. */
export function collectedBy(quest: QuestKind): readonly ItemStack[] {
  return quest.objectives.flatMap((o) => (o.kind === 'collect' ? [{ item: o.item, count: o.count }] : []))
}

/** What the quest puts into the bag; `choice` is the index of the chosen reward, or undefined where there is none. */
export function rewardedBy(quest: QuestKind, choice: number | undefined): readonly ItemStack[] {
  const chosen = choice === undefined ? undefined : quest.reward.choices[choice]
  return chosen === undefined ? quest.reward.items : [...quest.reward.items, chosen]
}

/** The bag after the hand-in, with nothing changed yet; or `notReady` (collected items are missing) or `bagFull`. */
export function planHandIn(
  bag: ReadColumns<(typeof Bag)['fields']>,
  slot: Slot,
  quest: QuestKind,
  choice: number | undefined,
  content: Content,
): BagPlan | ResultCode {
  const plan = planOf(bag, slot, content.rates.bagSlots)
  for (const { item, count } of collectedBy(quest)) if (!planRemove(plan, item, count)) return result.notReady
  for (const { item, count } of rewardedBy(quest, choice))
    if (!planAdd(plan, item, count, stackMaxOf(content, item))) return result.bagFull
  return plan
}
