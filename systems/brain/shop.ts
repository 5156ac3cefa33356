import { EQUIP_SLOTS } from '../../components/equipment.js'
import { ALL_WORN, VendorBuy, VendorRepair, VendorSell } from '../../protocol/vendor.js'
import { distanceSquared } from '../../src/ecs/maths.js'
import type { Content, ItemKind, NpcKind } from '../content/types.js'
import { countHeld, freeSlots, leastDurability, lookAtGearSoon, slotWith, verdictOf } from './belongings.js'
import { restores } from './needs.js'
import { type Acts, act, type BotView, seconds } from './view.js'

/** With fewer free places a bot goes to sell. */
const FREE_WANTED = 4
const REPAIR_BELOW = 0.3
/** After a visit, or a vain one, it does not go again for so long. */
const AGAIN_S = 240
/** Whoever is this near to a trader looks in. */
const PASSING_M = 60
/** So many of each thing it eats, drinks or swallows it likes to have. */
const PROVISIONS = 4
/** It spends no more than this part of its purse on one thing. */
const SPEND_SHARE = 0.25
const GEAR_SHARE = 0.6

function nearest(view: BotView, npcs: readonly NpcKind[]): NpcKind | undefined {
  let best: NpcKind | undefined
  let bestSquared = Number.POSITIVE_INFINITY
  for (const npc of npcs) {
    const squared = distanceSquared(view.x, view.z, npc.x, npc.z)
    if (squared >= bestSquared) continue
    best = npc
    bestSquared = squared
  }
  return best
}

/** Coins for making whole all that is worn: the formula of `vendor.repair`, so that nobody walks there in vain. */
function repairCost(view: BotView, content: Content): number {
  let cost = 0
  for (let i = 0; i < EQUIP_SLOTS; i += 1) {
    const kind = content.items[view.wornItem(i)]
    if (kind === undefined || kind.durabilityMax === 0) continue
    const lost = kind.durabilityMax - view.wornDurability(i)
    if (lost > 0) {
      const whole = kind.sellPrice * content.rates.durability.repairFraction
      cost += Math.max(1, Math.ceil((whole * lost) / kind.durabilityMax))
    }
  }
  return cost
}

/** The trader to go to now, by what is pressing; undefined when nothing is. */
export function wantedTrader(view: BotView, content: Content): NpcKind | undefined {
  if (view.tick < view.mind.shopTick) return undefined
  const { vendor, repair } = content.npcsByService
  if (freeSlots(view, content) < FREE_WANTED && slotWith(view, content, 'sell') >= 0) return nearest(view, vendor)
  if (leastDurability(view, content) < REPAIR_BELOW && repairCost(view, content) <= view.gold) return nearest(view, repair)
  const near = nearest(view, vendor)
  if (near === undefined) return undefined
  const isNear = distanceSquared(view.x, view.z, near.x, near.z) <= PASSING_M * PASSING_M
  if (isNear && (slotWith(view, content, 'sell') >= 0 || nextPurchase(view, content, near) !== undefined)) return near
  return undefined
}

/** Whether somebody would take what fills the bag: then nothing is thrown away. */
export function canSell(view: BotView, content: Content): boolean {
  if (view.tick < view.mind.shopTick || slotWith(view, content, 'sell') < 0) return false
  return content.npcsByService.vendor.length > 0
}

/** The next visit is some time off. */
export function endVisit(view: BotView): void {
  view.mind.shopTick = view.tick + seconds(view, AGAIN_S)
  lookAtGearSoon(view)
}

function wantedCount(view: BotView, content: Content, item: ItemKind): number {
  const verdict = verdictOf(view, content, item)
  if (verdict === 'equip') return item.buyPrice <= view.gold * GEAR_SHARE && countHeld(view, item.id) === 0 ? 1 : 0
  if (verdict !== 'use') return 0
  const gives = restores(content, content.spells[item.use?.spell ?? 0])
  if (!gives.health && !gives.power) return 0
  const missing = PROVISIONS - countHeld(view, item.id)
  return Math.max(0, Math.min(missing, Math.floor((view.gold * SPEND_SHARE) / item.buyPrice)))
}

/** What to buy of a trader: only what it will use itself, the dearest it can well afford first. Undefined for nothing. */
function nextPurchase(
  view: BotView,
  content: Content,
  npc: NpcKind,
): { index: number; item: ItemKind; count: number } | undefined {
  let best: { index: number; item: ItemKind; count: number } | undefined
  for (let index = 0; index < npc.stock.length; index += 1) {
    const item = content.items[npc.stock[index].item]
    if (item === undefined || item.buyPrice === 0 || (best !== undefined && item.buyPrice <= best.item.buyPrice)) continue
    const count = wantedCount(view, content, item)
    if (count > 0) best = { index, item, count }
  }
  return best
}

/** At the trader's: one thing after another; undefined when all is done. `refused` of the last one ends its kind. */
export function trade(view: BotView, content: Content, npc: NpcKind, entity: number): Acts | undefined {
  const { refusedOpcode } = view
  if (npc.services.includes('repair') && refusedOpcode !== VendorRepair.id && leastDurability(view, content) < 1) {
    const cost = repairCost(view, content)
    if (cost > 0 && cost <= view.gold) return [act(VendorRepair, { npc: entity, bagSlot: ALL_WORN })]
  }
  if (!npc.services.includes('vendor')) return undefined
  const bagSlot = refusedOpcode === VendorSell.id ? -1 : slotWith(view, content, 'sell')
  if (bagSlot >= 0) return [act(VendorSell, { npc: entity, bagSlot, count: view.bagCount(bagSlot) })]
  if (refusedOpcode === VendorBuy.id) return undefined
  const wanted = nextPurchase(view, content, npc)
  if (wanted === undefined) return undefined
  lookAtGearSoon(view)
  return [act(VendorBuy, { npc: entity, index: wanted.index, item: wanted.item.id, count: wanted.count })]
}
