import { describe, expect, it } from 'vitest'
import { type PlantName, plantNames } from '../../scripts/crash/plants.js'
import { runCrash } from '../../scripts/crash/run.js'
import { canHost } from '../cli/hosted.js'

const KILLS = 3
/** A life may be too short for anything to be lost: then one of the next has to show it. */
const PLANT_KILLS = 12
const small = { clients: 8, bots: 50 }

describe.skipIf(!canHost)('a real server that is killed at random moments', () => {
  it('has all that was answered ok, whole and once, and of what was not answered the whole or nothing', async () => {
    const seed = Math.floor(Math.random() * 0x7fffffff)
    const report = await runCrash({ ...small, kills: KILLS, seed })
    expect(report.violations, `seed ${seed}`).toEqual([])
    expect(report).toMatchObject({ kills: KILLS, starts: KILLS + 1 })
  }, 120_000)
})

/** By name, what must be said of it. */
const plants = [
  { plant: 'early-ok', says: /what was answered ok is not there/ },
  // The rows of some are older than the ledger, which is saved with the others.
  { plant: 'saved-by-player', says: /what was answered ok is not there|has neither happened whole nor not at all|by the ledger/ },
] as const satisfies readonly { plant: PlantName; says: RegExp }[]

describe.skipIf(!canHost)('a fault that is put into the store of a real server', () => {
  it('is among these, whichever there is', () => {
    expect(plants.map(({ plant }) => plant)).toEqual(plantNames)
  })

  it.each(plants)(
    'is found: $plant',
    async ({ plant, says }) => {
      const { violations } = await runCrash({ ...small, kills: PLANT_KILLS, seed: 5, plant })
      expect(violations.join('\n')).toMatch(says)
    },
    180_000,
  )
})
