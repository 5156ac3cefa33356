import { performance } from 'node:perf_hooks'
import { Place, Position } from '../components/motion.js'
import { standardGame } from '../game.js'
import { MoveTo } from '../protocol/move.js'
import { CellDecoder } from '../src/client/cell-decoder.js'
import {
  CellFrame,
  OwnerState,
  SessionCharacters,
  SessionCreateCharacter,
  SessionEnter,
  SessionEntered,
  SessionListCharacters,
  SessionResult,
} from '../src/net/opcodes.js'
import { decodeFrame, decodeMessage, encode } from '../src/protocol/codec.js'
import type { ToClient } from '../src/protocol/opcode.js'
import { frameOfJson, jsonOfMessage } from '../src/server/json-frames.js'
import { GridResource } from '../src/space/grid.js'
import { type TestClient, type TestServer, testServer } from '../src/testing/index.js'

/**
 * Prints what the JSON subprotocol costs beside msgpack: bytes on the wire, and the server’s time for one message. Every message
 * from the server is made as msgpack first, so that the time of its JSON is on top of that.
 */
const ENTITIES = 50
const STEPS_MAX = 40
const BATCHES = 9
const BATCH_MS = 40

/** One frame as either kind of client sends or gets it. */
interface Row {
  readonly name: string
  readonly value: readonly unknown[]
  readonly fromServer: boolean
}

/** The figures mean what they say only where the scene is the one that is meant. */
function check(condition: boolean, text: string): asserts condition {
  if (!condition) throw new Error(`the scene is not as this script expects it: ${text}`)
}

/** Runs one tick and gives what it sent to that client: the tick and its messages. */
async function stepFor(server: TestServer, client: TestClient): Promise<readonly unknown[]> {
  await server.step()
  const { frames, arena } = server.net.outbox
  const frame = frames.find(({ session }) => session === client.socket)
  return frame === undefined ? [] : decodeMessage(arena.slice(frame.start, frame.end))
}

const messageOf = (frame: readonly unknown[], opcode: ToClient): readonly unknown[] | undefined =>
  frame.slice(1).find((message): message is readonly unknown[] => Array.isArray(message) && message[0] === opcode.id)

/** The first frame of the next ticks that has a message of that opcode. */
async function frameWith(server: TestServer, client: TestClient, opcode: ToClient): Promise<readonly unknown[]> {
  for (let steps = 0; steps < STEPS_MAX; steps += 1) {
    const frame = await stepFor(server, client)
    if (messageOf(frame, opcode) !== undefined) return frame
  }
  throw new Error(`no ${opcode.name} came in ${STEPS_MAX} ticks`)
}

/** Comes in as Newcomer, who is made unless there already; gives the frame that entering brings. */
async function enter(server: TestServer, client: TestClient): Promise<readonly unknown[]> {
  await server.step(STEPS_MAX)
  client.request(SessionCreateCharacter, { name: 'Newcomer', class: 1 })
  await server.step(STEPS_MAX)
  client.request(SessionListCharacters, {})
  await server.step(STEPS_MAX)
  const characterId = client.take(SessionCharacters)?.list[0]?.characterId
  check(characterId !== undefined, 'the newcomer has no character')
  client.request(SessionEnter, { characterId })
  return await frameWith(server, client, SessionEntered)
}

/** Lets so many players in and puts them around a place. */
async function crowdAround(server: TestServer, count: number, x: number, z: number): Promise<readonly TestClient[]> {
  const position = server.world.columns(Position)
  const place = server.world.columns(Place)
  const clients: TestClient[] = []
  for (let i = 0; i < count; i += 1) {
    const { client, slot } = await server.enter(`Walker${i}`)
    position.x[slot] = x + (i % 7) - 3
    position.z[slot] = z + (i % 5) - 2
    server.world.resource(GridResource).put(slot, place.zone[slot], place.instance[slot], position.x[slot], position.z[slot])
    clients.push(client)
  }
  return clients
}

async function rows(): Promise<readonly Row[]> {
  const server = await testServer({ game: standardGame, settings: { clientsMax: ENTITIES + 1 }, shadow: false })
  const inSight = (frame: readonly unknown[]): number =>
    new CellDecoder(server.net.layout, standardGame.protocol).apply(messageOf(frame, CellFrame)?.[1] as Uint8Array).entered.length
  const alone = (frame: readonly unknown[], opcode: ToClient) => [frame[0], messageOf(frame, opcode) ?? []]
  const newcomer = server.connect('guest:Newcomer')
  const first = await enter(server, newcomer)
  const [, , , , , , x, , z] = messageOf(first, SessionEntered) as readonly number[]
  const walkers = await crowdAround(server, ENTITIES - inSight(first), x, z)
  // The same character again, by another socket: it gets the full state of all that it sees.
  const client = server.connect('guest:Newcomer')
  const second = await enter(server, client)
  check(inSight(second) === ENTITIES, `${inSight(second)} entities came in sight, not ${ENTITIES}`)
  const move = client.message(MoveTo, { x: x + 10.25, z: z - 4.5 })
  client.sendValue(move)
  const moving = await frameWith(server, client, SessionResult)
  for (const [i, walker] of walkers.entries()) walker.request(MoveTo, { x: x + (i % 7) + 8, z: z + (i % 5) + 8 })
  await server.step(3)
  const walking = await stepFor(server, client)
  return [
    { name: 'move.to', value: move, fromServer: false },
    { name: 'session.result', value: alone(moving, SessionResult), fromServer: true },
    { name: 'owner.state of a new character', value: alone(first, OwnerState), fromServer: true },
    { name: `cell.frame: ${ENTITIES} come in sight`, value: alone(second, CellFrame), fromServer: true },
    { name: `cell.frame: ${walkers.length} of ${ENTITIES} walk`, value: alone(walking, CellFrame), fromServer: true },
    { name: 'all that entering brings', value: second, fromServer: true },
  ]
}

/** The median of some batches, so that a busy machine shows less. */
function microsecondsOf(work: () => unknown): number {
  const times: number[] = []
  let runs = 16
  for (let batch = 0; batch <= BATCHES; batch += 1) {
    let ms = 0
    for (;;) {
      const start = performance.now()
      for (let i = 0; i < runs; i += 1) work()
      ms = performance.now() - start
      if (ms >= BATCH_MS) break
      runs *= 2
    }
    // The first batch also warms up.
    if (batch > 0) times.push((ms * 1000) / runs)
  }
  return times.sort((a, b) => a - b)[BATCHES >> 1]
}

/** From the server, JSON is made of the msgpack that all messages are; to it, JSON becomes msgpack before the gate reads it. */
function measured({ name, value, fromServer }: Row): readonly string[] {
  const msgpack = new Uint8Array(encode(value))
  const text = jsonOfMessage(msgpack)
  const json = new TextEncoder().encode(text)
  const msgpackUs = microsecondsOf(fromServer ? () => encode(value) : () => decodeFrame(msgpack))
  const jsonUs = microsecondsOf(fromServer ? () => jsonOfMessage(encode(value)) : () => decodeFrame(frameOfJson(json)))
  const ratio = (a: number, b: number) => `${(a / b).toFixed(1)} ×`
  return [
    name,
    fromServer ? 'client' : 'server',
    String(msgpack.length),
    String(json.length),
    ratio(json.length, msgpack.length),
    msgpackUs.toFixed(2),
    jsonUs.toFixed(2),
    ratio(jsonUs, msgpackUs),
  ]
}

const lines = [['message', 'to', 'msgpack B', 'JSON B', '', 'msgpack µs', 'JSON µs', ''], ...(await rows()).map(measured)]
const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)))
for (const line of lines) {
  const cells = line.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
  process.stdout.write(`${cells.join('  ').trimEnd()}\n`)
}
