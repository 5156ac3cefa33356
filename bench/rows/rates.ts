import { LootOpen, LootRelease } from '../../protocol/loot.js'
import { resultCodes } from '../../protocol/result-codes.js'
import type { Ground } from '../../scripts/fuzz/stage-hand.js'
import { check, quantile } from '../../scripts/wire-cost/figure.js'
import type { Slot } from '../../src/ecs/entities.js'
import type { World } from '../../src/ecs/world.js'
import { OutcomesResource } from '../../src/net/outcomes.js'
import type { Content } from '../../systems/content/types.js'
import { type CounterName, CountersResource } from '../../systems/counters.js'
import { Actors, type Deed as ActorsDeed } from '../load/actors.js'
import { loadContent } from '../load/load-content.js'
import { SoloWorld, STEP_MS, TICK_HZ, turn } from '../load/solo-world.js'
import { Traders } from '../load/traders.js'
import { atLeast, atMost, type Row, row, type Sizes, sized } from '../row.js'

type Deed = ActorsDeed | 'trade'

interface Rate {
  readonly name: string
  readonly deed: Deed
  readonly perS: number
}

/** As they stand at the end of the protocol's page. */
const rates: readonly Rate[] = [
  { name: 'move intents', deed: 'move', perS: 10_000 },
  { name: 'combat-state changes', deed: 'fight', perS: 2_500 },
  { name: 'casts', deed: 'cast', perS: 10_000 },
  { name: 'loots', deed: 'loot', perS: 1_500 },
  { name: 'trades', deed: 'trade', perS: 250 / 60 },
]
const BOTS = 5_000
const CREATURES = 6_000
/** With ten times the rate of moves each asks for 20 a second: half of what a mind may. */
const ACTORS = 5_000
/** Ten times the rate of trades is two a tick. */
const TRADING_PAIRS = 50
/** Corpses of ten times the rate that lie until they go. */
const CORPSES = 40_000
const TIMES = [1, 10] as const
const WARM_TICKS = 600
const TICKS = 400
const REFUSED_SHARE_MAX = 0.001

interface Held {
  readonly p50Ms: number
  readonly p99Ms: number
  /** Deeds a second of world time that were neither refused by the gate nor by a system. */
  readonly acceptedPerS: number
  /** What broke, in words, the first first; none when nothing did. */
  readonly broken: readonly string[]
}

/** Opening and closing a corpse belong to the loot between them: it is counted once. */
const uncounted: readonly number[] = [LootOpen.id, LootRelease.id]

/** Everybody who is without a mind. */
class Cast {
  private readonly actors: Actors
  private readonly traders: Traders
  private readonly isOurs = new Set<Slot>()

  constructor(ground: Ground, actors: number) {
    this.actors = new Actors(ground, actors)
    this.traders = new Traders(ground, TRADING_PAIRS)
    for (const slot of [...this.actors.slots, ...this.traders.slots]) this.isOurs.add(slot)
  }

  has(slot: Slot): boolean {
    return this.isOurs.has(slot)
  }

  heal(): void {
    this.actors.heal()
  }

  /** So many deeds in the next tick. */
  act(deed: Deed, count: number): void {
    if (deed === 'trade') this.traders.trade(count)
    else this.actors.act(deed, count)
  }
}

/** Refusals of what they asked for, by opcode and code. */
class Refusals {
  count = 0
  readonly byKind = new Map<string, number>()

  constructor(solo: SoloWorld, cast: Cast) {
    const { world, game } = solo.simulation
    const outcomes = world.resource(OutcomesResource)
    const note = outcomes.note.bind(outcomes)
    outcomes.note = (slot, opcode, code) => {
      note(slot, opcode, code)
      if (!cast.has(slot) || uncounted.includes(opcode)) return
      this.count += 1
      const kind = `${game.protocol.byId.get(opcode)?.opcode.name} ${resultCodes.list[code].name}`
      this.byKind.set(kind, (this.byKind.get(kind) ?? 0) + 1)
    }
  }

  get most(): string {
    return [...this.byKind].sort(([, a], [, b]) => b - a)[0]?.[0] ?? ''
  }
}

/** The game's own counters of what was asked for: a deed that is not refused must be done. */
const counterOf: Readonly<Partial<Record<Deed, CounterName>>> = { cast: 'casts', loot: 'loots', trade: 'tradesDone' }

/** Time of the systems, added up over ticks. */
class SystemTimes {
  private readonly ms: Float64Array

  constructor(private readonly world: World) {
    this.ms = new Float64Array(world.pipeline.order.length)
  }

  add(): void {
    for (let i = 0; i < this.ms.length; i += 1) this.ms[i] += this.world.runner.durationsMs[i]
  }

  get slowest(): string {
    return this.world.pipeline.order[this.ms.indexOf(Math.max(...this.ms))].name
  }
}

/** The deeds of some rates, even over the ticks. */
async function holdAt(solo: SoloWorld, cast: Cast, some: readonly Rate[], times: number, ticks: number): Promise<Held> {
  const { world } = solo.simulation
  const refusals = new Refusals(solo, cast)
  const systems = new SystemTimes(world)
  const counters = world.resource(CountersResource)
  const before = counters.all()
  const asked = some.map(() => 0)
  const dueBy = (r: number, tick: number): number => Math.ceil((some[r].perS * times * tick) / TICK_HZ)
  const tickMs: number[] = []
  const broken: string[] = []
  for (let i = 0; i < ticks && broken.length === 0; i += 1) {
    cast.heal()
    some.forEach(({ deed }, r) => {
      const count = dueBy(r, i + 1) - dueBy(r, i)
      cast.act(deed, count)
      asked[r] += count
    })
    try {
      solo.tick()
    } catch (error) {
      broken.push(`the world broke: ${error instanceof Error ? error.message : String(error)}`)
    }
    tickMs.push(solo.tickMs)
    systems.add()
    if (i % TICK_HZ === 0) await turn()
  }
  const askedOf = asked.reduce((sum, count) => sum + count, 0)
  const share = refusals.count / askedOf
  const p50Ms = quantile(tickMs, 0.5)
  const p99Ms = quantile(tickMs, 0.99)
  if (share > REFUSED_SHARE_MAX) broken.push(`${(share * 100).toFixed(1)} % refused, most as ${refusals.most}`)
  if (p99Ms > STEP_MS) broken.push(`ticks over ${STEP_MS} ms, most of it in ${systems.slowest}`)
  some.forEach(({ deed }, r) => {
    const name = counterOf[deed]
    // What the last tick asked for may be done in the next.
    const done = asked[r] - Math.ceil((some[r].perS * times) / TICK_HZ) - refusals.count
    if (name !== undefined) check(counters.get(name) - before[name] >= done, () => `fewer ${name} than were accepted: ${done}`)
  })
  return { p50Ms, p99Ms, acceptedPerS: ((askedOf - refusals.count) * TICK_HZ) / tickMs.length, broken }
}

function rowsOf(name: string, perS: number, times: number, held: Held, note: string | undefined): readonly Row[] {
  const what = times === 1 ? `rate, ${name}` : `rate, ${times} × ${name}`
  const goal = times === 1
  return [
    row(`${what}: accepted`, held.acceptedPerS, '1/s', goal ? atLeast(perS) : null),
    row(`${what}: tick, p50`, held.p50Ms, 'ms'),
    { ...row(`${what}: tick, p99`, held.p99Ms, 'ms', goal ? atMost(STEP_MS) : null), note },
  ]
}

async function ofRate(name: string, some: readonly Rate[], sizes: Sizes): Promise<readonly Row[]> {
  const part = sized(sizes, 1, 0.02)
  const content = loadContent()
  const ticks = sized(sizes, TICKS, 20)
  const actorCount = ACTORS * part
  const spare = 2 * actorCount + 2 * TRADING_PAIRS + CORPSES * part
  const solo = new SoloWorld({ bots: BOTS * part, creatures: CREATURES * part, content, spare })
  await solo.run(sized(sizes, WARM_TICKS, 20))
  const cast = new Cast({ world: solo.simulation.world, content: content.content as Content }, actorCount)
  await solo.run(sized(sizes, 40, 2))
  const perS = some.reduce((sum, rate) => sum + rate.perS, 0)
  const rows: Row[] = []
  for (const times of TIMES) {
    const held = await holdAt(solo, cast, some, times * part, ticks)
    rows.push(...rowsOf(name, perS, times, held, `first to break: ${held.broken.join(', ') || 'nothing'}`))
  }
  return rows
}

/** The rates to hold on top of 5,000 bots, each alone and all together; then ten times each. */
export async function rateRows(sizes: Sizes): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const rate of rates) rows.push(...(await ofRate(rate.name, [rate], sizes)))
  return [...rows, ...(await ofRate('all rates together', rates, sizes))]
}
