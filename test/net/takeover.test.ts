import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../../src/adapters/memory-store.js'
import { SessionCharacters, SessionCreateCharacter, SessionEnter } from '../../src/net/opcodes.js'
import { PresenceResource } from '../../src/net/presence.js'
import type { CharacterRow, Store } from '../../src/ports/store.js'
import { quietServer } from './players.js'

/** A store whose `loadCharacter` answers when the test says so. */
function slowStore(): { store: Store; waiting: (() => void)[] } {
  const store = createMemoryStore()
  const load = store.loadCharacter.bind(store)
  const waiting: (() => void)[] = []
  store.loadCharacter = (accountId, characterId) =>
    new Promise<CharacterRow | null>((resolve) => {
      waiting.push(() => resolve(load(accountId, characterId)))
    })
  return { store, waiting }
}

describe('taking over', () => {
  it('gives the character to the second session of its account and closes the first', async () => {
    const server = await quietServer()
    const first = await server.enter('Alice')
    const second = await server.enter('Alice')
    expect(second.entity).toBe(first.entity)
    expect(first.client.closed?.reason).toBe('takenOver')
    expect(first.client.received.at(-1)).toMatchObject({ name: 'session.closed', payload: { reason: 'takenOver' } })
    await server.step(5)
    const { bySlot: sessionOfSlot } = server.net.sessionList.roster
    expect([...sessionOfSlot.keys()]).toEqual([first.slot])
    expect(sessionOfSlot.get(first.slot)?.id).toBe(second.client.socket)
    expect(server.world.resource(PresenceResource).played[first.slot]).toBe(1)
    expect(server.world.marks.owned[first.slot]).toBe(1)
  })

  it('takes up a character whose client was lost, within its grace time', async () => {
    const server = await quietServer({ graceS: 3 })
    const first = await server.enter('Alice')
    first.client.close()
    await server.step(30)
    expect(server.world.resource(PresenceResource).played[first.slot]).toBe(0)
    const second = await server.enter('Alice')
    expect(second.entity).toBe(first.entity)
    await server.step(200)
    expect(server.world.entities.slotOf(first.entity)).toBe(first.slot)
    expect(second.client.closed).toBeNull()
  })

  it('brings a character in once, however many sessions ask for it while its row is under way', async () => {
    const { store, waiting } = slowStore()
    const server = await quietServer({}, { store })
    const clients = [server.connect('guest:alice'), server.connect('guest:alice')]
    await server.step(4)
    clients[0].request(SessionCreateCharacter, { name: 'Alice', class: 1 })
    await server.step(4)
    const characterId = clients[0].take(SessionCharacters)?.list[0].characterId ?? 0
    const seqs = clients.map((client) => client.request(SessionEnter, { characterId }))
    await server.step(4)
    expect(clients[1].results.get(seqs[1])).toBe('busy')
    expect(waiting).toHaveLength(1)
    for (const go of waiting.splice(0)) go()
    await server.step(4)
    expect(clients[0].results.get(seqs[0])).toBe('ok')
    // Now it is there, and can be taken over.
    const later = clients[1].request(SessionEnter, { characterId })
    await server.step(4)
    expect(clients[1].results.get(later)).toBe('ok')
    expect(clients[0].closed?.reason).toBe('takenOver')
    expect(server.world.resource(PresenceResource).characters.size).toBe(1)
  })

  it('brings it in once even when the second asks in the tick in which the row arrives', async () => {
    const { store, waiting } = slowStore()
    const server = await quietServer({}, { store })
    const [first, second] = [server.connect('guest:alice'), server.connect('guest:alice')]
    await server.step(4)
    first.request(SessionCreateCharacter, { name: 'Alice', class: 1 })
    await server.step(4)
    first.request(SessionEnter, { characterId: 1 })
    await server.step(3)
    second.request(SessionEnter, { characterId: 1 })
    // Dispatched in this tick; it is taken up in the next one, with the row.
    await server.step()
    for (const go of waiting.splice(0)) go()
    await new Promise((resolve) => setImmediate(resolve))
    await server.step(4)
    for (const go of waiting.splice(0)) go()
    await server.step(4)
    const { characters, slotByCharacter } = server.world.resource(PresenceResource)
    expect([characters.size, slotByCharacter.size]).toEqual([1, 1])
  })

  it('does not let anybody in who is closed or gone while the row is under way', async () => {
    const { store, waiting } = slowStore()
    const server = await quietServer({}, { store })
    const client = server.connect('guest:alice')
    const rude = server.connect('guest:rude')
    await server.step(4)
    client.request(SessionCreateCharacter, { name: 'Alice', class: 1 })
    rude.request(SessionCreateCharacter, { name: 'Rude', class: 1 })
    await server.step(4)
    client.request(SessionEnter, { characterId: 1 })
    rude.request(SessionEnter, { characterId: 2 })
    await server.step(3)
    expect(waiting).toHaveLength(2)
    client.close()
    const session = server.net.sessionList.roster.bySocket.get(rude.socket)
    if (session !== undefined) session.closing = true
    await server.step(2)
    for (const go of waiting.splice(0)) go()
    await server.step(4)
    expect(server.world.resource(PresenceResource).characters.size).toBe(0)
    expect(server.net.sessionList.roster.bySlot.size).toBe(0)
  })
})

describe('room', () => {
  it('counts characters that linger, and comes free when they leave', async () => {
    const server = await quietServer({ clientsMax: 1, graceS: 2 })
    const first = await server.enter('Alice')
    first.client.close()
    await server.step(3)
    const second = server.connect('guest:bert')
    await server.step(4)
    second.request(SessionCreateCharacter, { name: 'Bert', class: 1 })
    await server.step(4)
    const characterId = second.take(SessionCharacters)?.list[0].characterId ?? 0
    const early = second.request(SessionEnter, { characterId })
    await server.step(2)
    expect(second.results.get(early)).toBe('serverFull')
    await server.step(60)
    const late = second.request(SessionEnter, { characterId })
    await server.step(4)
    expect(second.results.get(late)).toBe('ok')
  })
})
