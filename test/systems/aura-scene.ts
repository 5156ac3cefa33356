import { Auras } from '../../components/auras.js'
import type { Slot } from '../../src/ecs/entities.js'
import { removePlace, setPlace } from '../../systems/aura-rules.js'
import type { AuraEffect, AuraKind, Content } from '../../systems/content/types.js'
import { type Arena, keyed } from './arena.js'
import { refreshBySlot } from './refresh.js'

const effect: AuraEffect = {
  kind: 'absorb',
  stat: 'might',
  of: 'speed',
  factor: 1,
  amount: 1,
  amountPerLevel: 0,
  powerFactor: 0,
  everyMs: 0,
}
const plain: Omit<AuraKind, 'id' | 'key'> = {
  name: 'Of a test',
  school: 'shade',
  durationMs: 60_000,
  stacksMax: 1,
  dispel: 'none',
  harmful: false,
  breaksOnDamage: false,
  control: 'none',
  effects: [],
}
const FIRST_ID = 60_000
const added: readonly AuraKind[] = [
  { key: 'test-stun', harmful: true, control: 'stun' } as const,
  { key: 'test-root', harmful: true, control: 'root' } as const,
  { key: 'test-silence', harmful: true, control: 'silence' } as const,
  { key: 'test-fear', harmful: true, control: 'fear' } as const,
  { key: 'test-shield', effects: [effect] },
  { key: 'test-curse', harmful: true, effects: [{ ...effect, kind: 'factor', of: 'damageDone', factor: 0.5 } as const] },
  { key: 'test-boon', effects: [{ ...effect, kind: 'factor', of: 'damageTaken', factor: 0.5 } as const] },
].map((aura, i) => ({ ...plain, ...aura, id: FIRST_ID + i }))

/** Content with one aura of each kind that these tests need, beside those that its spells give. */
export function withAuras(content: Content): Content {
  const auras = content.auras.slice()
  for (const aura of added) auras[aura.id] = aura
  return { ...content, auras, auraList: [...content.auraList, ...added] }
}

/** Lays an aura on somebody for so many ticks (0: for ever), as the system `auras` does; it is at work at once. */
export function lay(
  arena: Arena,
  slot: Slot,
  key: string,
  options: { ticks?: number; caster?: Slot; amount?: number } = {},
): void {
  const { ticks = 0, caster = slot, amount = 0 } = options
  const auras = arena.edit(Auras)
  setPlace(auras, slot, auras.count[slot], {
    aura: keyed(arena.content.auraList, key).id,
    caster: arena.entity(caster),
    untilTick: ticks === 0 ? 0 : arena.tick + ticks,
    nextTick: 0,
    stacks: 1,
    amount,
    level: 1,
  })
  refreshBySlot(arena.world, slot)
}

/** Takes the first one away again. */
export function lift(arena: Arena, slot: Slot): void {
  removePlace(arena.edit(Auras), slot, 0)
  refreshBySlot(arena.world, slot)
}

export const aurasOn = (arena: Arena, slot: Slot): readonly string[] =>
  Array.from({ length: arena.column(Auras, 'count')[slot] }, (_, i) => {
    const id = arena.column(Auras, 'aura')[slot * 12 + i]
    return arena.content.auras[id]?.key ?? String(id)
  })
