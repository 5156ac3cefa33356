import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { standardGame } from '../../game.js'
import { ItemDestroy } from '../../protocol/item.js'
import { SqliteKeeper } from '../../src/adapters/sqlite-keeper.js'
import { thisProcess } from '../../src/adapters/store-owner.js'
import { connect } from '../../src/client/index.js'
import type { SocketConstructor } from '../../src/client/socket.js'
import { SessionEnter, SessionHello } from '../../src/net/opcodes.js'
import { decodeMessage, encode } from '../../src/protocol/codec.js'
import type { ToServer } from '../../src/protocol/opcode.js'
import { readContent } from '../../src/server/content-files.js'
import type { Content } from '../../systems/content/types.js'
import { dice } from '../client/dice.js'
import { batchOf } from '../ports/packed.js'
import { tempDirs } from '../server/temp-dir.js'
import { canHost, type Hosted, host, killHosted } from './hosted.js'

afterEach(killHosted)
const directory = tempDirs()
const { protocol, components } = standardGame
const PIECES = 18
const ROUNDS = 8
/** From the sending of a request until the server is killed: before it was read, while it is being stored, and after its ok. */
const KILL_WITHIN_MS = 60

/** A world with Ada, of the account guest:ada, who has a stack of something in her first bag slot. */
function worldOfAda(): string {
  const { itemList } = readContent(standardGame).content as Content
  const item = itemList.find(({ stackMax }) => stackMax >= PIECES)!.id
  const path = join(directory(), 'world.db')
  const keeper = new SqliteKeeper(path, thisProcess())
  keeper.open()
  keeper.createCharacter('guest:ada', 'Ada', 1)
  keeper.commit(batchOf(1, [{ characterId: 1, level: 1, components: { Bag: { item: [item], count: [PIECES] } } }]))
  keeper.close()
  return path
}

/** What the database says that Ada has; only while no server runs. */
function piecesOf(path: string): number {
  const keeper = new SqliteKeeper(path, thisProcess())
  const row = keeper.loadCharacter('guest:ada', 1)
  keeper.close()
  return row?.components.Bag?.count?.[0] ?? 0
}

const start = (path: string): Promise<Hosted> => host(`sqlite:${path}`, '--bots', '0', '--creatures', '0')

async function kill(server: Hosted): Promise<void> {
  server.child.kill('SIGKILL')
  await server.ended
}

/** A socket on which the test chooses every seq. */
async function rawClient(url: string) {
  const socket = new WebSocket(url, ['myriad.v1.msgpack'])
  const received: { name: string; payload: Readonly<Record<string, unknown>> }[] = []
  let heard: () => void = () => undefined
  socket.on('message', (data: Buffer) => {
    for (const message of decodeMessage(data).slice(1) as unknown[][]) {
      const compiled = protocol.byId.get(message[0] as number)
      const payload = compiled?.readLenient(message, 1)
      if (compiled !== undefined && payload !== undefined) received.push({ name: compiled.opcode.name, payload })
    }
    heard()
  })
  await once(socket, 'open')
  const next = async (name: string, fits = (_: Readonly<Record<string, unknown>>): boolean => true) => {
    for (;;) {
      const found = received.find((message) => message.name === name && fits(message.payload))
      if (found !== undefined) {
        received.splice(received.indexOf(found), 1)
        return found.payload
      }
      await new Promise<void>((resolve) => {
        heard = resolve
      })
    }
  }
  return {
    next,
    send: (opcode: ToServer, seq: number, payload: Readonly<Record<string, unknown>>) =>
      socket.send(encode(protocol.byId.get(opcode.id)!.write(payload, [opcode.id, seq]))),
    resultOf: async (seq: number): Promise<string> => {
      const { code } = await next('session.result', (payload) => payload.seq === seq)
      return protocol.resultCodes.list[code as number]!.name
    },
  }
}

describe.skipIf(!canHost)('a server that is killed by SIGKILL', () => {
  it('between an ok and the repeated request answers the same after its restart, and does nothing again', async () => {
    const path = worldOfAda()
    const first = await start(path)
    const ada = await rawClient(first.url)
    ada.send(SessionHello, 1, { token: 'guest:ada', resume: '', protocolHash: '' })
    const { resumeToken } = await ada.next('session.welcome')
    ada.send(SessionEnter, 2, { characterId: 1 })
    expect(await ada.resultOf(2)).toBe('ok')
    ada.send(ItemDestroy, 3, { bagSlot: 0, count: 4 })
    expect(await ada.resultOf(3)).toBe('ok')
    await kill(first)
    expect(piecesOf(path)).toBe(PIECES - 4)

    const second = await start(path)
    const again = await rawClient(second.url)
    again.send(SessionHello, 1, { token: '', resume: resumeToken as string, protocolHash: '' })
    expect(await again.resultOf(1)).toBe('ok')
    expect(await again.next('session.welcome')).toMatchObject({ accountId: 'guest:ada', lastSeq: 3 })
    await again.next('session.entered')
    again.send(ItemDestroy, 3, { bagSlot: 0, count: 4 })
    expect(await again.resultOf(3)).toBe('ok')
    again.send(ItemDestroy, 4, { bagSlot: 0, count: 1 })
    expect(await again.resultOf(4)).toBe('ok')
    await kill(second)
    expect(piecesOf(path)).toBe(PIECES - 5)
  }, 60_000)

  it('at any moment does every request of the SDK exactly once, however often it is killed', async () => {
    const seed = Math.floor(Math.random() * 2 ** 32)
    const roll = dice(seed)
    const path = worldOfAda()
    let server = await start(path)
    /** Each server has a port of its own: one that was just given up may be somebody else's by now. */
    class ToTheServerOfNow extends WebSocket {
      constructor(_: string, protocols: string[]) {
        super(server.url, protocols)
      }
    }
    const client = await connect({
      url: server.url,
      token: 'guest:ada',
      protocol,
      components,
      WebSocket: ToTheServerOfNow as unknown as SocketConstructor,
      // The server is away for a moment only, and the waits are no part of this.
      reconnect: { attemptsMax: 1_000, random: () => 0.01 },
    })
    await client.enter(1)
    let regained = 0
    client.onResumed(({ sameSession }) => {
      if (sameSession) regained += 1
    })
    for (let round = 0; round < ROUNDS; round += 1) {
      const answer = client.request(ItemDestroy, { bagSlot: 0, count: 1 })
      await new Promise((resolve) => setTimeout(resolve, roll(KILL_WITHIN_MS)))
      await kill(server)
      server = await start(path)
      expect(await answer, `round ${round}, seed ${seed}`).toBe('ok')
      while (client.lost !== undefined) await new Promise((resolve) => setTimeout(resolve, 10))
    }
    client.close()
    await kill(server)
    expect(regained, `seed ${seed}`).toBe(ROUNDS)
    expect(piecesOf(path), `seed ${seed}`).toBe(PIECES - ROUNDS)
  }, 120_000)
})
