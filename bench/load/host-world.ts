import { tmpdir } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { standardGame } from '../../game.js'
import { createGuestIdentity } from '../../src/adapters/guest-identity.js'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import { createMemoryTransport } from '../../src/adapters/memory-transport.js'
import { createSystemClock } from '../../src/adapters/system-clock.js'
import type { Store } from '../../src/ports/store.js'
import { readContent } from '../../src/server/content-files.js'
import { serverConfig } from '../../src/server/server-config.js'
import { WorldHost } from '../../src/server/world-host.js'
import type { Content } from '../../systems/content/types.js'
import { SEED, STEP_MS, TICK_HZ, turn } from './solo-world.js'

export interface HostWorldOptions {
  readonly bots: number
  readonly creatures: number
  readonly store: Store
  /** Entities beside those that the game itself makes room for. */
  readonly spare: number
}

/** A server's world with its store, but without sockets and schedule: ticks come as fast as they are asked for, or at their time. */
export class HostWorld {
  /** Of the last tick, with what its turn does after it: a batch is handed to the store there. */
  tickMs = 0

  private constructor(
    readonly host: WorldHost,
    readonly content: Content,
    private readonly store: Store,
  ) {}

  /** Takes up the world of the store. */
  static async open({ bots, creatures, store, spare }: HostWorldOptions): Promise<HostWorld> {
    const content = readContent(standardGame)
    const host = new WorldHost({
      game: { ...standardGame, capacity: (settings, own) => standardGame.capacity(settings, own) + spare },
      content,
      config: serverConfig({ seed: SEED, tickHz: TICK_HZ, bots, creatures, clientsMax: 1, crashDir: tmpdir() }),
      ports: {
        transport: createMemoryTransport(),
        identity: createGuestIdentity({ allowGuests: false }),
        store,
        clock: createSystemClock(),
        log: createMemoryLog('error'),
      },
    })
    await host.storage.open()
    return new HostWorld(host, content.content as Content, store)
  }

  get world() {
    return this.host.simulation.world
  }

  get ground() {
    return { world: this.world, content: this.content }
  }

  /** Whoever hands a batch over does it right after the tick, before the event loop turns. */
  async tick(): Promise<void> {
    const startMs = performance.now()
    this.host.tick(STEP_MS)
    await Promise.resolve()
    this.tickMs = performance.now() - startMs
    this.host.recordTick()
  }

  /** As fast as they go; the store is heard between two of them. */
  async run(ticks: number): Promise<void> {
    for (let i = 0; i < ticks; i += 1) {
      await this.tick()
      await turn()
    }
  }

  /** At their time, as a server runs them; `before` each. Returns how long each took, in ms. */
  async runPaced(ticks: number, before: () => void = () => undefined): Promise<Float32Array> {
    const tickMs = new Float32Array(ticks)
    const startMs = performance.now()
    for (let i = 0; i < ticks; i += 1) {
      const leftMs = startMs + i * STEP_MS - performance.now()
      if (leftMs > 0) await wait(leftMs)
      else await turn()
      before()
      await this.tick()
      tickMs[i] = this.tickMs
    }
    return tickMs
  }

  /** Until the store has all that has happened. */
  flush(): Promise<void> {
    return this.host.storage.flush()
  }

  /** Stores everything, and gives the world up. */
  async stop(): Promise<void> {
    await this.flush()
    this.host.sayGoodbye()
    await this.host.storage.finish()
    await this.store.close()
  }
}
