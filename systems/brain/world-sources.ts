import { Auras } from '../../components/auras.js'
import { Bag, Purse } from '../../components/bag.js'
import { Combat } from '../../components/combat.js'
import { Death } from '../../components/death.js'
import { Equipment } from '../../components/equipment.js'
import { Kind } from '../../components/kind.js'
import { Loot, Looting } from '../../components/loot.js'
import { Motion, Place, Position } from '../../components/motion.js'
import { Progress } from '../../components/progress.js'
import { QuestLog, QuestsDone } from '../../components/quest-log.js'
import { Spellbook } from '../../components/spells.js'
import { Status } from '../../components/status.js'
import { Trade } from '../../components/trade.js'
import { Vitals } from '../../components/vitals.js'
import type { ReadColumns } from '../../src/ecs/columns.js'
import type { Entity, Slot } from '../../src/ecs/entities.js'
import type { Outcomes } from '../../src/net/outcomes.js'
import type { Grid } from '../../src/space/grid.js'
import type { Spawns } from '../spawn-table.js'
import type { MindEvents } from './event-rings.js'

/** The components whose columns a view reads. */
export const viewedComponents = {
  position: Position,
  place: Place,
  motion: Motion,
  kind: Kind,
  vitals: Vitals,
  status: Status,
  combatant: Combat,
  book: Spellbook,
  bag: Bag,
  purse: Purse,
  progress: Progress,
  log: QuestLog,
  done: QuestsDone,
  looting: Looting,
  loot: Loot,
  death: Death,
  auras: Auras,
  equipment: Equipment,
  trade: Trade,
} as const
type Viewed = { readonly [K in keyof typeof viewedComponents]: ReadColumns<(typeof viewedComponents)[K]['fields']> }

export interface WorldViewSources extends Viewed {
  readonly grid: Grid
  readonly spawns: Spawns
  readonly outcomes: Outcomes
  readonly events: MindEvents
  readonly tickHz: number
  readonly entityOf: (slot: Slot) => Entity
  readonly slotOf: (entity: Entity) => Slot
}
