import { defineComponent } from '../src/ecs/component.js'
import { f32, u8, u32 } from '../src/schema/fields.js'

export const creatureState = Object.freeze({ idle: 0, fight: 1, evade: 2 })

/** A creature's own: its home, its spawn point, what it is doing, and when it thinks next. */
export const CreatureMind = defineComponent('CreatureMind', {
  homeX: f32,
  homeZ: f32,
  spawn: u32,
  state: u8,
  nextTick: u32,
  wanderTick: u32,
})
