import { afterEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { Motion, Position } from '../../components/motion.js'
import { standardGame } from '../../game.js'
import { MoveTo } from '../../protocol/move.js'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import { connect } from '../../src/client/index.js'
import type { SocketConstructor } from '../../src/client/socket.js'
import { definePipeline } from '../../src/ecs/pipeline.js'
import { defineSystem } from '../../src/ecs/system.js'
import { createServer, type Server } from '../../src/server/server.js'
import { readHttp } from '../ports/ws-client.js'
import { unbooked } from '../scenarios/wealth.js'
import { tempDirs } from './temp-dir.js'

const directory = tempDirs()
const running: Server[] = []
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop()
})

/** Ten times the 15 ms that a tick of the whole game is meant to take at its longest. */
const BURDEN_MS = 150
const OVERLOAD_MS = 6_000
const RECOVERY_MS = 5_000

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

it('a server on real sockets under ten times its load slows its world down, says so, and is itself again within 5 s', async () => {
  let burdenMs = 0
  const burden = defineSystem({
    name: 'burden',
    run() {
      const untilMs = performance.now() + burdenMs
      while (performance.now() < untilMs);
    },
  })
  const { phases } = standardGame.pipeline
  const { protocol, components } = standardGame
  const game = { ...standardGame, pipeline: definePipeline({ ...phases, simulate: [...phases.simulate, burden] }) }
  const config = { port: 0, bots: 40, creatures: 300, crashDir: directory() }
  const server = createServer({ game, config, ports: { log: createMemoryLog() } })
  running.push(server)
  const port = await server.start()
  const url = `ws://127.0.0.1:${port}/`
  const client = await connect({
    url,
    token: 'guest:walker',
    protocol,
    components,
    WebSocket: WebSocket as unknown as SocketConstructor,
  })
  const { entity } = await client.enterAs('Walker', 1)
  const { world } = server.simulation
  const slot = world.entities.slotOf(entity)
  const { x, z } = world.columns(Position)
  const ratioOf = async () => {
    const { body } = await readHttp(port, '/metrics')
    return Number(/^myriad_time_dilation_ratio (\S+)$/m.exec(body)?.[1])
  }
  await client.request(MoveTo, { x: x[slot]! + 400, z: z[slot]! })

  burdenMs = BURDEN_MS
  const from = { x: x[slot]!, z: z[slot]!, tick: world.tick }
  await wait(OVERLOAD_MS)
  const worldS = (world.tick - from.tick) / client.tickHz
  expect(worldS).toBeLessThan((OVERLOAD_MS / 1000) * 0.5)
  expect(Math.hypot(x[slot]! - from.x, z[slot]! - from.z) / worldS).toBeCloseTo(world.columns(Motion).speedMps[slot]!, 1)
  expect(client.clock.dilation).toBeLessThan(0.5)
  expect(await ratioOf()).toBeLessThan(0.5)
  expect(unbooked(world)).toEqual([])

  burdenMs = 0
  const untilMs = performance.now() + RECOVERY_MS
  while (performance.now() < untilMs && (client.clock.dilation < 1 || (await ratioOf()) < 0.95)) await wait(50)
  expect(client.clock.dilation).toBe(1)
  expect(await ratioOf()).toBeGreaterThan(0.95)
  expect(client.ended).toBeUndefined()
  expect(unbooked(world)).toEqual([])
  client.close()
}, 60_000)
