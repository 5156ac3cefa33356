import { type ChildProcess, fork } from 'node:child_process'
import { families } from './families.js'
import { type Busy, busy, othersShare } from './machine.js'
import type { Row, Sizes } from './row.js'
import { UsageError } from './usage-error.js'

/** What a family's process sends to its parent. */
interface Sent {
  readonly rows: readonly Row[]
}

/** One family as one process measured it. */
export interface Measured {
  readonly family: string
  readonly rows: readonly Row[]
  /** Part of the machine's time that other work took meanwhile. */
  readonly othersShare: number
}

/** The names that are asked for, each at most once; all of them when none is. Throws `UsageError` for a name that there is not. */
export function chosen(asked: readonly string[]): readonly string[] {
  const known = Object.keys(families)
  const names = asked.flatMap((text) => text.split(',')).filter((name) => name !== '')
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0) throw new UsageError(`no bench is called ${unknown.join(', ')}; known are ${known.join(', ')}`)
  return known.filter((name) => names.length === 0 || names.includes(name))
}

/** Runs a family in a process of its own, of this tree or of the one whose script it is. Rejects when it fails or takes too long. */
export async function measure(script: string, family: string, sizes: Sizes): Promise<Measured> {
  const before = busy()
  const args = ['--family', family, ...(sizes.quick ? ['--quick'] : [])]
  const execArgv = ['--expose-gc', ...(families[family].nodeFlags ?? [])]
  const child = fork(script, args, { execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const rows = await rowsFrom(child, family)
  const after: Busy = busy()
  return { family, rows, othersShare: othersShare(before, after) }
}

function rowsFrom(child: ChildProcess, family: string): Promise<readonly Row[]> {
  const { timeoutS } = families[family]
  return new Promise((resolve, reject) => {
    let rows: readonly Row[] | undefined
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`the bench ${family} did not end within ${timeoutS} s`))
    }, timeoutS * 1000)
    child.on('message', (message) => {
      rows = (message as Sent).rows
    })
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      clearTimeout(timer)
      if (code === 0 && rows !== undefined) resolve(rows)
      else reject(new Error(`the bench ${family} ended with ${signal ?? code}`))
    })
  })
}

/** In the family's own process: measures, and tells the parent. */
export async function runFamily(name: string, sizes: Sizes): Promise<void> {
  // Whoever asked is gone: nobody wants to know any more.
  process.on('disconnect', () => process.exit(1))
  const sent: Sent = { rows: await families[name].run(sizes) }
  process.send?.(sent, () => process.exit(0))
}
