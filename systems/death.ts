import { Auras } from '../components/auras.js'
import { Combat, Threat } from '../components/combat.js'
import { CreatureMind, creatureState } from '../components/creature.js'
import { Death } from '../components/death.js'
import { EQUIP_SLOTS, Equipment } from '../components/equipment.js'
import { Kind, kindType } from '../components/kind.js'
import { InputQueue, Motion, moveMode, Place, Position } from '../components/motion.js'
import { Stats } from '../components/stats.js'
import { flag, Status } from '../components/status.js'
import { Vitals } from '../components/vitals.js'
import { CombatDied } from '../protocol/combat.js'
import { DeathAcceptResurrect, DeathReclaim, DeathRelease, DeathSpiritHealer } from '../protocol/death.js'
import { MoveTeleported } from '../protocol/move.js'
import { result } from '../protocol/result-codes.js'
import type { Entity, Slot } from '../src/ecs/entities.js'
import { distance, distanceSquared } from '../src/ecs/maths.js'
import { type ContextOf, defineSystem } from '../src/ecs/system.js'
import { GridResource, layer } from '../src/space/grid.js'
import { ContentResource } from './content/resource.js'
import { CountersResource } from './counters.js'
import { isOffered, nearestGraveyard, reclaimDelayMs } from './death-rules.js'
import { Killed } from './events.js'
import { isWithin } from './interaction-rules.js'
import { afterDeath } from './item-rules.js'
import { CROWD_RADIUS_M, crowdOf } from './spawn-rules.js'
import { SpawnsResource } from './spawn-table.js'
import { refreshStats } from './stats-of.js'
import { teleport } from './teleport.js'
import { clearThreat } from './threat-rules.js'

/** Scratch: who is near a spawn, filled and read within one call. More than these are a crowd as well. */
const near = new Int32Array(1_024)
const deadOrGhost = flag.dead | flag.ghost

const needs = {
  name: 'death',
  reads: { kind: Kind, place: Place, auras: Auras },
  writes: {
    death: Death,
    status: Status,
    vitals: Vitals,
    motion: Motion,
    position: Position,
    combatant: Combat,
    threat: Threat,
    mind: CreatureMind,
    queue: InputQueue,
    equipment: Equipment,
    stats: Stats,
  },
  resources: { content: ContentResource, counters: CountersResource, grid: GridResource, spawns: SpawnsResource },
  events: { killed: Killed },
  intents: [DeathRelease, DeathReclaim, DeathSpiritHealer, DeathAcceptResurrect],
  shows: [CombatDied],
  tells: [MoveTeleported],
} as const
type DeathWorld = ContextOf<typeof needs>

const ticks = (world: DeathWorld, ms: number): number => Math.floor((ms * world.tickHz) / 1000 + 0.5)

function die(world: DeathWorld, slot: Slot, killer: Entity): void {
  const { status, motion, combatant, counters, entityOf } = world
  status.flags[slot] = (status.flags[slot] & flag.bot) | flag.dead
  motion.mode[slot] = moveMode.stand
  motion.moved[slot] = 0
  combatant.target[slot] = 0
  world.show(slot, CombatDied, { victim: entityOf(slot), killer })
  if (world.kind.type[slot] === kindType.creature) {
    counters.add('kills', 1)
    clearThreat(world.threat, slot)
    world.mind.state[slot] = creatureState.idle
    leavePoint(world, world.mind.spawn[slot])
  } else {
    counters.add('deaths', 1)
    noteCorpse(world, slot)
  }
}

/** Its spawn point waits for the next one; who was called comes from none. */
function leavePoint(world: DeathWorld, index: number): void {
  const { spawns, tick, tickHz, counters } = world
  if (spawns.has(index) && spawns.died(index, tick, tickHz, crowdAround(world, index))) counters.add('respawnsQuickened', 1)
}

/** How many hunt around a spawn point for how few creatures, as it is now: the dead count as neither. */
function crowdAround(world: DeathWorld, index: number): number {
  const { spawns, grid, content } = world
  const copy = spawns.copy[index]
  const x = spawns.x[index]
  const z = spawns.z[index]
  const hunters = count(
    world,
    grid.near(layer.characters, content.zone.id, copy, x, z, CROWD_RADIUS_M, near),
    x,
    z,
    kindType.character,
  )
  if (hunters < 2) return 0
  const prey = count(world, grid.near(layer.others, content.zone.id, copy, x, z, CROWD_RADIUS_M, near), x, z, kindType.creature)
  return crowdOf(hunters, prey)
}

/** Of the first `found` of `near`, the living of one type within the radius. */
function count(world: DeathWorld, found: number, x: number, z: number, type: number): number {
  const { kind, status, position } = world
  let living = 0
  for (let i = 0; i < found; i += 1) {
    const slot = near[i]
    if (kind.type[slot] !== type || (status.flags[slot] & deadOrGhost) !== 0) continue
    if (distanceSquared(position.x[slot], position.z[slot], x, z) <= CROWD_RADIUS_M * CROWD_RADIUS_M) living += 1
  }
  return living
}

function noteCorpse(world: DeathWorld, slot: Slot): void {
  const { death, tick, position, content } = world
  const lately = death.diedTick[slot] > 0 && tick - death.diedTick[slot] <= ticks(world, content.rates.reclaimRepeatMs)
  const recent = lately ? Math.min(death.recent[slot] + 1, 255) : 1
  death.set(slot, 'recent', recent)
  death.set(slot, 'diedTick', tick)
  death.set(slot, 'corpseX', position.x[slot])
  death.set(slot, 'corpseZ', position.z[slot])
  death.set(slot, 'corpseZone', world.place.zone[slot])
  death.set(slot, 'reclaimTick', tick + ticks(world, reclaimDelayMs(content.rates.reclaimDelayMs, recent)))
  death.set(slot, 'offeredTick', 0)
}

function release(world: DeathWorld, slot: Slot): number {
  const { status, content, position } = world
  if ((status.flags[slot] & flag.dead) === 0) return result.alreadyDone
  // Everybody else learns of the death first: a cast under way would outlast it.
  if (world.death.diedTick[slot] === world.tick) return result.notReady
  const graveyard = nearestGraveyard(content.zone.graveyards, position.x[slot], position.z[slot])
  status.flags[slot] = (status.flags[slot] & flag.bot) | flag.ghost
  refreshStats(world, slot)
  teleport(world, slot, graveyard.x, graveyard.z)
  return result.ok
}

function revive(world: DeathWorld, slot: Slot, fraction: number): number {
  const { status, motion, vitals, content, death } = world
  status.flags[slot] &= flag.bot
  refreshStats(world, slot)
  motion.mode[slot] = moveMode.stand
  vitals.health[slot] = Math.max(1, Math.floor(vitals.healthMax[slot] * fraction))
  death.set(slot, 'corpseX', 0)
  death.set(slot, 'corpseZ', 0)
  death.set(slot, 'corpseZone', 0)
  death.set(slot, 'reclaimTick', 0)
  world.counters.add('revivals', 1)
  death.set(slot, 'offeredTick', 0)
  const mana = content.classes[world.kind.look[slot]]?.power === 'mana'
  vitals.power[slot] = mana ? Math.floor(vitals.powerMax[slot] * fraction) : 0
  return result.ok
}

function reclaim(world: DeathWorld, slot: Slot): number {
  const { status, death, position, place, content } = world
  if ((status.flags[slot] & flag.ghost) === 0) return (status.flags[slot] & flag.dead) !== 0 ? result.dead : result.alreadyDone
  const away = distance(position.x[slot], position.z[slot], death.corpseX[slot], death.corpseZ[slot])
  if (away > content.rates.reclaimRangeM || place.zone[slot] !== death.corpseZone[slot]) return result.outOfRange
  if (world.tick < death.reclaimTick[slot]) return result.notReady
  return revive(world, slot, content.rates.reclaimHealthFraction)
}

/** The price of a spirit healer: all that is worn is worn out a good part more. */
function wearOut(world: DeathWorld, slot: Slot): void {
  const { equipment, content } = world
  for (let i = 0; i < EQUIP_SLOTS; i += 1) {
    const at = slot * EQUIP_SLOTS + i
    const whole = content.items[equipment.item[at]]?.durabilityMax ?? 0
    const left = afterDeath(equipment.durability[at], whole, content.rates.durability.healerFraction)
    if (whole > 0) equipment.setAt(slot, 'durability', i, left)
  }
}

function spiritHealer(world: DeathWorld, slot: Slot, npc: Entity): number {
  const { status, kind, content } = world
  if ((status.flags[slot] & flag.ghost) === 0) return (status.flags[slot] & flag.dead) !== 0 ? result.dead : result.alreadyDone
  const healer = world.slotOf(npc)
  if (healer === 0 || kind.type[healer] !== kindType.npc) return result.noSuchTarget
  if (!content.npcs[kind.look[healer]]?.services.includes('spiritHealer')) return result.notOffered
  if (!isWithin(world, slot, healer, content.rates.interactRangeM)) return result.outOfRange
  wearOut(world, slot)
  return revive(world, slot, content.rates.healerHealthFraction)
}

/** Where the body lies: whoever runs about as a ghost is put back there. */
function acceptResurrect(world: DeathWorld, slot: Slot): number {
  const { status, death, place, tick, tickHz } = world
  if ((status.flags[slot] & deadOrGhost) === 0) return result.alreadyDone
  if (!isOffered(death.offeredTick[slot], tick, tickHz) || place.zone[slot] !== death.corpseZone[slot]) return result.notOffered
  if ((status.flags[slot] & flag.ghost) !== 0) teleport(world, slot, death.corpseX[slot], death.corpseZ[slot])
  return revive(world, slot, death.offeredHealth[slot])
}

/** Dying, and the ways back. */
export const death = defineSystem({
  ...needs,
  run(world) {
    for (const { victim, killer } of world.killed) {
      const slot = world.slotOf(victim)
      if (slot !== 0 && (world.status.flags[slot] & (flag.dead | flag.ghost)) === 0) die(world, slot, killer)
    }
    for (const intent of world.intents) {
      const slot = intent.actor
      if (intent.name === 'death.release') world.answer(intent, release(world, slot))
      else if (intent.name === 'death.reclaim') world.answer(intent, reclaim(world, slot))
      else if (intent.name === 'death.spiritHealer') world.answer(intent, spiritHealer(world, slot, intent.payload.npc))
      else world.answer(intent, acceptResurrect(world, slot))
    }
  },
})
