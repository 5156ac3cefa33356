import { Bag } from '../../components/bag.js'
import { Combat } from '../../components/combat.js'
import { Kind, kindType } from '../../components/kind.js'
import { InputQueue, Motion, Place, Position } from '../../components/motion.js'
import { Casting, Spellbook } from '../../components/spells.js'
import { Stats } from '../../components/stats.js'
import { flag, Status } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import { MoveTeleported } from '../../protocol/move.js'
import {
  SpellCancel,
  SpellCast,
  SpellFailed,
  SpellFinished,
  SpellLanded,
  SpellStarted,
  SpellStopped,
} from '../../protocol/spell.js'
import type { Entity, Slot } from '../../src/ecs/entities.js'
import type { ContextOf } from '../../src/ecs/system.js'
import { GridResource } from '../../src/space/grid.js'
import { ContentResource } from '../content/resource.js'
import type { SpellKind } from '../content/types.js'
import { CountersResource } from '../counters.js'
import { AuraGiven, Dispelled, Harmed, Healed, ItemCast, ItemGained, ItemUsed, Provoked, Struck, Summoned } from '../events.js'
import { LedgerResource } from '../ledger.js'
import { UidsResource } from '../uids.js'
import { FlightsResource } from './flights.js'

/** What the system `spells` works with, in all of its files. */
export const spellNeeds = {
  name: 'spells',
  reads: { place: Place, motion: Motion, kind: Kind, stats: Stats },
  writes: {
    position: Position,
    queue: InputQueue,
    casting: Casting,
    book: Spellbook,
    vitals: Vitals,
    status: Status,
    combatant: Combat,
    bag: Bag,
  },
  resources: {
    content: ContentResource,
    counters: CountersResource,
    grid: GridResource,
    flights: FlightsResource,
    uids: UidsResource,
    ledger: LedgerResource,
  },
  queries: { casters: [Casting, Vitals] },
  intents: [SpellCast, SpellCancel],
  events: { harmed: Harmed, uses: ItemCast },
  emits: [Struck, Healed, Provoked, AuraGiven, Dispelled, ItemUsed, ItemGained, Summoned],
  tells: [SpellFailed, MoveTeleported],
  shows: [SpellStarted, SpellFinished, SpellStopped, SpellLanded],
} as const
export type SpellWorld = ContextOf<typeof spellNeeds>

export const deadOrGhost = flag.dead | flag.ghost

export const ticks = (world: SpellWorld, ms: number): number => Math.floor((ms * world.tickHz) / 1000 + 0.5)
export const isCreature = (world: SpellWorld, slot: Slot): boolean => world.kind.type[slot] === kindType.creature

/** What somebody casts, and where to. */
export interface Aim {
  readonly spell: SpellKind
  /** Whom the request names; 0 for nobody. */
  readonly named: Entity
  /** The point on the ground, for spells that are aimed at one. */
  readonly x: number
  readonly z: number
  /** 1 + the bag slot of the item that is used, 0 for none. */
  readonly item: number
}

/** Nobody named means oneself, where the spell allows it; a place on the ground is nobody. */
export function targetOf(world: SpellWorld, slot: Slot, { spell, named }: Aim): Slot {
  if (spell.target === 'point') return 0
  return spell.target === 'self' || (spell.target === 'friend' && named === 0) ? slot : world.slotOf(named)
}
