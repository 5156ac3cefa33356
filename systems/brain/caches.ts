import { SPELLS_MAX } from '../../components/spells.js'
import type { Content } from '../content/types.js'
import type { BotView, CacheTimes } from './view.js'

/** What can be cast, and who attacks, is looked up anew after these times, or when something has changed it. */
export const defaultCaches: CacheTimes = Object.freeze({ abilitiesMs: 100, targetsMs: 500 })
export const noCaches: CacheTimes = Object.freeze({ abilitiesMs: -1, targetsMs: -1 })
/** Attackers farther away than this are no attackers yet. */
const ATTACKER_M = 30
/** Those near enough to be struck together. */
const NEAR_M = 8

/** From when on something that is looked up now is no longer good. */
function goodUntil({ tick, tickHz }: BotView, ms: number): number {
  return ms < 0 ? tick : tick + Math.max(1, Math.floor((ms * tickHz) / 1000))
}

/** A bit for each place of the book whose spell is known, affordable and off its cooldown. */
export function usableSpells(view: BotView, content: Content): number {
  const { mind, tick } = view
  if (tick < mind.usableTick) {
    mind.abilityHits += 1
    return mind.usable
  }
  mind.abilityMisses += 1
  let usable = 0
  for (let i = 0; i < SPELLS_MAX; i += 1) {
    const spell = content.spells[view.spellAt(i)]
    if (spell === undefined || view.power < spell.cost || tick < view.spellReadyTick(i)) continue
    if (spell.category >= 0 && tick < view.categoryTick(spell.category)) continue
    usable |= 1 << i
  }
  mind.usable = usable
  mind.usableTick = goodUntil(view, view.caches.abilitiesMs)
  return usable
}

/** After a cast or a new level. */
export function forgetAbilities(view: BotView): void {
  view.mind.usableTick = 0
}

function lookForAttackers(view: BotView): void {
  const { mind, tick } = view
  if (tick < mind.attackerTick) {
    mind.targetHits += 1
    return
  }
  mind.targetMisses += 1
  mind.attacker = view.findAttacker(ATTACKER_M)
  mind.attackers = mind.attacker === 0 ? 0 : Math.min(255, view.countAttackers(NEAR_M))
  mind.attackerTick = goodUntil(view, view.caches.targetsMs)
}

/** The nearest creature that attacks, 0 for none. */
export function attackerOf(view: BotView): number {
  lookForAttackers(view)
  return view.mind.attacker
}

/** How many attack at arm's length. */
export function attackersNear(view: BotView): number {
  lookForAttackers(view)
  return view.mind.attackers
}

/** After a target's death, or whenever it was let go. */
export function forgetAttackers(view: BotView): void {
  view.mind.attackerTick = 0
}
