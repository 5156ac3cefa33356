import { Combat, THREATS_MAX, Threat } from '../components/combat.js'
import { CreatureMind, creatureState } from '../components/creature.js'
import { Kind } from '../components/kind.js'
import { Motion, moveMode, Place, Position } from '../components/motion.js'
import { flag, Status } from '../components/status.js'
import { Vitals } from '../components/vitals.js'
import { CombatAttack, CombatStopAttack } from '../protocol/combat.js'
import { MoveFollow, MoveTo } from '../protocol/move.js'
import type { Entity, Slot } from '../src/ecs/entities.js'
import { clamp, distanceSquared } from '../src/ecs/maths.js'
import { type ContextOf, defineSystem } from '../src/ecs/system.js'
import { GridResource, layer } from '../src/space/grid.js'
import { BODY_M, shouldSwitch } from './combat-rules.js'
import { ContentResource } from './content/resource.js'
import type { CreatureKind } from './content/types.js'
import { clearThreat, dropThreat, threatOf } from './threat-rules.js'

const IDLE_MS = 1_000
const FIGHT_MS = 250
const WANDER_MIN_MS = 6_000
const WANDER_SPREAD_MS = 14_000
/** Evading, it counts as home within this. */
const HOME_M = 1
const near = new Int32Array(1_024)

const needs = {
  name: 'creatureMind',
  reads: { position: Position, place: Place, kind: Kind },
  writes: { mind: CreatureMind, motion: Motion, status: Status, vitals: Vitals, threat: Threat, combatant: Combat },
  resources: { grid: GridResource, content: ContentResource },
  queries: { creatures: [CreatureMind, Threat] },
  acts: [CombatAttack, CombatStopAttack, MoveFollow, MoveTo],
} as const
type MindWorld = ContextOf<typeof needs>

const ticks = (world: MindWorld, ms: number): number => Math.max(1, Math.floor((ms * world.tickHz) / 1000 + 0.5))

/** The nearest living character within the creature's notice, or 0. */
function noticed(world: MindWorld, slot: Slot, creature: CreatureKind): Slot {
  const { position, place, status } = world
  const radius = creature.aggroRadiusM
  const count = world.grid.near(
    layer.characters,
    place.zone[slot],
    place.instance[slot],
    position.x[slot],
    position.z[slot],
    radius,
    near,
  )
  let best = 0
  let bestSquared = radius * radius
  for (let i = 0; i < count; i += 1) {
    const other = near[i]
    if ((status.flags[other] & (flag.dead | flag.ghost)) !== 0) continue
    const squared = distanceSquared(position.x[slot], position.z[slot], position.x[other], position.z[other])
    if (squared < bestSquared) {
      best = other
      bestSquared = squared
    }
  }
  return best
}

/** Forgets those who are dead or gone. */
function forgetLost(world: MindWorld, slot: Slot): void {
  const { threat, status } = world
  for (let i = 0; i < THREATS_MAX; i += 1) {
    const entity = threat.entity[slot * THREATS_MAX + i]
    if (entity === 0) continue
    const other = world.slotOf(entity)
    if (other === 0 || (status.flags[other] & (flag.dead | flag.ghost)) !== 0) dropThreat(threat, slot, i)
  }
}

/** Whom it fights next: its target, unless another is hated enough more; of several such, the most hated. 0: nobody. */
function mostHated(world: MindWorld, slot: Slot, creature: CreatureKind): Entity {
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

function isInReach(world: MindWorld, slot: Slot, entity: Entity, creature: CreatureKind): boolean {
  const { position } = world
  const other = world.slotOf(entity)
  const reachM = creature.reachM + BODY_M
  return distanceSquared(position.x[slot], position.z[slot], position.x[other], position.z[other]) <= reachM * reachM
}

function engage(world: MindWorld, slot: Slot, target: Entity, creature: CreatureKind): void {
  world.mind.state[slot] = creatureState.fight
  world.motion.speedMps[slot] = creature.speedMps
  world.act(slot, CombatAttack, { target })
  world.act(slot, MoveFollow, { entity: target })
}

/** Breaks off and goes home: nothing harms it, and it forgets everybody. */
function evade(world: MindWorld, slot: Slot): void {
  const { mind, status, threat } = world
  mind.state[slot] = creatureState.evade
  status.flags[slot] |= flag.evading
  status.tap[slot] = 0
  clearThreat(threat, slot)
  world.act(slot, CombatStopAttack, {})
  world.act(slot, MoveTo, { x: mind.homeX[slot], z: mind.homeZ[slot] })
}

function comeHome(world: MindWorld, slot: Slot): void {
  const { mind, status, vitals, motion, position, content } = world
  const away = distanceSquared(position.x[slot], position.z[slot], mind.homeX[slot], mind.homeZ[slot])
  if (away > HOME_M * HOME_M) {
    if (motion.mode[slot] !== moveMode.to) world.act(slot, MoveTo, { x: mind.homeX[slot], z: mind.homeZ[slot] })
    return
  }
  mind.state[slot] = creatureState.idle
  status.flags[slot] &= ~(flag.evading | flag.inCombat)
  vitals.health[slot] = vitals.healthMax[slot]
  motion.speedMps[slot] = content.rates.walkSpeedMps
  clearThreat(world.threat, slot)
}

function wander(world: MindWorld, slot: Slot, creature: CreatureKind): void {
  const { mind, content, tick } = world
  if (tick < mind.wanderTick[slot] || creature.wanderRadiusM === 0) return
  mind.wanderTick[slot] = tick + ticks(world, WANDER_MIN_MS + world.random(slot, 0) * WANDER_SPREAD_MS)
  const edge = content.zone.sizeM - 1
  const x = clamp(mind.homeX[slot] + (world.random(slot, 1) * 2 - 1) * creature.wanderRadiusM, 1, edge)
  const z = clamp(mind.homeZ[slot] + (world.random(slot, 2) * 2 - 1) * creature.wanderRadiusM, 1, edge)
  world.act(slot, MoveTo, { x, z })
}

function fight(world: MindWorld, slot: Slot, creature: CreatureKind): void {
  const { mind, position, combatant, motion, content } = world
  const { leashM } = content.rates
  const away = distanceSquared(position.x[slot], position.z[slot], mind.homeX[slot], mind.homeZ[slot])
  const target = away > leashM * leashM ? 0 : mostHated(world, slot, creature)
  if (target === 0) evade(world, slot)
  else if (target !== combatant.target[slot] || motion.mode[slot] !== moveMode.follow) engage(world, slot, target, creature)
}

function idle(world: MindWorld, slot: Slot, creature: CreatureKind): void {
  const { threat, status, entityOf } = world
  const attacker = mostHated(world, slot, creature)
  if (attacker !== 0) return engage(world, slot, attacker, creature)
  // Whoever struck it first and fell in the same tick keeps no right to it.
  if ((status.flags[slot] & flag.inCombat) === 0) status.tap[slot] = 0
  if (creature.aggroRadiusM > 0) {
    const enemy = noticed(world, slot, creature)
    if (enemy !== 0) {
      threat.entity[slot * THREATS_MAX] = entityOf(enemy)
      threat.amount[slot * THREATS_MAX] = 1
      return engage(world, slot, entityOf(enemy), creature)
    }
  }
  wander(world, slot, creature)
}

/** Creatures: wander, notice, chase, hate, give up and go home. They act by intents, like everybody. */
export const creatureMind = defineSystem({
  ...needs,
  run(world) {
    const { mind, kind, status, creatures, content, tick } = world
    for (let i = 0; i < creatures.length; i += 1) {
      const slot = creatures[i]
      const struck = mind.state[slot] === creatureState.idle && (status.flags[slot] & flag.inCombat) !== 0
      if (tick < mind.nextTick[slot] && !struck) continue
      if ((status.flags[slot] & flag.dead) !== 0) continue
      const creature = content.creatures[kind.look[slot]]
      if (creature === undefined) continue
      if (mind.state[slot] === creatureState.idle) idle(world, slot, creature)
      else if (mind.state[slot] === creatureState.fight) fight(world, slot, creature)
      else comeHome(world, slot)
      mind.nextTick[slot] = tick + ticks(world, mind.state[slot] === creatureState.idle ? IDLE_MS : FIGHT_MS)
    }
  },
})
