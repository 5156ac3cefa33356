import { standardGame } from '../../game.js'
import { createGuestIdentity } from '../../src/adapters/guest-identity.js'
import { createManualClock } from '../../src/adapters/manual-clock.js'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import { createMemoryStore, MemoryDisk } from '../../src/adapters/memory-store.js'
import { createMemoryTransport, type MemoryTransport } from '../../src/adapters/memory-transport.js'
import { FRAME_BYTES_MAX } from '../../src/net/opcodes.js'
import { packRows, type SavedComponent } from '../../src/ports/packed-rows.js'
import { readContent } from '../../src/server/content-files.js'
import { serverConfig } from '../../src/server/server-config.js'
import { WorldHost } from '../../src/server/world-host.js'
import type { Content } from '../../systems/content/types.js'
import type { Dice } from '../fuzz/dice.js'
import { type Cut, FaultyStore, type StoreFaults } from './faulty-store.js'
import { savedHolding } from './holdings.js'
import { type PlantName, plant } from './plants.js'

export const TICK_HZ = 20
const STEP_MS = 1000 / TICK_HZ
/** Short, so that some who drop come back to a character that has left. */
const GRACE_S = 4
export const VENDOR = 'corvin'
const START_GOLD = 600
const CLASSES = 4

const loaded = readContent(standardGame)
export const content = loaded.content as Content
const idOf = (key: string): number => content.itemList.find((item) => item.key === key)?.id ?? 0
export const vendor = content.npcList.find(({ key }) => key === VENDOR) ?? content.npcList[0]

export const accountOf = (characterId: number): string => `guest:dst-${characterId}`

/** One life of the server: from a start to a crash. */
export interface Life {
  readonly number: number
  readonly transport: MemoryTransport
  readonly host: WorldHost
  readonly store: FaultyStore
}

export interface StageOptions {
  readonly seed: number
  readonly characters: number
  readonly dice: Dice
  readonly faults: StoreFaults
  readonly plant: PlantName | undefined
}

/** What each character begins with: some gold, two stacks and two things of which there is only one. */
function openingRow(characterId: number): Readonly<Record<string, SavedComponent>> {
  const things = [
    { item: idOf('torn-pelt'), count: 18, uid: 0, durability: 0 },
    { item: idOf('barley-loaf'), count: 9, uid: 0, durability: 0 },
    ...[1, 2].map((n) => ({ item: idOf('patched-jerkin'), count: 1, uid: characterId * 2 + n, durability: 30 })),
  ]
  const list = (of: (thing: (typeof things)[number]) => number) =>
    Array.from({ length: 24 }, (_, i) => (i < things.length ? of(things[i]) : 0))
  return {
    Position: { x: [vendor.x + (characterId % 5) / 2], y: [0], z: [vendor.z + (characterId % 4) / 2] },
    Purse: { gold: [START_GOLD] },
    Bag: {
      item: list(({ item }) => item),
      count: list(({ count }) => count),
      uid: list(({ uid }) => uid),
      durability: list(({ durability }) => durability),
    },
  }
}

/** A real world in one process, over a clock, network and store that a run moves on: it can crash, and start anew over what was stored. */
export class Stage {
  readonly disk = new MemoryDisk()
  life: Life | null = null
  private lives = 0
  private readonly clock = createManualClock()

  constructor(private readonly options: StageOptions) {}

  async populate(): Promise<void> {
    const store = createMemoryStore(this.disk)
    await store.open()
    const rows = []
    for (let n = 1; n <= this.options.characters; n += 1) {
      const outcome = await store.createCharacter(accountOf(n), `Dst-${n}`, 1 + (n % CLASSES))
      if (outcome.ok) rows.push({ ...outcome.row, components: openingRow(outcome.row.characterId) })
    }
    const sessions = { changed: [], ended: [] }
    await store.commit({ tick: 0, created: [], rows: packRows(rows), removed: [], resources: {}, sessions })
    await store.close()
  }

  /** What the store says that everybody has. */
  async stored() {
    const store = createMemoryStore(this.disk)
    const ids = [...this.disk.rows.keys()].sort((a, b) => a - b)
    const rows = await Promise.all(ids.map((id) => store.loadCharacter(accountOf(id), id)))
    return new Map(ids.map((id, i) => [id, savedHolding(rows[i]?.components ?? {})]))
  }

  async start(): Promise<Life> {
    const { seed, characters, dice, faults, plant: name } = this.options
    this.disk.holder = ''
    this.lives += 1
    const transport = createMemoryTransport()
    const store = new FaultyStore(this.disk, dice, faults)
    const host = new WorldHost({
      game: standardGame,
      content: loaded,
      config: serverConfig({
        seed: seed % 0x7fffffff,
        tickHz: TICK_HZ,
        bots: 0,
        creatures: 0,
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
    })
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
    await host.storage.open()
    this.life = { number: this.lives, transport, host, store }
    return this.life
  }

  /** The process ends here, whatever it was doing. */
  crash(how: Cut): void {
    this.life?.store.cut(how)
    this.life = null
  }

  /** Time passes; a server that lives runs one tick, unless it ends before (`ticks` false). */
  async step(ticks: boolean): Promise<void> {
    this.clock.advance(STEP_MS)
    this.life?.store.step()
    if (!ticks) return
    await turn()
    this.life?.host.tick(STEP_MS)
  }
}

/** Promises of the ports settle before the next turn of the event loop. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
