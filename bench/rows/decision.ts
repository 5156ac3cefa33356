import { BotMind } from '../../components/bot-mind.js'
import { check, quantile } from '../../scripts/wire-cost/figure.js'
import type { World } from '../../src/ecs/world.js'
import { OutcomesResource } from '../../src/net/outcomes.js'
import { CountersResource } from '../../systems/counters.js'
import { SoloWorld } from '../load/solo-world.js'
import { atMost, type Row, row, type Sizes, sized } from '../row.js'

const BOTS = 5_000
const CREATURES = 6_000
const WARM_TICKS = 1_200
const TICKS = 600
const tierNames = ['combat', 'active', 'idle', 'far'] as const
const SAMPLES_MAX = 4_000_000

/**
 * The time of each decision, without a hook in the game: a mind forgets its bot's refusals at the end of each decision, and counts them
 * all at the end of its turn. From one end to the next is one decision with the handing over of its intents, and the passing over of
 * bots whose turn it is not. The first of a tick has no end before it, and is left out.
 */
class DecisionTimes {
  readonly us = new Float32Array(SAMPLES_MAX)
  readonly tiers = new Uint8Array(SAMPLES_MAX)
  count = 0
  private readonly endsMs: Float64Array
  private readonly slots: Int32Array
  private ends = 0

  constructor(private readonly world: World) {
    const { capacity } = world.setup
    this.endsMs = new Float64Array(2 * capacity)
    this.slots = new Int32Array(2 * capacity)
    const outcomes = world.resource(OutcomesResource)
    const counters = world.resource(CountersResource)
    const clear = outcomes.clear.bind(outcomes)
    const add = counters.add.bind(counters)
    outcomes.clear = (slot) => {
      clear(slot)
      this.slots[this.ends] = slot
      this.endsMs[this.ends] = performance.now()
      this.ends += 1
    }
    counters.add = (name, count) => {
      if (name === 'decisions') this.take(count)
      add(name, count)
    }
  }

  /** The last so many ends are this tick's decisions; what is before them are entities that left. */
  private take(decisions: number): void {
    const { tier } = this.world.columns(BotMind)
    for (let i = this.ends - decisions + 1; i < this.ends && this.count < SAMPLES_MAX; i += 1) {
      this.us[this.count] = (this.endsMs[i] - this.endsMs[i - 1]) * 1000
      this.tiers[this.count] = tier[this.slots[i]]
      this.count += 1
    }
    this.ends = 0
  }

  ofTier(tier: number): number[] {
    return Array.from(this.us.subarray(0, this.count)).filter((_, i) => this.tiers[i] === tier)
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** The mind's whole time ÷ decisions, without anything that looks on: an upper bound of the mean. */
function meanUs(solo: SoloWorld, ticks: number): number {
  const { world } = solo.simulation
  const counters = world.resource(CountersResource)
  const at = world.pipeline.order.findIndex(({ name }) => name === 'botMind')
  const before = counters.get('decisions')
  let ms = 0
  for (let i = 0; i < ticks; i += 1) {
    solo.tick()
    ms += world.runner.durationsMs[at]
  }
  return (ms * 1000) / (counters.get('decisions') - before)
}

/** One decision of an in-world bot. */
export async function decisionRows(sizes: Sizes): Promise<readonly Row[]> {
  const solo = new SoloWorld({ bots: sized(sizes, BOTS, 300), creatures: sized(sizes, CREATURES, 400) })
  await solo.run(sized(sizes, WARM_TICKS, 60))
  const ticks = sized(sizes, TICKS, 60)
  const mindUs = meanUs(solo, ticks)
  const times = new DecisionTimes(solo.simulation.world)
  await solo.run(ticks)
  check(times.count > 100, () => `${times.count} decisions were timed`)
  const all = Array.from(times.us.subarray(0, times.count))
  const report = solo.simulation.game.report?.(solo.simulation.world)
  const tiers = tierNames.flatMap((name, tier) => {
    const own = times.ofTier(tier)
    if (own.length === 0) return []
    return [
      row(`decision, tier ${name}: mean`, mean(own), 'µs'),
      row(`decision, tier ${name}: p99`, quantile(own, 0.99), 'µs'),
      row(`decision, tier ${name}: part of all`, (own.length / all.length) * 100, '%'),
    ]
  })
  return [
    row('decision: mean (the mind’s whole time ÷ decisions)', mindUs, 'µs', atMost(1)),
    row('decision: p50', quantile(all, 0.5), 'µs'),
    row('decision: p99', quantile(all, 0.99), 'µs', atMost(20)),
    row('decision: p99.9', quantile(all, 0.999), 'µs', atMost(50)),
    ...tiers,
    row('decision: cache of abilities, hits', (report?.measures?.abilityCacheHitRate ?? 0) * 100, '%'),
    row('decision: cache of attackers, hits', (report?.measures?.targetCacheHitRate ?? 0) * 100, '%'),
  ]
}
