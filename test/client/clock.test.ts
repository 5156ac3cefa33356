import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ServerClock, SLEW_MAX } from '../../src/client/clock.js'
import { SessionPing, SessionPong, WorldClock } from '../../src/net/opcodes.js'
import { dice } from './dice.js'
import { openClient, part } from './fake-socket.js'

const TICK_HZ = 20
const TICK_MS = 1000 / TICK_HZ
/** How often the clock is read. */
const READ_MS = 10

/** A server whose ticks are known, and a clock that hears of them over a road with delays. */
class Bench {
  readonly clock = new ServerClock()
  nowMs = 5_000
  /** The server's true tick, with its fraction, and how much faster than one in 50 ms it runs. */
  tick = 1_000
  pace = 1
  delayMs = 40
  jitterMs = 0
  /** The server stands still. */
  halted = false
  /** The largest change of one reading to the next beyond the true pace, as a part of it; and the least. */
  fastest = 0
  slowest = Number.POSITIVE_INFINITY
  private readonly roll: (below: number) => number
  private readonly under: { readonly atMs: number; readonly arrive: () => void }[] = []
  private lastArrivalMs = 0
  private nextPingMs = 0
  private last = 0

  constructor(seed: number) {
    this.roll = dice(seed)
    this.clock.start(TICK_HZ)
  }

  private later(arrive: () => void): void {
    const atMs = this.nowMs + this.delayMs + (this.jitterMs * this.roll(1_000)) / 1_000
    this.lastArrivalMs = Math.max(this.lastArrivalMs, atMs)
    this.under.push({ atMs: this.lastArrivalMs, arrive })
  }

  private ping(): void {
    if (this.nowMs < this.nextPingMs) return
    this.nextPingMs = this.nowMs + 1_000 + this.roll(200)
    const { nowMs } = this
    const up = this.delayMs + (this.jitterMs * this.roll(1_000)) / 1_000
    // It waits for the next tick, which answers it.
    const answered = nowMs + up + ((Math.ceil(this.tickAfter(up)) - this.tickAfter(up)) * TICK_MS) / this.pace
    const back = answered + this.delayMs + (this.jitterMs * this.roll(1_000)) / 1_000
    this.under.push({ atMs: back, arrive: () => this.clock.roundTrip(back - nowMs, 0, this.nowMs) })
  }

  private tickAfter(ms: number): number {
    return this.tick + (ms / TICK_MS) * this.pace
  }

  /** Lets time pass by single milliseconds. */
  run(ms: number): this {
    for (let passed = 0; passed < ms; passed += 1) {
      this.nowMs += 1
      const before = Math.floor(this.tick)
      if (!this.halted) this.tick += this.pace / TICK_MS
      const tick = Math.floor(this.tick)
      if (tick > before) this.later(() => this.clock.heard(tick, this.nowMs))
      this.ping()
      const due = this.under.filter(({ atMs }) => atMs <= this.nowMs)
      for (const one of due) this.under.splice(this.under.indexOf(one), 1)
      for (const { arrive } of due) arrive()
      if (this.nowMs % READ_MS === 0) this.read()
    }
    return this
  }

  private read(): void {
    const read = this.clock.serverTick(this.nowMs)
    if (this.last > 0) {
      const pace = ((read - this.last) * TICK_MS) / READ_MS
      this.fastest = Math.max(this.fastest, pace)
      this.slowest = Math.min(this.slowest, pace)
    }
    this.last = read
  }

  /** By how many ticks the clock is ahead of the truth. */
  get errorTicks(): number {
    return this.clock.serverTick(this.nowMs) - this.tick
  }
}

describe('the clock', () => {
  it('is 0 before the first message, and then what that said', () => {
    const clock = new ServerClock()
    expect([clock.serverTick(7), clock.heardTick(7), clock.tickMs]).toEqual([0, 0, 0])
    clock.heard(3, 7)
    clock.start(TICK_HZ)
    expect(clock.serverTick(7)).toBe(0)
    clock.heard(3, 1_007)
    expect([clock.heardTick(1_007), clock.heardTick(1_032), clock.tickMs]).toEqual([3, 3.5, 50])
  })

  it('knows the server’s tick within half a tick, whatever the way, and never jumps or runs backwards', () => {
    const road = fc.record({
      seed: fc.nat(),
      delayMs: fc.integer({ min: 1, max: 250 }),
      jitterMs: fc.integer({ min: 0, max: 40 }),
    })
    fc.assert(
      fc.property(road, ({ seed, ...way }) => {
        const bench = Object.assign(new Bench(seed), way).run(10_000)
        expect(Math.abs(bench.errorTicks)).toBeLessThan(0.5 + way.jitterMs / TICK_MS / 2)
        expect(bench.fastest).toBeLessThanOrEqual(1 + 2.01 * SLEW_MAX)
        expect(bench.slowest).toBeGreaterThanOrEqual(1 - 2.01 * SLEW_MAX)
      }),
      { numRuns: 20 },
    )
  })

  it('tells by heardTick what can have come, not what the server does by now', () => {
    const bench = Object.assign(new Bench(1), { delayMs: 200 }).run(10_000)
    expect(bench.clock.oneWayMs).toBeGreaterThan(199)
    expect(bench.clock.oneWayMs).toBeLessThan(226)
    expect(bench.clock.heardTick(bench.nowMs)).toBeCloseTo(bench.tick - 4, 0)
  })

  it('measures jitter, and lateness that nearly every message keeps to', () => {
    const calm = new Bench(2).run(10_000)
    expect(calm.clock.jitterMs).toBeLessThan(2)
    const rough = Object.assign(new Bench(2), { jitterMs: 100 }).run(10_000)
    expect(rough.clock.jitterMs).toBeGreaterThan(10)
    expect(rough.clock.jitterMs).toBeLessThan(50)
    expect(rough.clock.latenessTicks).toBeGreaterThan(1)
    expect(rough.clock.latenessTicks).toBeLessThan(4)
  })

  it('goes over to another way without a jump', () => {
    const bench = Object.assign(new Bench(3), { jitterMs: 10 }).run(8_000)
    bench.delayMs = 240
    bench.run(15_000)
    expect(Math.abs(bench.errorTicks)).toBeLessThan(0.7)
    bench.delayMs = 20
    bench.run(15_000)
    expect(Math.abs(bench.errorTicks)).toBeLessThan(0.7)
    expect(bench.slowest).toBeGreaterThanOrEqual(1 - 2.01 * SLEW_MAX)
    expect(bench.fastest).toBeLessThanOrEqual(1 + 2.01 * SLEW_MAX)
  })

  it('does not believe one message that comes very late', () => {
    const bench = new Bench(4).run(5_000)
    bench.delayMs = 2_500
    bench.run(40)
    bench.delayMs = 40
    bench.run(6_000)
    expect(Math.abs(bench.errorTicks)).toBeLessThan(0.5)
    expect(bench.slowest).toBeGreaterThan(0.5)
  })

  it('runs as slowly as the server says that its world does', () => {
    const bench = new Bench(5).run(5_000)
    bench.pace = 0.5
    bench.clock.dilate(0.5, bench.nowMs)
    bench.run(5_000)
    expect([bench.clock.dilation, bench.clock.tickMs]).toEqual([0.5, 100])
    expect(Math.abs(bench.errorTicks)).toBeLessThan(0.5)
    const slow = bench.clock.serverTick(bench.nowMs)
    expect(bench.clock.serverTick(bench.nowMs + 1_000) - slow).toBeGreaterThan(9)
    expect(bench.clock.serverTick(bench.nowMs + 1_000) - slow).toBeLessThan(11)
    bench.pace = 1
    bench.clock.dilate(1, bench.nowMs)
    bench.run(5_000)
    expect(Math.abs(bench.errorTicks)).toBeLessThan(0.5)
  })

  it('is set anew when the server has stood still', () => {
    const bench = new Bench(6).run(5_000)
    bench.halted = true
    bench.run(5_000)
    bench.halted = false
    bench.run(3_000)
    expect(Math.abs(bench.errorTicks)).toBeLessThan(0.7)
  })

  it('forgets the way of a connection that is gone', () => {
    const bench = new Bench(7).run(5_000)
    bench.clock.start(TICK_HZ)
    expect([bench.clock.serverTick(bench.nowMs), bench.clock.oneWayMs, bench.clock.jitterMs]).toEqual([0, 0, 0])
  })
})

describe('the clock of a client', () => {
  it('goes by its messages, its pings, and the server’s word on its pace', async () => {
    const { client, socket, clock } = await openClient()
    clock.ms += 50
    socket.says(2)
    expect([client.serverTick(), client.serverTick(clock.ms + 25)]).toEqual([2, 2.5])
    const pinging = client.ping()
    clock.ms += 100
    socket.says(
      4,
      part(WorldClock, { tick: 4, ratio: 0.5, calendarMs: 0 }),
      part(SessionPong, { clientTimeMs: 1_050, tick: 4, tickFraction: 0 }),
    )
    expect(await pinging).toBe(100)
    expect(client.clock.oneWayMs).toBe(50)
    expect([client.clock.dilation, client.clock.tickMs]).toEqual([0.5, 100])
  })

  it('pings by itself, together with acknowledgements, and less often after the first four', async () => {
    const { socket, clock } = await openClient()
    const pings = () => socket.messages.filter(([id]) => id === SessionPing.id).length
    const counts: number[] = []
    for (let second = 0; second < 15; second += 1) {
      clock.ms += 1_000
      socket.says(20 * (second + 1))
      counts.push(pings())
    }
    expect(counts).toEqual([1, 2, 3, 4, 5, 5, 5, 5, 5, 6, 6, 6, 6, 6, 7])
    expect(socket.frames).toHaveLength(1 + 15)
  })
})
