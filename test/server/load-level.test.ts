import { describe, expect, it } from 'vitest'
import { LOAD_LEVEL_MAX, LoadLevel } from '../../src/server/load-level.js'

describe('the load level', () => {
  it('rises by one a busy second, to its maximum', () => {
    const load = new LoadLevel()
    expect([0.9, 0.9, 0.61, 2, 2, 2].map((share) => load.judge(share))).toEqual([1, 2, 3, 4, 4, LOAD_LEVEL_MAX])
  })

  it('stays while ticks are neither long nor short, and falls by one in five calm seconds', () => {
    const load = new LoadLevel()
    load.judge(0.9)
    load.judge(0.9)
    expect([0.5, 0.4, 0.1, 0.1, 0.1, 0.1, 0.5].map((share) => load.judge(share))).toEqual([2, 2, 2, 2, 2, 2, 2])
    expect([0.1, 0.1, 0.1, 0.1, 0.1].map((share) => load.judge(share))).toEqual([2, 2, 2, 2, 1])
    expect([0.1, 0.1, 0.1, 0.1, 0.1].map((share) => load.judge(share))).toEqual([1, 1, 1, 1, 0])
    for (let i = 0; i < 20; i += 1) expect(load.judge(0.01)).toBe(0)
  })
})
