import { Bag } from '../components/bag.js'
import { objectComponents } from '../components/index.js'
import { Kind, kindType } from '../components/kind.js'
import { Place, Position } from '../components/motion.js'
import { QuestLog } from '../components/quest-log.js'
import { Status } from '../components/status.js'
import { ObjectClick } from '../protocol/object.js'
import { result } from '../protocol/result-codes.js'
import type { Entity, Slot } from '../src/ecs/entities.js'
import { type ContextOf, defineSystem } from '../src/ecs/system.js'
import type { ResultCode } from '../src/protocol/result-codes.js'
import { GridResource, layer } from '../src/space/grid.js'
import { countOf } from './bag-rules.js'
import { ContentResource } from './content/resource.js'
import type { ObjectKind } from './content/types.js'
import { CountersResource } from './counters.js'
import { ItemGained } from './events.js'
import { gainItem } from './holdings-rules.js'
import { isWithin } from './interaction-rules.js'
import { type Command, LedgerResource } from './ledger.js'
import { clickCode } from './object-rules.js'
import { ObjectsResource } from './object-table.js'
import { rowOf, wantsItem } from './quest-rules.js'
import { UidsResource } from './uids.js'

/** Most objects that come to be in one tick, so that a start is spread over some. */
const PLACED_PER_TICK_MAX = 400

const needs = {
  name: 'objects',
  reads: { log: QuestLog },
  writes: { position: Position, place: Place, kind: Kind, status: Status, bag: Bag },
  resources: {
    content: ContentResource,
    counters: CountersResource,
    grid: GridResource,
    objects: ObjectsResource,
    uids: UidsResource,
    ledger: LedgerResource,
  },
  intents: [ObjectClick],
  emits: [ItemGained],
} as const
type ObjectsWorld = ContextOf<typeof needs>

function place(world: ObjectsWorld, point: number): void {
  const { objects, content } = world
  const { table } = objects
  const row = objects.rowOf(point)
  const slot = world.commands.spawn(objectComponents)
  world.grid.layerOf[slot] = layer.others
  world.position.x[slot] = table.x[row]
  world.position.z[slot] = table.z[row]
  world.place.zone[slot] = content.zone.id
  world.place.instance[slot] = objects.copyOf(point)
  world.kind.type[slot] = kindType.object
  world.kind.look[slot] = table.object[row]
  objects.placed(point, world.entityOf(slot))
}

/** `ok`, or why the object does not open for this character. */
function codeFor(world: ObjectsWorld, actor: Slot, slot: Slot, object: ObjectKind | undefined): ResultCode {
  const { log, bag, content, status, objects } = world
  const quest = object?.quest ?? 0
  const held = object === undefined ? 0 : countOf(bag, actor, object.item)
  return clickCode({
    flags: status.flags[actor],
    isObject: object !== undefined,
    isInRange: slot !== 0 && isWithin(world, actor, slot, content.rates.interactRangeM),
    isThere: objects.pointAt(world.entityOf(slot)) >= 0,
    isForMe: quest === 0 || rowOf(log, actor, quest) >= 0,
    isNeeded: quest === 0 || (object !== undefined && wantsItem(log, actor, content, quest, object.item, held)),
  })
}

/** Whoever has the item has emptied its point, so that no second click of the tick gets one too; a full bag changes nothing. */
function click(world: ObjectsWorld, actor: Slot, entity: Entity, by: Command): ResultCode {
  const { kind, content, objects } = world
  const slot = world.slotOf(entity)
  const isObject = slot !== 0 && world.has(slot, Kind) && kind.type[slot] === kindType.object
  const object = isObject ? content.objects[kind.look[slot]] : undefined
  const code = codeFor(world, actor, slot, object)
  if (code !== result.ok || object === undefined) return code
  const { item, count } = object
  if (!gainItem(world, actor, item, count, 'object', by)) return result.bagFull
  objects.taken(objects.pointAt(entity), world.tick, world.tickHz)
  world.commands.despawn(slot)
  world.counters.add('objectsOpened', 1)
  world.counters.add('itemsGained', count)
  world.emit(ItemGained, { character: world.entityOf(actor), item, count })
  return result.ok
}

/** Fills the empty points whose time has come. */
function restock(world: ObjectsWorld): void {
  const { objects, tick } = world
  if (objects.empty === 0) return
  let births = 0
  for (let point = 0; point < objects.entity.length && births < PLACED_PER_TICK_MAX; point += 1) {
    if (objects.entity[point] !== 0 || objects.dueTick[point] > tick) continue
    place(world, point)
    births += 1
  }
}

/** What stands in the world to be clicked: who may take it, and when it comes back. */
export const objects = defineSystem({
  ...needs,
  run(world) {
    for (const intent of world.intents) world.answer(intent, click(world, intent.actor, intent.payload.entity, intent))
    restock(world)
  },
})
