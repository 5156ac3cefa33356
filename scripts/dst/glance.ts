import { BAG_SLOTS, Bag, BUY_BACKS, BuyBack, Purse } from '../../components/bag.js'
import { EQUIP_SLOTS, Equipment } from '../../components/equipment.js'
import type { World } from '../../src/ecs/world.js'

/** Numbers of a character in all these columns. */
const NUMBERS = 1 + 3 * BAG_SLOTS + 2 * EQUIP_SLOTS + 3 * BUY_BACKS

type Part = readonly [column: ArrayLike<number>, length: number]

/**
 * Tells whether what somebody has is, number by number, what it was at the last look: then what was found true of it then is true now.
 * It copies and compares columns and knows nothing of what they mean.
 */
export class Glance {
  private readonly parts: readonly Part[]
  private readonly seen = new Map<number, Float64Array>()

  constructor(world: World) {
    const [bag, worn, sales] = [world.columns(Bag), world.columns(Equipment), world.columns(BuyBack)]
    this.parts = [
      [world.columns(Purse).gold, 1],
      ...[bag.item, bag.count, bag.uid].map((column): Part => [column, BAG_SLOTS]),
      ...[worn.item, worn.uid].map((column): Part => [column, EQUIP_SLOTS]),
      ...[sales.item, sales.count, sales.uid].map((column): Part => [column, BUY_BACKS]),
    ]
  }

  /** Looks, and remembers. */
  isAsBefore(id: number, slot: number): boolean {
    let seen = this.seen.get(id)
    const isNew = seen === undefined
    if (seen === undefined) {
      seen = new Float64Array(NUMBERS)
      this.seen.set(id, seen)
    }
    let at = 0
    let isSame = true
    for (const [column, length] of this.parts) {
      const start = slot * length
      for (let i = start; i < start + length; i += 1) {
        if (seen[at] !== column[i]) {
          seen[at] = column[i]
          isSame = false
        }
        at += 1
      }
    }
    return isSame && !isNew
  }
}
