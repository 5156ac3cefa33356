import { BAG_SLOTS, Bag, BUY_BACKS, BuyBack, Purse } from '../../components/bag.js'
import { Decay, LOOT_ITEMS_MAX, Loot, Looting } from '../../components/loot.js'
import { QUESTS_MAX, QuestLog } from '../../components/quest-log.js'
import { Status } from '../../components/status.js'
import type { World } from '../../src/ecs/world.js'
import { SpawnsResource } from '../../systems/spawn-table.js'
import type { CorpseSeen, Sight } from './deeds.js'
import { content, errands, vendor } from './scene.js'

const NO_CORPSE: CorpseSeen = Object.freeze({ entity: 0, revision: 0, gold: 0, full: [], isOpen: false })

/** What the player of that slot looks at, straight from the world: what it asks for is likely to make sense, and often comes too late. */
export function sightOf(world: World, slot: number, partner: number): Sight {
  const bag = world.columns(Bag)
  const start = slot * BAG_SLOTS
  return {
    content,
    vendor,
    npc: world.resource(SpawnsResource).npcEntity[vendor.id],
    partner,
    items: bag.item.subarray(start, start + BAG_SLOTS),
    counts: bag.count.subarray(start, start + BAG_SLOTS),
    gold: world.columns(Purse).gold[slot],
    sales: world.columns(BuyBack).item.subarray(slot * BUY_BACKS, (slot + 1) * BUY_BACKS),
    corpse: () => corpseOf(world, slot),
    prey: () => preyNow(world, slot),
    errands,
    has: (quest) =>
      world
        .columns(QuestLog)
        .quest.subarray(slot * QUESTS_MAX, (slot + 1) * QUESTS_MAX)
        .includes(quest),
    count: (item) => {
      let count = 0
      for (let at = start; at < start + BAG_SLOTS; at += 1) if (bag.item[at] === item) count += bag.count[at]
      return count
    },
  }
}

function corpseOf(world: World, slot: number): CorpseSeen {
  const { entities } = world
  const loot = world.columns(Loot)
  const { tap } = world.columns(Status)
  const me = entities.entityOf(slot)
  const slots = world.entities.query([Decay, Loot])
  for (let i = 0; i < slots.length; i += 1) {
    const corpse = slots[i]
    if (tap[corpse] !== me) continue
    const items = loot.item.subarray(corpse * LOOT_ITEMS_MAX, (corpse + 1) * LOOT_ITEMS_MAX)
    const full = Array.from({ length: LOOT_ITEMS_MAX }, (_, place) => place).filter((place) => items[place] !== 0)
    if (full.length === 0 && loot.gold[corpse] === 0) continue
    const entity = entities.entityOf(corpse)
    const isOpen = world.columns(Looting).corpse[slot] === entity
    return { entity, revision: loot.revision[corpse], gold: loot.gold[corpse], full, isOpen }
  }
  return NO_CORPSE
}

/** The first that lives, from a point on that differs from character to character. */
function preyNow(world: World, slot: number): number {
  const { entity } = world.resource(SpawnsResource)
  for (let n = 0; n < entity.length; n += 1) {
    const prey = entity[(slot + n) % entity.length]
    if (prey !== 0) return prey
  }
  return 0
}
