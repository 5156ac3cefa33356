import { BAG_SLOTS } from '../../components/bag.js'
import { TRADE_SLOTS } from '../../components/trade.js'
import type { Entity, Slot } from '../../src/ecs/entities.js'
import type { TradeSeen } from './trade-seen.js'
import type { WorldViewSources } from './world-sources.js'

/** The open trade of one in-world bot, read from the columns: `owner.slot` says of whom. */
export class WorldTrade implements TradeSeen {
  constructor(
    private readonly from: WorldViewSources,
    private readonly owner: { readonly slot: Slot; readonly tick: number },
  ) {}
  get partner(): Entity {
    return this.from.trade.partner[this.owner.slot]
  }
  private get other(): Slot {
    return this.from.slotOf(this.partner)
  }
  get revision(): number {
    return this.from.trade.revision[this.owner.slot]
  }
  get gold(): number {
    return this.from.trade.gold[this.owner.slot]
  }
  get accepted(): boolean {
    return this.from.trade.accepted[this.owner.slot] === 1
  }
  get theirGold(): number {
    return this.from.trade.gold[this.other]
  }
  get theirAccepted(): boolean {
    return this.from.trade.accepted[this.other] === 1
  }
  item(slot: number): number {
    return this.from.trade.item[this.owner.slot * TRADE_SLOTS + slot]
  }
  count(slot: number): number {
    return this.from.trade.count[this.owner.slot * TRADE_SLOTS + slot]
  }
  theirItem(slot: number): number {
    return this.from.trade.item[this.other * TRADE_SLOTS + slot]
  }
  theirCount(slot: number): number {
    return this.from.trade.count[this.other * TRADE_SLOTS + slot]
  }
  theirDurability(slot: number): number {
    const place = this.from.trade.place[this.other * TRADE_SLOTS + slot]
    return place === 0 ? 0 : this.from.bag.durability[this.other * BAG_SLOTS + place - 1]
  }
  soughtItem(entity: Entity): number {
    const slot = this.from.slotOf(entity)
    return this.owner.tick < this.from.trade.soughtUntil[slot] ? this.from.trade.soughtItem[slot] : 0
  }
  soughtCount(entity: Entity): number {
    return this.soughtItem(entity) === 0 ? 0 : this.from.trade.soughtCount[this.from.slotOf(entity)]
  }
}
