import { standardGame } from '../../game.js'
import { createGuestIdentity } from '../../src/adapters/guest-identity.js'
import { createManualClock } from '../../src/adapters/manual-clock.js'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import { createMemoryStore, MemoryDisk } from '../../src/adapters/memory-store.js'
import { createMemoryTransport, type MemoryTransport } from '../../src/adapters/memory-transport.js'
import { FRAME_BYTES_MAX } from '../../src/net/opcodes.js'
import { NOTHING_MOVED } from '../../src/ports/ledger.js'
import { packRows } from '../../src/ports/packed-rows.js'
import { BOT_CHARACTER_ID_MIN } from '../../src/ports/store.js'
import { serverConfig } from '../../src/server/server-config.js'
import { WorldHost } from '../../src/server/world-host.js'
import { Dice } from '../fuzz/dice.js'
import type { Stored } from './auditor.js'
import { drawFolds } from './faults.js'
import { type Cut, FaultyStore, forgetInFolds, type StoreFaults } from './faulty-store.js'
import { type Holding, pour, savedHolding } from './holdings.js'
import { type PlantName, plant } from './plants.js'
import { loadedScene, openingRow, PREY_POINTS } from './scene.js'

/** Short, so that some who drop come back to a character that has left. */
const GRACE_S = 4
const CLASSES = 4

export const accountOf = (characterId: number): string => `guest:dst-${characterId}`

/** One life of the server: from a start to a crash. */
export interface Life {
  readonly number: number
  readonly transport: MemoryTransport
  readonly host: WorldHost
  readonly store: FaultyStore
  /** It was told that the world is another's. */
  isTaken: boolean
}

export interface StageOptions {
  readonly seed: number
  readonly characters: number
  readonly bots: number
  readonly tickHz: number
  readonly dice: Dice
  readonly faults: StoreFaults
  readonly plant: PlantName | undefined
}

/** A real world in one process, over a clock, network and store that a run moves on: it can crash, and start anew over what was stored. */
export class Stage {
  readonly disk = new MemoryDisk()
  life: Life | null = null
  /** One that has lost the world to the next, and may not know it yet. */
  stale: Life | null = null
  private lives = 0
  private readonly stepMs: number
  private readonly clock = createManualClock()
  /** Of their own: with other folds a run is the same in all else. */
  private readonly foldDice: Dice

  constructor(private readonly options: StageOptions) {
    this.stepMs = 1000 / options.tickHz
    this.foldDice = new Dice(options.seed, 2)
    if (options.plant === 'fold-forgets') forgetInFolds(this.disk)
  }

  async populate(): Promise<void> {
    const store = createMemoryStore(this.disk)
    await store.open()
    const rows = []
    for (let n = 1; n <= this.options.characters; n += 1) {
      const outcome = await store.createCharacter(accountOf(n), `Dst-${n}`, 1 + (n % CLASSES))
      if (outcome.ok) rows.push({ ...outcome.row, components: openingRow(outcome.row.characterId) })
    }
    const sessions = { changed: [], ended: [] }
    const empty = { created: [], removed: [], resources: {}, sessions, moved: NOTHING_MOVED }
    await store.commit({ ...empty, tick: 0, rows: packRows(rows) })
    await store.close()
  }

  /** What the store says that everybody has. */
  async stored(): Promise<Stored> {
    const store = createMemoryStore(this.disk)
    const holdings = new Map<number, Holding>()
    const bots = new Map<number, Holding>()
    for (const [id, { accountId }] of [...this.disk.rows].sort(([a], [b]) => a - b)) {
      const row = await store.loadCharacter(accountId, id)
      const its = id < BOT_CHARACTER_ID_MIN ? holdings : bots
      its.set(id, savedHolding(row?.components ?? {}))
    }
    holdings.set(0, pour([...bots.values()]))
    return { holdings, bots }
  }

  async start(): Promise<Life> {
    const { seed, characters, bots, tickHz, dice, faults, plant: name } = this.options
    // The one before is dead, or its time has run out.
    this.disk.holder = ''
    this.lives += 1
    const transport = createMemoryTransport()
    const flaws = { ignoresOwner: name === 'stale-writes', hidesFailures: name === 'failure-unsaid' }
    const store = new FaultyStore(this.disk, dice, faults, flaws, drawFolds(this.foldDice))
    const host = new WorldHost({
      game: standardGame,
      content: loadedScene,
      config: serverConfig({
        seed: seed % 0x7fffffff,
        tickHz,
        bots,
        botLevels: '1-3',
        botPlaces: 'starts',
        creatures: PREY_POINTS,
        clientsMax: characters * 4,
        graceS: GRACE_S,
      }),
      ports: {
        transport,
        identity: createGuestIdentity({ allowGuests: true }),
        store,
        clock: this.clock,
        log: createMemoryLog('error'),
      },
      onTaken: () => {
        life.isTaken = true
      },
    })
    const life: Life = { number: this.lives, transport, host, store, isTaken: false }
    await transport.listen(
      { host: '127.0.0.1', port: 0, frameBytesMax: FRAME_BYTES_MAX },
      {
        open: (socket, address, kind) => host.opened(socket, address, kind),
        message: (socket, bytes) => host.message(socket, bytes),
        close: (socket) => host.gone(socket),
        http: () => undefined,
      },
    )
    plant(name, host.simulation, dice)
    let isOpen = false
    const opening = host.storage.open().then(() => {
      isOpen = true
    })
    for (; !isOpen; await turn()) store.step()
    await opening
    this.life = life
    return life
  }

  /** The process ends here, whatever it was doing. */
  crash(how: Cut): void {
    this.life?.store.cut(how)
    this.life = null
  }

  /** A second server takes the world, while the first goes on. */
  async takeOver(): Promise<void> {
    await this.endStale()
    this.stale = this.life
    await this.start()
  }

  /** Whoever has lost the world is gone, with all its connections. */
  async endStale(): Promise<void> {
    const { stale } = this
    this.stale = null
    stale?.store.cut('dropped')
    await stale?.transport.stop()
  }

  /** Time passes; a server that lives runs one tick, unless it ends before (`ticks` false). */
  async step(ticks: boolean): Promise<void> {
    this.clock.advance(this.stepMs)
    this.stale?.store.step()
    this.life?.store.step()
    if (this.stale !== null || ticks) await turn()
    if (this.stale?.isTaken) await this.endStale()
    this.stale?.host.tick(this.stepMs)
    if (ticks) this.life?.host.tick(this.stepMs)
  }
}

/** Promises of the ports settle before the next turn of the event loop. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
