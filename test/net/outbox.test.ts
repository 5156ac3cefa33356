import { describe, expect, it } from 'vitest'
import { Bag, Purse } from '../../components/bag.js'
import { Position } from '../../components/motion.js'
import { Progress } from '../../components/progress.js'
import { Spellbook } from '../../components/spells.js'
import { MoveStop, MoveTo } from '../../protocol/move.js'
import type { Editor } from '../../src/ecs/columns.js'
import type { Component } from '../../src/ecs/component.js'
import { CellFrame, OwnerChanged, OwnerState } from '../../src/net/opcodes.js'
import { decodeMessage } from '../../src/protocol/codec.js'
import { GridResource } from '../../src/space/grid.js'
import type { TestServer } from '../../src/testing/index.js'
import { quietServer, sendMany, takeAll } from './players.js'

const edit = <C extends Component>(server: TestServer, component: C): Editor<C['fields']> =>
  server.world.editor(component) as Editor<C['fields']>

/** What the last tick wrote for one session: the decoded messages, one for each frame. */
function written(server: TestServer, session: number): unknown[][] {
  const { frames, arena } = server.net.outbox
  return frames
    .filter((frame) => frame.session === session)
    .map(({ start, end }) => decodeMessage(arena.slice(start, end)) as unknown[])
}
const opcodesIn = (message: readonly unknown[]): number[] => message.slice(1).map((part) => (part as number[])[0])

/** The values of owner messages by `Component.field[index]`. */
function ownerValues(server: TestServer, values: readonly Record<string, unknown>[]): Record<string, number> {
  const named = values.map(({ component, field, index, value }) => {
    const declared = server.world.components[component as number]
    return [`${declared.name}.${Object.keys(declared.fields)[field as number]}[${index}]`, value as number] as const
  })
  return Object.fromEntries(named)
}

describe('the outbox', () => {
  it('writes one message a session a tick: tick, private messages, then cells', async () => {
    const server = await quietServer()
    const { client, slot } = await server.enter('Alice')
    const other = await server.enter('Bert')
    const { x, z } = server.world.columns(Position)
    // In sight, wherever the two came into the world.
    x[other.slot] = x[slot] + 20
    z[other.slot] = z[slot]
    server.world.resource(GridResource).put(other.slot, 1, 0, x[other.slot], z[other.slot])
    other.client.request(MoveTo, { x: x[slot] + 1, z: z[slot] })
    let withCells = 0
    for (let tick = 0; tick < 40; tick += 1) {
      sendMany(client, 3, MoveStop, {})
      await server.step()
      const messages = written(server, client.socket)
      expect(messages).toHaveLength(1)
      const [message] = messages
      expect(message[0]).toBe(server.world.tick)
      const cells = opcodesIn(message).indexOf(CellFrame.id)
      if (cells < 0) continue
      withCells += 1
      expect(cells).toBe(message.length - 2)
    }
    expect(withCells).toBeGreaterThan(10)
  })

  it('writes nothing when there is nothing to say', async () => {
    const server = await quietServer()
    const { client } = await server.enter('Alice')
    // Until the last of the first messages is acknowledged.
    await server.step(60)
    let silent = 0
    for (let tick = 0; tick < 50; tick += 1) {
      await server.step()
      if (written(server, client.socket).length === 0) silent += 1
    }
    expect(silent).toBeGreaterThan(45)
  })

  it('says in each cell frame which one it follows', async () => {
    const server = await quietServer()
    const { client, slot } = await server.enter('Alice')
    await server.step()
    const { x, z } = server.world.columns(Position)
    client.received.length = 0
    client.request(MoveTo, { x: x[slot] + 20, z: z[slot] })
    await server.step(30)
    const frames = client.received.filter(({ name }) => name === CellFrame.name)
    expect(frames.length).toBeGreaterThan(20)
    const follows = frames.map(({ payload }) => {
      const bytes = payload.bytes as Uint8Array
      return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true)
    })
    for (let i = 1; i < frames.length; i += 1) expect(follows[i]).toBe(frames[i - 1].tick)
  })
})

describe('the owner’s own columns', () => {
  it('come whole after entering: every value that is not 0', async () => {
    const server = await quietServer()
    const { client, slot } = await server.enter('Alice', 3)
    const states = takeAll(client, OwnerState.name)
    expect(states).toHaveLength(1)
    const values = ownerValues(server, states[0].values as Record<string, unknown>[])
    expect(values).toMatchObject({ 'Progress.class[0]': 3, 'Progress.level[0]': 1 })
    expect(values['Spellbook.spell[0]']).toBe(server.world.columns(Spellbook).spell[slot * 10])
    expect(Object.values(values).every((value) => value !== 0)).toBe(true)
    expect(takeAll(client, OwnerChanged.name)).toEqual([])
  })

  it('come one by one when they change, to their owner alone', async () => {
    const server = await quietServer()
    const { client, slot } = await server.enter('Alice')
    const other = await server.enter('Bert')
    client.received.length = 0
    other.client.received.length = 0
    edit(server, Purse).set(slot, 'gold', 42)
    edit(server, Bag).setAt(slot, 'item', 7, 9)
    edit(server, Progress).set(slot, 'level', 1)
    await server.step()
    expect(ownerValues(server, takeAll(client, OwnerChanged.name))).toEqual({ 'Purse.gold[0]': 42, 'Bag.item[7]': 9 })
    expect(takeAll(other.client, OwnerChanged.name)).toEqual([])
    await server.step()
    expect(takeAll(client, OwnerChanged.name)).toEqual([])
  })

  it('come whole again to whoever takes the character over', async () => {
    const server = await quietServer()
    const { slot } = await server.enter('Alice')
    edit(server, Purse).set(slot, 'gold', 42)
    await server.step()
    const second = await server.enter('Alice')
    await server.step()
    const [state] = takeAll(second.client, OwnerState.name)
    expect(ownerValues(server, state.values as Record<string, unknown>[])).toMatchObject({ 'Purse.gold[0]': 42 })
  })

  it('agree with the world after any number of changes, taken together', async () => {
    const seed = 20_240
    const server = await quietServer({ seed })
    const { client, slot } = await server.enter('Alice')
    const [state] = takeAll(client, OwnerState.name)
    const known = ownerValues(server, state.values as Record<string, unknown>[])
    let dice = seed
    const roll = (below: number): number => {
      dice = (Math.imul(dice, 1_664_525) + 1_013_904_223) >>> 0
      return Math.floor((dice / 4_294_967_296) * below)
    }
    for (let tick = 0; tick < 60; tick += 1) {
      for (let change = roll(6); change > 0; change -= 1) {
        const at = roll(24)
        edit(server, Bag).setAt(slot, 'item', at, roll(3))
        edit(server, Bag).setAt(slot, 'count', at, roll(3))
        edit(server, Purse).set(slot, 'gold', roll(3))
      }
      await server.step()
      Object.assign(known, ownerValues(server, takeAll(client, OwnerChanged.name)))
    }
    const { item, count } = server.world.columns(Bag)
    for (let at = 0; at < 24; at += 1) {
      expect(known[`Bag.item[${at}]`] ?? 0, `seed ${seed}`).toBe(item[slot * 24 + at])
      expect(known[`Bag.count[${at}]`] ?? 0, `seed ${seed}`).toBe(count[slot * 24 + at])
    }
    expect(known['Purse.gold[0]'] ?? 0).toBe(server.world.columns(Purse).gold[slot])
  })
})
