/** Checks that each objective of a quest can be met. */

import { isInside } from './checks-places.js'
import { type ContentIndex, checkReference } from './content-index.js'
import type { Problems, Spot } from './problems.js'
import {
  COLLECT_CHANCE_MIN,
  givenOf,
  isInReach,
  isSupplied,
  neededOf,
  QUEST_DROP_CHANCE_MIN,
  QUEST_REACH_LEVELS,
  type RawObjective,
} from './quest-supply.js'
import type { RawContent } from './schema.js'
import type { RawQuest } from './schema-quests.js'

const FILE = 'quests.json'
/** Whoever walks to the middle of a place to explore is seen within it, though walkers stop some metres short. */
export const EXPLORE_RADIUS_M_MIN = 5

type ObjectiveOf<K extends RawObjective['kind']> = Extract<RawObjective, { readonly kind: K }>
interface Case {
  readonly quest: RawQuest
  readonly raw: RawContent
  readonly index: ContentIndex
  readonly problems: Problems
  /** Where a field of this objective is. */
  readonly at: (field: string) => Spot
}

function checkCreatures({ quest, index, problems, at }: Case, creatures: readonly string[]): void {
  creatures.forEach((key, n) => {
    const spot = at(`.creatures.${n}`)
    const kind = checkReference(index.creatures, 'creatures.json', spot, key, problems)
    if (!kind || isInReach(kind, quest)) return
    const what = `starts at level ${kind.levelMin}, too high for the quest's ${quest.level}`
    problems.add(spot, key, what, 'raise the quest or name another')
  })
}

function checkCollect({ quest, raw, index, problems, at }: Case, { item }: ObjectiveOf<'collect'>): void {
  if (!checkReference(index.items, 'items.json', at('.item'), item, problems) || isSupplied(raw, item, quest)) return
  const level = quest.level + QUEST_REACH_LEVELS
  const what = `drops from no living creature of level ${level} or below often enough, and no object of objects.json holds it`
  const remedy = `give one a chance of at least ${COLLECT_CHANCE_MIN}, or ${QUEST_DROP_CHANCE_MIN} for this quest alone`
  problems.add(at('.item'), item, what, remedy)
}

/** What is delivered or used comes with the quest, or can be had elsewhere. */
function checkHad({ quest, raw, problems, at }: Case, objective: ObjectiveOf<'deliver' | 'useItem'>, needed: number): void {
  const { item } = objective
  if (givenOf(quest, item) >= needed || isSupplied(raw, item, quest)) return
  const what = `is given ${givenOf(quest, item)} times, and can be had nowhere else`
  problems.add(at('.item'), item, what, `give ${needed} with the quest, or let a creature or an object have it`)
}

/** A collection counts what is in the bag, so that it would be lost again with what is delivered or used up. */
function checkApart({ quest, problems, at }: Case, { item }: ObjectiveOf<'deliver' | 'useItem'>): void {
  if (!quest.objectives.some((other) => other.kind === 'collect' && other.item === item)) return
  problems.add(at('.item'), item, 'is collected for the same quest, which takes it out of the bag', 'ask for one of the two')
}

/** Who is spoken to about quests must serve them. */
function checkListener({ index, problems, at }: Case, key: string): void {
  const npc = checkReference(index.npcs, 'npcs.json', at('.npc'), key, problems)
  if (npc && !npc.services.includes('quests'))
    problems.add(at('.npc'), key, 'is an npc without the service quests', 'add the service or name another npc')
}

function checkDeliver(scope: Case, objective: ObjectiveOf<'deliver'>): void {
  const { index, problems, at } = scope
  checkListener(scope, objective.npc)
  const item = checkReference(index.items, 'items.json', at('.item'), objective.item, problems)
  if (!item) return
  checkHad(scope, objective, neededOf(objective, item))
  checkApart(scope, objective)
}

/** What is used casts a spell at an enemy; no spell reaches people who stand in the world. */
function checkUse(scope: Case, objective: ObjectiveOf<'useItem'>): void {
  const { index, problems, at } = scope
  checkCreatures(scope, objective.creatures)
  if (objective.npc !== undefined)
    problems.add(at('.npc'), objective.npc, 'cannot be met, since no spell reaches an npc', 'name creatures, or deliver the item')
  else if (objective.creatures.length === 0) problems.add(at('.creatures'), [], 'names nobody to use it on', 'name the creatures')
  const item = checkReference(index.items, 'items.json', at('.item'), objective.item, problems)
  if (!item) return
  checkHad(scope, objective, neededOf(objective, item))
  if (item.use?.consumed) checkApart(scope, objective)
  const target = item.use === undefined ? undefined : index.spells.get(item.use.spell)?.target
  if (item.use === undefined) problems.add(at('.item'), objective.item, 'cannot be used', 'give it a use in items.json')
  else if (target !== undefined && target !== 'enemy')
    problems.add(at('.item'), objective.item, `is used on a target ${target}`, 'give it a spell whose target is an enemy')
}

function checkExplore({ raw, problems, at }: Case, { where }: ObjectiveOf<'explore'>): void {
  where.forEach((place, i) => {
    const spot = at(`.where.${i}`)
    if (!isInside(raw.zone, place, 0))
      problems.add(spot, place, 'is not inside the zone', `keep within 0 and ${raw.zone.sizeM} on both axes`)
    if (place.radiusM < EXPLORE_RADIUS_M_MIN)
      problems.add(spot, place.radiusM, 'is too small to be walked to', `give a radiusM of at least ${EXPLORE_RADIUS_M_MIN}`)
  })
}

export function checkObjectives(quest: RawQuest, raw: RawContent, index: ContentIndex, problems: Problems): void {
  quest.objectives.forEach((objective, i) => {
    const at = (field: string): Spot => ({ file: FILE, entry: quest.key, field: `objectives.${i}${field}` })
    const scope = { quest, raw, index, problems, at }
    if (objective.kind === 'kill') checkCreatures(scope, objective.creatures)
    else if (objective.kind === 'collect') checkCollect(scope, objective)
    else if (objective.kind === 'talk') checkListener(scope, objective.npc)
    else if (objective.kind === 'explore') checkExplore(scope, objective)
    else if (objective.kind === 'deliver') checkDeliver(scope, objective)
    else checkUse(scope, objective)
  })
}
