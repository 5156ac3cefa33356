import { setTimeout as wait } from 'node:timers/promises'
import { result } from '../../protocol/result-codes.js'
import { TradeAccept, TradeCancel, TradeChanged, TradeOffer, TradeOpen, TradeOpened } from '../../protocol/trade.js'
import { check, quantile } from '../../scripts/wire-cost/figure.js'
import { type Idler, idlers } from '../../scripts/wire-cost/idler.js'
import { SessionResult } from '../../src/net/opcodes.js'
import { decodeMessage } from '../../src/protocol/codec.js'
import { TRADE_GOLD } from '../load/traders.js'
import type { Pair, TraderFigures, TradersOrder } from './orders.js'

const LOOK_EVERY_MS = 4
/** A trade that has not ended by then is given up; the next one begins. */
const TRADE_MS_MAX = 5_000
const REVISIONS = 65_536
const TRIES_EVERY_MS = 20
const TRIES_MAX = 500

/** What pairs report of their trades. */
class Tally {
  done = 0
  failed = 0
  okMs: number[] = []
}

/** Two clients that pass a coin and a thing to and fro: who gives opens, offers and accepts at once, who takes accepts what it is shown. */
class TradingPair {
  dueMs = 0
  private isUnderWay = false
  private beganMs = 0
  private revision = 0
  private givers = 0
  private oksWanted = 0
  /** When each accept that has no answer yet was sent, by side and seq. */
  private readonly accepts = new Map<string, number>()

  constructor(
    private readonly sides: readonly [Idler, Idler],
    private readonly tally: Tally,
  ) {
    sides.forEach((idler, side) => {
      idler.onMessage = (bytes) => this.hear(side, bytes)
    })
  }

  look(nowMs: number, everyMs: number): void {
    if (this.isUnderWay && nowMs - this.beganMs > TRADE_MS_MAX) this.fail()
    if (this.isUnderWay || nowMs < this.dueMs) return
    this.dueMs = Math.max(this.dueMs + everyMs, nowMs)
    this.begin(nowMs)
  }

  private get giver(): number {
    return this.givers % 2
  }

  private begin(nowMs: number): void {
    this.isUnderWay = true
    this.beganMs = nowMs
    this.oksWanted = 2
    const giver = this.sides[this.giver]
    giver.ask(TradeOpen.id, this.sides[1 - this.giver].entity)
    giver.ask(TradeOffer.id, 0, 0, 1, TRADE_GOLD)
    // Opening and offering are one revision each.
    this.accept(this.giver, (this.revision + 2) % REVISIONS)
  }

  private accept(side: number, revision: number): void {
    const seq = this.sides[side].ask(TradeAccept.id, revision)
    this.accepts.set(`${side} ${seq}`, performance.now())
  }

  /** Whatever was refused: both begin anew, with the revision that they saw last. */
  private fail(): void {
    this.tally.failed += 1
    this.sides[this.giver].ask(TradeCancel.id)
    this.isUnderWay = false
    this.accepts.clear()
  }

  private hear(side: number, bytes: Uint8Array): void {
    for (const [opcode, ...fields] of decodeMessage(bytes).slice(1) as readonly (readonly unknown[])[]) {
      if (opcode === TradeOpened.id) this.revision = fields[1] as number
      else if (opcode === TradeChanged.id) this.shown(side, fields)
      else if (opcode === SessionResult.id) this.answered(side, fields[0] as number, fields[1] as number)
    }
  }

  private shown(side: number, [revision, , theirs]: readonly unknown[]): void {
    this.revision = revision as number
    const [, isAccepted] = theirs as readonly unknown[]
    if (side !== this.giver && isAccepted === true && this.isUnderWay) this.accept(side, this.revision)
  }

  private answered(side: number, seq: number, code: number): void {
    const key = `${side} ${seq}`
    const sentMs = this.accepts.get(key)
    this.accepts.delete(key)
    if (code !== result.ok && this.isUnderWay) return this.fail()
    if (sentMs === undefined) return
    this.tally.okMs.push(performance.now() - sentMs)
    this.oksWanted -= 1
    if (this.oksWanted > 0) return
    this.tally.done += 1
    this.givers += 1
    this.isUnderWay = false
  }
}

/** Traders in a process of their own, over real sockets. */
class Market {
  private all: readonly Idler[] = []
  private lost = 0
  private readonly tally = new Tally()
  private countedMs = 0
  private cpu = process.cpuUsage()

  async enter(port: number, count: number): Promise<void> {
    this.all = await idlers(port, 0, count, true, () => {
      this.lost += 1
    })
  }

  trade(pairs: readonly Pair[], everyMs: number): void {
    const byEntity = new Map(this.all.map((idler) => [idler.entity, idler]))
    const idlerOf = (entity: number): Idler => {
      const idler = byEntity.get(entity)
      check(idler !== undefined, () => `no trader plays ${entity}`)
      return idler
    }
    const trading = pairs.map(([a, b]) => new TradingPair([idlerOf(a), idlerOf(b)], this.tally))
    const startMs = performance.now()
    trading.forEach((pair, i) => {
      pair.dueMs = startMs + (i * everyMs) / trading.length
    })
    setInterval(() => {
      const nowMs = performance.now()
      for (const pair of trading) pair.look(nowMs, everyMs)
    }, LOOK_EVERY_MS)
  }

  count(): void {
    this.tally.done = 0
    this.tally.failed = 0
    this.tally.okMs = []
    this.countedMs = performance.now()
    this.cpu = process.cpuUsage()
  }

  async report(): Promise<TraderFigures> {
    // On a machine that does much else, the first answer may take its time.
    for (let tries = 0; tries < TRIES_MAX && this.tally.okMs.length === 0; tries += 1) await wait(TRIES_EVERY_MS)
    const { done, failed, okMs } = this.tally
    const used = process.cpuUsage(this.cpu)
    return {
      seconds: (performance.now() - this.countedMs) / 1000,
      done,
      failed,
      okP50Ms: quantile(okMs, 0.5),
      okP99Ms: quantile(okMs, 0.99),
      cpuMs: (used.user + used.system) / 1000,
      lost: this.lost,
    }
  }

  async obey(order: TradersOrder): Promise<unknown> {
    if (order.kind === 'enter') await this.enter(order.port, order.count)
    else if (order.kind === 'trade') this.trade(order.pairs, order.everyMs)
    else if (order.kind === 'count') this.count()
    else return await this.report()
    return 'done'
  }
}

/** Takes orders, one after the other. */
export function market(): (order: TradersOrder) => Promise<unknown> {
  const traders = new Market()
  return (order) => traders.obey(order)
}
