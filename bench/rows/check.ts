import { getHeapStatistics } from 'node:v8'
import { standardGame } from '../../game.js'
import { MoveTo } from '../../protocol/move.js'
import { check, quantile } from '../../scripts/wire-cost/figure.js'
import { CellDecoder } from '../../src/client/cell-decoder.js'
import type { Entered, TestServer } from '../../src/testing/index.js'
import { testServer } from '../../src/testing/index.js'
import { GcWatch } from '../load/gc.js'
import { SEED, TICK_HZ } from '../load/solo-world.js'
import { counted, type Row, row, type Sizes, sized } from '../row.js'

const BOTS = 1_000
const CREATURES = 1_500
const WATCHERS = 12
const WARM_TICKS = 2_000
const TICKS = 400
/** Every second watcher walks to and fro, one way for so many ticks. */
const WALK_TICKS = 40
const WALK_M = 30

/** What one tick took from the heap, and when: a tick with a collection in it says nothing. */
interface TickNote {
  readonly startMs: number
  readonly endMs: number
  readonly heapBytes: number
}

/** Notes what `host.tick` alone takes: clients and steps of the test server are not counted. */
function noted(server: TestServer): TickNote[] {
  const { host } = server
  const tick = host.tick.bind(host)
  const notes: TickNote[] = []
  host.tick = (elapsedMs) => {
    const before = getHeapStatistics().used_heap_size
    const startMs = performance.now()
    tick(elapsedMs)
    const endMs = performance.now()
    notes.push({ startMs, endMs, heapBytes: getHeapStatistics().used_heap_size - before })
  }
  return notes
}

function heapBytesATick(notes: readonly TickNote[], watch: GcWatch): number {
  const collections = watch.stop()
  const whole = notes.filter(({ startMs, endMs }) => !collections.some((one) => one.startMs >= startMs && one.startMs <= endMs))
  check(whole.length > notes.length / 2, () => `${notes.length - whole.length} of ${notes.length} ticks had a collection`)
  return whole.reduce((sum, { heapBytes }) => sum + heapBytes, 0) / whole.length
}

/** What one watcher was told of, by its decoder: a record is an entity that came, went, moved, or an event. */
class Looker {
  private readonly decoder: CellDecoder
  private readonly places = new Map<number, number>()
  records = 0

  constructor(server: TestServer) {
    this.decoder = new CellDecoder(server.net.layout, standardGame.protocol)
  }

  apply(bytes: Uint8Array): void {
    const { entered, left, events } = this.decoder.apply(bytes)
    this.records += entered.length + left.length + events.length
    for (const view of this.decoder.entities.values()) {
      const place = view.x * 65_536 + view.z
      if (this.places.has(view.entity) && this.places.get(view.entity) !== place) this.records += 1
      this.places.set(view.entity, place)
    }
  }

  get problems(): number {
    return this.decoder.strays + this.decoder.gaps
  }
}

class Play {
  readonly lookers: readonly Looker[]

  private constructor(
    readonly server: TestServer,
    private readonly watchers: readonly Entered[],
    private readonly homes: readonly { readonly x: number; readonly z: number }[],
  ) {
    this.lookers = watchers.map(() => new Looker(server))
  }

  static async open(bots: number, creatures: number): Promise<Play> {
    const settings = { seed: SEED, tickHz: TICK_HZ, bots, creatures }
    const server = await testServer({ game: standardGame, settings, shadow: false })
    const watchers: Entered[] = []
    for (let n = 0; n < WATCHERS; n += 1) watchers.push(await server.enter(`Watcher${n}`))
    const { x, z } = server.world.columns(standardGame.space?.position ?? check(false, () => 'the game has no places'))
    return new Play(
      server,
      watchers,
      watchers.map(({ slot }) => ({ x: x[slot], z: z[slot] })),
    )
  }

  async step(): Promise<void> {
    const { tick } = this.server.world
    if (tick % WALK_TICKS === 0) this.walk(tick)
    await this.server.step()
    this.watchers.forEach(({ client }, i) => {
      for (const { name, payload } of client.received.splice(0))
        if (name === 'cell.frame') this.lookers[i].apply(payload.bytes as Uint8Array)
    })
  }

  private walk(tick: number): void {
    const way = (tick / WALK_TICKS) % 2 === 0 ? WALK_M : -WALK_M
    this.watchers.forEach(({ client }, i) => {
      if (i % 2 === 0) client.request(MoveTo, { x: this.homes[i].x + way, z: this.homes[i].z })
    })
  }

  /** Whole numbers that only rise. */
  counts(): Readonly<Record<string, number>> {
    const { host, net, world, simulation } = this.server
    return {
      ...simulation.game.report?.(world).counters,
      intents: net.gate.counters.intents,
      framesSent: host.framesSent,
      bytesSent: host.bytesSent,
      records: this.lookers.reduce((sum, { records }) => sum + records, 0),
    }
  }
}

const shown: readonly (readonly [name: string, unit: string])[] = [
  ['decisions', 'decisions'],
  ['intents', 'intents'],
  ['swings', 'swings'],
  ['casts', 'casts'],
  ['kills', 'kills'],
  ['loots', 'loots'],
  ['questsAccepted', 'quests'],
  ['framesSent', 'sends'],
  ['bytesSent', 'B'],
  ['records', 'records'],
]

/** What a seed decides, counted; the heap's bytes a tick; and times, which the machine decides. */
export async function checkRows(sizes: Sizes): Promise<readonly Row[]> {
  const play = await Play.open(sized(sizes, BOTS, 100), sized(sizes, CREATURES, 150))
  const warmTicks = sized(sizes, WARM_TICKS, 100)
  const ticks = sized(sizes, TICKS, 100)
  for (let i = 0; i < warmTicks; i += 1) await play.step()
  const before = play.counts()
  const watch = new GcWatch()
  const notes = noted(play.server)
  for (let i = 0; i < ticks; i += 1) await play.step()
  const heapBytes = heapBytesATick(notes, watch)
  const after = play.counts()
  check(
    play.lookers.every(({ problems }) => problems === 0),
    () => 'a watcher was sent what it cannot read',
  )
  const of = (name: string): number => after[name] - before[name]
  const tickMs = notes.map(({ startMs, endMs }) => endMs - startMs)
  const world = play.server.world.entities.count
  return [
    ...shown.map(([name, unit]) => counted(`check: ${name}`, of(name), unit)),
    counted('check: bytes a send', of('bytesSent') / of('framesSent'), 'B'),
    counted('check: entities at the end', world, 'entities'),
    { ...row('check: heap bytes allocated a tick', heapBytes, 'B'), rule: 'near' },
    row('check: tick, p50', quantile(tickMs, 0.5), 'ms'),
    row('check: tick, p99', quantile(tickMs, 0.99), 'ms'),
  ]
}
