import { type LedgerTerms, type Movement, NOTHING_MOVED, packMovements } from '../../src/ports/ledger.js'
import { packRows, type SavedComponent } from '../../src/ports/packed-rows.js'
import type { Batch, Store } from '../../src/ports/store.js'
import type { GameValue } from '../../src/server/game-module.js'

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
const THING = 120

/** Of the world, from one commit to the next: so many that the ledger folds within a short scene. */
export const WORLD_TICKS_EACH = 24_000

export const sceneValue: GameValue = {
  movedIn: () => NOTHING_MOVED,
  places: {
    gold: { component: 'Purse', field: 'gold' },
    things: [{ component: 'Bag', item: 'item', count: 'count', uid: 'uid' }],
  },
  limits: () => ({ goldMax: CHARACTERS * GOLD_EACH, stackMax: () => 1 }),
}
export const sceneTerms: LedgerTerms = { places: sceneValue.places, keepTicks: 4 * WORLD_TICKS_EACH }

export interface Character {
  gold: number
  /** The uid of the one thing that it has. */
  uid: number
  /** The tick in which it was saved last. */
  tick: number
}

/** Everybody at the end of a tick, the number of bots, and what the tick moved. */
export interface State {
  readonly characters: readonly Readonly<Character>[]
  readonly bots: number
  readonly moved: readonly Movement[]
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
    const moved: Movement[] = []
    if (tick > 0) {
      for (const i of changedIn(tick)) if (now[i].tick === 0) moved.push(...madeFor(tick, i + 1, now[i]))
      const gold = 1 + (tick % 9)
      a.gold -= gold
      b.gold += gold
      moved.push(...tradeOf(tick, gold, a.uid, b.uid))
      const { uid } = a
      a.uid = b.uid
      b.uid = uid
      for (const i of changedIn(tick)) now[i].tick = tick
    }
    states.push({ characters: now.map((character) => ({ ...character })), bots: botsAfter(tick), moved })
  }
  return states
}

const movement = (tick: number, reason: string, what: Partial<Movement>): Movement => {
  const nothing = { from: 0, to: 0, item: 0, count: 0, uid: 0, gold: 0, session: 0, seq: 0 }
  return { ...nothing, kind: 'transfer', ...what, tick: tick * WORLD_TICKS_EACH, reason }
}
const thing = (uid: number) => ({ item: THING, count: 1, uid })

/** What somebody has who is saved for the first time: until then the store has nothing of it. */
const madeFor = (tick: number, to: number, { gold, uid }: Character): Movement[] =>
  [{ gold }, thing(uid)].map((what) => movement(tick, 'made', { kind: 'mint', to, ...what }))

/** Coins go from the one to the other, and each gives the other its thing. */
function tradeOf(tick: number, gold: number, uidOfA: number, uidOfB: number): Movement[] {
  const [a, b] = pairOf(tick).map((i) => i + 1)
  const given = { from: a, to: b }
  return [
    movement(tick, 'trade', { ...given, gold }),
    movement(tick, 'trade', { ...given, ...thing(uidOfA) }),
    movement(tick, 'trade', { from: b, to: a, ...thing(uidOfB) }),
  ]
}

/** One bot more in every fourth tick, and one fewer in every twelfth. */
const botsAfter = (tick: number): number => Math.floor(tick / 4) - Math.floor(tick / 12)

/** What is saved of one; of somebody who was never saved, nothing is. */
export function componentsOf({ gold, uid, tick }: Character): Readonly<Record<string, SavedComponent>> {
  if (tick === 0) return {}
  const bag = (value: number) => Array.from({ length: BAG_PLACES }, (_, i) => (i === 0 ? value : 0))
  const marks = Array.from({ length: MARKS }, (_, i) => tick * MARKS + i + 1)
  return { Purse: { gold: [gold] }, Bag: { item: bag(THING), count: bag(1), uid: bag(uid) }, Marks: { mark: marks } }
}

export function batchOf(tick: number, { characters, moved }: State): Batch {
  const rows = changedIn(tick).map((i) => ({ characterId: i + 1, level: 1, components: componentsOf(characters[i]) }))
  const number = Math.floor(tick / 4)
  const bot = { characterId: BOT_ID + number, accountId: `bot:${number}`, name: `Bot-${number}`, classId: 1 }
  return {
    tick: tick * WORLD_TICKS_EACH,
    created: tick % 4 === 0 ? [bot] : [],
    rows: packRows(rows),
    removed: tick % 12 === 0 ? [BOT_ID + number - 1] : [],
    resources: { Counter: { tick: [tick] } },
    sessions: { changed: [], ended: [] },
    moved: packMovements(moved),
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
  await store.open(sceneTerms)
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
