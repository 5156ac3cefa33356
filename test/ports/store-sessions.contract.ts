import { expect, test } from 'vitest'
import { type SavedSession, SEQ_OPEN, type Store } from '../../src/ports/store.js'
import { batchOf } from './packed.js'
import { createNamed, type Places, rowOf } from './store-scene.js'

export const sessionOf = (id: number, more: Partial<SavedSession> = {}): SavedSession => ({
  id,
  accountId: `guest:${id}`,
  role: 'player',
  characterId: id,
  lastSeq: 7,
  tokenHash: `${id}`.padStart(64, '0'),
  results: [5, 0, 6, 12, 7, SEQ_OPEN],
  generation: 3,
  ...more,
})

const put = (store: Store, tick: number, changed: readonly SavedSession[], ended: readonly number[] = []) =>
  store.commit(batchOf(tick, [], { sessions: { changed, ended } }))

/** What every store promises of sessions that outlive the process. */
export function sessionsContract(places: Places): void {
  /** What the next owner of the same data finds. */
  async function found({ place, start }: ReturnType<Places>, write: (store: Store) => Promise<unknown>) {
    const store = await start()
    await write(store)
    await store.close()
    return (await place.create().open()).sessions
  }

  test('sessions are there for the next owner by rising id, each as it was committed last', async () => {
    // Ids grow beyond 32 bits, and so does nothing else of them.
    const far = sessionOf(3 * 2 ** 32 + 9, { role: 'moderator', lastSeq: 0xffff_ffff, results: [] })
    const sessions = await found(places(), async (store) => {
      await put(store, 1, [far, sessionOf(2), sessionOf(1)])
      await put(store, 2, [sessionOf(2, { lastSeq: 99, tokenHash: '', results: [99, 0], generation: 4 })])
    })
    expect(sessions).toEqual([sessionOf(1), sessionOf(2, { lastSeq: 99, tokenHash: '', results: [99, 0], generation: 4 }), far])
  })

  test('sessions that ended are gone, and ending one that was never saved is fine', async () => {
    const sessions = await found(places(), async (store) => {
      await put(store, 1, [sessionOf(1), sessionOf(2)])
      await put(store, 2, [], [1, 77])
    })
    expect(sessions).toEqual([sessionOf(2)])
  })

  test('sessions are committed with the rows of their batch, or not at all', async () => {
    const sessions = await found(places(), async (store) => {
      await createNamed(store, 'a', 'Ada')
      const changed = [sessionOf(1, { lastSeq: 50 })]
      await put(store, 1, [sessionOf(1)])
      const unknown = batchOf(2, [rowOf({ characterId: 1 }), rowOf({ characterId: 77 })], { sessions: { changed, ended: [] } })
      await expect(store.commit(unknown)).rejects.toMatchObject({ code: 'STORE_FAILED' })
      // Nor by a batch of a tick that is not after the last.
      await put(store, 1, changed, [1])
    })
    expect(sessions).toEqual([sessionOf(1)])
  })

  test('saved sessions are shared with nobody', async () => {
    const results = [5, 0]
    const sessions = await found(places(), async (store) => {
      await put(store, 1, [sessionOf(1, { results })])
      results[1] = 9
    })
    expect(sessions).toEqual([sessionOf(1, { results: [5, 0] })])
  })
}
