import { kindType } from '../../components/kind.js'
import { QUESTS_MAX, QuestLog, questState } from '../../components/quest-log.js'
import { QuestCompleted, QuestFailed, QuestProgress } from '../../protocol/quest.js'
import type { Entity, Slot } from '../../src/ecs/entities.js'
import { countOf } from '../bag-rules.js'
import type { Objective, QuestKind } from '../content/types.js'
import { ItemLost } from '../events.js'
import { loseItem } from '../holdings-rules.js'
import { canAct } from '../interaction-rules.js'
import { creditOf } from '../kill-rules.js'
import type { Command } from '../ledger.js'
import { offeredPlaces } from '../lock-rules.js'
import { broughtOf, haveIndex, haveOf, isAtOneOf, isLate, isRunning, isUseFor, objectivesMet } from '../quest-rules.js'
import { type QuestWorld, setState } from './world.js'

/** How often a second a character's time limits and places to explore are looked at: a runner gets 3.5 m on meanwhile. */
const WATCH_HZ = 2

type Visit = (objective: Objective, quest: QuestKind, row: number, index: number) => void

/** Calls `visit` for every objective of every quest that the character has under way and that has not failed. */
function eachObjective(world: QuestWorld, slot: Slot, visit: Visit): void {
  const { log, tick } = world
  for (let row = 0; row < QUESTS_MAX; row += 1) {
    const quest = world.content.quests[log.quest[slot * QUESTS_MAX + row]]
    if (quest === undefined || !isRunning(log, slot, row, tick)) continue
    const { objectives } = quest
    for (let index = 0; index < objectives.length; index += 1) visit(objectives[index], quest, row, index)
  }
}

/** Puts an objective's progress to `have`, capped, and the quest's state to what follows from it. */
export function setHave(world: QuestWorld, slot: Slot, quest: QuestKind, row: number, index: number, have: number): void {
  const { log } = world
  const need = quest.objectives[index].count
  const capped = Math.min(have, need)
  if (haveOf(log, slot, row, index) !== capped) {
    log.setAt(slot, 'have', haveIndex(row, index), capped)
    world.tell(slot, QuestProgress, { quest: quest.id, objective: index, have: capped, need })
  }
  const isComplete = objectivesMet(log, slot, row, quest)
  const hasChanged = setState(world, slot, row, isComplete ? questState.complete : questState.active)
  if (hasChanged && isComplete) world.tell(slot, QuestCompleted, { quest: quest.id })
}

/** The slot of a character who may have quests, or 0. */
function questerOf(world: QuestWorld, character: Entity): Slot {
  const slot = world.slotOf(character)
  return slot !== 0 && world.has(slot, QuestLog) ? slot : 0
}

export function countKill(world: QuestWorld, killer: Entity, victim: Entity): void {
  const { kind, status, log } = world
  const corpse = world.slotOf(victim)
  if (corpse === 0 || kind.type[corpse] !== kindType.creature) return
  const slot = questerOf(world, creditOf(status.tap[corpse], killer))
  if (slot === 0) return
  eachObjective(world, slot, (objective, quest, row, index) => {
    if (objective.kind === 'kill' && objective.creatures.includes(kind.look[corpse]))
      setHave(world, slot, quest, row, index, haveOf(log, slot, row, index) + 1)
  })
}

/** Counts the bag anew instead of adding what the event says: the result is the same however often it is told. */
export function countItem(world: QuestWorld, character: Entity, item: number): void {
  const slot = questerOf(world, character)
  if (slot === 0) return
  eachObjective(world, slot, (objective, quest, row, index) => {
    if (objective.kind === 'collect' && objective.item === item)
      setHave(world, slot, quest, row, index, countOf(world.bag, slot, item))
  })
}

export function countTalk(world: QuestWorld, character: Entity, npc: number): void {
  const slot = questerOf(world, character)
  if (slot === 0) return
  eachObjective(world, slot, (objective, quest, row, index) => {
    if (objective.kind === 'talk' && objective.npc === npc) setHave(world, slot, quest, row, index, objective.count)
  })
}

/** A use counts for every quest that asks for it, once. A target that is gone meanwhile was none of those asked for. */
export function countUse(world: QuestWorld, character: Entity, item: number, target: Entity): void {
  const { kind, log } = world
  const slot = questerOf(world, character)
  const used = world.slotOf(target)
  if (slot === 0 || used === 0) return
  const creature = kind.type[used] === kindType.creature ? kind.look[used] : 0
  const npc = kind.type[used] === kindType.npc ? kind.look[used] : 0
  eachObjective(world, slot, (objective, quest, row, index) => {
    if (isUseFor(objective, item, creature, npc)) setHave(world, slot, quest, row, index, haveOf(log, slot, row, index) + 1)
  })
}

/** The NPC that is spoken to takes what it was to be brought, but for what is on offer elsewhere: out of the bag and into the progress in one go. */
export function deliver(world: QuestWorld, slot: Slot, npc: number, by: Command): void {
  const locked = offeredPlaces(world, slot)
  const { bag, log } = world
  eachObjective(world, slot, (objective, quest, row, index) => {
    if (objective.kind !== 'deliver' || objective.npc !== npc) return
    const { item, count } = objective
    const have = haveOf(log, slot, row, index)
    const brought = broughtOf(count, have, countOf(bag, slot, item, locked))
    if (brought === 0 || !loseItem(world, slot, item, brought, locked, 'questTaken', by)) return
    world.emit(ItemLost, { character: world.entityOf(slot), item, count: brought })
    setHave(world, slot, quest, row, index, have + brought)
  })
}

function fail(world: QuestWorld, slot: Slot, quest: QuestKind, row: number): void {
  setState(world, slot, row, questState.failed)
  world.counters.add('questsFailed', 1)
  world.tell(slot, QuestFailed, { quest: quest.id })
}

function explore(world: QuestWorld, slot: Slot, quest: QuestKind, row: number): void {
  const { position, place, content } = world
  if (!canAct(world.status.flags[slot]) || place.zone[slot] !== content.zone.id) return
  const { objectives } = quest
  for (let index = 0; index < objectives.length; index += 1) {
    const objective = objectives[index]
    if (objective.kind === 'explore' && isAtOneOf(objective.where, position.x[slot], position.z[slot]))
      setHave(world, slot, quest, row, index, objective.count)
  }
}

function watchRow(world: QuestWorld, slot: Slot, row: number, id: number): void {
  const { log, tick } = world
  const quest = world.content.quests[id]
  if (quest === undefined || !quest.watched) return
  if (isLate(log, slot, row, tick)) fail(world, slot, quest, row)
  else if (isRunning(log, slot, row, tick)) explore(world, slot, quest, row)
}

/** Time limits and places to explore: of each character some times a second, another part of them every tick. */
export function watch(world: QuestWorld): void {
  const { questers } = world
  const { quest } = world.log
  const every = Math.max(1, Math.floor(world.tickHz / WATCH_HZ))
  for (let i = world.tick % every; i < questers.length; i += every) {
    const first = questers[i] * QUESTS_MAX
    for (let row = 0; row < QUESTS_MAX; row += 1)
      if (quest[first + row] !== 0) watchRow(world, questers[i], row, quest[first + row])
  }
}
