import { expect, test } from 'vitest'
import { createGuestIdentity } from '../../src/adapters/guest-identity.js'
import { createMemoryIdentity } from '../../src/adapters/memory-identity.js'
import type { Identified, Role } from '../../src/ports/identity.js'
import { identityContract } from './identity.contract.js'

const account = (accountId: string, role: Role = 'player'): Identified => ({ ok: true, accountId, role })
const badName: Identified = { ok: false, code: 'badName' }
const notAllowed: Identified = { ok: false, code: 'notAllowed' }

identityContract('guest', () => ({
  identity: createGuestIdentity({ allowGuests: true, moderators: ['Mother'] }),
  known: {
    'guest:ada': account('guest:ada'),
    'guest:Ada': account('guest:ada'),
    'guest:a-_9': account('guest:a-_9'),
    [`guest:${'n'.repeat(24)}`]: account(`guest:${'n'.repeat(24)}`),
    'guest:MOTHER': account('guest:mother', 'moderator'),
    'guest:ab': badName,
    [`guest:${'n'.repeat(25)}`]: badName,
    'guest:a b c': badName,
    'guest:ada\n': badName,
    'guest:ädä': badName,
    'guest:guest:ada': badName,
    'Guest:ada': notAllowed,
    ' guest:ada': notAllowed,
    ada: notAllowed,
  },
}))

identityContract('guest, none allowed', () => ({
  identity: createGuestIdentity({ allowGuests: false, moderators: ['mother'] }),
  known: { 'guest:ada': notAllowed, 'guest:mother': notAllowed, 'guest:a': notAllowed },
}))

identityContract('memory', () => {
  const known = { 'token-a': account('a', 'gameMaster'), 'token-b': badName }
  return { identity: createMemoryIdentity(new Map(Object.entries(known))), known }
})

test('guest: a moderator that no guest can be is refused at once', () => {
  const create = () => createGuestIdentity({ allowGuests: true, moderators: ['no spaces'] })
  expect(create).toThrow(expect.objectContaining({ code: 'BAD_CONFIG', message: expect.stringContaining('"no spaces"') }))
})
