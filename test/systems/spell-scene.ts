import type { Spellbook } from '../../components/spells.js'
import { Spellbook as Book, SPELLS_MAX } from '../../components/spells.js'
import { resultCodes } from '../../protocol/result-codes.js'
import { SpellCast, SpellFailed } from '../../protocol/spell.js'
import type { Slot } from '../../src/ecs/entities.js'
import type { Content, SpellKind } from '../../systems/content/types.js'
import { Arena, contentWith, FIELD, keyed, plainBlows, TICK_HZ } from './arena.js'

type Entry = Record<string, unknown>

/** The shipped content with blows that always land as they are, and what is added to or changed in its spells and auras. */
export function contentOf(change: { spells?: readonly Entry[]; auras?: readonly Entry[]; items?: readonly Entry[] }): Content {
  return contentWith((files) => {
    const lists = files as unknown as Record<string, Entry[]>
    const rates = files['rates.json'] as unknown as { combat: Entry }
    Object.assign(rates.combat, { missChance: 0, dodgeChance: 0, critChance: 0 })
    lists['spells.json'].push(...(change.spells ?? []))
    lists['auras.json'].push(...(change.auras ?? []))
    lists['items.json'].push(...(change.items ?? []))
    // Somebody must be able to drop and to cast what is added.
    const drops = (change.items ?? []).map(({ key }) => ({ item: key, chance: 0.1, countMin: 1, countMax: 1 }))
    lists['creatures.json'][9].loot = [...(lists['creatures.json'][9].loot as Entry[]).slice(0, 5), ...drops]
    const own = (change.spells ?? []).map(({ key }) => ({ spell: key, everyMs: 1_000 }))
    const beasts = lists['creatures.json']
    own.forEach((entry, i) => {
      const beast = beasts[Math.floor(i / 2)]
      beast.spells = [...((beast.spells as Entry[] | undefined) ?? []).slice(0, 2), entry]
    })
  })
}

export const inTicks = (ms: number): number => (ms * TICK_HZ) / 1_000
export const spell = (key: string, content: Content = plainBlows): SpellKind => keyed(content.spellList, key)

/** Puts a spell into the book of a character, in place of its last one. */
export function teach(arena: Arena, slot: Slot, kind: SpellKind): void {
  arena.edit<typeof Spellbook>(Book).setAt(slot, 'spell', SPELLS_MAX - 1, kind.id)
}

/** Asks and steps once; the answer's name. */
export function cast(
  arena: Arena,
  by: Slot,
  { id }: { readonly id: number },
  on: Slot | 0 = 0,
  x = 0,
  z = 0,
): string | undefined {
  return arena.now(by, SpellCast, { spell: id, target: on === 0 ? 0 : arena.entity(on), x, z })
}

/** What a caster was told of casts that failed, by name. */
export const failures = (arena: Arena, slot: Slot): string[] =>
  arena.toldOf(slot, SpellFailed).map(({ code }) => resultCodes.list[code].name)

/** A caster at the place of all tests, and some enemies that stand still, so far along +x. */
export function scene(classKey: string, at: readonly number[], content?: Content): { arena: Arena; caster: Slot; foes: Slot[] } {
  const arena = new Arena(content === undefined ? {} : { content })
  const caster = arena.character({ classKey, level: 20 })
  return { arena, caster, foes: at.map((x) => arena.dummy({ x: FIELD.x + x })) }
}
