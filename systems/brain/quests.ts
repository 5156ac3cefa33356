import { QUESTS_MAX, questState } from '../../components/quest-log.js'
import { distanceSquared } from '../../src/ecs/maths.js'
import type { Content, Objective, QuestKind } from '../content/types.js'
import type { BotView, Draw } from './view.js'

/** A bot has no more quests than this at once: what it carries, it means to do. */
export const QUESTS_WANTED = 3

/** A giver this near is worth the way for one more quest. */
const NEAR_GIVER_M = 120

/** The place of a quest in the log, or −1. */
export function logPlace(view: BotView, quest: number): number {
  for (let i = 0; i < QUESTS_MAX; i += 1) if (view.questAt(i) === quest && view.questState(i) !== questState.empty) return i
  return -1
}

export function activeCount(view: BotView): number {
  let count = 0
  for (let i = 0; i < QUESTS_MAX; i += 1) if (view.questState(i) !== questState.empty) count += 1
  return count
}

/** A quest of the log that is ready to be handed in, the nearest ender first. */
export function readyQuest(view: BotView, content: Content): QuestKind | undefined {
  let best: QuestKind | undefined
  let bestSquared = Number.POSITIVE_INFINITY
  for (let i = 0; i < QUESTS_MAX; i += 1) {
    if (view.questState(i) !== questState.complete) continue
    const quest = content.quests[view.questAt(i)]
    const ender = quest === undefined ? undefined : content.npcs[quest.ender]
    if (quest === undefined || ender === undefined) continue
    const squared = distanceSquared(view.x, view.z, ender.x, ender.z)
    if (squared < bestSquared) {
      best = quest
      bestSquared = squared
    }
  }
  return best
}

/** A quest of the log whose time is over; 0 for none. */
export function failedQuest(view: BotView): number {
  for (let i = 0; i < QUESTS_MAX; i += 1) if (view.questState(i) === questState.failed) return view.questAt(i)
  return 0
}

/** A quest against the clock is for those who are a match for it, and have nothing else in hand. */
const isTimely = (view: BotView, quest: QuestKind): boolean =>
  quest.timeLimitMs === 0 || (view.level >= quest.level && activeCount(view) === 0)

function isOffered(view: BotView, quest: QuestKind): boolean {
  if (quest.id === view.mind.shunned || !isTimely(view, quest)) return false
  if (quest.levelMin > view.level || quest.level > view.level + 1 || quest.level < view.level - 5) return false
  if (!quest.repeatable && view.isQuestDone(quest.id)) return false
  if (quest.classes.length > 0 && !quest.classes.includes(view.classId)) return false
  for (let i = 0; i < quest.excludes.length; i += 1)
    if (view.isQuestDone(quest.excludes[i]) || logPlace(view, quest.excludes[i]) >= 0) return false
  for (let i = 0; i < quest.requires.length; i += 1) if (!view.isQuestDone(quest.requires[i])) return false
  return logPlace(view, quest.id) < 0
}

/**
 * A quest to fetch: near givers first, shaken a little so that not everybody wants the same one. Who has a quest to do
 * already goes only to givers that are near.
 */
export function wantedQuest(view: BotView, content: Content, draw: Draw): QuestKind | undefined {
  let best: QuestKind | undefined
  let bestScore = activeCount(view) > 0 ? NEAR_GIVER_M * NEAR_GIVER_M : Number.POSITIVE_INFINITY
  const { questList } = content
  // By index, since V8 makes no code for `for … of` over a frozen list.
  for (let i = 0; i < questList.length; i += 1) {
    const quest = questList[i]
    if (!isOffered(view, quest)) continue
    const giver = content.npcs[quest.giver]
    if (giver === undefined) continue
    const score = distanceSquared(view.x, view.z, giver.x, giver.z) * (0.5 + draw(quest.id))
    if (score < bestScore) {
      best = quest
      bestScore = score
    }
  }
  return best
}

export interface Task {
  readonly quest: QuestKind
  readonly objective: Objective
  readonly index: number
}

/** An objective of the log that is still open: of the quest whose time ends first, else drawn. `isAside`: only those that cannot wait. */
export function openTask(view: BotView, content: Content, draw: Draw, isAside: boolean): Task | undefined {
  const tasks: Task[] = []
  let urgent: Task | undefined
  let urgentTick = Number.POSITIVE_INFINITY
  for (let i = 0; i < QUESTS_MAX; i += 1) {
    if (view.questState(i) !== questState.active) continue
    const quest = content.quests[view.questAt(i)]
    quest?.objectives.forEach((objective, index) => {
      if (view.questHave(i, index) >= objective.count) return
      const task = { quest, objective, index }
      tasks.push(task)
      const untilTick = view.questUntil(i)
      if (untilTick === 0 || untilTick >= urgentTick) return
      urgent = task
      urgentTick = untilTick
    })
  }
  if (urgent !== undefined || isAside) return urgent
  return tasks[Math.floor(draw(300) * tasks.length)]
}
