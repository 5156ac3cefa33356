import { standardGame } from '../../game.js'
import { createGuestIdentity } from '../../src/adapters/guest-identity.js'
import { createManualClock } from '../../src/adapters/manual-clock.js'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import { createMemoryStore } from '../../src/adapters/memory-store.js'
import { createMemoryTransport, type MemoryTransport } from '../../src/adapters/memory-transport.js'
import type { Entity, Slot } from '../../src/ecs/entities.js'
import type { World } from '../../src/ecs/world.js'
import { FRAME_BYTES_MAX } from '../../src/net/opcodes.js'
import { readContent } from '../../src/server/content-files.js'
import { serverConfig } from '../../src/server/server-config.js'
import { WorldHost } from '../../src/server/world-host.js'
import type { Content } from '../../systems/content/types.js'

export const TICK_HZ = 20
const STEP_MS = 1000 / TICK_HZ
/** Creatures that live in the world beside the bots. */
const CREATURES = 120
/** Sockets at once; the hostile ones try for more. */
const CLIENTS_MAX = 64
/** Short, so that dropped characters make room for the next ones. */
const GRACE_S = 2
/** Tick durations kept for the percentiles; the newest ones. */
const DURATIONS_MAX = 100_000

export interface StageOptions {
  readonly seed: number
  readonly bots: number
}

/** A real world in one process: the host of a server with its inbox, gate and outbox, over a transport in memory. */
export class Stage {
  readonly transport: MemoryTransport = createMemoryTransport()
  readonly host: WorldHost
  readonly world: World
  readonly content: Content
  /** Of the last ticks, in ms of real time. */
  readonly durationsMs: number[] = []
  private readonly clock = createManualClock()

  constructor(options: StageOptions) {
    const content = readContent(standardGame)
    this.content = content.content as Content
    this.host = new WorldHost({
      game: standardGame,
      content,
      config: serverConfig({
        seed: options.seed % 0x7fffffff,
        tickHz: TICK_HZ,
        bots: options.bots,
        creatures: CREATURES,
        clientsMax: CLIENTS_MAX,
        graceS: GRACE_S,
      }),
      ports: {
        transport: this.transport,
        identity: createGuestIdentity({ allowGuests: true }),
        store: createMemoryStore(),
        clock: this.clock,
        log: createMemoryLog('warn'),
      },
      shadow: true,
    })
    this.world = this.host.simulation.world
  }

  async open(): Promise<void> {
    const { host } = this
    await this.transport.listen(
      { host: '127.0.0.1', port: 0, frameBytesMax: FRAME_BYTES_MAX },
      {
        open: (socket, address, kind) => host.opened(socket, address, kind),
        message: (socket, bytes) => host.message(socket, bytes),
        close: (socket) => host.gone(socket),
        http: () => undefined,
      },
    )
  }

  get tick(): number {
    return this.world.tick
  }

  /** One tick; what it asked of identity and store is answered before the next. Rejects with what a system throws. */
  async step(): Promise<void> {
    this.clock.advance(STEP_MS)
    const startMs = performance.now()
    this.host.tick(STEP_MS)
    this.durationsMs.push(performance.now() - startMs)
    if (this.durationsMs.length > DURATIONS_MAX) this.durationsMs.splice(0, DURATIONS_MAX / 2)
    // Promises of identity and store settle before the next turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve))
  }

  slotOf(entity: Entity): Slot {
    return this.world.entities.slotOf(entity)
  }

  /** Handles of everybody in the world. */
  living(): Entity[] {
    const { entities } = this.world
    const found: Entity[] = []
    for (let slot = 1; slot <= entities.slotMax; slot += 1) if (entities.alive[slot] === 1) found.push(entities.entityOf(slot))
    return found
  }

  /** Refusals by the gate, of every kind. */
  refusals(): number {
    const { refused, malformedFrames } = this.host.simulation.net.gate.counters
    let sum = malformedFrames
    for (const count of refused.values()) sum += count
    return sum
  }
}
