import { expect, test } from 'vitest'
import { createMemoryStore } from '../../src/adapters/memory-store.js'
import { nameKey } from '../../src/adapters/name-key.js'
import { BOT_CHARACTER_ID_MIN, CHARACTERS_PER_ACCOUNT_MAX } from '../../src/ports/store.js'
import { storeContract } from './store.contract.js'

storeContract('memory', async () => createMemoryStore())

test('an account that was given more characters than it may create is shown the first ones', async () => {
  const store = createMemoryStore()
  const rows = Array.from({ length: CHARACTERS_PER_ACCOUNT_MAX + 2 }, (_, index) => ({
    characterId: BOT_CHARACTER_ID_MIN + index,
    accountId: 'fleet',
    name: `bot-${index}`,
    classId: 1,
    level: 1,
    components: {},
  }))
  await store.commit({ tick: 1, rows: rows.toReversed() })
  const ids = (await store.charactersOf('fleet')).map((row) => row.characterId)
  expect(ids).toEqual(rows.slice(0, CHARACTERS_PER_ACCOUNT_MAX).map((row) => row.characterId))
})

test('a component called like a property of every object is only a component', async () => {
  const store = createMemoryStore()
  await store.createCharacter('a', 'Ada', 1)
  const components = JSON.parse('{"__proto__":{"x":[1]},"constructor":{"toString":[2]}}') as Record<
    string,
    Record<string, number[]>
  >
  await store.commit({ tick: 1, rows: [{ characterId: 1, accountId: 'a', name: 'Ada', classId: 1, level: 1, components }] })
  expect(JSON.stringify((await store.loadCharacter('a', 1))?.components)).toBe(JSON.stringify(components))
})

test('names that look the same have one key', () => {
  expect(new Set(['Ada', 'ADA', '\uff21da'].map(nameKey)).size).toBe(1)
  expect(nameKey('Ada')).not.toBe(nameKey('Adam'))
})
