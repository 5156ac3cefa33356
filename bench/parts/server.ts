import { tmpdir } from 'node:os'
import { Vitals } from '../../components/vitals.js'
import { standardGame } from '../../game.js'
import { placeAt } from '../../scripts/fuzz/stage-hand.js'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import { createMemoryStore } from '../../src/adapters/memory-store.js'
import { createSqliteStore } from '../../src/adapters/sqlite-store.js'
import { createSystemClock } from '../../src/adapters/system-clock.js'
import { NEAR_CELLS } from '../../src/net/interest.js'
import { MeasuredStore } from '../../src/server/measured-store.js'
import { createServer, type Server } from '../../src/server/server.js'
import { type Cell, type Grid, GridResource } from '../../src/space/grid.js'
import { ContentResource } from '../../systems/content/resource.js'
import { SEED, SPREAD } from '../load/solo-world.js'
import { equipTrader } from '../load/traders.js'
import type { Measurable } from './measurable.js'
import { type HostOrder, type Pair, type Spot, sharedNowMs, type TickEnd } from './orders.js'

const SPOTS_MAX = 1_000
/** People walk on meanwhile: a little more than is asked for. */
const SLACK = 1.05
const HEAL_MS = 1_000
/** Between two pairs of traders, and between the two of a pair. */
const PAIR_LATTICE_M = 40
const BESIDE_M = 2

/** The whole game, as `myriad host` runs it. */
export async function host({ bots, creatures, clientsMax, database }: HostOrder): Promise<Measurable> {
  const log = createMemoryLog('error')
  const kept = database === undefined ? createMemoryStore() : createSqliteStore(database)
  const store = new MeasuredStore(kept, createSystemClock(), log)
  const server = createServer({
    game: standardGame,
    config: { port: 0, seed: SEED, bots, creatures, clientsMax, ...SPREAD, crashDir: tmpdir() },
    ports: { log, store },
    onCrash: (crash) => {
      process.stderr.write(`${crash.message}\n`)
      process.exit(1)
    },
  })
  const tickEnds: TickEnd[] = []
  const { simulation } = server
  const { step } = simulation
  // The one place where both the tick and the moment are known, between the world's work and its sending.
  Object.assign(simulation, {
    step: (...given: Parameters<typeof step>) => {
      step(...given)
      tickEnds.push([simulation.world.tick, sharedNowMs()])
    },
  })
  const port = await server.start()
  const healer = setInterval(() => heal(server), HEAL_MS)
  return {
    port,
    loop: server,
    tickEnds,
    sent: () => {
      const { bytesSent, framesSent } = server.statistics(1)
      return { bytes: bytesSent, frames: framesSent }
    },
    rest: () => {
      const { closed, clients } = server.statistics(1)
      return { clients, closed: Object.values(closed).reduce((sum, count) => sum + count, 0), inView: inViewOf(server) }
    },
    stored: () => {
      const { count, sumSeconds } = store.histograms.commit
      return { commits: count, commitMs: sumSeconds * 1000, rows: store.rows }
    },
    spread: (inView) => spread(server, inView),
    pairUp: () => pairUp(server),
    stop: () => {
      clearInterval(healer)
      return server.stop()
    },
  }
}

/** Clients are to look on, not to die of what lives where they stand. */
function heal({ simulation: { world, net } }: Server): void {
  const { health, healthMax } = world.columns(Vitals)
  for (const slot of net.sessionList.roster.bySlot.keys()) if (health[slot] > 0) health[slot] = healthMax[slot]
}

/** Puts the clients side by side by twos on a lattice, each pair with a thing and coins. */
function pairUp(server: Server): readonly Pair[] {
  const { world, net } = server.simulation
  const ground = { world, content: world.resource(ContentResource) }
  const perSide = Math.floor(ground.content.zone.sizeM / PAIR_LATTICE_M) - 1
  const slots = [...net.sessionList.roster.bySlot.keys()]
  return Array.from({ length: Math.floor(slots.length / 2) }, (_, i): Pair => {
    const pair = [slots[2 * i], slots[2 * i + 1]] as const
    const x = (1 + (i % perSide)) * PAIR_LATTICE_M
    const z = (1 + (Math.floor(i / perSide) % perSide)) * PAIR_LATTICE_M
    pair.forEach((slot, side) => {
      placeAt(ground, slot, x + side * BESIDE_M, z)
      equipTrader(ground, slot, side === 0)
    })
    return [world.entityOf(pair[0]), world.entityOf(pair[1])]
  })
}

/** Entities in the cells that somebody in the middle cell sees, by how many each cell holds. */
function around(grid: Grid, { zone, instance, cx, cz }: Cell, populationOf: (cell: Cell) => number): number {
  let sum = 0
  for (let z = cz - NEAR_CELLS; z <= cz + NEAR_CELLS; z += 1)
    for (let x = cx - NEAR_CELLS; x <= cx + NEAR_CELLS; x += 1) {
      const cell = grid.at(zone, instance, x, z)
      if (cell !== undefined) sum += populationOf(cell)
    }
  return sum
}

/** Mean over the clients, each himself left out. */
function inViewOf({ simulation: { world, net } }: Server): number {
  const grid = world.resource(GridResource)
  const cells = [...net.sessionList.roster.bySlot.keys()].flatMap((slot) => grid.cellOf(slot) ?? [])
  const seen = cells.reduce((sum, cell) => sum + around(grid, cell, ({ population }) => population) - 1, 0)
  return seen / Math.max(1, cells.length)
}

/**
 * Puts the clients where at least so many entities are in view of the mean client, and not many more: into the emptiest cells from
 * which that is so, other clients counted.
 */
function spread(server: Server, inView: number): readonly Spot[] {
  const { world, net } = server.simulation
  const ground = { world, content: world.resource(ContentResource) }
  const grid = world.resource(GridResource)
  const slots = [...net.sessionList.roster.bySlot.keys()]
  const own = new Map<Cell, number>()
  for (const slot of slots) {
    const cell = grid.cellOf(slot)
    if (cell !== undefined) own.set(cell, (own.get(cell) ?? 0) + 1)
  }
  const bystanders = (cell: Cell): number => cell.population - (own.get(cell) ?? 0)
  const cells = grid.cells.map((cell) => ({ cell, count: around(grid, cell, bystanders) })).sort((a, b) => a.count - b.count)
  const settle = (countMin: number): readonly Spot[] => {
    const from = Math.min(
      cells.findIndex(({ count }) => count >= countMin),
      cells.length - 1,
    )
    const chosen = cells.slice(from < 0 ? -1 : from).slice(0, SPOTS_MAX)
    return slots.map((slot, i): Spot => {
      const { cx, cz } = chosen[i % chosen.length].cell
      const x = (cx + 0.5) * grid.cellSizeM
      const z = (cz + 0.5) * grid.cellSizeM
      placeAt(ground, slot, x, z)
      return [world.entityOf(slot), x, z]
    })
  }
  // Clients see each other, too: the fewer others are needed.
  let low = 0
  let high = Math.ceil(inView * SLACK)
  while (high - low > 1) {
    const middle = (low + high) >> 1
    settle(middle)
    if (inViewOf(server) >= inView * SLACK) high = middle
    else low = middle
  }
  return settle(high)
}
