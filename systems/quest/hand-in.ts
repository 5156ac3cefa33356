import { GOLD_MAX } from '../../components/bag.js'
import { questState } from '../../components/quest-log.js'
import { QuestCompleted, QuestRewarded } from '../../protocol/quest.js'
import { result } from '../../protocol/result-codes.js'
import type { Entity, Slot } from '../../src/ecs/entities.js'
import type { ResultCode } from '../../src/protocol/result-codes.js'
import type { QuestKind } from '../content/types.js'
import { ExperienceEarned, ItemGained, ItemLost } from '../events.js'
import { commit, gainGold } from '../holdings-rules.js'
import type { Command } from '../ledger.js'
import { offeredPlaces } from '../lock-rules.js'
import { areLocked, type BagChange, collectedBy, planHandIn, rewardedBy, rowOf, stateOf } from '../quest-rules.js'
import { deliver } from './progress.js'
import { approach, clearRow, lookOf, markDone, type QuestWorld, tellLog } from './world.js'

/** Everything is checked by now. The quest is gone from the log before anything is granted, so that nothing pays twice. */
function pay(
  world: QuestWorld,
  slot: Slot,
  quest: QuestKind,
  row: number,
  { plan, lost }: BagChange,
  choice: number | undefined,
  by: Command,
): void {
  const { counters } = world
  const { experience, gold } = quest.reward
  const character = world.entityOf(slot)
  clearRow(world, slot, row)
  markDone(world, slot, quest.id)
  commit(world, slot, plan, 'questReward', by)
  for (const { item, count } of lost) world.emit(ItemLost, { character, item, count })
  if (experience > 0) world.emit(ExperienceEarned, { character, amount: experience })
  gainGold(world, slot, gold, 'questReward', by)
  counters.add('goldMinted', gold)
  for (const { item, count } of rewardedBy(quest, choice)) {
    counters.add('itemsGained', count)
    world.emit(ItemGained, { character, item, count })
  }
  counters.add('questsCompleted', 1)
  world.tell(slot, QuestRewarded, { quest: quest.id, experience, gold })
  tellLog(world, slot)
}

/**
 * `choice` is undefined in a plain `quest.complete`: where there is a choice, that is asked for first by `notReady`. Whoever
 * hands in speaks to the NPC, who takes first what it was to be brought.
 */
export function handIn(
  world: QuestWorld,
  slot: Slot,
  ender: Entity,
  questId: number,
  choice: number | undefined,
  by: Command,
): ResultCode {
  const { log, bag, purse, content } = world
  const gate = approach(world, slot, ender)
  if (gate !== result.ok) return gate
  const quest = content.quests[questId]
  const row = quest === undefined ? -1 : rowOf(log, slot, questId)
  if (quest === undefined || row < 0 || quest.ender !== lookOf(world, ender)) return result.notOffered
  deliver(world, slot, quest.ender, by)
  if (stateOf(log, slot, row) !== questState.complete) return result.notReady
  const { choices, gold } = quest.reward
  if (choice === undefined && choices.length > 0) {
    world.tell(slot, QuestCompleted, { quest: questId })
    return result.notReady
  }
  if (choice !== undefined && choice >= choices.length) return result.noSuchTarget
  const taken = [...collectedBy(quest), ...quest.given]
  if (areLocked(bag, slot, taken, offeredPlaces(world, slot))) return result.busy
  const change = planHandIn(bag, slot, quest, choice, world)
  if (typeof change === 'number') return change
  if (purse.gold[slot] + gold > Math.min(GOLD_MAX, content.rates.goldMax)) return result.limit
  pay(world, slot, quest, row, change, choice, by)
  return result.ok
}
