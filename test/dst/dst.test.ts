import { describe, expect, it } from 'vitest'
import { Finding } from '../../scripts/dst/finding.js'
import { type PlantName, plantNames } from '../../scripts/dst/plants.js'
import { COMMANDS_MIN, type RunReport, runSeed, SETTLE_TICKS_MAX } from '../../scripts/dst/run.js'

const SEEDS = [1, 2, 3]
const reports: RunReport[] = []

describe('the economy under faults', () => {
  it.each(SEEDS)(
    'of seed %i loses nothing, doubles nothing, and settles',
    async (seed) => {
      const report = await runSeed({ seed })
      expect(report.commands).toBeGreaterThanOrEqual(COMMANDS_MIN)
      expect(report.settleTicks).toBeLessThanOrEqual(SETTLE_TICKS_MAX)
      reports.push(report)
    },
    60_000,
  )

  it('has trades, sales, crashes and resumes to lose: else these runs would have shown little', () => {
    const sum = (of: (report: RunReport) => number): number => reports.reduce((all, report) => all + of(report), 0)
    expect(reports).toHaveLength(SEEDS.length)
    expect(sum(({ moved }) => moved)).toBeGreaterThan(1_000)
    expect(sum(({ trades }) => trades)).toBeGreaterThan(20)
    expect(sum(({ crashes }) => crashes)).toBeGreaterThan(1)
    expect(sum(({ resumes }) => resumes)).toBeGreaterThan(20)
  })

  it('is the same for the same seed, to the last answer', async () => {
    const small = { seed: 7, characters: 12, commands: 500 }
    expect(await runSeed(small)).toEqual(await runSeed(small))
  }, 60_000)
})

/** By name, what the auditor must say of it, and a seed that shows it. */
const plants = [
  { plant: 'doubled-accept', seed: 1, says: /trade .* gave \d+ gold.*, but was shown \d+ gold/ },
  { plant: 'saved-by-player', seed: 2, says: /recovery to tick \d+, character \d+/ },
  { plant: 'early-ok', seed: 2, says: /was answered ok, but the store had only/ },
  { plant: 'forgotten-mark', seed: 3, says: /character \d+: \d+ gold, but \d+ by the records/ },
  {
    plant: 'command-again',
    seed: 1,
    says: /was applied in tick \d+, and again in tick|was refused as \w+, but had moved|but had been answered/,
  },
] as const satisfies readonly { plant: PlantName; seed: number; says: RegExp }[]
/** A change of the game makes other runs of the seeds: then one of the next has to show it. */
const SEEDS_MORE = 7

/** What is found first, from that seed on. */
async function findingOf(plant: PlantName, from: number): Promise<string> {
  for (let seed = from; seed <= from + SEEDS_MORE; seed += 1) {
    const error: unknown = await runSeed({ seed, plant }).catch((thrown: unknown) => thrown)
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
    60_000,
  )
})
