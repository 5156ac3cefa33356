import { describe, expect, it } from 'vitest'
import { noStrace, type PowerlossOptions, runPowerloss } from '../../scripts/powerloss/run.js'
import { canHost } from '../cli/hosted.js'

const missing = noStrace()
/** Where everything must run these tests fail without strace. */
const canRecord = canHost && (missing === '' || process.env.CI !== undefined)
if (!canRecord) console.log(`skipped: ${missing || 'the program is not built'}`)

const seed = Math.floor(Math.random() * 0x7fffffff)
const options: PowerlossOptions = { ticks: 30, seed, synchronous: 'FULL', statesEach: 4, statesMax: 400 }

describe.skipIf(!canRecord)('a disk after a power cut', () => {
  it('has all that the store had answered, of every tick the whole or nothing, wherever the power goes', () => {
    const report = runPowerloss(options)
    expect(report.lossesFound, `seed ${seed}`).toEqual([])
    expect(report.answers).toBe(1 + 24 + 30)
    // Each answer came after a sync of its own.
    expect(report.syncs).toBeGreaterThanOrEqual(report.answers)
    expect(report.states).toBeGreaterThan(150)
    expect([...report.statesByLoss.values()].every((count) => count > 20)).toBe(true)
  }, 180_000)

  it('has it also where syncs fail now and then, and what they were to bring is given up', () => {
    const report = runPowerloss({ ...options, failingSync: 5 })
    expect(report.failedSyncs).toBeGreaterThanOrEqual(5)
    expect(report.lossesFound, `seed ${seed}`).toEqual([])
    expect(report.answers).toBe(1 + 24 + 30)
  }, 180_000)

  it.each(['NORMAL', 'OFF'] as const)(
    'would not have it with synchronous=%s, which shows that a loss is found',
    (synchronous) => {
      const { lossesFound } = runPowerloss({ ...options, synchronous, lossesMax: 3 })
      expect(lossesFound.length, `seed ${seed}`).toBeGreaterThanOrEqual(3)
      expect(lossesFound.join('\n')).toMatch(/was answered|is gone/)
    },
    180_000,
  )
})
