import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import { createServer, type Server, type ServerOptions } from '../../src/server/server.js'
import { sendHttp } from '../ports/ws-client.js'
import { tinyGame } from './tiny-game.js'

export const SECRET = 'the secret that signs the tokens of this test'
export const PASSWORD = 'Nine lives, each worth a song'

/** A tiny world on real sockets with accounts that anybody may register; `directory` takes its secret. */
export async function accountServer(directory: string, options: Partial<ServerOptions> = {}) {
  const jwtSecretFile = join(directory, 'secret')
  writeFileSync(jwtSecretFile, SECRET)
  const log = createMemoryLog()
  const config = { port: 0, bots: 5, creatures: 0, tickHz: 20, accounts: 'open', jwtSecretFile, ...options.config } as const
  const server = createServer({ game: tinyGame, ...options, config, ports: { log, ...options.ports } })
  await server.start()
  return { server, log, post: postTo(server) }
}

export interface Answered {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly body: Readonly<Record<string, unknown>>
  readonly text: string
}

const postTo =
  (server: Server) =>
  async (
    path: string,
    account: unknown,
    password: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answered> => {
    const body = JSON.stringify({ account, password })
    const answer = await sendHttp(server.port, path, { headers, body })
    const isJson = answer.headers['content-type']?.startsWith('application/json')
    return {
      status: answer.status,
      retryAfter: answer.headers['retry-after'],
      body: isJson ? (JSON.parse(answer.body) as Answered['body']) : {},
      text: answer.body,
    }
  }
