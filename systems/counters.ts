import { HASH_START, mixNumber } from '../src/ecs/hash.js'
import { defineResource } from '../src/ecs/resource.js'

/**
 * What is counted, from the world's start on. `loots`: items or gold taken from corpses; `itemsGained`: single items, by whatever way;
 * `itemsUsed`, `sold`, `bought`, `repaired`: single items; `goldMinted`, `goldBurned`: coins that came into purses out of nothing, and
 * that left them for good. `respawnsQuickened`: deaths in a crowd, whose spawn hurries; `packsCalled`: creatures that came to help; `evades`:
 * creatures that broke off and went home; `revivals`: characters that came back to life. `tradesEnded`: trades
 * that came to nothing; `tradeGold`, `tradeItems`: what changed hands in those done, and `tradeValue`: with the things at what vendors pay.
 */
export const counterNames = [
  'casts',
  'swings',
  'kills',
  'deaths',
  'loots',
  'itemsGained',
  'questsAccepted',
  'questsCompleted',
  'levelUps',
  'decisions',
  'itemsUsed',
  'sold',
  'bought',
  'repaired',
  'goldMinted',
  'goldBurned',
  'questsFailed',
  'questsAbandoned',
  'objectsOpened',
  'respawnsQuickened',
  'packsCalled',
  'evades',
  'revivals',
  'tradesOpened',
  'tradesDone',
  'tradesEnded',
  'tradeGold',
  'tradeItems',
  'tradeValue',
] as const
export type CounterName = (typeof counterNames)[number]

/** Whole numbers that only rise. They are part of the state hash, so that a replay must do the same work to agree. */
export class Counters {
  private readonly values: Record<CounterName, number>

  constructor() {
    this.values = Object.fromEntries(counterNames.map((name) => [name, 0])) as Record<CounterName, number>
  }

  add(name: CounterName, count: number): void {
    this.values[name] += count
  }

  get(name: CounterName): number {
    return this.values[name]
  }

  /** A copy of all of them, for people and metrics. */
  all(): Readonly<Record<CounterName, number>> {
    return { ...this.values }
  }

  hash(): number {
    return counterNames.reduce((h, name) => mixNumber(h, this.values[name]), HASH_START)
  }
}

export const CountersResource = defineResource('Counters', {
  create: () => new Counters(),
  hash: (counters) => counters.hash(),
  lasting: {
    save: (counters) => Object.fromEntries(counterNames.map((name) => [name, [counters.get(name)]])),
    restore: (counters, saved) => {
      for (const name of counterNames) counters.add(name, saved[name]?.[0] ?? 0)
    },
  },
})
