import { BAG_SLOTS, Bag } from '../components/bag.js'
import { Spellbook } from '../components/spells.js'
import { flag, Status } from '../components/status.js'
import { Trade } from '../components/trade.js'
import type { Entity, Slot } from '../src/ecs/entities.js'
import { HASH_START, mix } from '../src/ecs/hash.js'
import { defineResource } from '../src/ecs/resource.js'
import { type ContextOf, defineSystem } from '../src/ecs/system.js'
import { ContentResource } from './content/resource.js'
import type { ItemUse } from './content/types.js'
import { CountersResource } from './counters.js'
import { ItemLost, ItemUsed } from './events.js'
import { loseAt, loseItem } from './holdings-rules.js'
import { LedgerResource, NO_COMMAND } from './ledger.js'
import { offeredPlaces } from './lock-rules.js'

/** Cooldown categories that wait for the end of their character's combat, in the order in which they came. */
export class FightLocks {
  readonly locks: { readonly character: Entity; readonly category: number; readonly cooldownMs: number }[] = []

  hash(): number {
    return this.locks.reduce((h, lock) => mix(mix(mix(h, lock.character), lock.category), lock.cooldownMs), HASH_START)
  }
}
export const FightLocksResource = defineResource('FightLocks', {
  create: () => new FightLocks(),
  hash: (fights) => fights.hash(),
})
/** The tick from which a category can be used again while nobody knows when the combat will end. */
export const NEVER_TICK = 0xffff_ffff

const needs = {
  name: 'charges',
  reads: { status: Status, trade: Trade },
  writes: { bag: Bag, book: Spellbook },
  resources: { content: ContentResource, counters: CountersResource, fights: FightLocksResource, ledger: LedgerResource },
  events: { used: ItemUsed },
  emits: [ItemLost],
} as const
type ChargesWorld = ContextOf<typeof needs>

const isInCombat = ({ status }: ChargesWorld, slot: Slot): boolean => (status.flags[slot] & flag.inCombat) !== 0

/** Once a fight: the category, which the spell has just set to cool down, begins to do so only when the combat is over. */
function holdCategory(world: ChargesWorld, slot: Slot, { spell, onceAFight }: ItemUse): void {
  const kind = world.content.spells[spell]
  if (!onceAFight || kind === undefined || kind.category < 0 || !isInCombat(world, slot)) return
  world.book.setAt(slot, 'categoryTick', kind.category, NEVER_TICK)
  world.fights.locks.push({ character: world.entityOf(slot), category: kind.category, cooldownMs: kind.categoryMs })
}

/** From the place it was used in, or from another that is not on offer where that holds something else by now. */
function takeCharge(world: ChargesWorld, character: Entity, place: number, item: number): void {
  const { bag, content } = world
  const slot = world.slotOf(character)
  const using = content.items[item]?.use
  if (slot === 0 || using === undefined) return
  world.counters.add('itemsUsed', 1)
  holdCategory(world, slot, using)
  if (!using.consumed) return
  const isThere = bag.item[slot * BAG_SLOTS + place] === item
  const taken = isThere
    ? loseAt(world, slot, place, 1, 'used', NO_COMMAND)
    : loseItem(world, slot, item, 1, offeredPlaces(world, slot), 'used', NO_COMMAND)
  if (taken) world.emit(ItemLost, { character, item, count: 1 })
}

/** Categories whose combat is over begin to cool down. */
function endFights(world: ChargesWorld): void {
  const { locks } = world.fights
  for (let i = locks.length - 1; i >= 0; i -= 1) {
    const { character, category, cooldownMs } = locks[i]
    const slot = world.slotOf(character)
    if (slot !== 0 && isInCombat(world, slot)) continue
    const readyTick = world.tick + Math.floor((cooldownMs * world.tickHz) / 1000 + 0.5)
    if (slot !== 0) world.book.setAt(slot, 'categoryTick', category, readyTick)
    locks.splice(i, 1)
  }
}

/** What used items cost their users, in the tick in which the use takes effect: before anybody can take the item away. */
export const charges = defineSystem({
  ...needs,
  run(world) {
    for (const { character, bagSlot, item } of world.used) takeCharge(world, character, bagSlot, item)
    if (world.fights.locks.length > 0) endFights(world)
  },
})
