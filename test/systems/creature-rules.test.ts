import { describe, expect, it } from 'vitest'
import type { SpellKind } from '../../systems/content/types.js'
import { castPauseMs, firstCastMs, isOverLeash, needsStand, wantsCast } from '../../systems/creature-rules.js'

function spell(change: Partial<SpellKind>): SpellKind {
  const effect = { kind: 'damage', to: 'target', amountMin: 1, amountMax: 1 } as SpellKind['effects'][number]
  const plain = { castMs: 0, channelMs: 0, cooldownMs: 0, rangeM: 20, target: 'enemy', area: undefined, effects: [effect] }
  return { ...plain, ...change } as SpellKind
}
const healing = spell({ target: 'self', effects: [{ ...spell({}).effects[0], kind: 'heal' }] })
const roar = spell({ target: 'self', area: { shape: 'radius', around: 'caster', radiusM: 8, degrees: 360, targetsMax: 5 } })

describe('the leash', () => {
  it.each([
    [44.9, false],
    [45, false],
    [45.1, true],
  ])('of 45 m at %f m is over: %s', (away, over) => {
    expect(isOverLeash(away * away, 45)).toBe(over)
  })
})

describe('what a creature wants to cast', () => {
  it.each([
    // [spell, distance, health, wants]
    ['a bolt in range', spell({}), 20, 1, true],
    ['a bolt out of range', spell({}), 20.1, 1, false],
    ['a roar with somebody near', roar, 8, 1, true],
    ['a roar with nobody near', roar, 8.1, 1, false],
    ['healing when whole', healing, 3, 1, false],
    ['healing when scratched', healing, 3, 0.6, false],
    ['healing when wounded', healing, 300, 0.59, true],
    ['a blessing on itself', spell({ target: 'self' }), 300, 1, true],
  ] as const)('%s', (_, kind, distanceM, healthFraction, wants) => {
    expect(wantsCast({ spell: kind, distanceM, healthFraction })).toBe(wants)
  })

  it.each([
    [0, 0, false],
    [1_500, 0, true],
    [0, 3_000, true],
  ])('with a cast of %i ms and a channel of %i ms makes it stand: %s', (castMs, channelMs, stands) => {
    expect(needsStand(spell({ castMs, channelMs }))).toBe(stands)
  })

  it.each([
    // [every, cooldown, pause, first at roll 0, 0.5]
    [6_000, 0, 6_000, 0, 1_500],
    [6_000, 10_000, 10_000, 0, 2_500],
  ])('every %i ms with a cooldown of %i ms', (everyMs, cooldownMs, pauseMs, first, firstHalf) => {
    const kind = spell({ cooldownMs })
    expect(castPauseMs(kind, everyMs)).toBe(pauseMs)
    expect(firstCastMs(kind, everyMs, 0)).toBe(first)
    expect(firstCastMs(kind, everyMs, 0.5)).toBe(firstHalf)
  })
})
