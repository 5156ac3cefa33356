import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { standardGame } from '../../game.js'
import { createManualClock } from '../../src/adapters/manual-clock.js'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import { createMemoryTransport } from '../../src/adapters/memory-transport.js'
import type { LogFields } from '../../src/ports/log.js'
import { readContent } from '../../src/server/content-files.js'
import { DecisionTimes } from '../../src/server/decision-times.js'
import { readRecording } from '../../src/server/recording-format.js'
import { createServer, type Server } from '../../src/server/server.js'
import type { ServerConfig } from '../../src/server/server-config.js'
import { cli } from '../cli/cli-harness.js'
import { countersOf, populatedWorld, run } from '../scenarios/worlds.js'
import { tempDirs } from './temp-dir.js'
import { tinyGame } from './tiny-game.js'

const content = readContent(standardGame)
const directory = tempDirs()
const READ_MS = 0.001
const running: Server[] = []
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop()
})

/** A server of the standard game on a clock that each look at it moves on by a microsecond. */
async function start(config: Partial<ServerConfig>) {
  const manual = createManualClock()
  let looks = 0
  const nowMs = () => {
    looks += 1
    return manual.nowMs() + looks * READ_MS
  }
  const log = createMemoryLog()
  const usage = { rssBytes: () => 120_000_000, rssPeakBytes: () => 150_000_000, cpuMs: () => manual.nowMs() / 4 }
  const ports = { clock: { ...manual, nowMs }, log, usage, transport: createMemoryTransport() }
  const world = { bots: 30, creatures: 600, botPlaces: 'grounds', ...config } as const
  const server = createServer({ game: standardGame, content, config: world, ports })
  running.push(server)
  await server.start()
  const reports = () =>
    log.lines.filter(({ text }) => text === 'performance').map(({ level, fields }): LogFields => ({ level, ...fields }))
  const play = (seconds: number) => {
    for (let i = 0; i < seconds * 20; i += 1) manual.advance(50)
  }
  return { server, clock: manual, play, reports, looks: () => looks }
}

const pick = (measures: Readonly<Record<string, number>> | undefined, name: string) => ({ [name]: measures?.[name] })
const sumOf = (server: Server) => countersOf(server.simulation).decisions

describe('the performance report', () => {
  it('tells each so many seconds what was done since, and what it took', async () => {
    const { server, play, reports } = await start({ report: true, reportEveryS: 10 })
    play(1)
    expect(reports()).toEqual([])
    play(9.5)
    const before = sumOf(server)
    expect(reports()).toHaveLength(1)
    play(10)
    expect(reports()).toHaveLength(2)
    const [, report] = reports()
    expect(report).toMatchObject({ level: 'info', bots: 30, loadLevel: 0, memoryLevel: 0, rssBytes: 120e6, rssPeakBytes: 150e6 })
    expect(report.seconds).toBeCloseTo(10, 0)
    expect(report.ticksPerS).toBeCloseTo(20, 0)
    expect(report.cpuShare).toBeCloseTo(0.25, 2)
    expect(report.decisionsPerS).toBeGreaterThan(30)
    expect(Math.abs(Number(report.decisionsPerS) * 10 - (sumOf(server) - before))).toBeLessThan(200)
    expect(report.intentsPerS).toBeGreaterThan(0)
    expect([report.messagesPerS, report.framesPerS]).toEqual([0, 0])
  })

  it('has the times of decisions, systems and ticks, and how good the caches are', async () => {
    const { server, play, reports } = await start({ report: true, reportEveryS: 30 })
    while (reports().length === 0) play(0.05)
    const [report] = reports()
    const { measures } = standardGame.report(server.simulation.world)
    // Each decision is two looks at a clock that moves on by 1 µs.
    expect(report.decisionMeanUs).toBeCloseTo(1, 3)
    expect(report.decisionMaxUs).toBeCloseTo(1, 3)
    expect(report.targetCacheHitRate).toBeGreaterThan(0)
    expect(report).toMatchObject({ ...pick(measures, 'abilityCacheHitRate'), ...pick(measures, 'targetCacheHitRate') })
    const names = server.simulation.world.pipeline.order.map(({ name }) => name)
    const slowest = [report.slowest1, report.slowest2, report.slowest3]
    expect(new Set(slowest).size).toBe(3)
    for (const name of slowest) expect(names).toContain(name)
    // Timing decisions takes time in this test: the system that has them is the slowest.
    expect(report.slowest1).toBe('botMind')
    expect(report.slowest1Ms).toBeGreaterThanOrEqual(report.slowest2Ms as number)
    expect(report.slowest2Ms).toBeGreaterThanOrEqual(report.slowest3Ms as number)
    expect(report.tickMaxMs).toBeGreaterThanOrEqual(report.tickP99Ms as number)
    expect(report.tickP50Ms).toBeGreaterThan(0)
  })

  it('is not made unless asked for, and leaves out the times of decisions where they are not taken', async () => {
    const silent = await start({})
    silent.play(61)
    expect(silent.reports()).toEqual([])
    const plain = await start({ report: true, reportEveryS: 5, profiling: 'off' })
    plain.play(6)
    expect(plain.reports()).toHaveLength(1)
    expect(plain.reports()[0]).not.toHaveProperty('decisionMeanUs')
    expect(plain.reports()[0]).not.toHaveProperty('decisionMaxUs')
    expect(plain.reports()[0].decisionsPerS).toBeGreaterThan(0)
  })

  it('is what `host --report` logs', async () => {
    const c = cli()
    const exit = c.run('host', '--port', '9000', '--bots', '5', '--log-pretty', 'off', '--report', '--status-every-s', '0')
    while (c.log.lines.length === 0) await new Promise((resolve) => setImmediate(resolve))
    c.clock.advance(121_000)
    c.signal('SIGTERM')
    expect(await exit).toBe(0)
    const lines = c.log.lines.filter(({ text }) => text === 'performance')
    expect(lines).toHaveLength(2)
    expect(lines[0].fields).toMatchObject({ bots: 5, decisionMeanUs: 0 })
    expect(c.clock.pending).toBe(0)
  })
})

describe('profiling', () => {
  const looksIn = async (config: Partial<ServerConfig>) => {
    const { server, play, looks } = await start(config)
    play(2)
    const before = { looks: looks(), decisions: sumOf(server) }
    play(5)
    return { looks: looks() - before.looks, decisions: sumOf(server) - before.decisions, server }
  }

  it('looks at the clock twice a decision when it is on, and never when it is off', async () => {
    const off = await looksIn({ profiling: 'off' })
    const auto = await looksIn({})
    const on = await looksIn({ profiling: 'on' })
    expect(off.server.simulation.world.stopwatch).toBeUndefined()
    expect(auto.looks).toBe(off.looks)
    expect(on.decisions).toBe(off.decisions)
    expect(on.decisions).toBeGreaterThan(100)
    expect(on.looks - off.looks).toBe(2 * on.decisions)
  })

  it('changes nothing in the world', () => {
    const played = (isProfiled: boolean) => {
      const simulation = populatedWorld({ seed: 6, bots: 30, creatures: 200 })
      const times = new DecisionTimes({ nowMs: () => performance.now() })
      if (isProfiled) simulation.world.stopwatch = times
      run(simulation, 200)
      return { hash: simulation.world.stateHash(), times, decisions: countersOf(simulation).decisions }
    }
    const profiled = played(true)
    expect(profiled.hash).toBe(played(false).hash)
    expect(profiled.times.count).toBe(profiled.decisions)
    expect(profiled.times.counts.reduce((sum, count) => sum + count, 0)).toBe(profiled.decisions)
  })

  it('keeps the longest until it is taken', () => {
    const looks = [0, 0.003, 1, 1.0004, 2, 12]
    const times = new DecisionTimes({ nowMs: () => looks.shift() ?? 0 })
    for (let i = 0; i < 3; i += 1) {
      times.start()
      times.stop()
    }
    expect(times.count).toBe(3)
    expect(times.sumSeconds).toBeCloseTo(0.0100034, 9)
    expect([...times.counts]).toEqual([1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1])
    expect(times.takeMaxUs()).toBeCloseTo(10_000, 6)
    expect(times.takeMaxUs()).toBe(0)
  })
})

describe('the tick rate', () => {
  it.each([5, 20, 60])('is what the setting says: %i a second', async (tickHz) => {
    const clock = createManualClock()
    const ports = { clock, log: createMemoryLog(), transport: createMemoryTransport() }
    const server = createServer({ game: standardGame, content, config: { bots: 0, creatures: 0, tickHz }, ports })
    running.push(server)
    await server.start()
    clock.advance(2_000)
    expect(server.simulation.world.tickHz).toBe(tickHz)
    expect(Math.abs(server.simulation.world.tick - 2 * tickHz)).toBeLessThanOrEqual(1)
  })
})

describe('keys that are settings of the world', () => {
  const keys = { decisionsPerTick: 7, botCaches: 'off', abilityCacheMs: 250, targetCacheMs: 750 } as const

  it('reach the world of a host, rings of cells too', () => {
    const config = { bots: 5, tickHz: 10, outerRing: 2, outerEvery: 4, ...keys }
    const ports = { log: createMemoryLog(), transport: createMemoryTransport() }
    const { settings } = createServer({ game: tinyGame, config, ports }).simulation
    expect(settings).toMatchObject(config)
  })

  it('reach the world of `simulate`, and so its recording', async () => {
    const record = join(directory(), 'a.myr')
    const flags = ['--decisions-per-tick', '7', '--bot-caches', 'off', '--ability-cache-ms', '250', '--target-cache-ms', '750']
    expect(await cli().run('simulate', '--ticks', '5', '--bots', '3', '--record', record, ...flags)).toBe(0)
    const recording = readRecording(record)
    recording.close()
    expect(recording.header.settings).toMatchObject({ bots: 3, ...keys })
  })
})
