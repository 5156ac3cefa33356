import { assert } from '../assert.js'
import { checkOpcodes } from '../ecs/pipeline.js'
import { World } from '../ecs/world.js'
import type { TickInbox } from '../net/inbox.js'
import { NO_RING, type OuterRing } from '../net/interest.js'
import { Net } from '../net/net.js'
import type { GameModule, WorldSettings } from './game-module.js'
import { protocolHash } from './protocol-hash.js'

export const SERVER_VERSION = '0.1.0'

export interface SimulationOptions {
  readonly game: GameModule
  readonly settings: WorldSettings
  /** As `game.content.parse` returned it. */
  readonly content?: unknown
  /** Fail on marked columns that changed without their mark. */
  readonly shadow?: boolean
  /** Measures the passed part of a tick; leave it out where there is no clock. */
  readonly tickFraction?: () => number
}

/** A world with its network side, but without sockets, files or clock: tick by tick a pure function of what it is fed. */
export interface Simulation {
  readonly world: World
  readonly net: Net
  readonly game: GameModule
  readonly settings: WorldSettings
  readonly protocolHash: string
  readonly capacity: number
  /** The tick that the world went on after: 0 for a new one. */
  readonly startTick: number
  /** Goes on after that tick of an earlier run; only before the first step. */
  beginAfter(tick: number): void
  /** One tick. `nowMs` only measures. */
  step(inbox: TickInbox, nowMs?: () => number): void
}

function ringOf({ outerRing = NO_RING.rings, outerEvery = NO_RING.everyTicks }: WorldSettings): OuterRing {
  return { rings: outerRing, everyTicks: outerEvery }
}

function only(type: 'number', settings: WorldSettings): Readonly<Record<string, number>>
function only(type: 'string', settings: WorldSettings): Readonly<Record<string, string>>
function only(type: 'number' | 'string', settings: WorldSettings): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => typeof value === type))
}

/** Throws `BAD_DECLARATION` when pipeline, components and protocol do not fit together. */
export function createSimulation(options: SimulationOptions): Simulation {
  const { game, settings, content } = options
  checkOpcodes(game.pipeline, game.protocol.opcodes)
  const capacity = game.capacity(settings, content)
  const hash = protocolHash(game)
  const world = new World({
    components: game.components,
    pipeline: game.pipeline,
    capacity,
    seed: settings.seed,
    tickHz: settings.tickHz,
    content,
    settings: { ...only('number', settings), cellSizeM: game.space?.cellSizeM ?? 40 },
    texts: only('string', settings),
    shadow: options.shadow ?? false,
  })
  const net = new Net(world, {
    protocol: game.protocol,
    protocolHash: hash,
    serverVersion: SERVER_VERSION,
    clientsMax: settings.clientsMax,
    graceS: settings.graceS,
    classMax: game.classMax ?? 0,
    space: game.space,
    avatar: game.avatar,
    outerRing: ringOf(settings),
    levelOf: (slot) => game.levelOf?.(world, slot) ?? 1,
    tickFraction: options.tickFraction ?? (() => 0),
  })
  let startTick = 0
  return {
    get startTick() {
      return startTick
    },
    beginAfter(tick) {
      assert(
        world.tick === startTick,
        () => `a world of tick ${world.tick} runs already; take up a saved one before its first step`,
      )
      startTick = tick
      world.tick = tick
    },
    world,
    net,
    game,
    settings,
    protocolHash: hash,
    capacity,
    step(inbox, nowMs) {
      net.feed(inbox)
      world.step({ elapsedMs: inbox.elapsedMs, calendarMs: inbox.calendarMs }, nowMs)
    },
  }
}
