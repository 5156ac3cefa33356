import { BotMind } from '../components/bot-mind.js'
import { Kind } from '../components/kind.js'
import { Progress } from '../components/progress.js'
import { flag, Status } from '../components/status.js'
import type { Slot } from '../src/ecs/entities.js'
import type { World } from '../src/ecs/world.js'
import { FaultsResource } from '../src/net/faults.js'
import type { GameReport, Level } from '../src/server/game-module.js'
import { LookoutResource } from './bot-mind.js'
import { IDLE_S, type Measures, MeasuresResource, SAMPLE_EVERY_S, standstillS } from './brain/measures.js'
import { STUCK_S } from './brain/travel.js'
import { ContentResource } from './content/resource.js'
import { CountersResource } from './counters.js'
import { FleetResource } from './fleet.js'

const tierNames = ['combat', 'active', 'idle', 'far'] as const
/** Columns of the bots' memories that only rise. */
const summed = [
  'giveUps',
  'quitFull',
  'quitFailed',
  'quitStuck',
  'abilityHits',
  'abilityMisses',
  'targetHits',
  'targetMisses',
] as const
type Sums = Record<(typeof summed)[number], number>

const share = (part: number, rest: number): number => (part + rest === 0 ? 0 : part / (part + rest))

function sumsOf(world: World, slots: readonly Slot[]): Sums {
  const minds = world.columns(BotMind)
  const sums = Object.fromEntries(summed.map((name) => [name, 0])) as Sums
  for (const slot of slots) for (const name of summed) sums[name] += minds[name][slot]
  return sums
}

/** Median and mean level of each class. */
function levelsOf(world: World, slots: readonly Slot[]): Readonly<Record<string, Level>> {
  const { classList } = world.resource(ContentResource)
  const { level } = world.columns(Status)
  const { look } = world.columns(Kind)
  const entries = classList.map(({ id, key }) => {
    const levels = slots.filter((slot) => look[slot] === id).map((slot) => level[slot])
    levels.sort((a, b) => a - b)
    const mean = levels.reduce((sum, one) => sum + one, 0) / Math.max(1, levels.length)
    return [key, { median: levels[Math.floor(levels.length / 2)] ?? 0, mean }]
  })
  return Object.fromEntries(entries)
}

function measuresOf(world: World, sums: Sums, measures: Measures): Readonly<Record<string, number>> {
  const { turns } = world.resource(LookoutResource)
  const counters = world.resource(CountersResource)
  const botHours = (measures.botSamples * SAMPLE_EVERY_S) / 3_600
  const seconds = world.tick / world.tickHz
  const ended = counters.get('questsCompleted') + counters.get('questsAbandoned')
  return {
    stuckShareMax: measures.stuckShareMax,
    longestStandstillS: measures.longestStandstillS,
    idleMax: measures.idleMax,
    giveUpsPerBotHour: botHours === 0 ? 0 : sums.giveUps / botHours,
    questsUnderWay: counters.get('questsAccepted') - ended,
    questsCompletedShare: share(counters.get('questsCompleted'), counters.get('questsAbandoned')),
    questsQuitFull: sums.quitFull,
    questsQuitFailed: sums.quitFailed,
    questsQuitStuck: sums.quitStuck,
    tradesPerBotHour: botHours === 0 ? 0 : counters.get('tradesDone') / botHours,
    tradesVainPerBotHour: botHours === 0 ? 0 : counters.get('tradesEnded') / botHours,
    tradeGoldMean: counters.get('tradesDone') === 0 ? 0 : counters.get('tradeGold') / counters.get('tradesDone'),
    tradeValueMean: counters.get('tradesDone') === 0 ? 0 : counters.get('tradeValue') / counters.get('tradesDone'),
    deadNow: counters.get('deaths') - counters.get('revivals'),
    goldPerBotHour: botHours === 0 ? 0 : counters.get('goldMinted') / botHours,
    goldBurnedShare: counters.get('goldMinted') === 0 ? 0 : counters.get('goldBurned') / counters.get('goldMinted'),
    decisionsPerS: seconds === 0 ? 0 : counters.get('decisions') / seconds,
    ...(turns !== undefined && { decisionsPutOff: turns.putOff, longestPutOffS: turns.longestTicks / world.tickHz }),
    inCombatShareMin: measures.settledSamples === 0 ? 0 : measures.combatShareMin,
    inCombatShareMean: measures.settledSamples === 0 ? 0 : measures.combatShareSum / measures.settledSamples,
    abilityCacheHitRate: share(sums.abilityHits, sums.abilityMisses),
    targetCacheHitRate: share(sums.targetHits, sums.targetMisses),
  }
}

/** What people want to know of the world as it is now. Reads only. */
export function reportGame(world: World): GameReport {
  const { slots } = world.resource(FleetResource)
  const minds = world.columns(BotMind)
  const status = world.columns(Status)
  const progress = world.columns(Progress)
  const botsByTier: Record<string, number> = Object.fromEntries(tierNames.map((name) => [name, 0]))
  const travels = { hasDest: minds.hasDest, progressTick: minds.progressTick }
  let inCombat = 0
  let stuck = 0
  let idle = 0
  let experienced = 0
  for (const slot of slots) {
    botsByTier[tierNames[minds.tier[slot]]] += 1
    if ((status.flags[slot] & flag.inCombat) !== 0) inCombat += 1
    if (standstillS(travels, slot, world.tick, world.tickHz) > STUCK_S) stuck += 1
    if (world.tick - minds.gainTick[slot] > IDLE_S * world.tickHz) idle += 1
    if (status.level[slot] > 1 || progress.experience[slot] > 0) experienced += 1
  }
  const sums = sumsOf(world, slots)
  const count = Math.max(1, slots.length)
  const brainFaults = world.resource(FaultsResource).total
  return {
    counters: { ...world.resource(CountersResource).all(), giveUps: sums.giveUps, brainFaults },
    botsByTier,
    bots: slots.length,
    inCombatShare: inCombat / count,
    stuckBots: stuck,
    idleBots: idle,
    experiencedShare: experienced / count,
    measures: measuresOf(world, sums, world.resource(MeasuresResource)),
    levels: levelsOf(world, slots),
  }
}
