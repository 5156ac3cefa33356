import { describe, expect, it } from 'vitest'
import { Bag, Purse } from '../../components/bag.js'
import { ItemDestroy } from '../../protocol/item.js'
import { MoveStop } from '../../protocol/move.js'
import { createMemoryStore, MemoryDisk } from '../../src/adapters/memory-store.js'
import type { Editor } from '../../src/ecs/columns.js'
import { SessionHello, SessionLogout } from '../../src/net/opcodes.js'
import { BEHIND_MS, FAR_BEHIND_MS } from '../../src/server/commit-queue.js'
import type { TestServer } from '../../src/testing/index.js'
import { quietServer } from '../net/players.js'
import { gatedStore } from '../ports/store-gate.js'

const TICK_MS = 50
const editBag = (server: TestServer) => server.world.editor(Bag) as Editor<(typeof Bag)['fields']>
const editPurse = (server: TestServer) => server.world.editor(Purse) as Editor<(typeof Purse)['fields']>

/** Alice, with five of something in her first bag slot, over a store that the test holds. */
async function alice() {
  const gate = gatedStore()
  const server = await quietServer({ graceS: 600 }, { store: gate.store })
  const entered = await server.enter('Alice')
  editBag(server).setAt(entered.slot, 'item', 0, 1)
  editBag(server).setAt(entered.slot, 'count', 0, 5)
  await server.step(2)
  const destroy = (count: number) => entered.client.request(ItemDestroy, { bagSlot: 0, count })
  const count = () => server.world.columns(Bag).count[entered.slot * 24]
  return { gate, server, ...entered, destroy, count }
}

describe('the ok of a durable request', () => {
  it('waits for the store; what it did is in the world at once, and other answers overtake it', async () => {
    const { gate, server, client, destroy, count } = await alice()
    gate.hold()
    const durable = destroy(2)
    const refused = destroy(99)
    const other = client.request(MoveStop, {})
    await server.step(20)
    expect(count()).toBe(3)
    expect(client.results.get(durable)).toBeUndefined()
    expect([client.results.get(refused) === 'ok', client.results.get(other)]).toEqual([false, 'ok'])
    expect(client.results.get(refused)).toBeDefined()
    gate.release()
    await server.step(2)
    expect(client.results.get(durable)).toBe('ok')
  })

  it('waits for the tick in which it came about, not for a batch that began before', async () => {
    const { gate, server, client, slot, destroy } = await alice()
    gate.hold()
    editPurse(server).set(slot, 'gold', 7)
    await server.step()
    const durable = destroy(1)
    await server.step(2)
    gate.release()
    await server.step()
    gate.hold()
    await server.step(5)
    expect(client.results.get(durable)).toBeUndefined()
    gate.release()
    await server.step(2)
    expect(client.results.get(durable)).toBe('ok')
  })

  it('is of one deed, however often it is asked for before and after', async () => {
    const { gate, server, client, destroy, count } = await alice()
    gate.hold()
    const seq = destroy(2)
    await server.step()
    for (let i = 0; i < 3; i += 1) client.sendValue([ItemDestroy.id, seq, 0, 2])
    await server.step(3)
    expect([count(), client.results.get(seq)]).toEqual([3, undefined])
    gate.release()
    await server.step(2)
    expect([count(), client.results.get(seq)]).toEqual([3, 'ok'])
    client.results.delete(seq)
    client.sendValue([ItemDestroy.id, seq, 0, 2])
    await server.step(2)
    expect([count(), client.results.get(seq)]).toEqual([3, 'ok'])
  })

  it('comes over the connection that the session has by then', async () => {
    const { gate, server, client, destroy } = await alice()
    const resume = client.resumeToken
    gate.hold()
    const seq = destroy(2)
    await server.step()
    client.close()
    await server.step()
    const again = server.connect(null)
    again.request(SessionHello, { token: '', resume, protocolHash: '' })
    await server.step(3)
    again.sendValue([ItemDestroy.id, seq, 0, 2])
    await server.step()
    expect(again.results.get(seq)).toBeUndefined()
    gate.release()
    await server.step(2)
    expect(again.results.get(seq)).toBe('ok')
  })

  it('never comes once another server has taken the world', async () => {
    const disk = new MemoryDisk()
    const gate = gatedStore(createMemoryStore(disk))
    const server = await quietServer({}, { store: gate.store })
    const { client, slot } = await server.enter('Alice')
    editBag(server).setAt(slot, 'item', 0, 1)
    editBag(server).setAt(slot, 'count', 0, 5)
    await server.step(2)
    disk.holder = ''
    await createMemoryStore(disk).open()
    const seq = client.request(ItemDestroy, { bagSlot: 0, count: 2 })
    await server.step(40)
    expect(client.results.get(seq)).toBeUndefined()
    expect(server.log.lines.filter(({ text }) => text === 'the world has another owner')).toHaveLength(1)
  })

  it('comes also when there was nothing to store', async () => {
    const { server, client } = await alice()
    server.net.journal.take(server.world.tick)
    server.net.journal.stored()
    server.net.durables.hold(server.net.sessionList.roster.bySocket.get(client.socket)!, 4_000, server.world.tick)
    await server.step(2)
    expect(client.results.get(4_000)).toBe('ok')
  })
})

describe('a store that fails for a minute', () => {
  it('stops what moves value, then logins, but not the world; and goes on by itself with nothing lost', async () => {
    const { gate, server, client, slot, destroy, count } = await alice()
    gate.broken = true
    const early = destroy(1)
    await server.step(BEHIND_MS / TICK_MS + 2)
    const late = destroy(1)
    const walk = client.request(MoveStop, {})
    await server.step(2)
    expect(count()).toBe(4)
    expect([early, late, walk].map((seq) => client.results.get(seq))).toEqual([undefined, 'storeBehind', 'ok'])
    await expect(server.enter('Bert')).resolves.toBeDefined()
    await server.step(FAR_BEHIND_MS / TICK_MS)
    await expect(server.enter('Carl')).rejects.toThrow('storeBehind')
    const before = server.world.tick
    await server.step((60_000 - FAR_BEHIND_MS - BEHIND_MS) / TICK_MS)
    expect(server.world.tick).toBeGreaterThan(before)
    expect(server.host.storage.level).toBe(2)
    expect(server.host.storage.commits.lagMs).toBeGreaterThan(59_000)
    editPurse(server).set(slot, 'gold', 321)
    gate.broken = false
    await server.step(102)
    expect([server.host.storage.level, client.results.get(early)]).toEqual([0, 'ok'])
    const again = destroy(1)
    await server.step(2)
    expect(client.results.get(again)).toBe('ok')
    await server.enter('Carl')
    await server.step(25)
    const saved = await server.store.loadCharacter('guest:alice', 1)
    expect(saved?.components.Purse).toEqual({ gold: [321] })
    expect(saved?.components.Bag?.count?.[0]).toBe(3)
    expect(server.log.lines.filter(({ text }) => text === 'the store works again')).toHaveLength(1)
  })

  it('keeps of each character that leaves one row, and has it again for whoever comes back', async () => {
    const { gate, server, client, slot } = await alice()
    gate.broken = true
    editPurse(server).set(slot, 'gold', 55)
    for (let round = 0; round < 3; round += 1) {
      const { client: player } = round === 0 ? { client } : await server.enter('Alice')
      player.request(MoveStop, {})
      player.request(SessionLogout, {})
      await server.step(3)
      expect(server.net.journal.waitingRows).toBe(1)
    }
    const back = await server.enter('Alice')
    expect(server.world.columns(Purse).gold[back.slot]).toBe(55)
    editPurse(server).set(back.slot, 'gold', 0)
    gate.broken = false
    await server.step(150)
    expect(server.net.journal.waitingRows).toBe(0)
    expect((await server.store.loadCharacter('guest:alice', 1))?.components.Purse).toEqual({ gold: [0] })
  })
})
