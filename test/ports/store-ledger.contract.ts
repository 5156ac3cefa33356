import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { FOLDS } from '../../src/adapters/ledger-keeper.js'
import { type LedgerLink, type LedgerTerms, type Movement, packMovements } from '../../src/ports/ledger.js'
import type { SavedWorld } from '../../src/ports/saved-world.js'
import type { Store } from '../../src/ports/store.js'
import { batchOf } from './packed.js'
import { createNamed, type Places, rowOf } from './store-scene.js'

const terms = (keepTicks: number): LedgerTerms => ({
  places: {
    gold: { component: 'Purse', field: 'gold' },
    things: [
      { component: 'Bag', item: 'item', count: 'count', uid: 'uid' },
      { component: 'Worn', item: 'item', uid: 'uid' },
    ],
  },
  keepTicks,
})

const NOTHING = { from: 0, to: 0, item: 0, count: 0, uid: 0, gold: 0, session: 0, seq: 0 }
const mint = (tick: number, to: number, gold: number): Movement => ({
  ...NOTHING,
  ...{ tick, kind: 'mint', reason: 'loot', to, gold },
})
const trade = (tick: number): Movement => ({
  ...NOTHING,
  ...{ tick, kind: 'transfer', reason: 'trade', from: 1, to: 1_000_000_002, item: 7, count: 1, uid: 2 ** 52 + 1 },
  ...{ session: 3, seq: 9 },
})

interface Chain {
  readonly entries: readonly Movement[]
  readonly links: readonly LedgerLink[]
  readonly openings: readonly (readonly number[])[]
  readonly ledger: SavedWorld['ledger']
}
const chainOf = (saved: SavedWorld): Chain => ({
  entries: [...saved.entries()].map(({ movement }) => movement),
  links: [...saved.links()],
  openings: [...saved.openings()].map(({ party, item, uid, amount }) => [party, item, uid, amount]),
  ledger: saved.ledger,
})

/** The hash of a link, by what the decision record says of it. */
function linkHash(before: Buffer, numbers: readonly number[], entries: readonly Movement[]): Buffer {
  const f64 = (values: readonly number[]): Buffer => Buffer.from(Float64Array.from(values).buffer)
  const digest = createHash('sha256')
  for (const { kind, reason, tick, from, to, item, count, uid, gold, session, seq } of entries) {
    digest.update(Buffer.from([['mint', 'burn', 'transfer'].indexOf(kind), reason.length]))
    digest.update(reason)
    digest.update(f64([tick, from, to, item, count, uid, gold, session, seq]))
  }
  const hash = createHash('sha256')
    .update(before)
    .update(Buffer.from([0]))
    .update(f64(numbers))
  return hash.update(digest.digest()).digest()
}

const move = (store: Store, tick: number, moved: readonly Movement[]) =>
  store.commit(batchOf(tick, [], { moved: packMovements(moved) }))

export function ledgerContract(places: Places): void {
  test('the movements of a commit are in the ledger in their order, as one link that follows from the one before', async () => {
    const { place, start } = places()
    const store = await start()
    await createNamed(store, 'a', 'Ada')
    await move(store, 5, [mint(4, 1, 30), trade(5)])
    await move(store, 6, [])
    await move(store, 9, [mint(8, 1, 2)])
    const { entries, links, openings, ledger } = place.look(chainOf)
    expect(entries).toEqual([mint(4, 1, 30), trade(5), mint(8, 1, 2)])
    const first = linkHash(Buffer.alloc(32), [1, 1, 5, 2, 0], entries.slice(0, 2))
    const second = linkHash(first, [2, 1, 9, 1, 0], entries.slice(2))
    expect(links.map(({ hash }) => Buffer.from(hash).toString('hex'))).toEqual([first.toString('hex'), second.toString('hex')])
    expect(Buffer.from(ledger!.headHash).toString('hex')).toBe(second.toString('hex'))
    expect([ledger?.head, ledger?.base, openings]).toEqual([2, 0, []])
  })

  test('a movement is in it once, though it comes again with the batches after one whose answer was lost', async () => {
    const { place, start } = places()
    const store = await start()
    await move(store, 5, [mint(4, 1, 30), trade(5)])
    await move(store, 5, [mint(4, 1, 30), trade(5)])
    await move(store, 7, [mint(4, 1, 30), trade(5), mint(6, 1, 1)])
    const { entries, links } = place.look(chainOf)
    expect(entries).toEqual([mint(4, 1, 30), trade(5), mint(6, 1, 1)])
    expect(links.map(({ tick, count }) => [tick, count])).toEqual([
      [5, 2],
      [7, 1],
    ])
  })

  test('of a batch that is refused nothing is in it, and the chain goes on as if it had not been', async () => {
    const { place, start } = places()
    const store = await start()
    await move(store, 5, [mint(5, 1, 30)])
    const batch = batchOf(6, [rowOf({ characterId: 77 })], { moved: packMovements([{ ...mint(6, 77, 1), reason: 'new' }]) })
    await expect(store.commit(batch)).rejects.toMatchObject({ code: 'STORE_FAILED' })
    await move(store, 6, [{ ...mint(6, 1, 4), reason: 'newer' }])
    const { entries, links, ledger } = place.look(chainOf)
    expect(entries.map(({ gold, reason }) => [gold, reason])).toEqual([
      [30, 'loot'],
      [4, 'newer'],
    ])
    expect([links.length, ledger?.head]).toEqual([2, 2])
  })

  test('it goes on after an end and another start, with the epoch of the next owner', async () => {
    const { place, start } = places()
    const before = await start()
    await move(before, 5, [mint(5, 1, 30)])
    await before.close()
    const after = await start()
    await move(after, 6, [mint(6, 1, 1)])
    const { links } = place.look(chainOf)
    expect(links.map(({ link, epoch }) => [link, epoch])).toEqual([
      [1, 1],
      [2, 2],
    ])
  })

  foldingContract(places)
  openingContract(places)
}

function foldingContract(places: Places): void {
  test('entries that are old enough fold into balances, which are a link of the chain; later ones stay', async () => {
    const { place } = places()
    const store = place.create()
    await store.open(terms(100))
    await move(store, 5, [mint(4, 1, 30), { ...mint(4, 1, 0), item: 7, count: 1, uid: 2 ** 52 + 1 }])
    await move(store, 9, [trade(8), { ...NOTHING, tick: 9, kind: 'burn', reason: 'used', from: 1, gold: 4 }])
    const unfolded = place.look(chainOf)
    const late = FOLDS.everyTicks + 200
    await move(store, late, [mint(late, 1, 5)])
    const { entries, links, openings, ledger } = place.look(chainOf)
    expect(entries).toEqual([mint(late, 1, 5)])
    expect(openings).toEqual([
      [0, 0, 0, -26],
      [0, 7, 0, -1],
      [1, 0, 0, 26],
      [1_000_000_002, 7, 2 ** 52 + 1, 1],
    ])
    expect(links.map(({ link, kind, base }) => [link, kind, base])).toEqual([
      [3, 'moved', 0],
      [4, 'opening', 2],
    ])
    expect([ledger?.base, ledger?.head]).toEqual([2, 4])
    expect(Buffer.from(ledger!.baseHash).equals(unfolded.links[1]!.hash)).toBe(true)
  })

  test('what folds later is added, and what comes to zero goes', async () => {
    const { place } = places()
    const store = place.create()
    await store.open(terms(100))
    await move(store, 5, [mint(4, 1, 30)])
    const later = FOLDS.everyTicks + 200
    await move(store, later, [{ ...NOTHING, tick: later, kind: 'transfer', reason: 'trade', from: 1, to: 2, gold: 30 }])
    expect(place.look(chainOf).openings).toEqual([
      [0, 0, 0, -30],
      [1, 0, 0, 30],
    ])
    await move(store, later * 2 + 200, [mint(later * 2, 1, 1)])
    const { openings, entries, ledger, links } = place.look(chainOf)
    expect(openings).toEqual([
      [0, 0, 0, -30],
      [2, 0, 0, 30],
    ])
    expect(entries).toHaveLength(1)
    expect(links.map(({ link }) => link)).toEqual(Array.from({ length: links.length }, (_, i) => ledger!.base + 1 + i))
  })

  test('without a time to keep them they never fold', async () => {
    const { place } = places()
    const store = place.create()
    await store.open(terms(0))
    for (const tick of [5, FOLDS.everyTicks * 3, FOLDS.everyTicks * 9]) await move(store, tick, [mint(tick, 1, 1)])
    expect(place.look(chainOf).entries).toHaveLength(3)
  })
}

function openingContract(places: Places): void {
  test('a world that has no ledger yet opens one with what its characters have, once', async () => {
    const { place, start } = places()
    const before = await start()
    await createNamed(before, 'a', 'Ada')
    const components = {
      Purse: { gold: [10] },
      Bag: { item: [0, 3, 7], count: [0, 20, 1], uid: [0, 0, 81] },
      Worn: { item: [8, 0], uid: [82, 0] },
    }
    await before.commit(batchOf(41, [rowOf({ characterId: 1, components })]))
    await before.close()
    for (const _ of [1, 2]) {
      const store = place.create()
      await store.open(terms(0))
      await store.close()
    }
    const { openings, links } = place.look(chainOf)
    expect(openings).toEqual([
      [0, 0, 0, -10],
      [0, 3, 0, -20],
      [0, 7, 0, -1],
      [0, 8, 0, -1],
      [1, 0, 0, 10],
      [1, 3, 0, 20],
      [1, 7, 81, 1],
      [1, 8, 82, 1],
    ])
    expect(links.map(({ link, kind, tick, base, count }) => [link, kind, tick, base, count])).toEqual([[1, 'opening', 41, 0, 8]])
  })
}
