import type { Resource } from '../ecs/resource.js'
import { AuditResource } from '../net/audit.js'
import { FaultsResource } from '../net/faults.js'
import type { Log } from '../ports/log.js'
import type { Simulation } from './simulation.js'

/**
 * What a world has to tell after a tick: systems have no log. A world whose systems know of no audit or no faults must not come to have
 * them here, since they are part of its state.
 */
export class TickLog {
  private readonly isAudited: boolean
  private readonly hasFaults: boolean

  constructor(
    private readonly simulation: Simulation,
    private readonly log: Log,
  ) {
    const knows = (resource: Resource): boolean =>
      simulation.game.pipeline.order.some(({ resources }) => Object.values(resources).includes(resource))
    this.isAudited = knows(AuditResource as Resource)
    this.hasFaults = knows(FaultsResource as Resource)
  }

  /** What moderators did, and minds that threw (the first time of each): one line each. */
  write(): void {
    const { world, game } = this.simulation
    if (this.isAudited)
      for (const { code, ...entry } of world.resource(AuditResource).drain())
        this.log.info({ ...entry, code: game.protocol.resultCodes.list[code].name }, 'audit')
    if (this.hasFaults)
      for (const fault of world.resource(FaultsResource).drain())
        this.log.error({ ...fault }, 'a mind threw; it skips its decision')
  }
}
