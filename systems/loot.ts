import { Bag, GOLD_MAX, Purse } from '../components/bag.js'
import { Kind, kindType } from '../components/kind.js'
import { Decay, LOOT_ITEMS_MAX, Loot, Looting } from '../components/loot.js'
import { Place, Position } from '../components/motion.js'
import { QuestLog } from '../components/quest-log.js'
import { flag, Status } from '../components/status.js'
import { LootChanged, LootOpen, LootOpened, LootRelease, LootTake, LootTakeGold } from '../protocol/loot.js'
import { result } from '../protocol/result-codes.js'
import type { Entity, Slot } from '../src/ecs/entities.js'
import { type ContextOf, defineSystem } from '../src/ecs/system.js'
import type { ResultCode } from '../src/protocol/result-codes.js'
import { countOf } from './bag-rules.js'
import { ContentResource } from './content/resource.js'
import type { CreatureKind } from './content/types.js'
import { CountersResource } from './counters.js'
import { ItemGained, Killed } from './events.js'
import { gainGold, gainItem } from './holdings-rules.js'
import { actCode, isWithin } from './interaction-rules.js'
import { type Command, LedgerResource } from './ledger.js'
import { dropOf, goldOf, isEmpty, itemsIn } from './loot-rules.js'
import { wantsItem } from './quest-rules.js'
import { SpawnsResource } from './spawn-table.js'
import { UidsResource } from './uids.js'

const needs = {
  name: 'loot',
  reads: { position: Position, place: Place, kind: Kind, questLog: QuestLog },
  writes: { loot: Loot, decay: Decay, looting: Looting, status: Status, bag: Bag, purse: Purse },
  resources: {
    content: ContentResource,
    counters: CountersResource,
    spawns: SpawnsResource,
    uids: UidsResource,
    ledger: LedgerResource,
  },
  queries: { passing: [Decay], corpses: [Decay, Loot] },
  events: { killed: Killed },
  intents: [LootOpen, LootTake, LootTakeGold, LootRelease],
  emits: [ItemGained],
  tells: [LootOpened, LootChanged],
} as const
type LootWorld = ContextOf<typeof needs>

/** At least one tick, so that no corpse goes in the tick in which it was emptied. */
const ticks = (world: LootWorld, ms: number): number => Math.max(1, Math.floor((ms * world.tickHz) / 1000 + 0.5))

/** Rolls the table into the corpse. Draw 0 is the gold; each entry has two of its own. */
function fill(world: LootWorld, corpse: Slot, kind: CreatureKind, owner: Slot): void {
  const { loot, status, questLog, content } = world
  loot.gold[corpse] = goldOf(kind, status.level[corpse], world.random(corpse, 0))
  kind.loot.forEach((entry, i) => {
    if (i >= LOOT_ITEMS_MAX) return
    const held = entry.quest === 0 ? 0 : countOf(world.bag, owner, entry.item)
    if (entry.quest !== 0 && !wantsItem(questLog, owner, content, entry.quest, entry.item, held)) return
    const count = dropOf(entry, world.random(corpse, 1 + 2 * i), world.random(corpse, 2 + 2 * i))
    if (count === 0) return
    loot.item[corpse * LOOT_ITEMS_MAX + i] = entry.item
    loot.count[corpse * LOOT_ITEMS_MAX + i] = count
  })
}

/** A dead creature becomes a corpse. Without an owner (nobody harmed it, or he has left the world) it holds nothing. */
function becomeCorpse(world: LootWorld, victim: Entity): void {
  const { kind, status, decay, content } = world
  const slot = world.slotOf(victim)
  if (slot === 0 || kind.type[slot] !== kindType.creature || world.has(slot, Loot)) return
  world.commands.add(slot, Loot)
  world.commands.add(slot, Decay)
  const owner = world.slotOf(status.tap[slot])
  const creature = content.creatures[kind.look[slot]]
  if (owner !== 0 && world.has(owner, QuestLog) && creature !== undefined) fill(world, slot, creature, owner)
  const { corpseFullMs, corpseEmptyMs } = content.rates
  const empty = isEmpty(world.loot, slot)
  if (!empty) status.flags[slot] |= flag.lootable
  decay.atTick[slot] = world.tick + ticks(world, empty ? corpseEmptyMs : corpseFullMs)
}

/** `ok`, or why this character may not reach into this corpse. */
function corpseCode(world: LootWorld, actor: Slot, corpse: Slot): ResultCode {
  const code = actCode(world.status.flags[actor])
  if (code !== result.ok) return code
  if (corpse === 0 || !world.has(corpse, Loot)) return result.noSuchTarget
  if (!isWithin(world, actor, corpse, world.content.rates.interactRangeM)) return result.outOfRange
  return world.status.tap[corpse] === world.entityOf(actor) ? result.ok : result.notYours
}

function view(world: LootWorld, corpse: Slot) {
  const { loot } = world
  return {
    corpse: world.entityOf(corpse),
    revision: loot.revision[corpse],
    gold: loot.gold[corpse],
    items: itemsIn(loot, corpse),
  }
}

function open(world: LootWorld, actor: Slot, entity: Entity): ResultCode {
  const corpse = world.slotOf(entity)
  const code = corpseCode(world, actor, corpse)
  if (code !== result.ok) return code
  world.looting.corpse[actor] = entity
  world.tell(actor, LootOpened, view(world, corpse))
  return result.ok
}

/** The open corpse's code. A corpse that is gone or out of reach is closed without a word. */
function openedCode(world: LootWorld, actor: Slot, corpse: Slot): ResultCode {
  const code = corpseCode(world, actor, corpse)
  if (code === result.noSuchTarget || code === result.outOfRange) world.looting.corpse[actor] = 0
  return code
}

/** After every change: the next revision, and a short life for what is empty. */
function changed(world: LootWorld, actor: Slot, corpse: Slot): void {
  const { loot, status, decay, content } = world
  loot.revision[corpse] += 1
  if (isEmpty(loot, corpse)) {
    status.flags[corpse] &= ~flag.lootable
    decay.atTick[corpse] = world.tick + ticks(world, content.rates.corpseEmptyMs)
  }
  world.counters.add('loots', 1)
  world.tell(actor, LootChanged, view(world, corpse))
}

/** Marked taken before it is stored, so that no path stores it twice; put back where the bag has no room. */
function take(world: LootWorld, actor: Slot, revision: number, index: number, by: Command): ResultCode {
  const { loot, looting } = world
  const corpse = world.slotOf(looting.corpse[actor])
  const code = openedCode(world, actor, corpse)
  if (code !== result.ok) return code
  if (index >= LOOT_ITEMS_MAX) return result.noSuchTarget
  if (revision !== loot.revision[corpse]) return result.stale
  const at = corpse * LOOT_ITEMS_MAX + index
  const item = loot.item[at]
  const count = loot.count[at]
  if (item === 0) return result.alreadyDone
  loot.item[at] = 0
  if (!gainItem(world, actor, item, count, 'loot', by)) {
    loot.item[at] = item
    return result.bagFull
  }
  loot.count[at] = 0
  world.counters.add('itemsGained', count)
  world.emit(ItemGained, { character: world.entityOf(actor), item, count })
  changed(world, actor, corpse)
  return result.ok
}

function takeGold(world: LootWorld, actor: Slot, by: Command): ResultCode {
  const { loot, looting, purse, content } = world
  const corpse = world.slotOf(looting.corpse[actor])
  const code = openedCode(world, actor, corpse)
  if (code !== result.ok) return code
  const gold = loot.gold[corpse]
  if (gold === 0) return result.alreadyDone
  if (purse.gold[actor] + gold > Math.min(GOLD_MAX, content.rates.goldMax)) return result.limit
  loot.gold[corpse] = 0
  gainGold(world, actor, gold, 'loot', by)
  world.counters.add('goldMinted', gold)
  changed(world, actor, corpse)
  return result.ok
}

function release(world: LootWorld, actor: Slot): ResultCode {
  const code = actCode(world.status.flags[actor])
  if (code !== result.ok) return code
  if (world.looting.corpse[actor] === 0) return result.alreadyDone
  world.looting.corpse[actor] = 0
  return result.ok
}

function judge(world: LootWorld, intent: LootWorld['intents'][number]): ResultCode {
  const { actor } = intent
  switch (intent.name) {
    case 'loot.open':
      return open(world, actor, intent.payload.corpse)
    case 'loot.take':
      return take(world, actor, intent.payload.revision, intent.payload.itemIndex, intent)
    case 'loot.takeGold':
      return takeGold(world, actor, intent)
    case 'loot.release':
      return release(world, actor)
  }
}

/**
 * Corpses go when their time has come, and so do the living who were called for a while. Above one corpse a spawn point, which
 * the world has room for, the oldest go at once.
 */
function clearAway(world: LootWorld): void {
  const { decay, passing, corpses, tick, spawns } = world
  for (let i = 0; i < passing.length; i += 1) if (tick >= decay.atTick[passing[i]]) world.commands.despawn(passing[i])
  const surplus = corpses.length - Math.max(spawns.count, CORPSES_MIN)
  if (surplus <= 0) return
  const oldest = Array.from(corpses).sort((a, b) => decay.atTick[a] - decay.atTick[b] || a - b)
  for (const slot of oldest.slice(0, surplus)) world.commands.despawn(slot)
}
/** A world with next to no spawn points may still keep these. */
const CORPSES_MIN = 64

/** Corpses: what lies in them, who may take it, and when they go. */
export const loot = defineSystem({
  ...needs,
  run(world) {
    for (const { victim } of world.killed) becomeCorpse(world, victim)
    for (const intent of world.intents) world.answer(intent, judge(world, intent))
    clearAway(world)
  },
})
