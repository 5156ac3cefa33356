import { THREATS_MAX } from '../components/combat.js'
import { creatureState } from '../components/creature.js'
import { flag } from '../components/status.js'
import { MoveTo } from '../protocol/move.js'
import type { Slot } from '../src/ecs/entities.js'
import { clamp, distanceSquared } from '../src/ecs/maths.js'
import { defineSystem } from '../src/ecs/system.js'
import { layer } from '../src/space/grid.js'
import { comeHome } from './beasts/evade.js'
import { engage, fight } from './beasts/fight.js'
import { mostHated } from './beasts/hate.js'
import { isFallen, type MindWorld, mindNeeds, ticks } from './beasts/world.js'
import type { CreatureKind } from './content/types.js'

const IDLE_MS = 1_000
const FIGHT_MS = 250
const WANDER_MIN_MS = 6_000
const WANDER_SPREAD_MS = 14_000
/** Stunned or in fear, it decides nothing: the system `movement` stops it, or makes it run. */
const beside = flag.stunned | flag.feared
/** Scratch: who is near, filled and read within one call. */
const near = new Int32Array(1_024)

/** The nearest living character within the creature's notice, or 0. */
function noticed(world: MindWorld, slot: Slot, creature: CreatureKind): Slot {
  const { position, place } = world
  const x = position.x[slot]
  const z = position.z[slot]
  const radius = creature.aggroRadiusM
  const count = world.grid.near(layer.characters, place.zone[slot], place.instance[slot], x, z, radius, near)
  let best = 0
  let bestSquared = radius * radius
  for (let i = 0; i < count; i += 1) {
    const other = near[i]
    const squared = distanceSquared(x, z, position.x[other], position.z[other])
    if (squared >= bestSquared || isFallen(world, other)) continue
    best = other
    bestSquared = squared
  }
  return best
}

function wander(world: MindWorld, slot: Slot, creature: CreatureKind): void {
  const { creatureMind, content, tick } = world
  if (tick < creatureMind.wanderTick[slot] || creature.wanderRadiusM === 0) return
  creatureMind.wanderTick[slot] = tick + ticks(world, WANDER_MIN_MS + world.random(slot, 0) * WANDER_SPREAD_MS)
  const edge = content.zone.sizeM - 1
  const x = clamp(creatureMind.homeX[slot] + (world.random(slot, 1) * 2 - 1) * creature.wanderRadiusM, 1, edge)
  const z = clamp(creatureMind.homeZ[slot] + (world.random(slot, 2) * 2 - 1) * creature.wanderRadiusM, 1, edge)
  world.act(slot, MoveTo, { x, z })
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

/** Creatures: wander, notice, chase, cast, hate, give up and go home. They act by intents, like everybody. */
export const creatureMind = defineSystem({
  ...mindNeeds,
  run(world) {
    const { creatureMind, kind, status, creatures, content, tick } = world
    const { nextTick, state } = creatureMind
    const { flags } = status
    for (let i = 0; i < creatures.length; i += 1) {
      const slot = creatures[i]
      const struck = (flags[slot] & flag.inCombat) !== 0 && state[slot] === creatureState.idle
      if (tick < nextTick[slot] && !struck) continue
      if ((status.flags[slot] & flag.dead) !== 0) continue
      const creature = content.creatures[kind.look[slot]]
      if (creature === undefined) continue
      creatureMind.nextTick[slot] = tick + ticks(world, FIGHT_MS)
      if ((status.flags[slot] & beside) !== 0) {
        creatureMind.freeTick[slot] = tick
        continue
      }
      if (creatureMind.state[slot] === creatureState.idle) idle(world, slot, creature)
      else if (creatureMind.state[slot] === creatureState.fight) fight(world, slot, creature)
      else comeHome(world, slot)
      if (creatureMind.state[slot] === creatureState.idle) creatureMind.nextTick[slot] = tick + ticks(world, IDLE_MS)
    }
  },
})
