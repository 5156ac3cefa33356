import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it, type TestContext, vi } from 'vitest'
import { flag, Status } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import { standardGame } from '../../game.js'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import { createSystemClock } from '../../src/adapters/system-clock.js'
import type { Clock } from '../../src/ports/clock.js'
import { createServer } from '../../src/server/server.js'
import { Run, root } from '../repo/example-run.js'
import { tempDirs } from '../server/temp-dir.js'
import { type ClientView, differences, type Truth, truthOf } from './truth.js'

const PYTHON = '/usr/bin/python3'
/** The same world, rules and content in less time: the server's clock runs this much faster than the wall's. */
const SPEED = 8
const PLAY_S_MAX = 100
const DUMP_EVERY_TICKS = 40

const directory = tempDirs()

function fastClock(): Clock {
  const clock = createSystemClock()
  return {
    nowMs: () => clock.nowMs() * SPEED,
    calendarMs: clock.calendarMs,
    after: (delayMs, callback) => clock.after(delayMs / SPEED, callback),
  }
}

/** Without Debian's packages the test is skipped, but not where everything must be tested. */
function requirePython(task: TestContext): void {
  const works = spawnSync(PYTHON, ['-c', 'import asyncio, msgpack, websockets; asyncio.timeout']).status === 0
  if (works) return
  const missing = `${PYTHON} (3.11 or later) with python3-msgpack and python3-websockets is not here`
  if (process.env.CI) throw new Error(`${missing}; install them`)
  console.info(`skipped: ${missing}`)
  task.skip(missing)
}

/** A server of the standard game that remembers what was true at the ticks that the client prints, and can doom a character. */
async function host(task: TestContext) {
  const config = { port: 0, bots: 40, clientsMax: 2, seed: 11, crashDir: directory() }
  const log = createMemoryLog()
  const server = createServer({ game: standardGame, config, ports: { clock: fastClock(), log } })
  const { simulation } = server
  const { world } = simulation
  const truths = new Map<number, Truth>()
  let doomed = 0
  /** From now on every fight finds this character at its last point of health, until one has killed it. */
  const doom = (name: string): void => {
    const newest = [...truths.values()].at(-1) ?? new Map<number, never>()
    for (const [entity, being] of newest) if (being.name === name) doomed = world.entities.slotOf(entity)
    expect(doomed).toBeGreaterThan(0)
  }
  const weaken = (): void => {
    const flags = world.columns(Status).flags[doomed]
    if ((flags & flag.dead) !== 0) doomed = 0
    else if ((flags & flag.inCombat) !== 0) world.columns(Vitals).health[doomed] = 1
  }
  const step = simulation.step.bind(simulation)
  vi.spyOn(simulation, 'step').mockImplementation((inbox, nowMs) => {
    if (doomed !== 0) weaken()
    step(inbox, nowMs)
    if (world.tick % DUMP_EVERY_TICKS === 0) truths.set(world.tick, truthOf(world))
  })
  task.onTestFinished(() => server.stop())
  return { log, truths, doom, port: await server.start() }
}

describe('the Python client', () => {
  it('plays a quest from the login to the reward, dies on the way, and sees what is there', async (task) => {
    requirePython(task)
    const { log, truths, doom, port } = await host(task)
    const run = new Run(task, PYTHON, [
      join(root, 'examples', 'python-client', 'play.py'),
      ...['--url', `ws://127.0.0.1:${port}/`, '--seconds', String(PLAY_S_MAX), '--dump-every', String(DUMP_EVERY_TICKS)],
    ])
    await run.said(/^killed it/m)
    doom('Pythia')
    const story = await run.exitCode.then(() => run.text.split('\n').filter((line) => line !== '' && !line.startsWith('{"view"')))
    const told = story.join('\n')
    expect(await run.exitCode, told).toBe(0)
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([])

    const summary = JSON.parse(story.at(-1)!)
    expect(summary).toMatchObject({ entered: true, questsCompleted: 1 })
    expect(summary.entitiesSeen).toBeGreaterThan(10)
    expect(summary.kills, told).toBeGreaterThanOrEqual(1)
    expect(summary.loots, told).toBeGreaterThanOrEqual(1)
    expect(summary.deaths, told).toBeGreaterThanOrEqual(1)
    expect(summary.bytesReceived).toBeGreaterThan(100_000)
    for (const line of [
      /^created Pythia, /m,
      /^accepted '/m,
      /^came back to life by /m,
      /^rewarded: \d+ experience/m,
      /^handed in '/m,
    ])
      expect(told).toMatch(line)

    const views = [...run.text.matchAll(/^\{"view": (.*)\}$/gm)].map(([, json]) => JSON.parse(json) as ClientView)
    expect(views.length).toBeGreaterThan(20)
    expect(Math.max(...views.map(({ entities }) => entities.length))).toBeGreaterThan(50)
    for (const view of views) expect(differences(view, truths.get(view.tick)!)).toBe('')
  }, 120_000)
})
