import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { SqliteKeeper } from '../../src/adapters/sqlite-keeper.js'
import { readSqlite } from '../../src/adapters/sqlite-reader.js'
import { thisProcess } from '../../src/adapters/store-owner.js'
import { audit } from '../../src/server/audit/audit.js'
import { ACCOUNT, CHARACTERS, componentsOf, type State, sceneTerms, sceneValue, WORLD_TICKS_EACH } from './scene.js'

/** What the store had answered when the power went. */
export interface Promised {
  readonly isOpen: boolean
  /** Characters that were created. */
  readonly characters: number
  /** The last tick whose commit was answered. */
  readonly tick: number
}

/** A year ahead: whoever owned the world is gone. */
const LATER_MS = 31_536_000_000

/** Lays the files into a folder of its own and starts on them as a server does. What does not hold, in words; '' when all does. */
export function checkImage(
  folder: string,
  files: ReadonlyMap<string, Buffer>,
  name: string,
  promised: Promised,
  states: readonly State[],
): string {
  const directory = mkdtempSync(join(folder, 'image-'))
  try {
    for (const [path, bytes] of files) {
      mkdirSync(dirname(join(directory, path)), { recursive: true })
      writeFileSync(join(directory, path), bytes)
    }
    return check(join(directory, name), promised, states)
  } catch (error) {
    return `it cannot be opened: ${error instanceof Error ? error.message.replaceAll(directory, '') : String(error)}`
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function check(path: string, promised: Promised, states: readonly State[]): string {
  const keeper = new SqliteKeeper(path, thisProcess(), () => Date.now() + LATER_MS)
  try {
    const { tick: worldTick, epoch, bots, resources } = keeper.open(sceneTerms)
    const tick = worldTick / WORLD_TICKS_EACH
    if (promised.isOpen && epoch < 2) return `the world is of epoch ${epoch}, but one before was answered`
    if (tick < promised.tick) return `tick ${tick} is the last, but ${promised.tick} was answered`
    if (tick > promised.tick + 1) return `tick ${tick} is there before it was written`
    const state = states[tick]
    if (bots !== state.bots) return `tick ${tick}: ${bots} bots, not ${state.bots}`
    const counted = resources.Counter?.tick?.[0] ?? 0
    if (counted !== tick) return `tick ${tick}: the counter is of ${counted}`
    return checkCharacters(keeper, promised, state, tick) || integrityOf(path) || ledgerOf(path)
  } finally {
    keeper.close()
  }
}

function checkCharacters(keeper: SqliteKeeper, promised: Promised, { characters }: State, tick: number): string {
  let gold = 0
  let there = 0
  const uids = new Set<number>()
  for (let number = 1; number <= CHARACTERS; number += 1) {
    const found = keeper.loadCharacter(ACCOUNT + number, number)
    if (found === null && number <= promised.characters) return `character ${number} is gone`
    if (found === null) continue
    there += 1
    const wanted = JSON.stringify(sparse(componentsOf(characters[number - 1])))
    const has = JSON.stringify(sparse(found.components))
    if (wanted !== has) return `tick ${tick}: character ${number} has ${has.slice(0, 120)}, not ${wanted.slice(0, 120)}`
    const { gold: its, uid } = characters[number - 1]
    gold += found.components.Purse?.gold?.[0] ?? its
    uids.add(found.components.Bag?.uid?.[0] ?? uid)
  }
  if (tick > 0 && gold !== characters.reduce((sum, character) => sum + character.gold, 0))
    return `tick ${tick}: ${gold} gold in all`
  return uids.size === there ? '' : `tick ${tick}: ${there - uids.size} things are there twice`
}

/** A list of zeros may be left out; components come by name. */
const sparse = (components: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>) =>
  Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1))

function integrityOf(path: string): string {
  const database = new Database(path, { readonly: true })
  const found = database.pragma('integrity_check', { simple: true })
  database.close()
  return found === 'ok' ? '' : `integrity_check says: ${found}`
}

/** Every coin and every thing that is there, by the ledger, and the ledger by its chain. */
function ledgerOf(path: string): string {
  const [found] = readSqlite(path, (saved) => audit(saved, sceneValue, undefined)).violations
  return found === undefined ? '' : `the audit says: ${found.invariant}: ${found.what}`
}
