import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect, it, type TestContext } from 'vitest'
import { standardGame } from '../../game.js'
import { type LoadedContent, readContent } from '../../src/server/content-files.js'
import { createServer } from '../../src/server/server.js'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')
const RUN_MS_MAX = 45_000
/** «About 60 lines» are no more than this. */
const LINES_MAX = 72

/** The pieces of code that the page has its reader put into one file. */
function codeOf(page: string): string {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code).join('\n')
}

/** The code as one program, with the sources in the place of the package: nothing built before is used. */
async function bundled(code: string): Promise<string> {
  const alias = { 'myriad/client': join(root, 'src/client/index.ts'), 'myriad/game': join(root, 'game.ts') }
  const { outputFiles, warnings } = await build({
    stdin: { contents: code, resolveDir: root, loader: 'js' },
    absWorkingDir: root,
    alias,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    write: false,
    logLevel: 'silent',
  })
  expect(warnings).toEqual([])
  return outputFiles[0].text
}

/** The shipped content with creatures that a few blows kill: the fight of the page takes half a minute. */
function frailContent(): LoadedContent {
  const content = readContent(standardGame)
  const creatures = content.files['creatures.json'] as readonly object[]
  const frail = creatures.map((creature) => ({ ...creature, healthBase: 15, healthPerLevel: 0 }))
  const files = { ...content.files, 'creatures.json': frail }
  return { ...content, files, content: standardGame.content.parse(files) }
}

/** Runs the program; its exit code and what it printed. */
function run(task: TestContext, program: string, url: string): Promise<{ code: number | null; text: string }> {
  const place = mkdtempSync(join(tmpdir(), 'myriad-first-client-'))
  task.onTestFinished(() => rmSync(place, { recursive: true, force: true }))
  symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'))
  writeFileSync(join(place, 'first-client.mjs'), program)
  const child = spawn(process.execPath, [join(place, 'first-client.mjs'), url], { stdio: ['ignore', 'pipe', 'pipe'] })
  task.onTestFinished(() => void child.kill('SIGKILL'))
  let text = ''
  const hear = (bytes: Buffer): void => {
    text += bytes.toString()
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  return new Promise((done) => {
    child.on('close', (code) => done({ code, text }))
  })
}

it(
  'the client of the tutorial does what the page says',
  async (task) => {
    const code = codeOf('docs/tutorial/first-client.md')
    const lines = code.split('\n').filter((line) => line.trim() !== '')
    expect(lines.length).toBeGreaterThan(40)
    expect(lines.length).toBeLessThan(LINES_MAX)
    const config = { port: 0, bots: 0, creatures: 1_000, logLevel: 'error' } as const
    const server = createServer({ game: standardGame, content: frailContent(), config })
    task.onTestFinished(() => server.stop())
    const port = await server.start()
    const ended = await run(task, await bundled(code), `http://127.0.0.1:${port}/`)
    expect(ended.code, ended.text).toBe(0)
    const story = [
      /^I am at \d+, \d+, among [1-9]\d* others$/m,
      /^Ada says: Hello there!$/m,
      /^say: ok$/m,
      /^I hunt a [A-Z][\w ]+, \d+ m away$/m,
      /^attack: ok$/m,
      /^(hit|crit): [1-9]\d*$/m,
      /^it is dead$/m,
      /^corrections: \d+, others shown \d+ ms late$/m,
      /^closed: logout$/m,
    ]
    for (const line of story) expect(ended.text).toMatch(line)
    expect(ended.text).not.toMatch(/lost|Error/)
    expect(server.statistics().clients).toBe(0)
  },
  RUN_MS_MAX,
)
