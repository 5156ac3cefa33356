import {
  type ContextOf,
  defineResource,
  defineSystem,
  distanceSquared,
  GridResource,
  layer,
  NamesResource,
  type Slot,
} from 'myriad'
import { ChatSay, flag, Motion, MoveTo, moveMode, Place, Position, Status } from 'myriad/game'
import { decide } from './brain.js'
import { GreeterMind, MET_MAX } from './mind.js'

const THOUGHTS_PER_S = 2
/** Less than a voice carries in the standard game, so that whoever is greeted hears it. */
const SIGHT_M = 20

/** Whom the grid finds around one greeter; in a larger crowd some go unseen. A world owns it, no module does. */
const AroundResource = defineResource('AroundGreeter', { create: () => new Int32Array(256), hash: () => 0 })

const needs = {
  name: 'greeterMind',
  reads: { position: Position, place: Place, motion: Motion, status: Status },
  writes: { mind: GreeterMind },
  resources: { grid: GridResource, names: NamesResource, around: AroundResource },
  queries: { greeters: [GreeterMind] },
  // A mind changes nothing itself. It asks for what a client could ask for, and the gate and the rules judge it alike.
  acts: [ChatSay, MoveTo],
} as const
type GreeterWorld = ContextOf<typeof needs>

const remembers = ({ mind, entityOf }: GreeterWorld, slot: Slot, other: Slot): boolean =>
  mind.met.subarray(slot * MET_MAX, (slot + 1) * MET_MAX).includes(entityOf(other))

function remember({ mind, entityOf }: GreeterWorld, slot: Slot, other: Slot): void {
  // The handle, not the slot: a slot is given to somebody else once its entity is gone.
  mind.met[slot * MET_MAX + mind.metNext[slot]] = entityOf(other)
  mind.metNext[slot] = (mind.metNext[slot] + 1) % MET_MAX
}

/** The nearest player in sight that it has not greeted, or 0, which is nobody. */
function findStranger(world: GreeterWorld, slot: Slot): Slot {
  const { position, place, status, grid, around } = world
  const [x, z] = [position.x[slot], position.z[slot]]
  const count = grid.near(layer.characters, place.zone[slot], place.instance[slot], x, z, SIGHT_M, around)
  let best = 0
  let bestSquared = SIGHT_M * SIGHT_M
  for (const other of around.subarray(0, count)) {
    if ((status.flags[other] & (flag.bot | flag.dead | flag.ghost)) !== 0) continue
    const squared = distanceSquared(x, z, position.x[other], position.z[other])
    if (squared >= bestSquared || remembers(world, slot, other)) continue
    best = other
    bestSquared = squared
  }
  return best
}

function think(world: GreeterWorld, slot: Slot): void {
  const { mind, motion, names } = world
  const stranger = findStranger(world, slot)
  const view = {
    homeX: mind.homeX[slot],
    homeZ: mind.homeZ[slot],
    isMoving: motion.mode[slot] !== moveMode.stand,
    stranger: stranger === 0 ? undefined : names.get(stranger),
  }
  const wish = decide(view, (n) => world.random(slot, n))
  if (wish.kind === 'greet') {
    world.act(slot, ChatSay, { text: wish.text })
    remember(world, slot, stranger)
  } else if (wish.kind === 'stroll') world.act(slot, MoveTo, { x: wish.x, z: wish.z })
}

export const greeterMind = defineSystem({
  ...needs,
  run(world) {
    const { greeters, status, tick, tickHz } = world
    const period = Math.max(1, Math.floor(tickHz / THOUGHTS_PER_S))
    for (let i = 0; i < greeters.length; i += 1) {
      const slot = greeters[i]
      // Each has its own tick of the period: if all thought at once, that tick would be the longest.
      if ((slot + tick) % period === 0 && (status.flags[slot] & flag.dead) === 0) think(world, slot)
    }
  },
})
