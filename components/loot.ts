import { defineComponent } from '../src/ecs/component.js'
import { each, u8, u16, u32 } from '../src/schema/fields.js'

export const LOOT_ITEMS_MAX = 6

/** What lies in a corpse; item 0 is taken. `revision` rises with every change. */
export const Loot = defineComponent('Loot', {
  gold: u32,
  item: each(u16, LOOT_ITEMS_MAX),
  count: each(u8, LOOT_ITEMS_MAX),
  revision: u16,
})

/** The corpse a character has open, 0 for none. */
export const Looting = defineComponent('Looting', { corpse: u32 })

/** The NPC a character last spoke to, which follow-ups mean. */
export const Interaction = defineComponent('Interaction', { npc: u32 })

/** The tick at which it goes: a corpse, or somebody alive who was called for a while. */
export const Decay = defineComponent('Decay', { atTick: u32 })
