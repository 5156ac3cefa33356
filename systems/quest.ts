import { questState } from '../components/quest-log.js'
import { QuestOffered } from '../protocol/quest.js'
import { result } from '../protocol/result-codes.js'
import type { Entity, Slot } from '../src/ecs/entities.js'
import { defineSystem } from '../src/ecs/system.js'
import type { ResultCode } from '../src/protocol/result-codes.js'
import { countOf } from './bag-rules.js'
import type { QuestKind } from './content/types.js'
import { ItemGained, ItemLost, Talked } from './events.js'
import { commit } from './holdings-rules.js'
import { actCode } from './interaction-rules.js'
import { distinctKills } from './kill-rules.js'
import type { Command } from './ledger.js'
import { offeredPlaces } from './lock-rules.js'
import { handIn } from './quest/hand-in.js'
import { countItem, countKill, countTalk, countUse, deliver, setHave, watch } from './quest/progress.js'
import { approach, clearRow, lookOf, type QuestWorld, questNeeds, tellLog } from './quest/world.js'
import {
  type Applicant,
  areLocked,
  freeRow,
  limitTick,
  offerCode,
  planAbandon,
  planAccept,
  rowOf,
  stateOf,
} from './quest-rules.js'

/** Most quests of one kind that `quest.offered` lists; an NPC's further ones wait until some are done. */
const LISTED_MAX = 64

const emitTalk = (world: QuestWorld, slot: Slot, npc: Entity): void =>
  world.emit(Talked, { character: world.entityOf(slot), npc: lookOf(world, npc) })

const applicant = ({ progress }: QuestWorld, slot: Slot): Applicant => ({
  level: progress.level[slot],
  classId: progress.class[slot],
})

function accept(world: QuestWorld, slot: Slot, giver: Entity, questId: number, by: Command): ResultCode {
  const { log, done, bag, content } = world
  const gate = approach(world, slot, giver)
  if (gate !== result.ok) return gate
  const quest = content.quests[questId]
  if (quest === undefined || quest.giver !== lookOf(world, giver)) return result.notOffered
  const code = offerCode(quest, applicant(world, slot), log, done, slot)
  if (code !== result.ok) return code
  const row = freeRow(log, slot, content.rates.logSize)
  if (row < 0) return result.questFull
  const plan = planAccept(bag, slot, quest, world)
  if (typeof plan === 'number') return plan
  log.setAt(slot, 'quest', row, questId)
  log.setAt(slot, 'state', row, questState.active)
  log.setAt(slot, 'untilTick', row, limitTick(quest, world.tick, world.tickHz))
  commit(world, slot, plan, 'questGiven', by)
  for (const { item, count } of quest.given) {
    world.counters.add('itemsGained', count)
    world.emit(ItemGained, { character: world.entityOf(slot), item, count })
  }
  world.counters.add('questsAccepted', 1)
  tellLog(world, slot)
  quest.objectives.forEach((objective, index) => {
    if (objective.kind === 'collect') setHave(world, slot, quest, row, index, countOf(bag, slot, objective.item))
  })
  emitTalk(world, slot, giver)
  return result.ok
}

/** A quest that the content does not know any more can be given up too. */
function abandon(world: QuestWorld, slot: Slot, questId: number, by: Command): ResultCode {
  const { log, bag, content, counters } = world
  const code = actCode(world.status.flags[slot])
  if (code !== result.ok) return code
  const row = questId === 0 ? -1 : rowOf(log, slot, questId)
  if (row < 0) return result.noSuchTarget
  const quest = content.quests[questId]
  if (quest !== undefined && areLocked(bag, slot, quest.given, offeredPlaces(world, slot))) return result.busy
  clearRow(world, slot, row)
  if (quest !== undefined) {
    const { plan, lost } = planAbandon(bag, slot, quest, content)
    commit(world, slot, plan, 'questTaken', by)
    for (const { item, count } of lost) world.emit(ItemLost, { character: world.entityOf(slot), item, count })
  }
  counters.add('questsAbandoned', 1)
  tellLog(world, slot)
  return result.ok
}

function list(world: QuestWorld, slot: Slot, giver: Entity, by: Command): ResultCode {
  const { log, done, content } = world
  const gate = approach(world, slot, giver)
  if (gate !== result.ok) return gate
  const look = lookOf(world, giver)
  deliver(world, slot, look, by)
  const idsWhere = (quests: readonly QuestKind[], keep: (quest: QuestKind) => boolean): number[] =>
    quests
      .filter(keep)
      .slice(0, LISTED_MAX)
      .map((quest) => quest.id)
  const who = applicant(world, slot)
  const offered = idsWhere(content.questsByGiver[look], (quest) => offerCode(quest, who, log, done, slot) === result.ok)
  const returned = idsWhere(content.questsByEnder[look], ({ id }) => {
    const row = rowOf(log, slot, id)
    return row >= 0 && stateOf(log, slot, row) === questState.complete
  })
  world.tell(slot, QuestOffered, { giver, offered, returned })
  emitTalk(world, slot, giver)
  return result.ok
}

function judge(world: QuestWorld, intent: QuestWorld['intents'][number]): ResultCode {
  const { actor } = intent
  switch (intent.name) {
    case 'quest.accept':
      return accept(world, actor, intent.payload.giver, intent.payload.quest, intent)
    case 'quest.complete':
      return handIn(world, actor, intent.payload.giver, intent.payload.quest, undefined, intent)
    case 'quest.chooseReward':
      return handIn(world, actor, intent.payload.giver, intent.payload.quest, intent.payload.choice, intent)
    case 'quest.abandon':
      return abandon(world, actor, intent.payload.quest, intent)
    case 'quest.list':
      return list(world, actor, intent.payload.giver, intent)
  }
}

/** Quests taken, driven on by what happens, failed, handed in, given up. */
export const quest = defineSystem({
  ...questNeeds,
  run(world) {
    for (const { killer, victim } of distinctKills(world.killed)) countKill(world, killer, victim)
    for (const { character, item } of world.gained) countItem(world, character, item)
    for (const { character, item } of world.lost) countItem(world, character, item)
    for (const { character, npc } of world.talked) countTalk(world, character, npc)
    for (const { character, item, target } of world.used) countUse(world, character, item, target)
    watch(world)
    for (const intent of world.intents) world.answer(intent, judge(world, intent))
  },
})
