import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, it } from 'vitest'
import { MoveTo } from '../../game.js'
import type { Client } from '../../src/client/index.js'
import { tempDirs } from '../server/temp-dir.js'
import { canHost, type Hosted, host, killHosted } from './hosted.js'

afterEach(killHosted)
const directory = tempDirs()
const small = ['--bots', '20', '--creatures', '100']

/** Until the server has run so many ticks more, and said so. */
const ticks = (client: Client, count: number) =>
  new Promise<void>((resolve) => {
    const until = client.tick + count
    const off = client.onTick(() => {
      if (client.tick < until) return
      off()
      resolve()
    })
  })

describe.skipIf(!canHost)('a server that is killed', () => {
  it('has its characters again when it is started anew: names, classes, and where they stood', async () => {
    const store = `sqlite:${join(directory(), 'data', 'world.db')}`
    const first = await host(store, ...small)
    const ada = await first.connect('ada')
    const stood = await ada.enterAs('Ada', 3)
    const bert = await first.connect('bert')
    await bert.enterAs('Bert', 1)
    await ticks(ada, 20)
    first.child.kill('SIGKILL')
    await first.ended

    const second = await host(store, ...small)
    const again = await second.connect('ada')
    expect(await again.listCharacters()).toMatchObject([{ name: 'Ada', class: 3, level: 1 }])
    const stands = await again.enterAs('Ada', 3)
    expect([stands.x, stands.z]).toEqual([stood.x, stood.z])
    // The world's time goes on as well.
    expect(stands.tick).toBeGreaterThanOrEqual(stood.tick)
    await expect((await second.connect('carl')).createCharacter('Bert', 1)).rejects.toThrow('nameTaken')
  }, 60_000)

  it('saves everybody where they stand when it is stopped', async () => {
    const store = `sqlite:${join(directory(), 'world.db')}`
    const first = await host(store, ...small)
    const ada = await first.connect('ada')
    const { x, z } = await ada.enterAs('Ada', 3)
    ada.send(MoveTo, { x: x + 6, z })
    await ticks(ada, 30)
    first.child.kill('SIGTERM')
    expect(await first.ended).toBe(0)
    const second = await host(store, ...small)
    const stands = await (await second.connect('ada')).enterAs('Ada', 3)
    expect(Math.hypot(stands.x - x, stands.z - z)).toBeGreaterThan(3)
  }, 60_000)
})

/** Figures of /metrics by their name, those with labels summed up. */
async function metricsOf(server: Hosted): Promise<ReadonlyMap<string, number>> {
  const sums = new Map<string, number>()
  for (const [, name, value] of (await (await server.get('metrics')).text()).matchAll(/^(\w+)(?:\{.*\})? (\S+)$/gm))
    sums.set(name!, (sums.get(name!) ?? 0) + Number(value))
  return sums
}

describe.skipIf(!canHost)('the bots of a server that is killed', () => {
  it('are there again, no more and no fewer, and what the world has counted goes on', async () => {
    const store = `sqlite:${join(directory(), 'world.db')}`
    const first = await host(store, '--bots', '300', '--creatures', '600')
    const ada = await first.connect('ada')
    await ada.enterAs('Ada', 1)
    await ticks(ada, 200)
    const before = (await metricsOf(first)).get('myriad_decisions_total')!
    await ticks(ada, 60)
    first.child.kill('SIGKILL')
    await first.ended
    const second = await host(store, '--bots', '300', '--creatures', '600')
    const again = await second.connect('ada')
    await again.enterAs('Ada', 1)
    await ticks(again, 20)
    const after = await metricsOf(second)
    expect(after.get('myriad_bots')).toBe(300)
    expect(after.get('myriad_decisions_total')).toBeGreaterThan(before)
    expect(before).toBeGreaterThan(1_000)
    const database = new Database(store.slice('sqlite:'.length), { readonly: true })
    expect(database.prepare('select count(*) from characters').pluck().get()).toBe(301)
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
    database.close()
  }, 90_000)
})

describe.skipIf(!canHost)('a second server on the same database', () => {
  it('is refused with the name of the first, exits with 2, and leaves it alone', async () => {
    const store = `sqlite:${join(directory(), 'world.db')}`
    const first = await host(store, ...small)
    const pid = first.child.pid
    await expect(host(store, ...small)).rejects.toThrow(
      new RegExp(`it ended with 2 and printed: myriad: the world of .* belongs to process ${pid} on .*; stop that server`),
    )
    await (await first.connect('ada')).enterAs('Ada', 1)
  }, 60_000)
})

describe.skipIf(!canHost)('a database that cannot be used', () => {
  it('is refused with its path, and stays as it is', async () => {
    const path = join(directory(), 'notes.txt')
    writeFileSync(path, 'Not a database, but somebody wants to keep it.\n'.repeat(100))
    const before = readFileSync(path)
    await expect(host(`sqlite:${path}`, ...small)).rejects.toThrow(
      /it ended with 2 and printed: myriad: the store .*notes\.txt: .*; restore/,
    )
    expect(readFileSync(path).equals(before)).toBe(true)
  }, 60_000)
})
