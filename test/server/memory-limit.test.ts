import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { standardGame } from '../../game.js'
import { createManualClock } from '../../src/adapters/manual-clock.js'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import { createMemoryTransport } from '../../src/adapters/memory-transport.js'
import { createSystemUsage } from '../../src/adapters/system-usage.js'
import { SessionEnter, SessionListCharacters } from '../../src/net/opcodes.js'
import { readContent } from '../../src/server/content-files.js'
import { MemoryGuard } from '../../src/server/memory-guard.js'
import { replay } from '../../src/server/replay.js'
import { createServer } from '../../src/server/server.js'
import { testServer } from '../../src/testing/index.js'
import { FleetResource } from '../../systems/fleet.js'
import { tempDirs } from './temp-dir.js'
import { tinyGame } from './tiny-game.js'

const directory = tempDirs()
const LIMIT = 1_000

/** Reads one reading a second, in thousandths of the limit; the level after each, and what the log said. */
function judged(...readings: readonly number[]) {
  const log = createMemoryLog()
  const guard = new MemoryGuard(LIMIT, log)
  const levels = readings.map((rssBytes) => guard.judge(rssBytes))
  return { levels, texts: log.lines.map(({ level, text }) => `${level} ${text}`) }
}

const NEAR = 'warn memory is near its limit'
const NO_BOTS = 'warn memory is at its limit: no new bots'
const NO_LOGINS = 'warn memory is still at its limit: no new logins'
const OVER = 'info memory is below its limit again: bots and logins as before'

describe('the memory guard', () => {
  it('warns once at 90 %, and again only after it fell below', () => {
    expect(judged(899).texts).toEqual([])
    expect(judged(900, 950, 899, 920, 999)).toEqual({ levels: [0, 0, 0, 0, 0], texts: [NEAR] })
    expect(judged(900, 840, 900).texts).toEqual([NEAR, NEAR])
  })

  it('holds bots at 100 %, and logins when it is still there five seconds later', () => {
    expect(judged(1_000)).toEqual({ levels: [1], texts: [NEAR, NO_BOTS] })
    expect(judged(...Array(7).fill(1_000))).toEqual({ levels: [1, 1, 1, 1, 1, 2, 2], texts: [NEAR, NO_BOTS, NO_LOGINS] })
    // A moment below begins the five seconds anew, and gives nothing back yet.
    expect(judged(1_000, 1_000, 1_000, 1_000, 960, 1_000, 1_000).levels).toEqual([1, 1, 1, 1, 1, 1, 1])
  })

  it('gives back by itself, a little below the limit', () => {
    expect(judged(1_100, 990, 949, 960).levels).toEqual([1, 1, 0, 0])
    const { levels, texts } = judged(...Array(6).fill(1_000), 960, 940)
    expect(levels.slice(5)).toEqual([2, 2, 0])
    expect(texts.at(-1)).toBe(OVER)
  })
})

describe('a world at its memory limit', () => {
  const MB = 1_000_000
  const start = async () => {
    const settings = { bots: 200, creatures: 0, botArrivalsPerS: 40, graceS: 60 }
    const server = await testServer({ game: standardGame, content: readContent(standardGame), settings, memoryLimitMb: 100 })
    const record = join(directory(), 'memory.myr')
    server.host.record(record)
    const bots = () => server.world.resource(FleetResource).slots.length
    const reads = (megabytes: number, times = 1) => {
      for (let i = 0; i < times; i += 1) server.host.noteMemory(megabytes * MB)
    }
    return { server, record, bots, reads }
  }

  it('gets no new bots, keeps those it has, and goes on when there is memory again; a replay sees the same', async () => {
    const { server, record, bots, reads } = await start()
    await server.step(10)
    expect(bots()).toBe(20)
    reads(95)
    await server.step(5)
    expect(bots()).toBe(30)
    reads(100)
    await server.step(20)
    expect(bots()).toBe(30)
    reads(80)
    await server.step(20)
    expect(bots()).toBe(70)
    const stateHash = server.world.stateHash()
    server.host.endRecording()
    expect(replay(record, { game: standardGame, content: readContent(standardGame) })).toMatchObject({ ok: true, stateHash })
  })

  it('refuses new logins by name, but nobody who is in it; and lets them in later', async () => {
    const { server, reads } = await start()
    const first = await server.enter('Alice')
    reads(100, 6)
    await server.step()
    const late = server.connect('guest:alice')
    await server.step(3)
    late.request(SessionListCharacters, {})
    await server.step(2)
    // The character stands in the world already: no memory is needed for it.
    const again = late.request(SessionEnter, { characterId: first.characterId })
    await server.step(3)
    expect(late.results.get(again)).toBe('ok')
    await expect(server.enter('Berta')).rejects.toThrow('was refused: serverFull')
    reads(90)
    await server.step()
    expect((await server.enter('Berta')).slot).toBeGreaterThan(0)
  })

  it('has no such limit unless one is set', async () => {
    const server = await testServer({ game: tinyGame })
    server.host.noteMemory(1e15)
    await server.step(2)
    expect(server.host.memory).toBeUndefined()
    expect((await server.enter('Alice')).slot).toBeGreaterThan(0)
  })
})

describe('a server', () => {
  const served = async (memoryLimitMb: number) => {
    const clock = createManualClock()
    const log = createMemoryLog()
    let readings = 0
    const rssBytes = () => {
      readings += 1
      return 95_000_000
    }
    const usage = { ...createSystemUsage(), rssBytes }
    const ports = { clock, log, usage, transport: createMemoryTransport() }
    const server = createServer({ game: tinyGame, config: { bots: 5, memoryLimitMb }, ports })
    await server.start()
    clock.advance(10_000)
    await server.stop()
    return { readings, texts: log.lines.map(({ text }) => text) }
  }

  it('reads its memory once a second where there is a limit', async () => {
    const { readings, texts } = await served(100)
    expect(readings).toBeGreaterThanOrEqual(9)
    expect(readings).toBeLessThanOrEqual(10)
    expect(texts).toContain('memory is near its limit')
  })

  it('does not read it where there is none', async () => {
    expect(await served(0)).toEqual({ readings: 0, texts: ['the server stops', 'the server has stopped'] })
  })

  it('knows what the system says of this process', () => {
    const usage = createSystemUsage()
    expect(usage.rssBytes()).toBeGreaterThan(10_000_000)
    expect(usage.rssPeakBytes()).toBeGreaterThanOrEqual(usage.rssBytes() * 0.9)
    const before = usage.cpuMs()
    let sum = 0
    while (usage.cpuMs() - before < 5) for (let i = 0; i < 100_000; i += 1) sum += i
    expect(sum).toBeGreaterThan(0)
    expect(usage.cpuMs() - before).toBeLessThan(1_000)
  })
})
