/** Buckets of the window in which the earliest message is looked for, and the length of each. */
const BUCKETS = 8
const BUCKET_MS = 250
/** Round trips kept; the shortest of them counts. The oldest gives way. */
export const ROUND_TRIPS_MAX = 8
/** A clock that is wrong runs faster or slower by this part until it is right. */
export const SLEW_MAX = 0.1
/** Weight of one message in the running means of lateness. */
const SMOOTHING = 1 / 16
/** So many mean deviations above the mean hold nearly every message. */
const DEVIATIONS = 3

/** Messages that come over a second late are the rule, and no exception, after this time. */
const BELIEVED_AFTER_MS = 500

interface RoundTrip {
  readonly ms: number
  /** How much of its tick had passed when the server took the ping up. */
  readonly tickFraction: number
}

/** A number that moves to its target by at most a part of the time that passes; between two `aim`s a function of the time alone. */
export class Slewed {
  private value = 0
  private atMs = 0
  private target = 0

  /** `reachPerMs`: how far it may move in a millisecond. Before the last `aim` it is what it was then. */
  at(nowMs: number, reachPerMs: number): number {
    const reach = Math.max(0, nowMs - this.atMs) * reachPerMs
    return this.value + Math.min(reach, Math.max(-reach, this.target - this.value))
  }

  aim(target: number, nowMs: number, reachPerMs: number): void {
    this.value = this.at(nowMs, reachPerMs)
    this.atMs = nowMs
    this.target = target
  }

  /** Is there at once. */
  jump(target: number, nowMs: number): void {
    this.value = target
    this.atMs = nowMs
    this.target = target
  }
}

/**
 * The server's ticks on the client's clock. A message of tick n cannot come before n has run, only later: so the earliest
 * messages of the last two seconds say when ticks begin to be heard, and half the shortest round trip is added for the
 * time that they were under way. Corrections are spread over time, so that nothing that follows this clock jumps or runs
 * backwards; only when it is wrong by more than a second of ticks, as after a halt of the server, it is set.
 */
export class ServerClock {
  private tickHz = 0
  private ratio = 1
  /** Real time goes on at `rate` ticks a millisecond from this point. */
  private originTick = 0
  private originMs = 0
  private rate = 0
  private isSet = false
  /** By how many ticks the earliest message of each bucket was ahead of the line through the origin. */
  private readonly ahead = new Float64Array(BUCKETS).fill(Number.NEGATIVE_INFINITY)
  private bucket = 0
  private readonly offset = new Slewed()
  private readonly lead = new Slewed()
  private readonly roundTrips: RoundTrip[] = []
  private lateSinceMs = Number.POSITIVE_INFINITY
  private lateTicks = 0
  private deviationTicks = 0

  /** World time over real time, as `world.clock` said last. */
  get dilation(): number {
    return this.ratio
  }
  /** How long a tick lasts now in real time; 0 before the first message. */
  get tickMs(): number {
    return this.rate === 0 ? 0 : 1 / this.rate
  }
  /** Mean deviation of the messages' delays, in ms. */
  get jitterMs(): number {
    return this.deviationTicks * this.tickMs
  }
  /** Nearly every message is at most this much later than the earliest, in ticks. */
  get latenessTicks(): number {
    return this.lateTicks + DEVIATIONS * this.deviationTicks
  }
  /** Half the shortest of the last round trips, in ms; 0 before the first. */
  get oneWayMs(): number {
    return (this.shortest()?.ms ?? 0) / 2
  }
  private get reachPerMs(): number {
    return SLEW_MAX * this.rate
  }

  /** Forgets everything: another connection has other delays. */
  start(tickHz: number): void {
    this.tickHz = tickHz
    this.ratio = 1
    this.rate = tickHz / 1000
    this.isSet = false
    this.ahead.fill(Number.NEGATIVE_INFINITY)
    this.roundTrips.length = 0
    this.lateSinceMs = Number.POSITIVE_INFINITY
    this.lateTicks = 0
    this.deviationTicks = 0
  }

  /** The server says how fast its world runs. A ratio of 0 is taken as 1: a world that stands still sends nothing. */
  dilate(ratio: number, nowMs: number): void {
    if (!(ratio > 0) || ratio === this.ratio) return
    this.originTick = this.line(nowMs)
    this.originMs = nowMs
    // What the slews have moved so far is moved; from here on they go at the new pace.
    this.offset.aim(this.best(nowMs), nowMs, this.reachPerMs)
    this.lead.aim(this.leadTicks(), nowMs, this.reachPerMs)
    this.ratio = ratio
    this.rate = (this.tickHz / 1000) * ratio
  }

  /** A message of that tick has come. */
  heard(tick: number, nowMs: number): void {
    if (this.tickHz === 0) return
    if (!this.isSet) {
      this.isSet = true
      this.originTick = tick
      this.originMs = nowMs
      this.bucket = Math.floor(nowMs / BUCKET_MS)
      this.offset.jump(0, nowMs)
      this.lead.jump(this.leadTicks(), nowMs)
    }
    this.noteLateness(Math.max(0, this.heardTick(nowMs) - tick))
    this.keep(tick - this.line(nowMs), nowMs)
    this.correct(nowMs)
  }

  /** A `session.pong` has come. */
  roundTrip(ms: number, tickFraction: number, nowMs: number): void {
    this.roundTrips.push({ ms, tickFraction })
    if (this.roundTrips.length > ROUND_TRIPS_MAX) this.roundTrips.shift()
    this.lead.aim(this.leadTicks(), nowMs, this.reachPerMs)
  }

  /** The newest tick whose message can have come by now, with its fraction; 0 before the first message. */
  heardTick(nowMs: number): number {
    return this.isSet ? this.line(nowMs) + this.offset.at(nowMs, this.reachPerMs) : 0
  }

  /**
   * The server's tick now, with its fraction; 0 before the first message. Pings wait for the next tick, so it may be up to
   * half a tick too high where none of the last ones met the end of one.
   */
  serverTick(nowMs: number): number {
    return this.isSet ? this.heardTick(nowMs) + this.lead.at(nowMs, this.reachPerMs) : 0
  }

  private line(nowMs: number): number {
    return this.originTick + (nowMs - this.originMs) * this.rate
  }

  /** Slews; or sets the clock when messages come over a second early, or for a while all over a second late. */
  private correct(nowMs: number): void {
    const target = this.best(nowMs)
    const wrong = target - this.offset.at(nowMs, this.reachPerMs)
    if (wrong >= -this.tickHz) this.lateSinceMs = Number.POSITIVE_INFINITY
    else this.lateSinceMs = Math.min(this.lateSinceMs, nowMs)
    const isBelieved = wrong > this.tickHz || nowMs - this.lateSinceMs >= BELIEVED_AFTER_MS
    if (isBelieved) this.offset.jump(target, nowMs)
    else this.offset.aim(target, nowMs, this.reachPerMs)
  }

  private keep(ahead: number, nowMs: number): void {
    const bucket = Math.floor(nowMs / BUCKET_MS)
    for (let passed = Math.max(this.bucket + 1, bucket - BUCKETS + 1); passed <= bucket; passed += 1)
      this.ahead[passed % BUCKETS] = Number.NEGATIVE_INFINITY
    this.bucket = Math.max(this.bucket, bucket)
    const at = this.bucket % BUCKETS
    this.ahead[at] = Math.max(this.ahead[at], ahead)
  }

  /** The earliest of the window; what was aimed at before when the window is empty. */
  private best(nowMs: number): number {
    const most = Math.max(...this.ahead)
    return Number.isFinite(most) ? most : this.offset.at(nowMs, this.reachPerMs)
  }

  private noteLateness(late: number): void {
    this.lateTicks += (late - this.lateTicks) * SMOOTHING
    this.deviationTicks += (Math.abs(late - this.lateTicks) - this.deviationTicks) * SMOOTHING
  }

  private shortest(): RoundTrip | undefined {
    let best: RoundTrip | undefined
    for (const one of this.roundTrips) if (best === undefined || one.ms < best.ms) best = one
    return best
  }

  private leadTicks(): number {
    const best = this.shortest()
    return best === undefined ? 0 : (best.ms / 2) * this.rate + best.tickFraction
  }
}
