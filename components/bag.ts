import { defineComponent } from '../src/ecs/component.js'
import { each, f64, u8, u16, u32 } from '../src/schema/fields.js'

export const BAG_SLOTS = 24

/** Stacks by bag slot; item 0 is an empty slot. `uid` is 0 for stackables, `durability` for what does not wear out. */
export const Bag = defineComponent(
  'Bag',
  { item: each(u16, BAG_SLOTS), count: each(u16, BAG_SLOTS), uid: each(f64, BAG_SLOTS), durability: each(u16, BAG_SLOTS) },
  { replicate: 'owner', persist: 'tick' },
)

export const GOLD_MAX = 4_000_000_000

export const Purse = defineComponent('Purse', { gold: u32 }, { replicate: 'owner', persist: 'tick' })

/** Sales that can be undone. */
export const BUY_BACKS = 12

/** What was sold of late, by place; item 0 is an empty one. `next` is the place that the next sale takes, whatever is there. */
export const BuyBack = defineComponent(
  'BuyBack',
  {
    item: each(u16, BUY_BACKS),
    count: each(u16, BUY_BACKS),
    uid: each(f64, BUY_BACKS),
    durability: each(u16, BUY_BACKS),
    next: u8,
  },
  { replicate: 'owner', persist: 'tick' },
)
