import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BotMind } from '../../components/bot-mind.js'
import { standardGame } from '../../game.js'
import { readContent } from '../../src/server/content-files.js'
import { readRecording } from '../../src/server/recording-format.js'
import { replay } from '../../src/server/replay.js'
import { simulate } from '../../src/server/simulate.js'
import { CountersResource } from '../../systems/counters.js'
import { FleetResource } from '../../systems/fleet.js'
import { populatedWorld, run, TICK_HZ } from '../scenarios/worlds.js'
import { tempDirs } from '../server/temp-dir.js'

const directory = tempDirs()
const BOTS = 300
const CEILING = 20
const SETTLED_TICKS = 300
const TICKS = 600

/** Runs tick by tick: the most decisions in one tick, how long everybody was due before deciding, and how often each decided. */
function watch(decisionsPerTick: number, ticks = TICKS) {
  const simulation = populatedWorld({ seed: 4, bots: BOTS, creatures: 600, decisionsPerTick })
  run(simulation, SETTLED_TICKS)
  const { slots } = simulation.world.resource(FleetResource)
  const counters = simulation.world.resource(CountersResource)
  const { nextTick } = simulation.world.columns(BotMind)
  const turns = new Map<number, number>(slots.map((slot) => [slot, 0]))
  let most = 0
  let longestWait = 0
  for (let i = 0; i < ticks; i += 1) {
    const before = counters.get('decisions')
    const due = new Map(slots.map((slot) => [slot, nextTick[slot]]))
    run(simulation, 1)
    most = Math.max(most, counters.get('decisions') - before)
    for (const [slot, dueTick] of due) {
      const { tick } = simulation.world
      if (dueTick > tick) continue
      if (nextTick[slot] > tick) turns.set(slot, (turns.get(slot) ?? 0) + 1)
      longestWait = Math.max(longestWait, tick - dueTick)
    }
  }
  const report = standardGame.report(simulation.world)
  return { most, longestWait, turns: [...turns.values()], report, hash: simulation.world.stateHash() }
}

describe('a ceiling on decisions a tick', () => {
  it('holds, and everybody of 300 bots still decides within a bound', () => {
    const { most, longestWait, turns, report } = watch(CEILING)
    expect(most).toBe(CEILING)
    expect(turns).toHaveLength(BOTS)
    expect(Math.min(...turns)).toBeGreaterThan(5)
    // A quarter of the turns goes to whoever has waited longest.
    expect(longestWait).toBeLessThanOrEqual(Math.ceil(BOTS / (CEILING / 4)))
    expect(report.measures?.decisionsPutOff).toBeGreaterThan(0)
    expect(report.measures?.longestPutOffS).toBeLessThanOrEqual(Math.ceil(BOTS / (CEILING / 4)) / TICK_HZ)
    expect(report.counters.kills).toBeGreaterThan(0)
  })

  it('is the same on every run, and no ceiling when it is out of reach', () => {
    expect(watch(CEILING, 100).hash).toBe(watch(CEILING, 100).hash)
    const free = watch(0, 100)
    expect(free.most).toBeGreaterThan(CEILING)
    expect(free.report.measures).not.toHaveProperty('decisionsPutOff')
    const high = watch(BOTS, 100)
    expect(high.hash).toBe(free.hash)
    expect(high.report.measures).toMatchObject({ decisionsPutOff: 0 })
  })

  it('stands in the recording, as the caches do, and a replay of it comes to the same', async () => {
    const record = join(directory(), 'ceiling.myr')
    const world = { seed: 4, tickHz: TICK_HZ, bots: 60, creatures: 200, clientsMax: 0, graceS: 0 }
    const settings = { ...world, decisionsPerTick: 4, botCaches: 'off', abilityCacheMs: 200, targetCacheMs: 300 } as const
    const content = readContent(standardGame)
    const { stateHash, measures } = await simulate({ game: standardGame, content, settings, ticks: 200, record })
    expect(measures.decisionsPutOff).toBeGreaterThan(0)
    const { header, close } = readRecording(record)
    close()
    expect(header.settings).toEqual(settings)
    expect(replay(record, { game: standardGame, content })).toMatchObject({ ok: true, stateHash })
  })
})
