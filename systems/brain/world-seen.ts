import type { Combat } from '../../components/combat.js'
import type { Kind } from '../../components/kind.js'
import type { Position } from '../../components/motion.js'
import type { Status } from '../../components/status.js'
import type { Vitals } from '../../components/vitals.js'
import type { ReadColumns } from '../../src/ecs/columns.js'
import type { Entity, Slot } from '../../src/ecs/entities.js'
import type { Seen } from './view.js'

/** The columns that show somebody. */
export interface SeenSources {
  readonly position: ReadColumns<(typeof Position)['fields']>
  readonly kind: ReadColumns<(typeof Kind)['fields']>
  readonly vitals: ReadColumns<(typeof Vitals)['fields']>
  readonly status: ReadColumns<(typeof Status)['fields']>
  readonly combatant: ReadColumns<(typeof Combat)['fields']>
  readonly entityOf: (slot: Slot) => Entity
}

/** Somebody in sight, read from the columns: set `slot`. */
export class SeenSlot implements Seen {
  slot: Slot = 0
  constructor(private readonly from: SeenSources) {}
  get entity(): Entity {
    return this.from.entityOf(this.slot)
  }
  get type(): number {
    return this.from.kind.type[this.slot]
  }
  get look(): number {
    return this.from.kind.look[this.slot]
  }
  get level(): number {
    return this.from.status.level[this.slot]
  }
  get x(): number {
    return this.from.position.x[this.slot]
  }
  get z(): number {
    return this.from.position.z[this.slot]
  }
  get health(): number {
    return this.from.vitals.health[this.slot]
  }
  get healthMax(): number {
    return this.from.vitals.healthMax[this.slot]
  }
  get flags(): number {
    return this.from.status.flags[this.slot]
  }
  get tap(): Entity {
    return this.from.status.tap[this.slot]
  }
  get target(): Entity {
    return this.from.combatant.target[this.slot]
  }
}
