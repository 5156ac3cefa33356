import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { getHeapSpaceStatistics } from 'node:v8'
import { standardGame } from '../../game.js'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import { createServer } from '../../src/server/server.js'
import { check, type Figure, figure } from './figure.js'
import type { HoldOrder } from './holder.js'

const CLIENTS = 1_000
/** They come first, so that what the code itself takes when it first runs is not counted as theirs. */
const FIRST_CLIENTS = 100
/** The frames of the last ten seconds are kept for a crash file: those by which the clients came in must be gone from it. */
const SETTLE_MS = 11_000
const SAMPLES = 16
const SAMPLE_MS = 500
const CLIENT_KB_MAX = 20

/** In bytes. */
interface Memory {
  readonly resident: number
  /** Without the heap's young generation, which grows and shrinks with the garbage of the last seconds. */
  readonly lasting: number
  /** Live objects, and the buffers that they hold. */
  readonly heap: number
}

/** The young generation, as far as it is resident. */
const youngBytes = (): number =>
  getHeapSpaceStatistics().reduce((sum, space) => sum + (space.space_name === 'new_space' ? space.physical_space_size : 0), 0)

/** The least of some seconds: what is garbage or on its way is not what clients cost. */
async function settledMemory(): Promise<Memory> {
  let resident = Number.POSITIVE_INFINITY
  let lasting = Number.POSITIVE_INFINITY
  let heap = Number.POSITIVE_INFINITY
  await wait(SETTLE_MS)
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    check(globalThis.gc !== undefined, () => 'run it with node --expose-gc')
    globalThis.gc()
    await wait(SAMPLE_MS)
    globalThis.gc()
    const usage = process.memoryUsage()
    resident = Math.min(resident, usage.rss)
    lasting = Math.min(lasting, usage.rss - youngBytes())
    heap = Math.min(heap, usage.heapUsed + usage.external)
  }
  return { resident, lasting, heap }
}

async function held(holder: ChildProcess, order: HoldOrder): Promise<void> {
  holder.send(order)
  const ended = once(holder, 'exit').then(() => {
    throw new Error('the process that holds the sockets ended')
  })
  await Promise.race([once(holder, 'message'), ended])
}

/** What an idle client takes in the server's process, over real sockets that another process holds. */
export async function idleClients(script: string, isInWorld: boolean): Promise<readonly Figure[]> {
  const clientsMax = FIRST_CLIENTS + CLIENTS
  const server = createServer({
    game: standardGame,
    config: { port: 0, bots: 0, creatures: 0, clientsMax },
    ports: { log: createMemoryLog('error') },
  })
  const port = await server.start()
  const holder = fork(script, ['--part', 'hold'])
  try {
    await held(holder, { port, first: 0, count: FIRST_CLIENTS, isInWorld })
    const before = await settledMemory()
    await held(holder, { port, first: FIRST_CLIENTS, count: CLIENTS, isInWorld })
    const after = await settledMemory()
    const { sockets, clients, closed } = server.statistics()
    check(
      sockets === clientsMax && clients === (isInWorld ? clientsMax : 0) && Object.keys(closed).length === 0,
      () => `${sockets} sockets, ${clients} in the world, closed: ${JSON.stringify(closed)}`,
    )
    const what = `an idle client, of ${CLIENTS}, ${isInWorld ? 'in the world' : 'hello only'}`
    const each = (which: keyof Memory): number => (after[which] - before[which]) / CLIENTS / 1000
    return [
      figure(`${what}: resident memory`, each('resident'), 'KB'),
      figure(`${what}: resident memory but for the young generation`, each('lasting'), 'KB', CLIENT_KB_MAX),
      figure(`${what}: live heap and buffers`, each('heap'), 'KB', CLIENT_KB_MAX),
    ]
  } finally {
    holder.kill()
    await server.stop()
  }
}
