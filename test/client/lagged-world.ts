import { createGuestIdentity } from '../../src/adapters/guest-identity.js'
import { createManualClock } from '../../src/adapters/manual-clock.js'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import { createMemoryStore } from '../../src/adapters/memory-store.js'
import { createMemoryTransport, type MemoryClient } from '../../src/adapters/memory-transport.js'
import { type Client, type ConnectOptions, connect, type Socket } from '../../src/client/index.js'
import type { World } from '../../src/ecs/world.js'
import { FRAME_BYTES_MAX } from '../../src/net/opcodes.js'
import { type LoadedContent, readContent } from '../../src/server/content-files.js'
import type { GameModule } from '../../src/server/game-module.js'
import { serverConfig } from '../../src/server/server-config.js'
import { WorldHost } from '../../src/server/world-host.js'
import { dice } from './dice.js'

/** How long messages of one direction are under way. They keep their order, as in a WebSocket: a late one delays those after it. */
export interface Road {
  readonly delayMs: number
  /** Up to this much is added to each, by lot. */
  readonly jitterMs?: number
  /** So many of a hundred messages are late besides, by up to `lateMs`. */
  readonly latePercent?: number
  readonly lateMs?: number
}

export interface LaggedOptions {
  readonly game: GameModule
  readonly content?: LoadedContent
  readonly seed: number
  readonly outerRing?: number
  readonly outerEvery?: number
  readonly up: Road
  readonly down: Road
}

const TICK_MS = 50
export const FRAME_MS = 1000 / 60

interface Event {
  readonly atMs: number
  readonly run: () => void
}

/** One direction of one socket. */
class Lane {
  private lastMs = 0
  late = 0

  constructor(
    private readonly world: LaggedWorld,
    private readonly roadNow: () => Road,
  ) {}

  put(arrive: () => void): void {
    const { delayMs, jitterMs = 0, latePercent = 0, lateMs = 0 } = this.roadNow()
    const { roll } = this.world
    const isLate = roll(100) < latePercent
    if (isLate) this.late += 1
    const atMs = this.world.nowMs + delayMs + (jitterMs * roll(1_000)) / 1_000 + (isLate ? (lateMs * roll(1_000)) / 1_000 : 0)
    this.lastMs = Math.max(this.lastMs, atMs)
    this.world.at(this.lastMs, arrive)
  }
}

/** The client's end of a WebSocket to the world's memory transport. */
class LaggedSocket implements Socket {
  binaryType = 'blob'
  onopen: ((event: never) => void) | null = null
  onmessage: ((event: never) => void) | null = null
  onerror: ((event: never) => void) | null = null
  onclose: ((event: never) => void) | null = null
  readonly up: Lane
  private readonly down: Lane
  private far: MemoryClient | undefined
  private isGone = false

  constructor(world: LaggedWorld) {
    this.up = new Lane(world, () => world.up)
    this.down = new Lane(world, () => world.down)
    this.up.put(() => {
      if (this.isGone) return
      if (world.isUnreachable) return this.drop()
      this.far = world.transport.connect()
      this.down.put(() => this.emit(this.onopen, {}))
    })
    world.sockets.push(this)
  }

  private emit(handler: ((event: never) => void) | null, event: object): void {
    if (!this.isGone) handler?.(event as never)
  }

  send(bytes: Uint8Array): void {
    const copy = bytes.slice()
    this.up.put(() => {
      if (!this.isGone) this.far?.send(copy)
    })
  }

  close(code?: number): void {
    this.isGone = true
    this.far?.close(code)
  }

  /** What the server has sent sets off. */
  pump(): void {
    if (this.isGone || this.far === undefined) return
    for (const bytes of this.far.received.splice(0))
      this.down.put(() => this.emit(this.onmessage, { data: bytes.slice().buffer }))
    const { closed } = this.far
    if (closed === null) return
    this.far = undefined
    this.down.put(() => this.emit(this.onclose, closed))
  }

  /** The connection breaks: what is under way is lost, and both ends learn of it at once. */
  drop(): void {
    this.far?.close(1006)
    this.emit(this.onclose, { code: 1006, reason: '' })
    this.isGone = true
  }
}

/** A server as it is, but for its sockets: these have delays, and all time is simulated. */
export class LaggedWorld {
  nowMs = 0
  /** Real time between two ticks; more than 50 in a world that cannot keep up. */
  tickMs = TICK_MS
  up: Road
  down: Road
  /** New connections fail. */
  isUnreachable = false
  /** Called 60 times a second, as a page is drawn. */
  onFrame: () => void = () => undefined
  readonly roll: (below: number) => number
  readonly transport = createMemoryTransport()
  readonly sockets: LaggedSocket[] = []
  readonly host: WorldHost
  private readonly clock = createManualClock()
  private readonly events: Event[] = []

  constructor(private readonly options: LaggedOptions) {
    const { game, seed, up, down, outerRing, outerEvery } = options
    this.roll = dice(seed)
    this.up = up
    this.down = down
    this.host = new WorldHost({
      game,
      content: options.content ?? readContent(game),
      config: serverConfig({ seed: 1, bots: 0, creatures: 0, clientsMax: 8, outerRing, outerEvery }),
      ports: {
        transport: this.transport,
        identity: createGuestIdentity({ allowGuests: true }),
        store: createMemoryStore(),
        clock: this.clock,
        log: createMemoryLog(),
      },
    })
    this.tickAt(0)
    this.frameAt(0)
  }

  static async start(options: LaggedOptions): Promise<LaggedWorld> {
    const world = new LaggedWorld(options)
    await world.listen()
    return world
  }

  /** Nobody can connect before. */
  async listen(): Promise<void> {
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

  get world(): World {
    return this.host.simulation.world
  }
  /** Messages of the client that were late so far. */
  get late(): number {
    return this.sockets.reduce((sum, { up }) => sum + up.late, 0)
  }

  /** Events of the same time happen in the order in which they were asked for. */
  at(atMs: number, run: () => void): () => void {
    const event = { atMs, run }
    let i = this.events.length
    while (i > 0 && this.events[i - 1].atMs > atMs) i -= 1
    this.events.splice(i, 0, event)
    return () => {
      const index = this.events.indexOf(event)
      if (index >= 0) this.events.splice(index, 1)
    }
  }

  private tickAt(atMs: number): void {
    this.at(atMs, () => {
      this.clock.advance(atMs - this.clock.nowMs())
      this.host.tick(this.tickMs)
      for (const socket of this.sockets) socket.pump()
      this.tickAt(atMs + this.tickMs)
    })
  }

  private frameAt(atMs: number): void {
    this.at(atMs, () => {
      this.onFrame()
      this.frameAt(atMs + FRAME_MS)
    })
  }

  /** Lets simulated time pass. Promises settle between any two events. */
  async run(ms: number): Promise<void> {
    const endMs = this.nowMs + ms
    for (let event = this.events[0]; event.atMs <= endMs; event = this.events[0]) {
      this.events.shift()
      this.nowMs = event.atMs
      event.run()
      await new Promise((resolve) => setImmediate(resolve))
    }
    this.nowMs = endMs
  }

  /** Lets time pass until the promise has settled. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false
    const done = (): void => {
      isSettled = true
    }
    promise.then(done, done)
    for (let steps = 0; !isSettled; steps += 1) {
      if (steps > 2_000) throw new Error('nothing came of it in 100 s of simulated time')
      await this.run(TICK_MS)
    }
    return promise
  }

  /** A client that has said hello. */
  connect(options: Partial<ConnectOptions> = {}): Promise<Client> {
    const { game } = this.options
    const world = this
    class WorldSocket extends LaggedSocket {
      constructor() {
        super(world)
      }
    }
    return this.until(
      connect({
        url: 'ws://world/',
        token: 'guest:ada',
        protocol: game.protocol,
        components: game.components,
        cellSizeM: game.space?.cellSizeM,
        WebSocket: WorldSocket,
        nowMs: () => this.nowMs,
        after: (delayMs, run) => this.at(this.nowMs + delayMs, run),
        ...options,
      }),
    )
  }
}
