import type { Config } from '../config-keys.js'
import { readContent } from '../server/content-files.js'
import type { GameModule } from '../server/game-module.js'
import { type SimulateResult, simulate } from '../server/simulate.js'
import type { CliIo } from './io.js'
import { columns, count, megabytes, percent } from './text.js'

export async function runSimulate(config: Config<'simulate'>, game: GameModule, io: CliIo): Promise<number> {
  const { seed, tickHz, bots, creatures, ticks, hours, record, crashDir, json } = config
  const { botLevels, botClasses, botPlaces, botArrivalsPerS } = config
  const { decisionsPerTick, botCaches, abilityCacheMs, targetCacheMs } = config
  const fleet = { bots, botLevels, botClasses, botPlaces, botArrivalsPerS }
  const result = await simulate({
    game,
    content: readContent(game, config.content),
    // Nobody connects: no room is kept for clients.
    settings: {
      ...{ seed, tickHz, creatures, clientsMax: 0, graceS: 0, ...fleet },
      ...{ decisionsPerTick, botCaches, abilityCacheMs, targetCacheMs },
    },
    ticks: hours > 0 ? hours * 3600 * tickHz : ticks,
    record: record === '' ? undefined : record,
    crashDir,
  })
  io.out(json ? `${JSON.stringify(result)}\n` : table(result))
  return 0
}

function table(result: SimulateResult): string {
  const { p50, p95, p99, max } = result.tickMs
  const ms = (value: number) => `${count(value, 3)} ms`
  const facts = [
    ['ticks', count(result.ticks)],
    ['bots', count(result.bots)],
    ['state', result.stateHash],
    ['a tick', `p50 ${ms(p50)}, p95 ${ms(p95)}, p99 ${ms(p99)}, max ${ms(max)}`],
    ['memory', `${megabytes(result.rssBytes)}; after each quarter ${result.quarterRssBytes.map(megabytes).join(', ')}`],
    ['in combat', percent(result.inCombatShare)],
    ['experienced', percent(result.experiencedShare)],
    ['stuck', count(result.stuckBots)],
    ['idle', count(result.idleBots)],
  ]
  const measures = Object.entries(result.measures).map(([name, value]) => [name, shown(name, value)])
  const levels = Object.entries(result.levels).map(([name, { median, mean }]) => [
    `level of ${name}`,
    `median ${count(median)}, mean ${count(mean, 2)}`,
  ])
  const counters = Object.entries(result.counters).map(([name, value]) => [name, count(value)])
  const slowest = Object.entries(result.systemsMs).sort(([, a], [, b]) => b - a)
  const systems = slowest.map(([name, value]) => [name, `${ms(value)} a tick`])
  return `${[facts, measures, levels, counters, systems]
    .filter((rows) => rows.length > 0)
    .map(columns)
    .join('\n\n')}\n`
}

/** Shares and rates of hits as parts of a hundred, whole numbers as such, the rest with two digits. */
function shown(name: string, value: number): string {
  if (/Share|HitRate/.test(name)) return percent(value)
  return count(value, Number.isInteger(value) ? 0 : 2)
}
