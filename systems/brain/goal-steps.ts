import { goal } from '../../components/bot-mind.js'
import { QuestAbandon } from '../../protocol/quest.js'
import type { Content, QuestKind } from '../content/types.js'
import { forgetTravel, travel } from './travel.js'
import { type Acts, act, type BotView, NOTHING } from './view.js'

/** Why a bot gave a quest up; each is counted in its memory. */
export type QuitReason = 'quitFull' | 'quitFailed' | 'quitStuck'

const NPC_M = 4
/** A quest that was given up as a goal so often in a row is abandoned. */
const FAILS_MAX = 4

export function setGoal(view: BotView, kind: number, quest: number, objective: number): void {
  view.mind.goal = kind
  view.mind.quest = quest
  view.mind.objective = objective
}

/** The goal is over, reached or not; the next decision chooses another. */
export function finished(view: BotView): Acts {
  view.mind.goal = goal.none
  forgetTravel(view)
  return NOTHING
}

/** The goal cannot be reached: counted, never hidden. */
export function giveUp(view: BotView): Acts {
  view.mind.giveUps += 1
  return finished(view)
}

export function abandon(view: BotView, quest: number, reason: QuitReason): Acts {
  view.mind[reason] += 1
  view.mind.shunned = quest
  finished(view)
  return [act(QuestAbandon, { quest })]
}

/** A quest's goal came to nothing; after some times in a row without any progress the quest goes. */
export function failQuest(view: BotView, quest: QuestKind): Acts {
  const { mind } = view
  const isSame = mind.failedQuest === quest.id && mind.failedHave === mind.lastHave
  mind.fails = isSame ? mind.fails + 1 : 1
  mind.failedQuest = quest.id
  mind.failedHave = mind.lastHave
  if (mind.fails < FAILS_MAX) return finished(view)
  mind.fails = 0
  return abandon(view, quest.id, 'quitStuck')
}

/** Walks to an NPC; its entity once it is within reach, 0 when it is not where it should be. */
export function approachNpc(view: BotView, content: Content, npcId: number): Acts | number {
  const npc = content.npcs[npcId]
  if (npc === undefined) return 0
  return travel(view, npc.x, npc.z, NPC_M) ?? view.findNpc(npcId)
}
