import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { Command } from 'commander'
import { standardGame } from '../game.js'
import { FOLDS } from '../src/adapters/ledger-keeper.js'
import { SqliteKeeper } from '../src/adapters/sqlite-keeper.js'
import { readSqlite } from '../src/adapters/sqlite-reader.js'
import { thisProcess } from '../src/adapters/store-owner.js'
import { MOVEMENT_VALUES, type Movement, NOTHING_MOVED, packMovements } from '../src/ports/ledger.js'
import { packRows } from '../src/ports/packed-rows.js'
import type { Batch } from '../src/ports/store.js'
import { audit } from '../src/server/audit/audit.js'
import { readContent } from '../src/server/content-files.js'
import { createSimulation } from '../src/server/simulation.js'
import { gameValue } from '../systems/value-rules.js'
import { whole } from './whole.js'

/** Prints what the ledger adds to a world on SQLite: the same bots are saved once with it and once without, a commit every so many ticks. */
const TICK_HZ = 20
const CREATURES_PER_BOT = 2
const CALENDAR_START_MS = Date.UTC(2030, 0, 1)

interface Flags {
  readonly bots: number
  readonly ticks: number
  readonly every: number
}
const { bots, ticks, every } = new Command('ledger-cost')
  .description('Measures what the ledger adds to the commits and to the database of a world of bots.')
  .option('--bots <n>', 'bots of all levels', whole(1, 100_000), 500)
  .option('--ticks <n>', 'ticks to run', whole(1, 1e7), 12_000)
  .option('--every <n>', 'ticks of a commit', whole(1, 1_000), 4)
  .parse()
  .opts<Flags>()

const content = readContent(standardGame)
const folder = mkdtempSync(join(tmpdir(), 'myriad-ledger-'))

interface Cost {
  readonly commits: number
  readonly movements: number
  /** What crosses to the store's thread. */
  readonly rowBytes: number
  readonly movedBytes: number
  /** Of the processor: what the disk takes is the machine's. */
  readonly commitMs: number
  readonly fileBytes: number
}

/** Runs the world over a new file. */
function costOf(path: string, withLedger: boolean): Cost {
  const settings = { bots, creatures: bots * CREATURES_PER_BOT, clientsMax: 0, graceS: 0, seed: 7, tickHz: TICK_HZ }
  const simulation = createSimulation({
    game: standardGame,
    content: content.content,
    settings: { ...settings, botLevels: 'spread', botPlaces: 'grounds' },
  })
  const { world, net } = simulation
  const keeper = new SqliteKeeper(path, thisProcess())
  keeper.open({ places: gameValue.places, keepTicks: 0 })
  let [commits, movements, rowBytes, movedBytes, commitMs] = [0, 0, 0, 0, 0]
  const commit = (): void => {
    const batch = net.journal.take(world.tick)
    if (batch === null) return
    const start = process.cpuUsage()
    keeper.commit(withLedger ? batch : { ...batch, moved: NOTHING_MOVED })
    const { user, system } = process.cpuUsage(start)
    commitMs += (user + system) / 1_000
    net.journal.stored()
    commits += 1
    movements += batch.moved.values.length / MOVEMENT_VALUES
    rowBytes += batch.rows.bytes.length
    movedBytes += batch.moved.values.byteLength
  }
  for (let tick = 1; tick <= ticks; tick += 1) {
    const entries = tick === 1 ? ([{ kind: 'control', name: 'fleetTarget', value: bots }] as const) : []
    simulation.step({ elapsedMs: 1_000 / TICK_HZ, calendarMs: CALENDAR_START_MS + (tick * 1_000) / TICK_HZ, entries })
    net.requests = []
    net.journal.moved.add(gameValue.movedIn(world))
    if (tick % every === 0 || tick === ticks) commit()
  }
  keeper.close()
  return { commits, movements, rowBytes, movedBytes, commitMs, fileBytes: statSync(path).size }
}

/** Nothing but the movements. */
const batchOf = (tick: number, moved: readonly Movement[]): Batch => ({
  ...{ tick, rows: packRows([]), created: [], removed: [], resources: {}, sessions: { changed: [], ended: [] } },
  moved: packMovements(moved),
})

/** What two folds take, in milliseconds of the processor: of as much as one may take, then of one entry into as many balances. Leaves the file folded. */
function foldsOf(path: string) {
  const keeper = new SqliteKeeper(path, thisProcess())
  keeper.open({ places: gameValue.places, keepTicks: 1 })
  const foldAt = (tick: number) => {
    const first = readSqlite(path, (saved) => saved.ledger?.firstEntry ?? 1)
    const start = process.cpuUsage()
    keeper.commit(batchOf(tick, []))
    const { user, system } = process.cpuUsage(start)
    const [next, balances] = readSqlite(path, (saved) => [saved.ledger?.firstEntry ?? 1, [...saved.openings()].length])
    return { entries: next - first, balances, ms: (user + system) / 1_000 }
  }
  const late = ticks + (FOLDS.timesMax + 1) * FOLDS.everyTicks
  const large = foldAt(late)
  const toItself = { kind: 'transfer', reason: 'none', from: 1, to: 1, item: 0, count: 0, uid: 0, gold: 1 } as const
  keeper.commit(batchOf(late + 1, [{ ...toItself, tick: late + 1, session: 0, seq: 0 }]))
  const small = foldAt(late + FOLDS.everyTicks + FOLDS.againTicks)
  keeper.close()
  return { large, small }
}

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const hours = (bots * ticks) / TICK_HZ / 3_600
const shown = (value: number): string => Math.round(value).toLocaleString('en-US')
try {
  const without = costOf(join(folder, 'without.db'), false)
  const path = join(folder, 'with.db')
  const cost = costOf(path, true)
  const ledgerBytes = cost.fileBytes - without.fileBytes
  say(`${shown(bots)} bots, ${shown(ticks)} ticks, ${shown(cost.commits)} commits; what they begin with is in it`)
  say(`movements a bot-hour: ${shown(cost.movements / hours)}`)
  say(
    `crossing to the store, bytes a bot-hour: rows ${shown(cost.rowBytes / hours)}, movements ${shown(cost.movedBytes / hours)}`,
  )
  say(
    `in the database, bytes a bot-hour: ledger ${shown(ledgerBytes / hours)}, bytes a movement ${(ledgerBytes / cost.movements).toFixed(1)}`,
  )
  say(
    `a commit, processor time, mean: ${(cost.commitMs / cost.commits).toFixed(2)} ms with the ledger, ${(without.commitMs / without.commits).toFixed(2)} ms without`,
  )
  const startMs = performance.now()
  const { ok, store } = readSqlite(path, (saved) => audit(saved, gameValue, content.content))
  say(
    `the audit of its ${shown(store.entries)} entries: ${ok ? 'all holds' : 'VIOLATED'}, ${shown(performance.now() - startMs)} ms`,
  )
  const { large, small } = foldsOf(path)
  for (const { entries, balances, ms } of [large, small])
    say(`a fold of ${shown(entries)} entries into ${shown(balances)} balances, processor time: ${ms.toFixed(1)} ms`)
  process.exitCode = ok && readSqlite(path, (saved) => audit(saved, gameValue, content.content)).ok ? 0 : 1
} finally {
  rmSync(folder, { recursive: true })
}
