import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { BOTS, MOVED_MIN, type RunReport, runSeed, SETTLE_S_MAX } from '../../scripts/dst/run.js'

const program = fileURLToPath(new URL('../../dist/scripts/dst.js', import.meta.url))
const built = existsSync(program)
if (!built && process.env.CI === undefined) console.log(`skipped: ${program} is not there; run \`npm run build\``)

const SEEDS = 100
/** A busy machine has needed eighteen minutes. */
const SEEDS_TIMEOUT_MS = 1_800_000

describe('the economy under faults', () => {
  it.runIf(built || process.env.CI !== undefined)(
    `of seeds 1 to ${SEEDS}, 300 world-seconds each, loses nothing, doubles nothing, and settles`,
    async () => {
      const run = promisify(execFile)(process.execPath, [program, '--seeds', String(SEEDS)])
      const printed = await run.then(
        ({ stdout }) => stdout,
        ({ stdout, stderr }) => `${stdout}${stderr}`,
      )
      console.log(printed)
      expect(printed).toContain(`${SEEDS} seeds in`)
      const [, least] = /at least (\d+) a seed/.exec(printed) ?? []
      expect(Number(least)).toBeGreaterThanOrEqual(MOVED_MIN)
    },
    SEEDS_TIMEOUT_MS,
  )

  it('has something of everything to lose, and faults of every kind: else these runs would show little', async () => {
    const reports: RunReport[] = []
    for (let seed = 1; seed <= 10; seed += 1) reports.push(await runSeed({ seed, ...SHORT }))
    const sum = (of: (report: RunReport) => number): number => reports.reduce((all, report) => all + of(report), 0)
    const kinds = ['vendor.buy', 'vendor.sell', 'vendor.buyBack', 'loot.take', 'loot.takeGold', 'quest.accept', 'quest.complete']
    for (const name of [...kinds, 'quest.chooseReward', 'item.destroy', 'trade.accept'])
      expect([name, sum(({ moves }) => moves[name] ?? 0) > 10]).toEqual([name, true])
    expect(sum(({ trades }) => trades)).toBeGreaterThan(10)
    expect(sum(({ botRecords }) => botRecords)).toBeGreaterThan(100 * BOTS)
    expect(sum(({ crashes }) => crashes)).toBeGreaterThan(5)
    expect(sum(({ torn }) => torn)).toBeGreaterThan(2)
    expect(sum(({ takeovers }) => takeovers)).toBeGreaterThan(3)
    expect(sum(({ unknownOutcomes }) => unknownOutcomes)).toBeGreaterThan(10)
    expect(sum(({ resumes }) => resumes)).toBeGreaterThan(50)
    expect(sum(({ foldedLinks }) => foldedLinks)).toBeGreaterThan(100)
    for (const { settleTicks, ticks, worldSeconds } of reports)
      expect((settleTicks * worldSeconds) / ticks).toBeLessThanOrEqual(SETTLE_S_MAX)
  }, 300_000)

  it('is the same for the same seed, to the last answer', async () => {
    const small = { seed: 7, characters: 12, seconds: 60, moved: 50 }
    expect(await runSeed(small)).toEqual(await runSeed(small))
  }, 120_000)
})

/** World seconds, and commands that move value, of runs that are to show one thing. */
const SHORT = { seconds: 40, moved: 100 } as const
