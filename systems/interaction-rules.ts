import { Kind, kindType } from '../components/kind.js'
import type { Place, Position } from '../components/motion.js'
import { flag, type Status } from '../components/status.js'
import { result } from '../protocol/result-codes.js'
import type { Readable } from '../src/ecs/columns.js'
import type { Component } from '../src/ecs/component.js'
import type { Entity, Slot } from '../src/ecs/entities.js'
import { distanceSquared } from '../src/ecs/maths.js'
import type { ResultCode } from '../src/protocol/result-codes.js'
import type { Content, Service } from './content/types.js'

/** A system that declares these under these names can hand its context to every rule here. */
export interface Places {
  readonly position: Readable<typeof Position>
  readonly place: Readable<typeof Place>
}
export interface Surroundings extends Places {
  readonly kind: Readable<typeof Kind>
  readonly status: Readable<typeof Status>
  readonly content: Content
  readonly slotOf: (entity: Entity) => Slot
  readonly has: (slot: Slot, component: Component) => boolean
}

/** Whether these flags are of somebody alive: the dead and ghosts see, and do nothing else. */
export const canAct = (flags: number): boolean => (flags & (flag.dead | flag.ghost)) === 0

/** What auras keep somebody from doing anything at all: `stunned`, `feared`, or `ok`. */
export function heldCode(flags: number): ResultCode {
  if ((flags & flag.stunned) !== 0) return result.stunned
  return (flags & flag.feared) !== 0 ? result.feared : result.ok
}

/** The first question of everything that is done with hands or words to an NPC: `ok`, or why these flags let nothing be done. */
export const actCode = (flags: number): ResultCode => (canAct(flags) ? heldCode(flags) : result.dead)

/** Whether two slots stand in the same copy of the same zone, at most `rangeM` metres apart on the ground. */
export function isWithin({ position, place }: Places, a: Slot, b: Slot, rangeM: number): boolean {
  if (place.zone[a] !== place.zone[b] || place.instance[a] !== place.instance[b]) return false
  return distanceSquared(position.x[a], position.z[a], position.x[b], position.z[b]) <= rangeM * rangeM
}

/**
 * The one gate to every service of an NPC: `ok`, or `dead` (either of them), `stunned`, `feared`, `noSuchTarget` (not an
 * NPC, or without that service) or `outOfRange`. Whoever passes it remembers the NPC in `Interaction.npc`.
 */
export function npcGate(world: Surroundings, actor: Slot, npc: Entity, service: Service): ResultCode {
  const { kind, status, content } = world
  const code = actCode(status.flags[actor])
  if (code !== result.ok) return code
  const slot = world.slotOf(npc)
  if (slot === 0 || !world.has(slot, Kind) || kind.type[slot] !== kindType.npc) return result.noSuchTarget
  if (!content.npcs[kind.look[slot]]?.services.includes(service)) return result.noSuchTarget
  if ((status.flags[slot] & flag.dead) !== 0) return result.dead
  return isWithin(world, actor, slot, content.rates.interactRangeM) ? result.ok : result.outOfRange
}
