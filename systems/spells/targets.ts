import { Combat } from '../../components/combat.js'
import { flag } from '../../components/status.js'
import type { Slot } from '../../src/ecs/entities.js'
import { distanceSquared } from '../../src/ecs/maths.js'
import { layer } from '../../src/space/grid.js'
import { isFacing } from '../combat-rules.js'
import { AREA_TARGETS_MAX } from '../content/schema-spells.js'
import type { SpellArea, SpellEffect, SpellKind } from '../content/types.js'
import { sees } from '../sight.js'
import { deadOrGhost, isCreature, type SpellWorld } from './world.js'

/** Scratch: who is near, filled and read within one call. More than these are a crowd of which nobody is missed. */
const near = new Int32Array(1_024)
/** Scratch: how far off those are that were picked, by the same places. */
const squares = new Float64Array(AREA_TARGETS_MAX)

/** Those whom one landing befalls: filled by `gather`, and read before the next call of it. */
export interface Picked {
  readonly slots: Int32Array
  count: number
}
export const newPicked = (): Picked => ({ slots: new Int32Array(AREA_TARGETS_MAX), count: 0 })

/** Puts one in at its place by distance; the farthest gives way when `most` are there. Of two as far off the first stays in front. */
function pick(into: Picked, most: number, slot: Slot, squared: number): void {
  if (into.count === most && squared >= squares[most - 1]) return
  let at = into.count < most ? into.count : most - 1
  while (at > 0 && squares[at - 1] > squared) {
    squares[at] = squares[at - 1]
    into.slots[at] = into.slots[at - 1]
    at -= 1
  }
  squares[at] = squared
  into.slots[at] = slot
  if (into.count < most) into.count += 1
}

/** The one whom an effect befalls, 0 for nobody; of an area's that is not known before. */
export function befallen({ area }: SpellKind, { to }: SpellEffect, caster: Slot, target: Slot): Slot {
  if (to === 'caster') return caster
  return area === undefined ? target : 0
}

/** Everybody of one side within the area around (x, z), in the caster's zone: the living, nearest first, at most so many as it says. */
export function gather(
  world: SpellWorld,
  caster: Slot,
  area: SpellArea,
  x: number,
  z: number,
  enemies: boolean,
  into: Picked,
): void {
  const { position, place, status, motion, grid } = world
  into.count = 0
  const seeksCreatures = isCreature(world, caster) !== enemies
  const which = seeksCreatures ? layer.others : layer.characters
  const count = grid.near(which, place.zone[caster], place.instance[caster], x, z, area.radiusM, near)
  const most = Math.min(area.targetsMax, AREA_TARGETS_MAX)
  const radiusSquared = area.radiusM * area.radiusM
  for (let i = 0; i < count; i += 1) {
    const slot = near[i]
    const squared = distanceSquared(x, z, position.x[slot], position.z[slot])
    if (squared > radiusSquared || (status.flags[slot] & (deadOrGhost | flag.evading)) !== 0) continue
    if (isCreature(world, slot) !== seeksCreatures || !world.has(slot, Combat)) continue
    const dx = position.x[slot] - position.x[caster]
    const dz = position.z[slot] - position.z[caster]
    if (area.shape === 'cone' && !isFacing(motion.heading[caster], dx, dz, area.degrees)) continue
    if (sees(caster, position.x[slot], position.z[slot])) pick(into, most, slot, squared)
  }
}
