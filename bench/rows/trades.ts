import { join } from 'node:path'
import { check } from '../../scripts/wire-cost/figure.js'
import { createSqliteStore } from '../../src/adapters/sqlite-store.js'
import { CountersResource } from '../../systems/counters.js'
import { LASTING_NUMBER_MIN } from '../load/figures.js'
import { withFolder } from '../load/folder.js'
import { HostWorld } from '../load/host-world.js'
import { turn } from '../load/solo-world.js'
import { Traders } from '../load/traders.js'
import { atLeast, type Row, row, type Sizes, sized } from '../row.js'
import { socketTradeRows } from './trades-sockets.js'

/** In one tick: at 20 ticks a second the goal's 20,000. */
const TRADES_A_TICK = 1_000
/** A pair trades in two of three ticks, which a mind may just do. */
const PAIRS = 1_500
const WARM_TICKS = 60
const TICKS = 400
const SINGLES = 200
const DONE_PER_S = 20_000

/** The world's thread and the store's, as parts of the time that passed. */
function ceilingOf(tickShare: number, storeShare: number): string {
  const percent = (share: number): string => `${Math.round(share * 100)} %`
  const what = tickShare > storeShare ? 'the world’s thread' : 'the store’s thread'
  return `ceiling: ${what}; ticks took ${percent(tickShare)} of the time, commits were under way for ${percent(storeShare)} of it`
}

interface Traded {
  readonly perS: number
  readonly tickShare: number
  readonly storeShare: number
  readonly commits: number
  readonly commitMs: number
}

/** Whole trades in the world's own process, until the store has the last. `isSingle`: each is on the disk before the next begins. */
async function traded(world: HostWorld, traders: Traders, ticks: number, aTick: number, isSingle: boolean): Promise<Traded> {
  const counters = world.world.resource(CountersResource)
  const histogram = world.host.storage.store.histograms.commit
  const before = { done: counters.get('tradesDone'), commits: histogram.count, seconds: histogram.sumSeconds }
  let tickMs = 0
  const startMs = performance.now()
  for (let i = 0; i < ticks; i += 1) {
    traders.trade(aTick)
    await world.tick()
    tickMs += world.tickMs
    if (isSingle) await world.flush()
    else await turn()
  }
  await world.flush()
  const ms = performance.now() - startMs
  const done = counters.get('tradesDone') - before.done
  check(done === ticks * aTick, () => `${done} of ${ticks * aTick} trades were done`)
  const commits = histogram.count - before.commits
  const storeMs = (histogram.sumSeconds - before.seconds) * 1000
  return { perS: (done * 1000) / ms, tickShare: tickMs / ms, storeShare: storeMs / ms, commits, commitMs: storeMs / commits }
}

async function inProcess(sizes: Sizes): Promise<readonly Row[]> {
  const part = sized(sizes, 1, 0.02)
  const aTick = TRADES_A_TICK * part
  return await withFolder(async (folder) => {
    const store = createSqliteStore(join(folder, 'trades.db'))
    const world = await HostWorld.open({ bots: 0, creatures: 0, store, spare: 2 * PAIRS * part })
    const traders = new Traders(world.ground, PAIRS * part, LASTING_NUMBER_MIN)
    await world.run(1)
    await traded(world, traders, sized(sizes, WARM_TICKS, 2), aTick, false)
    const many = await traded(world, traders, sized(sizes, TICKS, 4), aTick, false)
    const single = await traded(world, traders, sized(sizes, SINGLES, 4), 1, true)
    await world.stop()
    const what = 'durable trades in process'
    return [
      { ...row(`${what}: done`, many.perS, '1/s', atLeast(DONE_PER_S)), note: ceilingOf(many.tickShare, many.storeShare) },
      row(`${what}: commits`, (many.commits * many.perS) / (aTick * sized(sizes, TICKS, 4)), '1/s'),
      row(`${what}: a commit, mean`, many.commitMs, 'ms'),
      row(`${what}, each committed alone: done`, single.perS, '1/s'),
      row(`${what}, each committed alone: a commit, mean`, single.commitMs, 'ms'),
      row(`${what}: together ÷ each alone`, many.perS / single.perS, '×'),
    ]
  })
}

/** Trades whose answer comes when they are on the disk. */
export async function tradeRows(sizes: Sizes): Promise<readonly Row[]> {
  return [...(await socketTradeRows(sizes)), ...(await inProcess(sizes))]
}
