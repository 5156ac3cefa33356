import { describe, expect, it } from 'vitest'
import { CreatureMind } from '../../components/creature.js'
import { Casting } from '../../components/spells.js'
import { flag, Status } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import { CombatAttack, CombatSwing } from '../../protocol/combat.js'
import { MoveStop, MoveTo } from '../../protocol/move.js'
import { resultCodes } from '../../protocol/result-codes.js'
import { SpellCancel, SpellCast, SpellFailed, SpellFinished, SpellStarted, SpellStopped } from '../../protocol/spell.js'
import type { Slot } from '../../src/ecs/entities.js'
import { PUSHBACK_MS, PUSHBACKS_MAX, QUEUE_MS } from '../../systems/spell-rules.js'
import { Arena, FIELD, keyed, plainBlows, TICK_HZ } from './arena.js'

const spell = (key: string) => keyed(plainBlows.spellList, key)
const dart = spell('ember-dart')
const needle = spell('frost-needle')
const lance = spell('storm-lance')
const inTicks = (ms: number): number => (ms * TICK_HZ) / 1_000
const GLOBAL_TICKS = inTicks(plainBlows.rates.globalCooldownMs)
const CAST_TICKS = inTicks(dart.castMs)

/** An arcanist of level 10, and something to burn in front of him. */
function duel(distanceM = 17): { arena: Arena; mage: Slot; dummy: Slot } {
  const arena = new Arena()
  const mage = arena.character({ classKey: 'arcanist', level: 10 })
  const dummy = arena.dummy({ x: FIELD.x + distanceM })
  return { arena, mage, dummy }
}
const cast = (arena: Arena, by: Slot, { id }: { readonly id: number }, on: Slot | 0): string | undefined =>
  arena.now(by, SpellCast, { spell: id, target: on === 0 ? 0 : arena.entity(on), x: 0, z: 0 })
const failures = (arena: Arena, slot: Slot): string[] =>
  arena.toldOf(slot, SpellFailed).map(({ code }) => resultCodes.list[code].name)
const isCasting = (arena: Arena, slot: Slot): boolean => arena.column(Casting, 'spell')[slot] !== 0

describe('the figures of the rules', () => {
  it('are those of the protocol', () => {
    expect({ QUEUE_MS, PUSHBACK_MS, PUSHBACKS_MAX }).toEqual({ QUEUE_MS: 400, PUSHBACK_MS: 500, PUSHBACKS_MAX: 2 })
  })
})

describe('a cast with a cast time', () => {
  it('begins, takes its time, and then has its cost and effect', () => {
    const { arena, mage, dummy } = duel()
    const power = arena.power(mage)
    expect(cast(arena, mage, dart, dummy)).toBe('ok')
    const [started] = arena.shownOf(SpellStarted)
    expect(started).toMatchObject({ caster: arena.entity(mage), spell: dart.id, castMs: dart.castMs })
    expect(arena.has(mage, flag.casting)).toBe(true)
    arena.step(CAST_TICKS - 1)
    expect(arena.power(mage)).toBe(power)
    expect(arena.health(dummy)).toBe(60_000)
    arena.step()
    const [finished] = arena.shownOf(SpellFinished)
    expect(finished.atTick - started.atTick).toBe(CAST_TICKS)
    expect(arena.power(mage)).toBe(power - dart.cost)
    expect(arena.health(dummy)).toBe(60_000 - finished.amount)
    expect(finished.amount).toBeGreaterThan(dart.effects[0].amountMin)
    expect(arena.has(mage, flag.casting)).toBe(false)
    expect(arena.has(mage, flag.inCombat) && arena.has(dummy, flag.inCombat)).toBe(true)
  })

  it('makes a second request wait its turn: busy before the last 400 ms, one in the queue after', () => {
    const { arena, mage, dummy } = duel()
    cast(arena, mage, lance, dummy)
    expect(cast(arena, mage, dart, dummy)).toBe('busy')
    arena.step(inTicks(lance.castMs) - inTicks(QUEUE_MS) - 2)
    expect(cast(arena, mage, dart, dummy)).toBe('ok')
    arena.step(inTicks(QUEUE_MS) + 1)
    expect(arena.shownOf(SpellFinished).map((shown) => shown.spell)).toEqual([lance.id])
    expect(arena.column(Casting, 'spell')[mage]).toBe(dart.id)
    arena.step(CAST_TICKS)
    expect(arena.shownOf(SpellFinished).map((shown) => shown.spell)).toEqual([lance.id, dart.id])
  })

  it('is set back by blows that land, twice at the most', () => {
    const { arena, mage, dummy } = duel(2)
    cast(arena, mage, dart, dummy)
    const begun = arena.shownOf(SpellStarted)[0].atTick
    const wolves = [1, 2, 3].map((z) => arena.dummy({ x: FIELD.x + 1, z: FIELD.z + z / 10 }))
    for (const wolf of wolves) {
      arena.face(wolf, 32_768)
      arena.ask(wolf, CombatAttack, { target: arena.entity(mage) })
    }
    const ends = begun + CAST_TICKS + PUSHBACKS_MAX * inTicks(PUSHBACK_MS)
    arena.until(() => arena.shownOf(SpellFinished).length > 0, 80, 'the end of the cast')
    expect(arena.shownOf(SpellFinished)[0].atTick).toBe(ends)
    expect(arena.shownOf(CombatSwing).length).toBeGreaterThanOrEqual(3)
  })

  it('is not set back by a blow that fell before it began', () => {
    const { arena, mage, dummy } = duel(2)
    arena.face(dummy, 32_768)
    arena.now(dummy, CombatAttack, { target: arena.entity(mage) })
    arena.ask(dummy, MoveStop, {})
    expect(arena.shownOf(CombatSwing)).toHaveLength(1)
    arena.column(Status, 'flags')[dummy] |= flag.evading
    cast(arena, mage, spell('still-breath'), 0)
    arena.step(GLOBAL_TICKS)
    arena.column(Status, 'flags')[dummy] &= ~flag.evading
    expect(cast(arena, mage, dart, dummy)).toBe('ok')
    expect(arena.column(Casting, 'pushbacks')[mage]).toBe(0)

    const second = duel(2)
    second.arena.face(second.dummy, 32_768)
    second.arena.now(second.dummy, CombatAttack, { target: second.arena.entity(second.mage) })
    expect(second.arena.shownOf(CombatSwing)).toHaveLength(1)
    expect(cast(second.arena, second.mage, dart, second.dummy)).toBe('ok')
    expect(second.arena.column(Casting, 'pushbacks')[second.mage]).toBe(0)
  })

  it('is broken by movement, and cannot begin in it', () => {
    const { arena, mage, dummy } = duel()
    const power = arena.power(mage)
    cast(arena, mage, dart, dummy)
    arena.now(mage, MoveTo, { x: FIELD.x + 3, z: FIELD.z })
    arena.step()
    expect(failures(arena, mage)).toEqual(['interrupted'])
    expect(arena.shownOf(SpellStopped)).toHaveLength(1)
    expect(arena.has(mage, flag.casting)).toBe(false)
    arena.step(GLOBAL_TICKS)
    arena.now(mage, MoveTo, { x: FIELD.x + 9, z: FIELD.z })
    // It may have asked to stop in the same tick: the answer comes one tick later.
    expect(cast(arena, mage, dart, dummy)).toBe('ok')
    arena.step()
    expect(failures(arena, mage)).toEqual(['interrupted', 'moving'])
    arena.now(mage, MoveStop, {})
    expect(arena.power(mage)).toBe(power)
    expect(cast(arena, mage, dart, dummy)).toBe('ok')
  })

  it('is broken by turning away, by losing the target, the power or one’s life, and costs nothing then', () => {
    const cases: readonly (readonly [string, (scene: ReturnType<typeof duel>) => void])[] = [
      ['notFacing', ({ arena, mage }) => arena.face(mage, 32_768)],
      ['outOfRange', ({ arena, dummy }) => arena.move(dummy, FIELD.x + 60, FIELD.z)],
      ['noSuchTarget', ({ arena, dummy }) => arena.despawn(dummy)],
      ['dead', ({ arena, dummy }) => arena.column(Status, 'flags').fill(flag.dead, dummy, dummy + 1)],
      ['immune', ({ arena, dummy }) => arena.column(Status, 'flags').fill(flag.evading, dummy, dummy + 1)],
      [
        'noPower',
        ({ arena, mage }) => {
          arena.column(Vitals, 'power')[mage] = 1
          arena.column(Vitals, 'powerMax')[mage] = 1
        },
      ],
      ['dead', ({ arena, mage }) => arena.column(Status, 'flags').fill(flag.dead, mage, mage + 1)],
    ]
    for (const [code, spoil] of cases) {
      const scene = duel()
      const { arena, mage } = scene
      cast(arena, mage, dart, scene.dummy)
      arena.column(CreatureMind, 'nextTick')[scene.dummy] = 1_000_000
      spoil(scene)
      const power = arena.power(mage)
      arena.step(CAST_TICKS + 1)
      expect(failures(arena, mage), code).toEqual([code])
      expect(arena.power(mage)).toBe(power)
      expect(arena.shownOf(SpellFinished)).toEqual([])
      expect(isCasting(arena, mage)).toBe(false)
      expect(arena.has(mage, flag.casting)).toBe(false)
    }
  })

  it('is called off by its caster, with what waits behind it', () => {
    const { arena, mage, dummy } = duel()
    cast(arena, mage, dart, dummy)
    arena.step(CAST_TICKS - 4)
    expect(cast(arena, mage, needle, dummy)).toBe('ok')
    expect(arena.now(mage, SpellCancel, {})).toBe('ok')
    arena.step(100)
    expect(failures(arena, mage)).toEqual(['interrupted', 'interrupted'])
    expect(arena.shownOf(SpellFinished)).toEqual([])

    expect(cast(arena, mage, needle, dummy)).toBe('ok')
    arena.step(GLOBAL_TICKS - 4)
    expect(cast(arena, mage, dart, dummy)).toBe('ok')
    expect(arena.now(mage, SpellCancel, {})).toBe('ok')
    arena.step(60)
    expect(arena.shownOf(SpellStarted)).toHaveLength(1)
  })

  it('holds the weapon back', () => {
    const { arena, mage, dummy } = duel(2)
    cast(arena, mage, dart, dummy)
    arena.ask(mage, CombatAttack, { target: arena.entity(dummy) })
    arena.step(CAST_TICKS - 2)
    expect(arena.shownOf(CombatSwing)).toEqual([])
    arena.step(5)
    expect(arena.shownOf(CombatSwing)).toHaveLength(1)
  })
})
