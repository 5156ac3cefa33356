import { createMemoryStore } from '../../src/adapters/memory-store.js'
import type { Batch, Store } from '../../src/ports/store.js'
import { storeWith } from './store-with.js'

/** A store in memory whose commits wait, or fail, while the test says so. */
export interface GatedStore {
  readonly store: Store
  readonly ticks: number[]
  /** Commits from now on wait for `release`. */
  hold(): void
  release(): void
  broken: boolean
  /** Every call but `close` fails while it is set. */
  gone: boolean
}

export function gatedStore(memory: Store = createMemoryStore()): GatedStore {
  let held: Promise<void> | null = null
  let open: () => void = () => undefined
  const reach = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => {
    return (...args: A) => (gated.gone ? Promise.reject(new Error('no route to the store')) : call(...args))
  }
  const commit = async (batch: Batch): Promise<void> => {
    await held
    if (gated.broken || gated.gone) throw new Error('the disk is full')
    await memory.commit(batch)
    gated.ticks.push(batch.tick)
  }
  const store = storeWith(memory, {
    charactersOf: reach((accountId) => memory.charactersOf(accountId)),
    createCharacter: reach((...args) => memory.createCharacter(...args)),
    loadCharacter: reach((...args) => memory.loadCharacter(...args)),
    commit,
  })
  const gated: GatedStore = {
    store,
    ticks: [],
    broken: false,
    gone: false,
    hold() {
      held = new Promise((resolve) => {
        open = resolve
      })
    },
    release() {
      held = null
      open()
    },
  }
  return gated
}
