import { Combat, Threat } from '../components/combat.js'
import { Kind, kindType } from '../components/kind.js'
import { Motion, Place, Position } from '../components/motion.js'
import { flag, Status } from '../components/status.js'
import { Vitals } from '../components/vitals.js'
import { CombatAttack, CombatStarted, CombatStopAttack, CombatStopped, CombatSwing, CombatUnable } from '../protocol/combat.js'
import { result } from '../protocol/result-codes.js'
import type { Slot } from '../src/ecs/entities.js'
import { type ContextOf, defineSystem } from '../src/ecs/system.js'
import { GridResource, layer } from '../src/space/grid.js'
import { afterArmour, amountAt, BODY_M, isFacing, swingOutcome, THREAT_PER_DAMAGE, THREAT_PER_HEALING } from './combat-rules.js'
import { ContentResource } from './content/resource.js'
import type { Weapon } from './content/types.js'
import { CountersResource } from './counters.js'
import { Harmed, Healed, Killed, Struck } from './events.js'
import { isWithin } from './interaction-rules.js'
import { armourAt } from './stat-rules.js'
import { addThreat, isHated } from './threat-rules.js'

/** Creatures this near to a healed character notice who healed it. */
const HEAL_NOTICED_M = 40
/** Scratch: who is near, filled and read within one call. */
const near = new Int32Array(512)
const deadOrGhost = flag.dead | flag.ghost

const needs = {
  name: 'combat',
  reads: { position: Position, place: Place, motion: Motion, kind: Kind },
  writes: { combatant: Combat, status: Status, vitals: Vitals, threat: Threat },
  resources: { content: ContentResource, counters: CountersResource, grid: GridResource },
  queries: { fighters: [Combat, Position, Motion, Status, Vitals] },
  intents: [CombatAttack, CombatStopAttack],
  events: { struck: Struck, healed: Healed },
  emits: [Harmed, Killed],
  tells: [CombatUnable],
  shows: [CombatStarted, CombatStopped, CombatSwing],
} as const
type CombatWorld = ContextOf<typeof needs>

const ticks = (world: CombatWorld, ms: number): number => Math.max(1, Math.floor((ms * world.tickHz) / 1000 + 0.5))
const isCreature = (world: CombatWorld, slot: Slot): boolean => world.kind.type[slot] === kindType.creature

/** The code for harming `target`, a slot: ok when it may be. Characters harm creatures, creatures characters. */
function mayHarm(world: CombatWorld, slot: Slot, target: Slot): number {
  const { status, vitals } = world
  if (target === 0 || target === slot || !world.has(target, Combat)) return result.noSuchTarget
  if (isCreature(world, slot) === isCreature(world, target)) return result.noSuchTarget
  // Whoever fell earlier in this tick has no flag yet, but cannot be killed twice.
  if ((status.flags[target] & deadOrGhost) !== 0 || vitals.health[target] === 0) return result.dead
  return (status.flags[target] & flag.evading) !== 0 ? result.immune : result.ok
}

function enterCombat(world: CombatWorld, slot: Slot): void {
  world.combatant.harmTick[slot] = world.tick
  world.status.flags[slot] |= flag.inCombat
}

/** Takes the health, with all that follows from a blow; returns what was taken. A blow of 0 (a miss) angers too. */
function harm(world: CombatWorld, attacker: Slot, victim: Slot, amount: number): number {
  const { vitals, status, threat, entityOf } = world
  const taken = Math.min(Math.floor(amount + 0.5), vitals.health[victim])
  vitals.health[victim] -= taken
  enterCombat(world, attacker)
  enterCombat(world, victim)
  if (isCreature(world, victim)) {
    // The right of somebody who has left the world would be nobody's for ever.
    if (world.slotOf(status.tap[victim]) === 0) status.tap[victim] = entityOf(attacker)
    addThreat(threat, victim, entityOf(attacker), Math.max(1, taken * THREAT_PER_DAMAGE))
  }
  world.emit(Harmed, { attacker: entityOf(attacker), victim: entityOf(victim), amount: taken, how: 0 })
  if (vitals.health[victim] === 0) world.emit(Killed, { killer: entityOf(attacker), victim: entityOf(victim) })
  return taken
}

function stop(world: CombatWorld, slot: Slot): void {
  if (world.combatant.target[slot] === 0) return
  world.combatant.target[slot] = 0
  world.show(slot, CombatStopped, { attacker: world.entityOf(slot) })
}

function begin(world: CombatWorld, slot: Slot, entity: number): number {
  const { combatant, status, tick } = world
  const code = (status.flags[slot] & deadOrGhost) !== 0 ? result.dead : mayHarm(world, slot, world.slotOf(entity))
  if (code !== result.ok || combatant.target[slot] === entity) return code
  combatant.target[slot] = entity
  combatant.told[slot] = 0
  if (combatant.swingTick[slot] < tick) combatant.swingTick[slot] = tick
  world.show(slot, CombatStarted, { attacker: world.entityOf(slot), target: entity })
  return code
}

/** Swings if it can; else tries again soon, and says once why not. */
function attack(world: CombatWorld, slot: Slot): void {
  const { combatant, status, position, motion, kind, content } = world
  const { rates } = content
  const target = world.slotOf(combatant.target[slot])
  const code = mayHarm(world, slot, target)
  const fallen = (status.flags[slot] & deadOrGhost) !== 0 || world.vitals.health[slot] === 0
  const over = fallen || code === result.noSuchTarget || code === result.dead
  const weapon = isCreature(world, slot) ? content.creatures[kind.look[slot]] : content.classes[kind.look[slot]]?.weapon
  if (over || weapon === undefined) return stop(world, slot)
  const dx = position.x[target] - position.x[slot]
  const dz = position.z[target] - position.z[slot]
  let unable = code
  if (code === result.ok && !isWithin(world, slot, target, weapon.reachM + BODY_M)) unable = result.outOfRange
  else if (code === result.ok && !isFacing(motion.heading[slot], dx, dz, rates.swingArcDegrees)) unable = result.notFacing
  const isCasting = (status.flags[slot] & flag.casting) !== 0
  if (unable === result.ok && !isCasting) return swing(world, slot, target, weapon)
  combatant.swingTick[slot] = world.tick + ticks(world, rates.swingRetryMs)
  if (isCasting || combatant.told[slot] !== 0) return
  combatant.told[slot] = 1
  world.tell(slot, CombatUnable, { code: unable })
}

function swing(world: CombatWorld, slot: Slot, target: Slot, weapon: Weapon): void {
  const { combatant, status, kind, content, counters, entityOf } = world
  const { combat: chances } = content.rates
  combatant.swingTick[slot] = world.tick + ticks(world, weapon.swingMs)
  combatant.told[slot] = 0
  counters.add('swings', 1)
  const level = status.level[slot]
  const outcome = swingOutcome(world.random(slot, 0), chances)
  let amount = 0
  if (outcome === 'hit' || outcome === 'crit') {
    const raw = amountAt(weapon.damageMin, weapon.damageMax, weapon.damagePerLevel, level, world.random(slot, 1))
    const armour = armourAt(content, isCreature(world, target), kind.look[target], status.level[target])
    const blow = outcome === 'crit' ? raw * chances.critFactor : raw
    amount = harm(world, slot, target, Math.max(1, afterArmour(blow, armour, level, chances.armourK)))
    gainRage(world, slot)
    gainRage(world, target)
  } else {
    harm(world, slot, target, 0)
  }
  world.show(slot, CombatSwing, { attacker: entityOf(slot), target: entityOf(target), outcome, amount })
}

/** Blows given and taken feed rage. */
function gainRage(world: CombatWorld, slot: Slot): void {
  const { vitals, content } = world
  if (isCreature(world, slot) || content.classes[world.kind.look[slot]]?.power !== 'rage') return
  vitals.power[slot] = Math.min(vitals.powerMax[slot], vitals.power[slot] + content.rates.regeneration.rageGainPerSwing)
}

/** Creatures near that hate the healed one hate the healer too: half of the healing, divided among them. */
function noticeHealing(world: CombatWorld, healer: Slot, healed: Slot, amount: number): void {
  const { position, threat, status, grid, entityOf } = world
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
  const share = (amount * THREAT_PER_HEALING) / engaged
  for (let i = 0; i < engaged; i += 1) addThreat(threat, near[i], entityOf(healer), share)
}

/** Weapons: who attacks whom, swings, damage of every kind, hate, and being in combat. */
export const combat = defineSystem({
  ...needs,
  run(world) {
    const { combatant, status, fighters, tick, slotOf } = world
    for (const intent of world.intents) {
      if (intent.name === 'combat.attack') {
        world.answer(intent, begin(world, intent.actor, intent.payload.target))
      } else {
        stop(world, intent.actor)
        world.answer(intent, result.ok)
      }
    }
    for (const { attacker, victim, amount } of world.struck) {
      const by = slotOf(attacker)
      const on = slotOf(victim)
      if (by !== 0 && on !== 0 && mayHarm(world, by, on) === result.ok) harm(world, by, on, amount)
    }
    for (const { healer, target, amount } of world.healed) noticeHealing(world, slotOf(healer), slotOf(target), amount)
    const leaveTicks = ticks(world, world.content.rates.combatLeaveMs)
    for (let i = 0; i < fighters.length; i += 1) {
      const slot = fighters[i]
      if (combatant.target[slot] !== 0 && tick >= combatant.swingTick[slot]) attack(world, slot)
      if ((status.flags[slot] & flag.inCombat) !== 0 && tick - combatant.harmTick[slot] > leaveTicks)
        status.flags[slot] &= ~flag.inCombat
    }
  },
})
