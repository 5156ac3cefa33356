import { Combat } from '../../components/combat.js'
import { Kind } from '../../components/kind.js'
import { Status } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import type { EntityView } from '../../src/client/index.js'
import type { Entity } from '../../src/ecs/entities.js'
import type { Seen } from './view.js'

/** Somebody in sight, read from what the SDK shows: set `view`. */
export class SeenView implements Seen {
  view: EntityView | undefined
  private number(component: typeof Kind | typeof Status | typeof Vitals | typeof Combat, field: string): number {
    return this.view?.get(component, field as never) ?? 0
  }
  get entity(): Entity {
    return this.view?.entity ?? 0
  }
  get type(): number {
    return this.number(Kind, 'type')
  }
  get look(): number {
    return this.number(Kind, 'look')
  }
  get level(): number {
    return this.number(Status, 'level')
  }
  get x(): number {
    return this.view?.x ?? 0
  }
  get z(): number {
    return this.view?.z ?? 0
  }
  get health(): number {
    return this.number(Vitals, 'health')
  }
  get healthMax(): number {
    return this.number(Vitals, 'healthMax')
  }
  get flags(): number {
    return this.number(Status, 'flags')
  }
  get tap(): Entity {
    return this.number(Status, 'tap')
  }
  get target(): Entity {
    return this.number(Combat, 'target')
  }
}
