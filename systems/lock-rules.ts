import type { Casting } from '../components/spells.js'
import { TRADE_SLOTS, type Trade } from '../components/trade.js'
import type { Readable } from '../src/ecs/columns.js'
import type { Slot } from '../src/ecs/entities.js'

/** A system that reads these under these names can ask every rule here. */
export interface Locks {
  readonly casting: Readable<typeof Casting>
  readonly trade: Readable<typeof Trade>
}

/** A bit for each bag place that the character has put into an open trade: nothing else is done with it until that is over. */
export function offeredPlaces({ trade }: Pick<Locks, 'trade'>, slot: Slot): number {
  if (trade.partner[slot] === 0) return 0
  let places = 0
  for (let i = slot * TRADE_SLOTS; i < (slot + 1) * TRADE_SLOTS; i += 1)
    if (trade.place[i] !== 0) places |= 1 << (trade.place[i] - 1)
  return places
}

/** Whether a bag place is on offer, or the use of what lies there is under way: everybody who would change it asks here. */
export function isLocked(world: Locks, slot: Slot, place: number): boolean {
  return world.casting.item[slot] === place + 1 || ((offeredPlaces(world, slot) >>> place) & 1) !== 0
}
