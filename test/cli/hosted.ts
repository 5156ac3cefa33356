import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { WebSocket } from 'ws'
import { standardGame } from '../../game.js'
import { type Client, connect } from '../../src/client/index.js'
import type { SocketConstructor } from '../../src/client/socket.js'

const program = fileURLToPath(new URL('../../dist/src/cli.js', import.meta.url))
/** Without the built program such tests are skipped; where everything must run they fail. */
export const canHost = existsSync(program) || process.env.CI !== undefined
if (!canHost) console.log(`skipped: ${program} is not there; run \`npm run build\``)

export interface Hosted {
  readonly child: ChildProcess
  readonly url: string
  /** Milliseconds from the start of the process to the port. */
  readonly startedMs: number
  readonly ended: Promise<number | null>
  printed(): string
  get(path: string): Promise<Response>
  connect(name: string): Promise<Client>
}

const children: ChildProcess[] = []
export function killHosted(): void {
  for (const child of children.splice(0)) child.kill('SIGKILL')
}

/** A built server in a process of its own, on a free port; rejects with what it printed when it ends instead. */
export async function host(store: string, ...flags: string[]): Promise<Hosted> {
  const beganMs = performance.now()
  const args = ['host', '--store', store, '--port', '0', '--log-pretty', 'off', '--status-every-s', '0', ...flags]
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let printed = ''
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)))
  const page = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        printed += chunk.toString()
        const address = /"page":"(http:[^"]+)"/.exec(printed)?.[1]
        if (address !== undefined) resolve(address)
      })
    void ended.then((code) => reject(new Error(`it ended with ${code} and printed: ${printed}`)))
  })
  const url = page.replace('http', 'ws')
  const { protocol, components } = standardGame
  return {
    child,
    url,
    startedMs: performance.now() - beganMs,
    ended,
    printed: () => printed,
    get: (path) => fetch(page + path),
    connect: (name) =>
      connect({ url, token: `guest:${name}`, protocol, components, WebSocket: WebSocket as unknown as SocketConstructor }),
  }
}
