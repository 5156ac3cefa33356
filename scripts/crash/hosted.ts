import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PlantedArgs } from './planted-host.js'
import type { PlantName } from './plants.js'

/** What is built, also where a test runs the sources. */
const dist = fileURLToPath(new URL(import.meta.url.includes('/dist/scripts/') ? '../../' : '../../dist/', import.meta.url))
const command = join(dist, 'src', 'cli.js')
/** The same command with a fault in its store. */
const plantedCommand = join(dist, 'scripts', 'crash', 'planted-host.js')

const READY_WITHIN_MS = 60_000
const ASK_AGAIN_MS = 10

/** Below the ports that systems give to connections, one of which might else have it when the server comes back. */
const PORT_MIN = 20_000
const PORTS = 10_000

/** A port that nobody listens on now. One that the system chose (port 0) could not be taken again while old connections fade. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = PORT_MIN + Math.floor(Math.random() * PORTS)
    const isFree = await new Promise<boolean>((resolve) => {
      const probe = createServer()
      probe.once('error', () => resolve(false))
      probe.listen({ host: '127.0.0.1', port, exclusive: true }, () => probe.close(() => resolve(true)))
    })
    if (isFree) return port
  }
}

export interface HostOptions {
  readonly path: string
  readonly port: number
  readonly seed: number
  readonly bots: number
  readonly creatures: number
  readonly plant?: PlantName
  /** A program with its arguments that runs the server, such as strace. */
  readonly under?: readonly string[]
}

/** A server in a process of its own. */
export interface Hosted {
  /** With the signal or the exit code it ended by. */
  readonly ended: Promise<string>
  /** What it has written. */
  printed(): string
  /** Ends the server, also where another program runs it. */
  kill(signal: NodeJS.Signals): void
}

export function spawnHost({ path, port, seed, bots, creatures, plant, under = [] }: HostOptions): Hosted {
  const settings = { store: `sqlite:${path}`, port, seed, bots, creatures, 'log-pretty': 'off', 'status-every-s': 0 }
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
  const program = plant === undefined ? [command, 'host'] : [plantedCommand, ...([plant, 'host'] satisfies PlantedArgs)]
  const [first, ...rest] = [...under, process.execPath, ...program, ...flags]
  const child = spawn(first, rest, { stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
    })
  const ended = new Promise<string>((resolve) => child.on('close', (code, signal) => resolve(signal ?? `exit code ${code}`)))
  // Whoever ends the harness ends its server as well.
  const orphaned = (): boolean => child.kill('SIGKILL')
  process.once('exit', orphaned)
  void ended.then(() => process.off('exit', orphaned))
  const kill = (signal: NodeJS.Signals): void => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const pid = under.length === 0 ? child.pid : childOf(child.pid)
    if (pid !== undefined) process.kill(pid, signal)
  }
  return { ended, printed: () => printed, kill }
}

/** The one process that a program runs. A tracer that is killed would let it live. */
function childOf(pid: number | undefined): number | undefined {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return children === '' ? undefined : Number(children.split(' ')[0])
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Resolves when the first tick has run. Throws with what it printed when it ends, or does not come so far. */
export async function whenReady({ ended, printed }: Hosted): Promise<void> {
  let end = ''
  void ended.then((how) => {
    end = how
  })
  const untilMs = performance.now() + READY_WITHIN_MS
  while (end === '' && performance.now() < untilMs) {
    const page = /"page":"(http:\/\/[^"]+)"/.exec(printed())?.[1]
    if (page !== undefined) {
      const isReady = await fetch(`${page}readyz`).then(
        ({ ok }) => ok,
        () => false,
      )
      if (isReady) return
    }
    await pause(ASK_AGAIN_MS)
  }
  throw new Error(`the server did not begin to tick (${end === '' ? 'it still runs' : end}) and printed: ${printed()}`)
}
