import { AURAS_MAX } from '../../components/auras.js'
import { flag } from '../../components/status.js'
import type { Slot } from '../../src/ecs/entities.js'
import { type AuraEditor, absorbOf } from '../aura-rules.js'
import { THREAT_PER_DAMAGE } from '../combat-rules.js'
import type { Content } from '../content/types.js'
import { blow, Harmed, Killed } from '../events.js'
import { rageForHarm } from '../recovery-rules.js'
import { addThreat } from '../threat-rules.js'
import { type CombatWorld, isCreature, isFallen } from './world.js'

/**
 * What of a blow gets through the shields that lie on `slot`: the oldest, which stand first in the row, take it first. A shield
 * that has nothing left ends in this tick; the system `auras` takes it away.
 */
export function soak(auras: AuraEditor, content: Content, slot: Slot, amount: number, tick: number): number {
  let left = amount
  for (let i = 0; i < auras.count[slot] && left > 0; i += 1) {
    const at = slot * AURAS_MAX + i
    const held = auras.amount[at]
    const isOver = auras.untilTick[at] !== 0 && auras.untilTick[at] <= tick
    const kind = content.auras[auras.aura[at]]
    if (held <= 0 || isOver || kind === undefined || absorbOf(kind) === undefined) continue
    const taken = Math.min(held, left)
    left -= taken
    auras.setAt(slot, 'amount', i, held - taken)
    if (taken === held) auras.setAt(slot, 'untilTick', i, tick)
  }
  return left
}

export function enterCombat(world: CombatWorld, slot: Slot): void {
  world.combatant.harmTick[slot] = world.tick
  world.status.flags[slot] |= flag.inCombat
}

/** Rage comes in fractions of a point; `powerPart` carries them. Who has no rage gains none. */
export function gainRage(world: CombatWorld, slot: Slot, amount: number): void {
  const { vitals, content } = world
  if (isCreature(world, slot) || content.classes[world.kind.look[slot]]?.power !== 'rage') return
  const earned = Math.min(vitals.powerMax[slot], vitals.power[slot] + vitals.powerPart[slot] + amount)
  vitals.power[slot] = Math.floor(earned)
  vitals.powerPart[slot] = earned - Math.floor(earned)
}

/** The struck creature hates who struck it, whose it becomes: the first one's, unless he has fallen or left the world. */
function anger(world: CombatWorld, creature: Slot, attacker: Slot, taken: number): void {
  const { status, threat, stats, entityOf } = world
  const owner = world.slotOf(status.tap[creature])
  if (owner === 0 || isFallen(world, owner)) status.tap[creature] = entityOf(attacker)
  const hate = taken * THREAT_PER_DAMAGE * stats.threatFactor[attacker]
  addThreat(threat, creature, entityOf(attacker), Math.max(1, hate))
}

/**
 * Takes the health, with all that follows from a blow; returns what was taken. A blow of 0 (a miss) angers too. `attacker` 0 has
 * left the world, and he and the dead are hated no more; what they gave harms on.
 */
export function harm(world: CombatWorld, attacker: Slot, victim: Slot, amount: number, how: number): number {
  const { vitals, content, entityOf } = world
  const through = amount > 0 ? soak(world.auras, content, victim, amount, world.tick) : 0
  const taken = Math.min(Math.floor(through + 0.5), vitals.health[victim])
  vitals.health[victim] -= taken
  enterCombat(world, victim)
  if (attacker !== 0 && !isFallen(world, attacker)) {
    enterCombat(world, attacker)
    if (isCreature(world, victim)) anger(world, victim, attacker, taken)
  }
  if ((how & blow.periodic) === 0) {
    gainRage(world, victim, rageForHarm(content.rates.regeneration, taken, vitals.healthMax[victim]))
  }
  const by = attacker === 0 ? 0 : entityOf(attacker)
  world.emit(Harmed, { attacker: by, victim: entityOf(victim), amount: taken, how })
  if (vitals.health[victim] === 0) world.emit(Killed, { killer: by, victim: entityOf(victim) })
  return taken
}
