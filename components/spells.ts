import { defineComponent } from '../src/ecs/component.js'
import { each, u16, u32 } from '../src/schema/fields.js'

export const SPELLS_MAX = 10

/** Known spells, and the tick from which each can be cast again. `globalTick`: the same for all of them together. */
export const Spellbook = defineComponent(
  'Spellbook',
  { spell: each(u16, SPELLS_MAX), readyTick: each(u32, SPELLS_MAX), globalTick: u32 },
  { replicate: 'owner', persist: 'tick' },
)

/** The cast under way: `spell` 0 when there is none. `queued*`: the one that follows when it is ready. */
export const Casting = defineComponent('Casting', {
  spell: u16,
  target: u32,
  doneTick: u32,
  pushbacks: u16,
  queuedSpell: u16,
  queuedTarget: u32,
  queuedTick: u32,
})
