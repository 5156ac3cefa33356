import { type ContextOf, defineResource, defineSystem, distanceSquared, GridResource, layer, type Slot } from 'myriad'
import { flag, Kind, Place, Position, result, Status, Vitals } from 'myriad/game'
import { Campfire } from './component.js'
import { CampBurnedOut, CampLight } from './protocol.js'

export const LOGS_MAX = 20
export const LOG_BURNS_S = 3
/** Fires at one time; another is refused as `full`. The world has room for exactly these (game.ts). */
export const CAMPFIRES_MAX = 64
const WARMTH_M = 5
const HEALTH_PER_LOG = 5

/** Where the grid puts those around one fire; the rest of a larger crowd stays cold. A world owns it, no module does. */
const AroundResource = defineResource('AroundFire', { create: () => new Int32Array(64), hash: () => 0 })

// The system gets what it declares here, and the compiler refuses everything else.
const needs = {
  name: 'campfires',
  reads: { status: Status },
  writes: { fire: Campfire, position: Position, place: Place, vitals: Vitals },
  resources: { grid: GridResource, around: AroundResource },
  queries: { fires: [Campfire] },
  intents: [CampLight],
  tells: [CampBurnedOut],
} as const
type CampWorld = ContextOf<typeof needs>

const isAlive = (world: CampWorld, slot: Slot): boolean => (world.status.flags[slot] & (flag.dead | flag.ghost)) === 0

/** A player's wish is refused by a value. The protocol's check let only a whole number from 0 to 255 come this far. */
function light(world: CampWorld, keepers: number[], actor: Slot, logs: number): number {
  const { fire, position, place } = world
  const keeper = world.entityOf(actor)
  if (!isAlive(world, actor)) return result.dead
  if (logs < 1 || logs > LOGS_MAX) return result.limit
  if (keepers.includes(keeper)) return result.busy
  if (keepers.length >= CAMPFIRES_MAX) return result.full
  keepers.push(keeper)
  // Kind stays 0, which is no kind of the standard game: its bots see something that they need not fight.
  const slot = world.commands.spawn([Position, Place, Kind, Campfire])
  world.grid.layerOf[slot] = layer.others
  for (const column of [position.x, position.y, position.z, place.zone, place.instance]) column[slot] = column[actor]
  fire.keeper[slot] = keeper
  fire.logs[slot] = logs
  fire.nextTick[slot] = world.tick + LOG_BURNS_S * world.tickHz
  return result.ok
}

function warm(world: CampWorld, slot: Slot): void {
  const { position, place, vitals, grid, around } = world
  const [x, z] = [position.x[slot], position.z[slot]]
  const count = grid.near(layer.characters, place.zone[slot], place.instance[slot], x, z, WARMTH_M, around)
  for (const other of around.subarray(0, count)) {
    // The grid answers by whole cells; the distance is ours to test.
    const isNear = distanceSquared(x, z, position.x[other], position.z[other]) <= WARMTH_M * WARMTH_M
    if (isNear && isAlive(world, other)) {
      vitals.health[other] = Math.min(vitals.healthMax[other], vitals.health[other] + HEALTH_PER_LOG)
    }
  }
}

function burnLog(world: CampWorld, slot: Slot): void {
  const { fire } = world
  warm(world, slot)
  fire.logs[slot] -= 1
  fire.nextTick[slot] += LOG_BURNS_S * world.tickHz
  if (fire.logs[slot] > 0) return
  // A keeper that has left the world has slot 0, whom nobody plays: then nobody is told.
  world.tell(world.slotOf(fire.keeper[slot]), CampBurnedOut, { fire: world.entityOf(slot) })
  world.commands.despawn(slot)
}

export const campfires = defineSystem({
  ...needs,
  run(world) {
    const { fires, fire, tick } = world
    // What is spawned in this run is in no query before the next one, and two wishes of one tick must not light two fires.
    const keepers = Array.from(fires, (slot) => fire.keeper[slot])
    for (const intent of world.intents) world.answer(intent, light(world, keepers, intent.actor, intent.payload.logs))
    for (let i = 0; i < fires.length; i += 1) if (tick >= fire.nextTick[fires[i]]) burnLog(world, fires[i])
  },
})
