import { InputQueue, type Place, type Position } from '../components/motion.js'
import { MoveTeleported } from '../protocol/move.js'
import type { Readable, Writable } from '../src/ecs/columns.js'
import type { Component } from '../src/ecs/component.js'
import type { Slot } from '../src/ecs/entities.js'
import type { OpcodePayload } from '../src/protocol/opcode.js'
import type { Grid } from '../src/space/grid.js'

/** A system that declares these under these names, and tells MoveTeleported, can hand its context to `teleport`. */
export interface Teleporting {
  readonly position: Writable<typeof Position>
  readonly place: Readable<typeof Place>
  readonly queue: Writable<typeof InputQueue>
  readonly grid: Grid
  readonly has: (slot: Slot, component: Component) => boolean
  readonly tell: (slot: Slot, opcode: typeof MoveTeleported, payload: OpcodePayload<typeof MoveTeleported>) => void
}

/** Puts somebody elsewhere in his zone; a player's inputs count again only when its client has seen it. The point lies within the zone. */
export function teleport(world: Teleporting, slot: Slot, x: number, z: number): void {
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
