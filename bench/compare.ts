import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { disturbances } from './machine.js'
import { type Io, progress, say, surrounded, tryMeasure } from './report.js'
import { machineText, shownValue, table } from './table.js'
import { UsageError } from './usage-error.js'

/** How often each of the two trees is measured, by turns. */
const ROUNDS = 2
const INTERRUPTED_EXIT_CODE = 130

/** Runs a program to its end; throws with what it printed when it fails. */
function ran(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`)
  return stdout.trim()
}

/**
 * The revision in a worktree of its own, measured by this tree's bench: both are asked the same. What it has not got, or calls
 * otherwise, fails there, and its rows say so.
 */
class OtherTree {
  readonly commit: string
  private readonly folder = mkdtempSync(join(tmpdir(), 'myriad-bench-'))
  private readonly tree = join(this.folder, 'tree')

  constructor(
    private readonly root: string,
    revision: string,
  ) {
    const found = spawnSync('git', ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`], { cwd: root, encoding: 'utf8' })
    if (found.status !== 0) {
      rmSync(this.folder, { recursive: true, force: true })
      throw new UsageError(`git knows no revision ${revision}; name a commit, a branch or a tag`)
    }
    this.commit = found.stdout.trim()
  }

  /** Returns the built bench script. */
  build(): string {
    const { root, tree } = this
    ran('git', ['worktree', 'add', '--detach', tree, this.commit], root)
    symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'))
    for (const folder of ['bench', 'scripts']) cpSync(join(root, folder), join(tree, folder), { recursive: true })
    cpSync(join(root, 'tsconfig.build.json'), join(tree, 'tsconfig.build.json'))
    // An older tree may not fit this bench in every type; what was built of it runs as far as it can.
    const { status } = spawnSync(
      process.execPath,
      [join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'],
      {
        cwd: tree,
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    )
    if (status !== 0) progress(`${this.commit.slice(0, 10)} does not fit this bench in every type; some of its rows may fail`)
    return join(tree, 'dist', 'bench', 'main.js')
  }

  remove(): void {
    spawnSync('git', ['worktree', 'remove', '--force', this.tree], { cwd: this.root })
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** One metric of both trees, each the mean of its rounds. */
interface Pair {
  readonly metric: string
  readonly unit: string
  readonly here: number | null
  readonly there: number | null
  /** The largest round ÷ the smallest, of the tree in which that is more: a ratio of the trees within it says nothing. */
  readonly spread: number | null
}

type Rounds = Map<string, { readonly unit: string; readonly values: number[] }>

function noteRounds(
  rounds: Rounds,
  rows: readonly { readonly metric: string; readonly unit: string; readonly value: number | null }[],
): void {
  for (const { metric, unit, value } of rows) {
    const known = rounds.get(metric) ?? { unit, values: [] }
    if (value !== null) known.values.push(value)
    rounds.set(metric, known)
  }
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length

const spreadOf = (values: readonly number[]): number => (Math.min(...values) > 0 ? Math.max(...values) / Math.min(...values) : 1)

/** Measures this tree and that revision by turns in one run, and prints both and their ratio. Returns the exit code. */
export async function compare(revision: string, names: readonly string[], io: Io): Promise<number> {
  const other = new OtherTree(io.root, revision)
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      other.remove()
      process.exit(INTERRUPTED_EXIT_CODE)
    })
  try {
    const script = other.build()
    const here: Rounds = new Map()
    const there: Rounds = new Map()
    const { machine } = await surrounded(async () => {
      for (const name of names)
        for (let round = 1; round <= ROUNDS; round += 1)
          for (const [tree, path, rounds] of [
            ['this tree', io.script, here],
            [revision, script, there],
          ] as const) {
            progress(`measuring ${name}, round ${round} of ${ROUNDS}, ${tree}`)
            const { rows, failed } = await tryMeasure(path, name, { quick: false })
            if (failed) progress(`${tree}: ${rows[0].note}`)
            else noteRounds(rounds, rows)
          }
    })
    const pairs = [...new Set([...here.keys(), ...there.keys()])].map((metric): Pair => {
      const [own, others] = [here, there].map((rounds) => rounds.get(metric)?.values ?? [])
      const spread = own.length < ROUNDS || others.length < ROUNDS ? null : Math.max(spreadOf(own), spreadOf(others))
      return { metric, unit: (here.get(metric) ?? there.get(metric))?.unit ?? '', here: mean(own), there: mean(others), spread }
    })
    const commit = other.commit.slice(0, 10)
    const result = { here: 'this tree', there: commit, rounds: ROUNDS, machine, disturbances: disturbances(machine), pairs }
    say(io.json ? `${JSON.stringify(result, null, 2)}\n` : `${pairTable(pairs, commit)}\n${machineText(machine)}`)
    return pairs.length > 0 ? 0 : 1
  } finally {
    other.remove()
  }
}

function pairTable(pairs: readonly Pair[], commit: string): string {
  const ratio = ({ here, there }: Pair): string =>
    here === null || there === null || there === 0 ? '' : (here / there).toFixed(2)
  const body = pairs.map((pair) => [
    pair.metric,
    shownValue(pair.here),
    shownValue(pair.there),
    pair.unit,
    ratio(pair),
    pair.spread?.toFixed(2) ?? '',
  ])
  return table([['metric', 'this tree', commit, 'unit', 'this ÷ that', 'spread'], ...body], [1, 2, 4, 5])
}
