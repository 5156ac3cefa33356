import { describe, expect, it } from 'vitest'
import { Combat } from '../../components/combat.js'
import { CREATURE_SPELLS_MAX, CreatureMind, creatureState } from '../../components/creature.js'
import { Motion, moveMode } from '../../components/motion.js'
import { Stats } from '../../components/stats.js'
import { flag, Status } from '../../components/status.js'
import { CombatAttack } from '../../protocol/combat.js'
import { SpellFinished } from '../../protocol/spell.js'
import type { Slot } from '../../src/ecs/entities.js'
import type { Content, SpellKind } from '../../systems/content/types.js'
import { Healed, Provoked } from '../../systems/events.js'
import { Arena, FIELD, keyed, plainBlows, TICK_HZ } from './arena.js'
import { lay, withAuras } from './aura-scene.js'

const meek = keyed(plainBlows.creatureList, 'bristle-hare')
const bolt = plainBlows.spellList.find(
  ({ target, castMs, area, rangeM, effects }) =>
    target === 'enemy' && castMs > 0 && rangeM > 15 && area === undefined && effects[0].kind === 'damage',
) as SpellKind
/** Hares that throw the first bolt of the content's own. */
const throwers: Content = withAuras({
  ...plainBlows,
  creatures: plainBlows.creatures.map((kind) =>
    kind?.id === meek.id ? { ...kind, spells: [{ spell: bolt.id, everyMs: 4_000, level: 1 }] } : kind,
  ),
})

/** A creature that fights the first of two characters. */
function brawl(content: Content = plainBlows): { arena: Arena; hare: Slot; first: Slot; second: Slot } {
  const arena = new Arena({ content })
  const hare = arena.creature(meek.key)
  const first = arena.character({ x: FIELD.x + 2 })
  const second = arena.character({ x: FIELD.x + 20 })
  for (const slot of [hare, first, second]) arena.setHealth(slot, 60_000)
  arena.face(first, 32_768)
  arena.now(first, CombatAttack, { target: arena.entity(hare) })
  arena.step(5)
  expect(arena.target(hare)).toBe(arena.entity(first))
  return { arena, hare, first, second }
}
function provoke(arena: Arena, creature: Slot, by: Slot, amount: number, taunts = 0): void {
  const value = { creature: arena.entity(creature), by: arena.entity(by), amount, taunts }
  arena.world.eventLog(Provoked).push(value, 0)
}

describe('a provocation', () => {
  it('is hated as much as it says, and begins a fight', () => {
    const { arena, hare, first, second } = brawl()
    const before = arena.threat(hare)[arena.entity(first)]
    provoke(arena, hare, second, before)
    arena.step(10)
    expect(arena.threat(hare)[arena.entity(second)]).toBeCloseTo(before, 3)
    expect(arena.target(hare)).toBe(arena.entity(first))
    expect(arena.has(second, flag.inCombat)).toBe(true)
  })

  it('that taunts makes one as hated as anybody, and turns the creature at once', () => {
    const { arena, hare, first, second } = brawl()
    arena.column(Combat, 'target')[first] = 0
    const before = arena.threat(hare)[arena.entity(first)]
    provoke(arena, hare, second, 5, 1)
    arena.step()
    expect(arena.target(hare)).toBe(arena.entity(second))
    expect(arena.threat(hare)[arena.entity(second)]).toBeCloseTo(before + 5, 3)
    arena.step()
    expect(arena.column(Motion, 'follow')[hare]).toBe(arena.entity(second))
    arena.step(60)
    expect(arena.target(hare)).toBe(arena.entity(second))
    expect(arena.distance(hare, second)).toBeLessThan(4)
  })

  it('wakes who is idle, and does nothing to the dead, to who evades, and by the dead', () => {
    const arena = new Arena()
    const hare = arena.creature(meek.key)
    const hero = arena.character({ x: FIELD.x + 10 })
    for (const [slot, bit] of [
      [hare, flag.dead],
      [hare, flag.evading],
      [hero, flag.ghost],
    ]) {
      arena.column(Status, 'flags')[slot] = bit
      provoke(arena, hare, hero, 10, 1)
      arena.step()
      expect(arena.threat(hare)).toEqual({})
      arena.column(Status, 'flags')[slot] = 0
    }
    provoke(arena, hare, hero, 10, 1)
    arena.step(3)
    expect(arena.column(CreatureMind, 'state')[hare]).toBe(creatureState.fight)
    expect(arena.target(hare)).toBe(arena.entity(hero))
  })
})

describe('healing', () => {
  it('is hated half as much as harm, times the healer’s factor', () => {
    const { arena, hare, first, second } = brawl()
    arena.edit(Stats).set(second, 'threatFactor', 2)
    arena.world.eventLog(Healed).push({ healer: arena.entity(second), target: arena.entity(first), amount: 30 }, 0)
    arena.step()
    expect(arena.threat(hare)[arena.entity(second)]).toBeCloseTo(30, 3)
  })
})

describe('a creature’s spells', () => {
  it('are cast standing, in its rhythm, and it goes on striking in between', () => {
    const { arena, hare, first } = brawl(throwers)
    arena.step(16 * TICK_HZ)
    const casts = arena.shownOf(SpellFinished).filter(({ caster }) => caster === arena.entity(hare))
    expect(casts.length).toBeGreaterThanOrEqual(2)
    expect(casts.length).toBeLessThanOrEqual(5)
    for (const cast of casts) expect(cast).toMatchObject({ spell: bolt.id, target: arena.entity(first) })
    arena.until(() => arena.column(Motion, 'mode')[hare] === moveMode.follow, 100, 'the chase')
    expect(arena.column(CreatureMind, 'state')[hare]).toBe(creatureState.fight)
  })

  it('are not cast by the silenced', () => {
    const { arena, hare, first } = brawl(throwers)
    lay(arena, hare, 'test-silence', { caster: first })
    arena.shown.length = 0
    arena.column(CreatureMind, 'spellTick')[hare * CREATURE_SPELLS_MAX] = 0
    arena.step(8 * TICK_HZ)
    expect(arena.shownOf(SpellFinished)).toEqual([])
    expect(arena.column(Motion, 'mode')[hare]).toBe(moveMode.follow)
  })
})
