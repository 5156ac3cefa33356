import { describe, expect, it } from 'vitest'
import { InputQueue, Motion, Position } from '../../components/motion.js'
import { standardGame } from '../../game.js'
import { MoveTeleported, MoveTo } from '../../protocol/move.js'
import { type Client, createPredictor, type Predictor } from '../../src/client/index.js'
import { CORRECTION_MS, INPUTS_PENDING_MAX } from '../../src/client/prediction.js'
import { readContent } from '../../src/server/content-files.js'
import type { Content } from '../../systems/content/types.js'
import { openClient } from './fake-socket.js'
import { FRAME_MS, LaggedWorld, type Road } from './lagged-world.js'

const content = readContent(standardGame)
const { zone, rates } = content.content as Content
const { sizeM } = zone
const speedMps = rates.runSpeedMps
const { step } = standardGame
const TICK_MS = 50

interface Scene {
  readonly world: LaggedWorld
  readonly client: Client
  readonly predictor: Predictor
  readonly slot: number
  /** What the player holds: direction and heading. */
  held: { dx: number; dz: number; heading: number }
  /** Inputs sent so far. */
  sent: number
  /** Where a walker without any network would be after each input, the last two. */
  readonly ideal: { before: { x: number; z: number }; now: { x: number; z: number } }
  /** How far the shown place was from the way between these two at most, in metres. */
  worstM: number
}

/** How far a point is from the way between two others. */
function besideM(at: { x: number; z: number }, from: { x: number; z: number }, to: { x: number; z: number }): number {
  const lengthSquared = (to.x - from.x) ** 2 + (to.z - from.z) ** 2
  const along = lengthSquared === 0 ? 0 : ((at.x - from.x) * (to.x - from.x) + (at.z - from.z) * (to.z - from.z)) / lengthSquared
  const part = Math.min(1, Math.max(0, along))
  return Math.hypot(at.x - from.x - (to.x - from.x) * part, at.z - from.z - (to.z - from.z) * part)
}

/** Ada in the world, who sends what she holds in every frame. */
async function scene(seed: number, up: Road, down: Road): Promise<Scene> {
  const world = await LaggedWorld.start({ game: standardGame, content, seed, up, down })
  const client = await world.connect()
  const { entity, x, z } = await world.until(client.enterAs('Ada', 1))
  const predictor = createPredictor(client, { step, sizeM, speedMps })
  const held = { dx: 0, dz: 0, heading: 0 }
  const ideal = { before: { x, z }, now: { x, z } }
  const slot = world.world.entities.slotOf(entity)
  const scene: Scene = { world, client, predictor, slot, held, sent: 0, ideal, worstM: 0 }
  world.onFrame = () => frame(scene)
  return scene
}

function frame(scene: Scene): void {
  const { held, predictor, ideal } = scene
  const sent = predictor.input(held.dx, held.dz, held.heading, false)
  for (let i = 0; i < sent; i += 1) {
    ideal.before = ideal.now
    ideal.now = step(ideal.now, held.dx, held.dz, speedMps, 1 / 20, sizeM, { x: 0, z: 0 })
  }
  scene.sent += sent
  scene.worstM = Math.max(scene.worstM, besideM(predictor.at(), ideal.before, ideal.now))
}

/** Turns, stops and starts by lot, in the middle of the zone. */
function steer({ world, held, predictor }: Scene): void {
  const { x, z } = predictor.predicted
  const isFar = Math.hypot(x - sizeM / 2, z - sizeM / 2) > sizeM / 3
  const angle = isFar ? Math.atan2(sizeM / 2 - z, sizeM / 2 - x) : (world.roll(1_000) / 1_000) * 2 * Math.PI
  const pace = world.roll(6) === 0 ? 0 : 40 + world.roll(88)
  held.dx = Math.round(Math.cos(angle) * pace)
  held.dz = Math.round(Math.sin(angle) * pace)
  held.heading = world.roll(65_536)
}

async function wander(scene: Scene, inputs: number): Promise<number> {
  let mostPending = 0
  while (scene.sent < inputs) {
    steer(scene)
    await scene.world.run(100 + scene.world.roll(1_500))
    mostPending = Math.max(mostPending, scene.predictor.pendingInputs)
  }
  Object.assign(scene.held, { dx: 0, dz: 0, heading: 0 })
  await scene.world.run(2_000)
  return mostPending
}

const placeOf = ({ world, slot }: Scene) => {
  const { x, z } = world.world.columns(Position)
  return { x: x[slot], z: z[slot] }
}

/** The largest way that the shown place makes from one frame to the next during `ms`, in metres. */
async function largestStrideM(play: Scene, ms: number): Promise<number> {
  let largestM = 0
  let last = play.predictor.at()
  play.world.onFrame = () => {
    frame(play)
    const shown = play.predictor.at()
    largestM = Math.max(largestM, Math.hypot(shown.x - last.x, shown.z - last.z))
    last = shown
  }
  await play.world.run(ms)
  return largestM
}

/** The server puts the character elsewhere, as a shove does. */
function shove({ world, slot }: Scene, byX: number): void {
  world.world.columns(Position).x[slot] += byX
}

/** As spells and deaths do it. */
function teleport({ world, slot }: Scene, x: number, z: number): void {
  const { columns, outlet } = { columns: world.world.columns(InputQueue), outlet: world.world.outlet }
  Object.assign(world.world.columns(Position).x, { [slot]: x })
  Object.assign(world.world.columns(Position).z, { [slot]: z })
  columns.count[slot] = 0
  columns.teleports[slot] += 1
  columns.awaitsAck[slot] = 1
  outlet.tell(slot, MoveTeleported, { counter: columns.teleports[slot], x, y: 0, z })
}

describe('prediction', () => {
  it.each([
    { eachWayMs: 100, seed: 11 },
    { eachWayMs: 200, seed: 12 },
  ])('shows no correction over 10 cm, $eachWayMs ms each way, two inputs in a hundred late (seed $seed)', async (given) => {
    const road = { delayMs: given.eachWayMs, jitterMs: 30 }
    const play = await scene(given.seed, { ...road, latePercent: 2, lateMs: 300 }, road)
    const mostPending = await wander(play, 3_000)
    const { statistics } = play.client
    expect(play.world.late).toBeGreaterThan(30)
    expect(mostPending).toBeGreaterThan((2 * given.eachWayMs) / TICK_MS)
    expect(play.worstM).toBeLessThan(0.1)
    expect(statistics.largestCorrectionM).toBeLessThan(0.1)
    // Every input was carried out, each once: the server stands where a walker without a network does, to the last bit.
    expect(placeOf(play)).toEqual(play.ideal.now)
    expect(play.predictor.predicted).toEqual(play.ideal.now)
    expect(play.predictor.pendingInputs).toBe(0)
    expect(play.client.ended).toBeUndefined()
  })

  it('moves at once, at the pace of frames, and not faster than one step a tick', async () => {
    const play = await scene(1, { delayMs: 150 }, { delayMs: 150 })
    const from = play.predictor.at()
    play.held.dz = 127
    await play.world.run(3 * FRAME_MS)
    expect(play.predictor.at().z).toBeGreaterThan(from.z + 0.1)
    expect(placeOf(play).z).toBe(Math.fround(from.z))
    const stride = await largestStrideM(play, 2_000)
    expect(stride).toBeLessThan(((speedMps * FRAME_MS) / 1000) * 1.2)
    expect(play.sent).toBeGreaterThan(38)
    expect(play.sent).toBeLessThan(46)
  })

  it('sends nothing for one who stands, and an input for one who turns', async () => {
    const play = await scene(1, { delayMs: 50 }, { delayMs: 50 })
    await play.world.run(2_000)
    expect(play.sent).toBe(0)
    play.held.heading = -1
    await play.world.run(500)
    expect(play.sent).toBe(1)
    expect(play.world.world.columns(Motion).heading[play.slot]).toBe(65_535)
    expect(play.predictor.at().heading).toBe(65_535)
  })

  it('puts right what the server did otherwise, and lets it glide', async () => {
    const play = await scene(2, { delayMs: 100 }, { delayMs: 100 })
    play.held.dx = 127
    await play.world.run(1_000)
    shove(play, -1)
    const stride = await largestStrideM(play, 1_000)
    const { statistics } = play.client
    expect(statistics.corrections).toBe(1)
    expect(statistics.largestCorrectionM).toBeCloseTo(1, 3)
    // A metre in one frame would be a jump: it is spread over several, against the walk.
    expect(stride).toBeLessThan(FRAME_MS / CORRECTION_MS + 0.03)
    play.held.dx = 0
    await play.world.run(1_000)
    expect(play.predictor.predicted).toEqual(placeOf(play))
    expect(play.predictor.at()).toMatchObject(placeOf(play))
  })

  it('shows a large correction at once', async () => {
    const play = await scene(2, { delayMs: 100 }, { delayMs: 100 })
    play.held.dx = 127
    await play.world.run(1_000)
    shove(play, -40)
    expect(await largestStrideM(play, 1_000)).toBeGreaterThan(38)
  })

  it('puts right what the server dropped because it came too late', async () => {
    const play = await scene(4, { delayMs: 50 }, { delayMs: 50 })
    play.held.dx = 127
    await play.world.run(1_000)
    play.world.up = { delayMs: 1_500 }
    await play.world.run(100)
    play.world.up = { delayMs: 50 }
    await play.world.run(4_000)
    expect(play.client.statistics.corrections).toBeGreaterThan(0)
    play.held.dx = 0
    await play.world.run(3_000)
    expect(play.predictor.predicted).toEqual(placeOf(play))
    expect(play.predictor.pendingInputs).toBe(0)
  })

  it('takes back inputs that are never answered', async () => {
    const play = await scene(5, { delayMs: 50 }, { delayMs: 50 })
    const queue = play.world.world.columns(InputQueue)
    const { x } = play.predictor.at()
    play.held.dx = 127
    const refusing = play.world.onFrame
    play.world.onFrame = () => {
      queue.awaitsAck[play.slot] = 1
      refusing()
    }
    await play.world.run(5_000)
    expect(play.predictor.pendingInputs).toBeLessThan(INPUTS_PENDING_MAX)
    expect(play.predictor.at().x).toBeLessThan(x + speedMps * 2.4)
    play.held.dx = 0
    await play.world.run(2_500)
    expect(play.predictor.at().x).toBe(placeOf(play).x)
    expect(placeOf(play).x - x).toBeLessThan(0.4)
  })

  it('follows a teleport, and acknowledges it', async () => {
    const play = await scene(6, { delayMs: 100 }, { delayMs: 100 })
    play.held.dx = 127
    await play.world.run(1_000)
    teleport(play, 500, 600)
    await play.world.run(175)
    expect(play.predictor.at().z).toBe(600)
    expect(play.predictor.at().x).toBeLessThan(500 + speedMps * 0.2)
    await play.world.run(2_000)
    expect(play.world.world.columns(InputQueue).awaitsAck[play.slot]).toBe(0)
    expect(placeOf(play).x).toBeGreaterThan(505)
    play.held.dx = 0
    await play.world.run(1_000)
    expect(play.predictor.predicted).toEqual(placeOf(play))
    expect(play.client.statistics.corrections).toBe(0)
  })

  it('goes along where the server walks a path, and takes over again', async () => {
    const play = await scene(7, { delayMs: 80, jitterMs: 20 }, { delayMs: 80, jitterMs: 20 })
    const { x, z } = play.predictor.at()
    play.client.send(MoveTo, { x: x - 20, z })
    const stride = await largestStrideM(play, 4_000)
    expect(stride).toBeLessThan(0.4)
    expect(play.predictor.at().x).toBeCloseTo(x - 20, 3)
    expect(play.client.statistics.corrections).toBe(0)
    expect(play.sent).toBe(0)
    play.held.dz = -127
    await play.world.run(1_000)
    play.held.dz = 0
    await play.world.run(1_000)
    expect(play.sent).toBeGreaterThan(15)
    expect(play.predictor.predicted).toEqual(placeOf(play))
    expect(play.client.statistics.corrections).toBe(0)
  })

  it('keeps to the pace of a world that runs at half speed', async () => {
    const play = await scene(3, { delayMs: 60 }, { delayMs: 60 })
    play.world.tickMs = 100
    play.world.host.noteRatio(0.5)
    await play.world.run(6_000)
    play.held.dx = 127
    const { sent } = play
    await play.world.run(10_000)
    expect(play.sent - sent).toBeGreaterThan(95)
    expect(play.sent - sent).toBeLessThan(110)
    await play.world.run(1_000)
    expect(play.client.statistics.largestCorrectionM).toBeLessThan(0.1)
  })

  it('hears nothing more once it is stopped', async () => {
    const play = await scene(8, { delayMs: 50 }, { delayMs: 50 })
    play.predictor.stop()
    teleport(play, 500, 600)
    await play.world.run(500)
    expect(play.predictor.at().z).not.toBe(600)
  })

  it('refuses what is no direction, and a protocol without movement', async () => {
    const play = await scene(9, { delayMs: 50 }, { delayMs: 50 })
    expect(() => play.predictor.input(Number.NaN, 0, 0, false)).toThrow(/NaN, 0 and heading 0 is no direction/)
    const { client } = await openClient()
    expect(() => createPredictor(client, { step, sizeM, speedMps })).toThrow(/needs the opcode move.input/)
  })
})
