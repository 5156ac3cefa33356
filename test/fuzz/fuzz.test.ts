import { describe, expect, it } from 'vitest'
import { Purse } from '../../components/bag.js'
import { BotMind } from '../../components/bot-mind.js'
import { Position } from '../../components/motion.js'
import { protocol } from '../../protocol/index.js'
import { goals } from '../../scripts/fuzz/actor.js'
import { findCulprit } from '../../scripts/fuzz/culprit.js'
import { type FuzzOptions, FuzzStopped, runFuzz } from '../../scripts/fuzz/run.js'
import type { Stage } from '../../scripts/fuzz/stage.js'
import type { Editor } from '../../src/ecs/columns.js'
import { decodeFrame } from '../../src/protocol/codec.js'
import type { AnyIntent } from '../../src/protocol/opcode.js'
import { serverBound } from '../../src/protocol/protocol.js'

const SEED = 20

/** Runs until something does not hold; the test fails when everything does. */
async function stopOf(options: FuzzOptions): Promise<FuzzStopped> {
  try {
    await runFuzz(options)
  } catch (error) {
    if (error instanceof FuzzStopped) return error
    throw error
  }
  throw new Error(`seed ${options.seed}: ${options.frames} frames found nothing`)
}

/** Calls `plant` for every request that reaches its system, before it does. */
const atIntents = (stage: Stage, plant: (intent: AnyIntent) => void): void => {
  const { runner } = stage.world
  const deliver = runner.deliver.bind(runner)
  runner.deliver = (intent) => {
    plant(intent)
    deliver(intent)
  }
}

const isHostile = (stage: Stage, intent: AnyIntent): boolean =>
  stage.host.simulation.net.sessionList.roster.find(intent.session)?.accountId.startsWith('guest:fz') === true

/** The first slot of that name. */
function slotNamed(stage: Stage, name: string): number {
  const { bySlot } = stage.host.simulation.net.sessionList.roster
  for (const [slot, session] of bySlot) if (session.accountId === `guest:${name}`) return slot
  throw new Error(`nobody is called ${name}`)
}

describe('ten thousand hostile frames', () => {
  it(`change nothing for anybody else (seed ${SEED})`, async () => {
    const report = await runFuzz({ seed: SEED, frames: 10_000 })
    expect(report.frames).toBe(10_000)
    // Every request in every state of a session, and all of them but the moderators' one past the gate.
    const requests = serverBound(protocol)
    expect(report.toured).toBe(requests.length * goals.length)
    const direct = ['session.ping', 'admin.kick']
    const unheard = requests.filter(({ name }) => !report.accepted.has(name) && !direct.includes(name)).map(({ name }) => name)
    expect(unheard).toEqual([])
    expect(report.accepted.has('admin.kick')).toBe(false)
    for (const code of ['malformed', 'notAllowed', 'tooFast']) expect(report.refused.get(code), code).toBeGreaterThan(100)
    for (const reason of ['logout', 'takenOver', 'flood.places', 'flood.bytes'])
      expect(report.closed.get(reason), reason).toBeGreaterThan(0)
    expect(report.results).toBeGreaterThan(1_000)
  })

  it('are the same frames for the same seed', async () => {
    const run = (seed: number) => runFuzz({ seed, frames: 1_500, bots: 5 })
    const [one, again, other] = [await run(3), await run(3), await run(4)]
    expect(again.stateHash).toBe(one.stateHash)
    expect([...again.ways]).toEqual([...one.ways])
    expect(other.stateHash).not.toBe(one.stateHash)
  })
})

/** Each plants one defect; the run must find it. */
const defects: readonly { readonly what: string; readonly found: RegExp; readonly plant: (stage: Stage) => void }[] = [
  {
    what: 'an exception in a system',
    found: /a planted fault/,
    plant: (stage) =>
      atIntents(stage, (intent) => {
        if (isHostile(stage, intent) && intent.name === 'loot.takeGold') throw new Error('a planted fault')
      }),
  },
  {
    what: 'a request done twice',
    found: /reached its system after seq/,
    plant: (stage) => {
      const { runner } = stage.world
      const deliver = runner.deliver.bind(runner)
      runner.deliver = (intent) => {
        deliver(intent)
        if (isHostile(stage, intent) && intent.name === 'quest.list') deliver({ ...intent })
      }
      // The run looks at what reaches a system from outside of the planted fault.
      atIntents(stage, () => undefined)
    },
  },
  {
    what: 'a result that is lost',
    found: /asked \d+ times, has 0 results/,
    plant: (stage) => {
      const { outlet } = stage.world
      const answer = outlet.answer.bind(outlet)
      outlet.answer = (intent, code) => {
        if (!isHostile(stage, intent) || intent.name !== 'item.destroy') answer(intent, code)
      }
    },
  },
  {
    what: 'a result that comes twice',
    found: /asked 1 times, has 2 results/,
    plant: (stage) => {
      const { outlet } = stage.world
      const answer = outlet.answer.bind(outlet)
      outlet.answer = (intent, code) => {
        answer(intent, code)
        if (isHostile(stage, intent) && intent.name === 'move.follow') answer(intent, code)
      }
    },
  },
  {
    what: 'somebody moved by another’s request',
    found: /walker1 stands at/,
    plant: (stage) =>
      atIntents(stage, (intent) => {
        if (isHostile(stage, intent) && intent.name === 'move.follow')
          stage.world.columns(Position).x[slotNamed(stage, 'walker1')] += 0.25
      }),
  },
  {
    what: 'somebody robbed by another’s request',
    found: /something of sleeper2 changed: Purse.gold: 0 → Purse.gold: 7/,
    plant: (stage) =>
      atIntents(stage, (intent) => {
        const purse = stage.world.editor(Purse) as Editor<(typeof Purse)['fields']>
        if (isHostile(stage, intent)) purse.set(slotNamed(stage, 'sleeper2'), 'gold', 7)
      }),
  },
  {
    what: 'a bot that loses its gold',
    found: /lost gold/,
    plant: (stage) => {
      const purse = stage.world.editor(Purse) as Editor<(typeof Purse)['fields']>
      const bot = stage.world.entities.query([BotMind])[0]
      let times = 0
      atIntents(stage, () => {
        times += 1
        purse.set(bot, 'gold', times < 200 ? 50 : 0)
      })
    },
  },
  {
    what: 'a hole in what a client is told',
    found: /has a hole|does not see|sees \d+ entities where/,
    plant: (stage) => {
      const { transport } = stage
      const send = transport.send.bind(transport)
      const { bySlot } = stage.host.simulation.net.sessionList.roster
      const victim = bySlot.get(slotNamed(stage, 'sleeper1'))?.socket
      let frames = 0
      transport.send = (socket, bytes) => {
        if (socket === victim) frames += 1
        return socket === victim && frames === 50 ? 'sent' : send(socket, bytes)
      }
    },
  },
  {
    what: 'a step that is longer than legs are',
    found: /more than it had time for/,
    plant: (stage) =>
      atIntents(stage, (intent) => {
        if (isHostile(stage, intent) && intent.name === 'move.stop') stage.world.columns(Position).z[intent.actor] += 12
      }),
  },
  {
    what: 'a place that is no number',
    found: /not a number|stands at/,
    plant: (stage) =>
      atIntents(stage, (intent) => {
        if (isHostile(stage, intent) && intent.name === 'combat.stopAttack')
          stage.world.columns(Position).y[intent.actor] = Number.NaN
      }),
  },
  {
    what: 'a gate that counts no refusals',
    found: /raised no counter/,
    plant: (stage) => {
      const { counters } = stage.host.simulation.net.gate
      counters.count = () => undefined
      Object.defineProperty(counters, 'malformedFrames', { get: () => 0, set: () => undefined })
    },
  },
]

describe('the run finds', () => {
  it.each(defects)('$what', async ({ found, plant }) => {
    const stopped = await stopOf({ seed: SEED, frames: 6_000, bots: 5, sabotage: plant })
    expect(stopped.message).toMatch(found)
  })

  it('the one frame that did it, which a run of so many frames sends last', async () => {
    let exact: AnyIntent | undefined
    const options: FuzzOptions = {
      seed: SEED,
      frames: 3_000,
      bots: 5,
      sabotage: (stage) => {
        let says = 0
        atIntents(stage, (intent) => {
          if (isHostile(stage, intent) && intent.name === 'chat.say') says += 1
          if (says < 4) return
          exact = intent
          throw new Error('a planted fault')
        })
      },
    }
    const culprit = await findCulprit(options, await stopOf(options))
    expect(culprit?.stopped.message).toContain('a planted fault')
    const { number, bytes } = culprit?.frame ?? { number: 0, bytes: new Uint8Array() }
    const values = decodeFrame(bytes) ?? []
    const messages = (Array.isArray(values[0]) ? values : [values]) as readonly (readonly unknown[])[]
    expect(messages.some(([id, seq]) => id === exact?.opcode.id && seq === exact?.seq)).toBe(true)
    expect((await stopOf({ ...options, frames: number })).framesSent).toBe(number)
    await runFuzz({ ...options, frames: number - 1 })
  })
})
