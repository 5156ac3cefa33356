import { afterEach, describe, expect, test } from 'vitest'
import { CHARACTERS_PER_ACCOUNT_MAX, type CharacterRow, type Store } from '../../src/ports/store.js'
import { batchOf } from './packed.js'
import { ledgerContract } from './store-ledger.contract.js'
import { createNamed, type Places, rowOf, type Start, type StorePlace } from './store-scene.js'
import { sessionsContract } from './store-sessions.contract.js'
import { botsContract, lastingContract, ownersContract } from './store-world.contract.js'

/** What every store promises. `createPlace` yields an empty place. */
export function storeContract(name: string, createPlace: () => StorePlace): void {
  describe(name, () => {
    const stores: Store[] = []
    const places: Places = () => {
      const place = createPlace()
      const create = () => {
        const store = place.create()
        stores.push(store)
        return store
      }
      const start = async () => {
        const store = create()
        await store.open()
        return store
      }
      return { place: { ...place, create }, start }
    }
    const start = () => places().start()
    afterEach(async () => {
      for (const store of stores.splice(0)) await store.close()
    })
    charactersContract(start)
    componentsContract(start)
    commitContract(start)
    refusalsContract(start)
    botsContract(start)
    lastingContract(places)
    ownersContract(places)
    sessionsContract(places)
    ledgerContract(places)
  })
}

function charactersContract(start: Start): void {
  test('ids rise from 1; a new character is of level 1, its account has it, another does not', async () => {
    const store = await start()
    const ada = await createNamed(store, 'a', 'Ada')
    const bo = await createNamed(store, 'b', 'Bo')
    const cy = await createNamed(store, 'a', 'Cy')
    expect(ada).toEqual({ characterId: 1, name: 'Ada', classId: 3, level: 1 })
    expect([bo.characterId, cy.characterId]).toEqual([2, 3])
    expect(await store.charactersOf('a')).toEqual([ada, cy])
    expect(await store.charactersOf('nobody')).toEqual([])
    expect(await store.loadCharacter('a', 1)).toEqual({ ...ada, accountId: 'a', components: {} })
  })

  test('a character is loaded by its own account alone', async () => {
    const store = await start()
    await createNamed(store, 'a', 'Ada')
    expect(await store.loadCharacter('b', 1)).toBeNull()
    expect(await store.loadCharacter('a', 2)).toBeNull()
  })

  test.each([
    ['Ada', 'ada'],
    ['Ada', 'ADA'],
    ['Ärla', 'äRLA'],
    ['Zo\u00eb', 'Zoe\u0308'],
  ])('%s and %s are one name, in every account', async (first, second) => {
    const store = await start()
    await createNamed(store, 'a', first)
    expect(await store.createCharacter('a', second, 1)).toEqual({ ok: false, code: 'nameTaken' })
    expect(await store.createCharacter('b', second, 1)).toEqual({ ok: false, code: 'nameTaken' })
    expect(await store.charactersOf('b')).toEqual([])
  })

  test('an account at its limit is told so, whatever the name; another is not', async () => {
    const store = await start()
    for (let index = 0; index < CHARACTERS_PER_ACCOUNT_MAX; index += 1) await createNamed(store, 'a', `name-${index}`)
    expect(await store.createCharacter('a', 'new', 1)).toEqual({ ok: false, code: 'limit' })
    expect(await store.createCharacter('a', 'name-0', 1)).toEqual({ ok: false, code: 'limit' })
    expect((await createNamed(store, 'b', 'new')).name).toBe('new')
    const ids = (await store.charactersOf('a')).map((row) => row.characterId)
    expect(ids).toEqual(Array.from({ length: CHARACTERS_PER_ACCOUNT_MAX }, (_, index) => index + 1))
  })

  test('of two that ask for one name at once, one gets it', async () => {
    const store = await start()
    const outcomes = await Promise.all([store.createCharacter('a', 'Ada', 1), store.createCharacter('b', 'ADA', 1)])
    expect(outcomes.map((outcome) => outcome.ok).sort()).toEqual([false, true])
  })
}

function componentsContract(start: Start): void {
  test('a component whose fields have changed since is read by the fields that it was saved with', async () => {
    const store = await start()
    await createNamed(store, 'a', 'Ada')
    await createNamed(store, 'a', 'Bo')
    const save = (tick: number, characterId: number, components: CharacterRow['components']) =>
      store.commit(batchOf(tick, [rowOf({ characterId, components })]))
    await save(1, 1, { Purse: { gold: [10] } })
    await save(2, 2, { Purse: { coins: [1, 2], gold: [20] } })
    expect((await store.loadCharacter('a', 1))?.components).toEqual({ Purse: { gold: [10] } })
    expect((await store.loadCharacter('a', 2))?.components).toEqual({ Purse: { coins: [1, 2], gold: [20] } })
  })

  test('a component called like a property of every object is only a component', async () => {
    const store = await start()
    await createNamed(store, 'a', 'Ada')
    const text = '{"__proto__":{"x":[1]},"constructor":{"toString":[2]}}'
    const components = JSON.parse(text) as CharacterRow['components']
    await store.commit(batchOf(1, [rowOf({ characterId: 1, components })]))
    expect(JSON.stringify((await store.loadCharacter('a', 1))?.components)).toBe(text)
  })
}

function commitContract(start: Start): void {
  test('what was committed is loaded, exactly', async () => {
    const store = await start()
    await createNamed(store, 'a', 'Ada')
    const components = {
      Position: { x: [1.5], y: [-0.1], z: [2 ** 53 - 1] },
      Bag: { item: [1, 0, 65_535], count: [1, 2, 3] },
      Empty: { none: [] },
    }
    const row = rowOf({ characterId: 1, name: 'Ada', level: 7, components })
    await store.commit(batchOf(1, [row]))
    expect(await store.loadCharacter('a', 1)).toEqual(row)
    expect(await store.charactersOf('a')).toEqual([{ characterId: 1, name: 'Ada', classId: 3, level: 7 }])
  })

  test('a batch is applied once: one of a tick that is not after the last changes nothing', async () => {
    const store = await start()
    await createNamed(store, 'a', 'Ada')
    const gold = (tick: number, value: number) =>
      store.commit(batchOf(tick, [rowOf({ characterId: 1, components: { Purse: { gold: [value] } } })]))
    await gold(5, 10)
    await gold(5, 99)
    await gold(4, 98)
    expect((await store.loadCharacter('a', 1))?.components).toEqual({ Purse: { gold: [10] } })
    await gold(6, 11)
    expect((await store.loadCharacter('a', 1))?.components).toEqual({ Purse: { gold: [11] } })
  })

  test('a row replaces the components it names and leaves the others', async () => {
    const store = await start()
    await createNamed(store, 'a', 'Ada')
    const commit = (tick: number, components: CharacterRow['components']) =>
      store.commit(batchOf(tick, [rowOf({ characterId: 1, components })]))
    await commit(1, { Position: { x: [1], y: [2] }, Purse: { gold: [10] } })
    await commit(2, { Position: { x: [9] } })
    expect((await store.loadCharacter('a', 1))?.components).toEqual({ Position: { x: [9] }, Purse: { gold: [10] } })
  })

  test('saved rows are shared with nobody', async () => {
    const store = await start()
    await createNamed(store, 'a', 'Ada')
    const batch = batchOf(1, [rowOf({ characterId: 1, components: { Purse: { gold: [10] } } })])
    await store.commit(batch)
    batch.rows.bytes.fill(255)
    const loaded = await store.loadCharacter('a', 1)
    expect(loaded?.components).toEqual({ Purse: { gold: [10] } })
    const purse: Record<string, number[]> = loaded?.components.Purse as Record<string, number[]>
    purse.gold![0] = 77
    expect((await store.loadCharacter('a', 1))?.components).toEqual({ Purse: { gold: [10] } })
  })

  test('a batch holds many rows, the later of one character wins, and an empty one is fine', async () => {
    const store = await start()
    await createNamed(store, 'a', 'Ada')
    await createNamed(store, 'a', 'Bo')
    const levels = [rowOf({ characterId: 1, level: 2 }), rowOf({ characterId: 2, level: 5 }), rowOf({ characterId: 1, level: 3 })]
    await store.commit(batchOf(1, levels))
    await store.commit(batchOf(2, []))
    expect((await store.charactersOf('a')).map((row) => row.level)).toEqual([3, 5])
  })
}

function refusalsContract(start: Start): void {
  test('a batch with a row of a character never created is refused whole', async () => {
    const store = await start()
    await createNamed(store, 'a', 'Ada')
    const rows = [rowOf({ characterId: 1, level: 50 }), rowOf({ characterId: 77 })]
    await expect(store.commit(batchOf(1, rows))).rejects.toMatchObject({ code: 'STORE_FAILED' })
    expect((await store.charactersOf('a')).map((row) => row.level)).toEqual([1])
    expect(await store.loadCharacter('a', 77)).toBeNull()
    await store.commit(batchOf(1, rows.slice(0, 1)))
    expect((await store.charactersOf('a')).map((row) => row.level)).toEqual([50])
  })

  test('close may be called twice; afterwards everything is refused', async () => {
    const store = await start()
    await store.close()
    await store.close()
    const calls = [
      () => store.charactersOf('a'),
      () => store.createCharacter('a', 'Ada', 1),
      () => store.loadCharacter('a', 1),
      () => store.loadBots(0, 1),
      () => store.commit(batchOf(1, [])),
    ]
    for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'STORE_FAILED' })
  })
}
