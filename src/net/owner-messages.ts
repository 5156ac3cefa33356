import type { Slot } from '../ecs/entities.js'
import type { World } from '../ecs/world.js'
import type { CellLayout } from '../protocol/cell-layout.js'
import type { ToClient } from '../protocol/opcode.js'
import { OWNER_VALUES_MAX, OwnerChanged, OwnerState } from './opcodes.js'
import type { Session } from './session.js'

/** A column of a component, and how many of its values each slot has. */
interface OwnedField {
  readonly column: ArrayLike<number>
  readonly length: number
}

type Push = (session: Session, opcode: ToClient, payload: Readonly<Record<string, unknown>>) => void

/** Own columns: everything after entering, single values afterwards. */
export class OwnerMessages {
  /** Sessions that get everything at the end of the tick. */
  readonly stateDue = new Set<Session>()
  /** By component, by field, as owner messages number them. */
  private readonly fields: readonly (readonly OwnedField[])[]

  constructor(
    private readonly world: World,
    private readonly layout: CellLayout,
    private readonly push: Push,
  ) {
    this.fields = world.components.map((component) => {
      const columns = world.columns(component)
      return Object.entries(component.fields).map(([name, type]) => ({
        column: columns[name],
        length: type.kind === 'each' ? type.length : 1,
      }))
    })
  }

  send(sessions: ReadonlyMap<Slot, Session>): void {
    const { marks } = this.world
    if (marks.overflow) for (const session of sessions.values()) this.stateDue.add(session)
    for (const { slot, component, field, index } of marks.ownerChanges) {
      const session = sessions.get(slot)
      if (session === undefined || this.stateDue.has(session)) continue
      const value = this.value(slot, component, field, index)
      this.push(session, OwnerChanged, { component, field, index, value })
    }
    marks.drainOwnerChanges()
    for (const session of this.stateDue) if (session.slot !== 0) this.pushState(session)
    this.stateDue.clear()
  }

  private value(slot: Slot, component: number, field: number, index: number): number {
    const { column, length } = this.fields[component][field]
    return column[slot * length + index]
  }

  private pushState(session: Session): void {
    const values: { component: number; field: number; index: number; value: number }[] = []
    for (const { component } of this.layout.owner) {
      if (!this.world.entities.hasAt(session.slot, component)) continue
      this.fields[component].forEach(({ length }, field) => {
        for (let index = 0; index < length; index += 1) {
          const value = this.value(session.slot, component, field, index)
          if (value !== 0 && values.length < OWNER_VALUES_MAX) values.push({ component, field, index, value })
        }
      })
    }
    this.push(session, OwnerState, { values })
  }
}
