import { createGuestIdentity } from '../../src/adapters/guest-identity.js'
import { createManualClock } from '../../src/adapters/manual-clock.js'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import { createMemoryStore } from '../../src/adapters/memory-store.js'
import { createMemoryTransport, type MemoryClient, type MemoryTransport } from '../../src/adapters/memory-transport.js'
import { Client } from '../../src/client/client.js'
import { definePipeline } from '../../src/ecs/pipeline.js'
import { defineSystem } from '../../src/ecs/system.js'
import type { World } from '../../src/ecs/world.js'
import { intentDispatch, interest, replication, sessions } from '../../src/net/net.js'
import { FRAME_BYTES_MAX } from '../../src/net/opcodes.js'
import { PresenceResource } from '../../src/net/presence.js'
import type { Session } from '../../src/net/session.js'
import { journal } from '../../src/persist/journal.js'
import type { SocketId, Transport } from '../../src/ports/transport.js'
import { readContent } from '../../src/server/content-files.js'
import { defineGame, type GameModule } from '../../src/server/game-module.js'
import { serverConfig } from '../../src/server/server-config.js'
import { WorldHost } from '../../src/server/world-host.js'
import { CELL_SIZE_M, components, Facing, Health, Look, protocol, Shout, Spot, Wallet, Where } from '../client/tiny-game.js'

export const LOOKS = [Spot, Where, Facing, Look, Health]
export const TICK_MS = 50
const CAPACITY = 900

/** A game with characters and places, whose one rule is what the test does in each tick. */
export function watchedGame(run: () => void, settle: (world: World, slot: number) => void, world: () => World): GameModule {
  const people = defineSystem({
    name: 'people',
    resources: { presence: PresenceResource },
    run({ presence, commands }) {
      for (const { slot } of presence.departures.splice(0)) {
        presence.left(slot)
        commands.despawn(slot)
      }
      for (const arrival of presence.arrivals.splice(0)) {
        const slot = commands.spawn([...LOOKS, Wallet])
        settle(world(), slot)
        presence.enter(arrival, slot)
      }
    },
  })
  const disorder = defineSystem({
    name: 'tiny',
    intents: [Shout],
    run: ({ intents, answer }) => {
      for (const intent of intents) answer(intent, protocol.resultCodes.code.ok)
      run()
    },
  })
  return defineGame({
    name: 'watched',
    components,
    protocol,
    pipeline: definePipeline({
      enter: [sessions, people],
      dispatch: [intentDispatch],
      simulate: [disorder],
      replicate: [interest, replication],
      persist: [journal],
    }),
    space: { position: Spot, place: Where, cellSizeM: CELL_SIZE_M },
    capacity: () => CAPACITY,
    classMax: 1,
  })
}

/** One SDK client over a socket in memory, which a test can stop, cut and bring back. */
export class Watcher {
  readonly client: Client
  isReading = true
  isBack = true
  private far: MemoryClient

  constructor(
    private readonly transport: MemoryTransport,
    readonly name: string,
    nowMs: () => number,
  ) {
    this.far = transport.connect()
    const link = { send: (bytes: Uint8Array) => this.far.send(bytes), close: () => this.far.close() }
    this.client = new Client({ protocol, components, cellSizeM: CELL_SIZE_M, nowMs }, link)
    this.client.recoverBy(() => undefined)
    void this.tryTo(() => this.enter())
  }

  get socket(): SocketId {
    return this.far.socket
  }

  /** What waits for it in the server. */
  get bufferedBytes(): number {
    return this.transport.bufferedBytes(this.far.socket)
  }

  private async enter(): Promise<void> {
    await this.client.hello(`guest:${this.name}`, '')
    await this.client.enterAs(this.name, 1)
  }

  pause(): void {
    this.isReading = false
    this.far.pause()
  }

  goOn(): void {
    this.isReading = true
    this.far.resume()
  }

  /** The connection breaks. */
  cut(): void {
    this.far.close(1006)
    this.noteLoss()
  }

  private noteLoss(): void {
    this.isReading = true
    this.isBack = false
    this.client.lose('lost')
  }

  /** Over a new socket: the same session if the server still has it. */
  async comeBack(): Promise<void> {
    this.far = this.transport.connect()
    this.isBack = true
    const { client } = this
    await this.tryTo(async () => {
      const code = await client.greetAgain(`guest:${this.name}`, '')
      if (code !== 'ok') throw new Error(`${this.name} was not let in again: ${code}`)
      if (!client.isSameSession) await client.enterAgain()
      client.regain({ sameSession: client.isSameSession, attempts: 1, lostMs: 0 })
      // It may have been cut before it was in the world at all.
      if (client.me === 0) await client.enterAs(this.name, 1)
    })
  }

  /** What fails because the connection was cut meanwhile is tried again by the next `comeBack`. */
  private async tryTo(work: () => Promise<unknown>): Promise<void> {
    const { far } = this
    try {
      await work()
    } catch (error) {
      if (this.isBack && this.far === far) throw error
    }
  }

  read(): void {
    for (const bytes of this.far.received.splice(0)) this.client.receive(bytes)
    if (this.far.closed !== null && this.isBack) this.noteLoss()
  }
}

/** A host with all its parts, driven by hand. */
export interface WatchedWorld {
  readonly host: WorldHost
  readonly world: World
  readonly watchers: Watcher[]
  readonly nowMs: () => number
  join(name: string): Watcher
  /** The session of a watcher that is in the world. */
  sessionOf(watcher: Watcher): Session | undefined
  step(): Promise<void>
}

export interface WatchedOptions {
  readonly run: (world: World) => void
  readonly settle: (world: World, slot: number) => void
  readonly graceS?: number
  readonly clientsMax?: number
  readonly outerRing?: number
  readonly outerEvery?: number
  /** In memory unless given; with another one `join` must not be called. */
  readonly transport?: Transport
}

export async function watchedWorld({
  run,
  settle,
  graceS = 10,
  clientsMax = 16,
  outerRing = 0,
  outerEvery = 10,
  ...more
}: WatchedOptions): Promise<WatchedWorld> {
  const clock = createManualClock()
  const memory = createMemoryTransport()
  const transport = more.transport ?? memory
  const game = watchedGame(
    () => run(host.simulation.world),
    settle,
    () => host.simulation.world,
  )
  const host: WorldHost = new WorldHost({
    game,
    content: readContent(game),
    config: serverConfig({ seed: 1, tickHz: 20, bots: 0, creatures: 0, clientsMax, graceS, outerRing, outerEvery }),
    ports: {
      transport,
      identity: createGuestIdentity({ allowGuests: true }),
      store: createMemoryStore(),
      clock,
      log: createMemoryLog(),
    },
    shadow: true,
  })
  if (more.transport === undefined)
    await memory.listen(
      { host: '127.0.0.1', port: 0, frameBytesMax: FRAME_BYTES_MAX },
      {
        open: (socket, address, kind) => host.opened(socket, address, kind),
        message: (socket, bytes) => host.message(socket, bytes),
        close: (socket) => host.gone(socket),
        http: () => undefined,
      },
    )
  const watchers: Watcher[] = []
  const { world, net } = host.simulation
  return {
    host,
    world,
    watchers,
    nowMs: () => clock.nowMs(),
    join(name) {
      const watcher = new Watcher(memory, name, () => clock.nowMs())
      watchers.push(watcher)
      return watcher
    },
    sessionOf: ({ socket }) => {
      const session = net.sessionList.roster.bySocket.get(socket)
      return session === undefined || session.slot === 0 ? undefined : session
    },
    async step() {
      clock.advance(TICK_MS)
      host.tick(TICK_MS)
      await new Promise((resolve) => setImmediate(resolve))
      for (const watcher of watchers) watcher.read()
    },
  }
}
