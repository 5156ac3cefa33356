import { oneLine } from '../config.js'
import type { MyriadError } from '../errors.js'
import type { InboxEntry } from '../net/inbox.js'
import type { PackedCharacters, SavedSession } from '../ports/store.js'
import { CommitQueue, type StoreLevel } from './commit-queue.js'
import { MeasuredStore } from './measured-store.js'
import type { ServerPorts } from './server-config.js'
import type { Simulation } from './simulation.js'

/** Bots in one block: giving so many an entity is well within a tick. */
const BOTS_PER_TICK = 125
const DAY_S = 86_400

/** Ids that each owner of a world has for its sessions: more than a transport ever numbers sockets. */
export const SESSIONS_PER_EPOCH = 2 ** 32

export interface WorldStoreOptions {
  readonly simulation: Simulation
  readonly ports: Pick<ServerPorts, 'store' | 'clock' | 'log'>
  /** World time after which entries of the ledger fold; 0: never. */
  readonly ledgerKeepDays: number
  /** Puts an entry into the inbox of a later tick. */
  readonly push: (entry: InboxEntry) => void
  /** Another server owns the world. */
  readonly onTaken: (error: MyriadError) => void
  /** Sessions of earlier runs, with the hashes of their tokens: the world does not hear of these. */
  readonly onSessions: (sessions: readonly SavedSession[]) => void
}

/** A world and where it lasts: takes it up at the start, and saves it tick by tick. What the world must know of it comes by the inbox. */
export class WorldStore {
  readonly store: MeasuredStore
  readonly commits: CommitQueue
  private toldLevel: StoreLevel = 0
  private hasBroken = false
  private hasEnded = false
  private nextTick: () => void = () => undefined

  constructor(private readonly options: WorldStoreOptions) {
    const { simulation, ports, push, onTaken } = options
    const { journal, durables } = simulation.net
    this.store = new MeasuredStore(ports.store, ports.clock, ports.log)
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
    const { simulation, push, ledgerKeepDays } = this.options
    const places = simulation.game.value?.places
    const keepTicks = ledgerKeepDays * DAY_S * simulation.settings.tickHz
    const ledger = places === undefined ? undefined : { places, keepTicks }
    const { epoch, tick, resources, bots, sessions } = await this.store.open(ledger)
    simulation.beginAfter(tick)
    if (epoch > 1) this.bringSessions(sessions, (epoch - 1) * SESSIONS_PER_EPOCH)
    if (Object.keys(resources).length > 0) push({ kind: 'resources', saved: resources })
    const count = Math.min(bots, simulation.settings.bots)
    if (count === 0) return
    push({ kind: 'control', name: 'botsToCome', value: count })
    void this.bringBots(count, await this.nextBots(0, count))
  }

  private bringSessions(sessions: readonly SavedSession[], idsAfter: number): void {
    const { simulation, push, onSessions } = this.options
    simulation.net.journal.sessions.restored(sessions.map(({ id }) => id))
    onSessions(sessions)
    push({ kind: 'sessions', saved: sessions.map(({ tokenHash: _hash, generation: _generation, ...row }) => row), idsAfter })
  }

  /**
   * Brings the saved bots, one block a tick, `bots` the first of them. A store that fails is asked again: nobody new may take their
   * places.
   */
  private async bringBots(count: number, first: PackedCharacters | null): Promise<void> {
    let left = count
    let afterId = 0
    for (let bots = first; left > 0 && !this.hasEnded; ) {
      if (bots !== null) {
        left = bots.heads.length === 0 ? 0 : left - bots.heads.length
        afterId = bots.heads.at(-1)?.characterId ?? afterId
        this.options.push({ kind: 'bots', bots, left })
      }
      // While a tick takes these in, the store looks for the next ones.
      const coming = left > 0 ? this.nextBots(afterId, left) : null
      await new Promise<void>((resolve) => {
        this.nextTick = resolve
      })
      bots = await coming
    }
  }

  private async nextBots(afterId: number, left: number): Promise<PackedCharacters | null> {
    try {
      return await this.store.loadBots(afterId, Math.min(BOTS_PER_TICK, left))
    } catch (error) {
      this.options.ports.log.warn({ left, error: oneLine(error) }, 'bots could not be loaded; it is tried again')
      return null
    }
  }

  afterTick(): void {
    const { world, net, game } = this.options.simulation
    if (game.value !== undefined) net.journal.moved.add(game.value.movedIn(world))
    this.commits.afterTick(world.tick, net.durables.count > 0)
    this.nextTick()
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
    this.hasEnded = true
    if (this.hasBroken) await this.commits.settle()
    else await this.commits.finish()
  }
}
