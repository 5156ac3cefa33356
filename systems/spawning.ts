import { Auras } from '../components/auras.js'
import { THREATS_MAX, Threat } from '../components/combat.js'
import { CreatureMind } from '../components/creature.js'
import { Equipment } from '../components/equipment.js'
import { creatureComponents, npcComponents } from '../components/index.js'
import { Kind, kindType } from '../components/kind.js'
import { Decay } from '../components/loot.js'
import { Motion, Place, Position } from '../components/motion.js'
import { Stats } from '../components/stats.js'
import { Status } from '../components/status.js'
import { Vitals } from '../components/vitals.js'
import type { Entity, Slot } from '../src/ecs/entities.js'
import { clamp } from '../src/ecs/maths.js'
import { type ContextOf, defineSystem } from '../src/ecs/system.js'
import { GridResource, layer } from '../src/space/grid.js'
import { ContentResource } from './content/resource.js'
import type { CreatureKind } from './content/types.js'
import { Summoned } from './events.js'
import { ZONE_EDGE_M } from './movement-rules.js'
import { NO_SPAWN, SpawnsResource } from './spawn-table.js'
import { refreshStats } from './stats-of.js'

/** Most creatures that come to be in one tick, so that a start or a mass death is spread over some. */
export const BIRTHS_PER_TICK_MAX = 400
/** Creatures at once that others have called; the world's capacity has room for them beside the corpses. */
export const CALLED_MAX = 128

const needs = {
  name: 'spawning',
  reads: { auras: Auras, equipment: Equipment },
  writes: {
    position: Position,
    place: Place,
    motion: Motion,
    kind: Kind,
    vitals: Vitals,
    status: Status,
    mind: CreatureMind,
    stats: Stats,
    threat: Threat,
    decay: Decay,
  },
  resources: { content: ContentResource, spawns: SpawnsResource, grid: GridResource },
  queries: { passing: [CreatureMind, Decay] },
  events: { summoned: Summoned },
} as const
type SpawningWorld = ContextOf<typeof needs>

function placeNpcs(world: SpawningWorld, copy: number): void {
  for (const npc of world.content.npcList) {
    const slot = world.commands.spawn(npcComponents)
    world.grid.layerOf[slot] = layer.others
    world.position.x[slot] = npc.x
    world.position.z[slot] = npc.z
    world.place.zone[slot] = world.content.zone.id
    world.place.instance[slot] = copy
    world.motion.heading[slot] = npc.heading
    world.kind.type[slot] = kindType.npc
    world.kind.look[slot] = npc.id
    world.status.level[slot] = world.content.rates.levelMax
    world.vitals.health[slot] = NPC_HEALTH
    world.vitals.healthMax[slot] = NPC_HEALTH
    world.spawns.npcs[copy][npc.id] = world.entityOf(slot)
  }
}
const NPC_HEALTH = 1_000

/** A new creature at home where it stands, whole and calm. */
function create(world: SpawningWorld, creature: CreatureKind, level: number, x: number, z: number): Slot {
  const { position, kind, vitals, mind, content } = world
  const slot = world.commands.spawn(creatureComponents)
  world.grid.layerOf[slot] = layer.others
  position.x[slot] = x
  position.z[slot] = z
  world.place.zone[slot] = content.zone.id
  world.motion.heading[slot] = Math.floor(world.random(slot, 0) * 65_536)
  kind.type[slot] = kindType.creature
  kind.look[slot] = creature.id
  world.status.level[slot] = level
  refreshStats(world, slot)
  vitals.health[slot] = vitals.healthMax[slot]
  mind.homeX[slot] = position.x[slot]
  mind.homeZ[slot] = position.z[slot]
  return slot
}

function bear(world: SpawningWorld, index: number): void {
  const { mind, spawns, content } = world
  const creature = content.creatures[spawns.creature[index]]
  if (creature === undefined) return
  const slot = create(world, creature, spawns.level[index], spawns.x[index], spawns.z[index])
  world.place.instance[slot] = spawns.copy[index]
  mind.spawn[slot] = index
  mind.nextTick[slot] = world.tick + 1 + Math.floor(world.random(slot, 1) * world.tickHz)
  mind.wanderTick[slot] = mind.nextTick[slot] + Math.floor(world.random(slot, 2) * 10 * world.tickHz)
  spawns.born(index, world.entityOf(slot))
}

/** How far from who calls them they appear. */
const CALLED_M = 3

function calledNow({ passing, mind }: SpawningWorld): number {
  let count = 0
  for (let i = 0; i < passing.length; i += 1) if (mind.spawn[passing[i]] === NO_SPAWN) count += 1
  return count
}

/** One that a creature has called: as high in level as its caller, it hates whom it was called against, and goes when its time is over. */
function call(world: SpawningWorld, by: Slot, target: Entity, creature: CreatureKind, untilTick: number, nth: number): void {
  const { position, place, mind, threat, decay, content, status } = world
  const edgeM = content.zone.sizeM - ZONE_EDGE_M
  const x = clamp(position.x[by] + (world.random(by, 2 * nth) * 2 - 1) * CALLED_M, 0, edgeM)
  const z = clamp(position.z[by] + (world.random(by, 2 * nth + 1) * 2 - 1) * CALLED_M, 0, edgeM)
  const slot = create(world, creature, status.level[by], x, z)
  place.zone[slot] = place.zone[by]
  place.instance[slot] = place.instance[by]
  mind.spawn[slot] = NO_SPAWN
  mind.nextTick[slot] = world.tick + 1
  mind.wanderTick[slot] = untilTick
  world.commands.add(slot, Decay)
  decay.atTick[slot] = untilTick
  if (world.slotOf(target) === 0) return
  threat.entity[slot * THREATS_MAX] = target
  threat.amount[slot * THREATS_MAX] = 1
}

/** Over `CALLED_MAX`, a call goes unheard, and so does that of one who was called itself. */
function answerCalls(world: SpawningWorld): void {
  let count = calledNow(world)
  for (const { by, target, creature, count: wanted, untilTick } of world.summoned) {
    const caller = world.slotOf(by)
    const kind = world.content.creatures[creature]
    if (caller === 0 || kind === undefined || world.mind.spawn[caller] === NO_SPAWN) continue
    for (let nth = 0; nth < wanted && count < CALLED_MAX; nth += 1) {
      call(world, caller, target, kind, untilTick, nth)
      count += 1
    }
  }
}

/** Fills empty spawn points whose time has come, and places the NPCs in the first tick. */
export const spawning = defineSystem({
  ...needs,
  run(world) {
    const { spawns, tick } = world
    if (!spawns.npcsPlaced) {
      spawns.npcsPlaced = true
      for (let copy = 0; copy < spawns.copies; copy += 1) placeNpcs(world, copy)
    }
    if (world.summoned.length > 0) answerCalls(world)
    let births = 0
    for (let i = 0; i < spawns.count && births < BIRTHS_PER_TICK_MAX; i += 1) {
      if (spawns.entity[i] !== 0 || spawns.dueTick[i] > tick) continue
      bear(world, i)
      births += 1
    }
  },
})
