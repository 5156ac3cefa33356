import { THREATS_MAX } from '../../components/combat.js'
import { creatureState } from '../../components/creature.js'
import type { Entity, Slot } from '../../src/ecs/entities.js'
import { BODY_M, shouldSwitch } from '../combat-rules.js'
import type { CreatureKind } from '../content/types.js'
import { PACK_HELP_M } from '../creature-rules.js'
import { isWithin } from '../interaction-rules.js'
import { addThreat, dropThreat, isHated, threatOf } from '../threat-rules.js'
import { isFallen, type MindWorld } from './world.js'

export function isInReach(world: MindWorld, slot: Slot, entity: Entity, creature: CreatureKind): boolean {
  const other = world.slotOf(entity)
  return other !== 0 && isWithin(world, slot, other, creature.reachM + BODY_M)
}

/** Forgets those who are dead or gone. */
function forgetLost(world: MindWorld, slot: Slot): void {
  const { threat } = world
  for (let i = 0; i < THREATS_MAX; i += 1) {
    const entity = threat.entity[slot * THREATS_MAX + i]
    if (entity === 0) continue
    const other = world.slotOf(entity)
    if (other === 0 || isFallen(world, other)) dropThreat(threat, slot, i)
  }
}

/** Whom it fights next: its target, unless another is hated enough more; of several such, the most hated. 0: nobody. */
export function mostHated(world: MindWorld, slot: Slot, creature: CreatureKind): Entity {
  const { threat, combatant } = world
  forgetLost(world, slot)
  const current = combatant.target[slot]
  const currentAmount = threatOf(threat, slot, current)
  let best: Entity = currentAmount > 0 ? current : 0
  let bestAmount = best === 0 ? -1 : currentAmount
  for (let i = slot * THREATS_MAX; i < (slot + 1) * THREATS_MAX; i += 1) {
    const entity = threat.entity[i]
    const amount = threat.amount[i]
    if (entity === 0 || amount <= bestAmount) continue
    if (currentAmount > 0 && !shouldSwitch(currentAmount, amount, isInReach(world, slot, entity, creature))) continue
    best = entity
    bestAmount = amount
  }
  return best
}

/** A right to the creature whose owner has fallen or left the world passes to whom it fights now. */
export function passTap(world: MindWorld, slot: Slot, target: Entity): void {
  const { status } = world
  if (status.tap[slot] === 0) return
  const owner = world.slotOf(status.tap[slot])
  if (owner === 0 || isFallen(world, owner)) status.tap[slot] = target
}

/** The others of its pack who are idle, alive and near come to help; each of them calls as well when it does. */
export function callPack(world: MindWorld, slot: Slot, target: Entity): void {
  const { creatureMind, threat, spawns, counters, tick } = world
  spawns.eachOfPack(creatureMind.spawn[slot], (point) => {
    const other = world.slotOf(spawns.entity[point])
    if (other === 0 || other === slot || isFallen(world, other) || creatureMind.state[other] !== creatureState.idle) return
    if (!isWithin(world, slot, other, PACK_HELP_M) || isHated(threat, other, target)) return
    addThreat(threat, other, target, 1)
    creatureMind.nextTick[other] = tick
    counters.add('packsCalled', 1)
  })
}
