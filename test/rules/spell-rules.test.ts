import { describe, expect, it } from 'vitest'
import { result, resultCodes } from '../../protocol/result-codes.js'
import type { SpellKind } from '../../systems/content/types.js'
import { type CastFacts, castCode } from '../../systems/spell-rules.js'

const bolt = { cost: 20, rangeM: 30, target: 'enemy', castMs: 1_500 } as SpellKind
const mend = { ...bolt, target: 'friend' } as SpellKind
const ward = { ...bolt, target: 'self' } as SpellKind
const instant = { ...bolt, castMs: 0 } as SpellKind

/** Everything as it should be, at the bounds of what is allowed. */
const good: CastFacts = {
  spell: bolt,
  actorDead: false,
  known: true,
  power: 20,
  moving: false,
  target: 5,
  targetDead: false,
  targetImmune: false,
  targetFits: true,
  distanceM: 30,
  facing: true,
}
const nameOf = (changes: Partial<CastFacts>): string => resultCodes.list[castCode({ ...good, ...changes })].name

describe('a cast', () => {
  it('with all that it takes is ok', () => {
    expect(castCode(good)).toBe(result.ok)
  })

  it.each([
    ['a spell that does not exist', { spell: undefined }, 'noSuchTarget'],
    ['a spell that is not in the book', { known: false }, 'noSuchTarget'],
    ['a dead caster', { actorDead: true }, 'dead'],
    ['less power than it costs', { power: 19.9 }, 'noPower'],
    ['no target', { target: 0 }, 'noSuchTarget'],
    ['a target it may not be cast at', { targetFits: false }, 'noSuchTarget'],
    ['a dead target', { targetDead: true }, 'dead'],
    ['a target that cannot be harmed', { targetImmune: true }, 'immune'],
    ['a target too far away', { distanceM: 30.1 }, 'outOfRange'],
    ['an enemy behind', { facing: false }, 'notFacing'],
    ['a caster on the move', { moving: true }, 'moving'],
  ] as const)('with %s is refused', (_what, changes, code) => {
    expect(nameOf(changes)).toBe(code)
  })

  it('at a friend needs reach, but no facing', () => {
    expect(nameOf({ spell: mend, facing: false })).toBe('ok')
    expect(nameOf({ spell: mend, distanceM: 31 })).toBe('outOfRange')
  })

  it('at oneself needs neither', () => {
    expect(nameOf({ spell: ward, facing: false, distanceM: 1_000 })).toBe('ok')
  })

  it('at once may be on the move', () => {
    expect(nameOf({ spell: instant, moving: true })).toBe('ok')
  })

  it('is refused for the first reason that a player wants to hear', () => {
    // From the last reason to the first: each hides those before it in this list.
    const faults: readonly (readonly [Partial<CastFacts>, string])[] = [
      [{ moving: true }, 'moving'],
      [{ facing: false }, 'notFacing'],
      [{ distanceM: 31 }, 'outOfRange'],
      [{ targetImmune: true }, 'immune'],
      [{ targetDead: true }, 'dead'],
      [{ target: 0 }, 'noSuchTarget'],
      [{ power: 0 }, 'noPower'],
      [{ actorDead: true }, 'dead'],
      [{ known: false }, 'noSuchTarget'],
    ]
    let all: Partial<CastFacts> = {}
    for (const [fault, code] of faults) {
      all = { ...all, ...fault }
      expect(nameOf(all)).toBe(code)
    }
  })
})
