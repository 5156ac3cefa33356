import type { Entity } from '../../src/ecs/entities.js'

/** The open trade as its window shows it, and who has said to look for what. */
export interface TradeSeen {
  /** 0 when none is open; nothing else is of any meaning then. */
  readonly partner: Entity
  readonly revision: number
  readonly gold: number
  readonly accepted: boolean
  readonly theirGold: number
  readonly theirAccepted: boolean
  /** What lies in a slot of either side: 0 for nothing. */
  item(slot: number): number
  count(slot: number): number
  theirItem(slot: number): number
  theirCount(slot: number): number
  theirDurability(slot: number): number
  /** Of which item somebody (or the bot itself) has said to look for some, and for how many; 0 for none, or too long ago. */
  soughtItem(entity: Entity): number
  soughtCount(entity: Entity): number
}
