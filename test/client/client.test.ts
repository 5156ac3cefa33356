import { afterEach, describe, expect, it, vi } from 'vitest'
import { RefusedError } from '../../src/client/index.js'
import {
  CellFrame,
  OwnerChanged,
  OwnerState,
  SessionCharacters,
  SessionClosed,
  SessionCreateCharacter,
  SessionEnter,
  SessionEntered,
  SessionListCharacters,
  SessionLogout,
  WorldNotice,
} from '../../src/net/opcodes.js'
import { openClient, part, result } from './fake-socket.js'
import { CELL_SIZE_M, components, Health, Look, Shout, Spot, Wallet, Where } from './tiny-game.js'

const entered = part(SessionEntered, { entity: 5, tick: 2, zone: 1, instance: 0, cellSizeM: CELL_SIZE_M, x: 1, y: 2, z: 3 })
const characters = (...names: string[]) =>
  part(SessionCharacters, { list: names.map((name, i) => ({ characterId: i + 1, name, class: 1, level: 3 })) })
/** Bytes of a cell frame without blocks. */
const emptyFrame = (followsTick: number) => part(CellFrame, { bytes: new Uint8Array(new Uint32Array([followsTick]).buffer) })

afterEach(() => vi.unstubAllGlobals())

describe('messages', () => {
  it('reach the listeners of their opcode, in order, until these are taken off', async () => {
    const { client, socket } = await openClient()
    const heard: string[] = []
    const off = client.on(WorldNotice, ({ text }, tick) => heard.push(`${tick} ${text}`))
    client.onTick((tick) => heard.push(`tick ${tick}`))
    socket.says(4, part(WorldNotice, { text: 'one' }), part(WorldNotice, { text: 'two' }))
    off()
    socket.says(5, part(WorldNotice, { text: 'three' }))
    expect(heard).toEqual(['4 one', '4 two', 'tick 4', 'tick 5'])
  })

  it('are applied whole even when a listener throws', async () => {
    const thrown: (() => void)[] = []
    const { client, socket } = await openClient()
    vi.stubGlobal('queueMicrotask', (run: () => void) => thrown.push(run))
    const heard: string[] = []
    client.on(WorldNotice, () => {
      throw new Error('listener is broken')
    })
    client.on(WorldNotice, ({ text }) => heard.push(text))
    socket.says(4, part(WorldNotice, { text: 'one' }), part(WorldNotice, { text: 'two' }))
    expect(heard).toEqual(['one', 'two'])
    expect(client.ended).toBeUndefined()
    expect(thrown).toHaveLength(2)
    expect(thrown[0]).toThrow(/listener is broken/)
  })

  it('of a newer server are skipped or cut to what is known', async () => {
    const { client, socket } = await openClient()
    const heard: string[] = []
    client.on(WorldNotice, ({ text }) => heard.push(text))
    socket.says(4, [0xbeef, 1, 2], [WorldNotice.id, 'known', 'surplus'], [WorldNotice.id], [Shout.id, 'not from a server'])
    expect(heard).toEqual(['known'])
    expect(client.statistics.skipped).toBe(3)
    socket.says(5, [SessionCharacters.id, [[1, 'Ada', 2, 3, 'surplus']]])
    expect(client.statistics.skipped).toBe(3)
  })

  it('are counted, and a hole between cell frames too', async () => {
    const { client, socket } = await openClient()
    const before = client.statistics.bytesReceived
    socket.says(9, emptyFrame(0))
    socket.says(12, emptyFrame(9))
    expect(client.statistics).toMatchObject({ framesReceived: 3, holes: 0 })
    socket.says(14, emptyFrame(13))
    expect(client.statistics.holes).toBe(1)
    socket.says(15, emptyFrame(14), [0xbeef])
    expect(client.statistics.holes).toBe(1)
    socket.says(16, entered, emptyFrame(0))
    expect(client.statistics.holes).toBe(1)
    expect(client.statistics.bytesReceived).toBeGreaterThan(before)
  })

  it('that cannot be read end the connection', async () => {
    const { client, socket } = await openClient()
    const asked = client.request(Shout, { text: 'x' })
    const reasons: string[] = []
    client.onClosed((reason) => reasons.push(reason))
    socket.says(4, part(CellFrame, { bytes: new Uint8Array([0, 0, 0, 0, 1, 7]) }))
    await expect(asked).rejects.toThrow(/the connection ended: unreadable/)
    expect(reasons).toEqual(['unreadable'])
    expect([client.ended, socket.closedWith]).toEqual(['unreadable', 1000])
  })
})

describe('characters', () => {
  it('enters as an existing one, whatever the case of its name', async () => {
    const { client, socket } = await openClient()
    const entering = client.enterAs('ADA', 2)
    socket.says(2, characters('Bob', 'Ada'), result(2, 'ok'))
    await vi.waitUntil(() => socket.lastSeq === 3)
    expect(socket.messages.at(-1)).toEqual([SessionEnter.id, 3, 2])
    socket.says(3, entered, result(3, 'ok'))
    expect(await entering).toMatchObject({ entity: 5, zone: 1, instance: 0, x: 1, y: 2, z: 3 })
    expect([client.me, client.self]).toEqual([5, undefined])
  })

  it('creates the one that is missing', async () => {
    const { client, socket } = await openClient()
    const entering = client.enterAs('Ada', 2)
    expect(socket.messages.at(-1)).toEqual([SessionListCharacters.id, 2])
    socket.says(2, characters(), result(2, 'ok'))
    await vi.waitUntil(() => socket.lastSeq === 3)
    expect(socket.messages.at(-1)).toEqual([SessionCreateCharacter.id, 3, 'Ada', 2])
    socket.says(3, characters('Ada'), result(3, 'ok'))
    await vi.waitUntil(() => socket.lastSeq === 4)
    socket.says(4, entered, result(4, 'ok'))
    expect((await entering).entity).toBe(5)
  })

  it('says which result code a refusal had', async () => {
    const { client, socket } = await openClient()
    const creating = client.createCharacter('Bob', 1)
    socket.says(2, result(2, 'nameTaken'))
    const error = await creating.catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(RefusedError)
    expect(error).toMatchObject({ code: 'CONNECT_FAILED', resultCode: 'nameTaken' })
    const entering = client.enter(9)
    socket.says(3, result(3, 'serverFull'))
    await expect(entering).rejects.toMatchObject({ resultCode: 'serverFull' })
  })
})

describe('the end', () => {
  it('comes with logout, after the rest of the last message', async () => {
    const { client, socket } = await openClient()
    const told: string[] = []
    client.onClosed((reason) => told.push(reason))
    client.onTick((tick) => told.push(`tick ${tick}`))
    const leaving = client.logout()
    expect(socket.messages.at(-1)).toEqual([SessionLogout.id, 2])
    socket.says(9, result(2, 'ok'), part(SessionClosed, { reason: 'logout', resumable: 0 }))
    await leaving
    socket.closes(1000)
    expect(told).toEqual(['tick 9', 'logout'])
    expect([client.ended, socket.closedWith]).toEqual(['logout', 1000])
    await client.logout()
  })

  it('is a refusal when the server does not let go', async () => {
    const { client, socket } = await openClient()
    const leaving = client.logout()
    socket.says(9, result(2, 'busy'))
    await expect(leaving).rejects.toMatchObject({ resultCode: 'busy' })
    expect(client.ended).toBeUndefined()
  })

  it('comes once, with its own reason, and stops everything', async () => {
    const { client, socket } = await openClient()
    const told: string[] = []
    client.onClosed((reason) => told.push(reason))
    const asked = client.request(Shout, { text: 'x' })
    socket.closes(1006)
    await expect(asked).rejects.toThrow(/ended: lost/)
    client.close()
    socket.says(5, part(WorldNotice, { text: 'late' }))
    expect([told, client.ended, client.tick]).toEqual([['lost'], 'lost', 1])
    const sent = socket.frames.length
    expect(client.send(Shout, { text: 'late' })).toBe(0)
    await expect(client.request(Shout, { text: 'late' })).rejects.toMatchObject({ code: 'CONNECT_FAILED' })
    await expect(client.ping()).rejects.toMatchObject({ code: 'CONNECT_FAILED' })
    expect(socket.frames).toHaveLength(sent)
    const late = await new Promise((resolve) => client.onClosed(resolve))
    expect(late).toBe('lost')
  })
})

describe('owner values', () => {
  const number = components.indexOf(Wallet)
  const value = (field: number, index: number, amount: number) => ({ component: number, field, index, value: amount })

  it('are 0 until told, and what a whole state does not list is 0 again', async () => {
    const { client, socket } = await openClient()
    const told: string[] = []
    client.onOwner((component, field, index, amount) => told.push(`${component}.${field}[${index}] ${amount}`))
    const tokens = client.owner.values(Wallet, 'tokens')
    expect([client.owner.get(Wallet, 'coins'), tokens.length]).toEqual([0, 4])
    socket.says(2, part(OwnerState, { values: [value(0, 0, 70), value(1, 3, 9)] }))
    expect([client.owner.get(Wallet, 'coins'), client.owner.get(Wallet, 'tokens', 3)]).toEqual([70, 9])
    socket.says(3, part(OwnerChanged, value(1, 2, 5)))
    expect([tokens[2], tokens[3], client.owner.get(Wallet, 'tokens')]).toEqual([5, 9, 0])
    socket.says(4, part(OwnerState, { values: [value(0, 0, 70), value(1, 2, 6)] }))
    expect([...Array.from(tokens)]).toEqual([0, 0, 6, 0])
    expect(told).toEqual([
      'Wallet.coins[0] 70',
      'Wallet.tokens[3] 9',
      'Wallet.tokens[2] 5',
      'Wallet.tokens[2] 6',
      'Wallet.tokens[3] 0',
    ])
  })

  it('ignore numbers that this client does not know', async () => {
    const { client, socket } = await openClient()
    const foreign = [{ component: 99, field: 0, index: 0, value: 1 }, value(7, 0, 1), value(1, 4, 1), value(0, 0, 3)]
    socket.says(2, part(OwnerState, { values: foreign }), ...foreign.map((one) => part(OwnerChanged, one)))
    expect([client.owner.get(Wallet, 'coins'), client.owner.get(Wallet, 'tokens', 4)]).toEqual([3, 0])
    expect(client.ended).toBeUndefined()
  })

  it('and cell fields are refused by name where the game does not replicate them', async () => {
    const { client } = await openClient()
    expect(() => client.owner.get(Health, 'now')).toThrow(/Health.now does not travel to its owner/)
    expect(() => client.field(Where, 'zone')).toThrow(/Where.zone does not travel in cells/)
    expect(new Set([client.field(Spot, 'x'), client.field(Look, 'skin'), client.field(Health, 'max')]).size).toBe(3)
  })
})
