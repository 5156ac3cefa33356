import { describe, expect, it } from 'vitest'
import { createManualClock } from '../../src/adapters/manual-clock.js'
import type { Clock } from '../../src/ports/clock.js'
import { createLoop, type LoopOptions, RATE_SPAN_MS } from '../../src/server/loop.js'
import { TICKS_KEPT, TickTimes, TimeHistogram } from '../../src/server/tick-times.js'

/** A manual clock on which a callback can take time, as a tick that is too slow does. */
function slowClock() {
  const manual = createManualClock()
  let busyMs = 0
  let timerMs = 0
  let fired = 0
  const clock: Clock = {
    nowMs: () => manual.nowMs() + busyMs,
    calendarMs: manual.calendarMs,
    after: (delayMs, callback) =>
      manual.after(Math.max(delayMs, timerMs), () => {
        fired += 1
        callback()
      }),
  }
  const turn = () => {
    timerMs = 1
    manual.advance(1)
  }
  return {
    clock,
    /** The shortest turn of an event loop, whose timers take at least a millisecond. */
    turn,
    advance: manual.advance,
    pending: () => manual.pending,
    fired: () => fired,
    busy: (ms: number) => {
      busyMs += ms
    },
  }
}

function setUp(options: Partial<LoopOptions> = {}) {
  const time = slowClock()
  const starts: number[] = []
  const elapsed: number[] = []
  const errors: unknown[] = []
  const loop = createLoop({
    clock: time.clock,
    tickHz: 20,
    runTick: (elapsedMs) => {
      starts.push(time.clock.nowMs())
      elapsed.push(elapsedMs)
    },
    onError: (error) => errors.push(error),
    ...options,
  })
  return { ...time, loop, starts, elapsed, errors }
}

describe('the fixed-step loop', () => {
  it('runs at its rate without drift, whatever a tick takes', () => {
    const s = setUp({ tickHz: 60, runTick: () => undefined })
    s.loop.start()
    s.advance(60_000)
    expect(s.loop.times.ticks).toBeGreaterThanOrEqual(3_600)
    expect(s.loop.times.ticks).toBeLessThanOrEqual(3_601)
    expect(s.loop.statistics().droppedMs).toBe(0)
  })

  it('does not add its delays up', () => {
    const s = setUp()
    s.loop.start()
    for (let i = 0; i < 100; i += 1) s.advance(i % 2 === 0 ? 51.7 : 48.3)
    expect(s.starts.at(-1)).toBe(5_000)
    expect(s.starts.length).toBe(101)
    expect(s.loop.statistics().timeRatio).toBeCloseTo(1, 6)
    expect(s.elapsed[0]).toBe(50)
  })

  it('catches up three ticks after a short delay, loop turns between them, and drops nothing', () => {
    const s = setUp()
    s.loop.start()
    s.advance(1_000)
    const before = s.starts.length
    s.busy(150)
    const firedBefore = s.fired()
    s.advance(50)
    // Due were the ticks at 50, 100, 150 and 200 ms; each came from a callback of its own.
    expect(s.starts.length - before).toBe(4)
    expect(s.fired() - firedBefore).toBe(4)
    expect(s.loop.statistics().droppedMs).toBe(0)
    expect(s.loop.statistics(4).latenessMs.max).toBeGreaterThan(100)
  })

  it('drops what is over three ticks and goes on from there', () => {
    const s = setUp()
    s.loop.start()
    s.advance(1_000)
    const before = s.starts.length
    s.busy(5_000)
    s.advance(50)
    expect(s.starts.length - before).toBe(4)
    expect(s.loop.statistics().droppedMs).toBe(5_050 - 50 - 150)
    s.advance(1_000)
    expect(s.starts.length - before).toBe(24)
  })

  it('slows the world instead of spiralling when every tick is too slow', () => {
    const s = setUp({ runTick: () => s.busy(80) })
    s.turn()
    s.loop.start()
    for (let i = 0; i < 200; i += 1) s.turn()
    expect(s.loop.times.ticks).toBe(200)
    const { timeRatio, ticksPerSecond, latenessMs, droppedMs } = s.loop.statistics()
    expect(timeRatio).toBeGreaterThan(0.6)
    expect(timeRatio).toBeLessThan(0.65)
    expect(ticksPerSecond).toBeCloseTo(12.5, 0)
    expect(latenessMs.max).toBeLessThanOrEqual(150)
    expect(droppedMs).toBeGreaterThan(200 * 30 - 200)
  })

  it('shows a standstill as a falling ratio', () => {
    const s = setUp()
    s.loop.start()
    s.advance(10_000)
    s.busy(RATE_SPAN_MS / 2)
    expect(s.loop.timeRatio()).toBeCloseTo(0.5, 1)
    s.busy(60_000)
    expect(s.loop.timeRatio()).toBeLessThan(0.01)
  })

  it('ends with the error of a tick, told once', () => {
    const broken = new Error('broken')
    const s = setUp({
      runTick: () => {
        throw broken
      },
    })
    s.loop.start()
    s.advance(1_000)
    expect(s.errors).toEqual([broken])
    expect(s.loop.running).toBe(false)
    expect(s.pending()).toBe(0)
  })

  it('begins no tick after stop, not even when the tick itself stops it', () => {
    const s = setUp()
    s.loop.start()
    s.advance(100)
    s.loop.stop()
    s.advance(1_000)
    expect(s.starts.length).toBe(3)
    expect(s.pending()).toBe(0)
    const inner = setUp({ runTick: () => inner.loop.stop() })
    inner.loop.start()
    inner.advance(1_000)
    expect(inner.loop.times.ticks).toBe(1)
    expect(inner.pending()).toBe(0)
  })

  it('keeps the time of each system', () => {
    const durationsMs = new Float64Array(2)
    const s = setUp({
      systems: { names: ['a', 'b'], durationsMs },
      runTick: () => {
        durationsMs[0] = 1
        durationsMs[1] += 1
        s.busy(durationsMs[1])
      },
    })
    s.loop.start()
    s.advance(0)
    s.advance(60)
    s.advance(60)
    const statistics = s.loop.statistics()
    expect(statistics.systemsMs.a).toBe(1)
    expect(statistics.systemsMs.b).toBe((statistics.ticks + 1) / 2)
    expect(statistics.tickMs.max).toBe(statistics.ticks)
  })
})

describe('tick times', () => {
  it('gives percentiles by nearest rank over a window of the last ticks', () => {
    const times = new TickTimes([])
    expect(times.durations()).toEqual({ p50: 0, p95: 0, p99: 0, max: 0 })
    for (let i = 1; i <= TICKS_KEPT + 100; i += 1) times.note(i, 0, i, [])
    expect(times.durations(100)).toEqual({ p50: 1_250, p95: 1_295, p99: 1_299, max: 1_300 })
    expect(times.durations().p50).toBe(700)
    expect(times.durations(10 * TICKS_KEPT).max).toBe(1_300)
  })

  it('counts each value into one bucket, a bound into the bucket below it', () => {
    const histogram = new TimeHistogram()
    for (const ms of [0, 0.25, 0.26, 250, 251]) histogram.add(ms)
    expect(histogram.counts[0]).toBe(2)
    expect(histogram.counts[1]).toBe(1)
    expect(histogram.counts.at(-2)).toBe(1)
    expect(histogram.counts.at(-1)).toBe(1)
    expect(histogram.count).toBe(5)
    expect(histogram.sumSeconds).toBeCloseTo(0.50151, 9)
  })
})
