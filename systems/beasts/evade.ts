import { AURAS_MAX } from '../../components/auras.js'
import { creatureState } from '../../components/creature.js'
import { moveMode } from '../../components/motion.js'
import { flag } from '../../components/status.js'
import { CombatStopAttack } from '../../protocol/combat.js'
import { MoveTo } from '../../protocol/move.js'
import type { Slot } from '../../src/ecs/entities.js'
import { distanceSquared } from '../../src/ecs/maths.js'
import { clearThreat } from '../threat-rules.js'
import { type MindWorld, setState } from './world.js'

/** Evading, it counts as home within this. */
const HOME_M = 1

/** What its enemies laid on it ends now: the system `auras` takes it away in this tick. */
function endHarm(world: MindWorld, slot: Slot): void {
  const { auras, content, tick } = world
  for (let i = 0; i < auras.count[slot]; i += 1)
    if (content.auras[auras.aura[slot * AURAS_MAX + i]]?.harmful === true) auras.setAt(slot, 'untilTick', i, tick)
}

/** Breaks off and goes home, faster than it chases: nothing harms it, and it forgets everybody and what they did to it. */
export function evade(world: MindWorld, slot: Slot): void {
  const { creatureMind, status, threat } = world
  setState(world, slot, creatureState.evade)
  status.flags[slot] |= flag.evading
  status.tap[slot] = 0
  clearThreat(threat, slot)
  endHarm(world, slot)
  world.counters.add('evades', 1)
  world.act(slot, CombatStopAttack, {})
  world.act(slot, MoveTo, { x: creatureMind.homeX[slot], z: creatureMind.homeZ[slot] })
}

/** On the way; at home it is whole and idle again. */
export function comeHome(world: MindWorld, slot: Slot): void {
  const { creatureMind, status, vitals, motion, position } = world
  const away = distanceSquared(position.x[slot], position.z[slot], creatureMind.homeX[slot], creatureMind.homeZ[slot])
  if (away > HOME_M * HOME_M) {
    if (motion.mode[slot] !== moveMode.to) world.act(slot, MoveTo, { x: creatureMind.homeX[slot], z: creatureMind.homeZ[slot] })
    return
  }
  setState(world, slot, creatureState.idle)
  status.flags[slot] &= ~(flag.evading | flag.inCombat)
  vitals.health[slot] = vitals.healthMax[slot]
  clearThreat(world.threat, slot)
}
