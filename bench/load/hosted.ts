import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { get } from 'node:http'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { check } from '../../scripts/wire-cost/figure.js'

const READY_EVERY_MS = 5
const START_MS_MAX = 30_000
const program = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'src', 'cli.js')

export interface Hosted {
  readonly bots: number
  readonly creatures: number
  /** As `--store` takes it. */
  readonly store: string
  /** Between its first tick, or the moment when all its bots are there, and the signal. */
  readonly runMs: number
  readonly awaitsBots: boolean
}

/** In ms. */
export interface Life {
  readonly startMs: number
  /** Until all its bots are in the world; 0 where nobody waited for them. */
  readonly allBotsMs: number
  readonly stopMs: number
}

/** A page, as far as it has come; status 0 where nobody answers yet. */
function pageOf(url: string): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve) => {
    get(url, (answer) => {
      let text = ''
      answer.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
    }).on('error', () => resolve({ status: 0, text: '' }))
  })
}

/** By the page of metrics. */
async function botsOf(readyUrl: string): Promise<number> {
  const { text } = await pageOf(new URL('/metrics', readyUrl).href)
  return [...text.matchAll(/^myriad_bots\{[^}]*\} (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0)
}

/** The page that says whether the server is ready, as its log names it. */
function healthOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      const url = /"health":"([^"]+)"/.exec(printed)?.[1]
      if (url !== undefined) resolve(url)
    })
    child.on('exit', (code) => reject(new Error(`the server ended with ${code} before it listened: ${printed}`)))
  })
}

/** `myriad host` from its call to its first tick, and from the signal to its end. */
export async function startAndStop({ bots, creatures, store, runMs, awaitsBots }: Hosted): Promise<Life> {
  const args = ['host', '--port', '0', '--bots', String(bots), '--creatures', String(creatures), '--store', store]
  const calledMs = performance.now()
  const others = ['--log-pretty', 'off', '--max-seconds', '120']
  const child = spawn(process.execPath, [program, ...args, ...others], { stdio: ['ignore', 'pipe', 'inherit'] })
  const until = async (isSo: () => Promise<boolean>, what: string): Promise<number> => {
    while (!(await isSo())) {
      check(performance.now() - calledMs < START_MS_MAX, () => `the server was not ${what} in ${START_MS_MAX} ms`)
      await wait(READY_EVERY_MS)
    }
    return performance.now() - calledMs
  }
  try {
    const url = await healthOf(child)
    const startMs = await until(async () => (await pageOf(url)).status === 200, 'ready')
    const allBotsMs = awaitsBots ? await until(async () => (await botsOf(url)) >= bots, 'full') : 0
    await wait(runMs)
    const stopCalledMs = performance.now()
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    check(code === 0, () => `the server ended with ${code}`)
    return { startMs, allBotsMs, stopMs: performance.now() - stopCalledMs }
  } finally {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
  }
}
