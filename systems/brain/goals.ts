import { goal } from '../../components/bot-mind.js'
import { questState } from '../../components/quest-log.js'
import { QuestAccept, QuestChooseReward, QuestComplete } from '../../protocol/quest.js'
import { result } from '../../protocol/result-codes.js'
import { distanceSquared } from '../../src/ecs/maths.js'
import type { Content, HuntingArea, NpcKind, QuestKind } from '../content/types.js'
import { lookAtGearSoon, ownerOf } from './belongings.js'
import { lookAtNeedsSoon } from './calls.js'
import { gearScore } from './classify.js'
import { pursueObjective } from './errands.js'
import { abandon, approachNpc, failQuest, finished, giveUp, setGoal } from './goal-steps.js'
import { hunt, nearPlace } from './hunting.js'
import { makeRoom } from './make-room.js'
import { activeCount, failedQuest, logPlace, openTask, QUESTS_WANTED, readyQuest, wantedQuest } from './quests.js'
import { canSell, endVisit, trade, wantedTrader } from './shop.js'
import { forgetTravel, isStuck } from './travel.js'
import { type Acts, act, type BotView, type Draw, seconds } from './view.js'

/** A grinder looks for another area after this. */
const GRIND_S = 120
/** A goal ends after this, to choose anew. */
const HUNT_S = 300
/** Handing in may take room in the bag first, a stack a try. */
const HAND_IN_TRIES_MAX = 6
/** Sales, purchases and a repair of one visit at most. */
const TRADES_MAX = 40
const ANY_KIND: readonly number[] = Object.freeze([])
/** Prey may be this much above the bot's own level, and this much below. */
const LEVELS_ABOVE = 1
const LEVELS_BELOW = 4
/** Hunting areas are chosen among this many of the nearest that suit. */
const CHOICES = 6

function choose(view: BotView, content: Content, draw: Draw): Acts | undefined {
  const { mind } = view
  forgetTravel(view)
  mind.step = 0
  mind.goalTick = view.tick + seconds(view, HUNT_S)
  mind.luckTick = view.tick
  mind.moves = 0
  const failed = failedQuest(view)
  if (failed !== 0) return abandon(view, failed, 'quitFailed')
  const trader = wantedTrader(view, content)
  if (trader !== undefined) return chosen(view, goal.shop, trader.id, 0)
  const ready = readyQuest(view, content)
  if (ready !== undefined) return chosen(view, goal.turnIn, ready.id, 0)
  const wanted = activeCount(view) < QUESTS_WANTED ? wantedQuest(view, content, draw) : undefined
  if (wanted !== undefined) return chosen(view, goal.accept, wanted.id, 0)
  const task = openTask(view, content, draw, view.tick < mind.asideTick)
  if (task === undefined) return grindSomewhere(view, content, draw)
  chosen(view, goal.quest, task.quest.id, task.index)
  const { objective } = task
  const where = 'source' in objective && objective.source.where.length > 0 ? objective.source.where : objective.where
  mind.areaIndex = nearPlace(view, where, draw)
  return undefined
}

function chosen(view: BotView, kind: number, subject: number, objective: number): undefined {
  setGoal(view, kind, subject, objective)
  return undefined
}

/** One of the nearest areas whose creatures suit the level. */
function grindSomewhere(view: BotView, content: Content, draw: Draw): undefined {
  const { mind, level } = view
  const suits = (area: HuntingArea) => area.levelMin <= level && area.levelMax >= level - 2
  const fitting = content.huntingAreas
    .filter(suits)
    .map((area) => ({ area, squared: distanceSquared(view.x, view.z, area.x, area.z) }))
    .sort((a, b) => a.squared - b.squared || a.area.areaIndex - b.area.areaIndex)
  const taken = fitting[Math.floor(draw(303) * Math.min(CHOICES, fitting.length))]
  setGoal(view, goal.grind, 0, 0)
  mind.areaIndex = taken === undefined ? 0 : taken.area.areaIndex
  mind.goalTick = view.tick + seconds(view, GRIND_S)
  return undefined
}

function accept(view: BotView, content: Content, quest: QuestKind): Acts {
  if (logPlace(view, quest.id) >= 0 || view.mind.step > 1) return finished(view)
  const npc = approachNpc(view, content, quest.giver)
  if (typeof npc !== 'number') return npc
  if (npc === 0) return giveUp(view)
  view.mind.step += 1
  // A full bag may be in the way of what comes with the quest.
  if (view.refusedCode === result.bagFull) return makeRoom(view, content) ?? giveUp(view)
  return [act(QuestAccept, { giver: npc, quest: quest.id })]
}

function turnIn(view: BotView, content: Content, quest: QuestKind): Acts {
  const place = logPlace(view, quest.id)
  if (place < 0 || view.questState(place) !== questState.complete) return finished(view)
  if (view.mind.step > HAND_IN_TRIES_MAX) {
    view.mind.giveUps += 1
    return failQuest(view, quest)
  }
  const npc = approachNpc(view, content, quest.ender)
  if (typeof npc !== 'number') return npc
  if (npc === 0) return giveUp(view)
  view.mind.step += 1
  if (view.refusedCode === result.bagFull) {
    // To the trader first; the quest stays complete meanwhile.
    if (canSell(view, content)) return finished(view)
    return makeRoom(view, content) ?? abandon(view, quest.id, 'quitFull')
  }
  lookAtGearSoon(view)
  lookAtNeedsSoon(view)
  if (quest.reward.choices.length === 0) return [act(QuestComplete, { giver: npc, quest: quest.id })]
  return [act(QuestChooseReward, { giver: npc, quest: quest.id, choice: bestChoice(view, content, quest) })]
}

/** The reward that is worth most to wear, else the one that sells for most. */
function bestChoice(view: BotView, content: Content, quest: QuestKind): number {
  const owner = ownerOf(view, content)
  let best = 0
  let bestWorth = -1
  quest.reward.choices.forEach(({ item, count }, i) => {
    const kind = content.items[item]
    if (kind === undefined || owner === undefined) return
    const isForMe = kind.slot !== undefined && (kind.classes.length === 0 || kind.classes.includes(view.classId))
    const worth = isForMe ? 1_000_000 + gearScore(kind, owner.classKind) : kind.sellPrice * count
    if (worth <= bestWorth) return
    best = i
    bestWorth = worth
  })
  return best
}

function shop(view: BotView, content: Content, npc: NpcKind | undefined): Acts {
  const found = npc === undefined ? 0 : approachNpc(view, content, npc.id)
  if (typeof found !== 'number') return found
  const isOver = npc === undefined || found === 0 || view.mind.step > TRADES_MAX
  const acts = isOver ? undefined : trade(view, content, npc, found)
  if (acts !== undefined) {
    view.mind.step += 1
    return acts
  }
  endVisit(view)
  lookAtNeedsSoon(view)
  return found === 0 ? giveUp(view) : finished(view)
}

function grind(view: BotView, content: Content, draw: Draw): Acts {
  const { mind, level } = view
  const area = content.huntingAreas[mind.areaIndex]
  if (area === undefined) return giveUp(view)
  if (view.tick > mind.goalTick) return finished(view)
  const prey = { kinds: ANY_KIND, levelMin: level - LEVELS_BELOW, levelMax: level + LEVELS_ABOVE }
  return hunt(view, area, prey, draw) ?? finished(view)
}

/** The goal's next intents. Called when nothing more urgent is the matter. */
export function pursueGoal(view: BotView, content: Content, draw: Draw): Acts {
  const { mind } = view
  if (mind.goal === goal.none || mind.goal === goal.rest || mind.goal === goal.revive) {
    const acts = choose(view, content, draw)
    if (acts !== undefined) return acts
  }
  if (isStuck(view)) return giveUp(view)
  if (mind.goal === goal.grind) return grind(view, content, draw)
  if (mind.goal === goal.shop) return shop(view, content, content.npcs[mind.quest])
  const quest = content.quests[mind.quest]
  if (quest === undefined) return giveUp(view)
  if (mind.goal === goal.accept) return accept(view, content, quest)
  if (mind.goal === goal.turnIn) return turnIn(view, content, quest)
  return pursueObjective({ view, content, quest, draw })
}
