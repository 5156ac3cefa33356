import { BAG_SLOTS, Bag } from '../components/bag.js'
import { EQUIP_SLOTS, Equipment } from '../components/equipment.js'
import { Kind, kindType } from '../components/kind.js'
import { Progress } from '../components/progress.js'
import { CATEGORIES_MAX, Casting, Spellbook } from '../components/spells.js'
import { flag, Status } from '../components/status.js'
import { Trade } from '../components/trade.js'
import { ItemDestroy, ItemEquip, ItemMove, ItemUnequip, ItemUse } from '../protocol/item.js'
import { result } from '../protocol/result-codes.js'
import type { Entity, Slot } from '../src/ecs/entities.js'
import { type ContextOf, defineSystem } from '../src/ecs/system.js'
import type { ResultCode } from '../src/protocol/result-codes.js'
import { freePlace, planMove, planOf, planPut, type Thing, thingAt } from './bag-rules.js'
import { ContentResource } from './content/resource.js'
import { equipSlots } from './content/words.js'
import { ItemCast, ItemLost, Killed, StatsChanged } from './events.js'
import { loseAt, rearrange } from './holdings-rules.js'
import { actCode } from './interaction-rules.js'
import { afterDeath, useCode, wearCode } from './item-rules.js'
import { distinctKills } from './kill-rules.js'
import { type Command, LedgerResource } from './ledger.js'
import { isLocked } from './lock-rules.js'
import { UidsResource } from './uids.js'

const needs = {
  name: 'items',
  reads: { status: Status, kind: Kind, progress: Progress, casting: Casting, book: Spellbook, trade: Trade },
  writes: { bag: Bag, equipment: Equipment },
  resources: { content: ContentResource, uids: UidsResource, ledger: LedgerResource },
  events: { killed: Killed },
  intents: [ItemUse, ItemEquip, ItemUnequip, ItemMove, ItemDestroy],
  emits: [ItemLost, ItemCast, StatsChanged],
} as const
type ItemsWorld = ContextOf<typeof needs>

/** The uses that began in this run, as slot · BAG_SLOTS + place: the spell system, which will lock them, has yet to see them. */
type Begun = number[]

const MAIN_HAND = equipSlots.indexOf('mainHand')

/** `ok` for a place with something in it that is neither being used nor on offer; what `actCode` says, `noSuchTarget` or `busy` otherwise. */
function placeCode(world: ItemsWorld, begun: Begun, slot: Slot, place: number): ResultCode {
  const code = actCode(world.status.flags[slot])
  if (code !== result.ok) return code
  if (place >= BAG_SLOTS || world.bag.item[slot * BAG_SLOTS + place] === 0) return result.noSuchTarget
  const locked = isLocked(world, slot, place) || begun.includes(slot * BAG_SLOTS + place)
  return locked ? result.busy : result.ok
}

/** A count above what lies there means that the client saw another stack: `stale`. */
function countCode(world: ItemsWorld, slot: Slot, place: number, count: number): ResultCode {
  if (count === 0) return result.malformed
  return count > world.bag.count[slot * BAG_SLOTS + place] ? result.stale : result.ok
}

function isReady(world: ItemsWorld, slot: Slot, spell: number): boolean {
  const category = world.content.spells[spell]?.category ?? -1
  return category < 0 || world.book.categoryTick[slot * CATEGORIES_MAX + category] <= world.tick
}

/** From here the use is a cast: its further checks, its time and its end are the spell system's. */
function use(world: ItemsWorld, begun: Begun, slot: Slot, bagSlot: number, item: number, target: Entity): ResultCode {
  const { bag, status, progress, casting, content } = world
  const flags = status.flags[slot]
  const held = actCode(flags)
  if (held !== result.ok) return held
  if (bagSlot >= BAG_SLOTS) return result.noSuchTarget
  if (bag.item[slot * BAG_SLOTS + bagSlot] !== item) return result.stale
  if (isLocked(world, slot, bagSlot)) return result.busy
  const kind = content.items[item]
  const code = useCode({
    kind,
    classId: progress.class[slot],
    level: progress.level[slot],
    inCombat: (flags & flag.inCombat) !== 0,
    busy: casting.spell[slot] !== 0 || begun.some((at) => Math.floor(at / BAG_SLOTS) === slot),
    ready: isReady(world, slot, kind?.use?.spell ?? 0),
  })
  if (code !== result.ok || kind?.use === undefined) return code
  begun.push(slot * BAG_SLOTS + bagSlot)
  world.emit(ItemCast, { character: world.entityOf(slot), bagSlot, item, spell: kind.use.spell, target })
  return code
}

const wornAt = ({ equipment }: ItemsWorld, slot: Slot, equipSlot: number): Thing => {
  const at = slot * EQUIP_SLOTS + equipSlot
  const item = equipment.item[at]
  return { item, count: item === 0 ? 0 : 1, uid: equipment.uid[at], durability: equipment.durability[at] }
}

function wear({ equipment }: ItemsWorld, slot: Slot, equipSlot: number, { item, uid, durability }: Thing): void {
  equipment.setAt(slot, 'item', equipSlot, item)
  equipment.setAt(slot, 'uid', equipSlot, uid)
  equipment.setAt(slot, 'durability', equipSlot, durability)
}

/** The two change places, so that it needs no room. */
function equip(world: ItemsWorld, begun: Begun, slot: Slot, place: number, equipSlot: number): ResultCode {
  const { bag, content, progress } = world
  const gate = placeCode(world, begun, slot, place)
  if (gate !== result.ok) return gate
  const plan = planOf(bag, slot, content.rates.bagSlots)
  const thing = thingAt(plan, place)
  const code = wearCode(content.items[thing.item], equipSlot, progress.class[slot], progress.level[slot])
  if (code !== result.ok) return code
  planPut(plan, place, wornAt(world, slot, equipSlot))
  rearrange(bag, slot, plan)
  wear(world, slot, equipSlot, thing)
  world.emit(StatsChanged, { entity: world.entityOf(slot) })
  return result.ok
}

function unequip(world: ItemsWorld, slot: Slot, equipSlot: number): ResultCode {
  const code = actCode(world.status.flags[slot])
  if (code !== result.ok) return code
  if (equipSlot >= EQUIP_SLOTS || wornAt(world, slot, equipSlot).item === 0) return result.noSuchTarget
  const plan = planOf(world.bag, slot, world.content.rates.bagSlots)
  const place = freePlace(plan)
  if (place < 0) return result.bagFull
  planPut(plan, place, wornAt(world, slot, equipSlot))
  rearrange(world.bag, slot, plan)
  wear(world, slot, equipSlot, { item: 0, count: 0, uid: 0, durability: 0 })
  world.emit(StatsChanged, { entity: world.entityOf(slot) })
  return result.ok
}

function move(world: ItemsWorld, begun: Begun, slot: Slot, from: number, to: number, count: number): ResultCode {
  const { content, bag } = world
  const gate = placeCode(world, begun, slot, from)
  if (gate !== result.ok) return gate
  if (to >= Math.min(content.rates.bagSlots, BAG_SLOTS)) return result.noSuchTarget
  if (isLocked(world, slot, to) || begun.includes(slot * BAG_SLOTS + to)) return result.busy
  const code = countCode(world, slot, from, count)
  if (code !== result.ok) return code
  if (from === to) return result.alreadyDone
  const plan = planOf(bag, slot, content.rates.bagSlots)
  if (!planMove(plan, from, to, count, content)) return result.full
  rearrange(bag, slot, plan)
  return result.ok
}

function destroy(world: ItemsWorld, begun: Begun, slot: Slot, place: number, count: number, by: Command): ResultCode {
  const { bag } = world
  const gate = placeCode(world, begun, slot, place)
  if (gate !== result.ok) return gate
  const code = countCode(world, slot, place, count)
  if (code !== result.ok) return code
  const item = bag.item[slot * BAG_SLOTS + place]
  loseAt(world, slot, place, count, 'destroyed', by)
  world.emit(ItemLost, { character: world.entityOf(slot), item, count })
  return result.ok
}

function judge(world: ItemsWorld, begun: Begun, intent: ItemsWorld['intents'][number]): ResultCode {
  const { actor } = intent
  switch (intent.name) {
    case 'item.use':
      return use(world, begun, actor, intent.payload.bagSlot, intent.payload.item, intent.payload.target)
    case 'item.equip':
      return equip(world, begun, actor, intent.payload.bagSlot, intent.payload.equipSlot)
    case 'item.unequip':
      return unequip(world, actor, intent.payload.equipSlot)
    case 'item.move':
      return move(world, begun, actor, intent.payload.from, intent.payload.to, intent.payload.count)
    case 'item.destroy':
      return destroy(world, begun, actor, intent.payload.bagSlot, intent.payload.count, intent)
  }
}

function setDurability(world: ItemsWorld, slot: Slot, equipSlot: number, durability: number): boolean {
  const before = world.equipment.durability[slot * EQUIP_SLOTS + equipSlot]
  world.equipment.setAt(slot, 'durability', equipSlot, durability)
  return before > 0 && durability === 0
}

/** A death wears down everything worn, a kill now and then the weapon that did it. What breaks lends nothing any more. */
function wearDown(world: ItemsWorld): void {
  const { kind, equipment, content } = world
  const { deathFraction, killChance } = content.rates.durability
  distinctKills(world.killed).forEach(({ victim, killer }, number) => {
    const dead = world.slotOf(victim)
    if (dead !== 0 && kind.type[dead] === kindType.character) {
      let broken = false
      for (let i = 0; i < EQUIP_SLOTS; i += 1) {
        const whole = content.items[equipment.item[dead * EQUIP_SLOTS + i]]?.durabilityMax ?? 0
        const left = afterDeath(equipment.durability[dead * EQUIP_SLOTS + i], whole, deathFraction)
        if (whole > 0 && setDurability(world, dead, i, left)) broken = true
      }
      if (broken) world.emit(StatsChanged, { entity: victim })
    }
    const slot = world.slotOf(killer)
    if (slot === 0 || kind.type[slot] !== kindType.character) return
    const left = equipment.durability[slot * EQUIP_SLOTS + MAIN_HAND]
    if (left === 0 || world.random(slot, number) >= killChance) return
    if (setDurability(world, slot, MAIN_HAND, left - 1)) world.emit(StatsChanged, { entity: killer })
  })
}

/** What a character does with the things that it has, and how they wear out. */
export const items = defineSystem({
  ...needs,
  run(world) {
    world.uids.begin(world.calendarMs)
    if (world.killed.length > 0) wearDown(world)
    const begun: Begun = []
    for (const intent of world.intents) world.answer(intent, judge(world, begun, intent))
  },
})
