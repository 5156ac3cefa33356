import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { createUwsTransport } from '../../src/adapters/uws-transport.js'
import { Client } from '../../src/client/client.js'
import type { World } from '../../src/ecs/world.js'
import { BEHIND_BYTES_MAX } from '../../src/net/lag.js'
import { FRAME_BYTES_MAX } from '../../src/net/opcodes.js'
import { GridResource } from '../../src/space/grid.js'
import { dice } from '../client/dice.js'
import { CELL_SIZE_M, components, Facing, protocol, Spot } from '../client/tiny-game.js'
import { Truth } from './same-view.js'
import { LOOKS, watchedWorld } from './watched-world.js'

const ENTITIES = 150
const ends: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

const settle = (world: World, slot: number): void => {
  world.columns(Spot).x[slot] = 100 + (slot % 13) * 6
  world.columns(Spot).z[slot] = 100 + (slot % 11) * 7
}

/** Everybody walks, every tick. */
function restless(seed: number): (world: World) => void {
  const roll = dice(seed)
  return (world) => {
    const { x, z } = world.columns(Spot)
    for (let count = world.entities.count; count < ENTITIES; count += 1) settle(world, world.commands.spawn(LOOKS))
    for (let slot = 1; slot <= world.entities.slotMax; slot += 1) {
      if (world.entities.alive[slot] === 0) continue
      x[slot] = Math.min(200, Math.max(80, x[slot] + roll(200) / 100 - 1))
      z[slot] = Math.min(200, Math.max(80, z[slot] + roll(200) / 100 - 1))
      world.columns(Facing).heading[slot] = roll(65_536)
      world.resource(GridResource).put(slot, 0, 0, x[slot], z[slot])
    }
  }
}

describe('over a real socket', () => {
  it('a client that stopped reading goes on with exactly what is there', async () => {
    const transport = createUwsTransport()
    const scene = await watchedWorld({ run: restless(3), settle, transport })
    const { host, world } = scene
    const port = await transport.listen(
      { host: '127.0.0.1', port: 0, frameBytesMax: FRAME_BYTES_MAX },
      {
        open: (socket, address, kind) => host.opened(socket, address, kind),
        message: (socket, bytes) => host.message(socket, bytes),
        close: (socket) => host.gone(socket),
        http: () => undefined,
      },
    )
    ends.push(() => transport.stop())
    const ws = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false })
    ends.push(() => ws.terminate())
    await new Promise((resolve) => ws.once('open', resolve))
    const client = new Client(
      { protocol, components, cellSizeM: CELL_SIZE_M, nowMs: scene.nowMs },
      { send: (bytes) => ws.send(bytes), close: () => ws.close() },
    )
    ws.on('message', (data: Buffer) => client.receive(new Uint8Array(data)))
    const truth = new Truth(world)
    const sessions = () => [...host.simulation.net.sessionList.roster.bySlot.values()]
    const step = async (): Promise<void> => {
      await scene.step()
      truth.note()
    }
    /** Until all that was sent has arrived: a real socket takes its time. */
    const arrived = async (): Promise<void> => {
      while (client.statistics.framesReceived < host.framesSent) await new Promise((resolve) => setImmediate(resolve))
    }
    void client.hello('guest:alice', '').then(() => client.enterAs('Alice', 1))
    while (client.me === 0) await step()
    let compared = 0
    const follow = async (ticks: number): Promise<void> => {
      for (let i = 0; i < ticks; i += 1) {
        await step()
        await arrived()
        if (!sessions()[0].lag.isBehind) compared += truth.compare(client, 'the socket') > 0 ? 1 : 0
      }
    }
    await follow(40)
    expect(compared).toBe(40)
    ws.pause()
    // 20 s of world time, of which it knows nothing.
    for (let i = 0; i < 400; i += 1) await step()
    expect(sessions()[0].lag.isBehind).toBe(true)
    const sentWhileBehind = host.bytesSent
    for (let i = 0; i < 40; i += 1) await step()
    expect(host.bytesSent - sentWhileBehind).toBeLessThan(1_000)
    ws.resume()
    await follow(10)
    while (sessions()[0].lag.isBehind) await follow(1)
    compared = 0
    await follow(60)
    expect(compared).toBe(60)
    expect(client.statistics).toMatchObject({ holes: 0, strays: 0, skipped: 0 })
  })
})

describe('many clients that stopped reading', () => {
  it('cost no more memory however long it lasts, and the others see every tick', async () => {
    const scene = await watchedWorld({ run: restless(4), settle, clientsMax: 128 })
    const { host, world } = scene
    for (let i = 0; i < 100; i += 1) {
      scene.join(`Watcher${String.fromCharCode(97 + Math.floor(i / 26))}${String.fromCharCode(97 + (i % 26))}`)
      await scene.step()
    }
    for (let i = 0; i < 60; i += 1) await scene.step()
    const stalled = scene.watchers.slice(0, 20)
    const others = scene.watchers.slice(20)
    for (const watcher of stalled) watcher.pause()
    const waiting = () => stalled.map(({ bufferedBytes }) => bufferedBytes)
    for (let i = 0; i < 60; i += 1) await scene.step()
    const before = waiting()
    for (const bytes of before) expect(bytes).toBeLessThan(3 * BEHIND_BYTES_MAX)
    for (let tick = 0; tick < 400; tick += 1) {
      await scene.step()
      for (const { client } of others) expect(client.tick).toBe(world.tick)
    }
    for (const [i, bytes] of waiting().entries()) expect(bytes - before[i]).toBeLessThan(4_096)
    expect(host.closed.size).toBe(0)
    for (const watcher of stalled) watcher.goOn()
    for (let tick = 0; tick < 40; tick += 1) await scene.step()
    const exact = new Truth(world)
    for (let tick = 0; tick < 5; tick += 1) {
      await scene.step()
      exact.note()
    }
    for (const watcher of [...stalled, ...others]) expect(exact.compare(watcher.client, watcher.name)).toBeGreaterThan(50)
  })
})
