import { check } from '../../scripts/wire-cost/figure.js'
import type { Loop } from '../../src/server/loop.js'
import type { HostOrder, Pair, ServerFigures, ServerOrder, Spot, StoreSums, TickEnd } from './orders.js'

/** What the bench measures of a server, of whatever kind. */
export interface Measurable {
  readonly port: number
  readonly loop: Pick<Loop, 'statistics'>
  readonly tickEnds: TickEnd[]
  sent(): { readonly bytes: number; readonly frames: number }
  rest(): Pick<ServerFigures, 'closed' | 'clients' | 'inView'>
  stored(): StoreSums
  spread(inView: number): readonly Spot[]
  pairUp(): readonly Pair[]
  stop(): Promise<void>
}

async function measure(server: Measurable, seconds: number): Promise<ServerFigures> {
  server.tickEnds.length = 0
  const sentBefore = server.sent()
  const storedBefore = server.stored()
  const ticksBefore = server.loop.statistics(1).ticks
  const cpu = process.cpuUsage()
  const startMs = performance.now()
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
  const used = process.cpuUsage(cpu)
  const passedS = (performance.now() - startMs) / 1000
  const ticks = server.loop.statistics(1).ticks - ticksBefore
  const sent = server.sent()
  const stored = server.stored()
  const { tickMs } = server.loop.statistics(ticks)
  return {
    seconds: passedS,
    cpuMs: (used.user + used.system) / 1000,
    ticks,
    p50Ms: tickMs.p50,
    p99Ms: tickMs.p99,
    bytesSent: sent.bytes - sentBefore.bytes,
    framesSent: sent.frames - sentBefore.frames,
    stored: {
      commits: stored.commits - storedBefore.commits,
      commitMs: stored.commitMs - storedBefore.commitMs,
      rows: stored.rows - storedBefore.rows,
    },
    ...server.rest(),
    tickEnds: server.tickEnds.slice(),
  }
}

/** Takes orders, one after the other. */
export function obeyer(host: (order: HostOrder) => Promise<Measurable>): (order: ServerOrder) => Promise<unknown> {
  let server: Measurable | undefined
  return async (order) => {
    if (order.kind === 'host') server = await host(order)
    check(server !== undefined, () => 'no server was asked for')
    if (order.kind === 'spread') return server.spread(order.inView)
    if (order.kind === 'pairUp') return server.pairUp()
    if (order.kind === 'measure') return await measure(server, order.seconds)
    if (order.kind === 'stop') await server.stop()
    return server.port
  }
}
