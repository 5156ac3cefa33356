import { describe, expect, it } from 'vitest'
import type { Client, EntityView } from '../../src/client/index.js'
import { EXTRAPOLATED_TICKS_MAX, JUMP_M, SAMPLES_MAX } from '../../src/client/interpolation.js'
import type { World } from '../../src/ecs/world.js'
import { SessionEntered } from '../../src/net/opcodes.js'
import { GridResource } from '../../src/space/grid.js'
import { openClient, part } from './fake-socket.js'
import { FRAME_MS, LaggedWorld, type Road } from './lagged-world.js'
import { Facing, Spot, tinyGame, Where } from './tiny-game.js'

/** Where somebody is in a tick. */
type Way = (tick: number) => { readonly x: number; readonly z: number; readonly heading: number; readonly zone?: number }

interface StageOptions {
  readonly seed?: number
  readonly outerRing?: number
  readonly outerEvery?: number
}

/** Entities whose places are known for every tick, and a client that looks at them over a road with delays. */
class Stage {
  readonly lagged: LaggedWorld
  client!: Client
  private readonly slots: number[] = []

  private constructor(
    private readonly ways: readonly Way[],
    start: (game: ReturnType<typeof tinyGame>) => LaggedWorld,
  ) {
    this.lagged = start(tinyGame(() => this.move(this.lagged.world)))
  }

  static async open(ways: readonly Way[], down: Road, { seed = 1, ...ring }: StageOptions = {}): Promise<Stage> {
    const stage = new Stage(ways, (game) => new LaggedWorld({ game, seed, up: { delayMs: 20 }, down, ...ring }))
    await stage.lagged.listen()
    stage.client = await stage.lagged.connect()
    await stage.lagged.run(500)
    // The first question begins the recording.
    stage.client.renderTick()
    await stage.lagged.run(4_000)
    return stage
  }

  private move(world: World): void {
    const { x, z } = world.columns(Spot)
    // The client's own entity stands in the middle of it all.
    for (let slot = 1; slot <= world.entities.slotMax; slot += 1)
      if (world.entities.alive[slot] === 1 && x[slot] === 0 && z[slot] === 0)
        this.put(world, slot, { x: 100, z: 100, heading: 0 })
    while (this.slots.length < this.ways.length) this.slots.push(world.commands.spawn([Spot, Where, Facing]))
    for (const [i, slot] of this.slots.entries()) this.put(world, slot, this.ways[i](world.tick))
  }

  private put(world: World, slot: number, at: ReturnType<Way>): void {
    const { zone = 0 } = at
    world.columns(Spot).x[slot] = at.x
    world.columns(Spot).z[slot] = at.z
    world.columns(Facing).heading[slot] = at.heading
    world.columns(Where).zone[slot] = zone
    world.resource(GridResource).put(slot, zone, 0, at.x, at.z)
  }

  view(i: number): EntityView {
    const view = this.client.entities.get(this.lagged.world.entityOf(this.slots[i]))
    if (view === undefined) throw new Error(`walker ${i} is not in view`)
    return view
  }

  /** Where walker `i` was at that tick: on the straight line between two whole ones. */
  truth(i: number, tick: number) {
    const from = this.ways[i](Math.floor(tick))
    const to = this.ways[i](Math.floor(tick) + 1)
    const part = tick - Math.floor(tick)
    return { x: from.x + (to.x - from.x) * part, z: from.z + (to.z - from.z) * part }
  }

  /** Looks at some walkers in every frame for a while; the farthest that one was shown from its true place, in metres. */
  async watch(ms: number, walkers: readonly number[]): Promise<number> {
    let worstM = 0
    let lastTick = 0
    this.lagged.onFrame = () => {
      const renderTick = this.client.renderTick()
      expect(renderTick).toBeGreaterThan(lastTick)
      lastTick = renderTick
      for (const i of walkers) {
        const shown = this.client.interpolated(this.view(i))
        const { x, z } = this.truth(i, renderTick)
        worstM = Math.max(worstM, Math.hypot(shown.x - x, shown.z - z))
      }
    }
    await this.lagged.run(ms)
    this.lagged.onFrame = () => undefined
    return worstM
  }
}

const stand =
  (x: number, z: number): Way =>
  () => ({ x, z, heading: 0 })
/** Round and round through many cells, 0.35 m a tick. */
const circle =
  (x: number, z: number, radiusM: number): Way =>
  (tick) => {
    const angle = ((tick * 0.35) / radiusM) % (2 * Math.PI)
    const heading = Math.floor((((angle + Math.PI / 2) / (2 * Math.PI)) % 1) * 65_536)
    return { x: x + radiusM * Math.cos(angle), z: z + radiusM * Math.sin(angle), heading }
  }
/** Walks for a second and rests for two, to and fro. */
const stopAndGo =
  (x: number, z: number): Way =>
  (tick) => {
    const phase = tick % 120
    const steps = phase < 20 ? phase : phase < 60 ? 20 : phase < 80 ? 80 - phase : 0
    return { x: x + steps * 0.35, z, heading: 0 }
  }
/** Members of a crowd in the cell around (90, 90), who stand. */
const crowd = (count: number): Way[] => Array.from({ length: count }, (_, i) => stand(81 + (i % 18), 81 + Math.floor(i / 18)))

describe('interpolation', () => {
  it('shows others where they were, between ticks and across cells', async () => {
    const stage = await Stage.open([circle(100, 100, 25), circle(90, 95, 12), stopAndGo(95, 110)], { delayMs: 80, jitterMs: 40 })
    const cells = new Set<unknown>()
    stage.client.onTick(() => cells.add(stage.view(0).cell))
    expect(await stage.watch(20_000, [0, 1])).toBeLessThan(0.03)
    expect(cells.size).toBeGreaterThan(4)
    const { statistics } = stage.client
    expect(statistics.renderDelayMs).toBeGreaterThanOrEqual(100)
    expect(statistics.renderDelayMs).toBeLessThan(200)
    expect(statistics.jitterMs).toBeGreaterThan(3)
  })

  it('lets nobody creep between two walks', async () => {
    const stage = await Stage.open([stopAndGo(95, 110), stopAndGo(70, 75)], { delayMs: 80, jitterMs: 20 })
    expect(await stage.watch(20_000, [0, 1])).toBeLessThan(0.03)
  })

  it.each([
    { others: 80, everyTicks: 2, boundM: 0.03 },
    { others: 270, everyTicks: 4, boundM: 0.06 },
  ])('shows a crowd that moves every $everyTicks ticks as smoothly', async ({ others, everyTicks, boundM }) => {
    const ways = [circle(90, 90, 8), circle(90, 90, 9), circle(90, 90, 7), ...crowd(others)]
    const stage = await Stage.open(ways, { delayMs: 80, jitterMs: 10 })
    const ticks = new Set<number>()
    let last = stage.view(0).x
    const off = stage.client.onTick((tick) => {
      if (stage.view(0).x !== last) ticks.add(tick)
      last = stage.view(0).x
    })
    expect(await stage.watch(10_000, [0, 1, 2])).toBeLessThan(boundM)
    off()
    expect(ticks.size).toBe(200 / everyTicks)
    expect(stage.client.statistics.renderDelayMs).toBeGreaterThanOrEqual(50 * everyTicks)
    expect(stage.client.statistics.renderDelayMs).toBeLessThanOrEqual(300)
  })

  it('starts and stops in a crowd within the rarity of its updates', async () => {
    const stage = await Stage.open([stopAndGo(85, 90), circle(90, 90, 8), ...crowd(270)], { delayMs: 80, jitterMs: 10 })
    // A walk that began or ended between two updates is shown as if it had at one of them: beside it by part of a step.
    expect(await stage.watch(15_000, [0])).toBeLessThan(0.35)
  })

  it('comes out of a crowd and goes into it without a jerk', async () => {
    const stage = await Stage.open([circle(100, 100, 15), circle(90, 90, 8), ...crowd(270)], { delayMs: 60, jitterMs: 10 })
    expect(await stage.watch(20_000, [0])).toBeLessThan(0.08)
  })

  it('shows the outer ring as smoothly, later by the rarity of its updates, and nobody near any later', async () => {
    // Along the column to the right of the near ones, there and back, and one who walks near.
    const upAndDown: Way = (tick) => ({ x: 170, z: 62 + Math.abs(((tick * 0.35) % 190) - 95), heading: 0 })
    const options = { outerRing: 1, outerEvery: 10 }
    const stage = await Stage.open([upAndDown, circle(100, 100, 15)], { delayMs: 80, jitterMs: 10 }, options)
    const { client, lagged } = stage
    const cells = new Set<number>()
    let worstM = 0
    lagged.onFrame = () => {
      const renderTick = client.renderTick()
      const view = stage.view(0)
      expect(view.cell.outerEveryTicks).toBe(10)
      cells.add(view.cell.index)
      const shown = client.interpolated(view)
      const { x, z } = stage.truth(0, renderTick - 10)
      worstM = Math.max(worstM, Math.hypot(shown.x - x, shown.z - z))
    }
    await lagged.run(20_000)
    // Where it turns round between two updates it is shown to turn a little earlier.
    expect(worstM).toBeLessThan(2)
    expect(cells.size).toBeGreaterThan(3)
    expect(await stage.watch(5_000, [1])).toBeLessThan(0.03)
    expect(client.statistics.renderDelayMs).toBeLessThan(200)
  })

  it('turns headings the shorter way', async () => {
    const stage = await Stage.open([circle(100, 100, 5)], { delayMs: 50 })
    const turns: number[] = []
    let last = stage.client.interpolated(stage.view(0)).heading
    stage.lagged.onFrame = () => {
      const { heading } = stage.client.interpolated(stage.view(0))
      expect(heading).toBeGreaterThanOrEqual(0)
      expect(heading).toBeLessThan(65_536)
      turns.push((heading - last + 65_536) % 65_536)
      last = heading
    }
    await stage.lagged.run(10_000)
    // 0.35 m a tick at a radius of 5 m are 730 of 65,536 a tick, in steps of 256; a frame is a third of one.
    expect(Math.max(...turns)).toBeLessThan(1_024)
  })

  it('shows a jump as a jump', async () => {
    const leap: Way = (tick) => ({ x: tick % 60 < 30 ? 80 : 80 + JUMP_M + 2, z: 90, heading: 0 })
    const stage = await Stage.open([leap], { delayMs: 50, jitterMs: 20 })
    const shown = new Set<number>()
    stage.lagged.onFrame = () => shown.add(Math.round(stage.client.interpolated(stage.view(0)).x))
    await stage.lagged.run(6_000)
    expect([...shown].sort()).toEqual([80, 80 + JUMP_M + 2])
  })

  it('knows nothing of before when somebody comes into view again', async () => {
    const away: Way = (tick) =>
      tick % 100 < 50 ? { x: 95 + (tick % 50) * 0.1, z: 90, heading: 0 } : { x: 900, z: 900, heading: 0 }
    const stage = await Stage.open([away], { delayMs: 50, jitterMs: 20 })
    const shown: number[] = []
    const seen: number[] = []
    stage.client.onEntity({
      entered: (view) => {
        shown.push(stage.client.interpolated(view).x)
        seen.push(view.x)
      },
    })
    await stage.lagged.run(16_000)
    expect(seen.length).toBeGreaterThan(2)
    expect(shown).toEqual(seen)
    expect(stage.client.viewAt(0x7fffffff, 1)).toBeUndefined()
  })

  it('goes on for a moment beyond what is known, and then stands', async () => {
    const stage = await Stage.open([(tick) => ({ x: 60 + tick * 0.35, z: 90, heading: 0 })], { delayMs: 50 })
    const view = stage.view(0)
    const { client } = stage
    const lastTick = client.tick
    const beyond = (ticks: number) => client.viewAt(view.entity, lastTick + ticks)?.x ?? 0
    expect(beyond(0)).toBeCloseTo(view.x, 6)
    // The next tick is not heard of yet: it probably went on. That it did not would be known by then.
    expect(beyond(1) - view.x).toBeCloseTo(0.35, 2)
    expect(beyond(EXTRAPOLATED_TICKS_MAX) - view.x).toBeCloseTo(0.35 * EXTRAPOLATED_TICKS_MAX, 2)
    expect(beyond(50)).toBe(beyond(EXTRAPOLATED_TICKS_MAX))
    expect(client.viewAt(view.entity, lastTick - 3.5)?.x).toBeCloseTo(view.x - 3.5 * 0.35, 2)
    // Further back than it remembers, it was where it is first remembered.
    expect(beyond(-500)).toBeCloseTo(view.x - (SAMPLES_MAX - 1) * 0.35, 2)
  })

  it('stands at once when its turn passes without an update', async () => {
    const stage = await Stage.open([stopAndGo(95, 110)], { delayMs: 0 })
    const view = stage.view(0)
    const { client, lagged } = stage
    while (lagged.world.tick % 120 !== 25) await lagged.run(50)
    // The walk ended five ticks ago, and since then there is hardly anything to say: no message has come of late.
    const { x } = view
    const { tick } = lagged.world
    expect(client.tick).toBeLessThan(tick - 2)
    expect(client.viewAt(view.entity, tick + 1)?.x).toBe(x)
    expect(client.viewAt(view.entity, tick - 4.5)?.x).toBe(x)
    expect(client.viewAt(view.entity, tick - 6)?.x).toBeCloseTo(x - 0.35, 2)
  })

  it('shows others later when messages come unevenly, and sooner again when they do not', async () => {
    const stage = await Stage.open([circle(100, 100, 25)], { delayMs: 60 })
    const { lagged, client } = stage
    const { statistics } = client
    expect(statistics.renderDelayMs).toBe(100)
    lagged.down = { delayMs: 60, jitterMs: 150 }
    await stage.watch(3_000, [0])
    expect(await stage.watch(10_000, [0])).toBeLessThan(0.05)
    expect(statistics.renderDelayMs).toBeGreaterThan(150)
    expect(statistics.renderDelayMs).toBeLessThanOrEqual(300)
    lagged.down = { delayMs: 60 }
    await stage.watch(15_000, [0])
    expect(statistics.renderDelayMs).toBeLessThan(110)
    expect(FRAME_MS).toBeLessThan(50)
  })

  it('costs nothing where nobody asks for it, and begins with the first question', async () => {
    const { client, socket, clock } = await openClient()
    clock.ms += 50
    socket.says(2, part(SessionEntered, { entity: 5, tick: 2, zone: 0, instance: 0, cellSizeM: 20, x: 1, y: 0, z: 1 }))
    expect(client.statistics.renderDelayMs).toBe(0)
    client.renderTick()
    clock.ms += 50
    socket.says(3)
    expect(client.renderTick()).toBeCloseTo(1, 1)
    expect(client.statistics.renderDelayMs).toBe(100)
  })
})
