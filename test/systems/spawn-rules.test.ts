import { describe, expect, it } from 'vitest'
import { CROWDED_RESPAWN_MS, crowdOf, respawnMs } from '../../systems/spawn-rules.js'

describe('a crowd', () => {
  it.each([
    // [characters, creatures, crowd]
    [0, 10, 0],
    [1, 0, 0],
    [1, 10, 0],
    [2, 0, 1],
    [6, 10, 0.5],
    [11, 10, 1],
    [31, 10, 3],
  ])('of %i characters for %i creatures is %f', (characters, creatures, crowd) => {
    expect(crowdOf(characters, creatures)).toBe(crowd)
  })
})

describe('a spawn’s time', () => {
  it.each([
    // [its own, crowd, ms]
    [24_000, 0, 24_000],
    [24_000, 0.5, 24_000],
    [24_000, 0.75, 16_000],
    [24_000, 1, 12_000],
    [24_000, 1.5, 8_000],
    [24_000, 3, 8_000],
    [30_000, 1, 15_000],
    [300_000, 10, 15_000],
    [5_000, 3, 5_000],
  ])('of %i ms in a crowd of %f is %i ms', (ownMs, crowd, ms) => {
    expect(respawnMs(ownMs, crowd)).toBe(ms)
  })

  it('never rises with the crowd, and never falls below the least', () => {
    let before = 30_000
    for (let crowd = 0; crowd < 20; crowd += 0.05) {
      const ms = respawnMs(30_000, crowd)
      expect(ms).toBeLessThanOrEqual(before)
      expect(ms).toBeGreaterThanOrEqual(CROWDED_RESPAWN_MS)
      before = ms
    }
    expect(before).toBe(CROWDED_RESPAWN_MS)
  })
})
