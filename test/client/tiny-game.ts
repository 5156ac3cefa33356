import { Client } from '../../src/client/client.js'
import { defineComponent } from '../../src/ecs/component.js'
import { definePipeline } from '../../src/ecs/pipeline.js'
import { defineSystem } from '../../src/ecs/system.js'
import type { World } from '../../src/ecs/world.js'
import type { InboxEntry } from '../../src/net/inbox.js'
import { intentDispatch, interest, replication, sessions } from '../../src/net/net.js'
import { frameworkOpcodes } from '../../src/net/opcodes.js'
import { toCell, toServer } from '../../src/protocol/opcode.js'
import { defineProtocol } from '../../src/protocol/protocol.js'
import { each, f32, oneOf, text, u8, u16, u32 } from '../../src/schema/fields.js'
import { asIs, cell, identity, metres, turn } from '../../src/schema/wire-forms.js'
import { defineGame, type WorldSettings } from '../../src/server/game-module.js'
import { createSimulation, type Simulation } from '../../src/server/simulation.js'

/** A game without rules: entities with places, looks and health, and an owner column. */

export const Spot = defineComponent(
  'Spot',
  { x: f32, y: f32, z: f32 },
  { replicate: { x: cell(16), y: metres(16), z: cell(16) } },
)
export const Where = defineComponent('Where', { zone: u16, instance: u16 })
export const Facing = defineComponent('Facing', { heading: u16, speed: f32 }, { replicate: { heading: turn(8) } })
export const Look = defineComponent('Look', { kind: u8, skin: u16 }, { replicate: { kind: identity(8), skin: identity(16) } })
export const Health = defineComponent('Health', { now: u16, max: u16 }, { replicate: { now: asIs(16), max: asIs(16) } })
/** Comes and goes while its entity lives. */
export const Shield = defineComponent('Shield', { charge: u32 }, { replicate: { charge: asIs(32) } })
export const Wallet = defineComponent('Wallet', { coins: u32, tokens: each(u16, 4) }, { replicate: 'owner' })
export const components = Object.freeze([Spot, Where, Facing, Look, Health, Shield, Wallet])

export const Shout = toServer({
  id: 0x0201,
  name: 'tiny.shout',
  payload: { text: text(10) },
  auth: 'inWorld',
  rate: 'action',
  handler: 'tiny',
  doc: 'Shouts.',
})
export const Boomed = toCell({
  id: 0x8201,
  name: 'tiny.boomed',
  payload: { who: u32, sort: oneOf('bang', 'puff'), number: u16, label: text(12) },
  doc: 'Something went off.',
})
export const protocol = defineProtocol({ opcodes: [...frameworkOpcodes, Shout, Boomed] })

export const CELL_SIZE_M = 20

/** A game whose one system does what the test says. */
export function tinyGame(run: () => void) {
  const tiny = defineSystem({
    name: 'tiny',
    intents: [Shout],
    run: ({ intents, answer }) => {
      for (const intent of intents) answer(intent, protocol.resultCodes.code.ok)
      run()
    },
  })
  return defineGame({
    name: 'tiny',
    components,
    protocol,
    pipeline: definePipeline({
      enter: [sessions],
      dispatch: [intentDispatch],
      simulate: [tiny],
      replicate: [interest, replication],
    }),
    space: { position: Spot, place: Where, cellSizeM: CELL_SIZE_M },
    avatar: [Spot, Where, Facing, Look, Health, Wallet],
    capacity: () => 400,
  })
}

/** A simulation and its clients, joined by encoded bytes, without sockets. Time is `step`. */
export class Bench {
  readonly simulation: Simulation
  readonly clients = new Map<number, Client>()
  private entries: InboxEntry[] = []
  private lastSession = 0
  nowMs = 0

  constructor(run: (world: World) => void, ring: Pick<WorldSettings, 'outerRing' | 'outerEvery'> = {}) {
    const game = tinyGame(() => run(this.simulation.world))
    const settings = { seed: 1, tickHz: 20, bots: 0, creatures: 0, clientsMax: 8, graceS: 1, ...ring }
    this.simulation = createSimulation({ game, settings, shadow: true })
  }

  /** A client that has said hello; it is in the world after two steps. */
  join(): Client {
    this.lastSession += 1
    const session = this.lastSession
    this.entries.push({ kind: 'opened', session })
    const client = new Client(
      { protocol, components, cellSizeM: CELL_SIZE_M, nowMs: () => this.nowMs },
      {
        send: (bytes) => void this.entries.push({ kind: 'frame', session, bytes: new Uint8Array(bytes) }),
        close: () => undefined,
      },
    )
    this.clients.set(session, client)
    void client.hello('guest:somebody', '').catch(() => undefined)
    return client
  }

  /** Its socket is gone. */
  drop(client: Client): void {
    for (const [session, other] of this.clients) {
      if (other !== client) continue
      this.clients.delete(session)
      this.entries.push({ kind: 'gone', session })
    }
  }

  step(): void {
    this.nowMs += 50
    const entries = this.entries
    this.entries = []
    const { net } = this.simulation
    this.simulation.step({ elapsedMs: 50, calendarMs: 0, entries })
    for (const request of net.requests) {
      if (request.kind !== 'verify') continue
      const outcome = { ok: true as const, accountId: `account-${request.session}`, role: 'player' as const }
      this.entries.push({ kind: 'identified', session: request.session, seq: request.seq, outcome })
    }
    net.requests = []
    for (const { session, start, end } of net.outbox.frames)
      this.clients.get(session)?.receive(net.outbox.arena.slice(start, end))
  }
}
