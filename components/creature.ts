import { defineComponent } from '../src/ecs/component.js'
import { each, f32, u8, u32 } from '../src/schema/fields.js'

export const creatureState = Object.freeze({ idle: 0, fight: 1, evade: 2 })

/** As many spells as a creature kind can have. */
export const CREATURE_SPELLS_MAX = 4

/**
 * A creature's own: its home, its spawn point, what it is doing, and when it thinks next. `freeTick`: when it was last in reach of
 * its target, under way, or kept from it. `spellTick`: from when on it may cast each of its kind's spells.
 */
export const CreatureMind = defineComponent('CreatureMind', {
  homeX: f32,
  homeZ: f32,
  spawn: u32,
  state: u8,
  nextTick: u32,
  wanderTick: u32,
  freeTick: u32,
  spellTick: each(u32, CREATURE_SPELLS_MAX),
})
