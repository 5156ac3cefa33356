import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'

const program = fileURLToPath(new URL('../../dist/src/cli.js', import.meta.url))
const built = existsSync(program)
if (!built && process.env.CI === undefined) console.log(`skipped: ${program} is not there; run \`npm run build\``)

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

/** The built program in a process of its own. */
function run(...args: string[]) {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let printed = ''
  let wake = () => {}
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      wake()
    })
  }
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)))
  void ended.then(() => wake())
  const seen = async (pattern: RegExp) => {
    while (!pattern.test(printed)) {
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode} and printed: ${printed}`)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  return { child, ended, seen, printed: () => printed }
}

const host = ['host', '--store', 'memory:', '--port', '0', '--bots', '10', '--creatures', '50', '--log-pretty', 'on']

describe.skipIf(!built && process.env.CI === undefined)('the built program', () => {
  it('hosts the standard game until Ctrl-C, even when npm passes that on a second time', async () => {
    const { child, ended, seen, printed } = run(...host, '--status-every-s', '1')
    await seen(/ticks\/s/)
    child.kill('SIGINT')
    child.kill('SIGINT')
    expect(await ended).toBe(0)
    expect(printed()).toMatch(/INFO: the server has stopped/)
  })

  it('ends by itself', async () => {
    const { ended } = run(...host, '--max-seconds', '1')
    expect(await ended).toBe(0)
  })

  it('exits with 2 for a flag that does not exist', async () => {
    const { ended, printed } = run('host', '--colour', 'red')
    expect(await ended).toBe(2)
    expect(printed()).toMatch(/^myriad host: unknown option '--colour'.*\n$/)
  })
})
