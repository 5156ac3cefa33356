import type { Bag } from '../components/bag.js'
import { OBJECTIVES_MAX, QUEST_IDS_MAX, QUESTS_MAX, type QuestLog, type QuestsDone, questState } from '../components/quest-log.js'
import { result } from '../protocol/result-codes.js'
import type { Editor, ReadColumns } from '../src/ecs/columns.js'
import type { Slot } from '../src/ecs/entities.js'
import { distanceSquared } from '../src/ecs/maths.js'
import type { ResultCode } from '../src/protocol/result-codes.js'
import { type BagPlan, countOf, type Making, planAdd, planFree, planOf, planRemove } from './bag-rules.js'
import type { Content, ItemStack, Objective, Place, QuestKind } from './content/types.js'

export type LogReader = ReadColumns<(typeof QuestLog)['fields']>
export type LogEditor = Editor<(typeof QuestLog)['fields']>
export type DoneReader = ReadColumns<(typeof QuestsDone)['fields']>
type BagReader = ReadColumns<(typeof Bag)['fields']>

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

/** The ids of the quests in the log. */
export function activeQuests(log: LogReader, slot: Slot): number[] {
  const active: number[] = []
  for (let i = slot * QUESTS_MAX; i < (slot + 1) * QUESTS_MAX; i += 1) if (log.quest[i] !== 0) active.push(log.quest[i])
  return active
}

/** Whether it was rewarded at least once. */
export function isDone(done: DoneReader, slot: Slot, quest: number): boolean {
  return (done.bits[slot * (QUEST_IDS_MAX / 8) + (quest >>> 3)] & (1 << (quest & 7))) !== 0
}

/** What of a character a quest may ask for. */
export interface Applicant {
  readonly level: number
  readonly classId: number
}

/**
 * Whether a character may take the quest from its giver, a full log and a full bag aside: `ok`; `alreadyDone` (in the log,
 * or done and not repeatable, or another of its group is done); `notOffered` (one that it requires is not done, another of
 * its group is in the log, or it is for other classes); `levelTooLow`.
 */
export function offerCode(quest: QuestKind, who: Applicant, log: LogReader, done: DoneReader, slot: Slot): ResultCode {
  if (rowOf(log, slot, quest.id) >= 0) return result.alreadyDone
  if (!quest.repeatable && isDone(done, slot, quest.id)) return result.alreadyDone
  if (quest.excludes.some((other) => isDone(done, slot, other))) return result.alreadyDone
  if (quest.excludes.some((other) => rowOf(log, slot, other) >= 0)) return result.notOffered
  if (quest.classes.length > 0 && !quest.classes.includes(who.classId)) return result.notOffered
  if (!quest.requires.every((required) => isDone(done, slot, required))) return result.notOffered
  return who.level < quest.levelMin ? result.levelTooLow : result.ok
}

/** Whether the time of a quest is over before its objectives are met. Once they are, its clock stands still. */
export function isLate(log: LogReader, slot: Slot, row: number, tick: number): boolean {
  const at = slot * QUESTS_MAX + row
  return log.state[at] === questState.active && log.untilTick[at] !== 0 && tick >= log.untilTick[at]
}

/** Whether what happens still counts for the quest of that row: it has not failed. */
export function isRunning(log: LogReader, slot: Slot, row: number, tick: number): boolean {
  const state = stateOf(log, slot, row)
  return (state === questState.active || state === questState.complete) && !isLate(log, slot, row, tick)
}

/** The tick at which a quest that is taken now fails; 0 for one without a limit. */
export function limitTick(quest: QuestKind, tick: number, tickHz: number): number {
  return quest.timeLimitMs === 0 ? 0 : tick + Math.max(1, Math.floor((quest.timeLimitMs * tickHz) / 1000 + 0.5))
}

/** A world that was started anew counts its ticks from 0: no quest of a saved log has longer than from its start. */
export function boundLimits(log: LogEditor, slot: Slot, content: Content, tick: number, tickHz: number): void {
  for (let row = 0; row < QUESTS_MAX; row += 1) {
    const at = slot * QUESTS_MAX + row
    const quest = content.quests[log.quest[at]]
    const latest = quest === undefined ? 0 : limitTick(quest, tick, tickHz)
    if (log.untilTick[at] > latest) log.setAt(slot, 'untilTick', row, latest)
  }
}

/**
 * Counts anew what a restored character has collected: what came into its bag in the tick in which it left was not counted
 * any more, and the quest would ask for ever for what is there.
 */
export function recount(log: LogEditor, bag: BagReader, slot: Slot, content: Content): void {
  for (let row = 0; row < QUESTS_MAX; row += 1) {
    const quest = content.quests[log.quest[slot * QUESTS_MAX + row]]
    const state = log.state[slot * QUESTS_MAX + row]
    if (quest === undefined || (state !== questState.active && state !== questState.complete)) continue
    quest.objectives.forEach((objective, index) => {
      if (objective.kind !== 'collect') return
      log.setAt(slot, 'have', haveIndex(row, index), Math.min(objective.count, countOf(bag, slot, objective.item)))
    })
    log.setAt(slot, 'state', row, objectivesMet(log, slot, row, quest) ? questState.complete : questState.active)
  }
}

export function objectivesMet(log: LogReader, slot: Slot, row: number, quest: QuestKind): boolean {
  return quest.objectives.every((objective, i) => haveOf(log, slot, row, i) >= objective.count)
}

/**
 * How many more of the item an objective needs, when `held` are in the bag: a collection counts those, a delivery adds them
 * to what was delivered, and a use needs one for each use, or one at all where it is not used up.
 */
export function lackOf(objective: Objective, item: number, have: number, held: number, content: Content): number {
  if (!('item' in objective) || objective.item !== item || have >= objective.count) return 0
  if (objective.kind === 'collect') return Math.max(0, objective.count - held)
  const isKept = objective.kind === 'useItem' && content.items[item]?.use?.consumed === false
  return Math.max(0, isKept ? 1 - held : objective.count - have - held)
}

/** Whether the character is on the quest and still lacks the item for it: what quest-only loot and objects ask. */
export function wantsItem(log: LogReader, slot: Slot, content: Content, questId: number, item: number, held: number): boolean {
  const quest = content.quests[questId]
  const row = rowOf(log, slot, questId)
  if (quest === undefined || row < 0 || stateOf(log, slot, row) !== questState.active) return false
  return quest.objectives.some((objective, i) => lackOf(objective, item, haveOf(log, slot, row, i), held, content) > 0)
}

/** How many of `held` an NPC takes for a delivery of which `have` were brought before. */
export const broughtOf = (need: number, have: number, held: number): number => Math.max(0, Math.min(held, need - have))

/** Whether the use of an item on that creature kind, or on that NPC, counts: one of them is 0. */
export function isUseFor(objective: Objective, item: number, creature: number, npc: number): boolean {
  if (objective.kind !== 'useItem' || objective.item !== item) return false
  return (creature !== 0 && objective.creatures.includes(creature)) || (npc !== 0 && objective.npc === npc)
}

/** Whether a point lies in one of the places. */
export function isAtOneOf(places: readonly Place[], x: number, z: number): boolean {
  for (let i = 0; i < places.length; i += 1) {
    const { radiusM } = places[i]
    if (distanceSquared(x, z, places[i].x, places[i].z) <= radiusM * radiusM) return true
  }
  return false
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

/** A change of the bag that is ready to be made, and what it takes out. */
export interface BagChange {
  readonly plan: BagPlan
  readonly lost: readonly ItemStack[]
}

/** The bag with all that comes with the quest; or `bagFull`. */
export function planAccept(bag: BagReader, slot: Slot, quest: QuestKind, making: Making): BagPlan | ResultCode {
  const plan = planOf(bag, slot, making.content.rates.bagSlots)
  for (const { item, count } of quest.given) if (!planAdd(plan, item, count, making)) return result.bagFull
  return plan
}

/** Takes what is left of the given things out of the plan. */
function takeBack(plan: BagPlan, quest: QuestKind): ItemStack[] {
  const taken: ItemStack[] = []
  for (const { item, count } of quest.given) {
    const left = Math.min(planFree(plan, item), count)
    if (left > 0 && planRemove(plan, item, left)) taken.push({ item, count: left })
  }
  return taken
}

/** Whether some of these lie in places that are locked (bits of `lock-rules.ts`). */
export const areLocked = (bag: BagReader, slot: Slot, stacks: readonly ItemStack[], locked: number): boolean =>
  locked !== 0 && stacks.some(({ item }) => countOf(bag, slot, item) !== countOf(bag, slot, item, locked))

/** The bag after the quest is given up. */
export function planAbandon(bag: BagReader, slot: Slot, quest: QuestKind, content: Content): BagChange {
  const plan = planOf(bag, slot, content.rates.bagSlots)
  return { plan, lost: takeBack(plan, quest) }
}

/** The bag after the hand-in, with nothing changed yet; or `notReady` (collected items are missing) or `bagFull`. */
export function planHandIn(
  bag: BagReader,
  slot: Slot,
  quest: QuestKind,
  choice: number | undefined,
  making: Making,
): BagChange | ResultCode {
  const plan = planOf(bag, slot, making.content.rates.bagSlots)
  const collected = collectedBy(quest)
  for (const { item, count } of collected) if (!planRemove(plan, item, count)) return result.notReady
  const lost = [...collected, ...takeBack(plan, quest)]
  for (const { item, count } of rewardedBy(quest, choice)) if (!planAdd(plan, item, count, making)) return result.bagFull
  return { plan, lost }
}
