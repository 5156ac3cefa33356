import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { content, populate } from '../../scripts/crash/opening.js'
import { auditRows } from '../../scripts/crash/rows-audit.js'
import { SqliteKeeper } from '../../src/adapters/sqlite-keeper.js'
import { readSqlite } from '../../src/adapters/sqlite-reader.js'
import { thisProcess } from '../../src/adapters/store-owner.js'
import type { SavedComponent } from '../../src/ports/packed-rows.js'
import { audit } from '../../src/server/audit/audit.js'
import { gameValue } from '../../systems/value-rules.js'
import { batchOf } from '../ports/packed.js'
import { tempDirs } from '../server/temp-dir.js'

const directory = tempDirs()

/** A database of four characters, of whom character 2 has something else. */
function audited(components: Readonly<Record<string, SavedComponent>>, sql = 'select 1'): string {
  const path = join(directory(), 'world.db')
  populate(path, 4)
  const keeper = new SqliteKeeper(path, thisProcess())
  keeper.open()
  keeper.commit(batchOf(2, [{ characterId: 2, level: 1, components }], { resources: { Uids: { last: [1_000] } } }))
  keeper.close()
  const database = new Database(path)
  database.exec(sql)
  database.close()
  return auditRows(path).violations.join('\n')
}

it('a database is audited as it lies there: what everybody has, and nothing to complain of', () => {
  const path = join(directory(), 'world.db')
  const opening = populate(path, 4)
  const report = auditRows(path)
  expect(report).toMatchObject({ tick: 1, epoch: 1, bots: 0, gold: 2_400, violations: [] })
  expect(report.holdings).toEqual(opening)
  expect(readSqlite(path, (saved) => audit(saved, gameValue, content)).violations).toEqual([])
})

it.each([
  [
    'a unique thing that somebody else has',
    { Bag: { item: [120], count: [1], uid: [4] } },
    /the thing 4 of item 120 is there twice/,
  ],
  ['a uid that is to be given yet', { Bag: { item: [120], count: [1], uid: [1_001] } }, /the thing 1001, but 1000 is the last/],
  ['a unique thing without a uid', { Bag: { item: [120], count: [1], uid: [0] } }, /item 120 in place 0 has uid 0/],
  ['a stack of less than nothing', { Bag: { item: [1], count: [-3], uid: [0] } }, /a stack of -3 of item 1/],
  ['a stack above its limit', { Bag: { item: [1], count: [60_000], uid: [0] } }, /a stack of 60000 of item 1/],
  ['an item that there is not', { Bag: { item: [60_000], count: [1], uid: [0] } }, /item 60000 in place 0 is none/],
  ['gold below zero', { Purse: { gold: [-1] } }, /-1 gold, not from 0/],
  ['what is no number', { Position: { x: [Number.NaN] } }, /Position.x is NaN/],
] as const)('finds %s', (_, components, says) => {
  expect(audited(components)).toMatch(says)
})

it.each([
  ['what is stored of somebody who is not', 'delete from characters where id = 1', /is stored of character 1, who is not/],
  [
    'bytes that fit no layout',
    "update parts set bytes = x'00' where component = 'Bag'",
    /Bag of character 1: 1 bytes fit no layout/,
  ],
] as const)('finds %s', (_, sql, says) => {
  expect(audited({}, sql)).toMatch(says)
})
