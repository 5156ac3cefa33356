import { Bag, Purse } from '../../components/bag.js'
import { Kind } from '../../components/kind.js'
import { Interaction } from '../../components/loot.js'
import { Place, Position } from '../../components/motion.js'
import { Progress } from '../../components/progress.js'
import { OBJECTIVES_MAX, QUEST_IDS_MAX, QuestLog, QuestsDone, questState } from '../../components/quest-log.js'
import { Status } from '../../components/status.js'
import { Trade } from '../../components/trade.js'
import {
  QuestAbandon,
  QuestAccept,
  QuestChooseReward,
  QuestComplete,
  QuestCompleted,
  QuestFailed,
  QuestList,
  QuestLogAll,
  QuestOffered,
  QuestProgress,
  QuestRewarded,
} from '../../protocol/quest.js'
import { result } from '../../protocol/result-codes.js'
import type { Entity, Slot } from '../../src/ecs/entities.js'
import type { ContextOf } from '../../src/ecs/system.js'
import type { ResultCode } from '../../src/protocol/result-codes.js'
import { ContentResource } from '../content/resource.js'
import { CountersResource } from '../counters.js'
import { ExperienceEarned, ItemGained, ItemLost, ItemUsed, Killed, Talked } from '../events.js'
import { npcGate } from '../interaction-rules.js'
import { LedgerResource } from '../ledger.js'
import { activeQuests, haveIndex, stateOf } from '../quest-rules.js'
import { UidsResource } from '../uids.js'

/** What the system `quest` works with; its parts are `progress.ts` and `hand-in.ts`. */
export const questNeeds = {
  name: 'quest',
  reads: { position: Position, place: Place, kind: Kind, status: Status, progress: Progress, trade: Trade },
  writes: { bag: Bag, purse: Purse, log: QuestLog, done: QuestsDone, interaction: Interaction },
  resources: { content: ContentResource, counters: CountersResource, uids: UidsResource, ledger: LedgerResource },
  queries: { questers: [QuestLog, Position] },
  events: { killed: Killed, gained: ItemGained, lost: ItemLost, talked: Talked, used: ItemUsed },
  intents: [QuestAccept, QuestComplete, QuestChooseReward, QuestAbandon, QuestList],
  emits: [ItemGained, ItemLost, Talked, ExperienceEarned],
  tells: [QuestLogAll, QuestProgress, QuestCompleted, QuestRewarded, QuestOffered, QuestFailed],
} as const
export type QuestWorld = ContextOf<typeof questNeeds>

export const tellLog = (world: QuestWorld, slot: Slot): void =>
  world.tell(slot, QuestLogAll, { active: activeQuests(world.log, slot) })

/** The gate of every request to an NPC; whoever passes it has that NPC as the one that follow-ups mean. */
export function approach(world: QuestWorld, slot: Slot, npc: Entity): ResultCode {
  const code = npcGate(world, slot, npc, 'quests')
  if (code === result.ok) world.interaction.npc[slot] = npc
  return code
}

/** The id of an NPC in the content. */
export const lookOf = (world: QuestWorld, npc: Entity): number => world.kind.look[world.slotOf(npc)]

export function setState(world: QuestWorld, slot: Slot, row: number, state: number): boolean {
  if (stateOf(world.log, slot, row) === state) return false
  world.log.setAt(slot, 'state', row, state)
  return true
}

export function clearRow(world: QuestWorld, slot: Slot, row: number): void {
  const { log } = world
  log.setAt(slot, 'quest', row, 0)
  log.setAt(slot, 'state', row, questState.empty)
  log.setAt(slot, 'untilTick', row, 0)
  for (let index = 0; index < OBJECTIVES_MAX; index += 1) log.setAt(slot, 'have', haveIndex(row, index), 0)
}

export function markDone(world: QuestWorld, slot: Slot, quest: number): void {
  const byte = quest >>> 3
  const before = world.done.bits[slot * (QUEST_IDS_MAX / 8) + byte]
  world.done.setAt(slot, 'bits', byte, before | (1 << (quest & 7)))
}
