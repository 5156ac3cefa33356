import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'

/** Profiles a world with clinic, which npx fetches from the registry: 154 MB that nobody needs who does not profile. */
const CLINIC = 'clinic@13.0.0'
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')

interface Options {
  readonly replay?: string
  readonly seconds: string
  readonly bots: string
  readonly tool: string
}

const options = new Command('profile')
  .description('clinic flame and doctor over a world of bots, or over a recording; HTML under .clinic/')
  .option('--replay <file>', 'profile the replay of this recording instead of a live world')
  .option('--seconds <n>', 'how long the live world runs', '20')
  .option('--bots <n>', 'bots in the live world', '5000')
  .option('--tool <name>', 'flame, doctor, heapprofiler or both (flame and doctor)', 'both')
  .parse()
  .opts<Options>()

const subject =
  options.replay === undefined
    ? ['host', '--bots', options.bots, '--port', '0', '--max-seconds', options.seconds]
    : ['replay', resolve(options.replay)]

/** One tool over one run. It works in a folder of its own: a leftover trace file makes doctor refuse. */
function profile(tool: string): number {
  const target = join(root, '.clinic')
  mkdirSync(target, { recursive: true })
  const work = mkdtempSync(join(target, 'work-'))
  const command = [
    '--yes',
    CLINIC,
    tool,
    '--open=false',
    '--dest',
    target,
    '--',
    'node',
    join(root, 'dist/src/cli.js'),
    ...subject,
  ]
  const { status } = spawnSync('npx', command, { cwd: work, stdio: 'inherit', env: { ...process.env, NO_INSIGHT: '1' } })
  rmSync(work, { recursive: true, force: true })
  return status ?? 1
}

const tools = options.tool === 'both' ? ['flame', 'doctor'] : [options.tool]
const failed = tools.filter((tool) => profile(tool) !== 0)
const pages = readdirSync(join(root, '.clinic')).filter((name) => name.endsWith('.html'))
console.log(pages.length === 0 ? 'no page was written' : pages.map((name) => `.clinic/${name}`).join('\n'))
if (failed.length > 0) {
  console.error(`clinic ${failed.join(' and ')} failed; its own words stand above`)
  process.exitCode = 1
}
