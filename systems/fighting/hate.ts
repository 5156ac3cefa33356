import { Threat } from '../../components/combat.js'
import { CreatureMind } from '../../components/creature.js'
import { flag } from '../../components/status.js'
import type { Entity, Slot } from '../../src/ecs/entities.js'
import { layer } from '../../src/space/grid.js'
import { THREAT_PER_HEALING } from '../combat-rules.js'
import { addThreat, isHated, mostThreat, threatOf } from '../threat-rules.js'
import { enterCombat } from './harm.js'
import { type CombatWorld, isFallen } from './world.js'

/** Creatures this near to a healed character notice who healed it. */
const HEAL_NOTICED_M = 40
/** Scratch: who is near, filled and read within one call. */
const near = new Int32Array(512)

/** Creatures near that hate the healed one hate the healer too: half of the healing, divided among them. */
export function noticeHealing(world: CombatWorld, healer: Slot, healed: Slot, amount: number): void {
  const { position, threat, status, stats, grid, entityOf } = world
  if (healer === 0 || healed === 0) return
  const cell = grid.cellOf(healed)
  if (cell === undefined) return
  const count = grid.near(layer.others, cell.zone, cell.instance, position.x[healed], position.z[healed], HEAL_NOTICED_M, near)
  const entity = entityOf(healed)
  let engaged = 0
  for (let i = 0; i < count; i += 1) {
    const slot = near[i]
    if (!world.has(slot, Threat) || (status.flags[slot] & flag.inCombat) === 0 || !isHated(threat, slot, entity)) continue
    near[engaged] = slot
    engaged += 1
  }
  const share = (amount * THREAT_PER_HEALING * stats.threatFactor[healer]) / engaged
  for (let i = 0; i < engaged; i += 1) addThreat(threat, near[i], entityOf(healer), share)
}

/**
 * A spell makes a creature hate: so much more, by the spell's own measure; a taunt at least as much as it hates anybody, and it
 * turns to him at once. The dead, those at home in their evasion and those who are no creatures do not mind.
 */
export function provoke(world: CombatWorld, entity: Entity, by: Entity, amount: number, taunts: boolean): void {
  const { threat, status, combatant, mind } = world
  const slot = world.slotOf(entity)
  const provoker = world.slotOf(by)
  if (slot === 0 || provoker === 0 || !world.has(slot, Threat) || !world.has(slot, CreatureMind)) return
  if (isFallen(world, slot) || isFallen(world, provoker) || (status.flags[slot] & flag.evading) !== 0) return
  const lacking = taunts ? Math.max(0, mostThreat(threat, slot) - threatOf(threat, slot, by)) : 0
  addThreat(threat, slot, by, Math.max(1, lacking + amount))
  enterCombat(world, slot)
  enterCombat(world, provoker)
  if (!taunts) return
  combatant.target[slot] = by
  mind.nextTick[slot] = world.tick
}
