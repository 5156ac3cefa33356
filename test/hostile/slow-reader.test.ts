import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import { Position } from '../../components/motion.js'
import { standardGame } from '../../game.js'
import { placeAt } from '../../scripts/fuzz/stage-hand.js'
import { NetLink } from '../../scripts/wire-cost/net-link.js'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import { Client } from '../../src/client/client.js'
import { readContent } from '../../src/server/content-files.js'
import { createServer, type Server } from '../../src/server/server.js'
import type { Content } from '../../systems/content/types.js'
import { inSight, movedBetween, type Sight } from './in-sight.js'

/** The whole promise is 20 s; `npm test` waits for less, but long enough for the server to take the client off its cells. */
const SILENT_S = Number(process.env.MYRIAD_SILENT_S ?? 3)
const TICK_HZ = 20
const BOTS = 150
/** Ticks at which the client has read everything and is compared. */
const COMPARED = 20
const POLL_MS = 10
const SILENT_MS_MIN = 500
/** Differences that a failure names. */
const WRONG_SHOWN = 10
/** Three cells: some of what it saw is still in sight. */
const SHIFT_M = 120
/** What a client gets in 20 s that is off its cells: the time, some times a second. */
const SILENT_BYTES_MAX = 8_000

const loaded = readContent(standardGame)
const ends: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** A server in real time, full of bots, and a client that plays over a bare TCP socket. */
async function stage() {
  const server = createServer({
    game: standardGame,
    content: loaded,
    config: { port: 0, bots: BOTS, seed: 11, tickHz: TICK_HZ },
    ports: { log: createMemoryLog() },
  })
  ends.push(() => server.stop())
  const port = await server.start()
  let client: Client | undefined
  const link = await NetLink.open(port, (bytes) => client?.receive(bytes))
  ends.push(() => link.close())
  const { protocol, components } = standardGame
  client = new Client({ protocol, components }, { send: (bytes) => link.send(bytes), close: () => link.close() })
  expect(await client.hello('guest:slow', '')).toBe('ok')
  await client.enterAs('Slow', 1)
  return { server, link, client }
}

/** Compares at so many ticks, each time in the moment at which the client has read all that was sent. */
function compared(server: Server, client: Client, note: string): Promise<{ seen: number; moved: number }> {
  const { world } = server.simulation
  let times = 0
  let seen = 0
  let moved = 0
  let last: Sight | undefined
  return new Promise((resolve, reject) => {
    const off = client.onTick((tick) => {
      if (tick !== world.tick) return
      const sight = inSight(world, client)
      times += 1
      seen = Math.max(seen, sight.seen)
      moved += last === undefined ? 0 : movedBetween(last, sight)
      last = sight
      if (sight.wrong.length > 0) reject(new Error(`${note}, tick ${tick}: ${sight.wrong.slice(0, WRONG_SHOWN).join('; ')}`))
      if (times < COMPARED) return
      off()
      resolve({ seen, moved })
    })
  })
}

it(`a client that reads nothing for ${SILENT_S} s and then goes on sees exactly what is there`, async () => {
  const { server, link, client } = await stage()
  const { net, world } = server.simulation
  const session = () => net.sessionList.roster.bySlot.get(world.entities.slotOf(client.me))
  const before = await compared(server, client, 'before')
  expect(before.seen).toBeGreaterThan(20)
  link.stopReading()
  const stoppedMs = performance.now()
  const silentFromTick = world.tick
  while (session()?.lag.isBehind !== true) await wait(POLL_MS)
  // Meanwhile it comes to stand where it sees other cells.
  const slot = world.entities.slotOf(client.me)
  const { x, z } = world.columns(Position)
  placeAt({ world, content: loaded.content as Content }, slot, x[slot] + SHIFT_M, z[slot])
  const bytesWhenBehind = server.statistics().bytesSent
  await wait(Math.max(SILENT_MS_MIN, SILENT_S * 1000 - (performance.now() - stoppedMs)))
  // Nothing of all that has reached it, the world went on, and the server sent it next to nothing.
  expect(world.tick - silentFromTick).toBeGreaterThan((SILENT_S * TICK_HZ) / 2)
  expect(client.tick - silentFromTick).toBeLessThanOrEqual(1)
  expect(session()?.lag.isBehind).toBe(true)
  expect(server.statistics().bytesSent - bytesWhenBehind).toBeLessThan(SILENT_BYTES_MAX)
  link.goOn()
  while (session()?.lag.isBehind !== false) await wait(POLL_MS)
  // What was on its way is old; the first tick afterwards is the one that shows it everything anew.
  const backTick = world.tick + 1
  while (client.tick < backTick) await wait(POLL_MS)
  const after = await compared(server, client, 'after')
  expect(after.seen).toBeGreaterThan(20)
  expect(after.moved).toBeGreaterThan(COMPARED)
  expect(client.statistics).toMatchObject({ holes: 0, strays: 0, skipped: 0, reconnects: 0 })
  expect({ closed: link.closed, reasons: server.statistics().closed }).toEqual({ closed: undefined, reasons: {} })
}, 60_000)
