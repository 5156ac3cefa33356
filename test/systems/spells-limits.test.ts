import { describe, expect, it } from 'vitest'
import { Place } from '../../components/motion.js'
import { Spellbook } from '../../components/spells.js'
import { flag, Status } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import { CombatAttack } from '../../protocol/combat.js'
import { SpellCast, SpellFinished, SpellStarted } from '../../protocol/spell.js'
import type { Slot } from '../../src/ecs/entities.js'
import { QUEUE_MS } from '../../systems/spell-rules.js'
import { Arena, FIELD, keyed, plainBlows, TICK_HZ } from './arena.js'

const spell = (key: string) => keyed(plainBlows.spellList, key)
const dart = spell('ember-dart')
const needle = spell('frost-needle')
const lance = spell('storm-lance')
const mending = spell('mending-touch')
const inTicks = (ms: number): number => (ms * TICK_HZ) / 1_000
const GLOBAL_TICKS = inTicks(plainBlows.rates.globalCooldownMs)

/** An arcanist of level 10, and something to burn in front of him. */
function duel(distanceM = 17): { arena: Arena; mage: Slot; dummy: Slot } {
  const arena = new Arena()
  const mage = arena.character({ classKey: 'arcanist', level: 10 })
  const dummy = arena.dummy({ x: FIELD.x + distanceM })
  return { arena, mage, dummy }
}
const cast = (arena: Arena, by: Slot, { id }: { readonly id: number }, on: Slot | 0): string | undefined =>
  arena.now(by, SpellCast, { spell: id, target: on === 0 ? 0 : arena.entity(on), x: 0, z: 0 })

describe('cooldowns', () => {
  it('the global one starts with the cast, the spell’s own at its end', () => {
    const { arena, mage, dummy } = duel()
    cast(arena, mage, lance, dummy)
    const begun = arena.tick
    expect(arena.column(Spellbook, 'globalTick')[mage]).toBe(begun + GLOBAL_TICKS)
    const at = mage * 10 + [...arena.world.columns(Spellbook).spell.subarray(mage * 10, mage * 10 + 10)].indexOf(lance.id)
    expect(arena.column(Spellbook, 'readyTick')[at]).toBe(0)
    arena.step(inTicks(lance.castMs))
    expect(arena.column(Spellbook, 'readyTick')[at]).toBe(begun + inTicks(lance.castMs) + inTicks(lance.cooldownMs))
    expect(cast(arena, mage, lance, dummy)).toBe('notReady')
    expect(cast(arena, mage, needle, dummy)).toBe('ok')
  })

  it('hold for every spell together, and a request within the last 400 ms waits', () => {
    const { arena, mage, dummy } = duel()
    expect(cast(arena, mage, needle, dummy)).toBe('ok')
    const first = arena.tick
    expect(cast(arena, mage, dart, dummy)).toBe('notReady')
    arena.step(GLOBAL_TICKS - inTicks(QUEUE_MS) - 3)
    expect(cast(arena, mage, dart, dummy)).toBe('notReady')
    expect(cast(arena, mage, dart, dummy)).toBe('ok')
    arena.step(inTicks(QUEUE_MS))
    expect(arena.shownOf(SpellStarted).map(({ atTick }) => atTick)).toEqual([first + GLOBAL_TICKS])
  })

  it('let a mind cast once a global cooldown, not more', () => {
    const { arena, mage, dummy } = duel()
    const begun = arena.tick
    for (let tick = 0; tick < 10 * GLOBAL_TICKS; tick += 1) {
      arena.column(Vitals, 'power')[mage] = 100
      arena.ask(mage, SpellCast, { spell: dart.id, target: arena.entity(dummy), x: 0, z: 0 })
      arena.step()
    }
    const casts = arena.shownOf(SpellStarted).length
    expect(casts).toBeLessThanOrEqual((arena.tick - begun) / GLOBAL_TICKS)
    expect(casts).toBeGreaterThanOrEqual(9)
  })
})

describe('what may be cast', () => {
  it('is known, paid for, in range, in front, at the right sort of target', () => {
    const { arena, mage, dummy } = duel()
    const friend = arena.character({ x: FIELD.x + 5 })
    const refused: readonly (readonly [string, () => string | undefined])[] = [
      ['noSuchTarget', () => cast(arena, mage, mending, mage)],
      ['noSuchTarget', () => cast(arena, mage, { id: 9_999 }, dummy)],
      ['noSuchTarget', () => cast(arena, mage, { id: 0 }, dummy)],
      ['noSuchTarget', () => cast(arena, mage, dart, friend)],
      ['noSuchTarget', () => cast(arena, mage, dart, 0)],
      ['noSuchTarget', () => cast(arena, mage, dart, mage)],
    ]
    for (const [code, attempt] of refused) expect(attempt()).toBe(code)
    arena.move(dummy, FIELD.x + dart.rangeM + 1.01, FIELD.z)
    expect(cast(arena, mage, dart, dummy)).toBe('outOfRange')
    arena.move(dummy, FIELD.x + dart.rangeM + 0.99, FIELD.z)
    arena.face(mage, 32_768)
    expect(cast(arena, mage, dart, dummy)).toBe('notFacing')
    arena.face(mage, 0)
    arena.column(Vitals, 'power')[mage] = dart.cost - 1
    expect(cast(arena, mage, dart, dummy)).toBe('noPower')
    arena.column(Vitals, 'power')[mage] = 100
    arena.column(Place, 'instance')[dummy] = 1
    expect(cast(arena, mage, dart, dummy)).toBe('outOfRange')
    arena.column(Place, 'instance')[dummy] = 0
    // Nothing of all that has cost anything.
    expect(arena.column(Spellbook, 'globalTick')[mage]).toBe(0)
    expect(cast(arena, mage, dart, dummy)).toBe('ok')
  })

  it('is nothing for the dead and for ghosts', () => {
    for (const state of [flag.dead, flag.ghost]) {
      const { arena, mage, dummy } = duel()
      arena.column(Status, 'flags')[mage] = state
      expect(cast(arena, mage, needle, dummy)).toBe('dead')
      expect(arena.shownOf(SpellFinished)).toEqual([])
    }
  })
})

describe('healing', () => {
  const healer = (): { arena: Arena; mender: Slot } => {
    const arena = new Arena()
    return { arena, mender: arena.character({ classKey: 'mender', level: 10 }) }
  }

  it('gives back what is missing and no more, to oneself where nobody is named', () => {
    const { arena, mender } = healer()
    const max = arena.column(Vitals, 'healthMax')[mender]
    arena.column(Vitals, 'health')[mender] = max - 3
    expect(cast(arena, mender, mending, 0)).toBe('ok')
    arena.step(inTicks(mending.castMs))
    expect(arena.health(mender)).toBe(max)
    expect(arena.shownOf(SpellFinished)[0].amount).toBeLessThanOrEqual(3)
  })

  it('needs no facing, but a living friend', () => {
    const { arena, mender } = healer()
    const friend = arena.character({ x: FIELD.x - 5 })
    expect(cast(arena, mender, spell('quick-mercy'), friend)).toBe('ok')
    arena.step(GLOBAL_TICKS)
    arena.column(Status, 'flags')[friend] = flag.dead
    expect(cast(arena, mender, mending, friend)).toBe('dead')
    expect(cast(arena, mender, mending, arena.dummy())).toBe('noSuchTarget')
  })

  it('is hated half as much as harm, divided among those who hate the healed', () => {
    const { arena, mender } = healer()
    const tank = arena.character({ x: FIELD.x + 3, level: 10 })
    const wolves = [0, 1, 2].map((z) => arena.dummy({ x: FIELD.x + 4, z: FIELD.z + z }))
    for (const wolf of wolves.slice(0, 2)) {
      arena.ask(tank, CombatAttack, { target: arena.entity(wolf) })
      arena.step(60)
    }
    expect(Object.keys(arena.threat(wolves[0]))).toEqual([String(arena.entity(tank))])
    arena.column(Vitals, 'health')[tank] = 10
    expect(cast(arena, mender, spell('quick-mercy'), tank)).toBe('ok')
    const { amount } = arena.shownOf(SpellFinished)[0]
    expect(amount).toBeGreaterThan(10)
    expect(arena.threat(wolves[0])[arena.entity(mender)]).toBeCloseTo(amount / 4, 4)
    expect(arena.threat(wolves[1])[arena.entity(mender)]).toBeCloseTo(amount / 4, 4)
    expect(arena.threat(wolves[2])).toEqual({})
    expect(arena.has(mender, flag.inCombat)).toBe(true)
  })
})
