import { expect, test } from 'vitest'
import { unpackRows } from '../../src/ports/packed-rows.js'
import { BOT_CHARACTER_ID_MIN, type CharacterRow, type Store } from '../../src/ports/store.js'
import { batchOf } from './packed.js'
import { createNamed, type Places, rowOf, type Start } from './store-scene.js'

const botHead = (number: number, name = `Bot${number}`) => ({
  characterId: BOT_CHARACTER_ID_MIN + number,
  accountId: `bot:${number}`,
  name,
  classId: 2,
})

async function loaded(store: Store, afterId: number, count: number): Promise<readonly CharacterRow[]> {
  const { heads, rows } = await store.loadBots(afterId, count)
  return unpackRows(rows).map((row, i) => ({ ...heads[i]!, ...row }))
}

export function botsContract(start: Start): void {
  test('bots are created with their first batch, and their names are taken', async () => {
    const store = await start()
    const bot = { ...botHead(4, 'Brannoch'), level: 9, components: { Purse: { gold: [3] } } }
    await store.commit(batchOf(1, [bot], { created: [botHead(4, 'Brannoch')] }))
    expect(await store.loadCharacter('bot:4', bot.characterId)).toEqual(bot)
    expect(await store.createCharacter('a', 'brannoch', 1)).toEqual({ ok: false, code: 'nameTaken' })
    expect((await createNamed(store, 'a', 'Ada')).characterId).toBe(1)
  })

  test('two bots may share a name', async () => {
    const store = await start()
    await store.commit(batchOf(1, [], { created: [botHead(1, 'Twin'), botHead(2, 'Twin')] }))
    expect((await loaded(store, 0, 10)).map(({ name }) => name)).toEqual(['Twin', 'Twin'])
  })

  test('are loaded by rising id, some at a time, with what they have, and without players', async () => {
    const store = await start()
    await createNamed(store, 'a', 'Ada')
    const numbers = [3, 0, 4, 1]
    const rows = numbers.map((n) => ({ ...botHead(n), level: n + 1, components: { Purse: { gold: [n] }, Place: { zone: [n] } } }))
    await store.commit(batchOf(1, rows, { created: numbers.map((n) => botHead(n)) }))
    const first = await loaded(store, 0, 3)
    expect(first.map(({ characterId }) => characterId - BOT_CHARACTER_ID_MIN)).toEqual([0, 1, 3])
    expect(first[2]).toEqual(rows[0])
    const rest = await loaded(store, first[2]!.characterId, 3)
    expect(rest).toEqual([rows[2]])
    expect(await loaded(store, rest[0]!.characterId, 3)).toEqual([])
  })

  test('that are removed are gone with all they had', async () => {
    const store = await start()
    const rows = [1, 2].map((n) => ({ ...botHead(n), level: 1, components: { Purse: { gold: [n] } } }))
    await store.commit(batchOf(1, rows, { created: [botHead(1), botHead(2)] }))
    await store.commit(batchOf(2, [], { removed: [BOT_CHARACTER_ID_MIN + 1] }))
    expect(await loaded(store, 0, 10)).toEqual([rows[1]])
    await store.commit(batchOf(3, [], { created: [botHead(1)] }))
    expect((await loaded(store, 0, 1))[0]?.components).toEqual({})
  })
}

export function lastingContract(places: Places): void {
  test('everything is there after an end and another start', async () => {
    const { start } = places()
    const before = await start()
    await createNamed(before, 'a', 'Ada')
    const row = rowOf({ characterId: 1, name: 'Ada', level: 7, components: { Purse: { gold: [10] } } })
    const resources = { Stock: { left: [1, 2.5] } }
    await before.commit(batchOf(41, [row], { created: [botHead(0)], resources }))
    await before.commit(batchOf(42, [], { resources: { Fleet: { next: [1] } } }))
    await before.close()
    const after = await start()
    expect(await after.loadCharacter('a', 1)).toEqual(row)
    expect((await createNamed(after, 'a', 'Bo')).characterId).toBe(2)
    await after.close()
    const { place } = places()
    expect(await place.create().open()).toEqual({ epoch: 1, tick: 0, resources: {}, bots: 0, sessions: [] })
  })

  test('whoever opens learns how far the world is saved, its resources and the number of its bots', async () => {
    const { place, start } = places()
    const before = await start()
    const resources = { Stock: { left: [1, 2.5] } }
    await before.commit(batchOf(41, [], { created: [botHead(0), botHead(1)], resources }))
    await before.commit(batchOf(42, [], { resources: { Fleet: { next: [1] } } }))
    await before.close()
    expect(await place.create().open()).toEqual({
      epoch: 2,
      tick: 42,
      resources: { Stock: { left: [1, 2.5] }, Fleet: { next: [1] } },
      bots: 2,
      sessions: [],
    })
  })
}

export function ownersContract(places: Places): void {
  test('a second owner is refused while the first lives, and told who that is; afterwards it is let in', async () => {
    const { place, start } = places()
    const first = await start()
    await expect(place.create().open()).rejects.toMatchObject({ code: 'WORLD_TAKEN', message: expect.stringMatching(/process/) })
    await createNamed(first, 'a', 'Ada')
    await first.close()
    const second = place.create()
    expect((await second.open()).epoch).toBe(2)
    expect(await second.charactersOf('a')).toHaveLength(1)
  })

  test('an owner that gave no sign of life for too long is taken over, and can write nothing afterwards', async () => {
    const { place, start } = places()
    const stale = await start()
    await createNamed(stale, 'a', 'Ada')
    await place.expire()
    const owner = await start()
    const write = (store: Store, tick: number, level: number) => store.commit(batchOf(tick, [rowOf({ characterId: 1, level })]))
    await write(owner, 1, 5)
    await expect(write(stale, 2, 50)).rejects.toMatchObject({ code: 'WORLD_TAKEN' })
    await expect(stale.createCharacter('a', 'Bo', 1)).rejects.toMatchObject({ code: 'WORLD_TAKEN' })
    await stale.close()
    await write(owner, 3, 6)
    expect((await owner.charactersOf('a')).map(({ name, level }) => [name, level])).toEqual([['Ada', 6]])
  })
}
