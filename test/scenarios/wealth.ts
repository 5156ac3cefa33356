import { Bag, BuyBack, Purse } from '../../components/bag.js'
import { Equipment } from '../../components/equipment.js'
import type { World } from '../../src/ecs/world.js'
import { soldThingsOf, thingsOf } from '../../systems/holdings-rules.js'
import { LedgerResource } from '../../systems/ledger.js'

/** What all characters of a world have: coins, pieces by item, and every uid with its place. Fails on a uid that is in two places. */
export function wealthOf(world: World) {
  const sources = { bag: world.columns(Bag), equipment: world.columns(Equipment), buyBack: world.columns(BuyBack) } as never
  const { gold: purses } = world.columns(Purse)
  const pieces = new Map<number, number>()
  const uids = new Map<number, number>()
  let gold = 0
  for (let slot = 1; slot <= world.entities.slotMax; slot += 1) {
    if (world.entities.alive[slot] !== 1 || !world.entities.has(slot, Purse)) continue
    gold += purses[slot]
    for (const { item, count, uid } of [...thingsOf(sources, slot), ...soldThingsOf(sources, slot)]) {
      pieces.set(item, (pieces.get(item) ?? 0) + count)
      if (uid === 0) continue
      if (uids.has(uid)) throw new Error(`tick ${world.tick}: uid ${uid} is with slot ${uids.get(uid)} and with slot ${slot}`)
      uids.set(uid, slot)
    }
  }
  return { gold, pieces, uids }
}

/** Where the ledger and the world differ, one line each; empty is good. */
export function unbooked(world: World): string[] {
  const ledger = world.resource(LedgerResource)
  const { gold, pieces } = wealthOf(world)
  const problems: string[] = []
  if (gold !== ledger.gold) problems.push(`tick ${world.tick}: ${gold} coins are there, ${ledger.gold} by the ledger`)
  for (let item = 1; item < ledger.itemsMinted.length; item += 1) {
    const many = pieces.get(item) ?? 0
    if (many !== ledger.items(item))
      problems.push(`tick ${world.tick}: ${many} of item ${item} are there, ${ledger.items(item)} by the ledger`)
  }
  return problems
}
