import { spawn } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { afterAll, expect, it } from 'vitest'
import { createSqliteStore } from '../../src/adapters/sqlite-store.js'
import { dice } from '../client/dice.js'
import { root } from '../repo/sources.js'
import { tempDirs } from '../server/temp-dir.js'
import { compiledThread } from './sqlite-thread.js'

const ROUNDS = 6
/** Coins that two characters pass to and fro, one a tick. */
const COINS = 1_000

const worker = compiledThread()
const writer = join(root, 'dist', 'test', `sqlite-writer-${process.pid}.mjs`)
afterAll(() => {
  rmSync(worker)
  rmSync(writer, { force: true })
})
const directory = tempDirs()

/** A program that commits as fast as the disk allows, and prints the tick of each commit that was answered. */
function buildWriter(): void {
  mkdirSync(join(root, 'dist', 'test'), { recursive: true })
  const source = `
    import { createSqliteStore } from './src/adapters/sqlite-store.js'
    import { batchOf } from './test/ports/packed.js'
    const [path, worker] = process.argv.slice(2)
    const store = createSqliteStore(path, { worker: new URL(worker) })
    const { tick: from } = await store.open()
    if (from === 0) for (const name of ['Ada', 'Bert']) await store.createCharacter('a', name, 1)
    const purse = (characterId, gold) => ({ characterId, level: 1, components: { Purse: { gold: [gold] } } })
    for (let tick = from + 1; ; tick += 1) {
      const gold = tick % ${COINS}
      await store.commit(batchOf(tick, [purse(1, gold), purse(2, ${COINS} - gold)]))
      process.stdout.write(tick + '\\n')
    }`
  const stdin = { contents: source, resolveDir: root, loader: 'ts' as const }
  buildSync({ stdin, bundle: true, platform: 'node', format: 'esm', packages: 'external', outfile: writer, logLevel: 'warning' })
}

it('a process that is killed at any moment loses no commit that was answered, and tears none', async () => {
  buildWriter()
  const seed = Math.floor(Math.random() * 2 ** 32)
  const roll = dice(seed)
  const path = join(directory(), 'world.db')
  let told = 0
  for (let round = 0; round < ROUNDS; round += 1) {
    const child = spawn(process.execPath, [writer, path, worker.href], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = new Promise((resolve) => child.on('close', resolve))
    const before = told
    const commits = 1 + roll(40)
    let printed = ''
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      // What follows the last line's end may be half a number.
      told = Number(printed.split('\n').at(-2) ?? before)
      if (told >= before + commits) child.kill('SIGKILL')
    })
    await ended
    expect(told, `seed ${seed}`).toBeGreaterThanOrEqual(before + commits)
    const store = createSqliteStore(path, { worker })
    const { tick } = await store.open()
    expect(tick, `round ${round}, seed ${seed}`).toBeGreaterThanOrEqual(told)
    const [ada, bert] = await Promise.all([1, 2].map((id) => store.loadCharacter('a', id)))
    const gold = [ada, bert].map((row) => row?.components.Purse?.gold?.[0])
    expect(gold, `round ${round}, seed ${seed}`).toEqual([tick % COINS, COINS - (tick % COINS)])
    await store.close()
    told = tick
  }
}, 90_000)
