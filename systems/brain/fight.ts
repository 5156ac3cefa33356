import { tier } from '../../components/bot-mind.js'
import { flag } from '../../components/status.js'
import { CombatAttack } from '../../protocol/combat.js'
import { MoveFollow, MoveStop, MoveTo } from '../../protocol/move.js'
import { result } from '../../protocol/result-codes.js'
import { SpellCast } from '../../protocol/spell.js'
import { distance } from '../../src/ecs/maths.js'
import type { Content } from '../content/types.js'
import { attackerOf, forgetAbilities, forgetAttackers } from './caches.js'
import { drinkWhenLow } from './needs.js'
import { fightingRangeM, nextCast } from './rotation.js'
import { type Act, type Acts, act, type BotView, NOTHING, type Seen, seconds } from './view.js'

/** A caster stands this much inside its range, so that a step of the target does not break the cast. */
const RANGE_MARGIN_M = 3
const TURN_STEP_M = 0.3
const PURSUIT_S = 20

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

/** A small step towards the target: walking turns. */
export function turnTo(view: BotView, other: Seen, distanceM: number): Act {
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

/** The fight with the target is over for this bot: there is a corpse to look into, or somebody to leave alone. */
function letGo(view: BotView, other: Seen | undefined): undefined {
  const { mind } = view
  if (other !== undefined && (other.flags & flag.dead) !== 0 && other.tap === view.entity) {
    mind.corpse = mind.target
    mind.luckTick = view.tick
    mind.moves = 0
  } else {
    mind.avoid = mind.target
  }
  mind.target = 0
  forgetAttackers(view)
  return undefined
}

/** Whom to fight now: the one it fights, or else who attacks it. Undefined when there is nobody any more. */
function foeOf(view: BotView): Seen | undefined {
  const { mind } = view
  if (mind.target === 0 && (view.flags & flag.inCombat) !== 0) {
    const attacker = attackerOf(view)
    if (attacker !== 0) pursue(view, attacker)
  }
  if (mind.target === 0) return undefined
  const other = view.see(mind.target)
  if (other === undefined || !isFair(view, other) || view.refusedCode === result.immune) return letGo(view, other)
  if (other.health < other.healthMax || other.target === view.entity) mind.untilTick = view.tick + seconds(view, PURSUIT_S)
  return view.tick > mind.untilTick ? letGo(view, undefined) : other
}

/** The next intents against the target; undefined when the fight is over for this bot. */
export function fight(view: BotView, content: Content): Acts | undefined {
  const other = foeOf(view)
  if (other === undefined) return undefined
  if ((view.flags & (flag.casting | flag.stunned | flag.feared)) !== 0) return NOTHING
  const distanceM = distance(view.x, view.z, other.x, other.z)
  const isRooted = (view.flags & flag.rooted) !== 0
  const move = isRooted ? undefined : approach(view, other, fightingRangeM(view, content), distanceM)
  const attack = view.target === other.entity ? undefined : act(CombatAttack, { target: other.entity })
  // A spell asked for together with a turn would be judged before the turn.
  const isTurning = move !== undefined && move.opcode !== MoveStop
  const deed = drinkWhenLow(view, content) ?? (isTurning ? undefined : castAt(view, content, other, distanceM))
  return move === undefined && attack === undefined && deed === undefined ? NOTHING : listOf(move, attack, deed)
}

function castAt(view: BotView, content: Content, other: Seen, distanceM: number): Act | undefined {
  const cast = nextCast(view, content, other, distanceM)
  if (cast === undefined) return undefined
  forgetAbilities(view)
  return act(SpellCast, { spell: cast.spell.id, target: cast.target, x: other.x, z: other.z })
}

function listOf(move: Act | undefined, attack: Act | undefined, deed: Act | undefined): Acts {
  const acts: Act[] = []
  if (move !== undefined) acts.push(move)
  if (attack !== undefined) acts.push(attack)
  if (deed !== undefined) acts.push(deed)
  return acts
}
