import { CREATURE_SPELLS_MAX, creatureState } from '../../components/creature.js'
import { moveMode } from '../../components/motion.js'
import { flag } from '../../components/status.js'
import { CombatAttack } from '../../protocol/combat.js'
import { MoveFollow, MoveStop } from '../../protocol/move.js'
import { SpellCast } from '../../protocol/spell.js'
import type { Entity, Slot } from '../../src/ecs/entities.js'
import { distance, distanceSquared } from '../../src/ecs/maths.js'
import { BODY_M } from '../combat-rules.js'
import type { CreatureKind } from '../content/types.js'
import { castPauseMs, firstCastMs, isOverLeash, needsStand, UNREACHABLE_MS, wantsCast } from '../creature-rules.js'
import { evade } from './evade.js'
import { callPack, isInReach, mostHated, passTap } from './hate.js'
import { type MindWorld, setState, ticks } from './world.js'

/** Draws from here on are the spells’; those before are for wandering. */
const SPELL_DRAW = 3
/** It cannot leave its place, and is not to blame for it. */
const kept = flag.rooted | flag.casting

function chase(world: MindWorld, slot: Slot, target: Entity): void {
  world.act(slot, CombatAttack, { target })
  world.act(slot, MoveFollow, { entity: target })
}

/** From idle to a fight, and its pack with it. */
export function engage(world: MindWorld, slot: Slot, target: Entity, creature: CreatureKind): void {
  const { creatureMind, content, tick } = world
  setState(world, slot, creatureState.fight)
  creatureMind.freeTick[slot] = tick
  for (let i = 0; i < creature.spells.length; i += 1) {
    const spell = content.spells[creature.spells[i].spell]
    if (spell === undefined) continue
    const waitMs = firstCastMs(spell, creature.spells[i].everyMs, world.random(slot, SPELL_DRAW + i))
    creatureMind.spellTick[slot * CREATURE_SPELLS_MAX + i] = tick + ticks(world, waitMs)
  }
  chase(world, slot, target)
  callPack(world, slot, target)
}

/** Whether there is no way to its target. */
function isLost(world: MindWorld, slot: Slot, target: Entity, creature: CreatureKind): boolean {
  const { creatureMind, motion, status, tick } = world
  const isComing = motion.moved[slot] === 1 || (status.flags[slot] & kept) !== 0
  if (isComing || isInReach(world, slot, target, creature)) creatureMind.freeTick[slot] = tick
  return tick - creatureMind.freeTick[slot] > ticks(world, UNREACHABLE_MS)
}

/** The place in its kind's list of the spell that it would cast now; −1 when there is none. */
function nextSpell(world: MindWorld, slot: Slot, target: Slot, creature: CreatureKind): number {
  const { creatureMind, status, vitals, position, content, tick } = world
  const away = distance(position.x[slot], position.z[slot], position.x[target], position.z[target])
  for (let i = 0; i < creature.spells.length; i += 1) {
    const { spell: id, level } = creature.spells[i]
    const spell = content.spells[id]
    if (spell === undefined || status.level[slot] < level || tick < creatureMind.spellTick[slot * CREATURE_SPELLS_MAX + i])
      continue
    const healthFraction = vitals.health[slot] / vitals.healthMax[slot]
    if (wantsCast({ spell, distanceM: Math.max(0, away - BODY_M), healthFraction })) return i
  }
  return -1
}

/** True when it casts, or stands still in order to cast in the next tick. */
function cast(world: MindWorld, slot: Slot, target: Entity, creature: CreatureKind): boolean {
  const { creatureMind, motion, status, position, content, tick } = world
  const at = world.slotOf(target)
  if (creature.spells.length === 0 || at === 0 || (status.flags[slot] & flag.silenced) !== 0) return false
  const place = nextSpell(world, slot, at, creature)
  const spell = place < 0 ? undefined : content.spells[creature.spells[place].spell]
  if (spell === undefined) return false
  if (needsStand(spell) && motion.mode[slot] !== moveMode.stand) {
    world.act(slot, MoveStop, {})
    creatureMind.nextTick[slot] = tick + 1
    return true
  }
  creatureMind.spellTick[slot * CREATURE_SPELLS_MAX + place] =
    tick + ticks(world, castPauseMs(spell, creature.spells[place].everyMs))
  const isForItself = spell.target === 'self' || spell.target === 'friend'
  world.act(slot, SpellCast, {
    spell: spell.id,
    target: isForItself ? world.entityOf(slot) : target,
    x: position.x[at],
    z: position.z[at],
  })
  return true
}

/** Goes on: by spells when it can, else by following and striking; or gives up. */
export function fight(world: MindWorld, slot: Slot, creature: CreatureKind): void {
  const { creatureMind, position, combatant, motion, status, content } = world
  const away = distanceSquared(position.x[slot], position.z[slot], creatureMind.homeX[slot], creatureMind.homeZ[slot])
  const target = isOverLeash(away, content.rates.leashM) ? 0 : mostHated(world, slot, creature)
  if (target === 0 || isLost(world, slot, target, creature)) return evade(world, slot)
  passTap(world, slot, target)
  if ((status.flags[slot] & flag.casting) !== 0 || cast(world, slot, target, creature)) return
  const isChasing = motion.mode[slot] === moveMode.follow && motion.follow[slot] === target
  if (target !== combatant.target[slot] || !isChasing) chase(world, slot, target)
}
