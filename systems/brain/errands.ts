import { BAG_SLOTS } from '../../components/bag.js'
import { ItemUse } from '../../protocol/item.js'
import { MoveStop } from '../../protocol/move.js'
import { ObjectClick } from '../../protocol/object.js'
import { QuestList } from '../../protocol/quest.js'
import { distance } from '../../src/ecs/maths.js'
import type { Content, Objective, Place, QuestKind, Source } from '../content/types.js'
import { countHeld } from './belongings.js'
import { turnTo } from './fight.js'
import { approachNpc, failQuest, finished } from './goal-steps.js'
import { hunt, moveOn, PREY_M, roam } from './hunting.js'
import { logPlace } from './quests.js'
import { forgetTravel, travel } from './travel.js'
import { type Acts, act, type BotView, type Draw, NOTHING, seconds } from './view.js'

/** A quest's creatures may be this much above the bot's own level. */
const LEVELS_ABOVE = 1
const OBJECT_M = 4
/** Clicks and uses of one goal at most, so that a refusal that does not end ends the goal. */
const TRIES_MAX = 12
/** Who stands where it should be waits so long for it to count. */
const WAIT_S = 6
const NO_OBJECTS: readonly number[] = Object.freeze([])

/** What an errand needs to know of its quest. */
export interface Errand {
  readonly view: BotView
  readonly content: Content
  readonly quest: QuestKind
  readonly draw: Draw
}

/** The goal cannot be reached. */
function fail(view: BotView, quest: QuestKind): Acts {
  view.mind.giveUps += 1
  return failQuest(view, quest)
}

const bagSlotOf = (view: BotView, item: number): number => {
  for (let i = 0; i < BAG_SLOTS; i += 1) if (view.bagItem(i) === item) return i
  return -1
}

/** Clicks the nearest of these objects; undefined when none is in sight. */
function clickNearest(view: BotView, kinds: readonly number[]): Acts | undefined {
  const { mind } = view
  const entity = kinds.length === 0 ? 0 : view.findObject(kinds, PREY_M, mind.avoid)
  const other = entity === 0 ? undefined : view.see(entity)
  if (other === undefined) return undefined
  // On the way it looks again each time: the object may be gone, or a nearer one come.
  mind.scanTick = view.tick
  const onTheWay = travel(view, other.x, other.z, OBJECT_M)
  if (onTheWay !== undefined) return onTheWay
  // The next look, half a second later, finds it gone or finds another.
  if (view.refusedOpcode === ObjectClick.id) mind.avoid = entity
  mind.luckTick = view.tick
  return [act(ObjectClick, { entity })]
}

/** Gets what creatures drop and objects hold: what is to be clicked first, since nobody has to die for it. */
function gather(errand: Errand, creatures: readonly number[], objects: readonly number[], where: readonly Place[]): Acts {
  const { view, quest, draw } = errand
  const { mind } = view
  const area = where[mind.areaIndex % where.length]
  if (area === undefined) return fail(view, quest)
  if (view.tick > mind.goalTick) return finished(view)
  const clicked = clickOnTheWay(view, objects)
  if (clicked !== undefined) return clicked
  const hunted =
    creatures.length > 0
      ? hunt(view, area, { kinds: creatures, levelMin: 0, levelMax: view.level + LEVELS_ABOVE }, draw)
      : undefined
  if (hunted !== undefined) return hunted
  if (creatures.length > 0) return moveOn(view, quest, where, draw)
  return search(view, area, objects, draw) ?? moveOn(view, quest, where, draw)
}

function gatherFrom(errand: Errand, { creatures, objects, where }: Source): Acts {
  return where.length > 0 ? gather(errand, creatures, objects, where) : fail(errand.view, errand.quest)
}

/** Goes about an area for objects alone. */
function search(view: BotView, area: Place, objects: readonly number[], draw: Draw): Acts | undefined {
  return roam(view, area, draw, () => clickNearest(view, objects))
}

/** Where there are creatures too, an object that is in sight comes first, looked for as often as prey is. */
function clickOnTheWay(view: BotView, objects: readonly number[]): Acts | undefined {
  if (objects.length === 0 || view.tick < view.mind.scanTick) return undefined
  return clickNearest(view, objects)
}

/** Stands in the place until it counts. */
export function explore({ view, quest, draw }: Errand, objective: Objective): Acts {
  const { mind } = view
  const place = objective.where[mind.areaIndex % objective.where.length]
  if (place === undefined) return fail(view, quest)
  const onTheWay = travel(view, place.x, place.z, Math.min(place.radiusM * 0.5, 10))
  if (onTheWay !== undefined) {
    mind.luckTick = view.tick
    return onTheWay
  }
  return view.tick - mind.luckTick > seconds(view, WAIT_S) ? moveOn(view, quest, objective.where, draw) : NOTHING
}

/** Speaks to the NPC; with the things in the bag when it is to be brought some. */
export function talkTo({ view, content, quest }: Errand, npc: number): Acts {
  const { mind } = view
  if (mind.step > 2) return fail(view, quest)
  const found = approachNpc(view, content, npc)
  if (typeof found !== 'number') return found
  if (found === 0) return fail(view, quest)
  mind.step += 1
  return [act(QuestList, { giver: found })]
}

type Delivery = Extract<Objective, { kind: 'deliver' }>
type Use = Extract<Objective, { kind: 'useItem' }>

export function deliver(errand: Errand, objective: Delivery, have: number): Acts {
  if (countHeld(errand.view, objective.item) >= objective.count - have) return talkTo(errand, objective.npc)
  return gatherFrom(errand, objective.source)
}

/** Uses the item on one of its targets, from as far as it works. */
export function useOn(errand: Errand, objective: Use): Acts {
  const { view, content, draw, quest } = errand
  const bagSlot = bagSlotOf(view, objective.item)
  if (bagSlot < 0) return gatherFrom(errand, objective.source)
  const { mind } = view
  if (mind.step > TRIES_MAX) return fail(view, quest)
  if (objective.npc !== 0) {
    const npc = approachNpc(view, content, objective.npc)
    if (typeof npc !== 'number') return npc
    return npc === 0 ? fail(view, quest) : useAt(view, bagSlot, npc)
  }
  const area = objective.where[mind.areaIndex % objective.where.length]
  if (area === undefined) return fail(view, quest)
  const rangeM = content.spells[content.items[objective.item]?.use?.spell ?? 0]?.rangeM ?? 0
  const acts = roam(view, area, draw, () => useOnNearest(view, objective, bagSlot, rangeM))
  return acts ?? moveOn(view, quest, objective.where, draw)
}

function useOnNearest(view: BotView, { creatures }: Use, bagSlot: number, rangeM: number): Acts | undefined {
  const { mind } = view
  const entity = view.findPrey(creatures, 0, 255, PREY_M, mind.avoid)
  const other = entity === 0 ? undefined : view.see(entity)
  if (other === undefined) return undefined
  mind.luckTick = view.tick
  const withinM = Math.max(2, rangeM - 3)
  mind.scanTick = view.tick
  const distanceM = distance(view.x, view.z, other.x, other.z)
  if (distanceM > withinM) return travel(view, other.x, other.z, withinM)
  if (view.refusedOpcode === ItemUse.id) mind.avoid = entity
  if (mind.faced !== entity) return [turnTo(view, other, distanceM)]
  mind.faced = 0
  return useAt(view, bagSlot, entity)
}

function useAt(view: BotView, bagSlot: number, target: number): Acts {
  view.mind.step += 1
  forgetTravel(view)
  const use = act(ItemUse, { bagSlot, item: view.bagItem(bagSlot), target })
  return view.isMoving ? [act(MoveStop, {}), use] : [use]
}

/** What an objective asks for next; the goal is over once it is met. */
export function pursueObjective(errand: Errand): Acts {
  const { view, quest } = errand
  const { mind } = view
  const place = logPlace(view, quest.id)
  const objective = quest.objectives[mind.objective]
  if (place < 0 || objective === undefined) return finished(view)
  const have = view.questHave(place, mind.objective)
  // A step of a quest is a gain as well.
  if (have > mind.lastHave) mind.gainTick = view.tick
  mind.lastHave = have
  if (have >= objective.count) return finished(view)
  switch (objective.kind) {
    case 'talk':
      return talkTo(errand, objective.npc)
    case 'deliver':
      return deliver(errand, objective, have)
    case 'explore':
      return explore(errand, objective)
    case 'useItem':
      return useOn(errand, objective)
    case 'kill':
      return gather(errand, objective.creatures, NO_OBJECTS, objective.where)
    case 'collect':
      return gather(errand, objective.creatures, objective.objects, objective.where)
  }
}
