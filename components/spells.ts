import { defineComponent } from '../src/ecs/component.js'
import { each, f32, u8, u16, u32 } from '../src/schema/fields.js'

export const SPELLS_MAX = 10
/** Cooldown categories that content may name. */
export const CATEGORIES_MAX = 8

/**
 * Known spells, and the tick from which each can be cast again. `globalTick`: the same for all of them together; `categoryTick`: for all
 * spells and items of a category, by its place in the content's list.
 */
export const Spellbook = defineComponent(
  'Spellbook',
  {
    spell: each(u16, SPELLS_MAX),
    readyTick: each(u32, SPELLS_MAX),
    globalTick: u32,
    categoryTick: each(u32, CATEGORIES_MAX),
  },
  { replicate: 'owner', persist: 'lazy' },
)

/**
 * The cast or channel under way: `spell` 0 when there is none; `x` and `z` are the point aimed at. It ends at `doneTick`; a channel
 * (`channelling` 1) works at each `nextTick`. `item`: 1 + the bag slot of the item that is being used, which stays locked, 0 for none.
 * `queued*`: the one that follows when it is ready. `spentTick`: when mana was last spent. School `lockedSchool` (its place in the list of schools)
 * is closed until `lockedTick`.
 */
export const Casting = defineComponent('Casting', {
  spell: u16,
  target: u32,
  x: f32,
  z: f32,
  doneTick: u32,
  nextTick: u32,
  channelling: u8,
  pushbacks: u16,
  item: u8,
  queuedSpell: u16,
  queuedTarget: u32,
  queuedX: f32,
  queuedZ: f32,
  queuedTick: u32,
  spentTick: u32,
  lockedSchool: u8,
  lockedTick: u32,
})
