import { describe, expect, it } from 'vitest'
import { AURAS_MAX, Auras } from '../../components/auras.js'
import { CreatureMind } from '../../components/creature.js'
import { Motion } from '../../components/motion.js'
import { flag } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import { SpellAuraFaded, SpellAuraGained, SpellAuraWorked } from '../../protocol/spell.js'
import type { Slot } from '../../src/ecs/entities.js'
import { DIMINISH_MS } from '../../systems/aura-rules.js'
import type { Content } from '../../systems/content/types.js'
import { type Arena, FIELD, keyed, plainBlows } from './arena.js'
import { cast, contentOf, inTicks, scene, spell, teach } from './spell-scene.js'

const auraId = (key: string, content: Content = plainBlows): number => keyed(content.auraList, key).id
const laidOn = (arena: Arena, slot: Slot): number[] => [
  ...arena.world.columns(Auras).aura.slice(slot * AURAS_MAX, slot * AURAS_MAX + arena.column(Auras, 'count')[slot]),
]

describe('a periodic aura', () => {
  it('harms each period until it ends, and is gone then', () => {
    const { arena, caster, foes } = scene('guardian', [2])
    const kind = keyed(plainBlows.auraList, 'deep-gash')
    expect(cast(arena, caster, spell('deep-gash'), foes[0])).toBe('ok')
    const begun = arena.tick
    expect(laidOn(arena, foes[0])).toEqual([kind.id])
    expect(arena.shownOf(SpellAuraGained)).toMatchObject([{ aura: kind.id, stacks: 1, durationMs: kind.durationMs }])
    arena.step(inTicks(kind.durationMs) + 5)
    const each = Math.round(5 + 1.7 * 19)
    expect(arena.shownOf(SpellAuraWorked).map(({ atTick, amount }) => [atTick - begun, amount])).toEqual(
      [60, 120, 180, 240].map((tick) => [tick, each]),
    )
    expect(arena.health(foes[0])).toBe(60_000 - 4 * each)
    expect(arena.shownOf(SpellAuraFaded).map(({ atTick }) => atTick - begun)).toEqual([240])
    expect(laidOn(arena, foes[0])).toEqual([])
    expect(arena.has(foes[0], flag.inCombat)).toBe(true)
  })

  it('renewed by its caster begins anew and keeps its beat; another’s lies beside it', () => {
    const { arena, caster, foes } = scene('guardian', [2])
    const other = arena.character({ level: 20, x: FIELD.x + 1 })
    const gash = spell('deep-gash')
    cast(arena, caster, gash, foes[0])
    const begun = arena.tick
    arena.step(inTicks(gash.cooldownMs))
    cast(arena, other, gash, foes[0])
    expect(laidOn(arena, foes[0])).toHaveLength(2)
    arena.column(Vitals, 'power')[caster] = 100
    expect(cast(arena, caster, gash, foes[0])).toBe('ok')
    expect(laidOn(arena, foes[0])).toHaveLength(2)
    expect(arena.column(Auras, 'untilTick')[foes[0] * AURAS_MAX]).toBe(arena.tick + 240)
    expect((arena.column(Auras, 'nextTick')[foes[0] * AURAS_MAX] - begun) % 60).toBe(0)
  })

  it('heals, and no further than whole', () => {
    const { arena, caster, foes } = scene('mender', [10])
    const max = arena.column(Vitals, 'healthMax')[caster]
    // In combat nobody recovers by himself.
    cast(arena, caster, spell('sunbrand'), foes[0])
    arena.step(30)
    arena.column(Vitals, 'health')[caster] = max - 40
    expect(cast(arena, caster, spell('lingering-light'))).toBe('ok')
    arena.until(() => arena.shownOf(SpellAuraWorked).length > 0, 61, 'the first period')
    const each = Math.round(5 + 1.5 * 19)
    expect(arena.shownOf(SpellAuraWorked)[0].amount).toBe(each)
    expect(arena.health(caster)).toBe(max - 40 + each)
    arena.step(200)
    expect(arena.health(caster)).toBe(max)
    expect(arena.shownOf(SpellAuraWorked).length).toBeLessThan(4)
  })

  it('stacks as far as it may', () => {
    const { arena, caster } = scene('guardian', [])
    const bite = spell('rending-bite')
    const wolf = arena.creature('ash-jackal', { x: FIELD.x + 2, level: 4 })
    arena.column(CreatureMind, 'nextTick')[wolf] = 1_000_000
    arena.column(CreatureMind, 'state')[wolf] = 1
    arena.face(wolf, 32_768)
    for (const stacks of [1, 2, 3, 3]) {
      expect(cast(arena, wolf, bite, caster)).toBe('ok')
      expect(arena.column(Auras, 'stacks')[caster * AURAS_MAX]).toBe(stacks)
      expect(laidOn(arena, caster)).toHaveLength(1)
    }
  })
})

describe('a shield', () => {
  it('takes damage before its bearer does, and is gone when it is used up', () => {
    const { arena, caster } = scene('arcanist', [])
    const wolf = arena.creature('cinder-drake', { x: FIELD.x + 10, level: 20 })
    arena.column(CreatureMind, 'nextTick')[wolf] = 1_000_000
    arena.column(CreatureMind, 'state')[wolf] = 1
    arena.face(wolf, 32_768)
    cast(arena, caster, spell('glass-mantle'))
    const held = arena.column(Auras, 'amount')[caster * AURAS_MAX]
    expect(held).toBe(18 + 5 * 19)
    const before = arena.health(caster)
    let blows = 0
    while (laidOn(arena, caster).length > 0) {
      expect(cast(arena, wolf, spell('cinder-spit'), caster)).toBe('ok')
      arena.step(60)
      blows += 1
      expect(blows).toBeLessThan(10)
    }
    expect(blows).toBeGreaterThan(1)
    expect(arena.health(caster)).toBeLessThan(before)
    expect(arena.shownOf(SpellAuraFaded).map(({ aura }) => aura)).toContain(auraId('glass-mantle'))
  })
})

describe('control', () => {
  const stagger = spell('stagger')

  it('holds its bearer: a stun by its flag, a root by its pace', () => {
    const { arena, caster, foes } = scene('blade', [2])
    expect(cast(arena, caster, stagger, foes[0])).toBe('ok')
    expect(arena.has(foes[0], flag.stunned)).toBe(true)
    expect(arena.column(Motion, 'speedMps')[foes[0]]).toBe(0)
    arena.step(inTicks(3_000))
    expect(arena.has(foes[0], flag.stunned)).toBe(false)
    expect(arena.column(Motion, 'speedMps')[foes[0]]).toBeGreaterThan(0)

    const frost = scene('arcanist', [5])
    cast(frost.arena, frost.caster, spell('rime-ring'))
    expect(frost.arena.has(frost.foes[0], flag.rooted)).toBe(true)
    expect(frost.arena.column(Motion, 'speedMps')[frost.foes[0]]).toBe(0)
  })

  it('lasts the whole, a half, a quarter of its time, then none, until 15 s have passed', () => {
    const content = contentOf({
      spells: [
        {
          id: 920,
          key: 'test-clout',
          name: 'Test Clout',
          target: 'enemy',
          rangeM: 10,
          effects: [{ kind: 'aura', aura: 'staggered' }],
        },
      ],
    })
    const { arena, caster, foes } = scene('blade', [2], content)
    const clout = spell('test-clout', content)
    teach(arena, caster, clout)
    const times: number[] = []
    const strike = (): void => {
      arena.column(Vitals, 'power')[caster] = 100
      arena.until(() => cast(arena, caster, clout, foes[0]) === 'ok' && arena.shownOf(SpellAuraGained).length >= 0, 40, 'a cast')
      const begun = arena.tick
      times.push(arena.has(foes[0], flag.stunned) ? arena.until(() => !arena.has(foes[0], flag.stunned), 100, 'its end') : 0)
      arena.step(Math.max(0, 60 - (arena.tick - begun)))
    }
    for (let i = 0; i < 4; i += 1) strike()
    expect(times).toEqual([60, 30, 15, 0])
    arena.step(inTicks(DIMINISH_MS))
    strike()
    expect(times.at(-1)).toBe(60)
  })

  it('that breaks on damage does, but not by a blow that was absorbed or missed', () => {
    const { arena, caster, foes } = scene('arcanist', [5])
    const dread = spell('dread-whisper')
    cast(arena, caster, dread, foes[0])
    arena.step(inTicks(dread.castMs))
    expect(arena.has(foes[0], flag.feared)).toBe(true)
    arena.step(5)
    expect(cast(arena, caster, spell('frost-needle'), foes[0])).toBe('ok')
    arena.step(2)
    expect(arena.has(foes[0], flag.feared)).toBe(false)
    expect(arena.shownOf(SpellAuraFaded).map(({ aura }) => aura)).toEqual([auraId('dreading')])
  })

  it('breaks the cast of who is silenced', () => {
    const { arena, caster } = scene('mender', [])
    const imp = arena.creature('hedge-imp', { x: FIELD.x + 10, level: 3 })
    arena.column(CreatureMind, 'nextTick')[imp] = 1_000_000
    arena.column(CreatureMind, 'state')[imp] = 1
    arena.face(imp, 32_768)
    expect(cast(arena, imp, spell('cinder-spit'), caster)).toBe('ok')
    expect(cast(arena, caster, spell('stilling-word'), imp)).toBe('ok')
    expect(arena.has(imp, flag.silenced)).toBe(true)
    arena.step()
    expect(arena.has(imp, flag.casting)).toBe(false)
    expect(cast(arena, imp, spell('cinder-spit'), caster)).toBe('silenced')
  })
})
