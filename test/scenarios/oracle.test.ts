import { describe, expect, it } from 'vitest'
import type { World } from '../../src/ecs/world.js'
import { THRONG_COUNT } from '../../src/net/cell-fields.js'
import { GridResource } from '../../src/space/grid.js'
import { NamesResource } from '../../src/space/names.js'
import { dice } from '../client/dice.js'
import { CELL_SIZE_M, Facing, Health, Look, Shield, Spot, Where } from '../client/tiny-game.js'
import { seesAround, Truth } from './same-view.js'
import { LOOKS, type WatchedWorld, type Watcher, watchedWorld } from './watched-world.js'

const TICKS = Number(process.env.MYRIAD_ORACLE_TICKS ?? 1_000)
const SEED = Number(process.env.MYRIAD_ORACLE_SEED ?? Math.floor(Math.random() * 4_294_967_296))
const ENTITIES = 440
const WATCHERS = 5
const SIDE_M = 220
const MOOD_TICKS = 120
const OUTER = { outerRing: 2, outerEvery: 10 }

type Roll = (below: number) => number

function put(world: World, slot: number, x: number, z: number, zone = world.columns(Where).zone[slot]): void {
  const spot = world.columns(Spot)
  spot.x[slot] = Math.min(SIDE_M, Math.max(0, x))
  spot.z[slot] = Math.min(SIDE_M, Math.max(0, z))
  world.columns(Where).zone[slot] = zone
  world.resource(GridResource).put(slot, zone, 0, spot.x[slot], spot.z[slot])
}

function settle(world: World, slot: number, roll: Roll): void {
  world.columns(Look).kind[slot] = roll(256)
  world.columns(Look).skin[slot] = roll(65_536)
  world.columns(Health).max[slot] = roll(65_536)
  world.columns(Where).zone[slot] = roll(30) === 0 ? 1 : 0
  world.columns(Spot).x[slot] = roll(SIDE_M * 100) / 100
  world.columns(Spot).z[slot] = roll(SIDE_M * 100) / 100
  if (roll(3) === 0) world.resource(NamesResource).set(slot, `Näme-${roll(1_000)}`)
}

const jitter = (roll: Roll, metres: number): number => (roll(2_001) / 1_000 - 1) * metres

/** One tick of one entity: it walks about or to where all gather, stands, jumps, changes. */
function stir(world: World, slot: number, roll: Roll, gathering: { x: number; z: number } | undefined): void {
  const spot = world.columns(Spot)
  const deed = roll(40)
  if (deed === 0) put(world, slot, roll(SIDE_M), roll(SIDE_M), roll(30) === 0 ? 1 : 0)
  else if (deed < 24) {
    const pull = gathering === undefined ? 0 : 0.3
    const { x, z } = gathering ?? { x: 0, z: 0 }
    put(
      world,
      slot,
      spot.x[slot] + (x - spot.x[slot]) * pull + jitter(roll, 2),
      spot.z[slot] + (z - spot.z[slot]) * pull + jitter(roll, 2),
    )
    spot.y[slot] = jitter(roll, 20)
  }
  if (deed % 5 === 0) world.columns(Facing).heading[slot] = roll(65_536)
  if (deed % 7 === 0) world.columns(Health).now[slot] = roll(65_536)
  if (roll(60) > 0) return
  if (world.entities.has(slot, Shield)) world.commands.remove(slot, Shield)
  else {
    world.commands.add(slot, Shield)
    world.columns(Shield).charge[slot] = roll(4_294_967_296)
  }
}

function disorder(roll: Roll): (world: World) => void {
  let gathering: { x: number; z: number } | undefined
  return (world) => {
    const mood = world.tick / MOOD_TICKS
    // They gather twice, in the middle of a cell so that it becomes a throng, and then go their ways.
    if (mood === Math.floor(mood))
      gathering = mood % 3 === 2 ? undefined : { x: (roll(8) + 1.5) * CELL_SIZE_M, z: (roll(8) + 1.5) * CELL_SIZE_M }
    const living: number[] = []
    for (let slot = 1; slot <= world.entities.slotMax; slot += 1)
      if (world.entities.alive[slot] === 1 && world.entities.has(slot, Spot)) living.push(slot)
    for (const slot of living) stir(world, slot, roll, gathering)
    const victim = living[roll(living.length)]
    if (living.length > 0 && roll(2) === 0 && !isCharacter(world, victim)) world.commands.despawn(victim)
    for (let count = living.length; count < ENTITIES; count += 1) settle(world, world.commands.spawn(LOOKS), roll)
  }
}

const characters = new WeakMap<World, Set<number>>()
const isCharacter = (world: World, slot: number): boolean => characters.get(world)?.has(slot) ?? false

/** Stops, cuts and brings back. Returns what it did. */
async function trouble(watcher: Watcher, roll: Roll, isBehind: boolean): Promise<'cut' | 'stall' | undefined> {
  if (!watcher.isBack) {
    if (roll(30) === 0) void watcher.comeBack()
    return undefined
  }
  if (!watcher.isReading) {
    // Short stalls stay within the limit, long ones do not.
    if (roll(isBehind ? 20 : 60) === 0) watcher.goOn()
    return undefined
  }
  const lot = roll(400)
  if (lot === 0) {
    watcher.cut()
    return 'cut'
  }
  if (lot > 4) return undefined
  watcher.pause()
  return 'stall'
}

async function watchedOf(roll: Roll, ring: Partial<typeof OUTER>): Promise<WatchedWorld> {
  const run = disorder(roll)
  const people = new Set<number>()
  const scene = await watchedWorld({
    ...ring,
    run,
    settle: (world, slot) => {
      settle(world, slot, roll)
      people.add(slot)
    },
  })
  characters.set(scene.world, people)
  return scene
}

/** Plays it all, and throws at the first thing that a client shows otherwise than it is. */
async function play(ring: Partial<typeof OUTER>) {
  process.stdout.write(`oracle: seed ${SEED}, ${TICKS} ticks; MYRIAD_ORACLE_SEED and MYRIAD_ORACLE_TICKS repeat or lengthen it\n`)
  const roll = dice(SEED)
  const scene = await watchedOf(roll, ring)
  const truth = new Truth(scene.world, ring.outerEvery)
  const counts = { cut: 0, stall: 0, taken: 0, returned: 0, compared: 0, seen: 0 }
  const behind = new Map<Watcher, boolean>()
  for (let tick = 0; tick < TICKS; tick += 1) {
    if (scene.watchers.length < WATCHERS && tick % 40 === 0)
      truth.follow(scene.join(`Watcher${'abcdefgh'[scene.watchers.length]}`).client)
    await scene.step()
    truth.note()
    for (const watcher of scene.watchers) {
      expect(watcher.client.ended, `seed ${SEED}, tick ${scene.world.tick}, ${watcher.name}`).toBeUndefined()
      const session = scene.sessionOf(watcher)
      const isBehind = session?.lag.isBehind ?? false
      if (isBehind && behind.get(watcher) === false) counts.taken += 1
      if (session !== undefined && !isBehind && behind.get(watcher) === true) counts.returned += 1
      behind.set(watcher, isBehind)
      if (session !== undefined && watcher.isReading && watcher.isBack && !isBehind) {
        counts.seen += truth.compare(watcher.client, `seed ${SEED}, ${watcher.name}`)
        counts.compared += 1
        expect(seesAround(scene.world, watcher.client, ring.outerRing), `seed ${SEED}, tick ${scene.world.tick}`).toBe(true)
      }
      const deed = await trouble(watcher, roll, isBehind)
      if (deed !== undefined) counts[deed] += 1
    }
  }
  const { crowdMax, outerSeen, outerLate, turns } = truth
  process.stdout.write(`oracle: ${JSON.stringify({ ...counts, crowdMax, outerSeen, outerLate, ...turns })}\n`)
  expect(counts.compared).toBeGreaterThan(TICKS)
  expect(counts.taken * counts.returned * counts.cut * counts.stall).toBeGreaterThan(0)
  expect(crowdMax).toBeGreaterThan(THRONG_COUNT)
  return truth
}

const timeout = 60_000 + TICKS * 60

describe('what clients see', () => {
  it(`is the truth of every tick: ${TICKS} ticks, seed ${SEED}`, { timeout }, async () => {
    const { outerSeen, turns } = await play({})
    expect([outerSeen, turns]).toEqual([0, { farther: 0, nearer: 0 }])
  })

  it(`is the truth near, and that of the last outer body in the outer ring: ${TICKS} ticks, seed ${SEED}`, {
    timeout,
  }, async () => {
    const { outerSeen, outerLate, turns } = await play(OUTER)
    expect(outerLate).toBeGreaterThan(0)
    expect(outerSeen).toBeGreaterThan(outerLate)
    expect(turns.farther * turns.nearer).toBeGreaterThan(0)
  })
})
