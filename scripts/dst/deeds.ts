import { ItemDestroy, ItemEquip, ItemMove, ItemUse } from '../../protocol/item.js'
import { GOLD_ONLY, TradeAccept, TradeCancel, TradeOffer, TradeOpen } from '../../protocol/trade.js'
import { VendorBuy, VendorBuyBack, VendorSell } from '../../protocol/vendor.js'
import type { Content, NpcKind } from '../../systems/content/types.js'
import { equipSlots } from '../../systems/content/words.js'
import type { Dice } from '../fuzz/dice.js'
import type { Player } from './player.js'

const PLACES = 24

/** What a player looks at before it asks for something; the answer is the server's all the same. */
export interface Sight {
  readonly content: Content
  readonly vendor: NpcKind
  /** The vendor's entity. */
  readonly npc: number
  /** The entity of whom it would trade with. */
  readonly partner: number
  /** What lies in its bag, by place. */
  readonly items: ArrayLike<number>
  readonly counts: ArrayLike<number>
  readonly gold: number
}

/** Mostly a place with something in it. */
function place({ items }: Sight, dice: Dice): number {
  const full = Array.from({ length: PLACES }, (_, i) => i).filter((i) => items[i] !== 0)
  return full.length === 0 || dice.chance(5) ? dice.below(PLACES) : dice.pick(full)
}

/** Mostly a part of what lies there, now and then more. */
const some = ({ counts }: Sight, dice: Dice, at: number): number =>
  dice.chance(3) ? counts[at] + 1 : 1 + dice.below(Math.max(1, Math.min(counts[at], 6)))

function trade(player: Player, sight: Sight, dice: Dice, tick: number): void {
  const { trade: seen } = player
  if (seen === null) return player.ask(TradeOpen, { target: sight.partner }, tick)
  if (dice.chance(4)) return player.ask(TradeCancel, {}, tick)
  const isLikely = seen.isTheirsAccepted ? 90 : 45
  if (dice.chance(isLikely)) return player.ask(TradeAccept, { revision: seen.revision }, tick)
  const gold = dice.below(Math.max(1, Math.min(sight.gold, 60)))
  if (dice.chance(40)) return player.ask(TradeOffer, { slot: GOLD_ONLY, bagSlot: 0, count: 0, gold }, tick)
  const at = place(sight, dice)
  player.ask(TradeOffer, { slot: dice.below(3), bagSlot: at, count: dice.chance(15) ? 0 : some(sight, dice, at), gold }, tick)
}

function buy(player: Player, { vendor, npc }: Sight, dice: Dice, tick: number): void {
  const index = dice.below(vendor.stock.length)
  player.ask(VendorBuy, { npc, index, item: vendor.stock[index].item, count: 1 + dice.below(3) }, tick)
}

function useUp(player: Player, sight: Sight, dice: Dice, tick: number): void {
  const at = place(sight, dice)
  const kind = sight.content.items[sight.items[at]]
  if (kind?.slot !== undefined) player.ask(ItemEquip, { bagSlot: at, equipSlot: equipSlots.indexOf(kind.slot) }, tick)
  else player.ask(ItemUse, { bagSlot: at, item: sight.items[at], target: 0 }, tick)
}

/** One request that moves value, or is to lead to it. */
export function deed(player: Player, sight: Sight, dice: Dice, tick: number): void {
  const { npc } = sight
  const draw = dice.below(100)
  const at = place(sight, dice)
  // Whoever has agreed mostly waits for the other, and does something else meanwhile.
  const tradePercent = player.trade === null ? 25 : player.trade.isMineAccepted ? 10 : 70
  if (draw < tradePercent) trade(player, sight, dice, tick)
  else if (draw < 78) player.ask(VendorSell, { npc, bagSlot: at, count: some(sight, dice, at) }, tick)
  else if (draw < 84) buy(player, sight, dice, tick)
  else if (draw < 87) player.ask(VendorBuyBack, { index: dice.below(12), item: 0 }, tick)
  else if (draw < 90) player.ask(ItemDestroy, { bagSlot: at, count: 1 }, tick)
  else if (draw < 95) useUp(player, sight, dice, tick)
  else player.ask(ItemMove, { from: at, to: dice.below(PLACES), count: some(sight, dice, at) }, tick)
}
