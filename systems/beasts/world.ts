import { Auras } from '../../components/auras.js'
import { Combat, Threat } from '../../components/combat.js'
import { CreatureMind } from '../../components/creature.js'
import { Kind } from '../../components/kind.js'
import { Motion, Place, Position } from '../../components/motion.js'
import { Stats } from '../../components/stats.js'
import { flag, Status } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import { CombatAttack, CombatStopAttack } from '../../protocol/combat.js'
import { MoveFollow, MoveStop, MoveTo } from '../../protocol/move.js'
import { SpellCast } from '../../protocol/spell.js'
import type { Slot } from '../../src/ecs/entities.js'
import type { ContextOf } from '../../src/ecs/system.js'
import { GridResource } from '../../src/space/grid.js'
import { ContentResource } from '../content/resource.js'
import { CountersResource } from '../counters.js'
import { SpawnsResource } from '../spawn-table.js'
import { refreshPace } from '../stats-of.js'

/** What the system `creatureMind` works with; its parts lie beside this file. */
export const mindNeeds = {
  name: 'creatureMind',
  reads: { position: Position, place: Place, kind: Kind, stats: Stats },
  writes: {
    creatureMind: CreatureMind,
    motion: Motion,
    status: Status,
    vitals: Vitals,
    threat: Threat,
    combatant: Combat,
    auras: Auras,
  },
  resources: { grid: GridResource, content: ContentResource, spawns: SpawnsResource, counters: CountersResource },
  queries: { creatures: [CreatureMind, Threat] },
  acts: [CombatAttack, CombatStopAttack, MoveFollow, MoveStop, MoveTo, SpellCast],
} as const
export type MindWorld = ContextOf<typeof mindNeeds>

export const ticks = (world: MindWorld, ms: number): number => Math.max(1, Math.floor((ms * world.tickHz) / 1000 + 0.5))

const deadOrGhost = flag.dead | flag.ghost
export const isFallen = (world: MindWorld, slot: Slot): boolean => (world.status.flags[slot] & deadOrGhost) !== 0

/** Its pace goes by what it is doing. */
export function setState(world: MindWorld, slot: Slot, state: number): void {
  if (world.creatureMind.state[slot] === state) return
  world.creatureMind.state[slot] = state
  refreshPace(world, slot)
}
