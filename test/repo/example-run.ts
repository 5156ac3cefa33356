import { type ChildProcess, spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { TestContext } from 'vitest'
import type { Client } from '../../src/client/index.js'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')

/**
 * Makes a package `myriad` at `home`, compiled from the sources as they are now: the examples import it by its name, as a
 * user's program does, and no older `dist/` can stand in for what is tested.
 */
export async function makePackage(home: string): Promise<void> {
  mkdirSync(home, { recursive: true })
  copyFileSync(join(root, 'package.json'), join(home, 'package.json'))
  for (const name of ['node_modules', 'content']) symlinkSync(join(root, name), join(home, name))
  const inFolder = (folder: string): string[] =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`)
  const files = ['src', 'components', 'protocol', 'systems', 'examples', 'scripts'].flatMap(inFolder)
  const entryPoints = ['game.ts', ...files].filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
  const output = { outbase: '.', outdir: join(home, 'dist'), format: 'esm', target: 'node20' } as const
  await build({ absWorkingDir: root, entryPoints, platform: 'node', logLevel: 'warning', ...output })
}

/** An example in a process of its own. It does not outlive its test. */
export class Run {
  readonly exitCode: Promise<number | null>
  /** All that it has printed so far. */
  text = ''
  private over = false
  private readonly child: ChildProcess
  private wake: () => void = () => undefined

  constructor(task: TestContext, program: string, args: readonly string[]) {
    // Python would leave its compiled files beside the example.
    const env = { ...process.env, PORT: '0', PYTHONDONTWRITEBYTECODE: '1' }
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const hear = (text: string): void => {
      this.text += text
      this.wake()
    }
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', hear)
    this.child = child
    this.exitCode = new Promise((done) => {
      child.on('close', (code) => {
        this.over = true
        this.wake()
        done(code)
      })
    })
    task.onTestFinished(() => void child.kill('SIGKILL'))
  }

  /** The first group of the first match in what was printed, now or later. Rejects when the process ends without. */
  async said(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(this.text)
      if (match !== null) return match[1] ?? match[0]
      if (this.over) throw new Error(`it ended without ${pattern}; it said:\n${this.text}`)
      await new Promise<void>((woken) => {
        this.wake = woken
      })
    }
  }

  /** Ctrl-C. */
  interrupt(): Promise<number | null> {
    this.child.kill('SIGINT')
    return this.exitCode
  }
}

/** What `look` finds after some server message. Rejects when the connection ends before. */
export function seen<T>(client: Client, look: () => T | undefined): Promise<T> {
  return new Promise((found, reject) => {
    const check = (): void => {
      const value = look()
      if (value === undefined) return
      off()
      found(value)
    }
    const off = client.onTick(check)
    client.onClosed((reason) => reject(new Error(`the connection ended: ${reason}`)))
    check()
  })
}
