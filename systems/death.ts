import { Combat, Threat } from '../components/combat.js'
import { CreatureMind, creatureState } from '../components/creature.js'
import { Death } from '../components/death.js'
import { Kind, kindType } from '../components/kind.js'
import { InputQueue, Motion, moveMode, Place, Position } from '../components/motion.js'
import { flag, Status } from '../components/status.js'
import { Vitals } from '../components/vitals.js'
import { CombatDied } from '../protocol/combat.js'
import { DeathReclaim, DeathRelease, DeathSpiritHealer } from '../protocol/death.js'
import { MoveTeleported } from '../protocol/move.js'
import { result } from '../protocol/result-codes.js'
import type { Entity, Slot } from '../src/ecs/entities.js'
import { distance } from '../src/ecs/maths.js'
import { type ContextOf, defineSystem } from '../src/ecs/system.js'
import { GridResource } from '../src/space/grid.js'
import { ContentResource } from './content/resource.js'
import { CountersResource } from './counters.js'
import { nearestGraveyard, reclaimDelayMs } from './death-rules.js'
import { Killed } from './events.js'
import { isWithin } from './interaction-rules.js'
import { SpawnsResource } from './spawn-table.js'
import { clearThreat } from './threat-rules.js'

const needs = {
  name: 'death',
  reads: { kind: Kind, place: Place },
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
  },
  resources: { content: ContentResource, counters: CountersResource, grid: GridResource, spawns: SpawnsResource },
  events: { killed: Killed },
  intents: [DeathRelease, DeathReclaim, DeathSpiritHealer],
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
    world.spawns.died(world.mind.spawn[slot], world.tick, world.tickHz)
  } else {
    counters.add('deaths', 1)
    noteCorpse(world, slot)
  }
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
}

function teleport(world: DeathWorld, slot: Slot, x: number, z: number): void {
  const { position, place, queue } = world
  position.x[slot] = x
  position.z[slot] = z
  world.grid.put(slot, place.zone[slot], place.instance[slot], position.x[slot], position.z[slot])
  if (!world.has(slot, InputQueue)) return
  queue.count[slot] = 0
  queue.teleports[slot] += 1
  queue.awaitsAck[slot] = 1
  world.tell(slot, MoveTeleported, {
    counter: queue.teleports[slot],
    x: position.x[slot],
    y: position.y[slot],
    z: position.z[slot],
  })
}

function release(world: DeathWorld, slot: Slot): number {
  const { status, motion, content, position } = world
  if ((status.flags[slot] & flag.dead) === 0) return result.alreadyDone
  const graveyard = nearestGraveyard(content.zone.graveyards, position.x[slot], position.z[slot])
  status.flags[slot] = (status.flags[slot] & flag.bot) | flag.ghost
  motion.speedMps[slot] = content.rates.ghostSpeedMps
  teleport(world, slot, graveyard.x, graveyard.z)
  return result.ok
}

function revive(world: DeathWorld, slot: Slot, fraction: number): number {
  const { status, motion, vitals, content, death } = world
  status.flags[slot] &= flag.bot
  motion.speedMps[slot] = content.rates.runSpeedMps
  motion.mode[slot] = moveMode.stand
  vitals.health[slot] = Math.max(1, Math.floor(vitals.healthMax[slot] * fraction))
  death.set(slot, 'corpseX', 0)
  death.set(slot, 'corpseZ', 0)
  death.set(slot, 'corpseZone', 0)
  death.set(slot, 'reclaimTick', 0)
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

function spiritHealer(world: DeathWorld, slot: Slot, npc: Entity): number {
  const { status, kind, content } = world
  if ((status.flags[slot] & flag.ghost) === 0) return (status.flags[slot] & flag.dead) !== 0 ? result.dead : result.alreadyDone
  const healer = world.slotOf(npc)
  if (healer === 0 || kind.type[healer] !== kindType.npc) return result.noSuchTarget
  if (!content.npcs[kind.look[healer]]?.services.includes('spiritHealer')) return result.notOffered
  if (!isWithin(world, slot, healer, content.rates.interactRangeM)) return result.outOfRange
  return revive(world, slot, content.rates.healerHealthFraction)
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
      else world.answer(intent, spiritHealer(world, slot, intent.payload.npc))
    }
  },
})
