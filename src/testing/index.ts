import { createGuestIdentity } from '../adapters/guest-identity.js'
import { createManualClock, type ManualClock } from '../adapters/manual-clock.js'
import { createMemoryLog, type MemoryLog } from '../adapters/memory-log.js'
import { createMemoryStore } from '../adapters/memory-store.js'
import { createMemoryTransport } from '../adapters/memory-transport.js'
import { assert } from '../assert.js'
import type { World } from '../ecs/world.js'
import type { Net } from '../net/net.js'
import {
  FRAME_BYTES_MAX,
  SessionCharacters,
  SessionCreateCharacter,
  SessionEnter,
  SessionEntered,
  SessionListCharacters,
  SessionWelcome,
} from '../net/opcodes.js'
import type { Identity } from '../ports/identity.js'
import type { Store } from '../ports/store.js'
import { type LoadedContent, readContent } from '../server/content-files.js'
import type { GameModule, WorldSettings } from '../server/game-module.js'
import { serverConfig } from '../server/server-config.js'
import type { Simulation } from '../server/simulation.js'
import { WorldHost } from '../server/world-host.js'
import { TestClient } from './test-client.js'

export { type Received, TestClient } from './test-client.js'

/** Steps that `enter` waits for each of its answers. */
const ANSWER_STEPS_MAX = 20

export interface TestServerOptions {
  readonly game: GameModule
  /** As `readContent` returned it; the game's own unless given. */
  readonly content?: LoadedContent
  /** Over a world of seed 1, 20 ticks a second, no bots, no creatures, 64 clients, 60 s of grace. */
  readonly settings?: Partial<WorldSettings>
  /** What the server would be told beside the world's settings; `host.noteMemory` then judges by it. */
  readonly memoryLimitMb?: number
  /** Fail on marked columns that changed without their mark; on unless false. */
  readonly shadow?: boolean
  /** All guests are let in unless given. */
  readonly identity?: Identity
  /** Where `host.broke` writes its file. */
  readonly crashDir?: string
  /** In memory unless given. */
  readonly store?: Store
}

export interface Entered {
  readonly client: TestClient
  readonly entity: number
  readonly slot: number
  readonly characterId: number
}

/** A world without sockets. Time advances by `step` only. */
export interface TestServer {
  readonly simulation: Simulation
  readonly world: World
  readonly net: Net
  readonly log: MemoryLog
  readonly store: Store
  readonly clock: ManualClock
  readonly host: WorldHost
  /**
   * Runs `n` ticks. What a tick asks of identity and store is answered before the next one. Rejects with what a system throws.
   */
  step(n?: number): Promise<void>
  /** A client that has said hello with `token`, or nothing yet when it is `null`. It is known after three steps. */
  connect(token?: string | null, address?: string): TestClient
  /** For games with characters: connects `guest:<name>`, creates the character unless the account has it, and enters with it. */
  enter(name: string, classId?: number): Promise<Entered>
}

const defaults: WorldSettings = { seed: 1, tickHz: 20, bots: 0, creatures: 0, clientsMax: 64, graceS: 60 }

/** Starts a world for a test: real inbox, gate and outbox, with clock, transport, store and log in memory. Nothing of it needs an end. */
export async function testServer(options: TestServerOptions): Promise<TestServer> {
  const settings = { ...defaults, ...options.settings }
  const clock = createManualClock()
  const log = createMemoryLog()
  const store = options.store ?? createMemoryStore()
  const transport = createMemoryTransport()
  const identity = options.identity ?? createGuestIdentity({ allowGuests: true })
  const host = new WorldHost({
    game: options.game,
    content: options.content ?? readContent(options.game),
    config: serverConfig({ ...settings, crashDir: options.crashDir, memoryLimitMb: options.memoryLimitMb }),
    ports: { transport, identity, store, clock, log },
    shadow: options.shadow ?? true,
  })
  await transport.listen(
    { host: '127.0.0.1', port: 0, frameBytesMax: FRAME_BYTES_MAX },
    {
      open: (socket, address, kind) => host.opened(socket, address, kind),
      message: (socket, bytes) => host.message(socket, bytes),
      close: (socket) => host.gone(socket),
      http: () => undefined,
    },
  )
  await host.storage.open()
  const stepMs = 1000 / settings.tickHz
  const clients: TestClient[] = []

  const step = async (n = 1): Promise<void> => {
    for (let i = 0; i < n; i += 1) {
      clock.advance(stepMs)
      host.tick(stepMs)
      host.recordTick()
      // Promises of the ports settle before the next turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve))
      for (const client of clients) client.read()
    }
  }
  const connect = (token: string | null = 'guest:alice', address?: string): TestClient => {
    const client = new TestClient(transport, options.game.protocol, settings.tickHz, address)
    clients.push(client)
    if (token !== null) client.hello(token)
    return client
  }
  const { simulation } = host
  const enter = (name: string, classId = 1) => enterWorld({ simulation, step, connect }, name, classId)
  return { simulation, world: simulation.world, net: simulation.net, log, store, clock, host, step, connect, enter }
}

type Stage = Pick<TestServer, 'simulation' | 'step' | 'connect'>

async function enterWorld(stage: Stage, name: string, classId: number): Promise<Entered> {
  const client = stage.connect(`guest:${name}`)
  const awaited = async <T>(what: string, found: () => T | undefined): Promise<T> => {
    for (let steps = 0; steps < ANSWER_STEPS_MAX; steps += 1) {
      const value = found()
      if (value !== undefined) return value
      await stage.step()
    }
    const results = JSON.stringify([...client.results])
    throw new Error(`${name} got no ${what} in ${ANSWER_STEPS_MAX} steps; results by seq: ${results}`)
  }
  await awaited('session.welcome', () => client.take(SessionWelcome))
  const answered = async (what: string, seq: number) => {
    const code = await awaited(`answer to ${what}`, () => client.results.get(seq))
    assert(code === 'ok', `${what} of ${name}, class ${classId}, was refused: ${code}`)
    return client.take(SessionCharacters)?.list.find((character) => character.name === name)
  }
  let listed = await answered('listCharacters', client.request(SessionListCharacters, {}))
  listed ??= await answered('createCharacter', client.request(SessionCreateCharacter, { name, class: classId }))
  assert(listed !== undefined, `the account's list does not have ${name}, which was just created`)
  const entering = client.request(SessionEnter, { characterId: listed.characterId })
  await answered('enter', entering)
  const { entity } = await awaited('session.entered', () => client.take(SessionEntered))
  return { client, entity, slot: stage.simulation.world.entities.slotOf(entity), characterId: listed.characterId }
}
