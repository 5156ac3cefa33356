import { tier } from '../../components/bot-mind.js'
import { SPELLS_MAX } from '../../components/spells.js'
import { flag } from '../../components/status.js'
import { CombatAttack } from '../../protocol/combat.js'
import { MoveFollow, MoveStop, MoveTo } from '../../protocol/move.js'
import { result } from '../../protocol/result-codes.js'
import { SpellCast } from '../../protocol/spell.js'
import { distance } from '../../src/ecs/maths.js'
import type { Content, SpellKind } from '../content/types.js'
import { type Act, type Acts, act, type BotView, NOTHING, type Seen, seconds } from './view.js'

const HEAL_BELOW = 0.5
/** A caster stands this much inside its range, so that a step of the target does not break the cast. */
const RANGE_MARGIN_M = 3
/** Spells from this range on make a fighter that keeps its distance. */
const RANGED_FROM_M = 10
const TURN_STEP_M = 0.3
const PURSUIT_S = 20
const ATTACKER_RANGE_M = 30

const isHeal = (spell: SpellKind): boolean => spell.effects[0].kind === 'heal'
const unfit = flag.dead | flag.evading

/** Whether the bot may go on fighting what it sees. */
export function isFair(view: BotView, other: Seen): boolean {
  return (other.flags & unfit) === 0 && (other.tap === 0 || other.tap === view.entity || other.target === view.entity)
}

/** Makes the entity the one to fight. */
export function pursue(view: BotView, entity: number): void {
  const { mind } = view
  mind.target = entity
  mind.tier = tier.combat
  mind.untilTick = view.tick + seconds(view, PURSUIT_S)
  mind.hasDest = 0
}

/** The spell to cast now, in the order of the book from its end: the later learnt is the stronger. */
function nextSpell(view: BotView, content: Content, distanceM: number): SpellKind | undefined {
  if (view.tick < view.globalTick) return undefined
  const wounded = view.health < view.healthMax * HEAL_BELOW
  for (let i = SPELLS_MAX - 1; i >= 0; i -= 1) {
    const spell = content.spells[view.spellAt(i)]
    if (spell === undefined || view.power < spell.cost || view.tick < view.spellReadyTick(i)) continue
    if (isHeal(spell) ? wounded : distanceM <= spell.rangeM) return spell
  }
  return undefined
}

/** The reach of the class's longest attack spell that it can pay for now; 0 for fighters at arm's length. */
function spellRange(view: BotView, content: Content): number {
  let rangeM = 0
  for (let i = 0; i < SPELLS_MAX; i += 1) {
    const spell = content.spells[view.spellAt(i)]
    if (spell !== undefined && !isHeal(spell) && spell.rangeM > rangeM && view.power >= spell.cost) rangeM = spell.rangeM
  }
  return rangeM >= RANGED_FROM_M ? rangeM : 0
}

/** A small step towards the target: walking turns. */
function turnTo(view: BotView, other: Seen, distanceM: number): Act {
  view.mind.faced = other.entity
  const part = Math.min(1, TURN_STEP_M / Math.max(distanceM, TURN_STEP_M))
  return act(MoveTo, { x: view.x + (other.x - view.x) * part, z: view.z + (other.z - view.z) * part })
}

/** Getting to where it can strike, and facing the target. */
function approach(view: BotView, other: Seen, rangeM: number, distanceM: number): Act | undefined {
  const { mind } = view
  if (rangeM === 0 || distanceM > rangeM - RANGE_MARGIN_M) {
    mind.faced = other.entity
    return view.following === other.entity ? undefined : act(MoveFollow, { entity: other.entity })
  }
  if (view.following !== 0) return act(MoveStop, {})
  const mustTurn = mind.faced !== other.entity || view.refusedCode === result.notFacing
  return mustTurn ? turnTo(view, other, distanceM) : undefined
}

/** The next intents against the target; undefined when the fight is over for this bot. */
export function fight(view: BotView, content: Content): Acts | undefined {
  const { mind } = view
  if (mind.target === 0 && (view.flags & flag.inCombat) !== 0) {
    const attacker = view.findAttacker(ATTACKER_RANGE_M)
    if (attacker !== 0) pursue(view, attacker)
  }
  if (mind.target === 0) return undefined
  const other = view.see(mind.target)
  if (other === undefined || !isFair(view, other) || view.refusedCode === result.immune) {
    if (other !== undefined && (other.flags & flag.dead) !== 0 && other.tap === view.entity) {
      mind.corpse = mind.target
      mind.luckTick = view.tick
      mind.moves = 0
    } else {
      mind.avoid = mind.target
    }
    mind.target = 0
    return undefined
  }
  if (other.health < other.healthMax || other.target === view.entity) mind.untilTick = view.tick + seconds(view, PURSUIT_S)
  if (view.tick > mind.untilTick) {
    mind.avoid = mind.target
    mind.target = 0
    return undefined
  }
  if ((view.flags & flag.casting) !== 0) return NOTHING
  const acts: Act[] = []
  const distanceM = distance(view.x, view.z, other.x, other.z)
  const move = approach(view, other, spellRange(view, content), distanceM)
  if (move !== undefined) acts.push(move)
  if (view.target !== other.entity) acts.push(act(CombatAttack, { target: other.entity }))
  // A spell asked for together with a turn would be judged before the turn.
  const isTurning = move !== undefined && move.opcode !== MoveStop
  const spell = isTurning ? undefined : nextSpell(view, content, distanceM)
  if (spell !== undefined && (spell.castMs === 0 || !view.isMoving)) {
    const target = isHeal(spell) ? view.entity : other.entity
    acts.push(act(SpellCast, { spell: spell.id, target, x: other.x, z: other.z }))
  }
  return acts.length === 0 ? NOTHING : acts
}
