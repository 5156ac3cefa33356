import { describe, expect, it } from 'vitest'
import { tier } from '../../components/bot-mind.js'
import { flag } from '../../components/status.js'
import { randomU32 } from '../../src/ecs/random.js'
import { Turns, WAIT_S_MAX } from '../../systems/brain/turns.js'

const TICK_HZ = 20
const BOTS = 12
const slots = Array.from({ length: BOTS }, (_, i) => i + 1)

/** Columns of `BOTS` bots that are active and due at tick 100, but for what is said. */
function waiting(changed: { due?: Record<number, number>; fighting?: readonly number[]; inCombat?: readonly number[] } = {}) {
  const nextTick = new Uint32Array(BOTS + 1).fill(100)
  const tiers = new Uint8Array(BOTS + 1).fill(tier.active)
  const flags = new Uint32Array(BOTS + 1)
  for (const [slot, tick] of Object.entries(changed.due ?? {})) nextTick[Number(slot)] = tick
  for (const slot of changed.fighting ?? []) tiers[slot] = tier.combat
  for (const slot of changed.inCombat ?? []) flags[slot] = flag.inCombat
  return { nextTick, tier: tiers, flags }
}

/** Who decides at tick 100. */
function deciders(ceiling: number, changed: Parameters<typeof waiting>[0] = {}): number[] {
  const columns = waiting(changed)
  const waits = new Turns(BOTS, ceiling, TICK_HZ).choose(slots, columns, 100)
  return slots.filter((slot) => columns.nextTick[slot] <= 100 && waits?.[slot] !== 1)
}

describe('the turns of one tick', () => {
  it('are everybody’s who is due, up to the ceiling', () => {
    expect(deciders(BOTS)).toEqual(slots)
    expect(deciders(4, { due: Object.fromEntries(slots.slice(4).map((slot) => [slot, 101])) })).toEqual([1, 2, 3, 4])
    expect(deciders(5)).toHaveLength(5)
  })

  it('go to those who have waited longest', () => {
    expect(deciders(3, { due: { 12: 90, 7: 95, 9: 99 } })).toEqual([7, 9, 12])
    expect(deciders(2, { due: { 12: 90, 7: 95, 9: 99 } })).toEqual([7, 12])
  })

  it('go to fighters first, by tier or by being attacked, but for one in four', () => {
    expect(deciders(4, { due: { 1: 99, 2: 98 }, fighting: [10, 11], inCombat: [12] })).toEqual([2, 10, 11, 12])
    expect(deciders(8, { due: { 1: 99, 2: 98, 3: 97 }, fighting: [6, 7, 8, 9, 10, 11, 12] })).toEqual([2, 3, 6, 7, 8, 9, 10, 11])
  })

  it('are the others’ when no fighter waits any more', () => {
    expect(deciders(6, { fighting: [12], due: { 5: 80 } })).toContain(12)
    expect(deciders(6, { fighting: [12], due: { 5: 80 } })).toContain(5)
    expect(deciders(6, { fighting: [12], due: { 5: 80 } })).toHaveLength(6)
  })

  it('count what had to wait', () => {
    const turns = new Turns(BOTS, 5, TICK_HZ)
    turns.choose(slots, waiting({ due: { 3: 60 } }), 100)
    expect([turns.putOff, turns.longestTicks]).toEqual([BOTS - 5, 40])
  })
})

describe('a ceiling far too low', () => {
  it.each([
    { bots: 300, ceiling: 1 },
    { bots: 300, ceiling: 8 },
    { bots: 5_000, ceiling: 3 },
  ])('leaves nobody out for longer than the promise: $bots bots, $ceiling a tick', ({ bots, ceiling }) => {
    const seed = 0x7e57
    const all = Array.from({ length: bots }, (_, i) => i + 1)
    const columns = {
      nextTick: new Uint32Array(bots + 1),
      tier: Uint8Array.from({ length: bots + 1 }, (_, slot) => (slot % 3 === 0 ? tier.combat : tier.active)),
      flags: new Uint32Array(bots + 1),
    }
    for (const slot of all) columns.nextTick[slot] = 1 + (randomU32(seed, slot, 0, 0) % 20)
    const turns = new Turns(bots, ceiling, TICK_HZ)
    const decided = new Uint32Array(bots + 1)
    let longest = 0
    for (let tick = 1; tick <= 1_500; tick += 1) {
      const waits = turns.choose(all, columns, tick)
      for (const slot of all) {
        const waited = tick - columns.nextTick[slot]
        if (waited < 0 || waits?.[slot] === 1) continue
        longest = Math.max(longest, waited)
        decided[slot] += 1
        columns.nextTick[slot] = tick + (columns.tier[slot] === tier.combat ? 2 : 5)
      }
    }
    expect(longest, `seed ${seed}`).toBeLessThanOrEqual(WAIT_S_MAX * TICK_HZ)
    // Fighters come first: they decide more often than the others.
    const often = (isFighter: boolean) => all.filter((slot) => (columns.tier[slot] === tier.combat) === isFighter)
    const least = (of: readonly number[]) => of.reduce((min, slot) => Math.min(min, decided[slot]), Number.POSITIVE_INFINITY)
    expect(least(often(false))).toBeGreaterThan(0)
    if (ceiling === 8) expect(least(often(true))).toBeGreaterThan(least(often(false)))
  })
})
