import { CreatureMind } from '../components/creature.js'
import { creatureComponents, npcComponents } from '../components/index.js'
import { Kind, kindType } from '../components/kind.js'
import { Motion, Place, Position } from '../components/motion.js'
import { Status } from '../components/status.js'
import { Vitals } from '../components/vitals.js'
import { type ContextOf, defineSystem } from '../src/ecs/system.js'
import { GridResource, layer } from '../src/space/grid.js'
import { ContentResource } from './content/resource.js'
import { SpawnsResource } from './spawn-table.js'
import { creatureHealthMax } from './stat-rules.js'

/** Most creatures that come to be in one tick, so that a start or a mass death is spread over some. */
export const BIRTHS_PER_TICK_MAX = 400

const needs = {
  name: 'spawning',
  writes: { position: Position, place: Place, motion: Motion, kind: Kind, vitals: Vitals, status: Status, mind: CreatureMind },
  resources: { content: ContentResource, spawns: SpawnsResource, grid: GridResource },
} as const
type SpawningWorld = ContextOf<typeof needs>

function placeNpcs(world: SpawningWorld): void {
  for (const npc of world.content.npcList) {
    const slot = world.commands.spawn(npcComponents)
    world.grid.layerOf[slot] = layer.others
    world.position.x[slot] = npc.x
    world.position.z[slot] = npc.z
    world.place.zone[slot] = world.content.zone.id
    world.motion.heading[slot] = npc.heading
    world.kind.type[slot] = kindType.npc
    world.kind.look[slot] = npc.id
    world.status.level[slot] = world.content.rates.levelMax
    world.vitals.health[slot] = NPC_HEALTH
    world.vitals.healthMax[slot] = NPC_HEALTH
    world.spawns.npcEntity[npc.id] = world.entityOf(slot)
  }
}
const NPC_HEALTH = 1_000

function bear(world: SpawningWorld, index: number): void {
  const { position, kind, vitals, mind, spawns, content } = world
  const creature = content.creatures[spawns.creature[index]]
  if (creature === undefined) return
  const slot = world.commands.spawn(creatureComponents)
  world.grid.layerOf[slot] = layer.others
  position.x[slot] = spawns.x[index]
  position.z[slot] = spawns.z[index]
  world.place.zone[slot] = content.zone.id
  world.motion.heading[slot] = Math.floor(world.random(slot, 0) * 65_536)
  world.motion.speedMps[slot] = content.rates.walkSpeedMps
  kind.type[slot] = kindType.creature
  kind.look[slot] = creature.id
  world.status.level[slot] = spawns.level[index]
  vitals.healthMax[slot] = creatureHealthMax(creature, spawns.level[index])
  vitals.health[slot] = vitals.healthMax[slot]
  mind.homeX[slot] = position.x[slot]
  mind.homeZ[slot] = position.z[slot]
  mind.spawn[slot] = index
  mind.nextTick[slot] = world.tick + 1 + Math.floor(world.random(slot, 1) * world.tickHz)
  mind.wanderTick[slot] = mind.nextTick[slot] + Math.floor(world.random(slot, 2) * 10 * world.tickHz)
  spawns.born(index, world.entityOf(slot))
}

/** Fills empty spawn points whose time has come, and places the NPCs in the first tick. */
export const spawning = defineSystem({
  ...needs,
  run(world) {
    const { spawns, tick } = world
    if (!spawns.npcsPlaced) {
      spawns.npcsPlaced = true
      placeNpcs(world)
    }
    let births = 0
    for (let i = 0; i < spawns.count && births < BIRTHS_PER_TICK_MAX; i += 1) {
      if (spawns.entity[i] !== 0 || spawns.dueTick[i] > tick) continue
      bear(world, i)
      births += 1
    }
  },
})
