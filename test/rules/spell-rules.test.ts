import { describe, expect, it } from 'vitest'
import { resultCodes } from '../../protocol/result-codes.js'
import type { SpellEffect, SpellKind } from '../../systems/content/types.js'
import {
  type CastFacts,
  castCode,
  castTimeMs,
  flightTicks,
  isHostile,
  isOffered,
  needsStand,
  pointAhead,
} from '../../systems/spell-rules.js'
import { content, keyed } from '../systems/arena.js'

const spell = (key: string): SpellKind => keyed(content.spellList, key)
const dart = spell('ember-dart')
const cut = spell('quick-cut')
const mending = spell('mending-touch')
const rain = spell('cinder-rain')
const breath = spell('still-breath')

const fit: CastFacts = {
  spell: dart,
  actorDead: false,
  stunned: false,
  feared: false,
  silenced: false,
  closedSchool: undefined,
  known: true,
  isCreature: false,
  power: 100,
  moving: false,
  target: 5,
  targetDead: false,
  targetImmune: false,
  targetFits: true,
  distanceM: 20,
  facing: true,
  inSight: true,
  hasRoom: true,
}
const codeOf = (facts: Partial<CastFacts>): string => resultCodes.list[castCode({ ...fit, ...facts })].name
const withKind = (kind: SpellEffect['kind']): SpellKind => ({ ...dart, effects: [{ ...dart.effects[0], kind }] })

describe('whether a spell may be cast', () => {
  const cases: readonly (readonly [string, string, Partial<CastFacts>])[] = [
    ['when all is well', 'ok', {}],
    ['that does not exist', 'noSuchTarget', { spell: undefined }],
    ['that is not known', 'noSuchTarget', { known: false }],
    ['by the dead', 'dead', { actorDead: true }],
    ['by the stunned', 'stunned', { stunned: true }],
    ['by who flees', 'feared', { feared: true }],
    ['of words by the silenced', 'silenced', { silenced: true }],
    ['of blows by the silenced', 'ok', { silenced: true, spell: cut, distanceM: 1 }],
    ['of a school that is closed', 'silenced', { closedSchool: 'flame' }],
    ['of another school than the closed one', 'ok', { closedSchool: 'frost' }],
    ['of blows, whatever is closed', 'ok', { closedSchool: 'physical', spell: cut, distanceM: 1 }],
    ['without the power', 'noPower', { power: dart.cost - 1 }],
    ['without the power, by a creature', 'ok', { power: 0, isCreature: true }],
    ['at nobody', 'noSuchTarget', { target: 0 }],
    ['at one of the wrong side', 'noSuchTarget', { targetFits: false }],
    ['at the dead', 'dead', { targetDead: true }],
    ['at one that evades', 'immune', { targetImmune: true }],
    ['just in range', 'ok', { distanceM: dart.rangeM }],
    ['just out of range', 'outOfRange', { distanceM: dart.rangeM + 0.01 }],
    ['at an enemy behind one', 'notFacing', { facing: false }],
    ['at a friend behind one', 'ok', { spell: mending, facing: false }],
    ['at who cannot be seen', 'noSight', { inSight: false }],
    ['with a cast time, moving', 'moving', { moving: true }],
    ['with a channel, moving', 'moving', { spell: rain, target: 0, moving: true }],
    ['at once, moving', 'ok', { spell: cut, distanceM: 1, moving: true }],
    ['on a point, with nobody there', 'ok', { spell: rain, target: 0, targetFits: false }],
    ['on a point that is too far', 'outOfRange', { spell: rain, target: 0, distanceM: 30.1 }],
    ['on oneself, whatever the range', 'ok', { spell: breath, distanceM: 900 }],
    ['with no room for what it makes', 'bagFull', { hasRoom: false }],
    ['that would raise the dead', 'notOffered', { spell: withKind('resurrect') }],
    ['that would open a lock', 'notOffered', { spell: withKind('openLock') }],
    ['that would call a creature, by a character', 'notOffered', { spell: withKind('summon') }],
    ['that calls a creature, by a creature', 'ok', { spell: withKind('summon'), isCreature: true }],
  ]
  for (const [what, code, facts] of cases) it(`${what}: ${code}`, () => expect(codeOf(facts)).toBe(code))

  it('tells first what concerns the caster himself', () => {
    expect(codeOf({ actorDead: true, stunned: true, power: 0, target: 0 })).toBe('dead')
    expect(codeOf({ stunned: true, power: 0, target: 0 })).toBe('stunned')
    expect(codeOf({ power: 0, target: 0, moving: true })).toBe('noPower')
    expect(codeOf({ target: 0, moving: true })).toBe('noSuchTarget')
  })
})

describe('times', () => {
  it('a cast takes less under haste', () => {
    expect([1, 1.25, 1.5, 0.5].map((haste) => castTimeMs(dart, haste))).toEqual([1500, 1200, 1000, 3000])
  })

  const flights: readonly [distanceM: number, speedMps: number, ticks: number][] = [
    [30, 0, 0],
    [0, 20, 1],
    [20, 20, 20],
    [30, 40, 15],
    [1, 100, 1],
  ]
  for (const [distanceM, speedMps, expected] of flights)
    it(`a missile of ${speedMps} m/s needs ${expected} ticks for ${distanceM} m`, () =>
      expect(flightTicks(distanceM, speedMps, 20)).toBe(expected))

  it('only casts and channels need a stand', () => {
    expect([dart, rain, cut].map(needsStand)).toEqual([true, true, false])
  })
})

describe('sides', () => {
  it('of each effect', () => {
    const sideOf = (kind: SpellEffect['kind'], of = dart): boolean => isHostile({ ...dart.effects[0], kind }, of, content.auras)
    expect((['damage', 'threat', 'taunt', 'interrupt', 'summon'] as const).map((kind) => sideOf(kind))).toEqual(
      Array(5).fill(true),
    )
    expect((['heal', 'energise', 'teleport', 'createItem'] as const).map((kind) => sideOf(kind))).toEqual(Array(4).fill(false))
    expect([sideOf('dispel', dart), sideOf('dispel', mending)]).toEqual([true, false])
    const giving = (key: string) =>
      isHostile({ ...dart.effects[0], kind: 'aura', aura: keyed(content.auraList, key).id }, dart, content.auras)
    expect([giving('rimed'), giving('rally')]).toEqual([true, false])
  })

  it('a character can call nobody, a creature can', () => {
    expect([isOffered(withKind('summon'), false), isOffered(withKind('summon'), true)]).toEqual([false, true])
  })
})

it('a jump goes ahead and stays in the zone', () => {
  expect(pointAhead(100, 100, 0, 15, 2_000).x).toBeCloseTo(115, 4)
  expect(pointAhead(100, 100, 16_384, 15, 2_000).z).toBeCloseTo(115, 4)
  expect(pointAhead(1_995, 100, 0, 15, 2_000)).toEqual({ x: 2_000, z: expect.closeTo(100, 3) })
  expect(pointAhead(3, 100, 32_768, 15, 2_000).x).toBe(0)
})
