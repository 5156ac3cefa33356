import { creatureComponents } from '../../components/index.js'
import { Kind, kindType } from '../../components/kind.js'
import { Place, Position } from '../../components/motion.js'
import { Spellbook } from '../../components/spells.js'
import { flag, Status } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import type { Editor } from '../../src/ecs/columns.js'
import type { Entity, Slot } from '../../src/ecs/entities.js'
import { HASH_START } from '../../src/ecs/hash.js'
import type { World } from '../../src/ecs/world.js'
import { GridResource, layer } from '../../src/space/grid.js'
import type { Content } from '../../systems/content/types.js'
import { Killed } from '../../systems/events.js'

/** A world that a run or a test has in its hands. */
export interface Ground {
  readonly world: World
  readonly content: Content
}

/** Brings characters into states that would take long to play for. Works between ticks, as nobody in the world can. */

export function placeAt(stage: Ground, slot: Slot, x: number, z: number): void {
  const { world } = stage
  const position = world.columns(Position)
  position.x[slot] = x
  position.z[slot] = z
  const place = world.columns(Place)
  world.resource(GridResource).put(slot, place.zone[slot], place.instance[slot], position.x[slot], position.z[slot])
}

function tellKilled(stage: Ground, victim: Entity): void {
  stage.world.eventLog(Killed).push({ killer: 0, victim }, HASH_START)
}

/** It dies in the next tick. */
export function kill(stage: Ground, slot: Slot): void {
  stage.world.columns(Vitals).health[slot] = 0
  tellKilled(stage, stage.world.entityOf(slot))
}

/** A creature that is dead already and belongs to `owner`: the next tick makes a corpse of it. */
export function corpseFor(stage: Ground, owner: Slot): Entity {
  const { world, content } = stage
  const slot = world.commands.spawn(creatureComponents)
  const position = world.columns(Position)
  const grid = world.resource(GridResource)
  grid.layerOf[slot] = layer.others
  position.x[slot] = position.x[owner]
  position.z[slot] = position.z[owner]
  world.columns(Place).zone[slot] = world.columns(Place).zone[owner]
  world.columns(Kind).type[slot] = kindType.creature
  world.columns(Kind).look[slot] = content.creatureList[0].id
  const status = world.columns(Status)
  status.level[slot] = 1
  status.flags[slot] = flag.dead
  status.tap[slot] = world.entityOf(owner)
  world.commandBuffer.flush()
  const entity = world.entityOf(slot)
  tellKilled(stage, entity)
  return entity
}

/** Puts a spell into the book's second place, known or not. */
export function teach(stage: Ground, slot: Slot, spell: number): void {
  const book = stage.world.editor(Spellbook) as Editor<(typeof Spellbook)['fields']>
  book.setAt(slot, 'spell', 1, spell)
}
