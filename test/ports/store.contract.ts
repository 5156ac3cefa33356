import { afterEach, describe, expect, test } from 'vitest'
import { BOT_CHARACTER_ID_MIN, CHARACTERS_PER_ACCOUNT_MAX, type CharacterRow, type Store } from '../../src/ports/store.js'

type Start = () => Promise<Store>

const createNamed = async (store: Store, accountId: string, characterName: string) => {
  const outcome = await store.createCharacter(accountId, characterName, 3)
  if (!outcome.ok) throw new Error(`${characterName} was refused: ${outcome.code}`)
  return outcome.row
}

const rowOf = (row: Partial<CharacterRow> & { readonly characterId: number }): CharacterRow => ({
  accountId: 'a',
  name: `name-${row.characterId}`,
  classId: 3,
  level: 1,
  components: {},
  ...row,
})

/** What every store promises. `create` yields an empty one. */
export function storeContract(name: string, create: Start): void {
  describe(name, () => {
    const stores: Store[] = []
    const start = async () => {
      const store = await create()
      stores.push(store)
      return store
    }
    afterEach(async () => {
      for (const store of stores.splice(0)) await store.close()
    })
    charactersContract(start)
    commitContract(start)
    refusalsContract(start)
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

function commitContract(start: Start): void {
  test('what was committed is loaded, exactly', async () => {
    const store = await start()
    await createNamed(store, 'a', 'Ada')
    const components = {
      Position: { x: [1.5], y: [-0.1], z: [2 ** 53 - 1] },
      Bag: { item: [1, 0, 65_535], count: [1, 2, 3] },
      Empty: { none: [] },
    }
    const row = rowOf({ characterId: 1, name: 'Ada', level: 7, classId: 4, components })
    await store.commit({ tick: 1, rows: [row] })
    expect(await store.loadCharacter('a', 1)).toEqual(row)
    expect(await store.charactersOf('a')).toEqual([{ characterId: 1, name: 'Ada', classId: 4, level: 7 }])
  })

  test('a row replaces the components it names and leaves the others', async () => {
    const store = await start()
    await createNamed(store, 'a', 'Ada')
    const commit = (tick: number, components: CharacterRow['components']) =>
      store.commit({ tick, rows: [rowOf({ characterId: 1, name: 'Ada', components })] })
    await commit(1, { Position: { x: [1], y: [2] }, Purse: { gold: [10] } })
    await commit(2, { Position: { x: [9] } })
    expect((await store.loadCharacter('a', 1))?.components).toEqual({ Position: { x: [9] }, Purse: { gold: [10] } })
  })

  test('saved rows are shared with nobody', async () => {
    const store = await start()
    await createNamed(store, 'a', 'Ada')
    const gold = [10]
    await store.commit({ tick: 1, rows: [rowOf({ characterId: 1, name: 'Ada', components: { Purse: { gold } } })] })
    gold[0] = 99
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
    const levels = [
      rowOf({ characterId: 1, name: 'Ada', level: 2 }),
      rowOf({ characterId: 2, name: 'Bo', level: 5 }),
      rowOf({ characterId: 1, name: 'Ada', level: 3 }),
    ]
    await store.commit({ tick: 1, rows: levels })
    await store.commit({ tick: 2, rows: [] })
    expect((await store.charactersOf('a')).map((row) => row.level)).toEqual([3, 5])
  })
}

function refusalsContract(start: Start): void {
  test('bots are saved without having been created, and their names are taken', async () => {
    const store = await start()
    const bot = rowOf({
      characterId: BOT_CHARACTER_ID_MIN + 4,
      accountId: 'bot:4',
      name: 'Brannoch',
      components: { Purse: { gold: [3] } },
    })
    await store.commit({ tick: 1, rows: [bot] })
    expect(await store.loadCharacter('bot:4', bot.characterId)).toEqual(bot)
    expect(await store.createCharacter('a', 'brannoch', 1)).toEqual({ ok: false, code: 'nameTaken' })
    expect((await createNamed(store, 'a', 'Ada')).characterId).toBe(1)
  })

  test.each([
    ['of a character never created', { characterId: 77, accountId: 'a' }],
    ['of another account', { characterId: 1, accountId: 'b' }],
  ])('a batch with a row %s is refused whole', async (_, wrong) => {
    const store = await start()
    await createNamed(store, 'a', 'Ada')
    const rows = [rowOf({ characterId: 1, name: 'Ada', level: 50 }), rowOf(wrong)]
    await expect(store.commit({ tick: 1, rows })).rejects.toMatchObject({ code: 'STORE_FAILED' })
    expect((await store.charactersOf('a')).map((row) => row.level)).toEqual([1])
    expect(await store.loadCharacter(wrong.accountId, 77)).toBeNull()
  })

  test('close may be called twice; afterwards everything is refused', async () => {
    const store = await start()
    await store.close()
    await store.close()
    const calls = [
      () => store.charactersOf('a'),
      () => store.createCharacter('a', 'Ada', 1),
      () => store.loadCharacter('a', 1),
      () => store.commit({ tick: 1, rows: [] }),
    ]
    for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'STORE_FAILED' })
  })
}
