import { Purse } from '../../components/bag.js'
import { VendorBuy, VendorList, VendorSell, VendorStock } from '../../protocol/vendor.js'
import { CountersResource } from '../../systems/counters.js'
import { items } from '../../systems/items.js'
import { vendors } from '../../systems/vendors.js'
import { itemScene } from './item-scene.js'
import { content, keyed } from './small-world.js'

export const RICH = 100_000

/** A customer beside a trader, with money. */
export function vendorScene(npcKey = 'corvin', gold = RICH) {
  const at = keyed(content.npcList, npcKey)
  const all = itemScene([items, vendors], { x: at.x + 1, z: at.z, level: 5 })
  const npcSlot = all.small.npc(npcKey)
  const npc = all.small.entity(npcSlot)
  all.small.edit(Purse).set(all.hero, 'gold', gold)
  const buy = (index: number, item: number, count = 1, by = all.hero) => all.small.now(by, VendorBuy, { npc, index, item, count })
  const sell = (bagSlot: number, count = 1) => all.small.now(all.hero, VendorSell, { npc, bagSlot, count })
  const stock = () => {
    all.small.now(all.hero, VendorList, { npc })
    return all.small.toldOf(all.hero, VendorStock).at(-1)
  }
  const counted = (name: 'sold' | 'bought' | 'repaired' | 'goldMinted' | 'goldBurned') =>
    all.small.resource(CountersResource).get(name)
  return { ...all, npc, npcSlot, buy, sell, stock, counted, gold: () => all.small.gold(all.hero) }
}
