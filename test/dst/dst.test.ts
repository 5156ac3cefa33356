import { describe, expect, it } from 'vitest'
import { Finding } from '../../scripts/dst/finding.js'
import { type PlantName, plantNames } from '../../scripts/dst/plants.js'
import { COMMANDS_MIN, runSeed, SETTLE_TICKS_MAX } from '../../scripts/dst/run.js'

const SEEDS = [1, 2, 3]

describe('the economy under faults', () => {
  it.each(SEEDS)(
    'of seed %i loses nothing, doubles nothing, and settles',
    async (seed) => {
      const report = await runSeed({ seed })
      expect(report.commands).toBeGreaterThanOrEqual(COMMANDS_MIN)
      expect(report.settleTicks).toBeLessThanOrEqual(SETTLE_TICKS_MAX)
      // Else it would have shown little.
      expect(report.moved).toBeGreaterThan(300)
      expect(report.trades).toBeGreaterThan(5)
      expect(report.resumes).toBeGreaterThan(0)
    },
    60_000,
  )

  it('is the same for the same seed, to the last answer', async () => {
    const small = { seed: 7, characters: 12, commands: 500 }
    expect(await runSeed(small)).toEqual(await runSeed(small))
  }, 60_000)
})

/** By name, what the auditor must say of it, and a seed that shows it. */
const plants = [
  { plant: 'doubled-accept', seed: 1, says: /^seed 1, .*trade .* gave .* gold/ },
  { plant: 'saved-by-player', seed: 1, says: /^seed 1, .*recovery to tick \d+, character \d+/ },
  { plant: 'early-ok', seed: 3, says: /^seed 3, .*was answered ok, but the store had only/ },
  { plant: 'forgotten-mark', seed: 2, says: /^seed 2, .*character \d+: \d+ gold, but \d+ by the records/ },
  { plant: 'command-again', seed: 1, says: /^seed 1, .*was applied in tick \d+, and again in tick \d+/ },
] as const satisfies readonly { plant: PlantName; seed: number; says: RegExp }[]

describe('a fault that is put in on purpose', () => {
  it('is among these, whichever there is', () => {
    expect(plants.map(({ plant }) => plant)).toEqual(plantNames)
  })

  it.each(plants)(
    'is found: $plant',
    async ({ plant, seed, says }) => {
      const finding = await runSeed({ seed, plant }).catch((error: unknown) => error)
      expect(finding).toBeInstanceOf(Finding)
      expect((finding as Finding).message).toMatch(says)
    },
    60_000,
  )
})
