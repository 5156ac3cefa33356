import { NOTHING_MOVED } from '../../src/ports/ledger.js'
import { packRows, type SavedComponent } from '../../src/ports/packed-rows.js'
import type { Batch, Store } from '../../src/ports/store.js'

/** Characters of players, who pass coins and things to each other. */
export const CHARACTERS = 24
export const ACCOUNT = 'guest:powerloss'
const GOLD_EACH = 1_000
/** Numbers of a character that change all at once, so that a batch has many pages. */
const MARKS = 100
/** In every so many-th tick everybody is saved. */
const ALL_EVERY = 8
const BOT_ID = 1_000_000_000
const BAG_PLACES = 24

export interface Character {
  gold: number
  /** The uid of the one thing that it has. */
  uid: number
  /** The tick in which it was saved last. */
  tick: number
}

/** Everybody at the end of a tick, and the number of bots. */
export interface State {
  readonly characters: readonly Readonly<Character>[]
  readonly bots: number
}

/** Who trades in a tick. */
function pairOf(tick: number): readonly [number, number] {
  const a = (tick * 7) % CHARACTERS
  return [a, (a + 1 + (tick % 5)) % CHARACTERS]
}

const changedIn = (tick: number): readonly number[] =>
  tick % ALL_EVERY === 0 ? Array.from({ length: CHARACTERS }, (_, i) => i) : pairOf(tick)

/** The states of all ticks from 0 on: in each, two give each other coins and their things. */
export function statesUpTo(ticks: number): readonly State[] {
  const now: Character[] = Array.from({ length: CHARACTERS }, (_, i) => ({ gold: GOLD_EACH, uid: i + 1, tick: 0 }))
  const states: State[] = []
  for (let tick = 0; tick <= ticks; tick += 1) {
    const [a, b] = pairOf(tick).map((i) => now[i])
    if (tick > 0) {
      const gold = 1 + (tick % 9)
      a.gold -= gold
      b.gold += gold
      const { uid } = a
      a.uid = b.uid
      b.uid = uid
      for (const i of changedIn(tick)) now[i].tick = tick
    }
    states.push({ characters: now.map((character) => ({ ...character })), bots: botsAfter(tick) })
  }
  return states
}

/** One bot more in every fourth tick, and one fewer in every twelfth. */
const botsAfter = (tick: number): number => Math.floor(tick / 4) - Math.floor(tick / 12)

/** What is saved of one; of somebody who was never saved, nothing is. */
export function componentsOf({ gold, uid, tick }: Character): Readonly<Record<string, SavedComponent>> {
  if (tick === 0) return {}
  const bag = (value: number) => Array.from({ length: BAG_PLACES }, (_, i) => (i === 0 ? value : 0))
  const marks = Array.from({ length: MARKS }, (_, i) => tick * MARKS + i + 1)
  return { Purse: { gold: [gold] }, Bag: { item: bag(120), count: bag(1), uid: bag(uid) }, Marks: { mark: marks } }
}

export function batchOf(tick: number, { characters }: State): Batch {
  const rows = changedIn(tick).map((i) => ({ characterId: i + 1, level: 1, components: componentsOf(characters[i]) }))
  const number = Math.floor(tick / 4)
  const bot = { characterId: BOT_ID + number, accountId: `bot:${number}`, name: `Bot-${number}`, classId: 1 }
  return {
    tick,
    created: tick % 4 === 0 ? [bot] : [],
    rows: packRows(rows),
    removed: tick % 12 === 0 ? [BOT_ID + number - 1] : [],
    resources: { Counter: { tick: [tick] } },
    sessions: { changed: [], ended: [] },
    moved: NOTHING_MOVED,
  }
}

/** A commit that the store refuses is sent again, as the server does it. */
const ATTEMPTS_MAX = 20
async function patiently(commit: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await commit()
    } catch (error) {
      if (attempt === ATTEMPTS_MAX) throw error
    }
  }
}

/** Writes the whole scene, one commit after the other; `said` is told what the store has answered. */
export async function play(store: Store, ticks: number, said: (text: string) => void): Promise<void> {
  const states = statesUpTo(ticks)
  await store.open()
  said('open')
  for (let number = 1; number <= CHARACTERS; number += 1) {
    await store.createCharacter(ACCOUNT + number, `Name-${number}`, 1)
    said(`character ${number}`)
  }
  for (let tick = 1; tick <= ticks; tick += 1) {
    await patiently(() => store.commit(batchOf(tick, states[tick])))
    said(`tick ${tick}`)
  }
}
