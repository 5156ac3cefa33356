import { BAG_SLOTS, Bag, BUY_BACKS, BuyBack } from '../components/bag.js'
import { EQUIP_SLOTS, Equipment } from '../components/equipment.js'
import type { Client } from '../src/client/index.js'
import type { Content } from './content.js'

/** What lies in one place of the bag, is worn, or was sold. */
export interface Thing {
  /** Its place in the bag, on the body or among the sales. */
  readonly place: number
  readonly item: number
  readonly count: number
  readonly durability: number
}

const present = (things: readonly Thing[]): readonly Thing[] => things.filter(({ item }) => item !== 0)

export function bagThings({ owner }: Client): readonly Thing[] {
  const at = (place: number): Thing => ({
    place,
    item: owner.get(Bag, 'item', place),
    count: owner.get(Bag, 'count', place),
    durability: owner.get(Bag, 'durability', place),
  })
  return present(Array.from({ length: BAG_SLOTS }, (_, place) => at(place)))
}

export function wornThings({ owner }: Client): readonly Thing[] {
  const at = (place: number): Thing => ({
    place,
    item: owner.get(Equipment, 'item', place),
    count: 1,
    durability: owner.get(Equipment, 'durability', place),
  })
  return present(Array.from({ length: EQUIP_SLOTS }, (_, place) => at(place)))
}

/** What can be bought back, the last sale first. */
export function soldThings({ owner }: Client): readonly Thing[] {
  const at = (place: number): Thing => ({
    place,
    item: owner.get(BuyBack, 'item', place),
    count: owner.get(BuyBack, 'count', place),
    durability: owner.get(BuyBack, 'durability', place),
  })
  const newest = owner.get(BuyBack, 'next') + BUY_BACKS - 1
  return present(Array.from({ length: BUY_BACKS }, (_, back) => at((newest - back) % BUY_BACKS)))
}

/** What a smith asks for mending all that is worn, reckoned as the server does. */
export function repairPrice(client: Client, content: Content): number {
  let price = 0
  for (const { item, durability } of wornThings(client)) {
    const { durabilityMax = 0, sellPrice = 0 } = content.items.get(item) ?? {}
    const lost = durabilityMax - durability
    const part = (sellPrice * content.rates.durability.repairFraction * lost) / Math.max(1, durabilityMax)
    if (lost > 0) price += Math.max(1, Math.ceil(part))
  }
  return price
}
