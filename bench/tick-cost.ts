import { Command } from 'commander'
import { CountersResource } from '../systems/counters.js'
import { SoloWorld, turn } from './load/solo-world.js'

const TURN_EVERY_TICKS = 20

interface Options {
  readonly bots: string
  readonly creatures: string
  readonly warmTicks: string
  readonly ticks: string
}

const options = new Command('tick-cost')
  .description('what a tick of a world of bots costs in time of the processor, system by system; good on a busy machine as well')
  .option('--bots <n>', 'bots in the world', '5000')
  .option('--creatures <n>', 'creatures in the world', '6000')
  .option('--warm-ticks <n>', 'ticks before anything is measured', '1200')
  .option('--ticks <n>', 'ticks that are measured', '800')
  .parse()
  .opts<Options>()

/** Time of the processor that this process has had, in ms. Waiting for the processor is not in it; collections and the compiler are. */
function processorMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

const quantile = (sorted: readonly number[], part: number): number => sorted[Math.floor((sorted.length - 1) * part)]

const { warmTicks, ticks } = { warmTicks: Number(options.warmTicks), ticks: Number(options.ticks) }
const solo = new SoloWorld({ bots: Number(options.bots), creatures: Number(options.creatures), nowMs: processorMs })
await solo.run(warmTicks)
const { world } = solo.simulation
const { order } = world.pipeline
const counters = world.resource(CountersResource)
const systemMs = new Float64Array(order.length)
const tickMs: number[] = []
const decisions: number[] = []
for (let tick = 0; tick < ticks; tick += 1) {
  const before = counters.get('decisions')
  solo.tick()
  decisions.push(counters.get('decisions') - before)
  let sum = 0
  for (let i = 0; i < systemMs.length; i += 1) {
    systemMs[i] += world.runner.durationsMs[i]
    sum += world.runner.durationsMs[i]
  }
  tickMs.push(sum)
  if (tick % TURN_EVERY_TICKS === 0) await turn()
}

const inOrder = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b)
const [times, counts] = [inOrder(tickMs), inOrder(decisions)]
const mind = systemMs[order.findIndex(({ name }) => name === 'botMind')]
console.log(`state hash ${world.stateHash()}`)
console.log(
  `a tick     p50 ${quantile(times, 0.5).toFixed(2)} ms, p95 ${quantile(times, 0.95).toFixed(2)} ms, p99 ${quantile(times, 0.99).toFixed(2)} ms`,
)
console.log(
  `decisions  p50 ${quantile(counts, 0.5)}, p99 ${quantile(counts, 0.99)}, most ${counts[counts.length - 1]} in one tick`,
)
console.log(`a decision ${((mind * 1_000) / decisions.reduce((sum, count) => sum + count, 0)).toFixed(2)} µs`)
order
  .map(({ name }, i) => ({ name, ms: systemMs[i] / ticks }))
  .sort((a, b) => b.ms - a.ms)
  .slice(0, 12)
  .forEach(({ name, ms }) => {
    console.log(`${name.padEnd(16)} ${ms.toFixed(3)} ms a tick`)
  })
