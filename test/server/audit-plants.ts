import type Database from 'better-sqlite3'
import { BAG_SLOTS } from '../../components/bag.js'
import { EQUIP_SLOTS } from '../../components/equipment.js'
import type { InvariantName } from '../../src/server/audit/invariants.js'

/** The saved bytes of a component of some character that `has` it so, changed in place. */
export function changePart(
  database: Database.Database,
  component: string,
  has: (bytes: Buffer) => boolean,
  change: (bytes: Buffer) => void,
): number {
  const parts = database
    .prepare('select character_id as id, bytes from parts where component = ? order by character_id')
    .all(component) as { id: number; bytes: Buffer }[]
  const part = parts.find(({ bytes }) => has(bytes))!
  change(part.bytes)
  database.prepare('update parts set bytes = ? where component = ? and character_id = ?').run(part.bytes, component, part.id)
  return part.id
}

const UIDS_AT = EQUIP_SLOTS * 2
/** The first place where something is worn, or nothing is. */
const worn = (bytes: Buffer, isWorn: boolean): number =>
  Array.from({ length: EQUIP_SLOTS }, (_, i) => bytes.readUInt16LE(i * 2) !== 0).indexOf(isWorn)

/** Each is found by its name, and by no other than what follows from it. */
export const auditPlants: readonly (readonly [string, readonly InvariantName[], (database: Database.Database) => unknown])[] = [
  [
    'coins that nobody made',
    ['gold', 'replay'],
    (database) =>
      changePart(
        database,
        'Purse',
        () => true,
        (bytes) => bytes.writeUInt32LE(bytes.readUInt32LE(0) + 1, 0),
      ),
  ],
  [
    'a stack that nobody made',
    ['things', 'replay'],
    (database) =>
      changePart(
        database,
        'Bag',
        (bytes) => bytes.readUInt16LE((BAG_SLOTS - 1) * 2) === 0,
        (bytes) => {
          bytes.writeUInt16LE(5, (BAG_SLOTS - 1) * 2)
          bytes.writeUInt16LE(1, (BAG_SLOTS * 2 - 1) * 2)
        },
      ),
  ],
  [
    'a unique item in two places',
    ['things', 'replay'],
    (database) =>
      changePart(
        database,
        'Equipment',
        (bytes) => worn(bytes, true) >= 0 && worn(bytes, false) >= 0,
        (bytes) => {
          const [from, to] = [worn(bytes, true), worn(bytes, false)]
          bytes.writeUInt16LE(bytes.readUInt16LE(from * 2), to * 2)
          bytes.writeDoubleLE(bytes.readDoubleLE(UIDS_AT + from * 8), UIDS_AT + to * 8)
        },
      ),
  ],
  [
    'a stack above its limit',
    ['limits', 'things', 'replay'],
    (database) =>
      changePart(
        database,
        'Bag',
        (bytes) => bytes.readUInt16LE(0) !== 0,
        (bytes) => bytes.writeUInt16LE(9_999, BAG_SLOTS * 2),
      ),
  ],
  [
    'gold that went from one to another without a word, with the sum as it was',
    ['replay'],
    (database) => {
      const from = changePart(
        database,
        'Purse',
        (bytes) => bytes.readUInt32LE(0) > 0,
        (bytes) => bytes.writeUInt32LE(bytes.readUInt32LE(0) - 1, 0),
      )
      const to = database
        .prepare("select character_id, bytes from parts where component = 'Purse' and character_id <> ?")
        .get(from)
      const { character_id, bytes } = to as { character_id: number; bytes: Buffer }
      bytes.writeUInt32LE(bytes.readUInt32LE(0) + 1, 0)
      database.prepare("update parts set bytes = ? where component = 'Purse' and character_id = ?").run(bytes, character_id)
    },
  ],
  [
    'a character that is gone, with all it had',
    ['gold', 'things', 'replay'],
    (database) => {
      const id = database.prepare('select max(to_id) from ledger').pluck().get()
      database.prepare('delete from parts where character_id = ?').run(id)
      database.prepare('delete from characters where id = ?').run(id)
    },
  ],
  [
    'an entry that says something else',
    ['chain', 'gold', 'replay'],
    (database) => database.exec('update ledger set gold = gold + 1 where entry = (select max(entry) from ledger where gold > 0)'),
  ],
  [
    'an entry that is gone, of things that are gone as well',
    ['chain', 'things', 'replay'],
    (database) => database.exec('delete from ledger where entry = (select max(entry) from ledger where item > 0)'),
  ],
  [
    'an entry of another reason, in all sums the same',
    ['chain'],
    (database) => database.exec('update ledger set reason = (select max(id) from ledger_reasons) where entry = 1'),
  ],
  ['a link that is gone', ['chain'], (database) => database.exec('delete from ledger_links where link = 2')],
  [
    'an end that was cut off',
    ['chain', 'gold', 'replay'],
    (database) => {
      const gold = database.prepare('select max(entry) from ledger where gold > 0').pluck().get() as number
      database.prepare('delete from ledger where entry >= ?').run(gold)
    },
  ],
  [
    'a hash that was written over',
    ['chain'],
    (database) => database.exec('update ledger_links set hash = zeroblob(32) where link = 2'),
  ],
  [
    'an end of the chain that is another',
    ['chain'],
    (database) => database.exec('update ledger_state set head_hash = zeroblob(32)'),
  ],
  [
    'opening balances that nobody chained',
    ['chain', 'gold', 'replay'],
    (database) => database.exec('insert into ledger_openings values (0, 0, 0, -5), (1000000000, 0, 0, 5)'),
  ],
  ['a second world', ['owner'], (database) => database.exec("insert into worlds values ('other', 1, 5, '', 0)")],
  ['what an owner wrote that had lost the world', ['owner'], (database) => database.exec('update worlds set epoch = 0')],
  ['a world that is behind its ledger', ['owner'], (database) => database.exec('update worlds set tick = 3')],
  [
    'what is saved of nobody',
    ['owner'],
    (database) =>
      database.exec("insert into parts select 77, component, layout_id, bytes from parts where component = 'Death' limit 1"),
  ],
]
