import { layoutBytes, type PackedRows, ROW_HEAD_BYTES } from '../../src/ports/packed-rows.js'
import type { Batch, Store } from '../../src/ports/store.js'

/** Faults of a store that are put in on purpose: a harness that does not find them proves nothing. */
export const plantNames = ['early-ok', 'saved-by-player'] as const
export type PlantName = (typeof plantNames)[number]

/** What an early answer is ahead of the disk. */
const EARLY_MS = 150

/** A store that says that a batch is stored before it is. */
function early(store: Store): Store['commit'] {
  return ({ rows, moved, ...batch }) => {
    // The journal packs the next batch over these bytes as soon as it has its answer.
    const copies = { rows: { ...rows, bytes: rows.bytes.slice() }, moved: { ...moved, values: moved.values.slice() } }
    const copy: Batch = { ...batch, ...copies }
    setTimeout(() => void store.commit(copy), EARLY_MS)
    return Promise.resolve()
  }
}

/** Where the second half of the rows begins, and how many rows are before it. */
function middleOf({ layouts, bytes, count }: PackedRows): { readonly at: number; readonly rows: number } {
  const sizes = layouts.map(layoutBytes)
  const rows = Math.floor(count / 2)
  let at = 0
  for (let row = 0; row < rows; row += 1) {
    const parts = bytes[at + ROW_HEAD_BYTES - 1]
    at += ROW_HEAD_BYTES
    for (let part = 0; part < parts; part += 1) at += 1 + sizes[bytes[at]]
  }
  return { at, rows }
}

/** Every so many batches, what was kept back is saved as well. */
const HELD_BATCHES = 4

/** A store that saves some players with one batch and the others with a later one: a crash between them is no moment the world had. */
function byPlayer(store: Store): Store['commit'] {
  let held = { bytes: new Uint8Array(0), count: 0 }
  let batches = 0
  return (batch) => {
    const { rows } = batch
    batches += 1
    // New bots go whole: their rows belong to their heads.
    const isWhole = batch.created.length > 0 || batches % HELD_BATCHES === 0
    const middle = isWhole ? { at: rows.bytes.length, rows: rows.count } : middleOf(rows)
    const now = isWhole ? held : { bytes: new Uint8Array(0), count: 0 }
    const before = isWhole ? { bytes: new Uint8Array(0), count: 0 } : held
    held = {
      bytes: joined(before.bytes, rows.bytes.subarray(middle.at)),
      count: before.count + rows.count - middle.rows,
    }
    const bytes = joined(now.bytes, rows.bytes.subarray(0, middle.at))
    return store.commit({ ...batch, rows: { ...rows, bytes, count: now.count + middle.rows } })
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(a.length + b.length)
  bytes.set(a)
  bytes.set(b, a.length)
  return bytes
}

const commits: Readonly<Record<PlantName, (store: Store) => Store['commit']>> = { 'early-ok': early, 'saved-by-player': byPlayer }

/** The store with the fault in it. */
export function planted(store: Store, name: PlantName): Store {
  return {
    open: (ledger) => store.open(ledger),
    charactersOf: (accountId) => store.charactersOf(accountId),
    createCharacter: (accountId, characterName, classId) => store.createCharacter(accountId, characterName, classId),
    loadCharacter: (accountId, characterId) => store.loadCharacter(accountId, characterId),
    loadBots: (afterId, count) => store.loadBots(afterId, count),
    commit: commits[name](store),
    close: () => store.close(),
  }
}
