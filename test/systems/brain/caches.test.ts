import { describe, expect, it } from 'vitest'
import { standardGame } from '../../../game.js'
import { attackerOf, attackersNear, noCaches, usableSpells } from '../../../systems/brain/caches.js'
import type { CacheTimes } from '../../../systems/brain/view.js'
import { populatedWorld, run } from '../../scenarios/worlds.js'
import { content } from '../arena.js'
import { FakeView } from './fake-view.js'

const free = content.spells.find((spell) => spell !== undefined && spell.cost === 0 && spell.category < 0)?.id ?? 0

/** At which of the next ticks the spells, and the attackers, were looked up anew. */
function lookedUp(caches: CacheTimes, tickHz = 20) {
  const view = new FakeView({ caches, tickHz, spells: [free], attacker: 7 })
  const spells: number[] = []
  const attackers: number[] = []
  for (let i = 0; i < 12; i += 1) {
    const { abilityMisses, targetMisses } = view.mind
    usableSpells(view, content)
    attackerOf(view)
    if (view.mind.abilityMisses > abilityMisses) spells.push(i)
    if (view.mind.targetMisses > targetMisses) attackers.push(i)
    view.tick += 1
  }
  return { spells, attackers }
}

describe('what a bot keeps', () => {
  it('is good for as long as the settings say, at any tick rate', () => {
    expect(lookedUp({ abilitiesMs: 100, targetsMs: 500 })).toEqual({ spells: [0, 2, 4, 6, 8, 10], attackers: [0, 10] })
    expect(lookedUp({ abilitiesMs: 300, targetsMs: 200 })).toEqual({ spells: [0, 6], attackers: [0, 4, 8] })
    expect(lookedUp({ abilitiesMs: 100, targetsMs: 200 }, 40)).toEqual({ spells: [0, 4, 8], attackers: [0, 8] })
  })

  it('is looked up for each decision at 0, and once for all of it', () => {
    expect(lookedUp({ abilitiesMs: 0, targetsMs: 0 }).spells).toHaveLength(12)
    const view = new FakeView({ caches: { abilitiesMs: 0, targetsMs: 0 }, attacker: 7 })
    attackerOf(view)
    attackersNear(view)
    expect([view.mind.targetMisses, view.mind.targetHits]).toEqual([1, 1])
  })

  it('is nothing at all where caches are off', () => {
    const view = new FakeView({ caches: noCaches, attacker: 7, spells: [free] })
    attackerOf(view)
    attackersNear(view)
    usableSpells(view, content)
    usableSpells(view, content)
    const { targetMisses, targetHits, abilityMisses, abilityHits } = view.mind
    expect([targetMisses, targetHits, abilityMisses, abilityHits]).toEqual([2, 0, 2, 0])
  })
})

describe('the settings of a world', () => {
  const played = (settings: Parameters<typeof populatedWorld>[0]) => {
    const simulation = populatedWorld({ seed: 3, bots: 40, creatures: 2_000, botPlaces: 'grounds', ...settings })
    run(simulation, 600)
    const { abilityCacheHitRate, targetCacheHitRate } = standardGame.report(simulation.world).measures ?? {}
    return { abilityCacheHitRate, targetCacheHitRate, hash: simulation.world.stateHash() }
  }

  it('reach its bots: off, longer, and as they are without any', () => {
    const plain = played({})
    expect(plain.targetCacheHitRate).toBeGreaterThan(0)
    expect(played({ botCaches: 'on', abilityCacheMs: 100, targetCacheMs: 500, decisionsPerTick: 0 })).toEqual(plain)
    const off = played({ botCaches: 'off' })
    expect([off.abilityCacheHitRate, off.targetCacheHitRate]).toEqual([0, 0])
    const longer = played({ abilityCacheMs: 2_000, targetCacheMs: 3_000 })
    expect(longer.abilityCacheHitRate).toBeGreaterThan(plain.abilityCacheHitRate ?? 1)
    expect(longer.targetCacheHitRate).toBeGreaterThan(plain.targetCacheHitRate ?? 1)
  })
})
