import { Bag, GOLD_MAX, Purse } from '../components/bag.js'
import { Kind, kindType } from '../components/kind.js'
import { Interaction } from '../components/loot.js'
import { Place, Position } from '../components/motion.js'
import { Progress } from '../components/progress.js'
import { OBJECTIVES_MAX, QUEST_IDS_MAX, QUESTS_MAX, QuestLog, QuestsDone, questState } from '../components/quest-log.js'
import { Status } from '../components/status.js'
import {
  QuestAbandon,
  QuestAccept,
  QuestChooseReward,
  QuestComplete,
  QuestCompleted,
  QuestList,
  QuestLogAll,
  QuestOffered,
  QuestProgress,
  QuestRewarded,
} from '../protocol/quest.js'
import { result } from '../protocol/result-codes.js'
import type { Entity, Slot } from '../src/ecs/entities.js'
import { type ContextOf, defineSystem } from '../src/ecs/system.js'
import type { ResultCode } from '../src/protocol/result-codes.js'
import { type BagPlan, commitPlan, countOf } from './bag-rules.js'
import { ContentResource } from './content/resource.js'
import type { Objective, QuestKind } from './content/types.js'
import { CountersResource } from './counters.js'
import { ExperienceEarned, ItemGained, ItemLost, Killed, Talked } from './events.js'
import { canAct, npcGate } from './interaction-rules.js'
import { creditOf, distinctKills } from './kill-rules.js'
import {
  activeQuests,
  collectedBy,
  freeRow,
  haveIndex,
  haveOf,
  objectivesMet,
  offerCode,
  planHandIn,
  rewardedBy,
  rowOf,
  stateOf,
} from './quest-rules.js'

const needs = {
  name: 'quest',
  reads: { position: Position, place: Place, kind: Kind, status: Status, progress: Progress },
  writes: { bag: Bag, purse: Purse, log: QuestLog, done: QuestsDone, interaction: Interaction },
  resources: { content: ContentResource, counters: CountersResource },
  events: { killed: Killed, gained: ItemGained, lost: ItemLost, talked: Talked },
  intents: [QuestAccept, QuestComplete, QuestChooseReward, QuestAbandon, QuestList],
  emits: [ItemGained, ItemLost, Talked, ExperienceEarned],
  tells: [QuestLogAll, QuestProgress, QuestCompleted, QuestRewarded, QuestOffered],
} as const
type QuestWorld = ContextOf<typeof needs>

/** Most quests of one kind that `quest.offered` lists; an NPC's further ones wait until some are done. */
const LISTED_MAX = 64

const tellLog = (world: QuestWorld, slot: Slot): void => world.tell(slot, QuestLogAll, { active: activeQuests(world.log, slot) })

/** Calls `visit` for every objective of every quest that the character has under way. */
function eachObjective(
  world: QuestWorld,
  slot: Slot,
  visit: (objective: Objective, quest: QuestKind, row: number, index: number) => void,
): void {
  for (let row = 0; row < QUESTS_MAX; row += 1) {
    const quest = world.content.quests[world.log.quest[slot * QUESTS_MAX + row]]
    quest?.objectives.forEach((objective, index) => {
      visit(objective, quest, row, index)
    })
  }
}

/** Puts an objective's progress to `have`, capped, and the quest's state to what follows from it. */
function setHave(world: QuestWorld, slot: Slot, quest: QuestKind, row: number, index: number, have: number): void {
  const { log } = world
  const need = quest.objectives[index].count
  const capped = Math.min(have, need)
  if (haveOf(log, slot, row, index) !== capped) {
    log.setAt(slot, 'have', haveIndex(row, index), capped)
    world.tell(slot, QuestProgress, { quest: quest.id, objective: index, have: capped, need })
  }
  const state = objectivesMet(log, slot, row, quest) ? questState.complete : questState.active
  if (stateOf(log, slot, row) === state) return
  log.setAt(slot, 'state', row, state)
  if (state === questState.complete) world.tell(slot, QuestCompleted, { quest: quest.id })
}

function countKill(world: QuestWorld, killer: Entity, victim: Entity): void {
  const { kind, status, log } = world
  const corpse = world.slotOf(victim)
  if (corpse === 0 || kind.type[corpse] !== kindType.creature) return
  const slot = world.slotOf(creditOf(status.tap[corpse], killer))
  if (slot === 0 || !world.has(slot, QuestLog)) return
  eachObjective(world, slot, (objective, quest, row, index) => {
    if (objective.kind === 'kill' && objective.creatures.includes(kind.look[corpse]))
      setHave(world, slot, quest, row, index, haveOf(log, slot, row, index) + 1)
  })
}

/** Counts the bag anew instead of adding what the event says: the result is the same however often it is told. */
function countItem(world: QuestWorld, character: Entity, item: number): void {
  const slot = world.slotOf(character)
  if (slot === 0 || !world.has(slot, QuestLog)) return
  eachObjective(world, slot, (objective, quest, row, index) => {
    if (objective.kind === 'collect' && objective.item === item)
      setHave(world, slot, quest, row, index, countOf(world.bag, slot, item))
  })
}

function countTalk(world: QuestWorld, character: Entity, npc: number): void {
  const slot = world.slotOf(character)
  if (slot === 0 || !world.has(slot, QuestLog)) return
  eachObjective(world, slot, (objective, quest, row, index) => {
    if (objective.kind === 'talk' && objective.npc === npc) setHave(world, slot, quest, row, index, objective.count)
  })
}

/** The gate of every request to an NPC; whoever passes it has that NPC as the one that follow-ups mean. */
function approach(world: QuestWorld, slot: Slot, npc: Entity): ResultCode {
  const code = npcGate(world, slot, npc, 'quests')
  if (code === result.ok) world.interaction.npc[slot] = npc
  return code
}

const lookOf = (world: QuestWorld, npc: Entity): number => world.kind.look[world.slotOf(npc)]

const emitTalk = (world: QuestWorld, slot: Slot, npc: Entity): void =>
  world.emit(Talked, { character: world.entityOf(slot), npc: lookOf(world, npc) })

function accept(world: QuestWorld, slot: Slot, giver: Entity, questId: number): ResultCode {
  const { log, done, bag, progress, content } = world
  const gate = approach(world, slot, giver)
  if (gate !== result.ok) return gate
  const quest = content.quests[questId]
  if (quest === undefined || quest.giver !== lookOf(world, giver)) return result.notOffered
  const code = offerCode(quest, progress.level[slot], log, done, slot)
  if (code !== result.ok) return code
  const row = freeRow(log, slot, content.rates.logSize)
  if (row < 0) return result.questFull
  log.setAt(slot, 'quest', row, questId)
  log.setAt(slot, 'state', row, questState.active)
  world.counters.add('questsAccepted', 1)
  tellLog(world, slot)
  quest.objectives.forEach((objective, index) => {
    if (objective.kind === 'collect') setHave(world, slot, quest, row, index, countOf(bag, slot, objective.item))
  })
  emitTalk(world, slot, giver)
  return result.ok
}

function clearRow(world: QuestWorld, slot: Slot, row: number): void {
  const { log } = world
  log.setAt(slot, 'quest', row, 0)
  log.setAt(slot, 'state', row, questState.empty)
  for (let index = 0; index < OBJECTIVES_MAX; index += 1) log.setAt(slot, 'have', haveIndex(row, index), 0)
}

function markDone(world: QuestWorld, slot: Slot, quest: number): void {
  const byte = quest >>> 3
  const before = world.done.bits[slot * (QUEST_IDS_MAX / 8) + byte]
  world.done.setAt(slot, 'bits', byte, before | (1 << (quest & 7)))
}

/** Everything is checked by now. The quest is gone from the log before anything is granted, so that nothing pays twice. */
function pay(world: QuestWorld, slot: Slot, quest: QuestKind, row: number, plan: BagPlan, choice: number | undefined): void {
  const { purse, counters } = world
  const { experience, gold } = quest.reward
  const character = world.entityOf(slot)
  clearRow(world, slot, row)
  markDone(world, slot, quest.id)
  commitPlan(world.bag, slot, plan)
  for (const { item, count } of collectedBy(quest)) world.emit(ItemLost, { character, item, count })
  if (experience > 0) world.emit(ExperienceEarned, { character, amount: experience })
  purse.set(slot, 'gold', purse.gold[slot] + gold)
  for (const { item, count } of rewardedBy(quest, choice)) {
    counters.add('itemsGained', count)
    world.emit(ItemGained, { character, item, count })
  }
  counters.add('questsCompleted', 1)
  world.tell(slot, QuestRewarded, { quest: quest.id, experience, gold })
  tellLog(world, slot)
}

/** `choice` is undefined in a plain `quest.complete`: where there is a choice, that is asked for first by `notReady`. */
function handIn(world: QuestWorld, slot: Slot, ender: Entity, questId: number, choice: number | undefined): ResultCode {
  const { log, bag, purse, content } = world
  const gate = approach(world, slot, ender)
  if (gate !== result.ok) return gate
  const quest = content.quests[questId]
  if (quest === undefined || quest.ender !== lookOf(world, ender)) return result.notOffered
  const row = rowOf(log, slot, questId)
  if (row < 0) return result.notOffered
  if (stateOf(log, slot, row) !== questState.complete) return result.notReady
  const { choices, gold } = quest.reward
  if (choice === undefined && choices.length > 0) {
    world.tell(slot, QuestCompleted, { quest: questId })
    return result.notReady
  }
  if (choice !== undefined && choice >= choices.length) return result.noSuchTarget
  const plan = planHandIn(bag, slot, quest, choice, content)
  if (typeof plan === 'number') return plan
  if (purse.gold[slot] + gold > Math.min(GOLD_MAX, content.rates.goldMax)) return result.limit
  pay(world, slot, quest, row, plan, choice)
  return result.ok
}

function abandon(world: QuestWorld, slot: Slot, questId: number): ResultCode {
  if (!canAct(world.status.flags[slot])) return result.dead
  const row = questId === 0 ? -1 : rowOf(world.log, slot, questId)
  if (row < 0) return result.noSuchTarget
  clearRow(world, slot, row)
  tellLog(world, slot)
  return result.ok
}

function list(world: QuestWorld, slot: Slot, giver: Entity): ResultCode {
  const { log, done, progress, content } = world
  const gate = approach(world, slot, giver)
  if (gate !== result.ok) return gate
  const look = lookOf(world, giver)
  const idsWhere = (quests: readonly QuestKind[], keep: (quest: QuestKind) => boolean): number[] =>
    quests
      .filter(keep)
      .slice(0, LISTED_MAX)
      .map((quest) => quest.id)
  const level = progress.level[slot]
  const offered = idsWhere(content.questsByGiver[look], (quest) => offerCode(quest, level, log, done, slot) === result.ok)
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
      return accept(world, actor, intent.payload.giver, intent.payload.quest)
    case 'quest.complete':
      return handIn(world, actor, intent.payload.giver, intent.payload.quest, undefined)
    case 'quest.chooseReward':
      return handIn(world, actor, intent.payload.giver, intent.payload.quest, intent.payload.choice)
    case 'quest.abandon':
      return abandon(world, actor, intent.payload.quest)
    case 'quest.list':
      return list(world, actor, intent.payload.giver)
  }
}

/** Quests taken, driven on by what happens, handed in, given up. */
export const quest = defineSystem({
  ...needs,
  run(world) {
    for (const { killer, victim } of distinctKills(world.killed)) countKill(world, killer, victim)
    for (const { character, item } of world.gained) countItem(world, character, item)
    for (const { character, item } of world.lost) countItem(world, character, item)
    for (const { character, npc } of world.talked) countTalk(world, character, npc)
    for (const intent of world.intents) world.answer(intent, judge(world, intent))
  },
})
