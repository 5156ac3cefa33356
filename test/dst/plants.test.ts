import { describe, expect, it } from 'vitest'
import { Finding } from '../../scripts/dst/finding.js'
import { type PlantName, plantNames } from '../../scripts/dst/plants.js'
import { runSeed } from '../../scripts/dst/run.js'

/** By name, what the auditor must say of it, and a seed that shows it in a short run. */
const plants = [
  { plant: 'doubled-accept', seed: 3, says: /trade .* gave \d+ gold.*, but was shown \d+ gold/ },
  { plant: 'saved-by-player', seed: 5, says: /recovery to tick \d+, character \d+/ },
  { plant: 'early-ok', seed: 3, says: /was answered ok, but the store had only/ },
  { plant: 'forgotten-mark', seed: 1, says: /character \d+: \d+ gold, but \d+ by the records/ },
  {
    plant: 'command-again',
    seed: 1,
    says: /was applied in tick \d+, and again in tick|was refused as \w+, but had moved|but had been answered|was answered ok, and then \w+/,
  },
  { plant: 'corpse-twice', seed: 1, says: /were taken out of corpses, from which \d+ are gone/ },
  { plant: 'buyback-twice', seed: 1, says: /sold: items .*; but by the records: items/ },
  { plant: 'quest-paid-twice', seed: 1, says: /is paid without having been taken, or again/ },
  { plant: 'stale-writes', seed: 3, says: /was answered ok, but|recovery to tick|the end, tick/ },
  { plant: 'torn-read', seed: 7, says: /recovery to tick \d+, character \d+/ },
  { plant: 'failure-unsaid', seed: 1, says: /recovery to tick|the end, tick|but the store had only/ },
  { plant: 'fold-forgets', seed: 1, says: /(the recovery|the end): (gold|things|limits|replay): / },
  { plant: 'bot-paid-twice', seed: 1, says: /the bots: \d+ gold, but \d+ by the records/ },
  { plant: 'worn-copied', seed: 1, says: /uid \d+ of item \d+ is there twice/ },
] as const satisfies readonly { plant: PlantName; seed: number; says: RegExp }[]
/** A change of the game makes other runs of the seeds: then one of the next has to show it. */
const SEEDS_MORE = 12

/** What is found first, from that seed on. */
async function findingOf(plant: PlantName, from: number): Promise<string> {
  for (let seed = from; seed <= from + SEEDS_MORE; seed += 1) {
    const error: unknown = await runSeed({ seed, plant, seconds: 40, moved: 100 }).catch((thrown: unknown) => thrown)
    if (error instanceof Finding) return error.message
    if (error instanceof Error) throw error
  }
  return `nothing in seeds ${from} to ${from + SEEDS_MORE}`
}

describe('a fault that is put in on purpose', () => {
  it('is among these, whichever there is', () => {
    expect(plants.map(({ plant }) => plant)).toEqual(plantNames)
  })

  it.each(plants)(
    'is found: $plant',
    async ({ plant, seed, says }) => {
      expect(await findingOf(plant, seed)).toMatch(says)
    },
    120_000,
  )
})
