import { defineComponent } from '../src/ecs/component.js'
import { each, f32, i8, u8, u16, u32 } from '../src/schema/fields.js'
import { cell, metres, turn } from '../src/schema/wire-forms.js'

/** Metres from the zone's corner; x and z are ≥ 0 and within the zone, y is height. */
export const Position = defineComponent(
  'Position',
  { x: f32, y: f32, z: f32 },
  { replicate: { x: cell(16), y: metres(16), z: cell(16) }, persist: 'lazy' },
)

/** Which zone, and which copy of it. */
export const Place = defineComponent('Place', { zone: u16, instance: u16 }, { persist: 'lazy' })

/** How an entity is moving; it flees by no choice of its own. */
export const moveMode = Object.freeze({ stand: 0, to: 1, follow: 2, input: 3, flee: 4 })

/**
 * `heading`: 65,536 to the turn, 0 along +x. `mode`: one of `moveMode`. `follow`: the entity followed. `stopM`: distance
 * at which a path or a follower stops. `moved`: 1 when the last tick changed the position.
 */
export const Motion = defineComponent(
  'Motion',
  { heading: u16, mode: u8, destX: f32, destZ: f32, follow: u32, stopM: f32, speedMps: f32, moved: u8 },
  { replicate: { heading: turn(8) } },
)

export const INPUTS_MAX = 10

/**
 * A player's movement inputs that wait for their tick, oldest first. `binding`: of which of the slot's clients they
 * are; a new one begins with an empty queue. `creditMs`: input time that may still be used, earned at the rate of real time. `appliedSeq`: the
 * seq of the last input applied. `teleports` counts teleports; while `awaitsAck` is 1, inputs are ignored.
 */
export const InputQueue = defineComponent('InputQueue', {
  dx: each(i8, INPUTS_MAX),
  dz: each(i8, INPUTS_MAX),
  heading: each(u16, INPUTS_MAX),
  seq: each(u32, INPUTS_MAX),
  count: u8,
  binding: u32,
  creditMs: f32,
  appliedSeq: u32,
  teleports: u16,
  awaitsAck: u8,
})
