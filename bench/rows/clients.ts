import { setTimeout as wait } from 'node:timers/promises'
import type { ClientFigures, ClientsOrder, ServerFigures, ServerOrder, Spot } from '../parts/orders.js'
import { Part } from '../parts/part.js'
import { pooled } from '../pool.js'
import { atLeast, atMost, type Row, row, type Sizes, sized } from '../row.js'

interface Scene {
  readonly name: string
  readonly clients: number
  /** Of them, who stop reading before it is measured. */
  readonly stalled: number
  readonly byInputs: boolean
  readonly cpuPercent?: number
  readonly p99Ms?: number
}

const scenes: readonly Scene[] = [
  { name: '200 clients', clients: 200, stalled: 0, byInputs: false, cpuPercent: 12, p99Ms: 10 },
  { name: '200 clients, 20 inputs a second each', clients: 200, stalled: 0, byInputs: true },
  { name: '500 clients', clients: 500, stalled: 0, byInputs: false },
  { name: '500 clients, 100 of them stalled', clients: 500, stalled: 100, byInputs: false },
  { name: '1000 clients', clients: 1_000, stalled: 0, byInputs: false, cpuPercent: 30, p99Ms: 25 },
]
const BOTS = 5_000
const CREATURES = 6_000
const IN_VIEW = 100
const TICKS_HELD = 19.9
const WARM_S = 5
const SETTLE_S = 5
const ALONE_S = 5
const MEASURED_S = 20
const BARE_S = 10

interface Figures {
  readonly server: ServerFigures
  readonly clients: ClientFigures
}

type ServerPart = Part<ServerOrder>
type ClientsPart = Part<ClientsOrder>

/** `work` with that server and clients, each in a process of its own, which end with it. */
async function withParts<T>(server: ServerPart, work: (server: ServerPart, clients: ClientsPart) => Promise<T>): Promise<T> {
  const clients = Part.clients()
  try {
    return await work(server, clients)
  } finally {
    await Promise.all([clients.end(), server.end()])
  }
}

async function listen(server: ServerPart, clients: ClientsPart, seconds: number): Promise<Figures> {
  await clients.ask({ kind: 'listen' })
  const figures = await server.ask<ServerFigures>({ kind: 'measure', seconds })
  const heard = await clients.ask<ClientFigures>({ kind: 'report', tickEnds: figures.tickEnds })
  return { server: figures, clients: heard }
}

/** `alone`: the same server before anybody entered. */
function play(scene: Scene, sizes: Sizes): Promise<Figures & { readonly alone: ServerFigures }> {
  const part = sized(sizes, 1, 0.02)
  const count = Math.ceil(scene.clients * part)
  return withParts(Part.server(), async (server, clients) => {
    const order = { bots: BOTS * part, creatures: CREATURES * part, clientsMax: count, bytes: 0 }
    const port = await server.ask<number>({ kind: 'host', ...order })
    await wait(sized(sizes, WARM_S, 0.3) * 1000)
    const alone = await server.ask<ServerFigures>({ kind: 'measure', seconds: sized(sizes, ALONE_S, 0.1) })
    await clients.ask({ kind: 'enter', port, count }, 120_000)
    const spots = await server.ask<readonly Spot[]>({ kind: 'spread', inView: IN_VIEW * part })
    await clients.ask({ kind: 'walk', spots, byInputs: scene.byInputs })
    await clients.ask({ kind: 'stall', count: Math.ceil(scene.stalled * part) })
    await wait(sized(sizes, SETTLE_S, 0.3) * 1000)
    const figures = await listen(server, clients, sized(sizes, MEASURED_S, 0.5))
    await server.ask({ kind: 'stop' })
    return { ...figures, alone }
  })
}

/** A server that sends to as many clients as many bytes, and does nothing else. */
function playBare(bytes: number, count: number, sizes: Sizes): Promise<Figures> {
  return withParts(Part.bare(), async (server, clients) => {
    const port = await server.ask<number>({ kind: 'host', bots: 0, creatures: 0, clientsMax: count, bytes })
    await clients.ask({ kind: 'connect', port, count }, 120_000)
    await wait(sized(sizes, 2, 0.2) * 1000)
    const figures = await listen(server, clients, sized(sizes, BARE_S, 0.5))
    await server.ask({ kind: 'stop' })
    return figures
  })
}

const cpuPercent = ({ cpuMs, seconds }: ServerFigures): number => (cpuMs / seconds / 1000) * 100

async function ofScene(scene: Scene, sizes: Sizes): Promise<readonly Row[]> {
  const { server, clients, alone } = await play(scene, sizes)
  const readers = server.clients - Math.ceil(scene.stalled * sized(sizes, 1, 0.02))
  const bytesAFrame = Math.round(server.bytesSent / Math.max(1, server.framesSent))
  const bare = await playBare(bytesAFrame, readers, sizes)
  const { name } = scene
  const goal = (limit: number | undefined) => (limit === undefined ? null : atMost(limit))
  return [
    row(`${name}: part of one core, server`, cpuPercent(server), '%', goal(scene.cpuPercent)),
    row(`${name}: part of one core, bare transport with the same bytes`, cpuPercent(bare.server), '%'),
    row(`${name}: part of one core, server ÷ bare transport`, cpuPercent(server) / cpuPercent(bare.server), '×'),
    row(`${name}: part of one core, the same server before anybody entered`, cpuPercent(alone), '%'),
    row(`${name}: tick, p50`, server.p50Ms, 'ms'),
    row(`${name}: tick, p99`, server.p99Ms, 'ms', goal(scene.p99Ms)),
    row(`${name}: ticks a second`, server.ticks / server.seconds, '1/s', atLeast(TICKS_HELD)),
    row(`${name}: entities in view, mean`, server.inView, 'entities', atLeast(IN_VIEW)),
    row(`${name}: to a client`, server.bytesSent / server.clients / server.seconds, 'B/s'),
    row(`${name}: bytes a message`, bytesAFrame, 'B'),
    row(`${name}: messages to a client that reads`, clients.messages / readers / server.seconds, '1/s'),
    row(`${name}: from tick to client, p50`, clients.delayP50Ms, 'ms'),
    row(`${name}: from tick to client, p99`, clients.delayP99Ms, 'ms'),
    row(`${name}: from tick to client, bare transport, p99`, bare.clients.delayP99Ms, 'ms'),
    row(`${name}: connections lost`, clients.lost, 'clients', atMost(scene.stalled)),
  ]
}

/** Real clients over real sockets, among bots that play. */
export async function clientRows(sizes: Sizes): Promise<readonly Row[]> {
  return (await pooled(scenes, sized(sizes, 1, 2), (scene) => ofScene(scene, sizes))).flat()
}
