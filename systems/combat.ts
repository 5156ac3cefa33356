import { Combat } from '../components/combat.js'
import { flag } from '../components/status.js'
import { CombatStarted, CombatStopped, CombatSwing, CombatUnable } from '../protocol/combat.js'
import { result } from '../protocol/result-codes.js'
import type { Slot } from '../src/ecs/entities.js'
import { defineSystem } from '../src/ecs/system.js'
import { afterArmour, BODY_M, isFacing, type Outcome, swingMs, swingOutcome, weaponBlow, weaponOf } from './combat-rules.js'
import type { Weapon } from './content/types.js'
import { blow } from './events.js'
import { gainRage, harm } from './fighting/harm.js'
import { noticeHealing, provoke } from './fighting/hate.js'
import { type CombatWorld, combatNeeds, harmCode, isCreature, isFallen, mayHarm, ticks } from './fighting/world.js'
import { heldCode, isWithin } from './interaction-rules.js'
import { rageForBlow } from './recovery-rules.js'

/** At most once a tick, however often it changed its mind in it: what is shown is what it has come to. */
function showTarget(world: CombatWorld, slot: Slot): void {
  const { combatant, entityOf } = world
  const target = combatant.target[slot]
  combatant.shown[slot] = target
  if (target === 0) world.show(slot, CombatStopped, { attacker: entityOf(slot) })
  else world.show(slot, CombatStarted, { attacker: entityOf(slot), target })
}

function begin(world: CombatWorld, slot: Slot, entity: number): number {
  const { combatant, status, tick } = world
  if (isFallen(world, slot)) return result.dead
  const code = mayHarm(world, slot, world.slotOf(entity))
  if (code !== result.ok || combatant.target[slot] === entity) return code
  const held = heldCode(status.flags[slot])
  if (held !== result.ok) return held
  combatant.target[slot] = entity
  combatant.told[slot] = 0
  if (combatant.swingTick[slot] < tick) combatant.swingTick[slot] = tick
  return code
}

/** Why this weapon cannot strike now; ok when it can. */
function hindrance(world: CombatWorld, slot: Slot, target: Slot, weapon: Weapon): number {
  const { status, position, motion, content } = world
  const held = heldCode(status.flags[slot])
  if (held !== result.ok) return held
  const code = mayHarm(world, slot, target)
  if (code !== result.ok) return code
  if (!isWithin(world, slot, target, weapon.reachM + BODY_M)) return result.outOfRange
  const dx = position.x[target] - position.x[slot]
  const dz = position.z[target] - position.z[slot]
  return isFacing(motion.heading[slot], dx, dz, content.rates.swingArcDegrees) ? result.ok : result.notFacing
}

function weaponIn(world: CombatWorld, slot: Slot): Weapon | undefined {
  const { content, kind } = world
  if (isCreature(world, slot)) return content.creatures[kind.look[slot]]
  const classKind = content.classes[kind.look[slot]]
  return classKind === undefined ? undefined : weaponOf(content, classKind, world.equipment, slot)
}

/** Ends an attack of which one of the two fell or is gone, shows what has become of it, and strikes when the time has come. */
function fight(world: CombatWorld, slot: Slot): void {
  const { combatant, tick } = world
  const isDue = combatant.target[slot] !== 0 && tick >= combatant.swingTick[slot]
  const target = world.slotOf(combatant.target[slot])
  const isOver = isFallen(world, slot) || target === 0 || !world.has(target, Combat) || isFallen(world, target)
  const weapon = isDue && !isOver ? weaponIn(world, slot) : undefined
  if (isDue && weapon === undefined) combatant.target[slot] = 0
  if (combatant.target[slot] !== combatant.shown[slot]) showTarget(world, slot)
  if (weapon !== undefined) attack(world, slot, target, weapon)
}

/** Swings if it can; else tries again soon, and says once why not. */
function attack(world: CombatWorld, slot: Slot, target: Slot, weapon: Weapon): void {
  const { combatant, status, stats, content, tick } = world
  const isCasting = (status.flags[slot] & flag.casting) !== 0
  const code = hindrance(world, slot, target, weapon)
  if (code === result.ok && !isCasting) {
    combatant.swingTick[slot] = tick + ticks(world, swingMs(weapon, stats.hasteFactor[slot]))
    return swing(world, slot, target, weapon)
  }
  combatant.swingTick[slot] = tick + ticks(world, content.rates.swingRetryMs)
  if (isCasting || combatant.told[slot] !== 0) return
  combatant.told[slot] = 1
  world.tell(slot, CombatUnable, { code })
}

function swing(world: CombatWorld, slot: Slot, target: Slot, weapon: Weapon): void {
  const { combatant, stats, content, counters, entityOf } = world
  const { combat, regeneration } = content.rates
  combatant.told[slot] = 0
  counters.add('swings', 1)
  const roll = world.random(slot, 0)
  let outcome: Outcome = swingOutcome(roll, combat.missChance, stats.dodgeChance[target], stats.critChance[slot])
  let amount = 0
  if (outcome === 'hit' || outcome === 'crit') {
    const damage = blowOf(world, slot, target, weapon) * (outcome === 'crit' ? combat.critFactor : 1)
    amount = harm(world, slot, target, Math.max(1, damage), outcome === 'crit' ? blow.crit : 0)
    if (amount === 0) outcome = 'absorb'
    gainRage(world, slot, rageForBlow(regeneration, weapon.swingMs))
  } else {
    harm(world, slot, target, 0, 0)
  }
  world.show(slot, CombatSwing, { attacker: entityOf(slot), target: entityOf(target), outcome, amount })
}

/** What a blow that lands does before any shield. */
function blowOf(world: CombatWorld, slot: Slot, target: Slot, weapon: Weapon): number {
  const { stats, status, content } = world
  const level = status.level[slot]
  const raw = weaponBlow(weapon, level, stats.attackPower[slot], world.random(slot, 1)) * stats.damageDoneFactor[slot]
  return afterArmour(raw, stats.armour[target], level, content.rates.combat.armourK) * stats.damageTakenFactor[target]
}

/** What spells and auras did. Whoever gave it may have left the world or died since; it harms all the same. */
function strike(world: CombatWorld, attacker: Slot, victim: Slot, amount: number, how: number): void {
  const code = attacker === 0 ? harmCode(world, victim) : mayHarm(world, attacker, victim)
  if (code === result.ok) harm(world, attacker, victim, amount, how)
}

/** Weapons: who attacks whom, swings, damage of every kind, hate, and being in combat. */
export const combat = defineSystem({
  ...combatNeeds,
  run(world) {
    const { combatant, status, fighters, tick, slotOf } = world
    for (const intent of world.intents) {
      if (intent.name === 'combat.attack') {
        world.answer(intent, begin(world, intent.actor, intent.payload.target))
      } else {
        combatant.target[intent.actor] = 0
        world.answer(intent, result.ok)
      }
    }
    for (const { attacker, victim, amount, how } of world.struck) strike(world, slotOf(attacker), slotOf(victim), amount, how)
    for (const { healer, target, amount } of world.healed) noticeHealing(world, slotOf(healer), slotOf(target), amount)
    for (const { creature, by, amount, taunts } of world.provoked) provoke(world, creature, by, amount, taunts === 1)
    const leaveTicks = ticks(world, world.content.rates.combatLeaveMs)
    const { target, shown, swingTick, harmTick } = combatant
    const { flags } = status
    for (let i = 0; i < fighters.length; i += 1) {
      const slot = fighters[i]
      if (target[slot] !== shown[slot] || (target[slot] !== 0 && tick >= swingTick[slot])) fight(world, slot)
      if ((flags[slot] & flag.inCombat) !== 0 && tick - harmTick[slot] > leaveTicks) flags[slot] &= ~flag.inCombat
    }
  },
})
