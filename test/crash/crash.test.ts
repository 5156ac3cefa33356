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
    expect(report.acknowledged.size, `seed ${seed}`).toBeGreaterThan(0)
  }, 120_000)

  it('is a violation where nothing was answered ok in the whole run: that has shown nothing', async () => {
    const { violations } = await runCrash({ clients: 0, bots: 0, kills: 1, seed: 5 })
    expect(violations).toEqual(['no durable command was answered ok in the whole run, which so has shown nothing'])
  }, 60_000)
})

/** By name, what the book must say of it, whatever the ledger says. */
const plants = [
  { plant: 'early-ok', says: /what was answered ok is not there/ },
  { plant: 'saved-by-player', says: /what was answered ok is not there|has neither happened whole nor not at all/ },
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
