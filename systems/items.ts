import { BAG_SLOTS, Bag } from '../components/bag.js'
import { Status } from '../components/status.js'
import { ItemDestroy } from '../protocol/item.js'
import { result } from '../protocol/result-codes.js'
import type { Slot } from '../src/ecs/entities.js'
import { type ContextOf, defineSystem } from '../src/ecs/system.js'
import type { ResultCode } from '../src/protocol/result-codes.js'
import { removeAt } from './bag-rules.js'
import { ItemLost } from './events.js'
import { canAct } from './interaction-rules.js'

const needs = {
  name: 'items',
  reads: { status: Status },
  writes: { bag: Bag },
  intents: [ItemDestroy],
  emits: [ItemLost],
} as const
type ItemsWorld = ContextOf<typeof needs>

/** A count above what lies there means that the client saw another stack: `stale`. */
function destroy(world: ItemsWorld, slot: Slot, place: number, count: number): ResultCode {
  const { bag } = world
  if (!canAct(world.status.flags[slot])) return result.dead
  if (count === 0) return result.malformed
  const item = place < BAG_SLOTS ? bag.item[slot * BAG_SLOTS + place] : 0
  if (item === 0) return result.noSuchTarget
  if (!removeAt(bag, slot, place, count)) return result.stale
  world.emit(ItemLost, { character: world.entityOf(slot), item, count })
  return result.ok
}

/** What a character does with the things in its bag. */
export const items = defineSystem({
  ...needs,
  run(world) {
    for (const intent of world.intents) {
      const { bagSlot, count } = intent.payload
      world.answer(intent, destroy(world, intent.actor, bagSlot, count))
    }
  },
})
