import type { MetricsSource, StoreFigures } from '../adapters/prom-metrics.js'
import type { CircuitState } from './circuit.js'
import type { DecisionTimes } from './decision-times.js'
import type { GameReport } from './game-module.js'
import type { Loop } from './loop.js'
import { storeCalls } from './measured-store.js'
import type { WorldHost } from './world-host.js'

const circuitStates: readonly CircuitState[] = ['closed', 'halfOpen', 'open']

const rows = (counts: ReadonlyMap<string, number>) => [...counts].map(([key, count]) => ({ key, count }))

function storeFigures({ storage, edge, simulation }: WorldHost): StoreFigures {
  const { store, commits, level } = storage
  return {
    lagSeconds: commits.lagMs / 1000,
    level,
    circuits: [
      { circuit: 'requests', state: circuitStates.indexOf(store.circuit.state) },
      { circuit: 'commits', state: circuitStates.indexOf(commits.circuit) },
    ],
    refused: store.circuit.refused,
    calls: storeCalls.map((call) => ({ call, histogram: store.histograms[call], failures: store.failures[call] })),
    rows: store.rows,
    loads: rows(edge.loads).map(({ key, count }) => ({ from: key, count })),
    waitingResults: simulation.net.durables.count,
  }
}

function sessionsByState({ simulation }: WorldHost): readonly { readonly state: string; readonly count: number }[] {
  const counts = new Map([
    ['anonymous', 0],
    ['account', 0],
    ['inWorld', 0],
  ])
  for (const { auth } of simulation.net.sessionList.roster.bySocket.values()) counts.set(auth, (counts.get(auth) ?? 0) + 1)
  return rows(counts).map(({ key, count }) => ({ state: key, count }))
}

/** What the game calls `…CacheHitRate`, by its first part. */
function cacheHitRatios(report: GameReport | undefined): readonly { readonly cache: string; readonly ratio: number }[] {
  return Object.entries(report?.measures ?? {}).flatMap(([name, ratio]) => {
    const cache = /^(.+)CacheHitRate$/.exec(name)?.[1]
    return cache === undefined ? [] : [{ cache, ratio }]
  })
}

const droppedClients = ({ closed }: WorldHost) => rows(closed).map(({ key, count }) => ({ reason: key, count }))

const refusals = ({ simulation }: WorldHost) =>
  rows(simulation.net.gate.counters.refused).map(({ key, count }) => {
    const [opcode, code] = key.split('|')
    return { opcode, code, count }
  })

/** What a scrape reads: everything is taken from where it is counted anyway. The game's own report is made once a scrape. */
export function createMetricsSource(host: WorldHost, loop: Loop, decisionTimes?: DecisionTimes): MetricsSource {
  const { world, net, game } = host.simulation
  let report: GameReport | undefined
  return {
    fill: () => {
      report = game.report?.(world)
    },
    tickHzWanted: world.tickHz,
    get ticks() {
      return loop.times.ticks
    },
    get ticksAchievedPerSecond() {
      return loop.statistics(1).ticksPerSecond
    },
    get timeDilationRatio() {
      return loop.timeRatio()
    },
    get droppedSeconds() {
      return loop.statistics(1).droppedMs / 1000
    },
    tickSecondsHistogram: loop.times.tickHistogram,
    systems: loop.times.systemNames.map((name, i) => ({ name, histogram: loop.times.systemHistograms[i] })),
    get botsByTier() {
      return Object.entries(report?.botsByTier ?? {}).map(([tier, count]) => ({ tier, count }))
    },
    get loadLevel() {
      return host.load.level
    },
    get memoryLevel() {
      return host.memory?.level ?? 0
    },
    get cacheHitRatios() {
      return cacheHitRatios(report)
    },
    get entities() {
      return world.entities.count
    },
    get sessions() {
      return sessionsByState(host)
    },
    get messagesReceivedByOpcode() {
      return rows(net.gate.counters.received).map(({ key, count }) => ({ opcode: key, count }))
    },
    get refusals() {
      return refusals(host)
    },
    traffic: host,
    decisionSecondsHistogram: decisionTimes,
    get decisions() {
      return report?.counters.decisions ?? 0
    },
    get brainFaults() {
      return report?.counters.brainFaults ?? 0
    },
    get intents() {
      return net.gate.counters.intents
    },
    get store() {
      return storeFigures(host)
    },
    get droppedClients() {
      return droppedClients(host)
    },
  }
}
