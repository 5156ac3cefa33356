import { existsSync, readFileSync, statSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { LootOpen, LootRelease } from '../../protocol/loot.js'
import { check } from '../../scripts/wire-cost/figure.js'
import { createMemoryStore } from '../../src/adapters/memory-store.js'
import { createSqliteStore } from '../../src/adapters/sqlite-store.js'
import { OutcomesResource } from '../../src/net/outcomes.js'
import { PresenceResource } from '../../src/net/presence.js'
import { type PackedRows, type UnpackedRow, unpackRows } from '../../src/ports/packed-rows.js'
import type { Batch, Store } from '../../src/ports/store.js'
import { CountersResource } from '../../systems/counters.js'
import { Actors } from '../load/actors.js'
import { LASTING_NUMBER_MIN } from '../load/figures.js'
import { HostWorld } from '../load/host-world.js'
import { TICK_HZ } from '../load/solo-world.js'
import type { QueryTimes, StoreOrder, StoreRun, StoreWorldOrder } from './orders.js'

/** Corpses that lie until they go. */
const CORPSES_A_LOOTER = 20
const QUERY_EVERY_MS = 20
/** Queries fall now before, now after the end of a tick. */
const QUERY_SHIFT_MS = 7
/** As the server asks for them when it starts. */
const BOTS_IN_A_BLOCK = 125

/** A store whose commits are noted. */
class NotedStore {
  readonly commitMs: number[] = []
  rows = 0
  rowBytes = 0

  constructor(readonly store: Store) {
    const commit = store.commit.bind(store)
    store.commit = async (batch: Batch) => {
      const startMs = performance.now()
      this.rows += batch.rows.count
      this.rowBytes += batch.rows.bytes.length
      await commit(batch)
      this.commitMs.push(performance.now() - startMs)
    }
  }
}

/** What this process has had written to the disk so far. */
function diskBytes(): number | undefined {
  if (!existsSync('/proc/self/io')) return undefined
  const text = /^write_bytes: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]
  return text === undefined ? undefined : Number(text)
}

class StoreWorld {
  private readonly refusals = { count: 0 }

  private constructor(
    private readonly world: HostWorld,
    private readonly noted: NotedStore,
    private readonly looters: Actors,
    private readonly database: string | undefined,
  ) {
    const outcomes = world.world.resource(OutcomesResource)
    const note = outcomes.note.bind(outcomes)
    const isOurs = new Set(looters.slots)
    outcomes.note = (slot, opcode, code) => {
      note(slot, opcode, code)
      // Opening and closing a corpse belong to the loot between them.
      if (isOurs.has(slot) && opcode !== LootOpen.id && opcode !== LootRelease.id) this.refusals.count += 1
    }
  }

  static async open({ bots, creatures, looters, database, warmTicks }: StoreWorldOrder): Promise<StoreWorld> {
    const noted = new NotedStore(database === undefined ? createMemoryStore() : createSqliteStore(database))
    const spare = 2 * looters + CORPSES_A_LOOTER * looters
    const world = await HostWorld.open({ bots, creatures, store: noted.store, spare })
    await world.run(warmTicks)
    const actors = new Actors(world.ground, looters, LASTING_NUMBER_MIN)
    await world.run(2)
    await world.flush()
    return new StoreWorld(world, noted, actors, database)
  }

  /** The log of what is not in the file yet belongs to it. */
  private get fileBytes(): number {
    const { database } = this
    const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0)
    return database === undefined ? 0 : sizeOf(database) + sizeOf(`${database}-wal`)
  }

  async run(ticks: number, lootsPerS: number): Promise<StoreRun> {
    const { world, noted, looters, refusals } = this
    const { storage, simulation } = world.host
    const counters = world.world.resource(CountersResource)
    const { commitMs, rows, rowBytes } = noted
    const before = {
      loots: counters.get('loots'),
      rows,
      rowBytes,
      commits: commitMs.length,
      file: this.fileBytes,
      disk: diskBytes(),
    }
    refusals.count = 0
    let lagMsMax = 0
    let due = 0
    const cpu = process.cpuUsage()
    const startMs = performance.now()
    const tickMs = await world.runPaced(ticks, () => {
      lagMsMax = Math.max(lagMsMax, storage.commits.lagMs)
      looters.heal()
      const count = Math.floor((due + lootsPerS) / TICK_HZ)
      due += lootsPerS - count * TICK_HZ
      if (count > 0) looters.act('loot', count)
    })
    const used = process.cpuUsage(cpu)
    const disk = diskBytes()
    return {
      seconds: (performance.now() - startMs) / 1000,
      tickMs: Array.from(tickMs),
      cpuMs: (used.user + used.system) / 1000,
      bots: simulation.game.report?.(world.world).bots ?? 0,
      loots: counters.get('loots') - before.loots,
      refused: refusals.count,
      lagMsMax,
      commitMs: commitMs.slice(before.commits),
      rows: noted.rows - before.rows,
      rowBytes: noted.rowBytes - before.rowBytes,
      diskBytes: disk === undefined || before.disk === undefined ? undefined : disk - before.disk,
      grownBytes: this.fileBytes - before.file,
    }
  }

  /** Asks the store while its world ticks, as logins do. */
  async query(count: number): Promise<QueryTimes> {
    const { store } = this.noted
    const presence = this.world.world.resource(PresenceResource)
    const times: Record<string, number[]> = {}
    const timed = async <T>(call: string, ask: () => Promise<T>): Promise<T> => {
      const startMs = performance.now()
      const value = await ask()
      times[call] ??= []
      times[call].push(performance.now() - startMs)
      return value
    }
    let isOver = false
    const asking = async (): Promise<void> => {
      for (let i = 0; i < count; i += 1) {
        const pause = () => wait(QUERY_EVERY_MS + (i % QUERY_SHIFT_MS))
        const account = `guest:Asker${i}`
        const made = await timed('createCharacter', () => store.createCharacter(account, `Asker${i}`, 1))
        await pause()
        const list = await timed('charactersOf', () => store.charactersOf(account))
        check(made.ok && list.length === 1, () => `${account} has ${list.length} characters`)
        await pause()
        const bots = [...presence.bots.values()]
        const { accountId, characterId } = bots[(i * 7) % bots.length]
        const row = await timed('loadCharacter', () => store.loadCharacter(accountId, characterId))
        check(row !== null, () => `the store has no character ${characterId}`)
        await pause()
        await timed('loadBots', () => store.loadBots(characterId, BOTS_IN_A_BLOCK))
        await pause()
      }
      isOver = true
    }
    const asked = asking()
    while (!isOver) await this.world.runPaced(TICK_HZ)
    await asked
    return times
  }

  /** Stores everything, and looks whether the file has everything. */
  async close(): Promise<void> {
    const { world, database } = this
    await world.stop()
    if (database === undefined) return
    const { journal } = world.host.simulation.net
    journal.markAll()
    const batch = journal.take(world.world.tick)
    check(batch !== null, () => 'nobody is in the world')
    const store = createSqliteStore(database)
    await store.open()
    const saved = await store.loadBots(0, batch.rows.count + 1)
    await store.close()
    const [wanted, found] = [textOf(batch.rows), textOf(saved.rows)]
    check(wanted.size === found.size, () => `${found.size} of ${wanted.size} characters were saved`)
    for (const [id, text] of wanted)
      check(found.get(id) === text, () => `character ${id} is not in the store as it was in the world`)
  }
}

/** What each character has, by its id. */
function textOf(rows: PackedRows): ReadonlyMap<number, string> {
  const parts = ({ components }: UnpackedRow) => Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1))
  return new Map(unpackRows(rows).map((row) => [row.characterId, JSON.stringify([row.level, parts(row)])]))
}

/** Takes orders, one after the other. */
export function keeper(): (order: StoreOrder) => Promise<unknown> {
  let held: StoreWorld | undefined
  return async (order) => {
    if (order.kind === 'open') held = await StoreWorld.open(order)
    check(held !== undefined, () => 'no world was asked for')
    if (order.kind === 'run') return await held.run(order.ticks, order.lootsPerS)
    if (order.kind === 'query') return await held.query(order.count)
    if (order.kind === 'close') await held.close()
    return 'done'
  }
}
