import { defineComponent } from '../src/ecs/component.js'
import { each, f64, u8, u16, u32 } from '../src/schema/fields.js'

/** Stacks that one side of a trade can offer. */
export const TRADE_SLOTS = 6

/** How a trade can end; only after `done` has anything changed hands. */
export const tradeEnds = ['done', 'cancelled', 'tooFar', 'died', 'left', 'timedOut'] as const

/**
 * One side of an open trade; `partner` 0 when there is none. Both sides have the same `revision`, which rises with every change and goes
 * on from trade to trade, so that no accept of an old one fits a new one. `place` is 1 + the bag slot on offer, 0 for nothing; `item`
 * and `uid` are what lay there. `binding`: whose client agreed (`Presence.bindings`). `sinceTick`: when the last change was.
 * `sought*`: of which item it has said that it looks for so many, and until when that is good. Not saved.
 */
export const Trade = defineComponent('Trade', {
  partner: u32,
  binding: u32,
  revision: u16,
  accepted: u8,
  gold: u32,
  sinceTick: u32,
  soughtItem: u16,
  soughtCount: u16,
  soughtUntil: u32,
  place: each(u8, TRADE_SLOTS),
  count: each(u16, TRADE_SLOTS),
  item: each(u16, TRADE_SLOTS),
  uid: each(f64, TRADE_SLOTS),
})
