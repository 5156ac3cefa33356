import { afterEach, describe, expect, it } from 'vitest'
import { createUwsTransport } from '../../src/adapters/uws-transport.js'
import type { Entity } from '../../src/ecs/entities.js'
import type { World } from '../../src/ecs/world.js'
import { BEHIND_BYTES_MAX } from '../../src/net/lag.js'
import { FRAME_BYTES_MAX } from '../../src/net/opcodes.js'
import type { Session } from '../../src/net/session.js'
import { STALLED_S } from '../../src/net/sessions.js'
import { GridResource } from '../../src/space/grid.js'
import { dice } from '../client/dice.js'
import { Boomed, CELL_SIZE_M, Facing, Health, Spot } from '../client/tiny-game.js'
import { LOOKS, type WatchedWorld, watchedWorld } from '../scenarios/watched-world.js'
import { liveBytes } from './raw-socket.js'
import { WireReader } from './wire-reader.js'

/** 500 are the whole promise; `npm test` takes fewer, because they all live in one process. */
const CLIENTS = Number(process.env.MYRIAD_STALLED_CLIENTS ?? 100)
const STALLED = CLIENTS / 5
/** Of those who stop reading, so many go on saying that they have read everything. */
const LIARS = 2
const WALKERS = 300
const TICK_HZ = 20
const WAVE = 20
/** Around the liars so much happens that the kernel soon takes no more for them. */
const LOUD_EVENTS = 1_000
const LOUD_TICKS_MAX = 1_500
/** What the server's own memory may grow by while a fifth of its clients do not read. */
const GROWTH_BYTES_MAX = 8_000_000

/** What a client gets in 45 s that is off its cells: the time, some times a second. */
const SILENT_BYTES_MAX = 10_000

/** The middle of 5 × 5 cells full of people who walk: the clients stand there and see them all. */
const MIDDLE_M = 7.5 * CELL_SIZE_M
const SPREAD_M = 2.5 * CELL_SIZE_M
/** Out of sight of the crowd: the liars stand here. */
const ASIDE_M = 20.5 * CELL_SIZE_M

const ends: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const settle = (world: World, slot: number): void => {
  world.columns(Spot).x[slot] = MIDDLE_M + (slot % 7) - 3
  world.columns(Spot).z[slot] = MIDDLE_M + (slot % 5) - 2
}

/** Walkers walk, turn and lose health; clients stand. Around those of `loud` it is loud. */
function crowd(seed: number, loud: () => readonly Entity[]): (world: World) => void {
  const roll = dice(seed)
  const walkers: number[] = []
  const anywhere = (): number => MIDDLE_M - SPREAD_M + roll(SPREAD_M * 200) / 100
  return (world) => {
    const { x, z } = world.columns(Spot)
    while (walkers.length < WALKERS) {
      const slot = world.commands.spawn(LOOKS)
      x[slot] = anywhere()
      z[slot] = anywhere()
      walkers.push(slot)
    }
    for (const slot of walkers) {
      x[slot] = Math.min(MIDDLE_M + SPREAD_M - 1, Math.max(MIDDLE_M - SPREAD_M, x[slot] + roll(60) / 100 - 0.3))
      z[slot] = Math.min(MIDDLE_M + SPREAD_M - 1, Math.max(MIDDLE_M - SPREAD_M, z[slot] + roll(60) / 100 - 0.3))
      world.columns(Facing).heading[slot] = roll(65_536)
      world.columns(Health).now[slot] = roll(65_536)
      world.resource(GridResource).put(slot, 0, 0, x[slot], z[slot])
    }
    for (const entity of loud())
      for (let n = 0; n < LOUD_EVENTS; n += 1)
        world.outlet.show(world.entities.slotOf(entity), Boomed, { who: n, sort: 'bang', number: n, label: 'a noisy one' })
  }
}

/** The server's side and its clients', in one process but over real sockets. */
class Stage {
  readonly readers: WireReader[] = []
  loud: readonly Entity[] = []
  /** Bytes that were sent to each socket. */
  readonly sentBytes = new Map<number, number>()
  /** The most that ever waited in the transport, for one socket and for all together. */
  waitingMax = { one: 0, all: 0 }

  private constructor(
    readonly scene: WatchedWorld,
    readonly transport: ReturnType<typeof createUwsTransport>,
    private readonly port: number,
  ) {}

  static async open(seed: number): Promise<Stage> {
    const transport = createUwsTransport()
    let stage: Stage | undefined
    const run = crowd(seed, () => stage?.loud ?? [])
    const scene = await watchedWorld({ run, settle, transport, clientsMax: CLIENTS + 1 })
    const { host } = scene
    const port = await transport.listen(
      { host: '127.0.0.1', port: 0, frameBytesMax: FRAME_BYTES_MAX },
      {
        open: (socket, address, kind) => host.opened(socket, address, kind),
        message: (socket, bytes) => host.message(socket, bytes),
        close: (socket) => host.gone(socket),
        http: () => undefined,
      },
    )
    stage = new Stage(scene, transport, port)
    ends.push(() => transport.stop())
    return stage
  }

  /** Clients come in waves, as they would. */
  async fill(): Promise<void> {
    for (let n = 0; n < CLIENTS; n += 1) {
      const reader = new WireReader(this.port, `Reader${n}`)
      this.readers.push(reader)
      ends.push(() => reader.end())
      if (n % WAVE === WAVE - 1 || n === CLIENTS - 1)
        while (this.readers.some(({ entity }) => entity === 0)) await this.scene.step()
    }
  }

  /** One tick, until all of them have what it sent. */
  async step(awaited: readonly WireReader[]): Promise<void> {
    const { scene, transport, waitingMax } = this
    await scene.step()
    for (const { session, start, end } of scene.host.simulation.net.outbox.frames)
      this.sentBytes.set(session, (this.sentBytes.get(session) ?? 0) + end - start)
    while (awaited.some(({ tick, closed }) => tick < scene.world.tick && closed === undefined))
      await new Promise((resolve) => setImmediate(resolve))
    let all = 0
    for (const socket of scene.host.simulation.net.sessionList.roster.bySocket.keys()) {
      const bytes = transport.bufferedBytes(socket)
      all += bytes
      waitingMax.one = Math.max(waitingMax.one, bytes)
    }
    waitingMax.all = Math.max(waitingMax.all, all)
  }

  putAside({ entity }: WireReader): void {
    const { world } = this.scene
    const slot = world.entities.slotOf(entity)
    world.columns(Spot).x[slot] = ASIDE_M
    world.columns(Spot).z[slot] = ASIDE_M
    world.resource(GridResource).put(slot, 0, 0, ASIDE_M, ASIDE_M)
  }

  sessionOf({ entity }: WireReader): Session | undefined {
    return this.scene.host.simulation.net.sessionList.roster.bySlot.get(this.scene.world.entities.slotOf(entity))
  }
}

/** Live objects and the buffers outside the heap. */
const memoryBytes = (): number => liveBytes() + process.memoryUsage().external

describe(`${STALLED} of ${CLIENTS} clients stop reading`, () => {
  it('the others get every tick, the server keeps its memory, and those are closed or off their cells', async () => {
    const seed = Math.floor(Math.random() * 4_294_967_296)
    const note = `seed ${seed}`
    const stage = await Stage.open(seed)
    const { scene, readers } = stage
    const { host, world } = scene
    await stage.fill()
    const liars = readers.slice(0, LIARS)
    const silent = readers.slice(LIARS, STALLED)
    const others = readers.slice(STALLED)
    for (const liar of liars) stage.putAside(liar)
    stage.loud = liars.slice(0, 1).map(({ entity }) => entity)
    // Everybody has found his pace then, and the server's buffers have the size that they need.
    for (let tick = 0; tick < 2 * TICK_HZ; tick += 1) await stage.step(readers)
    const before = memoryBytes()
    for (const reader of [...liars, ...silent]) reader.stopReading()
    const counts = others.map(({ messages }) => messages)
    const startTick = world.tick
    const step = async (): Promise<void> => {
      await stage.step(others)
      if (world.tick % TICK_HZ === 0) for (const liar of liars) liar.ack(world.tick)
    }
    const isBehind = (reader: WireReader): boolean => stage.sessionOf(reader)?.lag.isBehind === true
    for (let tick = 0; tick < LOUD_TICKS_MAX && !liars.every(isBehind); tick += 1) await step()
    // The liars are found out by what waits for them in the server, the others long before by what they do not acknowledge.
    expect(liars.map(isBehind), note).toEqual(liars.map(() => true))
    expect(silent.map(isBehind), note).toEqual(silent.map(() => true))
    const silentSockets = silent.map((reader) => stage.sessionOf(reader)?.socket ?? 0)
    stage.sentBytes.clear()
    while (world.tick - startTick < (STALLED_S + 2) * TICK_HZ) await step()
    expect(Object.fromEntries(host.closed), note).toEqual({ stalled: silent.length })
    for (const socket of silentSockets) expect(stage.sentBytes.get(socket), note).toBeLessThan(SILENT_BYTES_MAX)
    // The kernel may take more of the liars' bytes later, so that they are shown their cells once more; the bound below holds all along.
    for (const liar of liars) expect(stage.sessionOf(liar)?.closing, note).toBe(false)
    for (const [i, { messages, holes, tick, closed }] of others.entries())
      expect({ messages: messages - counts[i], holes, tick, closed }, note).toEqual({
        messages: world.tick - startTick,
        holes: 0,
        tick: world.tick,
        closed: undefined,
      })
    const messageBytesMax = Math.max(...readers.map((reader) => reader.messageBytesMax))
    // The limit, and what is on its way until the world knows that it is passed.
    expect(stage.waitingMax.one, note).toBeLessThan(BEHIND_BYTES_MAX + 4 * messageBytesMax)
    expect(stage.waitingMax.all, note).toBeLessThan(LIARS * (BEHIND_BYTES_MAX + 4 * messageBytesMax))
    expect(memoryBytes() - before, note).toBeLessThan(GROWTH_BYTES_MAX)
  }, 120_000)
})
