import { describe, expect, it } from 'vitest'
import { Bag, Purse } from '../../components/bag.js'
import { Combat } from '../../components/combat.js'
import { Motion, moveMode, Position } from '../../components/motion.js'
import { Progress } from '../../components/progress.js'
import { flag, Status } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import { AdminKick } from '../../protocol/admin.js'
import { DeathRelease } from '../../protocol/death.js'
import { MoveInput, MoveTo } from '../../protocol/move.js'
import { createGuestIdentity } from '../../src/adapters/guest-identity.js'
import type { Editor } from '../../src/ecs/columns.js'
import type { Component } from '../../src/ecs/component.js'
import { SessionEnter, SessionHello, SessionLogout } from '../../src/net/opcodes.js'
import { PresenceResource } from '../../src/net/presence.js'
import { unpackRows } from '../../src/ports/packed-rows.js'
import type { TestServer } from '../../src/testing/index.js'
import { quietServer } from './players.js'

const edit = <C extends Component>(server: TestServer, component: C): Editor<C['fields']> =>
  server.world.editor(component) as Editor<C['fields']>

/** What has changed since the last batch. */
function taken({ net, world }: TestServer) {
  const batch = net.journal.take(world.tick)
  net.journal.stored()
  return batch === null ? [] : unpackRows(batch.rows)
}

/** In combat until the test says otherwise. */
function keepInCombat(server: TestServer, slot: number): () => void {
  server.world.columns(Status).flags[slot] |= flag.inCombat
  server.world.columns(Combat).harmTick[slot] = server.world.tick + 1_000_000
  return () => {
    server.world.columns(Status).flags[slot] &= ~flag.inCombat
  }
}

describe('logging out', () => {
  it('takes the character out of the world at once', async () => {
    const server = await quietServer()
    const { client, entity } = await server.enter('Alice')
    client.request(SessionLogout, {})
    await server.step(3)
    expect(server.world.entities.slotOf(entity)).toBe(0)
  })

  it('keeps it there while it is in combat', async () => {
    const server = await quietServer()
    const { client, entity, slot } = await server.enter('Alice')
    const endCombat = keepInCombat(server, slot)
    client.request(SessionLogout, {})
    await server.step(100)
    expect(client.closed?.reason).toBe('logout')
    expect(server.world.entities.slotOf(entity)).toBe(slot)
    expect(server.world.resource(PresenceResource).played[slot]).toBe(0)
    endCombat()
    await server.step(3)
    expect(server.world.entities.slotOf(entity)).toBe(0)
  })

  it('can be taken back while the combat goes on', async () => {
    const server = await quietServer()
    const { client, entity, slot } = await server.enter('Alice')
    const endCombat = keepInCombat(server, slot)
    client.request(SessionLogout, {})
    await server.step(5)
    const back = await server.enter('Alice')
    expect(back.entity).toBe(entity)
    endCombat()
    await server.step(50)
    expect(server.world.entities.slotOf(entity)).toBe(slot)
    expect(back.client.closed).toBeNull()
  })
})

describe('a connection that ends at once', () => {
  it.each([0, 1])('after a logout, %i ticks later, ends the session all the same', async (ticks) => {
    const server = await quietServer()
    const { client, entity } = await server.enter('Alice')
    client.request(SessionLogout, {})
    await server.step(ticks)
    client.close()
    await server.step(4)
    expect(server.world.entities.slotOf(entity)).toBe(0)
    expect(server.net.sessionList.roster.lingering.size).toBe(0)
  })

  it.each([0, 1])('%i ticks after any other request leaves no session that plays without one', async (ticks) => {
    const server = await quietServer({ graceS: 2 })
    const { client, entity, slot, characterId } = await server.enter('Alice')
    client.request(SessionEnter, { characterId })
    await server.step(ticks)
    client.close()
    await server.step(3)
    expect(server.net.sessionList.roster.bySlot.size).toBe(0)
    expect(server.world.resource(PresenceResource).played[slot]).toBe(0)
    await server.step(45)
    expect(server.world.entities.slotOf(entity)).toBe(0)
  })

  it('does what was sent before it', async () => {
    const server = await quietServer()
    const { client, slot } = await server.enter('Alice')
    client.request(MoveTo, { x: 500, z: 500 })
    client.close()
    await server.step()
    expect(server.world.columns(Motion).mode[slot]).toBe(moveMode.to)
  })
})

describe('a teleport that the lost client never saw', () => {
  it('does not hold up who comes back', async () => {
    const server = await quietServer()
    const { client, slot } = await server.enter('Alice')
    server.world.columns(Status).flags[slot] = flag.dead
    client.request(DeathRelease, {})
    await server.step()
    const { x } = server.world.columns(Position)
    client.close()
    await server.step(3)
    const again = server.connect(null)
    again.request(SessionHello, { token: 'guest:alice', resume: client.resumeToken, protocolHash: '' })
    await server.step(4)
    expect(server.net.sessionList.roster.bySlot.get(slot)?.socket).toBe(again.socket)
    const before = x[slot]
    again.sendValue([MoveInput.id, 500, 127, 0, 0, false])
    await server.step(2)
    expect(x[slot]).toBeGreaterThan(before)
  })
})

describe('a lost client', () => {
  it('leaves its character for the grace time, and in combat for longer', async () => {
    const server = await quietServer({ graceS: 3 })
    const quiet = await server.enter('Alice')
    const fighter = await server.enter('Bert')
    const endCombat = keepInCombat(server, fighter.slot)
    quiet.client.close()
    fighter.client.close()
    await server.step(58)
    expect(server.world.entities.slotOf(quiet.entity)).toBe(quiet.slot)
    await server.step(5)
    expect(server.world.entities.slotOf(quiet.entity)).toBe(0)
    expect(server.world.entities.slotOf(fighter.entity)).toBe(fighter.slot)
    endCombat()
    await server.step(3)
    expect(server.world.entities.slotOf(fighter.entity)).toBe(0)
  })

  it('leaves a character that can die', async () => {
    const server = await quietServer({ graceS: 3 })
    const { client, entity, slot } = await server.enter('Alice')
    keepInCombat(server, slot)
    client.close()
    await server.step(10)
    // Death ends its combat; the grace time still holds.
    server.world.columns(Status).flags[slot] = flag.dead
    await server.step(40)
    expect(server.world.entities.slotOf(entity)).toBe(slot)
    await server.step(20)
    expect(server.world.entities.slotOf(entity)).toBe(0)
    const back = await server.enter('Alice')
    expect(server.world.columns(Status).flags[back.slot]).toBe(flag.dead)
  })
})

describe('a kick', () => {
  it('closes the session, takes its character out, and lets the account come again', async () => {
    const identity = createGuestIdentity({ allowGuests: true, moderators: ['warden'] })
    const server = await quietServer({}, { identity })
    const warden = await server.enter('Warden')
    const victim = await server.enter('Alice')
    const kick = warden.client.request(AdminKick, { target: victim.entity, reason: 'test' })
    victim.client.request(MoveTo, { x: 500, z: 500 })
    await server.step()
    expect(warden.client.results.get(kick)).toBe('ok')
    expect(victim.client.closed?.reason).toBe('kicked')
    const presence = server.world.resource(PresenceResource)
    expect(presence.played[victim.slot]).toBe(0)
    expect(server.net.sessionList.roster.bySlot.has(victim.slot)).toBe(false)
    await server.step(3)
    expect(server.world.entities.slotOf(victim.entity)).toBe(0)
    const twice = warden.client.request(AdminKick, { target: victim.entity, reason: 'test' })
    const again = await server.enter('Alice')
    expect(warden.client.results.get(twice)).toBe('noSuchTarget')
    expect(again.entity).not.toBe(victim.entity)
    expect(presence.played[again.slot]).toBe(1)
  })

  it('cannot be undone by resuming before the socket is gone', async () => {
    const identity = createGuestIdentity({ allowGuests: true, moderators: ['warden'] })
    const server = await quietServer({}, { identity })
    const warden = await server.enter('Warden')
    const victim = await server.enter('Alice')
    const before = server.net.sessionList.roster.bySlot.get(victim.slot)
    const again = server.connect(null)
    again.request(SessionHello, { token: 'guest:alice', resume: victim.client.resumeToken, protocolHash: '' })
    await server.step()
    warden.client.request(AdminKick, { target: victim.entity, reason: 'test' })
    await server.step(4)
    expect(victim.client.closed?.reason).toBe('kicked')
    const session = server.net.sessionList.roster.bySocket.get(again.socket)
    expect(session?.accountId).toBe('guest:alice')
    expect(session).not.toBe(before)
    expect(session?.slot).toBe(0)
  })

  it('of oneself ends in order, too', async () => {
    const identity = createGuestIdentity({ allowGuests: true, moderators: ['warden'] })
    const server = await quietServer({}, { identity })
    const { client, entity } = await server.enter('Warden')
    client.request(AdminKick, { target: entity, reason: 'enough' })
    await server.step(5)
    expect(client.closed?.reason).toBe('kicked')
    expect(server.world.entities.slotOf(entity)).toBe(0)
  })
})

describe('what lasts', () => {
  it('is saved when the character leaves, and is there again when it comes back', async () => {
    const server = await quietServer()
    const first = await server.enter('Alice', 2)
    edit(server, Purse).set(first.slot, 'gold', 1_234)
    edit(server, Bag).setAt(first.slot, 'item', 3, 1)
    edit(server, Bag).setAt(first.slot, 'count', 3, 2)
    edit(server, Progress).set(first.slot, 'experience', 77)
    const { x, z } = server.world.columns(Position)
    first.client.request(MoveTo, { x: x[first.slot] + 10, z: z[first.slot] })
    await server.step(60)
    server.world.columns(Vitals).health[first.slot] = 33
    const stood = { x: x[first.slot], z: z[first.slot] }
    first.client.request(SessionLogout, {})
    await server.step(3)
    const saved = await server.store.loadCharacter('guest:alice', first.characterId)
    expect(saved?.components.Purse).toEqual({ gold: [1_234] })
    expect(saved?.components.Position).toMatchObject({ x: [stood.x], z: [stood.z] })

    const back = await server.enter('Alice', 2)
    const { world } = server
    expect(world.columns(Purse).gold[back.slot]).toBe(1_234)
    expect(world.columns(Bag).item[back.slot * 24 + 3]).toBe(1)
    expect(world.columns(Bag).count[back.slot * 24 + 3]).toBe(2)
    expect(world.columns(Progress).experience[back.slot]).toBe(77)
    expect(x[back.slot]).toBe(stood.x)
    expect(z[back.slot]).toBe(stood.z)
    expect(world.columns(Vitals).health[back.slot]).toBeLessThan(50)
    expect(world.columns(Motion).speedMps[back.slot]).toBeGreaterThan(0)
  })

  it('is gathered by the tick: each changed character once, and nobody else', async () => {
    const server = await quietServer()
    const alice = await server.enter('Alice')
    await server.enter('Bert')
    await server.step(3)
    expect(taken(server)).toEqual([])
    edit(server, Purse).set(alice.slot, 'gold', 5)
    edit(server, Purse).set(alice.slot, 'gold', 6)
    edit(server, Progress).set(alice.slot, 'experience', 6)
    expect(taken(server)).toMatchObject([{ characterId: alice.characterId, level: 1, components: { Purse: { gold: [6] } } }])
    await server.step()
    expect(taken(server)).toEqual([])
  })
})
