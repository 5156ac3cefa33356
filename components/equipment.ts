import { defineComponent } from '../src/ecs/component.js'
import { each, f64, u16 } from '../src/schema/fields.js'

/** As many as `equipSlots` in systems/content/words.ts names, in its order. */
export const EQUIP_SLOTS = 10

/** What is worn, by equipment slot; item 0 is an empty one. At durability 0 (where it has any) it lends nothing. */
export const Equipment = defineComponent(
  'Equipment',
  { item: each(u16, EQUIP_SLOTS), uid: each(f64, EQUIP_SLOTS), durability: each(u16, EQUIP_SLOTS) },
  { replicate: 'owner', persist: 'tick' },
)
