import { expect, test } from 'vitest'
import { createMemoryStore, MemoryDisk } from '../../src/adapters/memory-store.js'
import { nameKey } from '../../src/adapters/name-key.js'
import { BOT_CHARACTER_ID_MIN, CHARACTERS_PER_ACCOUNT_MAX } from '../../src/ports/store.js'
import { batchOf } from './packed.js'
import { storeContract } from './store.contract.js'

storeContract('memory', () => {
  const disk = new MemoryDisk()
  const expire = async () => {
    disk.holder = ''
  }
  return { create: () => createMemoryStore(disk), expire, look: (at) => at(disk) }
})

test('an account that was given more characters than it may create is shown the first ones', async () => {
  const store = createMemoryStore()
  const created = Array.from({ length: CHARACTERS_PER_ACCOUNT_MAX + 2 }, (_, index) => ({
    characterId: BOT_CHARACTER_ID_MIN + index,
    accountId: 'fleet',
    name: `bot-${index}`,
    classId: 1,
  }))
  await store.commit(batchOf(1, [], { created: created.toReversed() }))
  const ids = (await store.charactersOf('fleet')).map((row) => row.characterId)
  expect(ids).toEqual(created.slice(0, CHARACTERS_PER_ACCOUNT_MAX).map((row) => row.characterId))
})

test('names that look the same have one key', () => {
  expect(new Set(['Ada', 'ADA', '\uff21da'].map(nameKey)).size).toBe(1)
  expect(nameKey('Ada')).not.toBe(nameKey('Adam'))
})
