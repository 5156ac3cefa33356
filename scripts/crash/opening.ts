import { standardGame } from '../../game.js'
import { SqliteKeeper } from '../../src/adapters/sqlite-keeper.js'
import { thisProcess } from '../../src/adapters/store-owner.js'
import { type Movement, packMovements } from '../../src/ports/ledger.js'
import { packRows, type SavedComponent } from '../../src/ports/packed-rows.js'
import { readContent } from '../../src/server/content-files.js'
import type { Content } from '../../systems/content/types.js'
import { equipSlots } from '../../systems/content/words.js'
import { type Holding, savedHolding, savedStacks } from './holding.js'

export const content = readContent(standardGame).content as Content
/** Whom the dealers stand beside. */
export const vendor = content.npcList.find(({ key }) => key === 'corvin') ?? content.npcList[0]
const idOf = (key: string): number => content.itemList.find((item) => item.key === key)?.id ?? 0
/** Where hunters stand: among creatures that attack nobody. */
const grounds = content.spawns.filter(({ creature }) => content.creatures[creature]?.aggroRadiusM === 0)

const START_GOLD = 600
const BAG_PLACES = 24
const WEAPON_PLACE = equipSlots.indexOf('mainHand')
/** So strong that no hunt takes long. */
const HUNTER_LEVEL = 20
const CLASSES = 4
const GUARDIAN = 1
const best = content.itemList
  .filter(({ slot, classes }) => slot === 'mainHand' && (classes.length === 0 || classes.includes(GUARDIAN)))
  .reduce((a, b) => (b.itemLevel > a.itemLevel ? b : a))

export type Role = 'dealer' | 'hunter'
/** Every fourth one hunts; the others deal, two by two. */
export const roleOf = (number: number): Role => (number % 4 === 0 ? 'hunter' : 'dealer')
export const accountOf = (number: number): string => `guest:crash-${number}`
export const nameOf = (number: number): string => `Crash-${number}`

/** What each character begins with: some gold, two stacks, two things of which there is only one. */
function openingRow(number: number): Readonly<Record<string, SavedComponent>> {
  const things = [
    { item: idOf('torn-pelt'), count: 18, uid: 0, durability: 0 },
    { item: idOf('barley-loaf'), count: 9, uid: 0, durability: 0 },
    ...[1, 2].map((n) => ({ item: idOf('patched-jerkin'), count: 1, uid: number * 3 + n, durability: 30 })),
  ]
  const list = (of: (thing: (typeof things)[number]) => number) =>
    Array.from({ length: BAG_PLACES }, (_, i) => (i < things.length ? of(things[i]) : 0))
  const isHunter = roleOf(number) === 'hunter'
  const at = isHunter ? grounds[number % grounds.length] : { x: vendor.x + (number % 5) / 2, z: vendor.z + (number % 4) / 2 }
  const weapon = (value: number) => equipSlots.map((_, i) => (isHunter && i === WEAPON_PLACE ? value : 0))
  return {
    Equipment: { item: weapon(best.id), uid: weapon(number * 3), durability: weapon(best.durabilityMax) },
    Position: { x: [at.x], y: [0], z: [at.z] },
    Progress: { class: [classOf(number)], level: [isHunter ? HUNTER_LEVEL : 1], experience: [0] },
    Purse: { gold: [START_GOLD] },
    Bag: {
      item: list(({ item }) => item),
      count: list(({ count }) => count),
      uid: list(({ uid }) => uid),
      durability: list(({ durability }) => durability),
    },
  }
}

const classOf = (number: number): number => (roleOf(number) === 'hunter' ? GUARDIAN : 1 + (number % CLASSES))

/** What a character begins with, as the ledger has it: made out of nothing, so that an audit before the first commit finds all of it. */
function madeFor({ characterId, components }: { characterId: number; components: ReturnType<typeof openingRow> }): Movement[] {
  const made = { tick: 1, kind: 'mint', reason: 'history', from: 0, to: characterId, session: 0, seq: 0 } as const
  const things = savedStacks(components).map(({ item, count, uid }) => ({ ...made, item, count, uid, gold: 0 }))
  return [{ ...made, item: 0, count: 0, uid: 0, gold: START_GOLD }, ...things]
}

/** Makes the database with its characters; what each of them has, by its id, in the order of their numbers from 1. */
export function populate(path: string, characters: number): Map<number, Holding> {
  const store = new SqliteKeeper(path, thisProcess())
  store.open()
  const rows = []
  for (let number = 1; number <= characters; number += 1) {
    const outcome = store.createCharacter(accountOf(number), nameOf(number), classOf(number))
    if (!outcome.ok) throw new Error(`character ${number} was refused: ${outcome.code}`)
    const level = roleOf(number) === 'hunter' ? HUNTER_LEVEL : 1
    rows.push({ ...outcome.row, level, components: openingRow(number) })
  }
  const sessions = { changed: [], ended: [] }
  const nothing = { created: [], removed: [], resources: {}, sessions }
  store.commit({ ...nothing, tick: 1, rows: packRows(rows), moved: packMovements(rows.flatMap(madeFor)) })
  store.close()
  return new Map(rows.map(({ characterId, components }) => [characterId, savedHolding(components)]))
}
