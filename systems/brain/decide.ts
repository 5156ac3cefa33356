import { goal, tier } from '../../components/bot-mind.js'
import { flag } from '../../components/status.js'
import { TradeCancel } from '../../protocol/trade.js'
import type { Content } from '../content/types.js'
import { wearUpgrade } from './belongings.js'
import { atTheTable, seekDeal } from './dealing.js'
import { fight } from './fight.js'
import { pursueGoal } from './goals.js'
import { mealWhileResting } from './needs.js'
import { paceHz } from './pace.js'
import { plunder } from './plunder.js'
import { backOff, mustBackOff } from './refusals.js'
import { revive } from './revive.js'
import { stepOut } from './step-out.js'
import { halt } from './travel.js'
import { type Acts, act, type BotView, type Draw, NOTHING, seconds } from './view.js'

const REST_BELOW_HEALTH = 0.6
const REST_BELOW_MANA = 0.3
const RESTED = 0.9

/** Whether it must recover before it goes on: sooner begun than ended. */
function mustRest(view: BotView, content: Content): boolean {
  const resting = view.mind.goal === goal.rest
  if (view.health < view.healthMax * (resting ? RESTED : REST_BELOW_HEALTH)) return true
  const usesMana = content.classes[view.classId]?.power === 'mana'
  return usesMana && view.power < view.powerMax * (resting ? RESTED : REST_BELOW_MANA)
}

/** Remembers when the bot last gained something, for the measure of idleness. */
function noteGains(view: BotView): void {
  const { mind } = view
  if (view.experience === mind.lastExperience && view.gold === mind.lastGold) return
  mind.lastExperience = view.experience
  mind.lastGold = view.gold
  mind.gainTick = view.tick
}

/**
 * One decision: reaction first (dead, in a fight), then a trade that is open, then what a fight left behind, then rest, then the goal. A pure
 * function of the view, its memory within, and the numbered draws; what it wants it returns as intents.
 */
export function decide(view: BotView, content: Content, draw: Draw): Acts {
  const { mind } = view
  noteGains(view)
  if ((view.flags & (flag.dead | flag.ghost)) !== 0) {
    mind.goal = goal.revive
    mind.tier = tier.idle
    return revive(view, content)
  }
  if (mustBackOff(view)) backOff(view)
  const inFight = fight(view, content)
  if (inFight !== undefined) {
    mind.tier = tier.combat
    return view.trade.partner === 0 ? inFight : [...inFight, act(TradeCancel, {})]
  }
  const step = stepOut(view)
  if (step !== undefined) {
    mind.tier = tier.combat
    return step
  }
  mind.tier = (view.flags & flag.inCombat) !== 0 ? tier.combat : tier.active
  // Whoever is stunned, or flees in fear, can only wait for it to pass; and who eats, reads or casts does it to the end.
  if ((view.flags & (flag.stunned | flag.feared | flag.casting)) !== 0) return NOTHING
  const dealing = atTheTable(view, content, draw)
  if (dealing !== undefined) return dealing
  const wearing = wearUpgrade(view, content)
  if (wearing !== undefined) return wearing
  const looting = plunder(view, content)
  if (looting !== undefined) return looting
  if (mustRest(view, content)) {
    mind.goal = goal.rest
    mind.tier = tier.idle
    const meal = mealWhileResting(view, content)
    return meal === undefined ? halt(view) : [meal]
  }
  return seekDeal(view, content, draw) ?? pursueGoal(view, content, draw)
}

/** Ticks until the next decision, at that load level, for a bot that a player sees or that none does. */
export function pauseTicks(view: BotView, load = 0, isSeen = true): number {
  return Math.max(1, Math.floor(seconds(view, 1) / paceHz(view.mind.tier, load, isSeen)))
}
