import { assert } from '../../src/assert.js'
import { defineComponent } from '../../src/ecs/component.js'
import { defineEvent } from '../../src/ecs/event.js'
import { definePipeline } from '../../src/ecs/pipeline.js'
import { defineResource } from '../../src/ecs/resource.js'
import { defineSystem } from '../../src/ecs/system.js'
import type { World } from '../../src/ecs/world.js'
import { MyriadError } from '../../src/errors.js'
import { ControlsResource } from '../../src/net/controls.js'
import { intentDispatch, interest, replication, sessions } from '../../src/net/net.js'
import { frameworkOpcodes } from '../../src/net/opcodes.js'
import { PresenceResource } from '../../src/net/presence.js'
import { journal } from '../../src/persist/journal.js'
import { toClient, toServer } from '../../src/protocol/opcode.js'
import { defineProtocol } from '../../src/protocol/protocol.js'
import { coreResultCodes } from '../../src/protocol/result-codes.js'
import { f32, text, u8, u16, u32 } from '../../src/schema/fields.js'
import { cell } from '../../src/schema/wire-forms.js'
import { defineGame, type GameModule } from '../../src/server/game-module.js'
import { GridResource } from '../../src/space/grid.js'

/** The smallest game with everything that the server handles: characters, places, bots that act, counters, a way to break it. */

export const Position = defineComponent('Position', { x: f32, y: f32, z: f32 }, { replicate: { x: cell(16), z: cell(16) } })
export const Place = defineComponent('Place', { zone: u16, instance: u16 })
export const Score = defineComponent('Score', { points: u32 }, { replicate: 'owner', persist: 'tick' })
const Bot = defineComponent('Bot', { steps: u32 })

export const TinyAdd = toServer({
  id: 0x0201,
  name: 'tiny.add',
  payload: { amount: u8 },
  auth: 'inWorld',
  rate: 'action',
  handler: 'adder',
  doc: 'Adds to the own points.',
})
export const TinyBreak = toServer({
  id: 0x0202,
  name: 'tiny.break',
  payload: {},
  auth: 'inWorld',
  rate: 'action',
  handler: 'breaker',
  doc: 'Breaks an invariant.',
})
/** Answered by as many texts as asked for, to fill a client's buffers. */
export const TinyFlood = toServer({
  id: 0x0203,
  name: 'tiny.flood',
  payload: { texts: u16 },
  auth: 'inWorld',
  rate: 'action',
  handler: 'flooder',
  doc: 'Asks for many long texts.',
})
export const TinyTotal = toClient({ id: 0x8201, name: 'tiny.total', payload: { points: u32 }, doc: 'The own points.' })
export const TinyText = toClient({ id: 0x8203, name: 'tiny.text', payload: { text: text(4_096) }, doc: 'A long text.' })

export const tinyProtocol = defineProtocol({ opcodes: [...frameworkOpcodes, TinyAdd, TinyBreak, TinyFlood, TinyTotal, TinyText] })
const { code } = coreResultCodes

const Added = defineEvent('Added', { slot: u32, amount: u32 })
class Tally {
  decisions = 0
}
const TallyResource = defineResource('Tally', { create: () => new Tally(), hash: (tally) => tally.decisions })

const people = defineSystem({
  name: 'people',
  resources: { presence: PresenceResource },
  writes: { position: Position, score: Score },
  run({ presence, position, score, commands }) {
    for (const { slot } of presence.departures.splice(0)) {
      presence.left(slot)
      commands.despawn(slot)
    }
    for (const arrival of presence.arrivals.splice(0)) {
      const slot = commands.spawn([Position, Place, Score])
      position.x[slot] = 100
      position.z[slot] = 100
      score.set(slot, 'points', arrival.row.components.Score?.points?.[0] ?? 0)
      presence.enter(arrival, slot)
    }
  },
})

const botMind = defineSystem({
  name: 'botMind',
  resources: { controls: ControlsResource, tally: TallyResource },
  writes: { bot: Bot, position: Position },
  queries: { bots: [Bot] },
  acts: [TinyAdd],
  run({ controls, tally, bot, position, bots, commands, tick, act }) {
    for (let alive = bots.length; alive < controls.get('fleetTarget'); alive += 1) {
      const slot = commands.spawn([Position, Place, Score, Bot])
      position.x[slot] = 50 + alive
      position.z[slot] = 50
    }
    for (let i = 0; i < bots.length; i += 1) {
      const slot = bots[i]
      bot.steps[slot] += 1
      if ((tick + slot) % 20 !== 0) continue
      tally.decisions += 1
      act(slot, TinyAdd, { amount: slot & 7 })
    }
  },
})

const adder = defineSystem({
  name: 'adder',
  writes: { score: Score },
  intents: [TinyAdd],
  emits: [Added],
  tells: [TinyTotal],
  run({ score, intents, answer, emit, tell }) {
    for (const intent of intents) {
      const points = score.points[intent.actor] + intent.payload.amount
      score.set(intent.actor, 'points', points)
      emit(Added, { slot: intent.actor, amount: intent.payload.amount })
      tell(intent.actor, TinyTotal, { points })
      answer(intent, code.ok)
    }
  },
})

const breaker = defineSystem({
  name: 'breaker',
  intents: [TinyBreak],
  run({ intents }) {
    assert(intents.length === 0, 'somebody asked for a broken invariant')
  },
})

const flooder = defineSystem({
  name: 'flooder',
  intents: [TinyFlood],
  tells: [TinyText],
  run({ intents, answer, tell }) {
    for (const intent of intents) {
      for (let i = 0; i < intent.payload.texts; i += 1) tell(intent.actor, TinyText, { text: 'x'.repeat(4_096) })
      answer(intent, code.ok)
    }
  },
})

/** Walks differently from tick `faultTick` on: the planted difference that a replay must find. */
function walker(faultTick: number) {
  return defineSystem({
    name: 'walker',
    resources: { grid: GridResource },
    writes: { position: Position },
    queries: { bots: [Bot, Position] },
    emits: [Added],
    run({ grid, position, bots, random, tick, emit }) {
      for (let i = 0; i < bots.length; i += 1) {
        const slot = bots[i]
        position.x[slot] += random(slot, 0) - 0.5
        position.z[slot] += random(slot, 1) - 0.5
        grid.put(slot, 0, 0, position.x[slot], position.z[slot])
      }
      if (tick >= faultTick) emit(Added, { slot: 0, amount: 0 })
    },
  })
}

export interface TinyOptions {
  readonly faultTick?: number
  /** Changes the state alone, in a way that no digest shows. */
  readonly hiddenFaultTick?: number
  readonly contentDirectory?: string
}

function hidden(faultTick: number) {
  return defineSystem({
    name: 'hidden',
    writes: { position: Position },
    queries: { bots: [Bot, Position] },
    run({ position, bots, tick }) {
      if (tick === faultTick && bots.length > 0) position.y[bots[0]] += 1
    },
  })
}

export function makeTinyGame(options: TinyOptions = {}): GameModule {
  const { faultTick = Number.POSITIVE_INFINITY, hiddenFaultTick = Number.POSITIVE_INFINITY, contentDirectory } = options
  const simulate = [adder, breaker, flooder, walker(faultTick), hidden(hiddenFaultTick)]
  return defineGame({
    name: 'tiny',
    components: [Position, Place, Score, Bot],
    protocol: tinyProtocol,
    pipeline: definePipeline({
      enter: [sessions, people],
      think: [botMind],
      dispatch: [intentDispatch],
      simulate,
      replicate: [interest, replication],
      persist: [journal],
    }),
    content: contentDirectory === undefined ? undefined : { directory: contentDirectory, parse: parseContent },
    space: { position: Position, place: Place, cellSizeM: 40 },
    capacity: ({ bots, clientsMax }) => bots + clientsMax + 8,
    classMax: 2,
    levelOf: () => 1,
    report: (world: World) => ({
      counters: { decisions: world.resource(TallyResource).decisions },
      botsByTier: { active: world.entities.query([Bot]).length },
      bots: world.entities.query([Bot]).length,
      inCombatShare: 0.25,
      stuckBots: 0,
      idleBots: 0,
      experiencedShare: 1,
    }),
  })
}

function parseContent(files: Readonly<Record<string, unknown>>): unknown {
  if (!('tiny.json' in files)) throw new MyriadError('BAD_CONTENT', 'tiny.json is not there; add it')
  return Object.freeze({ ...files })
}

export const tinyGame = makeTinyGame()
