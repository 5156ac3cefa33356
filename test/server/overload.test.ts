import { afterEach, describe, expect, it } from 'vitest'
import { InputQueue, Motion, Position } from '../../components/motion.js'
import { standardGame } from '../../game.js'
import { MoveInput, MoveTo } from '../../protocol/move.js'
import { createManualClock } from '../../src/adapters/manual-clock.js'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import { createMemoryTransport } from '../../src/adapters/memory-transport.js'
import { definePipeline } from '../../src/ecs/pipeline.js'
import { defineSystem } from '../../src/ecs/system.js'
import { SessionCreateCharacter, SessionEnter, WorldClock } from '../../src/net/opcodes.js'
import type { Clock } from '../../src/ports/clock.js'
import { createServer, type Server } from '../../src/server/server.js'
import { TestClient } from '../../src/testing/index.js'
import { LedgerResource } from '../../systems/ledger.js'
import { unbooked } from '../scenarios/wealth.js'
import { tempDirs } from './temp-dir.js'

const directory = tempDirs()
const running: Server[] = []
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop()
})

const TICK_HZ = 20
const STEP_MS = 1000 / TICK_HZ
/** What a tick has, ten times over: a world at a tenth of its speed. */
const BURDEN_MS = 10 * STEP_MS
/** From one turn of the event loop to the next, if no tick takes longer. */
const TURN_MS = 5
const CREDIT_S = 0.5

/**
 * A whole server, standard game, bots and all, over a clock that the test moves on. A system of the game takes as long as the test
 * says: so much later it is for everybody when the tick ends.
 */
async function heavyServer(bots: number) {
  const manual = createManualClock()
  const transport = createMemoryTransport()
  let burdenMs = 0
  let spentMs = 0
  const clock: Clock = {
    nowMs: () => manual.nowMs() + spentMs,
    calendarMs: () => manual.calendarMs() + Math.floor(spentMs),
    after: (delayMs, callback) => manual.after(Math.max(delayMs, TURN_MS), callback),
  }
  const burden = defineSystem({
    name: 'burden',
    run() {
      spentMs += burdenMs
    },
  })
  const { phases } = standardGame.pipeline
  const game = { ...standardGame, pipeline: definePipeline({ ...phases, simulate: [...phases.simulate, burden] }) }
  const config = { port: 0, bots, creatures: 600, botLevels: '1-6', tickHz: TICK_HZ, crashDir: directory() }
  const server = createServer({ game, config, ports: { transport, clock, log: createMemoryLog() } })
  running.push(server)
  await server.start()
  const clients: TestClient[] = []
  /** Real time passes, and each client does in every step of it what it does. */
  const pass = async (ms: number, act: () => void = () => undefined) => {
    const untilMs = clock.nowMs() + ms
    for (let nextMs = clock.nowMs(); clock.nowMs() < untilMs; ) {
      manual.advance(TURN_MS)
      await new Promise((resolve) => setImmediate(resolve))
      for (const client of clients) client.read()
      for (; nextMs <= clock.nowMs(); nextMs += STEP_MS) act()
    }
  }
  const enter = async (name: string) => {
    const client = new TestClient(transport, game.protocol, TICK_HZ)
    clients.push(client)
    client.hello(`guest:${name}`)
    await pass(500)
    client.request(SessionCreateCharacter, { name, class: 1 })
    await pass(500)
    const [{ characterId }] = client.take('session.characters')!.list as { characterId: number }[]
    client.request(SessionEnter, { characterId: characterId! })
    await pass(500)
    const { entity } = client.take('session.entered') as { entity: number }
    return { client, slot: server.simulation.world.entities.slotOf(entity) }
  }
  const metric = async (name: string): Promise<number> => {
    const { body } = await transport.get('/metrics')
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(String(body))?.[1])
  }
  return {
    server,
    clock,
    pass,
    enter,
    metric,
    carry: (ms: number) => {
      burdenMs = ms
    },
  }
}

type Heavy = Awaited<ReturnType<typeof heavyServer>>

/** How fast each of the slots goes, in metres a second of world time, while `ms` pass. */
async function pace({ server, pass }: Heavy, slots: readonly number[], ms: number, act?: () => void) {
  const { world } = server.simulation
  const { x, z } = world.columns(Position)
  const from = slots.map((slot) => ({ x: x[slot]!, z: z[slot]! }))
  const fromTick = world.tick
  await pass(ms, act)
  const worldS = (world.tick - fromTick) / TICK_HZ
  return { worldS, speeds: slots.map((slot, i) => Math.hypot(x[slot]! - from[i]!.x, z[slot]! - from[i]!.z) / worldS) }
}

const lastRatio = (client: TestClient): unknown =>
  client.received.filter(({ name }) => name === WorldClock.name).at(-1)?.payload.ratio

describe('ten times the load that a tick can carry', () => {
  it('slows the world down for all to see, and nothing else: who walks, what is owned, who is connected', async () => {
    const heavy = await heavyServer(60)
    const { server, pass, enter, metric, carry } = heavy
    const { world } = server.simulation
    const walker = await enter('Walker')
    const pusher = await enter('Pusher')
    const { motion, position, queue } = {
      motion: world.columns(Motion),
      position: world.columns(Position),
      queue: world.columns(InputQueue),
    }
    await pass(3_000)
    expect(lastRatio(walker.client)).toBe(1)
    const moved = () => world.resource(LedgerResource).total
    const push = () => void pusher.client.request(MoveInput, { dx: 0, dz: 127, heading: 0, jump: false })
    walker.client.request(MoveTo, { x: position.x[walker.slot]! + 400, z: position.z[walker.slot]! })
    await pass(200)

    carry(BURDEN_MS)
    const movedBefore = moved()
    // Sixty seconds: in six of world time both go as far as in any other six, though one sends ten times what that asks for.
    const slow = await pace(heavy, [walker.slot, pusher.slot], 60_000, push)
    expect(slow.worldS).toBeGreaterThan(5.5)
    expect(slow.worldS).toBeLessThan(6.5)
    const speeds = [motion.speedMps[walker.slot]!, motion.speedMps[pusher.slot]!]
    expect(slow.speeds[0]).toBeCloseTo(speeds[0]!, 1)
    expect(slow.speeds[1]).toBeGreaterThan(speeds[1]! * 0.95)
    expect(slow.speeds[1]).toBeLessThanOrEqual((speeds[1]! * (slow.worldS + CREDIT_S)) / slow.worldS)
    expect(queue.count[pusher.slot]).toBeLessThanOrEqual(10)
    expect(lastRatio(walker.client)).toBeCloseTo(0.1, 1)
    expect(await metric('myriad_time_dilation_ratio')).toBeCloseTo(0.1, 1)
    expect(await metric('myriad_ticks_per_second')).toBeCloseTo(2, 0)
    expect(await metric('myriad_world_seconds_dropped_total')).toBeGreaterThan(50)
    expect(await metric('myriad_load_level')).toBe(4)
    expect(moved()).toBeGreaterThan(movedBefore)
    expect(unbooked(world)).toEqual([])
    expect([walker.client.closed, pusher.client.closed]).toEqual([null, null])

    carry(0)
    await pass(5_000)
    expect(await metric('myriad_time_dilation_ratio')).toBeGreaterThan(0.98)
    expect(lastRatio(walker.client)).toBe(1)
    const after = await pace(heavy, [walker.slot, pusher.slot], 5_000, push)
    expect(after.worldS).toBeCloseTo(5, 1)
    expect(after.speeds[0]).toBeCloseTo(speeds[0]!, 1)
    expect(after.speeds[1]).toBeCloseTo(speeds[1]!, 1)
    expect(unbooked(world)).toEqual([])
    expect(Object.fromEntries(server.simulation.net.gate.counters.refused)).toEqual({})
  }, 60_000)

  it('is told within two seconds of its beginning and of its end, however slow the ticks are', async () => {
    const heavy = await heavyServer(0)
    const { clock, pass, enter, carry } = heavy
    const { client } = await enter('Watcher')
    await pass(2_000)
    const timeTo = async (fits: (ratio: number) => boolean): Promise<number> => {
      const fromMs = clock.nowMs()
      while (!fits(lastRatio(client) as number) && clock.nowMs() - fromMs < 60_000) await pass(TURN_MS)
      return clock.nowMs() - fromMs
    }
    carry(BURDEN_MS)
    expect(await timeTo((ratio) => ratio < 0.9)).toBeLessThanOrEqual(2_000)
    await pass(20_000)
    carry(0)
    expect(await timeTo((ratio) => ratio > 0.5)).toBeLessThanOrEqual(3_000)
    expect(await timeTo((ratio) => ratio === 1)).toBeLessThanOrEqual(2_000)
  }, 60_000)
})
