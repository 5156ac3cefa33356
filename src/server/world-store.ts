import { oneLine } from '../config.js'
import type { MyriadError } from '../errors.js'
import type { InboxEntry } from '../net/inbox.js'
import { CommitQueue, type StoreLevel } from './commit-queue.js'
import { MeasuredStore } from './measured-store.js'
import type { ServerPorts } from './server-config.js'
import type { Simulation } from './simulation.js'

export interface WorldStoreOptions {
  readonly simulation: Simulation
  readonly ports: Pick<ServerPorts, 'store' | 'clock' | 'log'>
  /** Puts an entry into the inbox of a later tick. */
  readonly push: (entry: InboxEntry) => void
  /** Another server owns the world. */
  readonly onTaken: (error: MyriadError) => void
}

/** A world and where it lasts: takes it up at the start, and saves it tick by tick. What the world must know of it comes by the inbox. */
export class WorldStore {
  readonly store: MeasuredStore
  readonly commits: CommitQueue
  private toldLevel: StoreLevel = 0
  private hasBroken = false

  constructor(private readonly options: WorldStoreOptions) {
    const { simulation, ports, push, onTaken } = options
    const { journal, durables } = simulation.net
    this.store = new MeasuredStore(ports.store, ports.clock)
    this.commits = new CommitQueue(journal, this.store, ports.clock, ports.log, {
      stored: (tick) => {
        if (durables.count > 0) push({ kind: 'control', name: 'storedTick', value: tick })
      },
      taken: (error) => {
        ports.log.error({ error: oneLine(error) }, 'the world has another owner')
        this.hasBroken = true
        onTaken(error)
      },
    })
  }

  /** How far the store is behind, as the world was told. */
  get level(): StoreLevel {
    return this.toldLevel
  }

  /** Before the first tick and before anything is recorded. */
  async open(): Promise<void> {
    const { tick } = await this.store.open()
    this.options.simulation.beginAfter(tick)
  }

  afterTick(): void {
    const { world, net } = this.options.simulation
    this.commits.afterTick(world.tick, net.durables.count > 0)
    const { level } = this.commits
    if (level === this.toldLevel) return
    this.toldLevel = level
    this.options.push({ kind: 'control', name: 'storeLag', value: level })
  }

  /** Has the last tick stored, if the store will: whoever waits for that is told in the next one. */
  async flush(): Promise<void> {
    if (!this.hasBroken) await this.commits.flush()
  }

  /** The next tick is the last one, and all of everybody is to be saved with it. */
  beforeLastTick(): void {
    this.options.simulation.net.journal.markAll()
  }

  /** The tick under way broke: its state is not one to save. */
  broke(): void {
    this.hasBroken = true
  }

  /** Stores what waits, with no tick after it. Of a world that broke nothing more: its last whole moment is the store's. */
  async finish(): Promise<void> {
    if (this.hasBroken) await this.commits.settle()
    else await this.commits.finish()
  }
}
