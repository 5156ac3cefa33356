import { goal } from '../../components/bot-mind.js'
import { questState } from '../../components/quest-log.js'
import { QuestAbandon, QuestAccept, QuestChooseReward, QuestComplete, QuestList } from '../../protocol/quest.js'
import { result } from '../../protocol/result-codes.js'
import { distanceSquared } from '../../src/ecs/maths.js'
import type { Content, HuntingArea, Place, QuestKind } from '../content/types.js'
import { pursue } from './fight.js'
import { makeRoom } from './make-room.js'
import { activeCount, logPlace, openTask, QUESTS_WANTED, readyQuest, wantedQuest } from './quests.js'
import { forgetTravel, isStuck, travel } from './travel.js'
import { type Acts, act, type BotView, type Draw, NOTHING, seconds } from './view.js'

const NPC_M = 4
const SCAN_EVERY_S = 0.5
const PREY_M = 40
/** A grinder looks for another area after this. */
const GRIND_S = 120
/** A hunt ends after this, to choose anew; a place without luck is left sooner, and so are its quests after some places. */
const HUNT_S = 300
const LUCK_S = 20
const MOVES_MAX = 3
const ASIDE_S = 150
const SPOT_M = 4
/** Handing in may take room in the bag first, a stack a try. */
const HAND_IN_TRIES_MAX = 6
const ANY_KIND: readonly number[] = Object.freeze([])
/** A quest's creatures may be this much above the bot's own level. */
const LEVELS_ABOVE = 1
/** Hunting areas are chosen among this many of the nearest that suit. */
const CHOICES = 6

function choose(view: BotView, content: Content, draw: Draw): void {
  const { mind } = view
  forgetTravel(view)
  mind.step = 0
  mind.goalTick = view.tick + seconds(view, HUNT_S)
  mind.luckTick = view.tick
  mind.moves = 0
  const ready = readyQuest(view, content)
  if (ready !== undefined) return setGoal(view, goal.turnIn, ready.id, 0)
  const wanted = activeCount(view) < QUESTS_WANTED ? wantedQuest(view, content, draw) : undefined
  if (wanted !== undefined) return setGoal(view, goal.accept, wanted.id, 0)
  const task = view.tick < mind.asideTick ? undefined : openTask(view, content, draw)
  if (task === undefined) return grindSomewhere(view, content, draw)
  if (task.objective.kind === 'talk') return setGoal(view, goal.talk, task.quest.id, task.index)
  setGoal(view, goal.quest, task.quest.id, task.index)
  mind.areaIndex = nearPlace(view, task.objective.where, draw)
}

/** The index of a place that is not far: distances are shaken, so that not everybody goes to the same. */
function nearPlace(view: BotView, places: readonly Place[], draw: Draw): number {
  let best = 0
  let bestScore = Number.POSITIVE_INFINITY
  for (let i = 0; i < places.length; i += 1) {
    const score = distanceSquared(view.x, view.z, places[i].x, places[i].z) * (0.3 + draw(400 + i))
    if (score >= bestScore) continue
    best = i
    bestScore = score
  }
  return best
}

function setGoal(view: BotView, kind: number, quest: number, objective: number): void {
  view.mind.goal = kind
  view.mind.quest = quest
  view.mind.objective = objective
}

/** One of the nearest areas whose creatures suit the level. */
function grindSomewhere(view: BotView, content: Content, draw: Draw): void {
  const { mind, level } = view
  const suits = (area: HuntingArea) => area.levelMin <= level && area.levelMax >= level - 2
  const fitting = content.huntingAreas
    .filter(suits)
    .map((area) => ({ area, squared: distanceSquared(view.x, view.z, area.x, area.z) }))
    .sort((a, b) => a.squared - b.squared || a.area.areaIndex - b.area.areaIndex)
  const chosen = fitting[Math.floor(draw(303) * Math.min(CHOICES, fitting.length))]
  setGoal(view, goal.grind, 0, 0)
  mind.areaIndex = chosen === undefined ? 0 : chosen.area.areaIndex
  mind.goalTick = view.tick + seconds(view, GRIND_S)
}

function giveUp(view: BotView): Acts {
  const { mind } = view
  mind.giveUps += 1
  mind.goal = goal.none
  forgetTravel(view)
  return NOTHING
}

/** Walks to an NPC; its entity once it is within reach, 0 when it is not where it should be. */
function approachNpc(view: BotView, content: Content, npcId: number): Acts | number {
  const npc = content.npcs[npcId]
  if (npc === undefined) return 0
  return travel(view, npc.x, npc.z, NPC_M) ?? view.findNpc(npcId)
}

function accept(view: BotView, content: Content, quest: QuestKind): Acts {
  if (logPlace(view, quest.id) >= 0 || view.mind.step > 1) return finished(view)
  const npc = approachNpc(view, content, quest.giver)
  if (typeof npc !== 'number') return npc
  if (npc === 0) return giveUp(view)
  view.mind.step += 1
  return [act(QuestAccept, { giver: npc, quest: quest.id })]
}

function turnIn(view: BotView, content: Content, quest: QuestKind): Acts {
  const place = logPlace(view, quest.id)
  if (place < 0 || view.questState(place) !== questState.complete) return finished(view)
  if (view.mind.step > HAND_IN_TRIES_MAX) return giveUp(view)
  const npc = approachNpc(view, content, quest.ender)
  if (typeof npc !== 'number') return npc
  if (npc === 0) return giveUp(view)
  view.mind.step += 1
  if (view.refusedCode === result.bagFull) return makeRoom(view, content) ?? abandon(view, quest)
  const giver = npc
  if (quest.reward.choices.length === 0) return [act(QuestComplete, { giver, quest: quest.id })]
  return [act(QuestChooseReward, { giver, quest: quest.id, choice: view.classId % quest.reward.choices.length })]
}

function abandon(view: BotView, quest: QuestKind): Acts {
  giveUp(view)
  return [act(QuestAbandon, { quest: quest.id })]
}

function talk(view: BotView, content: Content, quest: QuestKind): Acts {
  const { mind } = view
  const objective = quest.objectives[mind.objective]
  const place = logPlace(view, quest.id)
  if (place < 0 || objective?.kind !== 'talk' || view.questHave(place, mind.objective) >= objective.count) return finished(view)
  if (mind.step > 2) return giveUp(view)
  const npc = approachNpc(view, content, objective.npc)
  if (typeof npc !== 'number') return npc
  if (npc === 0) return giveUp(view)
  mind.step += 1
  return [act(QuestList, { giver: npc })]
}

function finished(view: BotView): Acts {
  view.mind.goal = goal.none
  forgetTravel(view)
  return NOTHING
}

/** Goes about an area and falls upon the prey it sees there; undefined when there is none to be had. */
function hunt(
  view: BotView,
  area: Place,
  kinds: readonly number[],
  levelMin: number,
  levelMax: number,
  draw: Draw,
): Acts | undefined {
  const { mind, tick } = view
  const inside = distanceSquared(view.x, view.z, area.x, area.z) <= (area.radiusM + PREY_M / 2) * (area.radiusM + PREY_M / 2)
  if (!inside) mind.luckTick = tick
  else if (tick - mind.luckTick > seconds(view, LUCK_S)) return undefined
  if (inside && tick >= mind.scanTick) {
    mind.scanTick = tick + seconds(view, SCAN_EVERY_S)
    const found = view.findPrey(kinds, levelMin, levelMax, PREY_M, mind.avoid)
    if (found !== 0) {
      pursue(view, found)
      return NOTHING
    }
  }
  if (mind.hasDest === 1) {
    const onTheWay = travel(view, mind.destX, mind.destZ, SPOT_M)
    if (onTheWay !== undefined) return onTheWay
  }
  const spread = area.radiusM * 0.7
  return travel(view, area.x + (draw(310) * 2 - 1) * spread, area.z + (draw(311) * 2 - 1) * spread, SPOT_M) ?? NOTHING
}

/** Tries another place of the objective; after some, leaves quests aside for a while. */
function moveOn(view: BotView, places: number, draw: Draw): Acts {
  const { mind } = view
  forgetTravel(view)
  mind.moves += 1
  mind.luckTick = view.tick
  if (mind.moves <= MOVES_MAX && places > 1) {
    mind.areaIndex = Math.floor(draw(312) * places)
    return NOTHING
  }
  mind.asideTick = view.tick + seconds(view, ASIDE_S)
  return finished(view)
}

function huntForQuest(view: BotView, quest: QuestKind, draw: Draw): Acts {
  const { mind } = view
  const place = logPlace(view, quest.id)
  const objective = quest.objectives[mind.objective]
  if (place < 0 || objective === undefined || view.questHave(place, mind.objective) >= objective.count) return finished(view)
  const area = objective.where[mind.areaIndex % objective.where.length]
  if (area === undefined) return giveUp(view)
  const kinds = 'creatures' in objective ? objective.creatures : ANY_KIND
  if (view.tick > mind.goalTick) return finished(view)
  const hunting = hunt(view, area, kinds, 0, view.level + LEVELS_ABOVE, draw)
  return hunting ?? moveOn(view, objective.where.length, draw)
}

/** The goal's next intents. Called when nothing more urgent is the matter. */
export function pursueGoal(view: BotView, content: Content, draw: Draw): Acts {
  const { mind, level } = view
  if (mind.goal === goal.none || mind.goal === goal.rest || mind.goal === goal.revive) choose(view, content, draw)
  if (isStuck(view)) return giveUp(view)
  if (mind.goal === goal.grind) {
    const area = content.huntingAreas[mind.areaIndex]
    if (area === undefined) return giveUp(view)
    if (view.tick > mind.goalTick) return finished(view)
    return hunt(view, area, ANY_KIND, level - 4, level + LEVELS_ABOVE, draw) ?? finished(view)
  }
  const quest = content.quests[mind.quest]
  if (quest === undefined) return giveUp(view)
  if (mind.goal === goal.accept) return accept(view, content, quest)
  if (mind.goal === goal.turnIn) return turnIn(view, content, quest)
  if (mind.goal === goal.talk) return talk(view, content, quest)
  return huntForQuest(view, quest, draw)
}
