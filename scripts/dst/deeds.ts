import { CombatAttack } from '../../protocol/combat.js'
import { ItemDestroy, ItemEquip, ItemMove, ItemUse } from '../../protocol/item.js'
import { LootOpen, LootTake, LootTakeGold } from '../../protocol/loot.js'
import { QuestAbandon, QuestAccept, QuestChooseReward, QuestComplete } from '../../protocol/quest.js'
import { GOLD_ONLY, TradeAccept, TradeCancel, TradeOffer, TradeOpen } from '../../protocol/trade.js'
import { VendorBuy, VendorBuyBack, VendorRepair, VendorSell } from '../../protocol/vendor.js'
import type { Content, NpcKind, QuestKind } from '../../systems/content/types.js'
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
  /** What it has sold, by place. */
  readonly sales: ArrayLike<number>
  /** A corpse that it has the right to, 0 when there is none, with what lies in it. */
  corpse(): CorpseSeen
  /** Prey that is alive, or 0. */
  prey(): number
  /** The quests that it could have. */
  readonly errands: readonly QuestKind[]
  has(quest: number): boolean
  count(item: number): number
}

export interface CorpseSeen {
  readonly entity: number
  readonly revision: number
  readonly gold: number
  /** Places with something in them. */
  readonly full: readonly number[]
  readonly isOpen: boolean
}

const places = Array.from({ length: PLACES }, (_, at) => at)

/** Mostly a place with something in it that can change hands. */
function place({ items, content }: Sight, dice: Dice): number {
  const full = places.filter((at) => items[at] !== 0 && content.items[items[at]]?.kind !== 'quest')
  return full.length === 0 || dice.chance(5) ? dice.below(PLACES) : dice.pick(full)
}

/** Mostly a sale that can be undone. */
function sale({ sales }: Sight, dice: Dice): number {
  const full = Array.from({ length: sales.length }, (_, at) => at).filter((at) => sales[at] !== 0)
  return full.length === 0 || dice.chance(10) ? dice.below(sales.length) : dice.pick(full)
}

/** Mostly a part of what lies there, now and then more. */
const some = ({ counts }: Sight, dice: Dice, at: number): number =>
  dice.chance(3) ? counts[at] + 1 : 1 + dice.below(Math.max(1, Math.min(counts[at], 6)))

function trade(player: Player, sight: Sight, dice: Dice, tick: number): void {
  const { trade: seen } = player
  if (seen === null) return sight.partner === 0 ? undefined : player.ask(TradeOpen, { target: sight.partner }, tick)
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

/** What lies in a corpse of its own; without one, it looks for prey. */
function plunder(player: Player, sight: Sight, dice: Dice, tick: number): void {
  const corpse = sight.corpse()
  const prey = sight.prey()
  if (prey !== 0 && (corpse.entity === 0 || dice.chance(30))) player.ask(CombatAttack, { target: prey }, tick)
  if (corpse.entity === 0) return
  let { revision } = corpse
  if (!corpse.isOpen) player.ask(LootOpen, { corpse: corpse.entity }, tick)
  if (corpse.gold > 0 || dice.chance(3)) {
    player.ask(LootTakeGold, {}, tick)
    if (corpse.gold > 0) revision += 1
  }
  // All at once, each as of the revision that the one before should leave.
  for (const itemIndex of corpse.full) {
    player.ask(LootTake, { revision, itemIndex }, tick)
    if (!dice.chance(5)) revision += 1
  }
}

function errand(player: Player, { npc, errands, has, count }: Sight, dice: Dice, tick: number): void {
  const { id: quest, reward, objectives } = dice.pick(errands)
  if (dice.chance(3)) return player.ask(QuestAbandon, { quest }, tick)
  if (!has(quest)) player.ask(QuestAccept, { giver: npc, quest }, tick)
  const isReady = objectives.every((it) => it.kind !== 'collect' || count(it.item) >= it.count)
  if (!isReady && !dice.chance(10)) return
  if (reward.choices.length === 0) player.ask(QuestComplete, { giver: npc, quest }, tick)
  else player.ask(QuestChooseReward, { giver: npc, quest, choice: dice.below(reward.choices.length) }, tick)
}

/** One request that moves value, or is to lead to it. */
export function deed(player: Player, sight: Sight, dice: Dice, tick: number): void {
  const { npc } = sight
  // Whoever has agreed mostly waits for the other, and does something else meanwhile.
  const tradePercent = player.trade === null ? 18 : player.trade.isMineAccepted ? 8 : 60
  if (dice.chance(tradePercent)) return trade(player, sight, dice, tick)
  const draw = dice.below(100)
  const at = place(sight, dice)
  if (draw < 35) player.ask(VendorSell, { npc, bagSlot: at, count: some(sight, dice, at) }, tick)
  else if (draw < 44) buy(player, sight, dice, tick)
  else if (draw < 51) player.ask(VendorBuyBack, { index: sale(sight, dice), item: 0 }, tick)
  else if (draw < 54) player.ask(ItemDestroy, { bagSlot: at, count: 1 }, tick)
  else if (draw < 59) useUp(player, sight, dice, tick)
  else if (draw < 60) player.ask(VendorRepair, { npc, bagSlot: at }, tick)
  else if (draw < 63) player.ask(ItemMove, { from: at, to: dice.below(PLACES), count: some(sight, dice, at) }, tick)
  else if (draw < 85) plunder(player, sight, dice, tick)
  else errand(player, sight, dice, tick)
}
