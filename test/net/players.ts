import { standardGame } from '../../game.js'
import type { ToServer } from '../../src/protocol/opcode.js'
import { readContent } from '../../src/server/content-files.js'
import type { WorldSettings } from '../../src/server/game-module.js'
import { type TestClient, type TestServer, type TestServerOptions, testServer } from '../../src/testing/index.js'

/** Parsed once: the content is frozen, and every world of a test file may share it. */
const content = readContent(standardGame)

/** The standard game without bots and creatures, whose clients a test plays by hand. */
export function quietServer(settings: Partial<WorldSettings> = {}, more: Partial<TestServerOptions> = {}): Promise<TestServer> {
  return testServer({ game: standardGame, content, settings, ...more })
}

/** Sends `count` requests of one kind, 32 a frame, and returns their seqs. */
export function sendMany<O extends ToServer>(
  client: TestClient,
  count: number,
  opcode: O,
  payload: Parameters<TestClient['message']>[1],
): number[] {
  const messages = Array.from({ length: count }, () => client.message(opcode, payload as never))
  for (let first = 0; first < messages.length; first += 32) client.sendValue(messages.slice(first, first + 32))
  return messages.map((message) => message[1] as number)
}

/** The name of the answer to each seq; `none` where none has come. */
export const answersOf = (client: TestClient, seqs: readonly number[]): string[] =>
  seqs.map((seq) => client.results.get(seq) ?? 'none')

export const countOf = (list: readonly string[], name: string): number => list.filter((entry) => entry === name).length

/** Every private message of that name that has come, oldest first, taken out. */
export function takeAll(client: TestClient, name: string): Readonly<Record<string, unknown>>[] {
  const all: Readonly<Record<string, unknown>>[] = []
  for (let next = client.take(name); next !== undefined; next = client.take(name)) all.push(next)
  return all
}
