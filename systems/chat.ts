import { ChatFlood } from '../components/chat.js'
import { Place, Position } from '../components/motion.js'
import { Status } from '../components/status.js'
import { ChatHeard, ChatSay } from '../protocol/chat.js'
import { result } from '../protocol/result-codes.js'
import type { Slot } from '../src/ecs/entities.js'
import { defineResource } from '../src/ecs/resource.js'
import { type ContextOf, defineSystem } from '../src/ecs/system.js'
import { PresenceResource } from '../src/net/presence.js'
import type { ResultCode } from '../src/protocol/result-codes.js'
import { GridResource, layer } from '../src/space/grid.js'
import { NamesResource } from '../src/space/names.js'
import { cleanLine, say } from './chat-rules.js'
import { ContentResource } from './content/resource.js'
import { canAct, isWithin } from './interaction-rules.js'

/** Room for the slots near a speaker: the whole world's, so that a crowd cannot overflow it. Used only within one say. */
const ListenersResource = defineResource('Listeners', { create: ({ capacity }) => new Int32Array(capacity), hash: () => 0 })

const needs = {
  name: 'chat',
  reads: { position: Position, place: Place, status: Status },
  writes: { flood: ChatFlood },
  resources: {
    content: ContentResource,
    grid: GridResource,
    listeners: ListenersResource,
    names: NamesResource,
    presence: PresenceResource,
  },
  intents: [ChatSay],
  tells: [ChatHeard],
} as const
type ChatWorld = ContextOf<typeof needs>

/** Notes the say; false when it is too much. */
function mayBeHeard(world: ChatWorld, slot: Slot): boolean {
  const { flood } = world
  const before = { windowTick: flood.windowTick[slot], said: flood.said[slot], mutedTick: flood.mutedTick[slot] }
  const { windowTick, said, mutedTick, heard } = say(before, world.tick, world.tickHz)
  flood.windowTick[slot] = windowTick
  flood.said[slot] = said
  flood.mutedTick[slot] = mutedTick
  return heard
}

function tellAround(world: ChatWorld, slot: Slot, text: string): void {
  const { position, place, grid, listeners, presence } = world
  const rangeM = world.content.rates.sayRangeM
  const line = { speaker: world.entityOf(slot), name: world.names.get(slot), text }
  const count = grid.near(
    layer.characters,
    place.zone[slot],
    place.instance[slot],
    position.x[slot],
    position.z[slot],
    rangeM,
    listeners,
  )
  for (let i = 0; i < count; i += 1) {
    const listener = listeners[i]
    if (presence.played[listener] === 1 && isWithin(world, slot, listener, rangeM)) world.tell(listener, ChatHeard, line)
  }
}

function hear(world: ChatWorld, slot: Slot, said: string): ResultCode {
  if (!canAct(world.status.flags[slot])) return result.dead
  const text = cleanLine(said)
  if (text === '') return result.malformed
  if (!mayBeHeard(world, slot)) return result.muted
  tellAround(world, slot, text)
  return result.ok
}

/** What is said, and who hears it. */
export const chat = defineSystem({
  ...needs,
  run(world) {
    for (const intent of world.intents) world.answer(intent, hear(world, intent.actor, intent.payload.text))
  },
})
