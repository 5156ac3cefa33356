import { characterComponents } from '../components/index.js'
import { InputQueue } from '../components/motion.js'
import { flag } from '../components/status.js'
import type { Slot } from '../src/ecs/entities.js'
import { type ContextOf, defineSystem } from '../src/ecs/system.js'
import { type Arrival, type Departure, PresenceResource } from '../src/net/presence.js'
import { pointIn } from './character-rules.js'
import { carry } from './holdings-rules.js'
import { restoreCharacter, savedNeeds } from './saved-rules.js'

const needs = {
  ...savedNeeds,
  name: 'characters',
  resources: { ...savedNeeds.resources, presence: PresenceResource },
} as const
type CharactersWorld = ContextOf<typeof needs>

const playerComponents = Object.freeze([...characterComponents, InputQueue])

function enter(world: CharactersWorld, arrival: Arrival): void {
  const { starts } = world.content.zone
  const { row } = arrival
  const slot = world.commands.spawn(playerComponents)
  const start = starts[row.characterId % starts.length]
  restoreCharacter(
    world,
    slot,
    row,
    pointIn(start, (n) => world.random(slot, n)),
  )
  world.ledger.owner(slot, row.characterId)
  world.presence.enter(arrival, slot)
}

/** Whoever leaves in combat stays, and can die, until it is over. */
function mayLeave(world: CharactersWorld, slot: Slot): boolean {
  const { status, death, tick } = world
  // What a death costs is taken in the tick after it.
  const hasJustDied = death.diedTick[slot] !== 0 && tick - death.diedTick[slot] <= 1
  return (status.flags[slot] & flag.inCombat) === 0 && !hasJustDied
}

function leave(world: CharactersWorld, departure: Departure): void {
  const { slot } = departure
  carry(world, slot, -1)
  world.presence.left(slot)
  world.commands.despawn(slot)
}

/** Players' characters come into the world as they were saved, and leave it. */
export const characters = defineSystem({
  ...needs,
  run(world) {
    const { presence } = world
    for (const arrival of presence.arrivals.splice(0)) enter(world, arrival)
    for (const departure of presence.departures.splice(0)) {
      if (presence.played[departure.slot] === 1 || !presence.characters.has(departure.slot)) continue
      if (mayLeave(world, departure.slot)) leave(world, departure)
      else presence.departures.push(departure)
    }
  },
})
