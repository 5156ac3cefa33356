import { describe, expect, it } from 'vitest'
import { AURAS_MAX, Auras } from '../../components/auras.js'
import { CreatureMind } from '../../components/creature.js'
import { Stats } from '../../components/stats.js'
import { flag } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import { SpellCancelAura } from '../../protocol/spell.js'
import type { Slot } from '../../src/ecs/entities.js'
import type { Content } from '../../systems/content/types.js'
import { type Arena, FIELD, keyed, plainBlows } from './arena.js'
import { cast, contentOf, scene, spell, teach } from './spell-scene.js'

const auraId = (key: string, content: Content = plainBlows): number => keyed(content.auraList, key).id
const laidOn = (arena: Arena, slot: Slot): number[] => [
  ...arena.world.columns(Auras).aura.slice(slot * AURAS_MAX, slot * AURAS_MAX + arena.column(Auras, 'count')[slot]),
]

describe('taking away', () => {
  it('a friend’s dispel takes what is harmful, of its kinds, the newest first', () => {
    const { arena, caster } = scene('mender', [])
    const toad = arena.creature('bog-toad', { x: FIELD.x + 2, level: 5 })
    arena.column(CreatureMind, 'nextTick')[toad] = 1_000_000
    arena.column(CreatureMind, 'state')[toad] = 1
    arena.face(toad, 32_768)
    expect(cast(arena, toad, spell('venom-sting'), caster)).toBe('ok')
    cast(arena, caster, spell('oaken-blessing'))
    arena.step(40)
    expect(laidOn(arena, caster)).toEqual([auraId('stung'), auraId('oaken-blessing')])
    expect(cast(arena, caster, spell('clear-blood'))).toBe('ok')
    expect(laidOn(arena, caster)).toEqual([auraId('oaken-blessing')])
  })

  it('an enemy’s takes what helps', () => {
    const content = contentOf({
      spells: [
        {
          id: 921,
          key: 'test-strip',
          name: 'Test Strip',
          target: 'enemy',
          rangeM: 30,
          effects: [{ kind: 'dispel', dispel: 'spell', count: 1 }],
        },
      ],
    })
    const { arena, caster } = scene('mender', [], content)
    const hare = arena.creature('bristle-hare', { x: FIELD.x + 2, level: 1 })
    arena.column(CreatureMind, 'nextTick')[hare] = 1_000_000
    arena.column(CreatureMind, 'state')[hare] = 1
    arena.face(hare, 32_768)
    cast(arena, caster, spell('oaken-blessing', content))
    arena.step(40)
    cast(arena, caster, spell('lingering-light', content))
    expect(cast(arena, hare, spell('test-strip', content), caster)).toBe('ok')
    expect(laidOn(arena, caster)).toEqual([auraId('oaken-blessing', content)])
    expect(arena.has(caster, flag.inCombat)).toBe(true)
  })

  it('one puts off what is one’s own and helps, and nothing else', () => {
    const { arena, caster } = scene('guardian', [])
    const toad = arena.creature('bog-toad', { x: FIELD.x + 2, level: 5 })
    arena.column(CreatureMind, 'nextTick')[toad] = 1_000_000
    arena.column(CreatureMind, 'state')[toad] = 1
    arena.face(toad, 32_768)
    cast(arena, toad, spell('venom-sting'), caster)
    cast(arena, caster, spell('steadfast-stance'))
    const stance = auraId('steadfast-stance')
    expect(arena.column(Auras, 'untilTick')[caster * AURAS_MAX + 1]).toBe(0)
    expect(arena.now(caster, SpellCancelAura, { aura: auraId('stung') })).toBe('noSuchTarget')
    expect(arena.now(caster, SpellCancelAura, { aura: stance })).toBe('ok')
    expect(arena.now(caster, SpellCancelAura, { aura: stance })).toBe('noSuchTarget')
    expect(laidOn(arena, caster)).toEqual([auraId('stung')])
    expect(arena.column(Stats, 'threatFactor')[caster]).toBe(1)
  })

  it('death takes all, lasting or not', () => {
    const { arena, caster, foes } = scene('guardian', [2])
    cast(arena, caster, spell('steadfast-stance'))
    arena.step(40)
    arena.column(Vitals, 'power')[caster] = 100
    cast(arena, caster, spell('deep-gash'), foes[0])
    arena.setHealth(foes[0], 1)
    arena.until(() => arena.has(foes[0], flag.dead), 80, 'its death')
    arena.step()
    expect(laidOn(arena, foes[0])).toEqual([])
    const wolf = arena.creature('ash-jackal', { x: FIELD.x + 2, level: 4 })
    arena.column(CreatureMind, 'nextTick')[wolf] = 1_000_000
    arena.column(CreatureMind, 'state')[wolf] = 1
    arena.face(wolf, 32_768)
    arena.column(Vitals, 'health')[caster] = 1
    expect(laidOn(arena, caster)).toEqual([auraId('steadfast-stance')])
    expect(cast(arena, wolf, spell('rending-bite'), caster)).toBe('ok')
    arena.step()
    expect(arena.has(caster, flag.dead)).toBe(true)
    expect(laidOn(arena, caster)).toEqual([])
    expect(arena.column(Stats, 'threatFactor')[caster]).toBe(1)
  })

  it('over the most, the one that ends first gives way', () => {
    const list = Array.from({ length: AURAS_MAX + 1 }, (_, i) => i)
    const content = contentOf({
      auras: list.map((i) => ({
        id: 930 + i,
        key: `test-mark-${i}`,
        name: `Mark ${i}`,
        durationMs: i === 4 ? 20_000 : 60_000,
        effects: [{ kind: 'stat', stat: 'might', amount: 1 }],
      })),
      spells: list.map((i) => ({
        id: 930 + i,
        key: `test-mark-${i}`,
        name: `Mark ${i}`,
        target: 'friend',
        rangeM: 30,
        offGlobal: true,
        effects: [{ kind: 'aura', aura: `test-mark-${i}` }],
      })),
    })
    const { arena, caster } = scene('mender', [], content)
    for (const i of list) {
      teach(arena, caster, spell(`test-mark-${i}`, content))
      expect(cast(arena, caster, spell(`test-mark-${i}`, content))).toBe('ok')
    }
    expect(laidOn(arena, caster)).toEqual(list.filter((i) => i !== 4).map((i) => 930 + i))
    expect(arena.column(Stats, 'attackPower')[caster]).toBe(AURAS_MAX)
  })
})

describe('what does not stack', () => {
  it('two healers’ blessing is one blessing, the later one’s', () => {
    const { arena, caster } = scene('mender', [])
    const other = arena.character({ classKey: 'mender', level: 20, x: FIELD.x + 3 })
    const target = arena.character({ x: FIELD.x + 2 })
    const before = arena.column(Vitals, 'healthMax')[target]
    cast(arena, caster, spell('oaken-blessing'), target)
    const blessed = arena.column(Vitals, 'healthMax')[target]
    expect(blessed).toBeGreaterThan(before)
    cast(arena, other, spell('oaken-blessing'), target)
    expect(arena.column(Vitals, 'healthMax')[target]).toBe(blessed)
    expect(arena.column(Auras, 'caster')[target * AURAS_MAX]).toBe(arena.entity(other))
  })
})
