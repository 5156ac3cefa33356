import { defineComponent, each, f32, u8, u32 } from 'myriad'

/** Players that a greeter remembers; the oldest gives way. */
export const MET_MAX = 8

/**
 * A greeter's memory, and what tells it from other characters: the place it stays near, in metres, and whom it has
 * greeted; `metNext` is the place of the next. A mind lives in columns, so that a recording replays it and a hash covers it.
 */
export const GreeterMind = defineComponent('GreeterMind', { homeX: f32, homeZ: f32, met: each(u32, MET_MAX), metNext: u8 })
