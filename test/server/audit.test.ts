import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BUY_BACKS, BuyBack, Purse } from '../../components/bag.js'
import type { Editor } from '../../src/ecs/columns.js'
import { PresenceResource } from '../../src/net/presence.js'
import { packMovements } from '../../src/ports/ledger.js'
import { BOT_CHARACTER_ID_MIN } from '../../src/ports/store.js'
import { allInvariants, type InvariantName } from '../../src/server/audit/invariants.js'
import { keeperStore } from '../ports/keeper-store.js'
import { batchOf } from '../ports/packed.js'
import { auditPlants, changePart } from './audit-plants.js'
import { auditOf, endWorld, runWorld, startWorld } from './audited-world.js'
import { tempDirs } from './temp-dir.js'

const directory = tempDirs()
const worldFolder = mkdtempSync(join(tmpdir(), 'myriad-audit-'))
const world = join(worldFolder, 'world.db')
beforeAll(() => runWorld(world, 500), 120_000)
afterAll(() => rmSync(worldFolder, { recursive: true }))

/** A copy of the world with something changed in it. */
function changed(change: (database: Database.Database) => void): string {
  const copy = join(directory(), 'copy.db')
  copyFileSync(world, copy)
  const database = new Database(copy)
  change(database)
  database.close()
  return copy
}

const namesOf = (path: string): InvariantName[] => [...new Set(auditOf(path).violations.map(({ invariant }) => invariant))]

describe('a world of bots on a database', () => {
  it('holds: every coin and piece is accounted for by name, from the ledger alone', () => {
    const { ok, violations, checked, notChecked, store } = auditOf(world)
    expect(violations).toEqual([])
    expect(ok).toBe(true)
    expect([...checked, ...notChecked].map(({ number }) => number).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(notChecked.map(({ number }) => number)).toEqual([3, 4, 8, 9])
    for (const { elsewhere } of notChecked) expect(elsewhere).toMatch(/npm|myriad/)
    expect(store.entries).toBeGreaterThan(100)
    expect(store.characters).toBe(40)
    expect(store.head).toMatch(/^[0-9a-f]{64}$/)
  })

  it('has in its ledger who it was, bots too', () => {
    const database = new Database(world, { readonly: true })
    const least = database.prepare('select min(max(from_id, to_id)) from ledger').pluck().get()
    expect(least).toBeGreaterThanOrEqual(BOT_CHARACTER_ID_MIN)
    database.close()
  })

  it('holds while a server writes it, and after the next one has gone on with it', async () => {
    const path = changed(() => undefined)
    const server = await startWorld(keeperStore(path))
    await server.step(200)
    const live = auditOf(path)
    expect([live.ok, live.violations, live.store.epoch]).toEqual([true, [], 2])
    await server.step(200)
    await endWorld(server)
    const after = auditOf(path)
    expect([after.ok, after.violations]).toEqual([true, []])
    expect(after.store.entries).toBeGreaterThan(live.store.entries)
  }, 120_000)

  it('holds when bots have left it for good', async () => {
    const path = changed(() => undefined)
    const server = await startWorld(keeperStore(path))
    await server.step(20)
    server.host.simulation.step({ elapsedMs: 50, calendarMs: 0, entries: [{ kind: 'control', name: 'fleetTarget', value: 10 }] })
    server.host.storage.afterTick()
    await server.step(20)
    expect(server.world.resource(PresenceResource).bots.size).toBe(10)
    await endWorld(server)
    const { violations, store } = auditOf(path)
    expect(violations).toEqual([])
    expect(store.characters).toBe(10)
  }, 120_000)
})

describe('what a character sold', () => {
  it('can be bought back after the world was started again, and is in its account all the time', async () => {
    const path = join(directory(), 'world.db')
    const server = await startWorld(keeperStore(path), 4)
    await server.step(20)
    const [slot] = server.world.resource(PresenceResource).bots.keys()
    const { characterId } = server.world.resource(PresenceResource).bots.get(slot)!
    const buyBack = server.world.editor(BuyBack) as Editor<(typeof BuyBack)['fields']>
    buyBack.setAt(slot, 'item', 3, 5)
    buyBack.setAt(slot, 'count', 3, 2)
    buyBack.set(slot, 'next', 4)
    await endWorld(server)
    expect(auditOf(path).violations.map(({ invariant }) => invariant)).toEqual(['things', 'replay'])
    const next = await startWorld(keeperStore(path), 4)
    await next.step(20)
    const again = next.world.resource(PresenceResource).slotByBot.get(characterId)!
    const columns = next.world.columns(BuyBack)
    expect([columns.item[again * BUY_BACKS + 3], columns.count[again * BUY_BACKS + 3], columns.next[again]]).toEqual([5, 2, 4])
    await endWorld(next)
  }, 60_000)
})

describe('planted in a database', () => {
  it.each(auditPlants)('%s: is found as %j', (_, names, plant) => {
    expect(namesOf(changed(plant)).sort()).toEqual([...names].sort())
  })

  it('a transfer whose kind is none that there is, in all sums the same: is found in the chain', async () => {
    const path = changed(() => undefined)
    const store = keeperStore(path)
    const { tick } = await store.open()
    const toItself = { kind: 'transfer', reason: 'trade', from: 1, to: 1, item: 0, count: 0, uid: 0, gold: 1 } as const
    await store.commit(batchOf(tick + 1, [], { moved: packMovements([{ ...toItself, tick: tick + 1, session: 0, seq: 0 }]) }))
    await store.close()
    expect(namesOf(path)).toEqual([])
    const database = new Database(path)
    // 258 is 2, a transfer, in the one byte that is hashed.
    expect(database.prepare('update ledger set kind = 258 where kind = 2').run().changes).toBe(1)
    database.close()
    const { violations } = auditOf(path)
    expect(violations.map(({ invariant }) => invariant)).toEqual(['chain'])
    expect(violations[0]?.history.at(-1)?.kind).toBe('unknown')
  })

  it('is each invariant that a database can show', () => {
    const planted = new Set(auditPlants.flatMap(([, names]) => names))
    expect(allInvariants.filter(({ elsewhere, name }) => elsewhere === undefined && !planted.has(name as InvariantName))).toEqual(
      [],
    )
  })

  it('a fault comes with the ledger’s lines about whom it concerns', () => {
    let id = 0
    const path = changed((database) => {
      id = changePart(
        database,
        'Purse',
        (bytes) => bytes.readUInt32LE(0) > 0,
        (bytes) => bytes.writeUInt32LE(4_000_000, 0),
      )
    })
    const { violations } = auditOf(path)
    const { what, history } = violations.find(({ invariant }) => invariant === 'replay')!
    expect(what).toMatch(new RegExp(`^character ${id} has 4000000 coins, but \\d+ by the ledger$`))
    expect(history.length).toBeGreaterThan(0)
    expect(history.every(({ from, to, gold }) => (from === id || to === id) && gold > 0)).toBe(true)
    expect(history.every(({ link, entry, reason, tick }) => link > 0 && entry > 0 && reason !== '' && tick > 0)).toBe(true)
  })

  it('more faults than are listed are counted', () => {
    const path = changed((database) => database.exec('delete from ledger'))
    const { violations, violationCount, ok } = auditOf(path)
    expect([ok, violations.length]).toEqual([false, 100])
    expect(violationCount).toBeGreaterThan(100)
  })
})

describe('a purse', () => {
  it('above its limit is found', async () => {
    const path = join(directory(), 'world.db')
    const server = await startWorld(keeperStore(path), 4)
    await server.step(20)
    const [slot] = server.world.resource(PresenceResource).bots.keys()
    const purse = server.world.editor(Purse) as Editor<(typeof Purse)['fields']>
    purse.set(slot, 'gold', 4_200_000_000)
    await endWorld(server)
    expect(namesOf(path).sort()).toEqual(['gold', 'limits', 'replay'])
  })
})
