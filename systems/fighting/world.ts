import { Auras } from '../../components/auras.js'
import { Combat, Threat } from '../../components/combat.js'
import { CreatureMind } from '../../components/creature.js'
import { Equipment } from '../../components/equipment.js'
import { Kind, kindType } from '../../components/kind.js'
import { Motion, Place, Position } from '../../components/motion.js'
import { Stats } from '../../components/stats.js'
import { flag, Status } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import { CombatAttack, CombatStarted, CombatStopAttack, CombatStopped, CombatSwing, CombatUnable } from '../../protocol/combat.js'
import { result } from '../../protocol/result-codes.js'
import type { Slot } from '../../src/ecs/entities.js'
import type { ContextOf } from '../../src/ecs/system.js'
import { GridResource } from '../../src/space/grid.js'
import { ContentResource } from '../content/resource.js'
import { CountersResource } from '../counters.js'
import { Harmed, Healed, Killed, Provoked, Struck } from '../events.js'

/** What the system `combat` works with; its parts lie beside this file. */
export const combatNeeds = {
  name: 'combat',
  reads: { position: Position, place: Place, motion: Motion, kind: Kind, equipment: Equipment, stats: Stats },
  writes: { combatant: Combat, status: Status, vitals: Vitals, threat: Threat, mind: CreatureMind, auras: Auras },
  resources: { content: ContentResource, counters: CountersResource, grid: GridResource },
  queries: { fighters: [Combat, Position, Motion, Status, Vitals] },
  intents: [CombatAttack, CombatStopAttack],
  events: { struck: Struck, healed: Healed, provoked: Provoked },
  emits: [Harmed, Killed],
  tells: [CombatUnable],
  shows: [CombatStarted, CombatStopped, CombatSwing],
} as const
export type CombatWorld = ContextOf<typeof combatNeeds>

export const ticks = (world: CombatWorld, ms: number): number => Math.max(1, Math.floor((ms * world.tickHz) / 1000 + 0.5))

export const isCreature = (world: CombatWorld, slot: Slot): boolean => world.kind.type[slot] === kindType.creature

const deadOrGhost = flag.dead | flag.ghost
/** Whoever fell earlier in this tick has no flag yet, but can neither kill nor be killed any more. */
export const isFallen = (world: CombatWorld, slot: Slot): boolean =>
  (world.status.flags[slot] & deadOrGhost) !== 0 || world.vitals.health[slot] === 0

/** The code for harming what stands in slot `target`, whoever does it. */
export function harmCode(world: CombatWorld, target: Slot): number {
  if (target === 0 || !world.has(target, Combat)) return result.noSuchTarget
  if (isFallen(world, target)) return result.dead
  return (world.status.flags[target] & flag.evading) !== 0 ? result.immune : result.ok
}

/** The same, done by `slot`. Characters harm creatures, creatures characters. */
export function mayHarm(world: CombatWorld, slot: Slot, target: Slot): number {
  if (target === 0 || target === slot || !world.has(target, Combat)) return result.noSuchTarget
  return isCreature(world, slot) === isCreature(world, target) ? result.noSuchTarget : harmCode(world, target)
}
