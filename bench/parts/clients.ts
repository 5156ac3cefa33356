import { MoveInput, MoveTo } from '../../protocol/move.js'
import { quantile } from '../../scripts/wire-cost/figure.js'
import { type Idler, idlers, tickOf } from '../../scripts/wire-cost/idler.js'
import { NetLink } from '../../scripts/wire-cost/net-link.js'
import { type ClientFigures, type ClientsOrder, type Spot, sharedNowMs, type TickEnd } from './orders.js'

const INPUT_MS = 50
const CLICK_MS = 2_000
/** Clients whose turn to click has come are few at a time, not all. */
const CLICK_TURNS = 40
const WALK_M = 6
/** Inputs one way before the other; at most so many metres as a click. */
const INPUTS_ONE_WAY = 15
const MESSAGES_MAX = 2_000_000

/** Clients in a process of their own, over real sockets. */
class Crowd {
  private all: readonly Idler[] = []
  private readers: readonly Idler[] = []
  private readonly ticks = new Uint32Array(MESSAGES_MAX)
  private readonly atMs = new Float64Array(MESSAGES_MAX)
  private count = 0
  private lost = 0
  private isListening = false

  async enter(port: number, count: number): Promise<void> {
    this.all = await idlers(port, 0, count, true, () => {
      this.lost += 1
    })
    this.readers = this.all
    for (const idler of this.all) idler.onMessage = (bytes) => this.note(bytes)
  }

  async connect(port: number, count: number): Promise<void> {
    for (let i = 0; i < count; i += 1)
      await NetLink.open(
        port,
        (bytes) => this.note(bytes),
        () => {
          this.lost += 1
        },
      )
  }

  private note(bytes: Uint8Array): void {
    if (!this.isListening || this.count === MESSAGES_MAX) return
    this.ticks[this.count] = tickOf(bytes)
    this.atMs[this.count] = sharedNowMs()
    this.count += 1
  }

  listen(): void {
    this.count = 0
    this.isListening = true
  }

  stall(count: number): void {
    for (const idler of this.all.slice(0, count)) idler.stopReading()
    this.readers = this.all.slice(count)
  }

  walk(spots: readonly Spot[], byInputs: boolean): void {
    const places = new Map(spots.map(([entity, x, z]) => [entity, { x, z }]))
    let turn = 0
    if (byInputs) {
      setInterval(() => {
        turn += 1
        const dx = Math.floor(turn / INPUTS_ONE_WAY) % 2 === 0 ? 127 : -127
        for (const idler of this.readers) idler.ask(MoveInput.id, dx, 0, dx > 0 ? 0 : 32_768, false)
      }, INPUT_MS)
      return
    }
    setInterval(() => {
      turn += 1
      const way = Math.floor(turn / CLICK_TURNS) % 2 === 0 ? WALK_M : -WALK_M
      this.readers.forEach((idler, i) => {
        const at = places.get(idler.entity)
        if (at !== undefined && i % CLICK_TURNS === turn % CLICK_TURNS) idler.ask(MoveTo.id, at.x + way, at.z)
      })
    }, CLICK_MS / CLICK_TURNS)
  }

  report(tickEnds: readonly TickEnd[]): ClientFigures {
    this.isListening = false
    const ends = new Map(tickEnds)
    const delays: number[] = []
    for (let i = 0; i < this.count; i += 1) {
      const endMs = ends.get(this.ticks[i])
      if (endMs !== undefined) delays.push(this.atMs[i] - endMs)
    }
    return {
      messages: this.count,
      delayP50Ms: quantile(delays, 0.5),
      delayP99Ms: quantile(delays, 0.99),
      lost: this.lost,
    }
  }

  async obey(order: ClientsOrder): Promise<unknown> {
    if (order.kind === 'enter') await this.enter(order.port, order.count)
    else if (order.kind === 'connect') await this.connect(order.port, order.count)
    else if (order.kind === 'walk') this.walk(order.spots, order.byInputs)
    else if (order.kind === 'stall') this.stall(order.count)
    else if (order.kind === 'listen') this.listen()
    else return this.report(order.tickEnds)
    return 'done'
  }
}

/** Takes orders, one after the other. */
export function crowd(): (order: ClientsOrder) => Promise<unknown> {
  const clients = new Crowd()
  return (order) => clients.obey(order)
}
