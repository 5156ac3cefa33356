import { characterComponents, creatureComponents } from '../../components/index.js'
import { Kind, kindType } from '../../components/kind.js'
import { Motion, Place, Position } from '../../components/motion.js'
import { Status } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import { standardGame } from '../../game.js'
import { createGuestIdentity } from '../../src/adapters/guest-identity.js'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import { createMemoryStore } from '../../src/adapters/memory-store.js'
import { createMemoryTransport } from '../../src/adapters/memory-transport.js'
import { createSystemClock } from '../../src/adapters/system-clock.js'
import { CellDecoder } from '../../src/client/cell-decoder.js'
import type { Entity, Slot } from '../../src/ecs/entities.js'
import type { World } from '../../src/ecs/world.js'
import type { Net } from '../../src/net/net.js'
import {
  CellFrame,
  FRAME_BYTES_MAX,
  SessionCreateCharacter,
  SessionEnter,
  SessionEntered,
  SessionHello,
  SessionListCharacters,
} from '../../src/net/opcodes.js'
import { decodeMessage } from '../../src/protocol/codec.js'
import type { OpcodePayload, ToServer } from '../../src/protocol/opcode.js'
import { readContent } from '../../src/server/content-files.js'
import { serverConfig } from '../../src/server/server-config.js'
import { WorldHost } from '../../src/server/world-host.js'
import { GridResource, layer } from '../../src/space/grid.js'
import { NamesResource } from '../../src/space/names.js'
import { TestClient } from '../../src/testing/test-client.js'
import type { Content } from '../../systems/content/types.js'
import { placeAt } from '../fuzz/stage-hand.js'
import { check } from './figure.js'

export const TICK_HZ = 20
const STEP_MS = 1000 / TICK_HZ
const ANSWER_STEPS_MAX = 20
const CLIENTS_MAX = 64
/** Beside what the scene asks for: ids that rest before they are used again. */
const SPARE_ENTITIES = 5_000
export const SIDE_M = standardGame.space?.cellSizeM ?? 0

/** What one tick sent to one client. */
export interface Sent {
  /** The whole message; 0 when there was none. */
  readonly messageBytes: number
  /** What its `cell.frame` carries; undefined when it has none. */
  readonly cells: Uint8Array | undefined
}

/** A client that watches, and whom it plays. */
export interface Watcher {
  readonly client: TestClient
  readonly slot: Slot
  /** Knows what was sent until it had entered; what came afterwards is for the caller to apply. */
  readonly decoder: CellDecoder
}

/** What differs from the game's own settings. */
export interface SceneOptions {
  readonly clientsMax?: number
  readonly outerRing?: number
}

/** The standard game in one process, over a transport in memory, whose systems are timed by the real clock. */
export class Scene {
  readonly world: World
  readonly net: Net
  readonly content: Content
  private readonly host: WorldHost
  private readonly transport = createMemoryTransport()
  private readonly clients: TestClient[] = []
  private readonly replicationAt: number

  private constructor(entities: number, bots: number, options: SceneOptions) {
    const content = readContent(standardGame)
    this.content = content.content as Content
    this.host = new WorldHost({
      game: { ...standardGame, capacity: (settings, own) => standardGame.capacity(settings, own) + entities + SPARE_ENTITIES },
      content,
      config: serverConfig({ seed: 1, tickHz: TICK_HZ, bots, creatures: bots, clientsMax: CLIENTS_MAX, ...options }),
      ports: {
        transport: this.transport,
        identity: createGuestIdentity({ allowGuests: true }),
        store: createMemoryStore(),
        clock: createSystemClock(),
        log: createMemoryLog('warn'),
      },
    })
    const { world, net } = this.host.simulation
    this.world = world
    this.net = net
    this.replicationAt = world.pipeline.order.findIndex(({ name }) => name === 'replication')
  }

  /** With room for so many entities beside those of the game. */
  static async open(entities: number, bots = 0, options: SceneOptions = {}): Promise<Scene> {
    const scene = new Scene(entities, bots, options)
    const { host } = scene
    await scene.transport.listen(
      { host: '127.0.0.1', port: 0, frameBytesMax: FRAME_BYTES_MAX },
      {
        open: (socket, address, kind) => host.opened(socket, address, kind),
        message: (socket, bytes) => host.message(socket, bytes),
        close: (socket) => host.gone(socket),
        http: () => undefined,
      },
    )
    await scene.step()
    return scene
  }

  async step(): Promise<void> {
    this.host.tick(STEP_MS)
    // Promises of identity and store settle before the next turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve))
    for (const client of this.clients) {
      client.read()
      client.received.length = 0
    }
  }

  /** How long replication took in the last tick: all cell bodies, owner messages, and a message for each client. */
  get replicationMs(): number {
    return this.world.runner.durationsMs[this.replicationAt]
  }

  /** What the last tick wrote for that client. */
  sentTo({ client }: Watcher): Sent {
    const { frames, arena } = this.net.outbox
    const frame = frames.find(({ session }) => session === client.socket)
    if (frame === undefined) return { messageBytes: 0, cells: undefined }
    const bytes = arena.slice(frame.start, frame.end)
    const messages = decodeMessage(bytes).slice(1) as readonly (readonly unknown[])[]
    const cells = messages.find(([opcode]) => opcode === CellFrame.id)?.[1]
    return { messageBytes: bytes.length, cells: cells instanceof Uint8Array ? cells : undefined }
  }

  /** A client whose new character stands there. */
  async enter(name: string, x: number, z: number): Promise<Watcher> {
    const client = new TestClient(this.transport, standardGame.protocol, TICK_HZ)
    this.clients.push(client)
    const ask = async <O extends ToServer>(opcode: O, payload: OpcodePayload<O>) => {
      const seq = client.request(opcode, payload)
      let answer: unknown
      let entity: Entity = 0
      for (let steps = 0; steps < ANSWER_STEPS_MAX && !client.results.has(seq); steps += 1) {
        this.host.tick(STEP_MS)
        await new Promise((resolve) => setImmediate(resolve))
        client.read()
        answer = client.take('session.characters') ?? answer
        entity = client.take(SessionEntered)?.entity ?? entity
      }
      check(client.results.get(seq) === 'ok', () => `${opcode.name} of ${name} was answered ${client.results.get(seq)}`)
      return { entity, list: (answer as { list: readonly { readonly characterId: number }[] } | undefined)?.list ?? [] }
    }
    await ask(SessionHello, { token: `guest:${name}`, resume: '', protocolHash: '' })
    await ask(SessionCreateCharacter, { name, class: 1 })
    const { list } = await ask(SessionListCharacters, {})
    const { entity } = await ask(SessionEnter, { characterId: list[0].characterId })
    const slot = this.world.entities.slotOf(entity)
    const decoder = new CellDecoder(this.net.layout, standardGame.protocol)
    for (const { name: opcode, payload } of client.received.splice(0))
      if (opcode === CellFrame.name) decoder.apply(payload.bytes as Uint8Array)
    this.place(slot, x, z)
    return { client, slot, decoder }
  }

  place(slot: Slot, x: number, z: number): void {
    placeAt(this, slot, x, z)
  }

  /** Characters with a name, or creatures, that nobody plays and that do nothing by themselves. */
  spawn(count: number, at: (n: number) => { readonly x: number; readonly z: number }, named = true): readonly Slot[] {
    const { world, content } = this
    const position = world.columns(Position)
    const vitals = world.columns(Vitals)
    const slots: Slot[] = []
    for (let n = 0; n < count; n += 1) {
      // Without a mind a creature stands where it was put.
      const slot = world.commands.spawn(named ? characterComponents : creatureComponents.filter(({ name }) => !/Mind/.test(name)))
      slots.push(slot)
      world.resource(GridResource).layerOf[slot] = named ? layer.characters : layer.others
      const { x, z } = at(n)
      position.x[slot] = x
      position.z[slot] = z
      world.columns(Place).zone[slot] = content.zone.id
      world.columns(Kind).type[slot] = named ? kindType.character : kindType.creature
      world.columns(Kind).look[slot] = named ? content.classList[0].id : content.creatureList[0].id
      world.columns(Status).level[slot] = 1
      world.columns(Motion).speedMps[slot] = content.rates.runSpeedMps
      vitals.healthMax[slot] = 1_000
      vitals.health[slot] = 1_000
      if (named) world.resource(NamesResource).set(slot, `Walker${String(n % 100).padStart(2, '0')}`)
    }
    world.commandBuffer.flush()
    return slots
  }

  /** Everybody's next step on a walk to and fro of some metres, within his cell. */
  walk(slots: readonly Slot[], turn: number): void {
    const { x, z } = this.world.columns(Position)
    for (const slot of slots) {
      const way = Math.floor((turn + slot) / 20) % 2 === 0 ? 0.25 : -0.25
      this.place(slot, x[slot] + way, z[slot] + way / 2)
    }
  }
}

/** A place in a cell, by the cell's column and row; no walk of a few metres leads out of the cell. */
export function inCell(cx: number, cz: number, n: number): { readonly x: number; readonly z: number } {
  const inner = SIDE_M - 16
  return { x: cx * SIDE_M + 8 + ((n * 7.31) % inner), z: cz * SIDE_M + 8 + ((n * 3.17) % inner) }
}
