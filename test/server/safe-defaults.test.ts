import { describe, expect, it } from 'vitest'
import { standardGame } from '../../game.js'
import { AdminKick } from '../../protocol/admin.js'
import { createGuestIdentity } from '../../src/adapters/guest-identity.js'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import { createMemoryTransport } from '../../src/adapters/memory-transport.js'
import { type ServerConfig, serverConfig, serverPorts } from '../../src/server/server-config.js'
import { testServer } from '../../src/testing/index.js'

describe('who is let in', () => {
  const verdict = (given: Partial<ServerConfig>) => {
    const ports = { log: createMemoryLog(), transport: createMemoryTransport() }
    return serverPorts(serverConfig(given), ports).identity.verify('guest:ada', '127.0.0.1')
  }

  it.each(['127.0.0.1', '127.3.2.1', '::1', 'localhost'])(
    'guests by default, where only this machine can connect: %s',
    async (host) => {
      expect(await verdict({ host })).toMatchObject({ ok: true, accountId: 'guest:ada' })
    },
  )

  it.each(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example.org', '1127.0.0.1'])(
    'no guest by default, where others can: %s',
    async (host) => {
      expect(await verdict({ host })).toEqual({ ok: false, code: 'notAllowed' })
    },
  )

  it('what is asked for, wherever it is', async () => {
    expect(await verdict({ host: '0.0.0.0', allowGuests: 'on' })).toMatchObject({ ok: true })
    expect(await verdict({ host: '127.0.0.1', allowGuests: 'off' })).toMatchObject({ ok: false })
  })

  it('listens to this machine only unless told otherwise', () => {
    expect(serverConfig({}).host).toBe('127.0.0.1')
  })
})

describe('what moderators do', () => {
  it('is a line of the log each, refused or not', async () => {
    const identity = createGuestIdentity({ allowGuests: true, moderators: ['warden'] })
    const server = await testServer({ game: standardGame, identity })
    const warden = await server.enter('Warden')
    const victim = await server.enter('Alice')
    warden.client.request(AdminKick, { target: victim.entity, reason: 'spoils the fun' })
    warden.client.request(AdminKick, { target: victim.entity, reason: 'again' })
    await server.step()
    const by = { action: 'admin.kick', actorAccount: 'guest:warden', target: victim.entity }
    const lines = server.log.lines.filter(({ text }) => text === 'audit').map(({ fields }) => fields)
    expect(lines).toEqual([
      expect.objectContaining({ ...by, targetAccount: 'guest:alice', reason: 'spoils the fun', code: 'ok' }),
      expect.objectContaining({ ...by, reason: 'again', code: 'noSuchTarget' }),
    ])
    await server.step(3)
    expect(server.log.lines.filter(({ text }) => text === 'audit')).toHaveLength(2)
  })
})
